//! Expressions.

use super::{Machine, name};
use crate::lang::dynamic::tree::{Arg, Entry, Expr, Kind, Pattern};
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::{Bound as Limit, Origin, Piece, Scheme, Span, Unknown, Why, Word};

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
                    let schema = known.as_deref().is_some_and(super::instruct::is_schema_key);
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
            // Known to be empty and not the last: it is not the value of `a || b`.
            let passed_over = !all && truth == Some(false) && i + 1 < parts.len();
            if !passed_over {
                result = Some(match result {
                    // The value of `a && b` that matters is the last one; `a` counts for `||`.
                    Some(_) if all => value,
                    Some(there) => there.or(value),
                    None => value,
                });
            }
            if truth == Some(!all) && i + 1 < parts.len() {
                break;
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
