//! Methods of lists and dictionaries.

use super::method::is_callable;
use std::rc::Rc;

use super::Machine;
use super::call::Args;
use super::operator::splits_word;
use crate::lang::dynamic::value::{Object, Shape, State, Value, merge};
use crate::model::{Scheme, Span, Why};

impl Machine<'_, '_> {
    pub(super) fn list_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
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
    pub(super) fn unknown_list_method(
        &mut self,
        of: &Value,
        method: &str,
        args: &Args,
        span: Span,
    ) -> Option<Value> {
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

    pub(super) fn reduce(&mut self, of: &Value, callback: &Value, args: &Args, span: Span) -> Value {
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

    pub(super) fn grow(&mut self, object: &Rc<Object>, values: Vec<Value>, rest: &[Value], front: bool) {
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

    pub(super) fn extend(&mut self, of: &Value, object: &Rc<Object>, method: &str, args: &Args) -> Value {
        let (mut added, mut unknown) = (vec![], args.rest.clone());
        let mut members = vec![];
        for value in &args.list {
            if let Value::Object(other) = value
                && !Rc::ptr_eq(other, object)
            {
                members.extend(other.state.borrow().members.iter().cloned());
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

    pub(super) fn taken(
        &mut self,
        of: &Value,
        object: &Rc<Object>,
        method: &str,
        args: &Args,
        span: Span,
    ) -> Value {
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
}
