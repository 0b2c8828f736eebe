//! Variables and patterns.

use std::rc::Rc;

use super::Machine;
use crate::lang::dynamic::tree::{Expr, Kind, Name, Pattern};
use crate::lang::dynamic::value::{Scope, Value, Variable};
use crate::model::effect::EnvAct;
use crate::model::{Origin, Span, Via, Why, Word};

impl Machine<'_, '_> {
    /// Gives `value` to what `pattern` names; `declare` makes new variables.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: Value, declare: bool) {
        match pattern {
            Pattern::Name(name) | Pattern::Keywords(name) => self.assign_name(name, value, declare),
            Pattern::Member(target) => self.assign_member(target, value),
            Pattern::Default(inner, default) => {
                let value = match value {
                    Value::Nothing => self.eval(default),
                    Value::Text(word) if word.has_unknown() => {
                        let other = self.eval(default);
                        Value::Text(word).or(other)
                    }
                    value => value,
                };
                self.bind_deeper(inner, value, declare);
            }
            Pattern::Rest(inner) => self.bind_deeper(inner, value, declare),
            // Reader and writer of one connection, both ends of one process.
            Pattern::List(parts) if Self::shape_name(&value).is_some() => {
                for part in parts {
                    self.bind_deeper(part, value.clone(), declare);
                }
            }
            Pattern::List(parts) => {
                let (items, complete) = self.items(&value);
                for (i, part) in parts.iter().enumerate() {
                    let item = match part {
                        Pattern::Rest(_) => {
                            let after = parts.len() - i - 1;
                            let end = items.len().saturating_sub(after).max(i);
                            Value::list(items.get(i..end).unwrap_or(&[]).to_vec())
                        }
                        _ => match items.get(i) {
                            Some(item) if complete => item.clone(),
                            _ => self.one_of(items.clone(), &value),
                        },
                    };
                    self.bind_deeper(part, item, declare);
                }
            }
            Pattern::Dict(members) => {
                for (key, part) in members {
                    let item = if matches!(part, Pattern::Rest(_)) {
                        value.clone()
                    } else {
                        let key_value = self.eval(key);
                        let member = self.member(&value, &key_value, key.span, false);
                        self.settle(member)
                    };
                    self.bind_deeper(part, item, declare);
                }
            }
            Pattern::Ignore => {}
        }
    }

    fn bind_deeper(&mut self, pattern: &Pattern, value: Value, declare: bool) {
        self.deeper(Span::default(), |m| m.bind(pattern, value, declare));
    }

    pub(super) fn assign_name(&mut self, name: &Name, value: Value, declare: bool) {
        let holder = self.holder(name, declare);
        let branch = self.branch;
        let mut vars = holder.vars.borrow_mut();
        let value = match vars.get_mut(name) {
            Some(there) if !declare && there.branch != branch && branch != 0 => {
                std::mem::take(&mut there.value).or(value)
            }
            _ => value,
        };
        vars.insert(name.clone(), Variable { value, branch });
    }

    fn holder(&self, name: &Name, declare: bool) -> Rc<Scope> {
        if declare {
            return self.scope.clone();
        }
        if self.dialect.local_by_assignment {
            if !self.scope.outer.borrow().contains(name) {
                return self.scope.clone();
            }
            let parent = self.scope.parent.clone();
            return parent
                .and_then(|p| p.holder(name))
                .unwrap_or_else(|| self.scope.outermost());
        }
        self.scope.holder(name).unwrap_or_else(|| self.scope.outermost())
    }

    /// `of.key = value`.
    fn assign_member(&mut self, target: &Expr, value: Value) {
        let Kind::Member(of, key) = &target.kind else {
            self.eval(target);
            return;
        };
        let object = self.eval(of);
        let key_value = self.eval(key);
        for object in object.each() {
            self.set_member(&object, &key_value, &value, target.span);
        }
        if let (Kind::Name(name), Value::Text(_)) = (&of.kind, &object) {
            self.taint_variable(name, &value);
        }
    }

    /// The unknown value of a variable gets more bytes (`list.append(x)` where the list is not known).
    pub(super) fn taint_variable(&mut self, name: &Name, value: &Value) {
        let from = self.origins(value);
        if let (false, Some(there)) = (from.is_empty(), self.scope.get(name))
            && matches!(&there, Value::Text(word) if word.has_unknown())
        {
            self.assign_name(name, there.with_origins(&from), false);
        }
    }

    pub(super) fn set_member(&mut self, object: &Value, key: &Value, value: &Value, span: Span) {
        match object {
            Value::Object(url) if url.shape == crate::lang::dynamic::value::Shape::Handle("url") => {
                self.add_to_url(object, value);
            }
            Value::Object(object) => {
                let weak = self.branch != 0;
                let mut state = object.state.borrow_mut();
                match (key, key.known()) {
                    (Value::Number(n), _) if *n >= 0.0 && (*n as usize) < state.items.len() => {
                        let slot = &mut state.items[*n as usize];
                        *slot = if weak {
                            std::mem::take(slot).or(value.clone())
                        } else {
                            value.clone()
                        };
                    }
                    (_, Some(known)) => state.set(&known.into(), value.clone(), weak),
                    _ => state.put_rest(value.clone()),
                }
                let handle = matches!(object.shape, crate::lang::dynamic::value::Shape::Handle(_));
                let effects = state.effects.clone();
                drop(state);
                if handle {
                    for id in effects {
                        self.flow_value(value, id, Via::Argument);
                    }
                }
            }
            Value::Class(class) => {
                if let Some(known) = key.known() {
                    class
                        .members
                        .state
                        .borrow_mut()
                        .set(&known.into(), value.clone(), false);
                }
            }
            Value::Native(native) => {
                let env = (self.dialect.apis)().value(&native.name) == Some("env");
                if env {
                    let name = self.word(key);
                    let name = if name.has_unknown() {
                        Word::unknown(Why::Output)
                    } else {
                        name
                    };
                    let given = self.word(value);
                    let id = self.env_at(name, Some(given), EnvAct::Set, self.place(span));
                    self.flow_value(value, id, Via::Variable);
                } else if native.name == "sys" || native.name == "module" {
                    self.replaced(&native.name, key, value);
                }
            }
            _ => {}
        }
    }

    fn replaced(&mut self, of: &str, key: &Value, value: &Value) {
        if of == "module"
            && key.known().as_deref() == Some("exports")
            && let Some(module) = self.modules.get_mut(self.module)
        {
            module.exports = value.clone();
        }
    }

    /// Items of `value` in order, and whether these are all, each known to be there.
    pub(super) fn items(&mut self, value: &Value) -> (Vec<Value>, bool) {
        match value {
            Value::Object(object) => {
                let state = object.state.borrow();
                let mut items = state.items.clone();
                let plain = state.effects.is_empty() && state.rest.is_empty();
                if items.is_empty() && !state.members.is_empty() && !self.dialect.local_by_assignment {
                    items = state.members.iter().map(|(_, v)| v.clone()).collect();
                } else if items.is_empty() && !state.members.is_empty() && state.class.is_none() {
                    items = state
                        .members
                        .iter()
                        .map(|(k, _)| Value::text(k.to_string()))
                        .collect();
                }
                items.extend(state.rest.iter().cloned());
                (items, plain)
            }
            Value::Text(word) => match word.as_known() {
                Some(text) if text.len() <= 4096 && word.from.is_empty() => {
                    (text.chars().map(|c| Value::text(c.to_string())).collect(), true)
                }
                _ => (vec![], false),
            },
            Value::Bytes(blob) if blob.bytes.len() <= 4096 => (
                blob.bytes.iter().map(|b| Value::Number(f64::from(*b))).collect(),
                blob.from.is_empty(),
            ),
            Value::Any(values) => {
                let mut all = vec![];
                for value in values.iter() {
                    if matches!(value, Value::Object(_)) {
                        all.extend(self.items(value).0);
                    }
                }
                (all, false)
            }
            _ => (vec![], false),
        }
    }

    /// Keys of `value`, and whether these are all.
    pub(super) fn keys(&mut self, value: &Value) -> (Vec<Value>, bool) {
        match value {
            Value::Object(object) => {
                let state = object.state.borrow();
                let mut keys: Vec<Value> = state
                    .members
                    .iter()
                    .map(|(k, _)| Value::text(k.to_string()))
                    .collect();
                keys.extend((0..state.items.len()).map(|i| Value::Number(i as f64)));
                (keys, state.rest.is_empty() && state.effects.is_empty())
            }
            _ => (vec![], false),
        }
    }

    /// One of `items`, or something out of `of`.
    pub(super) fn one_of(&mut self, items: Vec<Value>, of: &Value) -> Value {
        let mut items = items.into_iter();
        let Some(first) = items.next() else {
            let from: Vec<Origin> = self.origins(of);
            let bound = match of {
                Value::Text(word) => word.pieces.iter().find_map(|p| match p {
                    crate::model::Piece::Unknown(unknown) => unknown.bound.clone(),
                    _ => None,
                }),
                _ => None,
            };
            let mut word = Word::unknown_from(Why::Control, from);
            if let (Some(bound), Some(crate::model::Piece::Unknown(unknown))) =
                (bound, word.pieces.first_mut())
            {
                unknown.bound = Some(bound);
            }
            return Value::Text(word);
        };
        items.take(64).fold(first, Value::or)
    }
}
