//! Functions of the platform that act: each table entry to its effects.

use super::Machine;
use super::call::Args;
use super::expression::entry_of;
use super::method::is_callable;
use crate::lang::decision;
use crate::lang::dynamic::address;
use crate::lang::dynamic::api::{Act, Does};
use crate::lang::dynamic::value::{Native, Shape, State, Value, merge};
use crate::model::effect::{Connect, EnvAct, Exec, How, QueryClass, Traffic, Understood, WriteAct};
use crate::model::{EffectId, EffectKind, Location, Origin, Scheme, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn call_native(&mut self, native: &Native, args: Args, span: Span) -> Value {
        let apis = (self.dialect.apis)();
        if let Some(act) = apis.act(&native.name) {
            return self.act(act, &native.name, None, &args, span, native.assembled);
        }
        if let Some(value) = self.special(native, &args, span) {
            return value;
        }
        // `path.join.apply(null, …)`, `exec.call(…)`: the function under the method.
        for method in [".call", ".apply", ".bind", ".__call__", ".sync"] {
            if let Some(inner) = native.name.strip_suffix(method) {
                if apis.act(inner).is_some() {
                    let of = self.native(inner, span, native.assembled);
                    let bound =
                        super::expression::bound(&of, method.trim_start_matches('.'), native.assembled);
                    if method == ".__call__" || method == ".sync" {
                        return self.invoke_value(&of, args, span);
                    }
                    return self.invoke_value(&bound, args, span);
                }
            }
        }
        let of = Value::Nothing;
        self.unknown_call(&of, &args, span)
    }

    fn special(&mut self, native: &Native, args: &Args, span: Span) -> Option<Value> {
        match native.name.as_str() {
            "sys.path.insert" | "sys.path.append" | "sys.path.extend" | "site.addsitedir" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    if !matches!(value, Value::Number(_)) {
                        let word = self.word(&value);
                        let at = Location::resolve(&word, &self.cwd, &self.context.root);
                        self.search.push(at);
                    }
                }
                Some(Value::Nothing)
            }
            "os.environ.update" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    if let Value::Object(object) = &value {
                        let members = object.state.borrow().members.clone();
                        let env = self.native("os.environ", span, false);
                        for (key, member) in members {
                            self.set_member(&env, &Value::text(key.to_string()), &member, span);
                        }
                    }
                }
                Some(Value::Nothing)
            }
            // Reading standard input in any way: `sys.stdin.buffer.read()`, `process.stdin.on("data", f)`.
            name if name.starts_with("sys.stdin.")
                || name.starts_with("process.stdin.")
                || name.starts_with("Bun.stdin.") =>
            {
                let from = vec![Origin::Input];
                self.into_handles(args, &from);
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &from, span);
                }
                Some(Value::unknown(Why::Input, from))
            }
            _ => None,
        }
    }

    /// The first of `picks` that is given.
    pub(super) fn pick(&mut self, picks: &[String], of: Option<&Value>, args: &Args) -> Option<Value> {
        picks.iter().find_map(|pick| self.pick_one(pick, of, args))
    }

    fn pick_one(&mut self, pick: &str, of: Option<&Value>, args: &Args) -> Option<Value> {
        if pick == "self" {
            return of.cloned();
        }
        if pick == "last" {
            return args.list.last().or(args.rest.first()).cloned();
        }
        if let Some(key) = pick.strip_prefix('=') {
            return args.named(key).cloned();
        }
        if pick == "*" || pick.ends_with('+') {
            let start: usize = pick.trim_end_matches('+').parse().unwrap_or(0);
            let mut state = State::default();
            args.list.iter().skip(start).for_each(|v| state.add(v.clone()));
            args.named
                .iter()
                .filter(|(n, _)| &**n != "file")
                .for_each(|(_, v)| state.put_rest(v.clone()));
            args.rest.iter().for_each(|v| state.put_rest(v.clone()));
            return Some(Value::object(Shape::List, state));
        }
        if let Some(index) = pick.strip_prefix("%argv") {
            // `execv(path, [name, …])`: the list's first word is the program's own name.
            let list = args.at(index.parse().ok()?)?.clone();
            let (items, complete) = self.items(&list);
            if !complete {
                return Some(list);
            }
            return Some(Value::list(items.into_iter().skip(1).collect()));
        }
        let (index, member) = match pick.split_once('.') {
            Some((index, member)) => (index, Some(member)),
            None => (pick, None),
        };
        let value = args.at(index.parse().ok()?)?.clone();
        match member {
            None => Some(value).filter(|v| !matches!(v, Value::Nothing)),
            Some(member) => {
                let Value::Object(object) = &value else {
                    return None;
                };
                if let Ok(i) = member.parse::<usize>() {
                    return object.state.borrow().items.get(i).cloned();
                }
                let found = object.state.borrow().get(member).cloned();
                found.or_else(|| {
                    // The member may be in what was spread in.
                    let rest = object.state.borrow().rest.clone();
                    rest.into_iter().find(|r| matches!(r, Value::Text(_)))
                })
            }
        }
    }

    pub(super) fn act(
        &mut self,
        act: &'static Act,
        called: &str,
        of: Option<&Value>,
        args: &Args,
        span: Span,
        assembled: bool,
    ) -> Value {
        let before = self.lowered.effects.len();
        let result = self.act_inner(act, called, of, args, span);
        // Who hides the name of what is called hides the call.
        if assembled && !matches!(act.does, Does::Compute) {
            for id in before..self.lowered.effects.len() {
                let id = EffectId(u32::try_from(id).unwrap_or(u32::MAX));
                if matches!(self.lowered.get(id).kind, EffectKind::Exec(_)) {
                    self.flow(Origin::Decoded(Scheme::Assembled), id, Via::Variable);
                }
            }
        }
        result
    }

    fn act_inner(
        &mut self,
        act: &'static Act,
        called: &str,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        match act.does {
            Does::Read => self.read(act, of, args, span),
            Does::List => self.listing(act, of, args, span),
            Does::Write => self.write(act, of, args, span),
            Does::Copy => self.copy(act, of, args, span),
            Does::Open => self.open(act, of, args, span),
            Does::Connect => self.connect(act, called, of, args, span),
            Does::Send => self.send(act, of, args, span),
            Does::Shell => self.shell(act, args, span),
            Does::Run => self.run_words(act, args, span),
            Does::Code => {
                let text = self.pick(&act.text, of, args).unwrap_or_default();
                let at = args
                    .spans
                    .iter()
                    .rev()
                    .next()
                    .copied()
                    .filter(|_| act.text == ["last"]);
                let at = at.or_else(|| args.spans.first().copied()).unwrap_or(span);
                self.run_code(&text, at, act.language.as_deref())
            }
            Does::Load => {
                let value = self.pick(&act.path, of, args).unwrap_or_default();
                self.require(&value, span, span)
            }
            Does::Worker => self.worker(act, of, args, span),
            Does::LoadNative | Does::Unpickle => self.opaque_load(act, of, args, span),
            Does::Env => match self.pick(&act.name, of, args) {
                Some(name) => {
                    let value = self.env_read(&name, span);
                    match args.at(1) {
                        Some(default) if !matches!(default, Value::Nothing) => value.or(default.clone()),
                        _ => value,
                    }
                }
                None => {
                    let id = self.env_at(Word::known("*"), None, EnvAct::Read, self.place(span));
                    let from = vec![Origin::Effect(id)];
                    let mut state = State::default();
                    let one = Value::unknown(Why::Output, from.clone());
                    state.put_rest(match called.ends_with("items") {
                        true => Value::list(vec![one.clone(), one]),
                        false => one,
                    });
                    let shape = if called.ends_with("copy") {
                        Shape::Dict
                    } else {
                        Shape::List
                    };
                    Value::object(shape, state)
                }
            },
            Does::SetEnv | Does::UnsetEnv => {
                let name = self.pick(&act.name, of, args).unwrap_or_default();
                let name = self.word(&name);
                let value = self.pick(&act.data, of, args);
                let word = value.as_ref().map(|v| self.word(v));
                let how = if act.does == Does::SetEnv {
                    EnvAct::Set
                } else {
                    EnvAct::Unset
                };
                let id = self.env_at(name, word, how, self.place(span));
                if let Some(value) = value {
                    self.flow_value(&value, id, Via::Variable);
                }
                Value::Nothing
            }
            Does::Print => self.print(args, span),
            Does::Input => Value::unknown(Why::Input, vec![Origin::Input]),
            Does::Chdir => {
                let value = self.pick(&act.path, of, args).unwrap_or_default();
                let word = self.word(&value);
                let at = Location::resolve(&word, &self.cwd, &self.context.root);
                self.cwd = if self.branch == 0 || at == self.cwd {
                    at
                } else {
                    Location::Unknown
                };
                Value::Nothing
            }
            Does::Exit => Value::Nothing,
            Does::Query => self.query(act, of, args, span),
            Does::Compute => self.compute(act, of, args, span),
            Does::Make => match act.class.as_deref() {
                Some(class) => Value::handle(class, vec![]),
                None => Value::Nothing,
            },
        }
    }

    /// The result of an act on `ids`: a handle of the class, or their bytes; callbacks get it too.
    fn result(
        &mut self,
        act: &'static Act,
        ids: Vec<EffectId>,
        bytes: Option<Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let from: Vec<Origin> = ids.iter().map(|id| Origin::Effect(*id)).collect();
        let bytes = bytes.unwrap_or_else(|| Value::unknown(Why::Output, from.clone()));
        let result = match act.class.as_deref() {
            Some(class) => Value::handle(class, ids),
            None => bytes.clone(),
        };
        for value in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            // Node's `(error, data) => …`, and `response => …` of the http family.
            let first = if matches!(act.does, Does::Connect) {
                bytes.clone()
            } else {
                Value::Nothing
            };
            let call = vec![first, bytes.clone(), bytes.clone()];
            self.branched(|m| m.call_value(&value, call, span));
        }
        result
    }

    fn read(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let Some(path) = self.pick(&act.path, of, args) else {
            return self.unknown_call(&Value::Nothing, args, span);
        };
        if path.known().as_deref().is_some_and(is_stdin) || matches!(path, Value::Number(0.0)) {
            let bytes = Value::unknown(Why::Input, vec![Origin::Input]);
            return self.result(act, vec![], Some(bytes), args, span);
        }
        let mut bytes: Option<Value> = None;
        let mut ids = vec![];
        for word in self.words(&path) {
            let (id, text) = self.read_word(word, span);
            ids.push(id);
            bytes = Some(match bytes {
                Some(there) => there.or(text),
                None => text,
            });
        }
        self.result(act, ids, bytes, args, span)
    }

    /// Reads one path: the effect, and the bytes as far as they are at hand.
    pub(super) fn read_word(&mut self, word: Word, span: Span) -> (EffectId, Value) {
        if let Some(connect) = self.url_path(&word).filter(|_| self.dialect.reads_urls()) {
            let id = self.emit(EffectKind::Connect(connect), span);
            self.flow_word(&word, id, Via::Address);
            return (id, Value::unknown(Why::Output, vec![Origin::Effect(id)]));
        }
        let path = self.path(word.clone());
        let at = path.at.clone();
        let id = self.emit(EffectKind::Read { path }, span);
        self.flow_word(&word, id, Via::Argument);
        let from = vec![Origin::Effect(id)];
        let text = at.in_tree().and_then(|path| self.small_text(path));
        match text {
            Some((path, text)) => {
                self.files.insert(id, path);
                (
                    id,
                    Value::Text(Word {
                        from,
                        ..Word::known(text)
                    }),
                )
            }
            None => (id, Value::unknown(Why::Output, from)),
        }
    }

    fn small_text(&mut self, path: &crate::model::RepoPath) -> Option<(crate::model::RepoPath, String)> {
        let tree = self.context.tree?;
        let path = tree.resolve(path).ok()?;
        let bytes = tree.read(&path, 256 * 1024).ok()?;
        Some((path, String::from_utf8(bytes).ok()?))
    }

    fn listing(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let path = self.pick(&act.path, of, args).unwrap_or_else(|| Value::text("."));
        let mut state = State::default();
        let mut ids = vec![];
        for word in self.words(&path) {
            let operand = self.path(word.clone());
            let id = self.emit(EffectKind::Read { path: operand }, span);
            self.flow_word(&word, id, Via::Argument);
            ids.push(id);
            state.put_rest(entry_of(word, None, vec![Origin::Effect(id)]));
        }
        let names = Value::object(Shape::List, state);
        self.result(act, ids, Some(names.clone()), args, span);
        names
    }

    fn write(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let Some(path) = self.pick(&act.path, of, args) else {
            return self.unknown_call(&Value::Nothing, args, span);
        };
        // `fs.writeFileSync(1, …)` and `/dev/stdout` print.
        if matches!(path, Value::Number(n) if n == 1.0) || path.known().as_deref() == Some("/dev/stdout") {
            let data = self.picked_all(&act.data, of, args);
            return self.print(&Args::plain(data, span), span);
        }
        let how = match act.write.unwrap_or(WriteAct::Overwrite) {
            WriteAct::Overwrite if appends(args) => WriteAct::Append,
            how => how,
        };
        let data = self.picked_all(&act.data, of, args);
        let mut ids = vec![];
        for word in self.words(&path) {
            let network = self.network_path(&word);
            let operand = self.path(word.clone());
            let id = match network {
                Some(connect) => self.emit(EffectKind::Connect(connect), span),
                None => self.emit(
                    EffectKind::Write {
                        path: operand,
                        act: how,
                    },
                    span,
                ),
            };
            self.flow_word(&word, id, Via::Argument);
            for value in &data {
                self.flow_value(value, id, Via::Argument);
            }
            ids.push(id);
        }
        let bytes = if how == WriteAct::Create {
            Some(path)
        } else {
            Some(Value::Nothing)
        };
        self.result(act, ids, bytes, args, span)
    }

    fn picked_all(&mut self, picks: &[String], of: Option<&Value>, args: &Args) -> Vec<Value> {
        picks
            .iter()
            .filter_map(|pick| self.pick_one(pick, of, args))
            .collect()
    }

    fn copy(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let from = self.pick(&act.path, of, args).unwrap_or_default();
        let to = self.pick(&act.to, of, args).unwrap_or_default();
        let how = act.write.unwrap_or(WriteAct::Overwrite);
        let sources = self.words(&from);
        let targets = self.words(&to);
        let mut reads = vec![];
        for word in sources {
            let operand = self.path(word);
            let kind = match how {
                WriteAct::Rename => EffectKind::Write {
                    path: operand,
                    act: WriteAct::Rename,
                },
                _ => EffectKind::Read { path: operand },
            };
            reads.push(self.emit(kind, span));
        }
        for word in targets {
            let operand = self.path(word.clone());
            let id = self.emit(
                EffectKind::Write {
                    path: operand,
                    act: how,
                },
                span,
            );
            self.flow_word(&word, id, Via::Argument);
            for read in &reads {
                self.flow(Origin::Effect(*read), id, Via::File);
            }
        }
        to
    }

    fn open(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let path = self.pick(&act.path, of, args).unwrap_or_default();
        if path.known().as_deref().is_some_and(is_stdin) || matches!(path, Value::Number(0.0)) {
            return Value::unknown(Why::Input, vec![Origin::Input]);
        }
        let mode = match self.pick(&act.mode, of, args) {
            Some(mode) => mode.known().unwrap_or_else(|| "r+".to_owned()),
            None => act.default.clone().unwrap_or_else(|| "r".to_owned()),
        };
        let class = act.class.as_deref();
        self.open_with(&path, &mode, class, args, span)
    }

    /// Opens a file as `mode` says.
    pub(super) fn open_with(
        &mut self,
        path: &Value,
        mode: &str,
        class: Option<&'static str>,
        args: &Args,
        span: Span,
    ) -> Value {
        let reads = mode.contains('r') || mode.contains('+') || mode.contains('<');
        let write = match mode {
            m if m.contains('a') || m.contains(">>") => Some(WriteAct::Append),
            m if m.contains(['w', '>']) => Some(WriteAct::Overwrite),
            m if m.contains('x') => Some(WriteAct::Create),
            m if m.contains('+') => Some(WriteAct::Overwrite),
            _ => None,
        };
        let mut ids = vec![];
        let mut text = None;
        for word in self.words(path) {
            if let Some(connect) = self.url_path(&word) {
                ids.push(self.emit(EffectKind::Connect(connect), span));
                continue;
            }
            if reads {
                let (id, bytes) = self.read_word(word.clone(), span);
                ids.push(id);
                if let (Value::Text(word), None) = (bytes, write) {
                    text = word.as_known().is_some().then_some(word);
                }
            }
            if let Some(how) = write {
                let operand = self.path(word.clone());
                let id = self.emit(
                    EffectKind::Write {
                        path: operand,
                        act: how,
                    },
                    span,
                );
                self.flow_word(&word, id, Via::Argument);
                ids.push(id);
            }
        }
        match (write, class) {
            // A file that is only read is its bytes.
            (None, Some("file")) => {
                let from = ids.iter().map(|id| Origin::Effect(*id)).collect();
                let bytes = match text {
                    Some(word) => Value::Text(word),
                    None => Value::unknown(Why::Output, from),
                };
                self.result_of_open(bytes, args, span)
            }
            (_, Some(class)) => {
                let handle = Value::handle(class, ids);
                self.result_of_open(handle, args, span)
            }
            (_, None) => Value::Nothing,
        }
    }

    fn result_of_open(&mut self, value: Value, args: &Args, span: Span) -> Value {
        for callback in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            let ruby = self.dialect.language == "ruby";
            let call = if ruby {
                vec![value.clone()]
            } else {
                vec![Value::Nothing, value.clone()]
            };
            self.branched(|m| m.call_value(&callback, call, span));
        }
        value
    }

    fn connect(
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
        let targets = self.targets(act, of, args, traffic);
        let mut ids = vec![];
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
    fn targets(
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
            if let Value::Object(object) = &value {
                if object.shape == Shape::Dict {
                    out.extend(self.target_of_options(object, act, traffic));
                    continue;
                }
            }
            let word = self.word(&value);
            // A URL without a host stays with the server it came from: a relative address of a page.
            let mut connect = address::connect(&word, traffic);
            if connect.scheme.is_none() {
                connect.scheme.clone_from(&act.scheme);
            }
            out.push((connect, word.origins()));
        }
        out
    }

    /// `{ hostname, port, path }` and kin.
    fn target_of_options(
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
            return vec![(address::connect(&whole, traffic), whole.origins())];
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

    fn send(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
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

    /// Bytes of `value` are written to the handle `target`.
    pub(super) fn send_to(&mut self, target: &Value, value: &Value, span: Span) {
        for target in target.each() {
            match &target {
                Value::Object(object) => {
                    let effects = object.state.borrow().effects.clone();
                    for id in effects {
                        self.flow_value(value, id, Via::Argument);
                        if let EffectKind::Connect(connect) = &mut self.lowered.get_mut(id).kind {
                            if connect.traffic == Traffic::Fetch {
                                connect.traffic = Traffic::Both;
                            }
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

    /// Prints: the output of the text, and decisions in it.
    pub(super) fn print(&mut self, args: &Args, span: Span) -> Value {
        if let Some(Value::Native(native)) = args.named("file") {
            if native.name.to_lowercase().contains("stderr") {
                return Value::Nothing;
            }
        }
        if let Some(target @ Value::Object(_)) = args.named("file").cloned() {
            for value in args.list.clone() {
                self.send_to(&target, &value, span);
            }
            return Value::Nothing;
        }
        for value in args.list.iter().chain(&args.rest).cloned().collect::<Vec<_>>() {
            for origin in self.origins(&value) {
                if !self.lowered.output.contains(&origin) {
                    self.lowered.output.push(origin);
                }
            }
            let text = match &value {
                Value::Object(object) if object.shape == Shape::Dict => self.to_json(&value),
                value => value.clone(),
            };
            for word in self.words(&text) {
                for found in decision::find_in_word(&word) {
                    self.decided(&found, span);
                }
            }
            let word = self.word(&value);
            if word.as_known().is_some() && self.printed.len() < 1_000 && self.branch == 0 {
                self.printed.push(word);
            } else {
                self.prints_unknown = true;
            }
        }
        Value::Nothing
    }

    /// A decision is printed: told where its value stands, if that is inside the call.
    fn decided(&mut self, found: &decision::Decision, span: Span) {
        let text = self.sources.text(self.source()).clone();
        let inside = text.get(span.start..span.end).and_then(|code| {
            let quoted = [format!("\"{}\"", found.value), format!("'{}'", found.value)];
            quoted
                .iter()
                .find_map(|q| code.find(q.as_str()).map(|at| (at, q.len())))
        });
        let at = inside.map_or(span, |(at, len)| {
            Span::new(span.start + at, span.start + at + len)
        });
        self.emit(found.effect(), at);
    }

    fn worker(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let value = self.pick(&act.path, of, args).unwrap_or_default();
        // `new Worker(code, { eval: true })`
        let inline = args.at(1).and_then(|o| match o {
            Value::Object(object) => object.state.borrow().get("eval").and_then(Value::truth),
            _ => None,
        });
        if inline == Some(true) {
            return self.run_code(&value, span, None);
        }
        let mut ids = vec![];
        for word in self.words(&value) {
            ids.push(self.start_script(word, span));
        }
        self.result(act, ids, None, args, span)
    }

    fn opaque_load(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let picks = if act.does == Does::LoadNative {
            &act.path
        } else {
            &act.data
        };
        let value = self.pick(picks, of, args).unwrap_or_default();
        let mut ids = vec![];
        for word in self.words(&value) {
            let shown = if act.does == Does::LoadNative {
                word.clone()
            } else {
                Word::unknown(Why::Output)
            };
            let exec = Exec {
                program: shown,
                argv: vec![],
                how: How::Load,
                understood: Understood::Opaque,
                followed: false,
                package: None,
            };
            let id = self.emit(EffectKind::Exec(exec), span);
            self.flow_word(&word, id, Via::Argument);
            if act.does == Does::Unpickle {
                self.flow_value(&value, id, Via::Argument);
                if word.as_known().is_some() || matches!(value, Value::Bytes(_)) {
                    self.flow(Origin::Decoded(Scheme::Serialized), id, Via::Variable);
                }
            }
            ids.push(id);
        }
        let mut from: Vec<Origin> = ids.iter().map(|id| Origin::Effect(*id)).collect();
        if act.does == Does::Unpickle {
            from = self.origins(&value);
        }
        Value::unknown(Why::Output, from)
    }

    fn query(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let text = self.pick(&act.text, of, args).unwrap_or_default();
        let verb = text.known().unwrap_or_default().trim_start().to_ascii_lowercase();
        let class = match verb.split_whitespace().next().unwrap_or("") {
            "select" | "pragma" | "explain" | "with" | "values" => QueryClass::Read,
            "insert" | "update" | "delete" | "replace" | "upsert" => QueryClass::Write,
            "create" | "drop" | "alter" | "attach" | "vacuum" | "reindex" => QueryClass::Schema,
            "grant" | "revoke" => QueryClass::Grant,
            _ => QueryClass::Unknown,
        };
        let dialect = act.language.clone().unwrap_or_default();
        let id = self.emit(
            EffectKind::Query {
                dialect,
                class,
                objects: vec![],
            },
            span,
        );
        self.flow_args(args, id, Via::Argument);
        if let Some(Value::Object(object)) = of {
            let effects = object.state.borrow().effects.clone();
            for effect in effects {
                self.flow_args(args, effect, Via::Argument);
            }
        }
        Value::unknown(Why::Output, vec![Origin::Effect(id)])
    }
}

fn is_stdin(path: &str) -> bool {
    matches!(path, "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
}

fn port_of(value: &Value) -> Option<u16> {
    value.known()?.trim().parse().ok()
}

/// `{ flag: "a" }` in the options of a write.
fn appends(args: &Args) -> bool {
    args.all().any(|value| match value {
        Value::Object(object) => {
            let state = object.state.borrow();
            let flag = state
                .get("flag")
                .or_else(|| state.get("flags"))
                .and_then(Value::known);
            flag.is_some_and(|f| f.starts_with('a'))
                || state.get("append").and_then(Value::truth) == Some(true)
        }
        _ => false,
    })
}
