//! A tolerant reader of statements and expressions: what it does not understand becomes a gap and
//! is passed over, so that the rest is still seen.

mod awk;
mod expression;
mod postfix;
mod primary;
mod statement;

use crate::lang::dynamic::parse::Program;
use crate::lang::dynamic::tree::{Expr, Kind, Pattern, Stmt, StmtKind};
use crate::lang::oneliner::lex::{Lexed, Lexer, Token, Tongue};
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
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|l| &l.token)
    }

    pub(super) fn span(&self) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.get(self.at).map_or(end, |l| l.span)
    }

    pub(super) fn before(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|i| self.tokens.get(i))
            .map_or(Span::default(), |l| l.span)
    }

    pub(super) fn op(&self, op: &str) -> bool {
        matches!(self.peek(), Some(Token::Op(o)) if *o == op)
    }

    pub(super) fn eat(&mut self, op: &str) -> bool {
        let found = self.op(op);
        self.at += usize::from(found);
        found
    }

    pub(super) fn word(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if words.contains(&w.as_str()))
    }

    pub(super) fn eat_word(&mut self, words: &[&str]) -> bool {
        let found = self.word(words);
        self.at += usize::from(found);
        found
    }

    pub(super) fn lines(&mut self) {
        while matches!(self.peek(), Some(Token::End)) {
            self.at += 1;
        }
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
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
    pub(super) fn statements(&mut self, ends: &[&str]) -> Vec<Stmt> {
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
    pub(super) fn modified(&mut self, kind: StmtKind, span: Span) -> StmtKind {
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

    pub(super) fn block(&mut self) -> Vec<Stmt> {
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

    pub(super) fn end(&mut self) {
        self.lines();
        self.eat_word(&["end", "endif", "endwhile", "endforeach", "endfor"]);
    }

    pub(super) fn ends(&self) -> bool {
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

    /// A text with what is interpolated in it.
    pub(super) fn text_expr(&mut self, body: &str, interpolated: bool, at: Span, span: Span) -> Expr {
        crate::lang::oneliner::text::expr(self, body, interpolated, at, span)
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
