//! Calls: functions and classes of the program, the platform, and what is handed to code that is not here.

use std::rc::Rc;

use super::{CALLS, Frame, Machine, name};
use crate::lang::dynamic::tree::{Call, Entry, Expr, Function, Kind, Name, Pattern};
use crate::lang::dynamic::value::{ClassValue, Closure, Object, Shape, State, Value, merge};
use crate::model::effect::Visibility;
use crate::model::{EffectKind, GapReason, Origin, Span, Why};

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

/// Keys under which a tool says what it takes.
pub(super) fn is_schema_key(key: &str) -> bool {
    matches!(key, "inputSchema" | "input_schema" | "parameters" | "argsSchema")
}

impl Machine<'_, '_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Value {
        if let Kind::Name(callee) = &call.callee.kind {
            if &**callee == "%yield" {
                let args = self.args(call);
                let value = args.list.into_iter().next().unwrap_or_default();
                if let Some(frame) = self.frames.last_mut() {
                    if frame.yields.len() < 256 {
                        frame.yields.push(value.clone());
                    }
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
        if let Kind::Member(of, _) = &call.callee.kind {
            if let Kind::Name(variable) = &of.kind {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    if !matches!(value, Value::Function(_)) && matches!(callee, Value::Bound(_)) {
                        self.taint_variable(variable, &value);
                    }
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
        self.into_handles(args, &from);
        for value in args.all().cloned().collect::<Vec<_>>() {
            self.escape(&value, &from, span);
        }
        Value::unknown(Why::Output, from)
    }

    /// Bytes handed to a function beside a handle may be written to it (`pipeline(a, file)`).
    pub(super) fn into_handles(&mut self, args: &Args, from: &[Origin]) {
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
    fn construct_function(&mut self, closure: &Rc<Closure>, args: Args, span: Span) -> Value {
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
            if let Some((function, home)) = self.find_method(class, key) {
                if let Value::Function(method) = self.method_closure(&function, &home, Some(this.clone())) {
                    self.invoke(&method, args.clone(), Some(this.clone()), span);
                }
            }
        }
        // A base that is not here (a thread, a command, a handler) may call what the class defines.
        let foreign = class.bases.iter().any(|b| !matches!(b, Value::Class(_)));
        if foreign {
            self.escape(&Value::Class(class.clone()), &[], span);
        }
        this
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

    fn escape_members(&mut self, object: &Rc<Object>, pending: &mut Vec<Value>) {
        let state = object.state.borrow();
        let callable = |v: &&Value| matches!(v, Value::Function(_) | Value::Class(_) | Value::Object(_));
        pending.extend(state.members.iter().map(|(_, v)| v).filter(callable).cloned());
        pending.extend(state.items.iter().filter(callable).cloned());
    }

    fn escape_function(&mut self, closure: &Rc<Closure>, from: &[Origin], span: Span) {
        let count = self.escaped.entry(Rc::as_ptr(&closure.function)).or_insert(0);
        *count += 1;
        if *count > 6 {
            return;
        }
        let value = Value::unknown(Why::Input, from.to_vec());
        let count = closure.function.params.len().max(1);
        let args = Args::plain(vec![value; count], span);
        let this = closure.this.clone();
        self.branched(|m| m.invoke(closure, args, this, span));
    }

    /// A documented function that a decorator makes a tool: its text is for the model.
    pub(super) fn described(&mut self, function: &Rc<Function>) {
        let tool = function.decorators.iter().any(|decorator| {
            let callee = match &decorator.kind {
                Kind::Call(call) => &call.callee,
                _ => decorator,
            };
            match &callee.kind {
                Kind::Name(word) => is_tool_word(word),
                Kind::Member(_, key) => matches!(&key.kind, Kind::Text(word, _) if is_tool_word(word)),
                _ => false,
            }
        });
        if !tool {
            return;
        }
        if let Some((text, span)) = &function.doc {
            self.instruct(text, *span);
        }
        for decorator in &function.decorators {
            if let Kind::Call(call) = &decorator.kind {
                for arg in call
                    .args
                    .iter()
                    .filter(|a| a.name.as_deref() == Some("description"))
                {
                    self.instruct_expr(&arg.value);
                }
            }
        }
    }

    /// A description beside what a tool takes is text for the model.
    pub(super) fn describes(&mut self, entries: &[Entry]) {
        let key = |entry: &Entry| match entry {
            Entry::Pair(
                Expr {
                    kind: Kind::Text(key, _),
                    ..
                },
                _,
            ) => Some(key.clone()),
            _ => None,
        };
        let tool = entries.iter().filter_map(key).any(|k| is_schema_key(&k));
        if !tool && self.in_schema == 0 {
            return;
        }
        for entry in entries {
            if let (Some(k), Entry::Pair(_, value)) = (key(entry), entry) {
                if matches!(&*k, "description" | "title" | "instructions") {
                    self.instruct_expr(value);
                }
            }
        }
    }

    /// `server.tool(name, "text", …)`, `registerTool(name, {description})`, `z.string().describe("text")`.
    fn tool_words(&mut self, callee: &Expr, call: &Call) {
        let Kind::Member(_, key) = &callee.kind else {
            return;
        };
        let Kind::Text(word, _) = &key.kind else { return };
        if &**word == "describe" && call.args.len() == 1 {
            self.instruct_expr(&call.args[0].value);
            return;
        }
        if !is_tool_word(word) {
            return;
        }
        for arg in call.args.iter().skip(usize::from(call.args.len() > 1)) {
            match &arg.value.kind {
                Kind::Dict(entries) => {
                    for entry in entries {
                        if let Entry::Pair(
                            Expr {
                                kind: Kind::Text(key, _),
                                ..
                            },
                            value,
                        ) = entry
                        {
                            if &**key == "description" {
                                self.instruct_expr(value);
                            }
                        }
                    }
                }
                Kind::Text(..) | Kind::Plus(_) | Kind::Template(_) | Kind::Name(_) => {
                    self.instruct_expr(&arg.value)
                }
                _ => {}
            }
        }
    }

    fn instruct_expr(&mut self, expr: &Expr) {
        for value in self.eval(expr).each() {
            let text = match &value {
                Value::Text(word) => word.display(),
                _ => continue,
            };
            self.instruct(&text, expr.span);
        }
    }

    fn instruct(&mut self, text: &str, span: Span) {
        if text.len() > 3 {
            let kind = EffectKind::Instruct {
                text: text.to_owned(),
                visibility: Visibility::Visible,
            };
            self.emit(kind, span);
        }
    }
}

fn is_tool_word(word: &str) -> bool {
    matches!(
        word,
        "tool"
            | "prompt"
            | "resource"
            | "registerTool"
            | "registerPrompt"
            | "registerResource"
            | "addTool"
            | "add_tool"
    )
}
