//! What code that is not here may do with what it is given.

use super::call::Args;
use std::rc::Rc;

use super::Machine;
use crate::lang::dynamic::value::{Closure, Object, Shape, State, Value, merge};
use crate::model::{Origin, Span, Why};

impl Machine<'_, '_> {
    /// A call of something that is not known: it may call what it is given, and what it returns may
    /// hold anything it was given.
    pub(super) fn unknown_call(&mut self, of: &Value, args: &Args, span: Span) -> Value {
        let mut from = self.origins(of);
        for value in args.all() {
            if !matches!(value, Value::Function(_) | Value::Class(_)) {
                let more = self.origins(value);
                merge(&mut from, &more);
            }
        }
        self.write_to_handles(args, &from);
        for value in args.all().cloned().collect::<Vec<_>>() {
            self.escape(&value, &from, span);
        }
        Value::unknown(Why::Output, from)
    }

    /// Bytes handed to a function beside a handle may be written to it (`pipeline(a, file)`).
    pub(super) fn write_to_handles(&mut self, args: &Args, from: &[Origin]) {
        for value in args.all() {
            if let Value::Object(object) = value {
                if object.shape == Shape::Handle("path") || !matches!(object.shape, Shape::Handle(_)) {
                    continue;
                }
                let effects = object.state.borrow().effects.clone();
                for id in effects {
                    for origin in from {
                        self.flow(origin.clone(), id, crate::model::Via::Argument);
                    }
                }
            }
        }
    }

    /// What code that is not here may do with `value`: call it, with arguments that hold `from`.
    pub(super) fn escape(&mut self, value: &Value, from: &[Origin], span: Span) {
        let mut pending = vec![value.clone()];
        let mut looked = 0;
        while let Some(value) = pending.pop() {
            looked += 1;
            if looked > 200 {
                return;
            }
            match value {
                Value::Function(closure) => self.escape_function(&closure, from, span),
                Value::Class(class) => {
                    let state = State {
                        class: Some(class.clone()),
                        ..State::default()
                    };
                    let this = Value::object(Shape::Dict, state);
                    for method in &class.class.methods {
                        if let Value::Function(method) =
                            self.method_closure(method, &class, Some(this.clone()))
                        {
                            self.escape_function(&method, from, span);
                        }
                    }
                }
                Value::Any(values) => pending.extend(values.iter().cloned()),
                Value::Object(object) => self.escape_members(&object, &mut pending),
                _ => {}
            }
        }
    }

    pub(super) fn escape_members(&mut self, object: &Rc<Object>, pending: &mut Vec<Value>) {
        let state = object.state.borrow();
        let callable = |v: &&Value| matches!(v, Value::Function(_) | Value::Class(_) | Value::Object(_));
        pending.extend(state.members.iter().map(|(_, v)| v).filter(callable).cloned());
        pending.extend(state.items.iter().filter(callable).cloned());
    }

    /// Calls a callback now, and once more at the end.
    pub(super) fn call_back(&mut self, callback: &Value, args: Vec<Value>, span: Span) -> Value {
        if self.later.len() < 200 {
            self.later.push((callback.clone(), args.clone(), span));
        }
        self.branched(|m| m.call_value(callback, args, span))
    }

    pub(super) fn call_later(&mut self) {
        let later = std::mem::take(&mut self.later);
        for (callback, args, span) in later {
            self.branched(|m| m.call_value(&callback, args, span));
        }
        self.later.clear();
    }

    pub(super) fn escape_function(&mut self, closure: &Rc<Closure>, from: &[Origin], span: Span) {
        let count = self.escaped.entry(Rc::as_ptr(&closure.function)).or_insert(0);
        *count += 1;
        if *count > 6 {
            return;
        }
        let value = Value::unknown(Why::Input, from.to_vec());
        let count = closure.function.params.len().max(1);
        let args = Args::plain(vec![value; count], span);
        let this = closure.this.clone();
        if self.later.len() < 200 {
            self.later
                .push((Value::Function(closure.clone()), args.list.clone(), span));
        }
        self.branched(|m| m.invoke(closure, args, this, span));
    }
}
