//! Expressions by their operators.

use super::Parser;
use super::postfix::as_pattern;

use crate::lang::dynamic::parse::spelled;
use crate::lang::dynamic::tree::{Arg, Expr, Kind};
use crate::lang::oneliner::lex::{Token, Tongue};

impl Parser<'_> {
    /// An expression with `and`, `or`, `not`, and commas in Perl.
    pub fn expression(&mut self) -> Expr {
        let fallback = Expr::new(self.span(), Kind::Nothing);
        self.deeper(Self::low).unwrap_or(fallback)
    }

    pub(super) fn low(&mut self) -> Expr {
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

    pub(super) fn comma(&mut self) -> Expr {
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

    pub(super) fn assignment_inner(&mut self) -> Expr {
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

    pub(super) fn ternary(&mut self) -> Expr {
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

    pub(super) fn level(&self) -> Option<(usize, &'static str)> {
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

    pub(super) fn binary(&mut self, least: usize) -> Expr {
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

    pub(super) fn begins_value(&self) -> bool {
        match self.peek() {
            Some(Token::Text(..) | Token::Variable(_) | Token::Number(_)) => true,
            Some(Token::Word(w)) => !matches!(w.as_str(), "in" | "getline" | "else" | "while" | "if"),
            Some(Token::Op(op)) => matches!(*op, "(" | "$"),
            _ => false,
        }
    }

    pub(super) fn unary(&mut self) -> Expr {
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
}
