//! Members of values.

use std::rc::Rc;

use super::{Machine, name};
use crate::lang::dynamic::tree::{Expr, Kind};
use crate::lang::dynamic::value::{Bound, Shape, Value};
use crate::model::{Origin, Span, Why, Word};

impl Machine<'_, '_> {
    /// A member that is not called: what it holds.
    pub(super) fn settle(&mut self, value: Value) -> Value {
        match &value {
            Value::Bound(bound) => match &bound.of {
                Value::Text(word) => Value::unknown(Why::Output, word.origins()),
                Value::Object(object) => match object.shape {
                    Shape::Handle("path") => self.path_member(&bound.of, &bound.name).unwrap_or(value),
                    Shape::Handle("url") => self.url_member(&bound.of, &bound.name),
                    Shape::Handle(class) => {
                        let key = format!("{class}#{}", bound.name);
                        let known = (self.dialect.apis)().act(&key).is_some();
                        if known || object.state.borrow().effects.is_empty() {
                            value
                        } else {
                            bound.of.clone()
                        }
                    }
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

    pub(super) fn eval_member(&mut self, of: &Expr, key: &Expr, span: Span) -> Value {
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

    pub(super) fn text_member(&mut self, of: &Value, word: &Word, key: &Value, assembled: bool) -> Value {
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

    pub(super) fn native_member(
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
        if matches!(known.as_str(), "default" | "prototype" | "__dict__") {
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

    pub(super) fn object_member(&mut self, of: &Value, key: &Value, assembled: bool) -> Value {
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

    pub(super) fn rest_member(&mut self, rest: &Value, key: &Value) -> Value {
        match rest {
            Value::Native(native) if (self.dialect.apis)().value(&native.name) == Some("env") => {
                self.env_read(key, native.place.span)
            }
            value => value.clone(),
        }
    }
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
