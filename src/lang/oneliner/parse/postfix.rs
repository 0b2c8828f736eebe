//! Members, calls and their arguments.

use super::Parser;

use crate::lang::dynamic::tree::{Arg, Call, Expr, Kind, Name, Pattern};
use crate::lang::oneliner::lex::{Token, Tongue};

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Expr {
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
    pub(super) fn ruby_line_dot(&mut self) -> bool {
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

    pub(super) fn member(&mut self, of: Expr) -> Expr {
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
    pub(super) fn ruby_block(&mut self, value: &mut Expr) {
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

    pub(super) fn parens(&mut self) -> Vec<Arg> {
        self.at += 1;
        let args = self.args(")");
        self.eat(")");
        args
    }

    pub(super) fn args(&mut self, close: &str) -> Vec<Arg> {
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
    pub(super) fn label(&mut self) -> Option<Name> {
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
    pub(super) fn begins_argument(&self) -> bool {
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
    pub(super) fn open_args(&mut self) -> Vec<Arg> {
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

    pub(super) fn ternary_or_assignment(&mut self) -> Expr {
        self.assignment()
    }
}

pub(super) fn is_variable(value: &Expr) -> bool {
    matches!(value.kind, Kind::Name(_) | Kind::Member(..))
}

pub(super) fn as_pattern(target: Expr) -> Pattern {
    match target.kind {
        Kind::Name(name) => Pattern::Name(name),
        Kind::Member(..) => Pattern::Member(target),
        Kind::List(items) => Pattern::List(items.into_iter().map(|i| as_pattern(i.value)).collect()),
        // `attr = x` of Ruby was read as a call.
        Kind::Call(call) if matches!(call.callee.kind, Kind::Member(..)) => Pattern::Member(call.callee),
        _ => Pattern::Ignore,
    }
}
