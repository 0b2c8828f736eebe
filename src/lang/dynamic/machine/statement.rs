//! Statements.

use std::rc::Rc;

use super::{Frame, Goes, Machine};
use crate::lang::dynamic::tree::{Expr, Function, Kind, Name, Pattern, Stmt, StmtKind};
use crate::lang::dynamic::value::{ClassValue, Closure, Shape, State, Value};
use crate::model::Why;

/// Items of a known list that a loop walks one by one; past that it walks them as one.
const UNROLLED: usize = 64;

impl Machine<'_, '_> {
    pub(super) fn block(&mut self, stmts: &[Stmt]) -> Goes {
        for stmt in stmts {
            if let StmtKind::Function(function) = &stmt.kind
                && function.decorators.is_empty()
            {
                self.define(function);
            }
        }
        let gates = self.gates.len();
        let mut goes = Goes::On;
        for stmt in stmts {
            if !self.step(stmt.span) {
                break;
            }
            let went = self.deeper(stmt.span, |m| m.statement(stmt));
            if went == Some(Goes::Away) {
                goes = Goes::Away;
                // What follows an exit is still walked: who replaced the function would be missed.
                if !matches!(stmt.kind, StmtKind::Expr(_)) {
                    break;
                }
            }
        }
        self.gates.truncate(gates);
        goes
    }

    fn statement(&mut self, stmt: &Stmt) -> Goes {
        match &stmt.kind {
            StmtKind::Expr(expr) => return self.expression_statement(expr),
            StmtKind::Let(target, value) => {
                let value = value.as_ref().map_or(Value::Nothing, |v| self.eval(v));
                self.bind(target, value, true);
            }
            StmtKind::If(test, then, other) => return self.conditional(test, then, other),
            StmtKind::For(target, over, body, keys) => self.each_loop(target, over, body, *keys),
            StmtKind::While(test, body, step) => self.while_loop(test.as_ref(), body, step.as_ref()),
            StmtKind::Branches(subject, branches) => {
                self.eval(subject);
                for branch in branches {
                    self.branched(|m| m.block(branch));
                }
            }
            StmtKind::Try(body, handlers, last) => return self.attempt(body, handlers, last),
            StmtKind::With(opened, body) => {
                for (value, target) in opened {
                    let value = self.eval(value);
                    if let Some(target) = target {
                        self.bind(target, value, false);
                    }
                }
                return self.block(body);
            }
            StmtKind::Return(value) => {
                let value = value.as_ref().map_or(Value::Nothing, |v| self.eval(v));
                if let Some(frame) = self.frames.last_mut() {
                    frame.returns = Some(match frame.returns.take() {
                        Some(there) => there.or(value),
                        None => value,
                    });
                }
                return Goes::Away;
            }
            StmtKind::Throw(value) => {
                if let Some(value) = value {
                    self.eval(value);
                }
                return Goes::Away;
            }
            StmtKind::Jump => return Goes::Away,
            StmtKind::Function(function) => {
                if !function.decorators.is_empty() {
                    self.decorated(function);
                }
            }
            StmtKind::Class(class) => {
                let value = self.class(class);
                if let Some(name) = &class.name {
                    self.assign_name(name, value, true);
                }
            }
            StmtKind::Block(body) => return self.block(body),
            StmtKind::Outer(names) => self.scope.outer.borrow_mut().extend(names.iter().cloned()),
            StmtKind::Import(import) => self.import(import, stmt.span),
            StmtKind::Export(names) => self.export(names),
        }
        Goes::On
    }

    fn expression_statement(&mut self, expr: &Expr) -> Goes {
        let value = self.eval(expr);
        let _ = value;
        if let Kind::Call(call) = &expr.kind
            && self.is_exit(&call.callee)
        {
            return Goes::Away;
        }
        Goes::On
    }

    /// Whether the callee is a plain mention of a function that ends the program.
    fn is_exit(&self, callee: &Expr) -> bool {
        let mut parts = vec![];
        let mut at = callee;
        loop {
            match &at.kind {
                Kind::Name(name) => {
                    parts.push(name.to_string());
                    break;
                }
                Kind::Member(of, key) => {
                    let Kind::Text(key, _) = &key.kind else {
                        return false;
                    };
                    parts.push(key.to_string());
                    at = of;
                }
                _ => return false,
            }
        }
        parts.reverse();
        let apis = (self.dialect.apis)();
        apis.act(&apis.canonical(&parts.join(".")))
            .is_some_and(|a| a.does == crate::lang::dynamic::api::Does::Exit)
    }

    /// Runs `work` as something that may or may not happen.
    pub(super) fn branched<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.branch;
        self.branches += 1;
        self.branch = self.branches;
        let result = work(self);
        self.branch = before;
        result
    }

    fn conditional(&mut self, test: &Expr, then: &[Stmt], other: &[Stmt]) -> Goes {
        let tested = self.test(test);
        match tested.truth {
            Some(true) => return self.block(then),
            Some(false) => return self.block(other),
            None => {}
        }
        let gates = self.gates.len();
        self.gates.extend(tested.when_true.iter().cloned());
        let first = self.branched(|m| m.block(then));
        self.gates.truncate(gates);
        self.gates.extend(tested.when_false.iter().cloned());
        let second = self.branched(|m| m.block(other));
        self.gates.truncate(gates);
        match (first, second) {
            (Goes::Away, Goes::Away) => Goes::Away,
            // The rest of the block (which cuts the gates back) runs only where this did not leave.
            (Goes::Away, Goes::On) => {
                self.gates.extend(tested.when_false);
                Goes::On
            }
            (Goes::On, Goes::Away) => {
                self.gates.extend(tested.when_true);
                Goes::On
            }
            (Goes::On, Goes::On) => Goes::On,
        }
    }

    fn each_loop(&mut self, target: &Pattern, over: &Expr, body: &[Stmt], keys: bool) {
        let over = self.eval(over);
        let (items, complete) = if keys { self.keys(&over) } else { self.items(&over) };
        if complete && items.len() <= UNROLLED {
            for item in items {
                if self.turns == 0 {
                    break;
                }
                self.turns -= 1;
                self.bind(target, item, true);
                self.block(body);
            }
            return;
        }
        let item = self.one_of(items, &over);
        self.twice(|m| {
            m.bind(target, item.clone(), true);
            m.block(body);
        });
    }

    /// Walks a loop body twice, so that what one turn leaves reaches the next.
    fn twice(&mut self, mut turn: impl FnMut(&mut Self)) {
        self.branched(|m| {
            turn(m);
            turn(m);
        });
    }

    fn while_loop(&mut self, test: Option<&Expr>, body: &[Stmt], step: Option<&Expr>) {
        let constant = test.is_none_or(|t| matches!(t.kind, Kind::Bool(_) | Kind::Number(_)));
        let mut left = 4096;
        while !constant && left > 0 && self.turns > 0 {
            let Some(test) = test else { break };
            match self.test(test).truth {
                Some(false) => return,
                Some(true) => {}
                None => break,
            }
            if !self.step(test.span) {
                return;
            }
            left -= 1;
            self.turns -= 1;
            self.block(body);
            if let Some(step) = step {
                self.eval(step);
            }
        }
        let gates = test.map(|t| self.test(t).when_true).unwrap_or_default();
        let before = self.gates.len();
        self.gates.extend(gates);
        self.twice(|m| {
            m.block(body);
            if let Some(step) = step {
                m.eval(step);
            }
        });
        self.gates.truncate(before);
    }

    fn attempt(&mut self, body: &[Stmt], handlers: &[(Option<Pattern>, Vec<Stmt>)], last: &[Stmt]) -> Goes {
        let goes = self.block(body);
        for (target, handler) in handlers {
            self.branched(|m| {
                if let Some(target) = target {
                    m.bind(target, Value::unknown(Why::Output, vec![]), true);
                }
                m.block(handler);
            });
        }
        if self.block(last) == Goes::Away {
            return Goes::Away;
        }
        if handlers.is_empty() { goes } else { Goes::On }
    }

    pub(super) fn closure(&self, function: &Rc<Function>) -> Value {
        let this = if function.arrow {
            self.frames.last().and_then(|f| f.this.clone())
        } else {
            None
        };
        Value::Function(Rc::new(Closure {
            function: function.clone(),
            scope: self.scope.clone(),
            module: self.module,
            this,
        }))
    }

    fn define(&mut self, function: &Rc<Function>) {
        let value = self.closure(function);
        if let Some(name) = &function.name {
            self.assign_name(name, value, true);
        }
    }

    fn decorated(&mut self, function: &Rc<Function>) {
        let mut value = self.closure(function);
        self.described(function);
        for decorator in function.decorators.iter().rev() {
            value = self.decorate(decorator, value);
        }
        if let Some(name) = &function.name {
            self.assign_name(name, value, true);
        }
    }

    /// A decorator of the program wraps; one of a package may call what it is given later.
    fn decorate(&mut self, decorator: &Expr, value: Value) -> Value {
        let wrapper = self.eval(decorator);
        match wrapper {
            Value::Function(_) | Value::Class(_) => {
                let result = self.call_value(&wrapper, vec![value.clone()], decorator.span);
                if matches!(result, Value::Function(_) | Value::Class(_) | Value::Object(_)) {
                    result
                } else {
                    value
                }
            }
            Value::Native(native)
                if matches!(
                    native.name.as_str(),
                    "property"
                        | "staticmethod"
                        | "classmethod"
                        | "contextlib.contextmanager"
                        | "dataclasses.dataclass"
                ) || native.name.starts_with("functools.") =>
            {
                value
            }
            _ => {
                self.escape(&value, &[], decorator.span);
                value
            }
        }
    }

    pub(super) fn class(&mut self, class: &Rc<crate::lang::dynamic::tree::Class>) -> Value {
        let bases = class.bases.iter().map(|b| self.eval(b)).collect();
        let members = Rc::new(crate::lang::dynamic::value::Object {
            shape: Shape::Dict,
            state: std::cell::RefCell::new(State::default()),
        });
        let value = Rc::new(ClassValue {
            class: class.clone(),
            scope: self.scope.clone(),
            module: self.module,
            bases,
            members: members.clone(),
        });
        for (name, field, fixed) in &class.fields {
            if *fixed {
                let field = self.eval(field);
                members.state.borrow_mut().set(name, field, false);
            }
        }
        let parent = self.scope.clone();
        self.scope = self.new_scope(&parent);
        self.frames.push(Frame {
            this: Some(Value::Class(value.clone())),
            ..Frame::default()
        });
        self.block(&class.body);
        self.frames.pop();
        self.scope = parent;
        let mut result = Value::Class(value.clone());
        for method in &class.methods {
            if !method.decorators.is_empty() {
                self.described(method);
                let unbound = Value::Function(Rc::new(Closure {
                    function: method.clone(),
                    scope: value.scope.clone(),
                    module: value.module,
                    this: None,
                }));
                for decorator in &method.decorators {
                    self.decorate(decorator, unbound.clone());
                }
            }
        }
        for decorator in &class.decorators {
            result = self.decorate(decorator, result);
        }
        result
    }

    fn export(&mut self, names: &[(Name, Name)]) {
        for (local, exported) in names {
            let value = self.scope.get(local).unwrap_or_default();
            if let Some(Value::Object(exports)) = self.modules.get(self.module).map(|m| m.exports.clone()) {
                exports.state.borrow_mut().set(exported, value, false);
            }
        }
    }
}
