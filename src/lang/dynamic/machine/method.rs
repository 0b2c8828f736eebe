//! Methods of built-in values: texts, lists, dictionaries, promises, handles.

use std::rc::Rc;

use super::Machine;
use super::call::Args;
use super::expression::splits_word;
use crate::lang::dynamic::decode;
use crate::lang::dynamic::value::{Bound, Object, Shape, State, Value, merge};
use crate::model::{Origin, Scheme, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn call_method(&mut self, method: &Rc<Bound>, args: Args, span: Span) -> Value {
        let of = method.of.clone();
        match &*method.name {
            "call" if is_callable(&of) => {
                let mut args = args;
                if !args.list.is_empty() {
                    args.list.remove(0);
                    args.spans.remove(0);
                }
                return self.invoke_value(&of, args, span);
            }
            "apply" if is_callable(&of) => {
                let list = args.at(1).cloned().unwrap_or_default();
                let (items, complete) = self.items(&list);
                let args = if complete {
                    Args::plain(items, span)
                } else {
                    Args {
                        rest: vec![self.one_of(items, &list)],
                        ..Args::default()
                    }
                };
                return self.invoke_value(&of, args, span);
            }
            "bind" if is_callable(&of) => return of,
            _ => {}
        }
        if let Some(class) = Self::shape_name(&of) {
            let key = format!("{class}#{}", method.name);
            if let Some(act) = (self.dialect.apis)().act(&key) {
                return self.act(act, &key, Some(&of), &args, span, method.assembled);
            }
            if class == "path" {
                if let Some(value) = self.path_member(&of, &method.name) {
                    return value;
                }
            } else if class == "url" {
                return self.url_method(&of, &method.name, &args);
            } else if let Some(value) = self.handle_method(&of, &method.name, &args, span) {
                return value;
            }
        }
        if let Some(value) = self.promise_method(&of, &method.name, &args, span) {
            return value;
        }
        if let Some(value) = self.list_method(&of, &method.name, &args, span) {
            return value;
        }
        if let Some(value) = self.text_method(&of, &method.name, &args, span) {
            return value;
        }
        // A method that may change what it is called on.
        if let Value::Object(object) = &of {
            let mut from = vec![];
            for value in args.all() {
                merge(&mut from, &self.origins(value));
            }
            if !from.is_empty() {
                object
                    .state
                    .borrow_mut()
                    .put_rest(Value::unknown(Why::Output, from));
            }
        }
        self.unknown_call(&of, &args, span)
    }

    /// `.then(f)` and kin: a promise is the value it will have.
    fn promise_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let callback = args.at(0).filter(|v| is_callable(v)).cloned();
        match (method, callback) {
            ("then", Some(callback)) => {
                let result = self.call_value(&callback, vec![of.clone()], span);
                if let Some(other) = args.at(1).filter(|v| is_callable(v)).cloned() {
                    self.branched(|m| m.call_value(&other, vec![Value::unknown(Why::Output, vec![])], span));
                }
                Some(result)
            }
            ("catch", Some(callback)) => {
                let other = self
                    .branched(|m| m.call_value(&callback, vec![Value::unknown(Why::Output, vec![])], span));
                Some(match other {
                    Value::Nothing => of.clone(),
                    other => of.clone().or(other),
                })
            }
            ("finally", Some(callback)) => {
                self.call_value(&callback, vec![], span);
                Some(of.clone())
            }
            _ => None,
        }
    }

    /// Events and streams of a handle; `None` for other methods.
    fn handle_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let Value::Object(object) = of else { return None };
        let from: Vec<Origin> = object
            .state
            .borrow()
            .effects
            .iter()
            .map(|id| Origin::Effect(*id))
            .collect();
        let bytes = Value::unknown(Why::Output, from.clone());
        match method {
            "on" | "once" | "addEventListener" | "addListener" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &from, span);
                }
                Some(of.clone())
            }
            "pipe" | "pipeTo" | "pipeThrough" => {
                self.into_handles(args, &from);
                Some(args.at(0).cloned().unwrap_or(bytes))
            }
            "__enter__" | "makefile" | "detach" | "unref" | "ref" | "setEncoding" | "accept" => {
                Some(of.clone())
            }
            _ => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &from, span);
                }
                Some(bytes)
            }
        }
    }

    fn list_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let Value::Object(object) = of else {
            return self.unknown_list_method(of, method, args, span);
        };
        if object.state.borrow().class.is_some() || matches!(object.shape, Shape::Handle(_)) {
            return None;
        }
        let callback = args.at(0).filter(|v| is_callable(v)).cloned();
        Some(match (method, callback) {
            ("map" | "flatMap", Some(callback)) => {
                let (items, complete) = self.items(of);
                let mut state = State::default();
                if complete && items.len() <= 4096 {
                    for (i, item) in items.into_iter().enumerate() {
                        let result = self.call_value(&callback, vec![item, Value::Number(i as f64)], span);
                        state.add(result);
                    }
                } else {
                    let item = self.one_of(items, of);
                    let result = self.call_value(&callback, vec![item], span);
                    state.put_rest(result);
                }
                Value::object(Shape::List, state)
            }
            ("forEach" | "each", Some(callback)) => {
                let (items, complete) = self.items(of);
                let items = if complete && items.len() <= 64 {
                    items
                } else {
                    vec![self.one_of(items, of)]
                };
                for item in items {
                    self.call_value(&callback, vec![item.clone(), item], span);
                }
                Value::Nothing
            }
            (
                "filter" | "find" | "findLast" | "some" | "every" | "findIndex" | "sort" | "toSorted",
                callback,
            ) => {
                let (items, _) = self.items(of);
                if let Some(callback) = callback {
                    let item = self.one_of(items.clone(), of);
                    self.branched(|m| m.call_value(&callback, vec![item.clone(), item], span));
                }
                match method {
                    "find" | "findLast" => self.one_of(items, of),
                    "some" | "every" | "findIndex" => Value::unknown(Why::Control, vec![]),
                    "filter" => {
                        let mut state = State::default();
                        items.into_iter().for_each(|i| state.put_rest(i));
                        Value::object(Shape::List, state)
                    }
                    _ => of.clone(),
                }
            }
            ("reduce", Some(callback)) => self.reduce(of, &callback, args, span),
            ("push" | "append" | "add" | "unshift" | "insert" | "appendleft", _) => {
                let values: Vec<Value> = args
                    .list
                    .iter()
                    .skip(usize::from(method == "insert"))
                    .cloned()
                    .collect();
                self.grow(object, values, &args.rest, method == "unshift");
                Value::Number(object.state.borrow().items.len() as f64)
            }
            ("extend" | "concat" | "update" | "append_all", _) => {
                return Some(self.extend(of, object, method, args));
            }
            ("set" | "setdefault", _) => {
                let key = args.at(0).cloned().unwrap_or_default();
                let value = args.at(1).cloned().unwrap_or_default();
                self.set_member(of, &key, &value, span);
                if method == "set" { of.clone() } else { value }
            }
            ("get" | "pop" | "shift" | "popleft" | "at" | "popitem" | "fetch" | "dig", _) => {
                self.taken(of, object, method, args, span)
            }
            ("reverse" | "toReversed", _) => {
                let mut state = object.state.borrow_mut();
                state.items.reverse();
                let items = state.items.clone();
                let rest = state.rest.clone();
                drop(state);
                let flipped = items.into_iter().map(|v| v.decoded(Scheme::Reversed)).collect();
                Value::object(
                    Shape::List,
                    State {
                        items: flipped,
                        rest,
                        ..State::default()
                    },
                )
            }
            ("pack", _) => {
                let template = args.at(0).and_then(Value::known).unwrap_or_default();
                let (items, _) = self.items(of);
                self.packed(&template, &items)
            }
            ("join", _) => {
                let default = if self.dialect.language == "ruby" { "" } else { "," };
                let separator = args.at(0).cloned().unwrap_or_else(|| Value::text(default));
                self.join(of, &separator)
            }
            ("slice" | "subarray" | "splice", _) => {
                let number = |i: usize| match args.at(i) {
                    Some(Value::Number(n)) => Some(*n as i64),
                    _ => None,
                };
                let end = if method == "splice" { None } else { number(1) };
                self.sliced(of, [number(0), end, None])
            }
            ("keys", _) => {
                let (keys, complete) = self.keys(of);
                self.collected(keys, complete, of)
            }
            ("values", _) => {
                let state = object.state.borrow();
                let all = state
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
                        items: all,
                        rest,
                        ..State::default()
                    },
                )
            }
            ("items" | "entries", _) => self.entries(of),
            ("first" | "last", None) => {
                let (items, complete) = self.items(of);
                let item = if method == "first" {
                    items.first()
                } else {
                    items.last()
                };
                match item {
                    Some(item) if complete => item.clone(),
                    _ => self.one_of(items, of),
                }
            }
            ("copy" | "flat" | "toArray" | "sorted" | "list", _) => of.clone(),
            ("includes" | "has" | "indexOf" | "index" | "count" | "hasOwnProperty", _) => {
                Value::unknown(Why::Control, vec![])
            }
            ("toString" | "decode" | "toJSON" | "encode", _) => match of.known_bytes() {
                Some(bytes) => Value::bytes(bytes, vec![]).decoded(Scheme::Escapes),
                None => Value::unknown(Why::Output, self.origins(of)),
            },
            _ => return None,
        })
    }

    /// Iteration over something that is not known: the callback gets one of its items.
    fn unknown_list_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let callback = args.at(0).filter(|v| is_callable(v)).cloned()?;
        if !matches!(of, Value::Text(_) | Value::Nothing) {
            return None;
        }
        let item = self.one_of(vec![], of);
        match method {
            "map" | "flatMap" => {
                let result = self.call_value(&callback, vec![item], span);
                let mut state = State::default();
                state.put_rest(result);
                Some(Value::object(Shape::List, state))
            }
            "filter" | "sort" | "find" => {
                self.branched(|m| m.call_value(&callback, vec![item.clone(), item.clone()], span));
                Some(of.clone())
            }
            "forEach" => {
                self.branched(|m| m.call_value(&callback, vec![item.clone(), item.clone()], span));
                Some(Value::Nothing)
            }
            // `text.replace(pattern, m => …)`
            "replace" | "replaceAll" | "sub" => None,
            _ => None,
        }
    }

    fn reduce(&mut self, of: &Value, callback: &Value, args: &Args, span: Span) -> Value {
        let (items, complete) = self.items(of);
        let mut sum = args.at(1).cloned();
        let items = if complete && items.len() <= 1024 {
            items
        } else {
            vec![self.one_of(items, of); 2]
        };
        for item in items {
            sum = Some(match sum {
                Some(sum) => self.call_value(callback, vec![sum, item], span),
                None => item,
            });
        }
        sum.unwrap_or_default()
    }

    fn grow(&mut self, object: &Rc<Object>, values: Vec<Value>, rest: &[Value], front: bool) {
        let weak = self.branch != 0;
        let mut state = object.state.borrow_mut();
        for value in values {
            if weak && state.items.iter().any(|v| v.same(&value)) {
                continue;
            }
            match (weak && state.items.len() > 64, front) {
                (true, _) => state.put_rest(value),
                (false, true) => state.items.insert(0, value),
                (false, false) => state.add(value),
            }
        }
        rest.iter().for_each(|v| state.put_rest(v.clone()));
    }

    fn extend(&mut self, of: &Value, object: &Rc<Object>, method: &str, args: &Args) -> Value {
        let (mut added, mut unknown) = (vec![], args.rest.clone());
        let mut members = vec![];
        for value in &args.list {
            if let Value::Object(other) = value {
                if !Rc::ptr_eq(other, object) {
                    members.extend(other.state.borrow().members.iter().cloned());
                }
            }
            let (items, complete) = self.items(value);
            let plain = matches!(value, Value::Object(o) if o.shape != Shape::Dict);
            match (complete, plain) {
                (true, true) => added.extend(items),
                (_, true) => unknown.push(self.one_of(items, value)),
                _ if members.is_empty() => added.push(value.clone()),
                _ => {}
            }
        }
        if method == "concat" {
            let state = object.state.borrow();
            let mut fresh = State {
                items: state.items.clone(),
                rest: state.rest.clone(),
                ..State::default()
            };
            drop(state);
            added.into_iter().for_each(|v| fresh.add(v));
            unknown.into_iter().for_each(|v| fresh.put_rest(v));
            return Value::object(Shape::List, fresh);
        }
        let weak = self.branch != 0;
        let mut state = object.state.borrow_mut();
        for (key, value) in members.into_iter().chain(args.named.iter().cloned()) {
            state.set(&key, value, weak);
        }
        added.into_iter().for_each(|v| state.add(v));
        unknown.into_iter().for_each(|v| state.put_rest(v));
        drop(state);
        of.clone()
    }

    fn taken(&mut self, of: &Value, object: &Rc<Object>, method: &str, args: &Args, span: Span) -> Value {
        match (method, args.at(0)) {
            ("pop" | "shift" | "popleft", None) => {
                let (items, complete) = self.items(of);
                if complete && self.branch == 0 && object.shape == Shape::List {
                    let mut state = object.state.borrow_mut();
                    if method == "pop" {
                        return state.items.pop().unwrap_or_default();
                    }
                    return if state.items.is_empty() {
                        Value::Nothing
                    } else {
                        state.items.remove(0)
                    };
                }
                self.one_of(items, of)
            }
            (_, Some(key)) => {
                let key = key.clone();
                let known = key.known();
                let has = known
                    .as_deref()
                    .is_some_and(|k| object.state.borrow().get(k).is_some());
                let open = !object.state.borrow().rest.is_empty();
                match (
                    has || matches!(key, Value::Number(_)) || known.is_none(),
                    args.at(1),
                ) {
                    (true, _) => self.member(of, &key, span, false),
                    (false, Some(default)) if !open => default.clone(),
                    (false, Some(default)) => self.member(of, &key, span, false).or(default.clone()),
                    (false, None) if open => self.member(of, &key, span, false),
                    (false, None) => Value::Nothing,
                }
            }
            _ => Value::Nothing,
        }
    }

    pub(super) fn collected(&mut self, items: Vec<Value>, complete: bool, of: &Value) -> Value {
        if complete {
            return Value::list(items);
        }
        let one = self.one_of(items, of);
        let mut state = State::default();
        state.put_rest(one);
        Value::object(Shape::List, state)
    }

    /// Pairs of key and value.
    pub(super) fn entries(&mut self, of: &Value) -> Value {
        let Value::Object(object) = of else {
            let from = self.origins(of);
            let mut state = State::default();
            let half = Value::unknown(Why::Control, from);
            state.put_rest(Value::list(vec![half.clone(), half]));
            return Value::object(Shape::List, state);
        };
        let (members, items, rest) = {
            let state = object.state.borrow();
            (state.members.clone(), state.items.clone(), state.rest.clone())
        };
        let mut state = State::default();
        for (key, value) in members {
            state.add(Value::list(vec![Value::text(key.to_string()), value]));
        }
        for (i, value) in items.into_iter().enumerate() {
            state.add(Value::list(vec![Value::Number(i as f64), value]));
        }
        for value in rest {
            let from = self.origins(&value);
            let half = Value::unknown(Why::Control, from);
            state.put_rest(Value::list(vec![half.clone(), half]));
        }
        Value::object(Shape::List, state)
    }

    /// Items of a list with a text between them.
    pub(super) fn join(&mut self, list: &Value, separator: &Value) -> Value {
        let (items, complete) = self.items(list);
        if !complete || items.len() > 4096 {
            let mut from = self.origins(list);
            merge(&mut from, &self.origins(separator));
            return Value::unknown(Why::Control, from);
        }
        let empty = separator.known().is_some_and(|s| s.is_empty());
        let split = empty
            && items.windows(2).any(|pair| match (&pair[0], &pair[1]) {
                (Value::Text(a), Value::Text(b)) if a.from.is_empty() && b.from.is_empty() => a
                    .as_known()
                    .zip(b.as_known())
                    .is_some_and(|(a, b)| splits_word(a, b)),
                _ => false,
            });
        let mut parts = vec![];
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 && !empty {
                parts.push(separator.clone());
            }
            parts.push(item);
        }
        let whole = self.concat(&parts);
        if split {
            whole.decoded(Scheme::Assembled)
        } else {
            whole
        }
    }

    fn text_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let first = args.at(0);
        // Python's `sep.join(list)`.
        if method == "join" {
            let list = first?.clone();
            return Some(self.join(&list, of));
        }
        let known = of.known();
        let word_from = match of {
            Value::Text(word) => word.from.clone(),
            Value::Bytes(blob) => blob.from.clone(),
            _ => self.origins(of),
        };
        let keep = |text: String| {
            Value::Text(Word {
                from: word_from.clone(),
                ..Word::known(text)
            })
        };
        let number = |i: usize| match args.at(i) {
            Some(Value::Number(n)) => Some(*n as i64),
            _ => None,
        };
        Some(match method {
            "toString" | "decode" | "encode" | "valueOf" | "normalize" | "toJSON" => {
                return Some(self.recode(of, method, first, &word_from));
            }
            "unpack1" | "unpack"
                if first
                    .and_then(Value::known)
                    .is_some_and(|t| t.starts_with(['m', 'H', 'u'])) =>
            {
                let template = first.and_then(Value::known).unwrap_or_default();
                let value = self.packed(&template, std::slice::from_ref(of));
                if method == "unpack1" {
                    value
                } else {
                    Value::list(vec![value])
                }
            }
            "to_s" | "to_str" | "to_sym" | "freeze" | "dup" | "read" | "string" | "content"
            | "decoded_content" | "body" => of.clone(),
            "hex" => Value::unknown(Why::Output, self.origins(of)),
            "trim" | "strip" | "trimEnd" | "trimStart" | "rstrip" | "lstrip" | "chomp" | "toWellFormed" => {
                match known {
                    Some(text) if args.list.is_empty() => keep(text.trim().to_owned()),
                    Some(text) => {
                        let set = first.and_then(Value::known).unwrap_or_default();
                        keep(text.trim_matches(|c| set.contains(c)).to_owned())
                    }
                    None => of.clone(),
                }
            }
            "toLowerCase" | "lower" | "downcase" | "casefold" | "toLocaleLowerCase" => {
                known.map_or_else(|| of.clone(), |t| keep(t.to_lowercase()))
            }
            "toUpperCase" | "upper" | "upcase" => {
                known.map_or_else(|| of.clone(), |t| keep(t.to_uppercase()))
            }
            "slice" | "substring" => self.sliced(of, [number(0), number(1), None]),
            "substr" => {
                let start = number(0);
                let end = number(1).zip(start).map(|(n, s)| s.saturating_add(n));
                self.sliced(of, [start, end, None])
            }
            "charAt" | "at" => {
                let index = first.cloned().unwrap_or(Value::Number(0.0));
                self.member(of, &index, span, false)
            }
            "charCodeAt" | "codePointAt" => {
                let c = known
                    .as_ref()
                    .and_then(|t| t.chars().nth(usize::try_from(number(0).unwrap_or(0)).ok()?));
                c.map_or_else(
                    || Value::unknown(Why::Arithmetic, word_from.clone()),
                    |c| Value::Number(f64::from(u32::from(c))),
                )
            }
            "split" | "rsplit" | "splitlines" | "lines" | "chars" | "partition" => {
                return Some(self.split(of, method, first));
            }
            "replace" | "replaceAll" | "gsub" | "sub" => return Some(self.replace(of, method, args, span)),
            "concat" => {
                let mut all = vec![of.clone()];
                all.extend(args.list.iter().cloned());
                self.concat(&all)
            }
            "repeat" => {
                let times = first.cloned().unwrap_or_default();
                self.operate("*", of, &times)
            }
            "format" => self.format_braces(of, args),
            "reverse" if known.is_some() => self.sliced(of, [None, None, Some(-1)]),
            "startsWith" | "startswith" => {
                let prefix = first.and_then(Value::known);
                match known.zip(prefix) {
                    Some((text, prefix)) => Value::Bool(text.starts_with(&prefix)),
                    None => Value::unknown(Why::Control, vec![]),
                }
            }
            "endsWith" | "endswith" => {
                let suffix = first.and_then(Value::known);
                match known.zip(suffix) {
                    Some((text, suffix)) => Value::Bool(text.ends_with(&suffix)),
                    None => Value::unknown(Why::Control, vec![]),
                }
            }
            "includes" | "indexOf" | "find" | "test" | "search" | "lastIndexOf" | "isdigit" | "index"
            | "localeCompare" | "count" | "isalpha" | "equals"
                if !args.all().any(is_callable) =>
            {
                Value::unknown(Why::Control, vec![])
            }
            "padStart" | "padEnd" | "ljust" | "rjust" | "zfill" | "title" | "capitalize" | "expandtabs" => {
                of.clone()
            }
            "translate" | "tr" => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from).decoded(Scheme::Substituted)
            }
            "pipe" => {
                let from = self.origins(of);
                self.into_handles(args, &from);
                first.cloned().unwrap_or_default()
            }
            _ => return None,
        })
    }

    /// `toString("base64")`, `decode("utf-8")`, `encode()`.
    fn recode(&mut self, of: &Value, method: &str, first: Option<&Value>, from: &[Origin]) -> Value {
        let codec = first
            .and_then(Value::known)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let bytes = of.known_bytes();
        let decoding = method == "decode";
        match (codec.as_str(), bytes) {
            ("rot13" | "rot_13" | "rot-13", Some(bytes)) => {
                let text = decode::rot13(&String::from_utf8_lossy(&bytes));
                Value::bytes(text.into_bytes(), from.to_vec()).decoded(Scheme::Substituted)
            }
            ("base64" | "base_64" | "hex" | "base64url", Some(bytes)) if decoding => {
                self.decoded_by(&codec, &bytes, from)
            }
            ("base64" | "hex" | "base64url", _) => Value::unknown(Why::Output, self.origins(of)),
            (_, Some(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => Value::Text(Word {
                    from: from.to_vec(),
                    ..Word::known(text)
                }),
                Err(error) => {
                    // Latin-1 and kin keep every byte; UTF-16 drops the zeros.
                    let bytes = error.into_bytes();
                    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
                    Value::Text(Word {
                        from: from.to_vec(),
                        ..Word::known(text)
                    })
                }
            },
            _ => of.clone(),
        }
    }

    pub(super) fn decoded_by(&mut self, codec: &str, bytes: &[u8], from: &[Origin]) -> Value {
        let (scheme, decoded) = match codec {
            "hex" => (Scheme::Hex, decode::hex(bytes)),
            _ => (Scheme::Base64, decode::base64(bytes)),
        };
        match decoded.filter(|d| d.len() <= self.context.limits.text_bytes) {
            Some(decoded) => Value::bytes(decoded, from.to_vec()).decoded(scheme),
            None => Value::unknown(Why::NotUnderstood, from.to_vec()).decoded(scheme),
        }
    }

    fn split(&mut self, of: &Value, method: &str, first: Option<&Value>) -> Value {
        let Some(text) = of.known() else {
            let mut state = State::default();
            let one = self.one_of(vec![], of);
            state.put_rest(one);
            return Value::object(Shape::List, state);
        };
        let from = match of {
            Value::Text(word) => word.from.clone(),
            _ => vec![],
        };
        let separator = first.and_then(Value::known);
        let parts: Vec<String> = match (method, separator.as_deref()) {
            ("splitlines" | "lines", _) => text.lines().map(str::to_owned).collect(),
            ("chars", _) | (_, Some("")) => text.chars().map(|c| c.to_string()).collect(),
            ("partition", Some(mark)) => match text.split_once(mark) {
                Some((a, b)) => vec![a.to_owned(), mark.to_owned(), b.to_owned()],
                None => vec![text.clone(), String::new(), String::new()],
            },
            (_, Some(mark)) => text.split(mark).map(str::to_owned).collect(),
            _ if first.is_some_and(|v| !matches!(v, Value::Nothing)) => {
                return Value::unknown(Why::Control, self.origins(of));
            }
            _ => text.split_whitespace().map(str::to_owned).collect(),
        };
        Value::list(
            parts
                .into_iter()
                .map(|p| {
                    Value::Text(Word {
                        from: from.clone(),
                        ..Word::known(p)
                    })
                })
                .collect(),
        )
    }

    fn replace(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Value {
        for value in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            let from = self.origins(of);
            self.escape(&value, &from, span);
        }
        let texts = (
            of.known(),
            args.at(0).and_then(Value::known),
            args.at(1).and_then(Value::known),
        );
        if let (Some(text), Some(what), Some(with)) = texts {
            let grows = text.matches(what.as_str()).count().saturating_mul(with.len());
            if grows <= self.context.limits.text_bytes && !what.is_empty() {
                let once = method == "replace" && !self.dialect.local_by_assignment;
                let out = if once {
                    text.replacen(&what, &with, 1)
                } else {
                    text.replace(&what, &with)
                };
                let from = self.origins(of);
                return Value::Text(Word {
                    from,
                    ..Word::known(out)
                });
            }
        }
        let mut from = self.origins(of);
        if let Some(with) = args.at(1) {
            merge(&mut from, &self.origins(with));
        }
        Value::unknown(Why::Output, from)
    }

    /// Python's `"{}{name}".format(…)`.
    fn format_braces(&mut self, of: &Value, args: &Args) -> Value {
        let Some(format) = of.known() else {
            return self.unknown_call(of, args, Span::default());
        };
        let mut parts = vec![];
        let mut next = 0;
        let mut rest = format.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            parts.push(Value::text(before.replace("}}", "}")));
            if let Some(tail) = after.strip_prefix('{') {
                parts.push(Value::text("{"));
                rest = tail;
                continue;
            }
            let Some((field, tail)) = after.split_once('}') else {
                break;
            };
            let key = field.split([':', '!', '.', '[']).next().unwrap_or("");
            let value = match key.parse::<usize>() {
                Ok(i) => args.at(i).cloned(),
                Err(_) if key.is_empty() => {
                    next += 1;
                    args.at(next - 1).cloned()
                }
                Err(_) => args.named(key).or_else(|| args.rest.first()).cloned(),
            };
            parts.push(value.unwrap_or_else(|| Value::unknown(Why::Output, vec![])));
            rest = tail;
        }
        parts.push(Value::text(rest.replace("}}", "}")));
        self.concat(&parts)
    }

    /// A member of a path that is a value, not a function.
    pub(super) fn path_member(&mut self, of: &Value, member: &str) -> Option<Value> {
        Some(match member {
            "parent" | "dirname" => {
                let parts = [of.clone(), Value::text("..")];
                self.join_path(&parts, true)
            }
            "name" | "stem" | "suffix" => match of.known() {
                Some(text) => {
                    let name = text.rsplit('/').next().unwrap_or("").to_owned();
                    let (stem, suffix) = name
                        .rsplit_once('.')
                        .map_or((name.as_str(), ""), |(s, _)| (s, &name[s.len()..]));
                    Value::text(match member {
                        "name" => name.clone(),
                        "stem" => stem.to_owned(),
                        _ => suffix.to_owned(),
                    })
                }
                None => Value::unknown(Why::Output, self.origins(of)),
            },
            "exists" | "is_file" | "is_dir" | "stat" | "is_symlink" => Value::unknown(Why::Control, vec![]),
            "with_name" | "with_suffix" | "with_stem" | "relative_to" => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from)
            }
            _ => return None,
        })
    }

    /// A member of a URL.
    pub(super) fn url_member(&mut self, of: &Value, member: &str) -> Value {
        match member {
            "href" | "origin" => Value::Text(self.word(of)),
            "searchParams" => of.clone(),
            _ => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from)
            }
        }
    }

    /// A method of a URL or of its parameters: what is added to it is in its text.
    fn url_method(&mut self, of: &Value, method: &str, args: &Args) -> Value {
        match method {
            "append" | "set" | "sort" | "delete" => {
                for value in args.list.clone() {
                    self.add_to_url(of, &value);
                }
                of.clone()
            }
            _ => Value::Text(self.word(of)),
        }
    }

    pub(super) fn add_to_url(&mut self, of: &Value, value: &Value) {
        let Value::Object(object) = of else { return };
        let more = self.word(value);
        let mut word = object.state.borrow().text.clone().unwrap_or_default();
        let joint = if word.display().contains('?') { "&" } else { "?" };
        word.push_str(joint);
        word.append(&more);
        let word = self.bounded(word);
        object.state.borrow_mut().text = Some(word);
    }

    pub(super) fn flow_args(&mut self, args: &Args, to: crate::model::EffectId, via: Via) {
        for value in args.all().cloned().collect::<Vec<_>>() {
            self.flow_value(&value, to, via);
        }
    }
}

/// Whether a value can be called.
pub(super) fn is_callable(value: &Value) -> bool {
    match value {
        Value::Function(_) | Value::Native(_) | Value::Bound(_) | Value::Class(_) => true,
        Value::Any(values) => values.iter().any(is_callable),
        _ => false,
    }
}
