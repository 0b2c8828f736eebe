//! Statements, functions and classes.

use super::Parser;
use std::rc::Rc;

use crate::lang::dynamic::tree::{Arg, Class, Expr, Function, Kind, Name, Pattern, Stmt, StmtKind};
use crate::lang::oneliner::lex::{Token, Tongue};
use crate::model::Span;

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Option<StmtKind> {
        let Some(Token::Word(word)) = self.peek().cloned() else {
            if self.tongue == Tongue::Awk && self.op("{") {
                return Some(StmtKind::Block(self.block()));
            }
            if self.op("{") && self.tongue != Tongue::Ruby {
                return Some(StmtKind::Block(self.block()));
            }
            return Some(self.expression_or_rule());
        };
        let method = matches!(
            self.tokens.get(self.at + 1).map(|l| &l.token),
            Some(Token::Op("=>" | "="))
        );
        if method {
            return Some(self.expression_or_rule());
        }
        Some(match word.as_str() {
            "if" | "unless" | "elseif" | "elsif" => self.conditional(word == "unless"),
            "while" | "until" => {
                self.at += 1;
                let test = self.condition();
                let body = self.block();
                self.end_if_ruby();
                StmtKind::While(Some(test), body, None)
            }
            "for" | "foreach" => self.loop_over(),
            "sub" | "function" | "def" | "func" if self.tongue != Tongue::Ruby || word == "def" => {
                self.function()?
            }
            "class" | "module" | "interface" | "trait" => self.class(),
            "return" => {
                self.at += 1;
                let value = if self.ends() {
                    None
                } else {
                    Some(self.expression())
                };
                StmtKind::Return(value)
            }
            "last" | "next" | "break" | "continue" | "redo" => {
                self.at += 1;
                StmtKind::Jump
            }
            "begin" | "do" if self.tongue == Tongue::Ruby => {
                self.at += 1;
                self.attempt()
            }
            "try" => {
                self.at += 1;
                let body = self.block();
                let mut handlers = vec![];
                while self.eat_word(&["catch", "finally"]) {
                    if self.op("(") {
                        self.primary();
                    }
                    handlers.push((None, self.block()));
                }
                StmtKind::Try(body, handlers, vec![])
            }
            "BEGIN" | "END" | "INIT" => {
                self.at += 1;
                StmtKind::Block(self.block())
            }
            "eval" | "do"
                if matches!(
                    self.tokens.get(self.at + 1).map(|l| &l.token),
                    Some(Token::Op("{"))
                ) =>
            {
                self.at += 1;
                let body = self.block();
                self.eat_word(&["or", "and"]);
                StmtKind::Try(body, vec![], vec![])
            }
            "package" | "namespace" | "use" | "no" => return self.used(),
            "switch" | "case" | "match" => {
                self.at += 1;
                let subject = self.expression();
                let mut branches = vec![];
                self.lines();
                let braced = self.eat("{");
                loop {
                    self.lines();
                    if self.eat_word(&["when", "case"]) {
                        self.expression();
                        self.eat_word(&["then"]);
                        self.eat(":");
                    } else if !self.eat_word(&["else", "default"]) {
                        break;
                    }
                    self.eat(":");
                    branches.push(self.statements(&["when", "else", "end", "case", "default"]));
                }
                if braced {
                    self.eat("}");
                } else {
                    self.end();
                }
                StmtKind::Branches(subject, branches)
            }
            "public" | "private" | "protected" | "static" | "final" | "abstract"
                if self.tongue == Tongue::Php =>
            {
                self.at += 1;
                return self.statement();
            }
            _ => self.expression_or_rule(),
        })
    }

    pub(super) fn end_if_ruby(&mut self) {
        if self.tongue != Tongue::Perl && self.tongue != Tongue::Awk {
            self.end();
        }
    }

    /// An expression; in awk, one followed by a block is a pattern with its action.
    pub(super) fn expression_or_rule(&mut self) -> StmtKind {
        let value = self.expression();
        if self.tongue == Tongue::Awk && self.op("{") {
            return StmtKind::If(value, self.block(), vec![]);
        }
        StmtKind::Expr(value)
    }

    /// What stands after `if` and `while`: in parentheses, but for Ruby.
    pub(super) fn condition(&mut self) -> Expr {
        if self.tongue != Tongue::Ruby && self.op("(") {
            self.primary()
        } else {
            self.expression()
        }
    }

    pub(super) fn conditional(&mut self, negated: bool) -> StmtKind {
        let mut arms = vec![];
        let mut other = vec![];
        loop {
            let at = self.span();
            self.at += 1;
            let test = self.condition();
            let test = if negated && arms.is_empty() {
                Expr::new(test.span, Kind::Not(Box::new(test)))
            } else {
                test
            };
            self.eat_word(&["then"]);
            arms.push((test, self.block(), at));
            let back = self.at;
            self.lines();
            if self.word(&["elsif", "elseif"]) {
                continue;
            }
            if self.eat_word(&["else"]) {
                if self.word(&["if"]) {
                    continue;
                }
                other = self.block();
            } else {
                self.at = back;
            }
            break;
        }
        self.end_if_ruby();
        crate::lang::javascript::statement::chain(arms, other)
    }

    pub(super) fn loop_over(&mut self) -> StmtKind {
        self.at += 1;
        self.eat_word(&["my", "our", "var"]);
        let mut target = Pattern::Name("_".into());
        if let Some(Token::Variable(name) | Token::Word(name)) = self.peek().cloned() {
            self.at += 1;
            target = Pattern::Name(name.as_str().into());
            self.eat_word(&["in"]);
            let over = self.expression();
            let body = self.block();
            self.end_if_ruby();
            return StmtKind::For(target, over, body, false);
        }
        // `(a; b; c)`, `($list as $k => $v)`, `(k in a)`, `(@list)`
        if !self.eat("(") {
            return StmtKind::Jump;
        }
        let mut parts = vec![];
        let mut classic = false;
        loop {
            if self.eat(")") || self.peek().is_none() {
                break;
            }
            if matches!(self.peek(), Some(Token::End)) {
                classic = true;
                self.at += 1;
                continue;
            }
            let before = self.at;
            let part = self.expression();
            if self.eat_word(&["as", "in"]) {
                let mut bound = vec![];
                while let Some(Token::Variable(name) | Token::Word(name)) = self.peek().cloned() {
                    bound.push(name);
                    self.at += 1;
                    self.eat("=>");
                }
                target = Pattern::Name(bound.last().map_or("_", String::as_str).into());
            }
            parts.push(part);
            if self.at == before {
                self.at += 1;
            }
        }
        let body = self.block();
        self.end_if_ruby();
        let span = self.before();
        if classic {
            return StmtKind::While(Some(Expr::new(span, Kind::Opaque(parts))), body, None);
        }
        let over = match parts.len() {
            1 => parts.remove(0),
            _ => Expr::new(span, Kind::List(parts.into_iter().map(Arg::plain).collect())),
        };
        StmtKind::For(target, over, body, false)
    }

    pub(super) fn function(&mut self) -> Option<StmtKind> {
        let function = self.function_tail(true);
        match function.name {
            Some(_) => Some(StmtKind::Function(function)),
            None => {
                let span = function.span;
                Some(StmtKind::Expr(Expr::new(span, Kind::Function(function))))
            }
        }
    }

    pub(super) fn function_tail(&mut self, named: bool) -> Rc<Function> {
        let start = self.span();
        self.at += 1;
        self.eat("&");
        let mut name: Option<Name> = None;
        if let (true, Some(Token::Word(word))) = (named, self.peek().cloned()) {
            self.at += 1;
            name = Some(word.as_str().into());
            if self.eat(".")
                && let Some(Token::Word(word)) = self.peek().cloned()
            {
                self.at += 1;
                name = Some(word.as_str().into());
            }
        }
        let mut params = vec![];
        let list = self.eat("(");
        if list || self.tongue == Tongue::Ruby {
            while let Some(token) = self.peek().cloned() {
                match token {
                    Token::Op(")") | Token::End | Token::Op("{") => break,
                    Token::Variable(n) | Token::Word(n) => {
                        if !self.op("?") {
                            params.push(Pattern::Name(n.trim_end_matches(':').into()));
                        }
                        self.at += 1;
                    }
                    Token::Op("=") => {
                        self.at += 1;
                        self.ternary();
                    }
                    _ => self.at += 1,
                }
            }
            self.eat(")");
        }
        if self.eat_word(&["use"]) && self.op("(") {
            self.primary();
        }
        if self.eat(":") {
            self.eat("?");
            self.at += 1;
        }
        let body = self.block();
        if self.tongue == Tongue::Ruby {
            self.rescues();
        }
        self.made(name, params, body, start.cover(self.before()))
    }

    pub(super) fn made(
        &self,
        name: Option<Name>,
        params: Vec<Pattern>,
        mut body: Vec<Stmt>,
        span: Span,
    ) -> Rc<Function> {
        // The last value is what a function gives.
        if matches!(self.tongue, Tongue::Perl | Tongue::Ruby)
            && let Some(Stmt {
                span,
                kind: StmtKind::Expr(value),
            }) = body.pop_if(|s| matches!(s.kind, StmtKind::Expr(_)))
        {
            body.push(Stmt {
                span,
                kind: StmtKind::Return(Some(value)),
            });
        }
        Rc::new(Function {
            name,
            params,
            body,
            decorators: vec![],
            doc: None,
            span,
            arrow: true,
            method: false,
            rest_name: (self.tongue == Tongue::Perl).then(|| "_".into()),
        })
    }

    pub(super) fn rescues(&mut self) -> Vec<(Option<Pattern>, Vec<Stmt>)> {
        let mut handlers = vec![];
        loop {
            self.lines();
            if !self.eat_word(&["rescue", "ensure", "else"]) {
                break;
            }
            while !matches!(self.peek(), Some(Token::End) | None) && !self.word(&["then"]) {
                self.at += 1;
            }
            handlers.push((None, self.block()));
        }
        self.end();
        handlers
    }

    pub(super) fn attempt(&mut self) -> StmtKind {
        let body = self.statements(&["rescue", "ensure", "else", "end"]);
        let handlers = self.rescues();
        StmtKind::Try(body, handlers, vec![])
    }

    pub(super) fn class(&mut self) -> StmtKind {
        let start = self.span();
        self.at += 1;
        let name = match self.peek().cloned() {
            Some(Token::Word(word)) => {
                self.at += 1;
                Some(Name::from(word.as_str()))
            }
            _ => None,
        };
        while !matches!(self.peek(), None | Some(Token::End | Token::Op("{"))) {
            self.at += 1;
        }
        let body = self.block();
        self.end_if_ruby();
        let mut class = Class {
            name,
            bases: vec![],
            methods: vec![],
            fields: vec![],
            body: vec![],
            decorators: vec![],
            span: start.cover(self.before()),
        };
        for stmt in body {
            match stmt.kind {
                StmtKind::Function(function) => class.methods.push(function),
                kind => class.body.push(Stmt {
                    span: stmt.span,
                    kind,
                }),
            }
        }
        StmtKind::Class(Rc::new(class))
    }

    /// `use X;`, `package X;`: nothing to do but to pass it over.
    pub(super) fn used(&mut self) -> Option<StmtKind> {
        while !matches!(self.peek(), None | Some(Token::End | Token::Op("{"))) {
            self.at += 1;
        }
        None
    }
}
