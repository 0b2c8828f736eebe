//! Calls: functions and classes of the program, the platform, and what is handed to code that is not here.

use std::rc::Rc;

use super::{CALLS, Frame, Machine, name};
use crate::lang::dynamic::tree::{Call, Function, Kind, Name, Pattern};
use crate::lang::dynamic::value::{Closure, Shape, State, Value, merge};
use crate::model::{GapReason, Origin, Span, Why};

/// Arguments of a call.
#[derive(Debug, Default, Clone)]
pub(super) struct Args {
    /// By position.
    pub list: Vec<Value>,
    /// Where each stands.
    pub spans: Vec<Span>,
    /// By keyword.
    pub named: Vec<(Name, Value)>,
    /// One of these may stand anywhere (a spread of something not known).
    pub rest: Vec<Value>,
}

impl Args {
    /// Positional arguments.
    pub fn plain(list: Vec<Value>, span: Span) -> Self {
        let spans = list.iter().map(|_| span).collect();
        Self {
            list,
            spans,
            ..Self::default()
        }
    }

    /// The argument at `i`.
    pub fn at(&self, i: usize) -> Option<&Value> {
        self.list.get(i).or_else(|| self.rest.first())
    }

    /// The argument called `key`.
    pub fn named(&self, key: &str) -> Option<&Value> {
        self.named.iter().find(|(n, _)| &**n == key).map(|(_, v)| v)
    }

    /// All values.
    pub fn all(&self) -> impl Iterator<Item = &Value> {
        self.list
            .iter()
            .chain(self.named.iter().map(|(_, v)| v))
            .chain(&self.rest)
    }
}

impl Machine<'_, '_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Value {
        if let Kind::Name(callee) = &call.callee.kind {
            if &**callee == "%yield" {
                let args = self.args(call);
                let value = args.list.into_iter().next().unwrap_or_default();
                if let Some(frame) = self.frames.last_mut()
                    && frame.yields.len() < 256
                {
                    frame.yields.push(value.clone());
                }
                return value;
            }
            if &**callee == "super" {
                let args = self.args(call);
                let this = self
                    .frames
                    .last()
                    .and_then(|f| f.this.clone())
                    .unwrap_or_default();
                let _ = args;
                return this;
            }
        }
        let callee = self.callee(&call.callee);
        let args = self.args(call);
        self.tool_words(&call.callee, call);
        if call.new {
            let callee = if let Value::Function(closure) = &callee {
                return self.construct_function(closure, args, span);
            } else {
                callee
            };
            return self.invoke_value(&callee, args, span);
        }
        let result = self.invoke_value(&callee, args.clone(), span);
        // `unknown.append(x)`: the variable holds more than before.
        if let Kind::Member(of, _) = &call.callee.kind
            && let Kind::Name(variable) = &of.kind
        {
            for value in args.all().cloned().collect::<Vec<_>>() {
                if !matches!(value, Value::Function(_)) && matches!(callee, Value::Bound(_)) {
                    self.taint_variable(variable, &value);
                }
            }
        }
        result
    }

    pub(super) fn args(&mut self, call: &Call) -> Args {
        let mut args = Args::default();
        for arg in &call.args {
            let value = self.eval(&arg.value);
            match (&arg.name, arg.spread) {
                (Some(_), true) => match &value {
                    Value::Object(object) => {
                        let state = object.state.borrow();
                        args.named.extend(state.members.iter().cloned());
                        args.rest.extend(state.rest.iter().cloned());
                    }
                    _ => args.rest.push(value),
                },
                (Some(key), false) => args.named.push((key.clone(), value)),
                (None, true) => {
                    let (items, complete) = self.items(&value);
                    if complete {
                        for item in items {
                            args.list.push(item);
                            args.spans.push(arg.value.span);
                        }
                    } else {
                        let one = self.one_of(items, &value);
                        args.rest.push(one);
                    }
                }
                (None, false) => {
                    args.list.push(value);
                    args.spans.push(arg.value.span);
                }
            }
        }
        args
    }

    /// Calls with positional arguments.
    pub(super) fn call_value(&mut self, callee: &Value, args: Vec<Value>, span: Span) -> Value {
        self.invoke_value(callee, Args::plain(args, span), span)
    }

    pub(super) fn invoke_value(&mut self, callee: &Value, args: Args, span: Span) -> Value {
        match callee {
            Value::Function(closure) => {
                let closure = closure.clone();
                self.invoke(&closure, args, None, span)
            }
            Value::Class(class) => {
                let class = class.clone();
                self.instantiate(&class, args, span)
            }
            Value::Native(native) => {
                let native = native.clone();
                self.call_native(&native, args, span)
            }
            Value::Bound(method) => {
                let method = method.clone();
                self.call_method(&method, args, span)
            }
            Value::Any(values) => {
                let values = values.clone();
                values
                    .iter()
                    .map(|v| self.invoke_value(v, args.clone(), span))
                    .reduce(Value::or)
                    .unwrap_or_default()
            }
            Value::Text(word)
                if matches!(self.dialect.language, "php" | "perl") && word.as_known().is_some() =>
            {
                let name = word.as_known().unwrap_or("").to_owned();
                let callee = self.named_value(&name, span);
                if matches!(callee, Value::Text(_)) {
                    return Value::unknown(Why::Output, vec![]);
                }
                self.invoke_value(&callee, args, span)
            }
            other => {
                let other = other.clone();
                self.unknown_call(&other, &args, span)
            }
        }
    }

    /// Runs a function of the program with these arguments.
    pub(super) fn invoke(
        &mut self,
        closure: &Rc<Closure>,
        args: Args,
        this: Option<Value>,
        span: Span,
    ) -> Value {
        let function = &closure.function;
        let nested = self
            .frames
            .iter()
            .filter(|f| f.function.as_ref().is_some_and(|g| Rc::ptr_eq(g, function)))
            .count();
        if nested > 1 || self.frames.len() > CALLS * 2 {
            let from = self.origins_of_args(&args);
            if self.frames.len() > CALLS * 2 {
                self.gap(span, GapReason::Limit, "calls are nested too deep");
            }
            return Value::unknown(Why::Limit, from);
        }
        self.deeper(span, |m| m.run(closure, args, this))
            .unwrap_or_else(|| Value::unknown(Why::Limit, vec![]))
    }

    fn run(&mut self, closure: &Rc<Closure>, args: Args, this: Option<Value>) -> Value {
        let function = &closure.function;
        let scope = self.new_scope(&closure.scope);
        let before = (
            std::mem::replace(&mut self.scope, scope),
            self.module,
            self.gates.len(),
        );
        self.module = closure.module;
        let this = this.or_else(|| closure.this.clone());
        self.frames.push(Frame {
            this: this.clone(),
            function: Some(function.clone()),
            ..Frame::default()
        });
        self.bind_params(function, args, this);
        self.block(&function.body);
        let frame = self.frames.pop().unwrap_or_default();
        self.gates.truncate(before.2);
        self.scope = before.0;
        self.module = before.1;
        let mut result = frame.returns.unwrap_or_default();
        if !frame.yields.is_empty() {
            let mut state = State::default();
            // How often a generator gives each is not known.
            frame.yields.into_iter().for_each(|v| state.put_rest(v));
            result = Value::object(Shape::List, state);
        }
        result
    }

    fn bind_params(&mut self, function: &Rc<Function>, args: Args, this: Option<Value>) {
        let mut list = args.list.clone();
        let takes_self = function.method && self.dialect.local_by_assignment;
        if let (true, Some(this)) = (takes_self, this) {
            list.insert(0, this);
        }
        if let Some(rest_name) = &function.rest_name {
            let mut state = State::default();
            list.iter().for_each(|v| state.add(v.clone()));
            args.rest.iter().for_each(|v| state.put_rest(v.clone()));
            self.assign_name(rest_name, Value::object(Shape::List, state), true);
        }
        if !self.dialect.local_by_assignment && !function.arrow {
            self.assign_name(&name("arguments"), Value::list(list.clone()), true);
        }
        let mut given = list.into_iter();
        for param in &function.params {
            let named = param.name().and_then(|n| args.named(n)).cloned();
            let value = match param {
                Pattern::Rest(_) => {
                    let mut state = State::default();
                    given.by_ref().for_each(|v| state.add(v));
                    args.rest.iter().for_each(|v| state.put_rest(v.clone()));
                    Value::object(Shape::List, state)
                }
                Pattern::Keywords(_) => {
                    let mut state = State::default();
                    for (key, value) in &args.named {
                        state.set(key, value.clone(), false);
                    }
                    args.rest.iter().for_each(|v| state.put_rest(v.clone()));
                    Value::object(Shape::Dict, state)
                }
                _ => named
                    .or_else(|| given.next())
                    .or_else(|| args.rest.first().cloned())
                    .unwrap_or_default(),
            };
            self.bind(param, value, true);
        }
    }

    fn origins_of_args(&mut self, args: &Args) -> Vec<Origin> {
        let mut from = vec![];
        for value in args.all() {
            let more = self.origins(value);
            merge(&mut from, &more);
        }
        from
    }
}
