//! What `$` starts, command substitutions, backticks and process substitutions.

use super::Parser;
use super::cursor::{Clean, Map, is_name_start};
use super::reserved::PAREN;
use crate::lang::shell::ast::{Dialect, List, Parameter, ParameterOp, Part};

impl Parser<'_, '_> {
    /// What the `$` here starts; `quoted`: inside double quotes or a here-document.
    pub(super) fn dollar(&mut self, quoted: bool) -> Part {
        let start = self.pos;
        match self.look(1) {
            Some(b'(') => self.dollar_paren(),
            Some(b'{') => self.braced_parameter(quoted),
            Some(b'[') if !self.is_dash() => self.arithmetic_bracket(),
            Some(b'\'') if !quoted && !self.is_dash() => {
                let (text, escaped) = self.ansi_quoted();
                Part::Quoted { text, escaped }
            }
            Some(b'"') if !quoted && self.is_bash() => {
                self.take(1);
                self.peek();
                self.double_quoted()
            }
            Some(byte) if is_name_start(byte) => {
                self.take(1);
                let name = self.take_name();
                self.parameter(name, start)
            }
            Some(byte @ (b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!')) => {
                self.take(2);
                if self.is_zsh() && byte == b'#' && self.peek().is_some_and(is_name_start) {
                    let name = self.take_name();
                    let span = self.span_from(start);
                    return Part::Parameter(Box::new(Parameter {
                        name,
                        index: None,
                        op: ParameterOp::Length,
                        span,
                    }));
                }
                self.parameter(char::from(byte).to_string(), start)
            }
            _ => {
                self.take(1);
                Part::Literal("$".to_owned())
            }
        }
    }

    fn parameter(&mut self, name: String, start: usize) -> Part {
        let (index, op) = self.zsh_suffix();
        let span = self.span_from(start);
        Part::Parameter(Box::new(Parameter {
            name,
            index,
            op,
            span,
        }))
    }

    /// `$(`.
    fn dollar_paren(&mut self) -> Part {
        let start = self.pos;
        if !self.deeper() {
            self.skip_balanced();
            return Part::Literal(String::new());
        }
        let arithmetic = if self.look(2) == Some(b'(') {
            self.dollar_arithmetic()
        } else {
            None
        };
        let part = arithmetic.unwrap_or_else(|| {
            self.take(2);
            let list = self.substitution(start);
            Part::Command {
                list,
                backticks: false,
                span: self.span_from(start),
            }
        });
        self.shallower();
        part
    }

    /// `<(…)` or `>(…)`.
    pub(super) fn process(&mut self, output: bool) -> Part {
        let start = self.pos;
        if !self.deeper() {
            self.skip_balanced();
            return Part::Literal(String::new());
        }
        self.take(2);
        let list = self.substitution(start);
        self.shallower();
        Part::Process {
            output,
            list,
            span: self.span_from(start),
        }
    }

    /// Commands up to the closing parenthesis. What surrounds the substitution does not end it, and
    /// here-documents that wait outside are not read inside.
    fn substitution(&mut self, start: usize) -> List {
        let pending = std::mem::take(&mut self.pending);
        let closers = std::mem::take(&mut self.closers);
        let outer = std::mem::replace(&mut self.in_substitution, true);
        let document = std::mem::replace(&mut self.in_document, false);
        let list = self.until(PAREN, Self::list);
        if !self.took(b')') {
            self.gap_from(start, "`)` is missing");
        }
        self.in_substitution = outer;
        self.in_document = document;
        self.closers = closers;
        let inner = std::mem::replace(&mut self.pending, pending);
        if self.is_bash() {
            // bash reads the body of `$(cat <<X)` after the line, before those of the line's own
            // here-documents; dash and zsh take an empty body.
            self.pending.splice(0..0, inner);
        }
        list
    }

    /// Backticks: a text of its own, with one level of backslashes removed.
    pub(super) fn backticks(&mut self, quoted: bool) -> Part {
        let start = self.pos;
        self.take(1);
        let from = self.pos;
        let mut dropped = vec![];
        loop {
            self.take_run(|byte| matches!(byte, b'`' | b'\\'));
            if self.byte(self.pos) != Some(b'\\') {
                break;
            }
            match self.byte(self.pos + 1) {
                Some(b'$' | b'`' | b'\\') => dropped.push(self.pos),
                Some(b'"') if quoted => dropped.push(self.pos),
                // Even where the commands would keep it, in single quotes or a comment.
                Some(b'\n') => dropped.extend([self.pos, self.pos + 1]),
                _ => {}
            }
            self.pos += 1;
            self.take_char();
        }
        let close = self.pos;
        if self.byte(close).is_none() {
            self.gap_from(start, "the backtick is not closed");
        }
        let list = if self.deeper() {
            let list = self.backtick_list(from, close, &dropped);
            self.shallower();
            list
        } else {
            self.gap(start, close, "nested deeper than the limit");
            List::default()
        };
        self.pos = (close + 1).min(self.end);
        Part::Command {
            list,
            backticks: true,
            span: self.span_from(start),
        }
    }

    fn backtick_list(&mut self, from: usize, close: usize, dropped: &[usize]) -> List {
        if !dropped.is_empty() {
            let clean = Clean::new(self.text, from, close, dropped, &self.map);
            let map = Map::table(&clean.table);
            return Parser::new(&clean.text, map, self.dialect, self.shared).list();
        }
        let pending = std::mem::take(&mut self.pending);
        let closers = std::mem::take(&mut self.closers);
        let outer = std::mem::replace(&mut self.in_substitution, false);
        let document = std::mem::replace(&mut self.in_document, false);
        let end = std::mem::replace(&mut self.end, close);
        self.pos = from;
        let list = self.list();
        self.end = end;
        self.in_substitution = outer;
        self.in_document = document;
        self.closers = closers;
        self.pending = pending;
        list
    }

    /// zsh: whether a plain subscript stands here. Anything else might reach over a quote.
    fn zsh_subscript(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        for n in 1..64 {
            match self.look(n) {
                Some(b']') => return true,
                Some(byte) if byte.is_ascii_alphanumeric() || b"_$,-+*@#^=".contains(&byte) => {}
                _ => break,
            }
        }
        self.gap_here("a subscript that is not plain");
        false
    }

    /// zsh: a subscript or modifier after `$name`.
    fn zsh_suffix(&mut self) -> (Option<crate::lang::shell::ast::Word>, ParameterOp) {
        if self.dialect != Dialect::Zsh {
            return (None, ParameterOp::Plain);
        }
        let index = self.zsh_subscript().then(|| self.subscript(false));
        let mut modifiers = String::new();
        while self.peek() == Some(b':') {
            let Some(letter @ (b'a' | b'A' | b'c' | b'e' | b'h' | b'l' | b'q' | b'Q' | b'r' | b't' | b'u')) =
                self.look(1)
            else {
                break;
            };
            if self.look(2).is_some_and(super::cursor::is_name_byte) {
                break;
            }
            self.take(2);
            modifiers.push(':');
            modifiers.push(char::from(letter));
        }
        let op = if modifiers.is_empty() {
            ParameterOp::Plain
        } else {
            ParameterOp::Other(modifiers)
        };
        (index, op)
    }
}
