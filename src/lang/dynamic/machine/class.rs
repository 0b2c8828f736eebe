//! Classes and their instances.

use super::call::Args;
use std::rc::Rc;

use super::{Frame, Machine};
use crate::lang::dynamic::tree::Function;
use crate::lang::dynamic::value::{ClassValue, Closure, Shape, State, Value};
use crate::model::Span;

impl Machine<'_, '_> {
    /// The method `key` of a class or its bases.
    pub(super) fn find_method(
        &self,
        class: &Rc<ClassValue>,
        key: &str,
    ) -> Option<(Rc<Function>, Rc<ClassValue>)> {
        let mut at = class.clone();
        for _ in 0..16 {
            if let Some(function) = at.class.methods.iter().find(|m| m.name.as_deref() == Some(key)) {
                return Some((function.clone(), at.clone()));
            }
            at = at.bases.iter().find_map(|b| {
                if let Value::Class(base) = b {
                    Some(base.clone())
                } else {
                    None
                }
            })?;
        }
        None
    }

    pub(super) fn method_closure(
        &self,
        function: &Rc<Function>,
        home: &Rc<ClassValue>,
        this: Option<Value>,
    ) -> Value {
        Value::Function(Rc::new(Closure {
            function: function.clone(),
            scope: home.scope.clone(),
            module: home.module,
            this,
        }))
    }

    /// `new F()` of a plain function.
    pub(super) fn construct_function(&mut self, closure: &Rc<Closure>, args: Args, span: Span) -> Value {
        let this = Value::object(Shape::Dict, State::default());
        let result = self.invoke(closure, args, Some(this.clone()), span);
        if matches!(result, Value::Object(_)) {
            result
        } else {
            this
        }
    }

    pub(super) fn instantiate(&mut self, class: &Rc<ClassValue>, args: Args, span: Span) -> Value {
        let state = State {
            class: Some(class.clone()),
            ..State::default()
        };
        let this = Value::object(Shape::Dict, state);
        let mut chain = vec![class.clone()];
        while let (Some(last), true) = (chain.last().cloned(), chain.len() < 16) {
            let base = last.bases.iter().find_map(|b| {
                if let Value::Class(c) = b {
                    Some(c.clone())
                } else {
                    None
                }
            });
            match base {
                Some(base) => chain.push(base),
                None => break,
            }
        }
        for home in chain.iter().rev() {
            for (field, value, fixed) in &home.class.fields {
                if !fixed {
                    let before = std::mem::replace(&mut self.scope, home.scope.clone());
                    self.frames.push(Frame {
                        this: Some(this.clone()),
                        ..Frame::default()
                    });
                    let value = self.eval(value);
                    self.frames.pop();
                    self.scope = before;
                    if let Value::Object(object) = &this {
                        object.state.borrow_mut().set(field, value, false);
                    }
                }
            }
        }
        for key in ["constructor", "__init__", "initialize", "__construct"] {
            if let Some((function, home)) = self.find_method(class, key)
                && let Value::Function(method) = self.method_closure(&function, &home, Some(this.clone()))
            {
                self.invoke(&method, args.clone(), Some(this.clone()), span);
            }
        }
        // A base that is not here (a thread, a command, a handler) may call what the class defines.
        let foreign = class.bases.iter().any(|b| !matches!(b, Value::Class(_)));
        if foreign {
            self.escape(&Value::Class(class.clone()), &[], span);
        }
        this
    }
}
