//! A tolerant reader of statements and expressions: what it does not understand becomes a gap and
//! is passed over, so that the rest is still seen.

use std::rc::Rc;

use super::lex::{Lexed, Lexer, Token, Tongue};
use crate::lang::dynamic::parse::{Program, spelled};
use crate::lang::dynamic::tree::{
    Arg, Call, Class, Entry, Expr, Function, Kind, Name, Pattern, Stmt, StmtKind,
};
use crate::model::{GapReason, Limits, Span};

/// Reads `text`.
pub fn read(text: &str, tongue: Tongue, limits: &Limits) -> Program {
    if text.len() > limits.code_bytes {
        let gap = (
            Span::new(0, text.len()),
            GapReason::Limit,
            "the text is longer than the limit".to_owned(),
        );
        return Program {
            body: vec![],
            gaps: vec![gap],
        };
    }
    let (tokens, broken, cut) = Lexer::new(text, tongue).run(limits.steps);
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        tongue,
        gaps: vec![],
        depth: 0,
        deepest: limits.depth.min(120),
        printing: false,
    };
    if let Some(span) = broken {
        parser
            .gaps
            .push((span, GapReason::Syntax, "a text does not end".to_owned()));
    }
    if cut {
        let span = Span::new(0, text.len());
        parser
            .gaps
            .push((span, GapReason::Limit, "too many words".to_owned()));
    }
    let body = parser.statements(&[]);
    Program {
        body,
        gaps: parser.gaps,
    }
}

pub(super) struct Parser<'t> {
    pub text: &'t str,
    tokens: Vec<Lexed>,
    at: usize,
    pub tongue: Tongue,
    pub gaps: Vec<(Span, GapReason, String)>,
    depth: usize,
    deepest: usize,
    /// Inside the list of awk's `print`, where `|` and `>` redirect.
    printing: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|l| &l.token)
    }

    fn span(&self) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.get(self.at).map_or(end, |l| l.span)
    }

    fn before(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|i| self.tokens.get(i))
            .map_or(Span::default(), |l| l.span)
    }

    fn op(&self, op: &str) -> bool {
        matches!(self.peek(), Some(Token::Op(o)) if *o == op)
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = self.op(op);
        self.at += usize::from(found);
        found
    }

    fn word(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if words.contains(&w.as_str()))
    }

    fn eat_word(&mut self, words: &[&str]) -> bool {
        let found = self.word(words);
        self.at += usize::from(found);
        found
    }

    fn lines(&mut self) {
        while matches!(self.peek(), Some(Token::End)) {
            self.at += 1;
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= self.deepest {
            if self.gaps.len() < 20 {
                self.gaps
                    .push((self.span(), GapReason::Limit, "nested too deep".to_owned()));
            }
            self.at += 1;
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    /// Statements up to `}` or one of the words.
    fn statements(&mut self, ends: &[&str]) -> Vec<Stmt> {
        let mut out = vec![];
        loop {
            self.lines();
            if self.peek().is_none() || (!ends.is_empty() && (self.op("}") || self.word(ends))) {
                return out;
            }
            let before = self.at;
            let span = self.span();
            if let Some(Some(kind)) = self.deeper(Self::statement) {
                let span = span.cover(self.before());
                let kind = self.modified(kind, span);
                out.push(Stmt { span, kind });
            }
            if self.at == before {
                if self.gaps.len() < 20 && !self.op("}") {
                    self.gaps
                        .push((self.span(), GapReason::Syntax, "not understood".to_owned()));
                }
                self.at += 1;
            }
        }
    }

    /// `… if x`, `… for list`.
    fn modified(&mut self, kind: StmtKind, span: Span) -> StmtKind {
        let stmt = |kind| vec![Stmt { span, kind }];
        match self.peek() {
            Some(Token::Word(w)) if matches!(w.as_str(), "if" | "unless" | "while" | "until") => {
                let negated = matches!(w.as_str(), "unless" | "until");
                self.at += 1;
                let test = self.expression();
                let test = if negated {
                    Expr::new(test.span, Kind::Not(Box::new(test)))
                } else {
                    test
                };
                StmtKind::If(test, stmt(kind), vec![])
            }
            Some(Token::Word(w))
                if matches!(w.as_str(), "for" | "foreach") && self.tongue == Tongue::Perl =>
            {
                self.at += 1;
                let list = self.expression();
                StmtKind::For(Pattern::Name("_".into()), list, stmt(kind), false)
            }
            _ => kind,
        }
    }

    fn block(&mut self) -> Vec<Stmt> {
        self.lines();
        if self.eat("{") {
            let body = self.statements(&["}"]);
            self.eat("}");
            return body;
        }
        if self.tongue == Tongue::Ruby || self.eat(":") {
            self.eat_word(&["then", "do"]);
            return self.statements(&[
                "end",
                "else",
                "elsif",
                "when",
                "rescue",
                "ensure",
                "endif",
                "endwhile",
                "endforeach",
            ]);
        }
        let span = self.span();
        match self.deeper(Self::statement) {
            Some(Some(kind)) => vec![Stmt { span, kind }],
            _ => vec![],
        }
    }

    fn end(&mut self) {
        self.lines();
        self.eat_word(&["end", "endif", "endwhile", "endforeach", "endfor"]);
    }

    fn statement(&mut self) -> Option<StmtKind> {
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

    fn end_if_ruby(&mut self) {
        if self.tongue != Tongue::Perl && self.tongue != Tongue::Awk {
            self.end();
        }
    }

    /// An expression; in awk, one followed by a block is a pattern with its action.
    fn expression_or_rule(&mut self) -> StmtKind {
        let value = self.expression();
        if self.tongue == Tongue::Awk && self.op("{") {
            return StmtKind::If(value, self.block(), vec![]);
        }
        StmtKind::Expr(value)
    }

    /// What stands after `if` and `while`: in parentheses, but for Ruby.
    fn condition(&mut self) -> Expr {
        if self.tongue != Tongue::Ruby && self.op("(") {
            self.primary()
        } else {
            self.expression()
        }
    }

    fn conditional(&mut self, negated: bool) -> StmtKind {
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

    fn loop_over(&mut self) -> StmtKind {
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

    fn function(&mut self) -> Option<StmtKind> {
        let function = self.function_tail(true);
        match function.name {
            Some(_) => Some(StmtKind::Function(function)),
            None => {
                let span = function.span;
                Some(StmtKind::Expr(Expr::new(span, Kind::Function(function))))
            }
        }
    }

    fn function_tail(&mut self, named: bool) -> Rc<Function> {
        let start = self.span();
        self.at += 1;
        self.eat("&");
        let mut name: Option<Name> = None;
        if let (true, Some(Token::Word(word))) = (named, self.peek().cloned()) {
            self.at += 1;
            name = Some(word.as_str().into());
            if self.eat(".") {
                if let Some(Token::Word(word)) = self.peek().cloned() {
                    self.at += 1;
                    name = Some(word.as_str().into());
                }
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

    fn made(
        &self,
        name: Option<Name>,
        params: Vec<Pattern>,
        mut body: Vec<Stmt>,
        span: Span,
    ) -> Rc<Function> {
        // The last value is what a function gives.
        if matches!(self.tongue, Tongue::Perl | Tongue::Ruby) {
            if let Some(Stmt {
                span,
                kind: StmtKind::Expr(value),
            }) = body.pop_if(|s| matches!(s.kind, StmtKind::Expr(_)))
            {
                body.push(Stmt {
                    span,
                    kind: StmtKind::Return(Some(value)),
                });
            }
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

    fn rescues(&mut self) -> Vec<(Option<Pattern>, Vec<Stmt>)> {
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

    fn attempt(&mut self) -> StmtKind {
        let body = self.statements(&["rescue", "ensure", "else", "end"]);
        let handlers = self.rescues();
        StmtKind::Try(body, handlers, vec![])
    }

    fn class(&mut self) -> StmtKind {
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
    fn used(&mut self) -> Option<StmtKind> {
        while !matches!(self.peek(), None | Some(Token::End | Token::Op("{"))) {
            self.at += 1;
        }
        None
    }

    fn ends(&self) -> bool {
        match self.peek() {
            None | Some(Token::End) => true,
            Some(Token::Op(op)) => matches!(*op, ")" | "]" | "}" | ":" | "," | "=>"),
            Some(Token::Word(w)) => matches!(
                w.as_str(),
                "if" | "unless"
                    | "while"
                    | "until"
                    | "and"
                    | "or"
                    | "then"
                    | "do"
                    | "end"
                    | "for"
                    | "foreach"
            ),
            _ => false,
        }
    }

    /// An expression with `and`, `or`, `not`, and commas in Perl.
    pub fn expression(&mut self) -> Expr {
        let fallback = Expr::new(self.span(), Kind::Nothing);
        self.deeper(Self::low).unwrap_or(fallback)
    }

    fn low(&mut self) -> Expr {
        let mut left = if self.eat_word(&["not"]) {
            let inner = self.assignment();
            Expr::new(inner.span, Kind::Not(Box::new(inner)))
        } else {
            self.comma()
        };
        while self.word(&["and", "or", "xor"]) {
            let all = self.word(&["and"]);
            self.at += 1;
            self.lines();
            if self.word(&["return", "next", "last", "die", "exit", "raise", "break"]) {
                let span = self.span();
                let leave = self.deeper(Self::statement);
                let _ = leave;
                left = Expr::new(
                    left.span.cover(span),
                    Kind::Either(vec![left, Expr::new(span, Kind::Nothing)], all),
                );
                continue;
            }
            let right = self.comma();
            let span = left.span.cover(right.span);
            left = Expr::new(span, Kind::Either(vec![left, right], all));
        }
        left
    }

    fn comma(&mut self) -> Expr {
        let first = self.assignment();
        if !matches!(self.tongue, Tongue::Perl | Tongue::Awk) || !(self.op(",") || self.op("=>")) {
            return first;
        }
        let start = first.span;
        let mut items = vec![Arg::plain(first)];
        while self.eat(",") || self.eat("=>") {
            self.lines();
            if self.ends() {
                break;
            }
            items.push(Arg::plain(self.assignment()));
        }
        Expr::new(start.cover(self.before()), Kind::List(items))
    }

    pub fn assignment(&mut self) -> Expr {
        let fallback = Expr::new(self.span(), Kind::Nothing);
        self.deeper(Self::assignment_inner).unwrap_or(fallback)
    }

    fn assignment_inner(&mut self) -> Expr {
        let left = self.ternary();
        let Some(Token::Op(op)) = self.peek().cloned() else {
            return left;
        };
        let operator = match op {
            "=" => None,
            ".=" => Some("+="),
            "+=" | "-=" | "*=" | "/=" | "%=" | "||=" | "&&=" | "|=" => Some(spelled(op)),
            "//=" | "??=" => Some("??="),
            _ => return left,
        };
        self.at += 1;
        self.lines();
        let right = self.assignment();
        let span = left.span.cover(right.span);
        Expr::new(
            span,
            Kind::Assign(Box::new(as_pattern(left)), operator, Box::new(right)),
        )
    }

    fn ternary(&mut self) -> Expr {
        let test = self.binary(0);
        if !self.eat("?") {
            return test;
        }
        self.lines();
        let then = self.assignment();
        self.lines();
        self.eat(":");
        self.lines();
        let other = self.assignment();
        let span = test.span.cover(other.span);
        Expr::new(span, Kind::Conditional(Box::new([test, then, other])))
    }

    fn level(&self) -> Option<(usize, &'static str)> {
        let Some(Token::Op(op)) = self.peek() else {
            return match self.peek() {
                Some(Token::Word(w)) if self.tongue == Tongue::Perl => match w.as_str() {
                    "eq" => Some((4, "==")),
                    "ne" => Some((4, "!=")),
                    "lt" | "gt" | "le" | "ge" | "cmp" => Some((4, "<=>")),
                    "x" => Some((8, "*")),
                    _ => None,
                },
                Some(Token::Word(w)) if self.tongue == Tongue::Awk && w == "in" => Some((4, "in")),
                _ => None,
            };
        };
        let level = match *op {
            ".." | "..." => 1,
            "||" | "//" | "??" => 2,
            "&&" => 3,
            "==" | "!=" | "===" | "!==" | "=~" | "!~" | "<=>" => 4,
            "~" if self.tongue == Tongue::Awk => 4,
            "<" | "<=" | ">=" => 5,
            ">" if self.tongue != Tongue::Awk => 5,
            "|" if self.tongue != Tongue::Awk => 6,
            "&" | "^" | "<<" | ">>" if self.tongue != Tongue::Awk => 6,
            "+" | "-" => 7,
            "." if matches!(self.tongue, Tongue::Perl | Tongue::Php) => 7,
            "*" | "/" | "%" => 8,
            "**" => 9,
            _ => return None,
        };
        Some((level, op))
    }

    fn binary(&mut self, least: usize) -> Expr {
        let mut left = self.unary();
        loop {
            // In awk, values side by side are one text.
            let beside =
                self.tongue == Tongue::Awk && least <= 7 && self.begins_value() && self.level().is_none();
            let (level, op) = match self.level() {
                Some(found) => found,
                None if beside => (7, "."),
                None => return left,
            };
            if level < least {
                return left;
            }
            if !beside {
                self.at += 1;
                self.lines();
            }
            let right = match self.deeper(|p| p.binary(level + 1)) {
                Some(right) => right,
                None => return left,
            };
            let span = left.span.cover(right.span);
            left = match (op, left.kind) {
                // A chain of concatenations is one.
                (".", Kind::Plus(mut parts)) => {
                    parts.push(right);
                    Expr::new(span, Kind::Plus(parts))
                }
                ("." | "+", kind) => {
                    let left = Expr::new(left.span, kind);
                    Expr::new(span, Kind::Plus(vec![left, right]))
                }
                ("||" | "//" | "??", kind) if op != "//" || self.tongue == Tongue::Perl => {
                    let left = Expr::new(left.span, kind);
                    Expr::new(span, Kind::Either(vec![left, right], false))
                }
                ("&&", kind) => Expr::new(span, Kind::Either(vec![Expr::new(left.span, kind), right], true)),
                ("..", kind) => Expr::call(
                    span,
                    Expr::name(span, "%range"),
                    vec![Expr::new(left.span, kind), right],
                ),
                (op, kind) => {
                    let left = Expr::new(left.span, kind);
                    Expr::new(span, Kind::Binary(spelled(op), Box::new(left), Box::new(right)))
                }
            };
        }
    }

    fn begins_value(&self) -> bool {
        match self.peek() {
            Some(Token::Text(..) | Token::Variable(_) | Token::Number(_)) => true,
            Some(Token::Word(w)) => !matches!(w.as_str(), "in" | "getline" | "else" | "while" | "if"),
            Some(Token::Op(op)) => matches!(*op, "(" | "$"),
            _ => false,
        }
    }

    fn unary(&mut self) -> Expr {
        let start = self.span();
        let fallback = Expr::new(start, Kind::Nothing);
        for op in ["!", "-", "+", "~", "\\", "&", "*", "**", "++", "--", "@"] {
            if self.eat(op) {
                let inner = self.deeper(Self::unary).unwrap_or(fallback);
                let span = start.cover(inner.span);
                return match (op, &inner.kind) {
                    ("!", _) => Expr::new(span, Kind::Not(Box::new(inner))),
                    ("-", Kind::Number(n)) => Expr::new(span, Kind::Number(-n)),
                    _ => inner,
                };
            }
        }
        if self.tongue == Tongue::Awk && self.eat("$") {
            self.deeper(Self::unary);
            return Expr::name(start.cover(self.before()), "$0");
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Expr {
        let mut value = self.primary();
        let mut links = 0;
        loop {
            links += 1;
            if links > 400 {
                return value;
            }
            let start = value.span;
            let spaced = self.tokens.get(self.at).is_some_and(|l| l.spaced);
            let dot = self.op("&.") || self.op("?->") || self.op("->") || self.op("::");
            let ruby_dot = self.op(".") && self.tongue == Tongue::Ruby;
            if dot || ruby_dot || self.ruby_line_dot() {
                self.at += 1;
                value = self.member(value);
            } else if self.op("[") && !(spaced && self.tongue == Tongue::Ruby) && self.tongue != Tongue::Awk
                || self.op("[") && self.tongue == Tongue::Awk
            {
                self.at += 1;
                let key = if self.op("]") {
                    Expr::new(start, Kind::Nothing)
                } else {
                    self.expression()
                };
                self.eat("]");
                value = Expr::new(
                    start.cover(self.before()),
                    Kind::Member(Box::new(value), Box::new(key)),
                );
            } else if self.op("{") && self.tongue == Tongue::Perl && !spaced && is_variable(&value) {
                self.at += 1;
                let key = match self.peek().cloned() {
                    Some(Token::Word(word))
                        if matches!(
                            self.tokens.get(self.at + 1).map(|l| &l.token),
                            Some(Token::Op("}"))
                        ) =>
                    {
                        let key = Expr::text(self.span(), &word);
                        self.at += 1;
                        key
                    }
                    _ => self.expression(),
                };
                self.eat("}");
                value = Expr::new(
                    start.cover(self.before()),
                    Kind::Member(Box::new(value), Box::new(key)),
                );
            } else if self.op("(") && !spaced {
                let args = self.parens();
                let span = start.cover(self.before());
                value = Expr::new(
                    span,
                    Kind::Call(Box::new(Call {
                        callee: value,
                        args,
                        new: false,
                    })),
                );
                self.ruby_block(&mut value);
            } else if self.eat("++") || self.eat("--") {
            } else if self.tongue == Tongue::Awk && self.op("|") && !self.printing {
                self.at += 1;
                value = self.awk_pipe(value);
            } else {
                return value;
            }
        }
    }

    /// A chain that goes on in the next line: `\n  .then`.
    fn ruby_line_dot(&mut self) -> bool {
        if self.tongue != Tongue::Ruby || !matches!(self.peek(), Some(Token::End)) {
            return false;
        }
        let mut ahead = self.at;
        while matches!(self.tokens.get(ahead).map(|l| &l.token), Some(Token::End)) {
            ahead += 1;
        }
        if matches!(
            self.tokens.get(ahead).map(|l| &l.token),
            Some(Token::Op("." | "&."))
        ) {
            self.at = ahead;
            return true;
        }
        false
    }

    fn member(&mut self, of: Expr) -> Expr {
        let start = of.span;
        if self.op("[") || self.op("{") {
            // `$x->[0]`, `$x->{k}`: the brackets are read by the caller.
            let close = if self.op("[") { "]" } else { "}" };
            self.at += 1;
            let key = match self.peek().cloned() {
                Some(Token::Word(word)) if close == "}" => {
                    let key = Expr::text(self.span(), &word);
                    self.at += 1;
                    key
                }
                _ => self.expression(),
            };
            self.eat(close);
            return Expr::new(
                start.cover(self.before()),
                Kind::Member(Box::new(of), Box::new(key)),
            );
        }
        if self.op("(") {
            let args = self.parens();
            let span = start.cover(self.before());
            return Expr::new(
                span,
                Kind::Call(Box::new(Call {
                    callee: of,
                    args,
                    new: false,
                })),
            );
        }
        let span = self.span();
        let key = match self.peek().cloned() {
            Some(Token::Word(word)) => Expr::text(span, &word),
            Some(Token::Variable(name)) => Expr::name(span, &name),
            _ => Expr::text(span, ""),
        };
        self.at += 1;
        let member = Expr::new(start.cover(span), Kind::Member(Box::new(of), Box::new(key)));
        let spaced = self.tokens.get(self.at).is_some_and(|l| l.spaced);
        if self.op("(") && !spaced {
            let args = self.parens();
            let mut value = Expr::new(
                start.cover(self.before()),
                Kind::Call(Box::new(Call {
                    callee: member,
                    args,
                    new: false,
                })),
            );
            self.ruby_block(&mut value);
            return value;
        }
        let assigned = self.op("=") || self.op("+=") || self.op("||=") || self.op("<<");
        if self.tongue == Tongue::Ruby && !assigned {
            let args = if spaced && self.begins_argument() {
                self.open_args()
            } else {
                vec![]
            };
            let mut value = Expr::new(
                start.cover(self.before()),
                Kind::Call(Box::new(Call {
                    callee: member,
                    args,
                    new: false,
                })),
            );
            self.ruby_block(&mut value);
            return value;
        }
        if self.tongue == Tongue::Perl {
            // `$x->method` without parentheses is a call too.
            return Expr::new(
                member.span,
                Kind::Call(Box::new(Call {
                    callee: member,
                    args: vec![],
                    new: false,
                })),
            );
        }
        member
    }

    /// `do |x| … end` or `{ |x| … }` after a call.
    fn ruby_block(&mut self, value: &mut Expr) {
        if self.tongue != Tongue::Ruby || !(self.op("{") || self.word(&["do"])) {
            return;
        }
        let Kind::Call(call) = &mut value.kind else { return };
        let start = self.span();
        let braces = self.op("{");
        self.at += 1;
        let mut params = vec![];
        if self.eat("|") {
            while let Some(token) = self.peek().cloned() {
                self.at += 1;
                match token {
                    Token::Op("|") | Token::End => break,
                    Token::Word(name) => params.push(Pattern::Name(name.as_str().into())),
                    _ => {}
                }
            }
        }
        let body = self.statements(&["}", "end", "rescue", "ensure"]);
        if braces {
            self.eat("}");
        } else {
            self.rescues();
        }
        let function = self.made(None, params, body, start.cover(self.before()));
        call.args
            .push(Arg::plain(Expr::new(function.span, Kind::Function(function))));
    }

    fn parens(&mut self) -> Vec<Arg> {
        self.at += 1;
        let args = self.args(")");
        self.eat(")");
        args
    }

    fn args(&mut self, close: &str) -> Vec<Arg> {
        let mut args = vec![];
        loop {
            self.lines();
            if self.op(close) || self.peek().is_none() {
                return args;
            }
            let before = self.at;
            let spread = self.eat("*") || self.eat("...") || self.eat("**");
            let name = self.label();
            let value = self.assignment();
            args.push(Arg { name, spread, value });
            if self.eat("=>") {
                self.lines();
                let value = self.assignment();
                args.push(Arg::plain(value));
            }
            self.lines();
            if !self.eat(",") && !self.op(close) {
                if self.at == before {
                    self.at += 1;
                }
                if matches!(self.peek(), Some(Token::End) | None) || self.op("}") {
                    return args;
                }
            }
        }
    }

    /// `name:` before a value in Ruby and PHP.
    fn label(&mut self) -> Option<Name> {
        if !matches!(self.tongue, Tongue::Ruby | Tongue::Php) {
            return None;
        }
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return None;
        };
        if matches!(self.tokens.get(self.at + 1), Some(l) if l.token == Token::Op(":") && !l.spaced) {
            self.at += 2;
            return Some(word.as_str().into());
        }
        None
    }

    /// Whether an argument without parentheses starts here.
    fn begins_argument(&self) -> bool {
        match self.peek() {
            Some(
                Token::Text(..)
                | Token::Variable(_)
                | Token::Number(_)
                | Token::Shell(..)
                | Token::Words(_)
                | Token::Line(_),
            ) => true,
            Some(Token::Pattern) => true,
            Some(Token::Word(w)) => !matches!(
                w.as_str(),
                "if" | "unless"
                    | "while"
                    | "until"
                    | "and"
                    | "or"
                    | "do"
                    | "then"
                    | "eq"
                    | "ne"
                    | "x"
                    | "for"
                    | "foreach"
                    | "end"
                    | "lt"
                    | "gt"
                    | "cmp"
                    | "le"
                    | "ge"
                    | "in"
                    | "rescue"
                    | "as"
                    | "instanceof"
                    | "xor"
            ),
            Some(Token::Op(op)) => match *op {
                "\\" => true,
                "[" => self.tongue == Tongue::Ruby || self.tongue == Tongue::Perl,
                "(" => true,
                "{" => self.tongue == Tongue::Perl,
                "*" | "&" | "-" | ":" => {
                    self.tokens.get(self.at).is_some_and(|l| l.spaced)
                        && self.tokens.get(self.at + 1).is_some_and(|l| !l.spaced)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Arguments without parentheses.
    fn open_args(&mut self) -> Vec<Arg> {
        let mut args = vec![];
        loop {
            let spread = self.eat("*");
            let name = self.label();
            let value = self.ternary_or_assignment();
            args.push(Arg { name, spread, value });
            if !(self.eat(",") || self.eat("=>")) {
                return args;
            }
            self.lines();
            if self.ends() {
                return args;
            }
        }
    }

    fn ternary_or_assignment(&mut self) -> Expr {
        self.assignment()
    }

    fn primary(&mut self) -> Expr {
        let fallback = Expr::new(self.span(), Kind::Nothing);
        self.deeper(Self::primary_inner).unwrap_or(fallback)
    }

    fn primary_inner(&mut self) -> Expr {
        let span = self.span();
        let Some(token) = self.peek().cloned() else {
            return Expr::new(span, Kind::Nothing);
        };
        match token {
            Token::Number(n) => self.one(span, Kind::Number(n)),
            Token::Variable(name) => self.one(span, Kind::Name(name.as_str().into())),
            Token::Text(body, interpolated, at) => {
                self.at += 1;
                self.text_expr(&body, interpolated, at, span)
            }
            Token::Shell(body, at) => {
                self.at += 1;
                let text = self.text_expr(&body, true, at, at);
                Expr::call(span, Expr::name(span, "%backtick"), vec![text])
            }
            Token::Words(words) => {
                let items = words.iter().map(|w| Arg::plain(Expr::text(span, w))).collect();
                self.one(span, Kind::List(items))
            }
            Token::Pattern => self.one(span, Kind::Opaque(vec![])),
            Token::Line(name) => {
                let name = if name.is_empty() { "STDIN" } else { &name };
                self.one(span, Kind::Name(name.into()))
            }
            Token::Op("(") => {
                self.at += 1;
                let mut items = self.args(")");
                self.eat(")");
                if items.len() == 1 && !items[0].spread {
                    return items.remove(0).value;
                }
                Expr::new(span.cover(self.before()), Kind::List(items))
            }
            Token::Op("[") => {
                self.at += 1;
                let items = self.args("]");
                self.eat("]");
                let keyed = self.tongue == Tongue::Php
                    && self
                        .text
                        .get(span.start..self.before().end)
                        .is_some_and(|t| t.contains("=>"));
                let span = span.cover(self.before());
                if keyed {
                    paired(items, span)
                } else {
                    Expr::new(span, Kind::List(items))
                }
            }
            Token::Op("{") => {
                self.at += 1;
                let items = self.args("}");
                self.eat("}");
                paired(items, span.cover(self.before()))
            }
            Token::Op("->") if self.tongue == Tongue::Ruby => {
                let function = self.function_tail(false);
                Expr::new(function.span, Kind::Function(function))
            }
            Token::Op("<") | Token::Op("::") => {
                self.at += 1;
                Expr::new(span, Kind::Nothing)
            }
            Token::Word(word) => self.word_expr(&word, span),
            _ => Expr::new(span, Kind::Nothing),
        }
    }

    fn one(&mut self, span: Span, kind: Kind) -> Expr {
        self.at += 1;
        Expr::new(span, kind)
    }

    fn word_expr(&mut self, word: &str, span: Span) -> Expr {
        let next = self.tokens.get(self.at + 1).map(|l| l.token.clone());
        if matches!(next, Some(Token::Op("=>"))) {
            self.at += 1;
            return Expr::text(span, word);
        }
        match word {
            "my" | "our" | "local" | "state" | "var" | "global" | "static" | "const" => {
                self.at += 1;
                return self.primary();
            }
            "sub" | "function" | "fn" | "proc" | "lambda"
                if matches!(next, Some(Token::Op("{" | "("))) || word == "fn" =>
            {
                if matches!(word, "proc" | "lambda") {
                    self.at += 1;
                    let mut call = Expr::call(span, Expr::name(span, word), vec![]);
                    self.ruby_block(&mut call);
                    if let Kind::Call(call) = call.kind {
                        if let Some(arg) = call.args.into_iter().next() {
                            return arg.value;
                        }
                    }
                    return Expr::new(span, Kind::Nothing);
                }
                let function = self.function_tail(false);
                self.eat("=>");
                return Expr::new(function.span, Kind::Function(function));
            }
            "do" | "eval" | "map" | "grep" | "sort" | "first" | "any"
                if self.tongue == Tongue::Perl && matches!(next, Some(Token::Op("{"))) =>
            {
                return self.perl_block(word, span);
            }
            "new" if self.tongue == Tongue::Php => {
                self.at += 1;
                let class = match self.peek().cloned() {
                    Some(Token::Word(class)) => {
                        self.at += 1;
                        Expr::text(span, &class)
                    }
                    _ => self.primary(),
                };
                let name = match &class.kind {
                    Kind::Text(name, _) => Expr::name(span, &format!("{name}.new")),
                    _ => class,
                };
                let args = if self.op("(") { self.parens() } else { vec![] };
                let span = span.cover(self.before());
                return Expr::new(
                    span,
                    Kind::Call(Box::new(Call {
                        callee: name,
                        args,
                        new: true,
                    })),
                );
            }
            "undef" | "nil" | "null" | "NULL" if !matches!(next, Some(Token::Op("("))) => {
                return self.one(span, Kind::Nothing);
            }
            "true" | "TRUE" => return self.one(span, Kind::Bool(true)),
            "false" | "FALSE" => return self.one(span, Kind::Bool(false)),
            "self" => return self.one(span, Kind::This),
            "getline" if self.tongue == Tongue::Awk => return self.awk_getline(span),
            _ => {}
        }
        self.at += 1;
        let callee = Expr::name(span, word);
        let spaced = self.tokens.get(self.at).is_some_and(|l| l.spaced);
        let call = |p: &Self, callee, args| {
            Expr::new(
                span.cover(p.before()),
                Kind::Call(Box::new(Call {
                    callee,
                    args,
                    new: false,
                })),
            )
        };
        if self.op("(") && (!spaced || self.tongue != Tongue::Ruby) {
            let printed = is_print(word);
            let mut args = if printed {
                self.print_args(true)
            } else {
                self.parens()
            };
            self.opened(word, &mut args);
            let mut value = call(self, callee, args);
            self.ruby_block(&mut value);
            return self.awk_redirect(value, word);
        }
        let members =
            self.op("->") || self.op("::") || (self.op(".") && self.tongue == Tongue::Ruby) || self.op("[");
        if !members && spaced && self.begins_argument() && self.tongue != Tongue::Awk
            || is_print(word) && !members
        {
            let mut args = if is_print(word) {
                self.print_args(false)
            } else {
                self.open_args()
            };
            self.opened(word, &mut args);
            let mut value = call(self, callee, args);
            self.ruby_block(&mut value);
            return self.awk_redirect(value, word);
        }
        let bare_call = matches!(
            word,
            "gets" | "shift" | "exit" | "die" | "getcwd" | "fork" | "wait" | "__dir__" | "readlines"
        ) || self.tongue == Tongue::Ruby
            && word.starts_with(|c: char| c.is_lowercase())
            && !self.op("=")
            && (self.op("{") || self.word(&["do"]));
        if bare_call && !members {
            let mut value = call(self, callee, vec![]);
            self.ruby_block(&mut value);
            return value;
        }
        callee
    }

    /// `open(F, mode, path)` gives its first argument a file.
    fn opened(&mut self, word: &str, args: &mut Vec<Arg>) {
        if word != "open" || self.tongue != Tongue::Perl || args.is_empty() {
            return;
        }
        let target = args.remove(0);
        let span = target.value.span;
        let given = std::mem::take(args);
        let made = Call {
            callee: Expr::name(span, "%open"),
            args: given,
            new: false,
        };
        let value = Expr::new(span, Kind::Call(Box::new(made)));
        let assign = Kind::Assign(Box::new(as_pattern(target.value)), None, Box::new(value));
        args.push(Arg::plain(Expr::new(span, assign)));
    }

    /// `print`, `print $fh LIST`, `print {$fh} LIST`, `print STDERR LIST`.
    fn print_args(&mut self, parens: bool) -> Vec<Arg> {
        if parens {
            self.at += 1;
        }
        let mut handle = None;
        if self.tongue == Tongue::Perl {
            if self.eat("{") {
                handle = Some(self.expression());
                self.eat("}");
            } else {
                let next = self.tokens.get(self.at + 1);
                let apart = next.is_some_and(|l| {
                    l.spaced
                        && matches!(
                            &l.token,
                            Token::Text(..)
                                | Token::Variable(_)
                                | Token::Word(_)
                                | Token::Shell(..)
                                | Token::Number(_)
                        )
                });
                let infix = next.is_some_and(|l| matches!(&l.token, Token::Word(w) if matches!(w.as_str(), "eq" | "ne" | "x" | "if" | "unless" | "for" | "foreach" | "and" | "or")));
                match self.peek().cloned() {
                    Some(Token::Variable(name)) if apart && !infix => {
                        handle = Some(Expr::name(self.span(), &name));
                        self.at += 1;
                    }
                    Some(Token::Word(name))
                        if apart && !infix && name.chars().all(|c| c.is_ascii_uppercase() || c == '_') =>
                    {
                        handle = Some(Expr::name(self.span(), &name));
                        self.at += 1;
                    }
                    _ => {}
                }
            }
        }
        let mut args = match parens {
            true => {
                let args = self.args(")");
                self.eat(")");
                args
            }
            false if self.ends() || self.op(">") || self.op(">>") || self.op("|") => vec![],
            false => {
                self.printing = self.tongue == Tongue::Awk;
                let args = self.open_args();
                self.printing = false;
                args
            }
        };
        if let Some(handle) = handle {
            args.push(Arg {
                name: Some("file".into()),
                spread: false,
                value: handle,
            });
        }
        args
    }

    /// `map { … } list`, `do { … }`, `eval { … }`.
    fn perl_block(&mut self, word: &str, span: Span) -> Expr {
        self.at += 1;
        let start = self.span();
        let body = self.block();
        let function = self.made(
            None,
            vec![Pattern::Name("_".into())],
            body,
            start.cover(self.before()),
        );
        let function = Rc::new(Function {
            rest_name: None,
            ..Rc::try_unwrap(function).unwrap_or_else(|f| empty(f.span))
        });
        let value = Expr::new(start, Kind::Function(function));
        if matches!(word, "do" | "eval") {
            let call = Call {
                callee: value,
                args: vec![],
                new: false,
            };
            return Expr::new(span, Kind::Call(Box::new(call)));
        }
        self.eat(",");
        let mut items = if self.ends() { vec![] } else { self.open_args() };
        let list = match items.len() {
            1 => items.remove(0).value,
            _ => Expr::new(span, Kind::List(items)),
        };
        let op = if word == "map" { "map" } else { "filter" };
        let callee = Kind::Member(Box::new(list), Box::new(Expr::text(span, op)));
        Expr::call(span.cover(self.before()), Expr::new(span, callee), vec![value])
    }

    /// `"command" | getline x`.
    fn awk_pipe(&mut self, command: Expr) -> Expr {
        let span = command.span;
        if self.eat_word(&["getline"]) {
            let value = Expr::call(span, Expr::name(span, "%backtick"), vec![command]);
            return self.awk_target(value, span);
        }
        let target = self.deeper(|p| p.binary(2));
        Expr::new(
            span,
            Kind::Opaque(std::iter::once(command).chain(target).collect()),
        )
    }

    /// `getline x < file`.
    fn awk_getline(&mut self, span: Span) -> Expr {
        self.at += 1;
        let name = match self.peek().cloned() {
            Some(Token::Word(name)) => {
                self.at += 1;
                Some(name)
            }
            _ => None,
        };
        let value = if self.eat("<") {
            let path = self.primary();
            Expr::call(span, Expr::name(span, "%read"), vec![path])
        } else {
            Expr::name(span, "STDIN")
        };
        let target = Pattern::Name(name.as_deref().unwrap_or("$0").into());
        Expr::new(span, Kind::Assign(Box::new(target), None, Box::new(value)))
    }

    fn awk_target(&mut self, value: Expr, span: Span) -> Expr {
        let target = match self.peek().cloned() {
            Some(Token::Word(name)) => {
                self.at += 1;
                Pattern::Name(name.as_str().into())
            }
            _ => Pattern::Name("$0".into()),
        };
        Expr::new(span, Kind::Assign(Box::new(target), None, Box::new(value)))
    }

    /// `print x > file`, `print x | "command"`.
    fn awk_redirect(&mut self, value: Expr, word: &str) -> Expr {
        if self.tongue != Tongue::Awk || !matches!(word, "print" | "printf") {
            return value;
        }
        let name = match self.peek() {
            Some(Token::Op(">")) => "%write",
            Some(Token::Op(">>")) => "%append",
            Some(Token::Op("|" | "|&")) => "%pipe",
            _ => return value,
        };
        let Kind::Call(call) = value.kind else {
            return value;
        };
        self.at += 1;
        let target = self
            .deeper(|p| p.binary(2))
            .unwrap_or_else(|| Expr::new(value.span, Kind::Nothing));
        let span = value.span.cover(target.span);
        let mut args = vec![Arg::plain(target)];
        args.extend(call.args);
        if args.len() == 1 {
            args.push(Arg::plain(Expr::name(span, "$0")));
        }
        Expr::new(
            span,
            Kind::Call(Box::new(Call {
                callee: Expr::name(span, name),
                args,
                new: false,
            })),
        )
    }

    /// A text with what is interpolated in it.
    fn text_expr(&mut self, body: &str, interpolated: bool, at: Span, span: Span) -> Expr {
        super::text::expr(self, body, interpolated, at, span)
    }

    /// Reads an expression inside a text.
    pub fn nested(&mut self, text: &str, offset: usize) -> Option<Expr> {
        if self.depth + 20 >= self.deepest {
            return None;
        }
        let (mut tokens, _, _) = Lexer::new(text, self.tongue).run(2_000);
        if self.tongue == Tongue::Php {
            let opened = format!("<?{text}");
            tokens = Lexer::new(&opened, self.tongue).run(2_000).0;
            for lexed in &mut tokens {
                lexed.span = Span::new(
                    lexed.span.start.saturating_sub(2),
                    lexed.span.end.saturating_sub(2),
                );
            }
        }
        for lexed in &mut tokens {
            lexed.span = lexed.span.shift(offset);
            if let Token::Text(_, _, span) | Token::Shell(_, span) = &mut lexed.token {
                *span = span.shift(offset);
            }
        }
        let mut inner = Parser {
            text: self.text,
            tokens,
            at: 0,
            tongue: self.tongue,
            gaps: vec![],
            depth: self.depth + 20,
            deepest: self.deepest,
            printing: false,
        };
        let value = inner.expression();
        self.gaps.extend(inner.gaps.into_iter().take(3));
        Some(value)
    }
}

fn empty(span: Span) -> Function {
    Function {
        name: None,
        params: vec![],
        body: vec![],
        decorators: vec![],
        doc: None,
        span,
        arrow: true,
        method: false,
        rest_name: None,
    }
}

fn is_print(word: &str) -> bool {
    matches!(word, "print" | "printf" | "say" | "echo" | "puts" | "p")
}

fn is_variable(value: &Expr) -> bool {
    matches!(value.kind, Kind::Name(_) | Kind::Member(..))
}

fn paired(items: Vec<Arg>, span: Span) -> Expr {
    let mut entries = vec![];
    let mut items = items.into_iter();
    while let Some(first) = items.next() {
        if let Some(name) = first.name {
            entries.push(Entry::Pair(Expr::text(first.value.span, &name), first.value));
        } else if first.spread {
            entries.push(Entry::Spread(first.value));
        } else if let Some(second) = items.next() {
            entries.push(Entry::Pair(first.value, second.value));
        }
    }
    Expr::new(span, Kind::Dict(entries))
}

fn as_pattern(target: Expr) -> Pattern {
    match target.kind {
        Kind::Name(name) => Pattern::Name(name),
        Kind::Member(..) => Pattern::Member(target),
        Kind::List(items) => Pattern::List(items.into_iter().map(|i| as_pattern(i.value)).collect()),
        // `attr = x` of Ruby was read as a call.
        Kind::Call(call) if matches!(call.callee.kind, Kind::Member(..)) => Pattern::Member(call.callee),
        _ => Pattern::Ignore,
    }
}
