//! Expressions.

use std::rc::Rc;

use super::{Machine, name};
use crate::lang::dynamic::tree::{Arg, Collect, Entry, Expr, Kind, Pattern};
use crate::lang::dynamic::value::{Bound, Shape, State, Value};
use crate::model::{Bound as Limit, Origin, Piece, Scheme, Span, Unknown, Why, Word};

/// Combinations of alternatives that one text may have.
const COMBINATIONS: usize = 24;

impl Machine<'_, '_> {
    pub(super) fn eval(&mut self, expr: &Expr) -> Value {
        if !self.step(expr.span) {
            return Value::unknown(Why::Limit, vec![]);
        }
        self.deeper(expr.span, |m| m.eval_inner(expr))
            .unwrap_or_else(|| Value::unknown(Why::Limit, vec![]))
    }

    fn eval_inner(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            Kind::Nothing => Value::Nothing,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(*number),
            Kind::Text(text, hidden) => constant(text, *hidden),
            Kind::Bytes(bytes) => Value::bytes(bytes.to_vec(), vec![]),
            Kind::Name(name) => self.variable(name, expr.span),
            Kind::This => self
                .frames
                .last()
                .and_then(|f| f.this.clone())
                .unwrap_or_default(),
            Kind::Template(parts) => self.template(parts),
            Kind::Plus(parts) => self.plus(parts),
            Kind::Member(of, key) => {
                let value = self.eval_member(of, key, expr.span);
                self.settle(value)
            }
            Kind::Slice(of, parts) => self.slice(of, parts),
            Kind::Call(call) => self.call(call, expr.span),
            Kind::List(items) => self.list(items),
            Kind::Dict(entries) => self.dict(entries),
            Kind::Function(function) => self.closure(function),
            Kind::Class(class) => self.class(class),
            Kind::Binary(operator, left, right) => self.binary(operator, left, right),
            Kind::Not(inner) => match self.eval(inner).truth() {
                Some(truth) => Value::Bool(!truth),
                None => Value::unknown(Why::Control, vec![]),
            },
            Kind::Conditional(parts) => self.conditional_value(parts),
            Kind::Either(parts, all) => self.either(parts, *all),
            Kind::Assign(target, operator, value) => self.assign(target, *operator, value),
            Kind::Sequence(parts) => {
                let mut last = Value::Nothing;
                for part in parts {
                    last = self.eval(part);
                }
                last
            }
            Kind::Collect(collect) => self.collect(collect),
            Kind::Import(specifier) => {
                let value = self.eval(specifier);
                self.require(&value, specifier.span, expr.span)
            }
            Kind::Opaque(parts) => {
                let mut from = vec![];
                for part in parts {
                    let value = self.eval(part);
                    crate::lang::dynamic::value::merge(&mut from, &self.origins(&value));
                }
                Value::unknown(Why::NotUnderstood, from)
            }
        }
    }

    fn variable(&mut self, name: &crate::lang::dynamic::tree::Name, span: Span) -> Value {
        if let Some(value) = self.scope.get(name) {
            return value;
        }
        let native = self.native(name, span, false);
        self.native_value(native, span)
    }

    /// The value that a name of the platform stands for, or the name itself.
    pub(super) fn native_value(&mut self, value: Value, span: Span) -> Value {
        let Value::Native(native) = &value else {
            return value;
        };
        match (self.dialect.apis)().value(&native.name) {
            Some("script") => match self.script() {
                Some(at) => Value::Text(self.location_word(&at)),
                None => Value::unknown(Why::Variable(native.name.clone()), vec![]),
            },
            Some("script-folder") => match self.script() {
                Some(at) => Value::Text(self.location_word(&at.join(".."))),
                None => Value::unknown(Why::Variable(native.name.clone()), vec![]),
            },
            Some("argv") => {
                let mut items = match self.dialect.language {
                    "javascript" | "typescript" => vec![Value::text(self.dialect.interpreter)],
                    _ => vec![],
                };
                items.push(match self.script() {
                    Some(at) => Value::Text(self.location_word(&at)),
                    None => Value::unknown(Why::Parameter, vec![]),
                });
                let given = self.context.argv.iter();
                items.extend(given.map(|w| {
                    Value::Text(crate::lang::dynamic::value::tainted(
                        w.handed_over(),
                        &[Origin::Arguments],
                    ))
                }));
                let state = State {
                    items,
                    rest: vec![Value::unknown(Why::Parameter, vec![Origin::Arguments])],
                    ..State::default()
                };
                Value::object(Shape::List, state)
            }
            Some("main") => Value::Bool(self.module == 0),
            Some(text) if text.starts_with('=') => Value::text(&text[1..]),
            _ => {
                let _ = span;
                value
            }
        }
    }

    fn template(&mut self, parts: &[Expr]) -> Value {
        let values: Vec<Value> = parts.iter().map(|p| self.eval(p)).collect();
        self.concat(&values)
    }

    /// Texts put one after the other, in all combinations of their alternatives up to a bound.
    pub(super) fn concat(&mut self, values: &[Value]) -> Value {
        let mut all = vec![Word::default()];
        for value in values {
            let mut words = self.words(value);
            if words.len() * all.len() > COMBINATIONS {
                words = vec![Word::unknown_from(
                    Why::Control,
                    words.iter().flat_map(Word::origins).collect(),
                )];
            }
            let mut next = vec![];
            for start in &all {
                for word in &words {
                    let mut whole = start.clone();
                    whole.append(word);
                    next.push(self.bounded(whole));
                }
            }
            all = next;
        }
        all.into_iter()
            .map(Value::Text)
            .reduce(Value::or)
            .unwrap_or_default()
    }

    /// The word, or an unknown where it has grown past the limit.
    pub(super) fn bounded(&mut self, word: Word) -> Word {
        let size: usize = word
            .pieces
            .iter()
            .map(|p| match p {
                Piece::Known(text) | Piece::Pattern(text) => text.len(),
                _ => 1,
            })
            .sum();
        if size <= self.context.limits.text_bytes && word.pieces.len() < 2_000 {
            return word;
        }
        Word::unknown_from(Why::Limit, word.origins())
    }

    fn plus(&mut self, parts: &[Expr]) -> Value {
        let values: Vec<Value> = parts.iter().map(|p| self.eval(p)).collect();
        let sum = self.add(&values);
        // A constant that is split inside a word (`"chi" + "ld"`) is split to be hidden.
        let split = parts.windows(2).any(|pair| match (&pair[0].kind, &pair[1].kind) {
            (Kind::Text(a, _), Kind::Text(b, _)) => splits_word(a, b),
            _ => false,
        });
        if split {
            sum.decoded(Scheme::Assembled)
        } else {
            sum
        }
    }

    /// `+` over values: numbers, lists, else texts.
    pub(super) fn add(&mut self, values: &[Value]) -> Value {
        if values.iter().all(|v| matches!(v, Value::Number(_))) {
            return Value::Number(
                values
                    .iter()
                    .map(|v| if let Value::Number(n) = v { *n } else { 0.0 })
                    .sum(),
            );
        }
        let is_list = |v: &Value| matches!(v, Value::Object(o) if o.shape == Shape::List);
        if values.iter().any(is_list) && self.dialect.local_by_assignment {
            let mut state = State::default();
            for value in values {
                let (items, complete) = self.items(value);
                if complete {
                    items.into_iter().for_each(|i| state.add(i));
                } else {
                    state.put_rest(self.one_of(items, value));
                }
            }
            return Value::object(Shape::List, state);
        }
        if values.iter().any(|v| matches!(v, Value::Bytes(_))) {
            let mut bytes = vec![];
            let mut from = vec![];
            for value in values {
                match value.known_bytes() {
                    Some(more) if bytes.len() + more.len() <= self.context.limits.text_bytes => {
                        bytes.extend(more)
                    }
                    _ => return self.concat(values),
                }
                crate::lang::dynamic::value::merge(&mut from, &self.origins(value));
            }
            return Value::bytes(bytes, from);
        }
        self.concat(values)
    }

    /// A member that is not called: what it holds.
    pub(super) fn settle(&mut self, value: Value) -> Value {
        match &value {
            Value::Bound(bound) => match &bound.of {
                Value::Text(word) => Value::unknown(Why::Output, word.origins()),
                Value::Object(object) => match object.shape {
                    Shape::Handle("path") => self.path_member(&bound.of, &bound.name).unwrap_or(value),
                    Shape::Handle("url") => self.url_member(&bound.of, &bound.name),
                    Shape::Handle(_) => value,
                    _ => {
                        let from = self.origins(&bound.of);
                        if from.is_empty() {
                            value
                        } else {
                            Value::unknown(Why::Output, from)
                        }
                    }
                },
                _ => value,
            },
            Value::Any(values) if values.iter().any(|v| matches!(v, Value::Bound(_))) => {
                let all: Vec<Value> = values.iter().map(|v| self.settle(v.clone())).collect();
                all.into_iter().reduce(Value::or).unwrap_or_default()
            }
            _ => value,
        }
    }

    /// The callee of a call: a member stays bound to what it is a member of.
    pub(super) fn callee(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            Kind::Member(of, key) if self.step(expr.span) => self
                .deeper(expr.span, |m| m.eval_member(of, key, expr.span))
                .unwrap_or_else(|| Value::unknown(Why::Limit, vec![])),
            _ => self.eval(expr),
        }
    }

    fn eval_member(&mut self, of: &Expr, key: &Expr, span: Span) -> Value {
        let object = self.eval(of);
        let key_value = self.eval(key);
        let assembled = is_assembled(&key_value) || matches!(&key.kind, Kind::Plus(_) | Kind::Call(_));
        self.member(&object, &key_value, span, assembled)
    }

    /// `of[key]`.
    pub(super) fn member(&mut self, of: &Value, key: &Value, span: Span, assembled: bool) -> Value {
        match of {
            Value::Any(values) => {
                let all: Vec<Value> = values
                    .iter()
                    .map(|v| self.member(v, key, span, assembled))
                    .collect();
                all.into_iter().reduce(Value::or).unwrap_or_default()
            }
            Value::Native(native) => self.native_member(native, key, span, assembled),
            Value::Object(_) => self.object_member(of, key, assembled),
            Value::Class(class) => {
                let Some(known) = key.known() else {
                    return Value::unknown(Why::Control, vec![]);
                };
                if let Some(value) = class.members.state.borrow().get(&known) {
                    return value.clone();
                }
                match self.find_method(class, &known) {
                    Some((function, home)) => self.method_closure(&function, &home, Some(of.clone())),
                    None => bound(of, &known, assembled),
                }
            }
            Value::Function(_) if key.known().as_deref() == Some("constructor") => {
                self.native("%function-constructor", span, true)
            }
            Value::Function(_) | Value::Bytes(_) | Value::Number(_) => match key.known() {
                Some(known) => bound(of, &known, assembled),
                None => Value::unknown(Why::Control, self.origins(of)),
            },
            Value::Text(word) => self.text_member(of, word, key, assembled),
            Value::Nothing | Value::Bool(_) | Value::Bound(_) => {
                Value::unknown(Why::Output, self.origins(of))
            }
        }
    }

    fn text_member(&mut self, of: &Value, word: &Word, key: &Value, assembled: bool) -> Value {
        if let (Value::Number(n), Some(text)) = (key, word.as_known()) {
            let count = text.chars().count() as f64;
            let at = if *n < 0.0 { count + n } else { *n };
            let c = if at >= 0.0 {
                text.chars().nth(at as usize)
            } else {
                None
            };
            return match c {
                Some(c) => Value::Text(Word {
                    from: word.from.clone(),
                    ..Word::known(c.to_string())
                }),
                None => Value::Nothing,
            };
        }
        match key.known() {
            Some(known) if known == "length" => match word.as_known() {
                Some(text) => Value::Number(text.chars().count() as f64),
                None => Value::unknown(Why::Arithmetic, vec![]),
            },
            // A member of something that is not known: more of the same bytes.
            Some(known) if word.has_unknown() && !assembled => Value::Bound(Rc::new(Bound {
                of: of.clone(),
                name: name(&known),
                assembled,
            })),
            Some(known) => bound(of, &known, assembled),
            None => Value::unknown(Why::Control, word.origins()),
        }
    }

    fn native_member(
        &mut self,
        native: &crate::lang::dynamic::value::Native,
        key: &Value,
        span: Span,
        assembled: bool,
    ) -> Value {
        let apis = (self.dialect.apis)();
        if apis.value(&native.name) == Some("env") {
            let method = key
                .known()
                .is_some_and(|k| apis.act(&format!("{}.{k}", native.name)).is_some());
            if !method {
                return self.env_read(key, span);
            }
        }
        if native.name == "module" && key.known().as_deref() == Some("exports") {
            return self
                .modules
                .get(self.module)
                .map(|m| m.exports.clone())
                .unwrap_or_default();
        }
        let Some(known) = key.known() else {
            let name = format!("{}.*", native.name);
            return self.native(&name, span, true);
        };
        if known == "default" || known == "prototype" {
            let name = native.name.clone();
            return self.native(&name, span, native.assembled);
        }
        let name = match native.name.as_str() {
            "" | "self" | "%globals" => known,
            of => format!("{of}.{known}"),
        };
        let value = self.native(&name, span, native.assembled || assembled);
        self.native_value(value, span)
    }

    fn object_member(&mut self, of: &Value, key: &Value, assembled: bool) -> Value {
        let Value::Object(object) = of else {
            return Value::Nothing;
        };
        let state = object.state.borrow();
        if let Value::Number(n) = key {
            let count = state.items.len();
            let at = if *n < 0.0 { count as f64 + n } else { *n };
            if at >= 0.0 && at < count as f64 && state.effects.is_empty() {
                return state.items[at as usize].clone();
            }
        }
        let Some(known) = key.known() else {
            let all: Vec<Value> = state
                .members
                .iter()
                .map(|(_, v)| v.clone())
                .chain(state.items.iter().cloned())
                .collect();
            let all: Vec<Value> = all.into_iter().chain(state.rest.iter().cloned()).collect();
            drop(state);
            return self.one_of(all, of);
        };
        if let Some(value) = state.get(&known) {
            return value.clone();
        }
        if known == "length" && object.shape == Shape::List {
            return match state.rest.is_empty() {
                true => Value::Number(state.items.len() as f64),
                false => Value::unknown(Why::Arithmetic, vec![]),
            };
        }
        if let Some(class) = state.class.clone() {
            drop(state);
            if let Some((function, home)) = self.find_method(&class, &known) {
                return self.method_closure(&function, &home, Some(of.clone()));
            }
            if let Some(value) = class.members.state.borrow().get(&known) {
                return value.clone();
            }
            return bound(of, &known, assembled);
        }
        // What was spread in from the whole environment or another unknown is looked up there.
        if !state.rest.is_empty() && matches!(object.shape, Shape::Dict) {
            let rest = state.rest.clone();
            drop(state);
            let all: Vec<Value> = rest.iter().map(|r| self.rest_member(r, key)).collect();
            return all.into_iter().reduce(Value::or).unwrap_or_default();
        }
        drop(state);
        bound(of, &known, assembled)
    }

    fn rest_member(&mut self, rest: &Value, key: &Value) -> Value {
        match rest {
            Value::Native(native) if (self.dialect.apis)().value(&native.name) == Some("env") => {
                self.env_read(key, native.place.span)
            }
            value => value.clone(),
        }
    }

    fn slice(&mut self, of: &Expr, parts: &[Option<Box<Expr>>; 3]) -> Value {
        let value = self.eval(of);
        let mut numbers = [None; 3];
        let mut known = true;
        for (slot, part) in numbers.iter_mut().zip(parts) {
            if let Some(part) = part {
                match self.eval(part) {
                    Value::Number(n) => *slot = Some(n as i64),
                    Value::Nothing => {}
                    _ => known = false,
                }
            }
        }
        if !known {
            return Value::unknown(Why::Control, self.origins(&value));
        }
        self.sliced(&value, numbers)
    }

    /// Python's `[start:end:step]` over text, bytes or list.
    pub(super) fn sliced(&mut self, value: &Value, [start, end, step]: [Option<i64>; 3]) -> Value {
        let step = step.unwrap_or(1);
        if step == 0 {
            return value.clone();
        }
        let pick = |count: usize| -> Vec<usize> {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let fix = |at: i64| if at < 0 { at.saturating_add(count) } else { at };
            let (low, high) = if step > 0 { (0, count) } else { (-1, count - 1) };
            let mut at = start.map_or(if step > 0 { low } else { high }, |s| fix(s).clamp(low, high));
            let stop = end.map_or(if step > 0 { high } else { low }, |e| fix(e).clamp(low, high));
            let mut picked = vec![];
            while (step > 0 && at < stop) || (step < 0 && at > stop) {
                picked.extend(usize::try_from(at));
                at = at.saturating_add(step);
            }
            picked
        };
        match value {
            Value::Text(word) => match word.as_known() {
                Some(text) => {
                    let chars: Vec<char> = text.chars().collect();
                    let out: String = pick(chars.len())
                        .into_iter()
                        .filter_map(|i| chars.get(i))
                        .collect();
                    let cut = Value::Text(Word {
                        from: word.from.clone(),
                        ..Word::known(out)
                    });
                    if step < 0 {
                        cut.decoded(Scheme::Reversed)
                    } else {
                        cut
                    }
                }
                None => Value::unknown(Why::Control, word.origins()),
            },
            Value::Bytes(blob) => {
                let out = pick(blob.bytes.len())
                    .into_iter()
                    .filter_map(|i| blob.bytes.get(i).copied())
                    .collect();
                let cut = Value::bytes(out, blob.from.clone());
                if step < 0 {
                    cut.decoded(Scheme::Reversed)
                } else {
                    cut
                }
            }
            Value::Object(object) if object.shape == Shape::List => {
                let state = object.state.borrow();
                let items = pick(state.items.len())
                    .into_iter()
                    .filter_map(|i| state.items.get(i).cloned());
                let cut = State {
                    items: items.collect(),
                    rest: state.rest.clone(),
                    ..State::default()
                };
                Value::object(Shape::List, cut)
            }
            value => value.clone(),
        }
    }

    fn list(&mut self, items: &[Arg]) -> Value {
        let mut state = State::default();
        for item in items {
            let value = self.eval(&item.value);
            if item.spread {
                let (items, complete) = self.items(&value);
                if complete {
                    items.into_iter().for_each(|i| state.add(i));
                } else {
                    state.put_rest(self.one_of(items, &value));
                }
            } else {
                state.add(value);
            }
        }
        Value::object(Shape::List, state)
    }

    fn dict(&mut self, entries: &[Entry]) -> Value {
        let mut state = State::default();
        self.describes(entries);
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let key = self.eval(key);
                    let known = key.known();
                    let schema = known.as_deref().is_some_and(super::call::is_schema_key);
                    self.in_schema += usize::from(schema);
                    let value = self.eval(value);
                    self.in_schema -= usize::from(schema);
                    match known {
                        Some(known) => state.set(&name(&known), value, false),
                        None => state.put_rest(value),
                    }
                }
                Entry::Spread(of) => {
                    let value = self.eval(of);
                    spread_into(&mut state, value);
                }
            }
        }
        Value::object(Shape::Dict, state)
    }

    fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Value {
        let left = self.eval(left);
        let right = self.eval(right);
        self.operate(operator, &left, &right)
    }

    /// An operator other than `+` over values.
    pub(super) fn operate(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        if let Some(truth) = compare(operator, left, right) {
            return Value::Bool(truth);
        }
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return arithmetic(operator, *a, *b);
        }
        match (operator, left, right) {
            ("/", Value::Object(object), _) if object.shape == Shape::Handle("path") => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("/", _, Value::Object(object)) if object.shape == Shape::Handle("path") => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("/", Value::Text(a), Value::Text(b)) if !a.is_empty() || !b.is_empty() => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("%", Value::Text(_) | Value::Bytes(_), _) => self.percent_format(left, right),
            ("*", Value::Text(word), Value::Number(n)) | ("*", Value::Number(n), Value::Text(word)) => {
                match word.as_known() {
                    Some(text) if text.len() as f64 * n.max(0.0) <= 65_536.0 => {
                        Value::text(text.repeat(n.max(0.0) as usize))
                    }
                    _ => Value::unknown(Why::Limit, word.origins()),
                }
            }
            ("|" | "|=", Value::Object(a), _) if a.shape == Shape::Dict => {
                let mut state = State::default();
                spread_into(&mut state, left.clone());
                spread_into(&mut state, right.clone());
                Value::object(Shape::Dict, state)
            }
            _ => {
                let mut from = self.origins(left);
                crate::lang::dynamic::value::merge(&mut from, &self.origins(right));
                Value::unknown(Why::Arithmetic, from)
            }
        }
    }

    fn percent_format(&mut self, left: &Value, right: &Value) -> Value {
        let Some(format) = left.known() else {
            let mut from = self.origins(left);
            crate::lang::dynamic::value::merge(&mut from, &self.origins(right));
            return Value::unknown(Why::Output, from);
        };
        let args = match right {
            Value::Object(object) if object.shape == Shape::List => self.items(right).0,
            value => vec![value.clone()],
        };
        self.format(&format, &args)
    }

    /// `printf` over values: `%s`, `%d`, `%(name)s`, `%%`.
    pub(super) fn format(&mut self, format: &str, args: &[Value]) -> Value {
        let mut parts = vec![];
        let mut args_left = args.iter();
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('%') {
            parts.push(Value::text(before));
            let mut after = after;
            let mut named = None;
            if let Some((key, tail)) = after.strip_prefix('(').and_then(|t| t.split_once(')')) {
                named = Some(key);
                after = tail;
            }
            let flags = after.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #.*".contains(c));
            let mut chars = flags.chars();
            match (chars.next(), named) {
                (Some('%'), _) => parts.push(Value::text("%")),
                (Some(_), Some(key)) => {
                    let key = Value::text(key);
                    let of = args.first().cloned().unwrap_or_default();
                    let value = self.member(&of, &key, Span::default(), false);
                    parts.push(value);
                }
                (Some('c'), None) => match args_left.next() {
                    Some(Value::Number(n)) => {
                        parts.push(Value::text(
                            char::from_u32(*n as u32).unwrap_or('\u{fffd}').to_string(),
                        ));
                    }
                    other => parts.push(other.cloned().unwrap_or_default()),
                },
                (Some(_), None) => parts.push(args_left.next().cloned().unwrap_or_default()),
                (None, _) => {}
            }
            rest = chars.as_str();
        }
        parts.push(Value::text(rest));
        self.concat(&parts)
    }

    fn conditional_value(&mut self, parts: &[Expr; 3]) -> Value {
        let [test, then, other] = parts;
        let tested = self.test(test);
        match tested.truth {
            Some(true) => return self.eval(then),
            Some(false) => return self.eval(other),
            None => {}
        }
        let gates = self.gates.len();
        self.gates.extend(tested.when_true);
        let first = self.branched(|m| m.eval(then));
        self.gates.truncate(gates);
        self.gates.extend(tested.when_false);
        let second = self.branched(|m| m.eval(other));
        self.gates.truncate(gates);
        first.or(second)
    }

    /// `a || b`: the first, and the others where it may be empty.
    fn either(&mut self, parts: &[Expr], all: bool) -> Value {
        let mut result: Option<Value> = None;
        let gates = self.gates.len();
        for (i, part) in parts.iter().enumerate() {
            let tested = if i + 1 < parts.len() && all {
                Some(self.test(part))
            } else {
                None
            };
            let value = if i == 0 {
                self.eval(part)
            } else {
                self.branched(|m| m.eval(part))
            };
            let truth = value.truth();
            result = Some(match result {
                // The value of `a && b` that matters is the last one; `a` counts for `||`.
                Some(_) if all => value,
                Some(there) => there.or(value),
                None => value,
            });
            if truth == Some(!all) && i + 1 < parts.len() {
                break;
            }
            if truth == Some(all) && !all {
                // Known to be empty: it is not the value.
                result = None;
            }
            self.gates.extend(tested.map(|t| t.when_true).unwrap_or_default());
        }
        self.gates.truncate(gates);
        result.unwrap_or_default()
    }

    fn assign(&mut self, target: &Pattern, operator: Option<&'static str>, value: &Expr) -> Value {
        let given = self.eval(value);
        let Some(operator) = operator else {
            self.bind(target, given.clone(), false);
            return given;
        };
        let before = match target {
            Pattern::Name(name) => self.variable(name, value.span),
            Pattern::Member(expr) => self.eval(expr),
            _ => Value::Nothing,
        };
        let after = match operator.trim_end_matches('=') {
            "+" | "." => match (&before, &given) {
                // A list grows in place.
                (Value::Object(object), _)
                    if object.shape == Shape::List && self.dialect.local_by_assignment =>
                {
                    let (items, complete) = self.items(&given);
                    let mut state = object.state.borrow_mut();
                    if complete {
                        items.into_iter().for_each(|i| state.add(i));
                    } else {
                        state.put_rest(given);
                    }
                    drop(state);
                    before
                }
                _ => self.add(&[before, given]),
            },
            "||" | "??" | "or" | "//" if operator != "//=" || self.dialect.language == "perl" => {
                before.or(given)
            }
            "&&" => given,
            operator => self.operate(operator, &before, &given),
        };
        self.bind(target, after.clone(), false);
        after
    }

    fn collect(&mut self, collect: &Collect) -> Value {
        let parent = self.scope.clone();
        self.scope = self.new_scope(&parent);
        let mut state = State::default();
        let complete = self.collect_loop(collect, 0, &mut state);
        self.scope = parent;
        let shape = if collect.key.is_some() {
            Shape::Dict
        } else {
            Shape::List
        };
        if !complete {
            let items = std::mem::take(&mut state.items);
            items.into_iter().for_each(|i| state.put_rest(i));
        }
        Value::object(shape, state)
    }

    fn collect_loop(&mut self, collect: &Collect, level: usize, state: &mut State) -> bool {
        let Some((target, over)) = collect.loops.get(level) else {
            return self.collect_element(collect, state);
        };
        let over = self.eval(over);
        let (items, complete) = self.items(&over);
        let (items, complete) = if complete && items.len() <= 4096 && self.turns > items.len() {
            (items, true)
        } else {
            (vec![self.one_of(items, &over)], false)
        };
        let mut whole = complete;
        for item in items {
            self.turns = self.turns.saturating_sub(1);
            self.bind(target, item, true);
            whole &= self
                .deeper(Span::default(), |m| m.collect_loop(collect, level + 1, state))
                .unwrap_or(false);
        }
        whole
    }

    fn collect_element(&mut self, collect: &Collect, state: &mut State) -> bool {
        let mut certain = true;
        for test in &collect.tests {
            match self.test(test).truth {
                Some(false) => return true,
                Some(true) => {}
                None => certain = false,
            }
        }
        let key = collect.key.as_ref().map(|k| self.eval(k));
        let element = self.eval(&collect.element);
        match key.map(|k| (k.known(), k)) {
            None => state.add(element),
            Some((Some(known), _)) => state.set(&name(&known), element, !certain),
            Some((None, key)) => {
                state.put_rest(key);
                state.put_rest(element);
            }
        }
        certain
    }
}

fn constant(text: &str, hidden: bool) -> Value {
    let word = Word::known(text);
    let value = Value::Text(word);
    if hidden {
        value.decoded(Scheme::Escapes)
    } else {
        value
    }
}

/// Whether two constants side by side split a word.
pub(super) fn splits_word(a: &str, b: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    a.chars().last().is_some_and(letter) && b.chars().next().is_some_and(letter)
}

/// Whether the text was decoded or put together on the way.
pub(super) fn is_assembled(value: &Value) -> bool {
    match value {
        Value::Text(word) => word.from.iter().any(|o| matches!(o, Origin::Decoded(_))) || word.has_unknown(),
        Value::Any(_) => true,
        _ => false,
    }
}

/// A method or member of a value whose meaning is decided when it is called.
pub(super) fn bound(of: &Value, known: &str, assembled: bool) -> Value {
    Value::Bound(Rc::new(Bound {
        of: of.clone(),
        name: name(known),
        assembled,
    }))
}

/// Members of `value` become members of `state`.
pub(super) fn spread_into(state: &mut State, value: Value) {
    match &value {
        Value::Object(object) => {
            let other = object.state.borrow();
            for (key, member) in &other.members {
                state.set(key, member.clone(), false);
            }
            for item in other.items.iter().chain(&other.rest) {
                state.put_rest(item.clone());
            }
            for id in &other.effects {
                state.put_rest(Value::unknown(Why::Output, vec![Origin::Effect(*id)]));
            }
        }
        Value::Nothing | Value::Bool(_) => {}
        _ => state.put_rest(value),
    }
}

/// A comparison of two known values.
pub(super) fn compare(operator: &str, left: &Value, right: &Value) -> Option<bool> {
    match operator {
        "==" | "===" | "eq" => Some(left.known()? == right.known()?),
        "!=" | "!==" | "ne" => Some(left.known()? != right.known()?),
        "<" | ">" | "<=" | ">=" => {
            let (Value::Number(a), Value::Number(b)) = (left, right) else {
                return None;
            };
            Some(match operator {
                "<" => a < b,
                ">" => a > b,
                "<=" => a <= b,
                _ => a >= b,
            })
        }
        _ => None,
    }
}

fn arithmetic(operator: &str, a: f64, b: f64) -> Value {
    let bits = |n: f64| n as i64;
    let number = match operator {
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "//" => (a / b).floor(),
        "%" if b != 0.0 => a.rem_euclid(b),
        "**" => a.powf(b),
        "^" => (bits(a) ^ bits(b)) as f64,
        "&" => (bits(a) & bits(b)) as f64,
        "|" => (bits(a) | bits(b)) as f64,
        "<<" => bits(a)
            .checked_shl(u32::try_from(bits(b)).unwrap_or(64))
            .unwrap_or(0) as f64,
        ">>" | ">>>" => bits(a)
            .checked_shr(u32::try_from(bits(b)).unwrap_or(64))
            .unwrap_or(0) as f64,
        _ => return Value::unknown(Why::Arithmetic, vec![]),
    };
    Value::Number(number)
}

/// An unknown entry of the folder `dir`, whose base name matches `glob`.
pub(super) fn entry_of(dir: Word, glob: Option<String>, from: Vec<Origin>) -> Value {
    let bound = Some(Limit::Under {
        dir: Box::new(dir),
        glob,
    });
    Value::Text(Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Output,
            bound,
            from,
        })],
        from: vec![],
    })
}
