//! What only awk has: pipes into and out of commands.

use super::Parser;

use crate::lang::dynamic::tree::{Arg, Call, Expr, Kind, Pattern};
use crate::lang::oneliner::lex::{Token, Tongue};
use crate::model::Span;

impl Parser<'_> {
    /// `"command" | getline x`.
    pub(super) fn awk_pipe(&mut self, command: Expr) -> Expr {
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
    pub(super) fn awk_getline(&mut self, span: Span) -> Expr {
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

    pub(super) fn awk_target(&mut self, value: Expr, span: Span) -> Expr {
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
    pub(super) fn awk_redirect(&mut self, value: Expr, word: &str) -> Expr {
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
}
