//! Connections, and what is sent over them.

use super::Machine;
use super::call::Args;
use super::method::is_callable;
use crate::lang::dynamic::api::Act;
use crate::lang::dynamic::value::{Shape, Value, merge};
use crate::lang::programs::address;
use crate::model::EffectId;
use crate::model::effect::{Connect, Traffic};
use crate::model::{EffectKind, Origin, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn connect(
        &mut self,
        act: &'static Act,
        called: &str,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let data = self.picked_all(&act.data, of, args);
        let headers = self.picked_all(&act.headers, of, args);
        let method = self
            .pick(&act.method, of, args)
            .and_then(|m| m.known())
            .or_else(|| act.default.clone());
        let sends = data.iter().any(|d| !matches!(d, Value::Nothing))
            || method
                .as_deref()
                .is_some_and(|m| matches!(m.to_ascii_uppercase().as_str(), "POST" | "PUT" | "PATCH"));
        let traffic = act
            .traffic
            .unwrap_or(if sends { Traffic::Both } else { Traffic::Fetch });
        let mut ids = vec![];
        let prepared = self.pick(&act.url, of, args).unwrap_or_default();
        for value in prepared.each() {
            if let Value::Object(object) = &value {
                let made = object.state.borrow().effects.clone();
                for id in &made {
                    for value in data.iter().chain(&headers) {
                        self.flow_value(value, *id, Via::Argument);
                    }
                }
                ids.extend(made);
            }
        }
        if !ids.is_empty() {
            return self.result(act, ids, None, args, span);
        }
        let targets = self.targets(act, of, args, traffic);
        for (connect, address) in targets {
            let id = self.emit(EffectKind::Connect(connect), span);
            for origin in address {
                self.flow(origin, id, Via::Address);
            }
            for value in &headers {
                self.flow_value(value, id, Via::Address);
            }
            for value in &data {
                self.flow_value(value, id, Via::Argument);
            }
            ids.push(id);
        }
        // `socket.connect(…)`, `xhr.open(…)`: the handle it is called on is connected now.
        if let (Some(Value::Object(object)), true) = (of, called.contains('#')) {
            let mut state = object.state.borrow_mut();
            for id in &ids {
                if !state.effects.contains(id) {
                    state.effects.push(*id);
                }
            }
            drop(state);
            if act.class.is_some() {
                return self.result(act, ids, None, args, span);
            }
        }
        self.result(act, ids, None, args, span)
    }

    /// What a call connects to, with whose bytes are in the address.
    pub(super) fn targets(
        &mut self,
        act: &Act,
        of: Option<&Value>,
        args: &Args,
        traffic: Traffic,
    ) -> Vec<(Connect, Vec<Origin>)> {
        let mut out = vec![];
        if act.url.is_empty() {
            let host = self.pick(&act.host, of, args);
            let port = self.pick(&act.port, of, args).and_then(|p| port_of(&p));
            let host = match host {
                Some(host) => self.words(&host),
                None => vec![
                    act.default
                        .as_deref()
                        .map_or_else(|| Word::unknown(Why::NotUnderstood), Word::known),
                ],
            };
            for host in host {
                let address = host.origins();
                let scheme = act.scheme.clone();
                out.push((
                    Connect {
                        scheme,
                        host,
                        port,
                        path: None,
                        userinfo: None,
                        traffic,
                    },
                    address,
                ));
            }
            return out;
        }
        let url = self.pick(&act.url, of, args).unwrap_or_default();
        for value in url.each() {
            if let Value::Object(object) = &value
                && object.shape == Shape::Dict
            {
                out.extend(self.target_of_options(object, act, traffic));
                continue;
            }
            let word = self.word(&value);
            // A URL without a host stays with the server it came from: a relative address of a page.
            let mut connect = address::named(&word, traffic);
            if connect.scheme.is_none() {
                connect.scheme.clone_from(&act.scheme);
            }
            out.push((connect, word.origins()));
        }
        out
    }

    /// `{ hostname, port, path }` and kin.
    pub(super) fn target_of_options(
        &mut self,
        object: &std::rc::Rc<crate::lang::dynamic::value::Object>,
        act: &Act,
        traffic: Traffic,
    ) -> Vec<(Connect, Vec<Origin>)> {
        let get = |key: &str| object.state.borrow().get(key).cloned();
        if let Some(url) = get("url").or_else(|| get("uri")).or_else(|| get("href")) {
            let word = self.word(&url);
            let base = get("baseURL").map(|b| self.word(&b));
            let whole = match base {
                Some(mut base) if !word.known_prefix().contains("://") => {
                    base.append(&word);
                    base
                }
                _ => word,
            };
            return vec![(address::named(&whole, traffic), whole.origins())];
        }
        let port = get("port").and_then(|p| port_of(&p));
        let path = get("path").or_else(|| get("pathname")).map(|p| self.word(&p));
        let scheme = get("protocol")
            .and_then(|p| p.known())
            .map(|p| p.trim_end_matches(':').to_owned())
            .or_else(|| act.scheme.clone());
        let host = match get("hostname").or_else(|| get("host")) {
            Some(host) => self.words(&host),
            None => {
                let rest = object.state.borrow().rest.clone();
                let from = rest.iter().flat_map(|r| self.origins(r)).collect();
                if rest.is_empty() {
                    vec![Word::known("localhost")]
                } else {
                    vec![Word::unknown_from(Why::NotUnderstood, from)]
                }
            }
        };
        let mut out = vec![];
        for host in host {
            let (host, own) = address::split_port(&host);
            let mut origins = host.origins();
            if let Some(path) = &path {
                merge(&mut origins, &path.origins());
            }
            let port = port.or(own);
            let connect = Connect {
                scheme: scheme.clone(),
                host,
                port,
                path: path.clone(),
                userinfo: None,
                traffic,
            };
            out.push((connect, origins));
        }
        out
    }

    pub(super) fn send(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let target = match of {
            Some(of) => of.clone(),
            None => self.pick(&act.path, of, args).unwrap_or_default(),
        };
        if matches!(target, Value::Number(n) if n == 1.0) {
            let data = self.picked_all(&act.data, None, args);
            return self.print(&Args::plain(data, span), span);
        }
        for value in self.picked_all(&act.data, of, args) {
            self.send_to(&target, &value, span);
        }
        for value in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            self.escape(&value, &[], span);
        }
        match &target {
            Value::Object(object) => {
                let from = object
                    .state
                    .borrow()
                    .effects
                    .iter()
                    .map(|id| Origin::Effect(*id))
                    .collect();
                Value::unknown(Why::Output, from)
            }
            _ => Value::Nothing,
        }
    }

    /// Bytes of `value` are the standard input of the program start `id`, and of what it starts.
    fn feed(&mut self, id: EffectId, value: &Value) {
        let from = self.origins(value);
        for origin in &from {
            self.flow(origin.clone(), id, Via::Pipe);
        }
        for reference in self.lowered.references.iter_mut().filter(|r| r.by == id) {
            merge(&mut reference.stdin, &from);
        }
    }

    /// Bytes of `value` are written to the handle `target`.
    pub(super) fn send_to(&mut self, target: &Value, value: &Value, span: Span) {
        for target in target.each() {
            match &target {
                Value::Object(object) => {
                    let effects = object.state.borrow().effects.clone();
                    if effects.is_empty() || object.shape == Shape::Handle("tempfile") {
                        object.state.borrow_mut().put_rest(value.clone());
                    }
                    for id in effects {
                        if matches!(self.lowered.get(id).kind, EffectKind::Exec(_)) {
                            self.feed(id, value);
                            continue;
                        }
                        self.flow_value(value, id, Via::Argument);
                        if let EffectKind::Connect(connect) = &mut self.lowered.get_mut(id).kind
                            && connect.traffic == Traffic::Fetch
                        {
                            connect.traffic = Traffic::Both;
                        }
                    }
                }
                Value::Native(native) if (self.dialect.apis)().value(&native.name) == Some("output") => {
                    self.print(&Args::plain(vec![value.clone()], span), span);
                }
                _ => {}
            }
        }
    }
}

pub(super) fn port_of(value: &Value) -> Option<u16> {
    value.known()?.trim().parse().ok()
}
