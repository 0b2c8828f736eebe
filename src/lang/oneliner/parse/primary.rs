//! Constants, names, and calls without parentheses.

use super::Parser;
use super::postfix::as_pattern;
use std::rc::Rc;

use crate::lang::dynamic::tree::{Arg, Call, Entry, Expr, Function, Kind, Pattern};
use crate::lang::oneliner::lex::{Token, Tongue};
use crate::model::Span;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Expr {
        let fallback = Expr::new(self.span(), Kind::Nothing);
        self.deeper(Self::primary_inner).unwrap_or(fallback)
    }

    pub(super) fn primary_inner(&mut self) -> Expr {
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

    pub(super) fn one(&mut self, span: Span, kind: Kind) -> Expr {
        self.at += 1;
        Expr::new(span, kind)
    }

    pub(super) fn word_expr(&mut self, word: &str, span: Span) -> Expr {
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
                    if let Kind::Call(call) = call.kind
                        && let Some(arg) = call.args.into_iter().next()
                    {
                        return arg.value;
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
    pub(super) fn opened(&mut self, word: &str, args: &mut Vec<Arg>) {
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
    pub(super) fn print_args(&mut self, parens: bool) -> Vec<Arg> {
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
    pub(super) fn perl_block(&mut self, word: &str, span: Span) -> Expr {
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
}

pub(super) fn is_print(word: &str) -> bool {
    matches!(word, "print" | "printf" | "say" | "echo" | "puts" | "p")
}

pub(super) fn paired(items: Vec<Arg>, span: Span) -> Expr {
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

pub(super) fn empty(span: Span) -> Function {
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
