//! Functions of the platform that only compute: paths, encodings, keys of objects.

use super::Machine;
use super::call::Args;
use super::expression::spread_into;
use super::method::is_callable;
use crate::lang::dynamic::api::Act;
use crate::lang::dynamic::decode;
use crate::lang::dynamic::value::{Shape, State, Value, merge};
use crate::model::{Anchor, Origin, Piece, Scheme, Span, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn compute(
        &mut self,
        act: &'static Act,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let first = args.at(0).cloned().unwrap_or_default();
        let of_or_first = of.cloned().unwrap_or_else(|| first.clone());
        match act.op.as_deref().unwrap_or("") {
            "nothing" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &[], span);
                }
                Value::Nothing
            }
            "same" => match &act.returns {
                Some(name) => self.native(name, span, false),
                None => first,
            },
            "bytes-of" => {
                let from = args
                    .all()
                    .cloned()
                    .collect::<Vec<_>>()
                    .iter()
                    .flat_map(|v| self.origins(v))
                    .collect();
                Value::unknown(Why::Input, from)
            }
            "first" if matches!(&first, Value::Native(n) if (self.dialect.apis)().value(&n.name) == Some("env")) =>
            {
                let from = self.origins(&first);
                Value::unknown(Why::Output, from)
            }
            "first" => {
                if args.all().any(is_callable) {
                    let from = self.origins(&first);
                    for value in args.all().cloned().collect::<Vec<_>>() {
                        self.escape(&value, &from, span);
                    }
                }
                match args.list.iter().chain(&args.rest).next() {
                    Some(Value::Object(object)) if object.shape == Shape::Handle("path") => {
                        Value::Text(self.word(&first))
                    }
                    Some(value) => value.clone(),
                    // `readline.createInterface({input: process.stdin})`, `get-stdin()`.
                    None => Value::unknown(Why::Input, vec![]),
                }
            }
            "join-path" => {
                let mut parts: Vec<Value> =
                    of.cloned().into_iter().chain(args.list.iter().cloned()).collect();
                parts.extend(args.rest.first().cloned());
                let python = self.dialect.local_by_assignment;
                let joined = self.join_path(&parts, python);
                if of.is_some() { joined } else { self.plain(joined) }
            }
            "resolve-path" => {
                let mut parts = vec![];
                for part in args.list.iter().chain(args.rest.first()) {
                    let absolute = match part {
                        Value::Text(word) => {
                            word.known_prefix().starts_with('/')
                                || matches!(word.pieces.first(), Some(Piece::Anchor(_)))
                        }
                        _ => false,
                    };
                    if absolute {
                        parts.clear();
                    }
                    parts.push(part.clone());
                }
                let joined = self.join_path(&parts, true);
                let joined = self.plain(joined);
                self.seen_from_cwd(joined)
            }
            "pathlib" => {
                let parts: Vec<Value> = args.list.to_vec();
                let parts = if parts.is_empty() {
                    vec![Value::text(".")]
                } else {
                    parts
                };
                self.join_path(&parts, true)
            }
            "path" => of_or_first,
            "dirname" => {
                let parts = [first, Value::text("..")];
                let joined = self.join_path(&parts, true);
                self.plain(joined)
            }
            "basename" => match first.known() {
                Some(text) => Value::text(text.trim_end_matches('/').rsplit('/').next().unwrap_or("")),
                None => Value::unknown(Why::Output, self.origins(&first)),
            },
            "expand-home" => self.expand_home(&of_or_first),
            "home" => self.path_value(Word::anchor(Anchor::Home)),
            "temp" => self.path_value(Word::anchor(Anchor::Temp)),
            "cwd" => {
                let at = self.cwd.clone();
                let word = self.location_word(&at);
                self.path_value(word)
            }
            "require" => {
                let at = args.spans.first().copied().unwrap_or(span);
                self.require(&first, at, span)
            }
            "url" => self.url(&first, args.at(1)),
            "url-join" => {
                let base = args.at(0).cloned();
                let path = args.at(1).cloned().unwrap_or_default();
                let url = self.url(&path, base.as_ref());
                Value::Text(self.word(&url))
            }
            "decode" => self.decode(act.decodes, &first),
            "base32" => self.decode_with(Scheme::Base64, &first, decode::base32),
            "base85" => self.decode_with(Scheme::Base64, &first, |b| {
                decode::base85(b, false).or_else(|| decode::base85(b, true))
            }),
            "codec" => self.codec(
                &first,
                args.at(1).and_then(Value::known).as_deref().unwrap_or("utf-8"),
            ),
            "buffer" => match args.at(1).and_then(Value::known).as_deref() {
                Some("base64" | "base64url") => self.decode(Some(Scheme::Base64), &first),
                Some("hex") => self.decode(Some(Scheme::Hex), &first),
                _ => match first.known_bytes() {
                    Some(bytes) if matches!(&first, Value::Object(_)) => {
                        Value::bytes(bytes, vec![]).decoded(Scheme::Escapes)
                    }
                    _ => first,
                },
            },
            "concat" => {
                let empty = Value::text("");
                self.join(&first, &empty)
            }
            "plus" => self.add(&args.list),
            "char-codes" => self.char_codes(args),
            "code-point" => match first.known().and_then(|t| t.chars().next()) {
                Some(c) => Value::Number(f64::from(u32::from(c))),
                None => Value::unknown(Why::Arithmetic, self.origins(&first)),
            },
            "deciphered" => {
                let mut from = vec![];
                for value in args.all() {
                    merge(&mut from, &self.origins(value));
                }
                Value::unknown(Why::NotUnderstood, from).decoded(Scheme::Substituted)
            }
            "reversed" => match &first {
                Value::Object(object) if object.shape == Shape::List => {
                    let cut = self.sliced(&first, [None, None, Some(-1)]);
                    let (items, complete) = self.items(&cut);
                    let items: Vec<Value> = items.into_iter().map(|v| v.decoded(Scheme::Reversed)).collect();
                    self.collected(items, complete, &cut)
                }
                _ => match first.known() {
                    Some(text) => {
                        let chars = text
                            .chars()
                            .rev()
                            .map(|c| Value::text(c.to_string()).decoded(Scheme::Reversed));
                        Value::list(chars.collect())
                    }
                    None => first.decoded(Scheme::Reversed),
                },
            },
            "map" => {
                let list = args.at(1).cloned().unwrap_or_default();
                let (items, complete) = self.items(&list);
                let items = if complete {
                    items
                } else {
                    vec![self.one_of(items, &list)]
                };
                let mut out = vec![];
                for item in items {
                    out.push(self.call_value(&first, vec![item], span));
                }
                self.collected(out, complete, &list)
            }
            "any" | "all" => {
                let any = act.op.as_deref() == Some("any");
                let (items, complete) = self.items(&first);
                let truths: Vec<Option<bool>> = items.iter().map(Value::truth).collect();
                match (
                    truths.contains(&Some(any)) && complete,
                    complete && !truths.contains(&None),
                ) {
                    (true, _) => Value::Bool(any),
                    (false, true) => Value::Bool(!any),
                    (false, false) => Value::unknown(Why::Control, vec![]),
                }
            }
            "range" => range(args),
            "zip" => self.zip(args),
            "enumerate" => {
                let (items, complete) = self.items(&first);
                let pairs = items
                    .into_iter()
                    .enumerate()
                    .map(|(i, v)| Value::list(vec![Value::Number(i as f64), v]));
                let pairs: Vec<Value> = pairs.collect();
                if pairs.is_empty() && !complete {
                    let item = self.one_of(vec![], &first);
                    let pair = Value::list(vec![Value::unknown(Why::Arithmetic, vec![]), item]);
                    return self.collected(vec![pair], false, &first);
                }
                self.collected(pairs, complete, &first)
            }
            "int" => integer(&first, args.at(1))
                .unwrap_or_else(|| Value::unknown(Why::Arithmetic, self.origins(&first))),
            "len" => {
                let (items, complete) = self.items(&first);
                if complete {
                    Value::Number(items.len() as f64)
                } else {
                    Value::unknown(Why::Arithmetic, vec![])
                }
            }
            "dict" | "assign" => {
                let mut state = State::default();
                for value in args.list.iter().chain(&args.rest) {
                    self.spread_pairs(&mut state, value);
                }
                for (key, value) in &args.named {
                    state.set(key, value.clone(), false);
                }
                // `Object.assign(target, …)` changes its target.
                if let (Some(Value::Object(target)), true) = (args.list.first(), args.list.len() > 1) {
                    for (key, value) in &state.members {
                        target.state.borrow_mut().set(key, value.clone(), false);
                    }
                    for value in &state.rest {
                        target.state.borrow_mut().put_rest(value.clone());
                    }
                    return first;
                }
                Value::object(Shape::Dict, state)
            }
            "keys" => match &first {
                // The names of a module of the platform are not listed here.
                Value::Native(_) => Value::unknown(Why::Control, vec![]),
                _ => {
                    let (keys, complete) = self.keys(&first);
                    self.collected(keys, complete, &first)
                }
            },
            "values" => match &first {
                Value::Object(object) => {
                    let state = object.state.borrow();
                    let items = state
                        .members
                        .iter()
                        .map(|(_, v)| v.clone())
                        .chain(state.items.iter().cloned())
                        .collect();
                    let rest = state.rest.clone();
                    drop(state);
                    Value::object(
                        Shape::List,
                        State {
                            items,
                            rest,
                            ..State::default()
                        },
                    )
                }
                _ => Value::unknown(Why::Control, self.origins(&first)),
            },
            "entries" => self.entries(&first),
            "get" => {
                let key = args.at(1).cloned().unwrap_or_default();
                let value = self.member(&first, &key, span, true);
                match args.at(2) {
                    Some(default) if !matches!(value, Value::Native(_)) => value.or(default.clone()),
                    _ => value,
                }
            }
            "globals" if !args.list.is_empty() => first,
            "globals" => self.native("%globals", span, true),
            "getter" => super::member::bound(&Value::list(args.list.clone()), "%getter", true),
            "caller" => super::member::bound(&Value::list(args.list.clone()), "%caller", true),
            "apply" => {
                let (callee, rest) = match args.list.split_first() {
                    Some((callee, rest)) => (callee.clone(), rest.to_vec()),
                    None => return Value::Nothing,
                };
                let given = match rest.as_slice() {
                    [_, list] => self.items(list).0,
                    _ => rest,
                };
                self.call_value(&callee, given, span)
            }
            "partial" => {
                for value in args.list.iter().skip(1) {
                    let from = self.origins(value);
                    if !from.is_empty() {
                        self.escape(&first, &from, span);
                    }
                }
                first
            }
            "raw" => self.concat(&args.list),
            "parse-json" => self.parse_json(&first),
            "json" => self.json_text(&first),
            "read-from" => {
                let from = self.origins(&first);
                match &first {
                    Value::Object(object) if object.state.borrow().text.is_some() => {
                        let word = object.state.borrow().text.clone().unwrap_or_default();
                        self.parse_json(&Value::Text(word))
                    }
                    _ => Value::unknown(Why::Input, from),
                }
            }
            "dump" => {
                let target = args.at(1).cloned().unwrap_or_default();
                let text = self.json_text(&first);
                self.send_to(&target, &text, span);
                Value::Nothing
            }
            "stream" => {
                let target = args.at(1).cloned().unwrap_or_default();
                self.send_to(&target, &first, span);
                Value::Nothing
            }
            "split-words" => match first.known() {
                Some(text) if !text.contains(['\'', '"', '\\']) => {
                    Value::list(text.split_whitespace().map(Value::text).collect())
                }
                _ => Value::unknown(Why::Output, self.origins(&first)),
            },
            "callbacks" => {
                let mut from = vec![];
                for value in args.all().filter(|v| !is_callable(v)) {
                    merge(&mut from, &self.origins(value));
                }
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape_or_run(&value, &from, span);
                }
                Value::unknown(Why::Output, from)
            }
            op => self.compute_more(op, act, of, args, span),
        }
    }

    /// `setTimeout("text")` runs text.
    fn escape_or_run(&mut self, value: &Value, from: &[Origin], span: Span) {
        let js = matches!(self.dialect.language, "javascript" | "typescript");
        match value {
            Value::Text(word)
                if js
                    && (word.as_known().is_some_and(|t| t.contains(['(', '=']))
                        || !word.origins().is_empty()) =>
            {
                if !matches!(word.pieces.as_slice(), [Piece::Unknown(u)] if u.why == Why::Arithmetic) {
                    self.run_code(value, span, None);
                }
            }
            Value::Native(_) | Value::Bound(_) => {
                let args = vec![Value::unknown(Why::Input, from.to_vec())];
                self.call_value(value, args, span);
            }
            value => self.escape(value, from, span),
        }
    }

    fn spread_pairs(&mut self, state: &mut State, value: &Value) {
        if let Value::Object(object) = value
            && object.shape == Shape::List
        {
            let (pairs, _) = self.items(value);
            for pair in pairs {
                let (items, _) = self.items(&pair);
                match (items.first().and_then(Value::known), items.get(1)) {
                    (Some(key), Some(item)) => state.set(&key.into(), item.clone(), false),
                    _ => state.put_rest(pair),
                }
            }
            return;
        }
        spread_into(state, value.clone());
    }

    fn zip(&mut self, args: &Args) -> Value {
        let mut columns = vec![];
        let mut complete = true;
        for value in &args.list {
            let (items, whole) = self.items(value);
            complete &= whole;
            let items = if whole {
                items
            } else {
                vec![self.one_of(items, value)]
            };
            columns.push(items);
        }
        let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
        let rows = (0..rows).map(|i| Value::list(columns.iter().filter_map(|c| c.get(i).cloned()).collect()));
        let rows: Vec<Value> = rows.collect();
        self.collected(rows, complete, &Value::Nothing)
    }
}

fn integer(value: &Value, radix: Option<&Value>) -> Option<Value> {
    if let Value::Number(n) = value {
        return Some(Value::Number(n.trunc()));
    }
    let radix = match radix {
        Some(Value::Number(n)) if (2.0..=36.0).contains(n) => *n as u32,
        _ => 10,
    };
    let text = value.known()?;
    let text = text.trim();
    let text = if radix == 16 {
        text.trim_start_matches("0x")
    } else {
        text
    };
    let digits: String = text
        .chars()
        .take_while(|c| c.is_digit(radix) || *c == '-')
        .collect();
    i64::from_str_radix(&digits, radix)
        .ok()
        .map(|n| Value::Number(n as f64))
}

fn range(args: &Args) -> Value {
    let numbers: Option<Vec<i64>> = args
        .list
        .iter()
        .map(|v| {
            if let Value::Number(n) = v {
                Some(*n as i64)
            } else {
                None
            }
        })
        .collect();
    let (start, end, step) = match numbers.as_deref() {
        Some([end]) => (0, *end, 1),
        Some([start, end]) => (*start, *end, 1),
        Some([start, end, step]) if *step != 0 => (*start, *end, *step),
        _ => {
            let mut state = State::default();
            state.put_rest(Value::unknown(Why::Arithmetic, vec![]));
            return Value::object(Shape::List, state);
        }
    };
    let mut items = vec![];
    let mut at = start;
    while (step > 0 && at < end || step < 0 && at > end) && items.len() < 4096 {
        items.push(Value::Number(at as f64));
        at = at.saturating_add(step);
    }
    Value::list(items)
}
