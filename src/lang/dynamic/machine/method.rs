//! Methods of built-in values: texts, lists, dictionaries, promises, handles.

use std::rc::Rc;

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::value::{Bound, Value, merge};
use crate::model::{Origin, Span, Via, Why};

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
            "%getter" | "%caller" => {
                let (given, _) = self.items(&of);
                let Some((key, rest)) = given.split_first() else {
                    return Value::Nothing;
                };
                let object = args.at(0).cloned().unwrap_or_default();
                let member = self.member(&object, key, span, true);
                if &*method.name == "%getter" {
                    return self.settle(member);
                }
                return self.invoke_value(&member, Args::plain(rest.to_vec(), span), span);
            }
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
        let from: Vec<Origin> = self.origins(of);
        let bytes = Value::unknown(Why::Output, from.clone());
        match method {
            "on" | "once" | "addEventListener" | "addListener" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &from, span);
                }
                Some(of.clone())
            }
            "pipe" | "pipeTo" | "pipeThrough" => {
                self.write_to_handles(args, &from);
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
