//! Redirects, and the delimiter of a here-document.

use super::Parser;
use super::cursor::{is_meta, is_name_byte, is_name_start};
use super::heredocs::Pending;
use super::words::Mode;
use crate::lang::shell::ast::{Descriptor, Redirect, RedirectOp, Word};

impl Parser<'_, '_> {
    /// Reads a redirect if one starts here.
    pub(super) fn redirect(&mut self, into: &mut Vec<Redirect>) -> bool {
        if !matches!(self.peek(), Some(b'<' | b'>' | b'&' | b'{' | b'0'..=b'9')) {
            return false;
        }
        let start = self.pos;
        let (fd, at) = self.descriptor();
        let starts = match self.byte(at) {
            Some(b'<' | b'>') => self.is_dash() || self.byte(self.continued(at + 1)) != Some(b'('),
            Some(b'&') => fd.is_none() && !self.is_dash() && self.byte(self.continued(at + 1)) == Some(b'>'),
            _ => false,
        };
        if !starts {
            return false;
        }
        self.pos = at;
        let op = self.redirect_operator();
        self.blanks();
        let redirect = match op {
            RedirectOp::HereDoc { strip_tabs, .. } => self.here_document(fd, strip_tabs, start),
            _ => {
                let mode = if op == RedirectOp::HereString {
                    Mode::Subject
                } else {
                    Mode::Argument
                };
                self.check_target(op, start);
                let target = match self.peek() {
                    Some(byte) if self.starts_word(byte) => self.word(mode),
                    _ => {
                        self.gap_from(start, "the redirect has no target");
                        Word {
                            parts: vec![],
                            span: self.span(self.pos, self.pos),
                        }
                    }
                };
                Redirect {
                    fd,
                    op,
                    target,
                    span: self.span_from(start),
                }
            }
        };
        into.push(redirect);
        true
    }

    /// A number before another redirect is its descriptor and no target; bash takes it after `>&`.
    fn check_target(&mut self, op: RedirectOp, start: usize) {
        let duplicates = self.is_bash() && matches!(op, RedirectOp::DupIn | RedirectOp::DupOut);
        let (fd, at) = self.descriptor();
        if fd.is_some() && !duplicates && matches!(self.byte(at), Some(b'<' | b'>')) {
            self.gap_from(start, "the redirect has no target");
        }
    }

    /// The descriptor that may stand before an operator, and where the operator would be.
    fn descriptor(&self) -> (Option<Descriptor>, usize) {
        let start = self.continued(self.pos);
        let mut at = start;
        match self.byte(at) {
            Some(b'{') if !self.is_dash() => {
                let mut name = String::new();
                at = self.continued(at + 1);
                if !self.byte(at).is_some_and(is_name_start) {
                    return (None, start);
                }
                while let Some(byte) = self.byte(at).filter(|byte| is_name_byte(*byte)) {
                    name.push(char::from(byte));
                    at = self.continued(at + 1);
                }
                if self.byte(at) != Some(b'}') {
                    return (None, start);
                }
                (Some(Descriptor::Variable(name)), self.continued(at + 1))
            }
            Some(b'0'..=b'9') => {
                let mut number = 0u32;
                let mut digits = 0usize;
                while let Some(byte @ b'0'..=b'9') = self.byte(at) {
                    number = number.saturating_mul(10).saturating_add(u32::from(byte - b'0'));
                    digits += 1;
                    at = self.continued(at + 1);
                }
                // `10>f` passes "10" as a word in dash and zsh.
                if digits > 1 && !self.is_bash() {
                    return (None, start);
                }
                (Some(Descriptor::Number(number)), at)
            }
            _ => (None, start),
        }
    }

    fn redirect_operator(&mut self) -> RedirectOp {
        let (first, second, third) = (self.peek(), self.look(1), self.look(2));
        let (op, length) = match (first, second, third) {
            (Some(b'<'), Some(b'<'), Some(b'<')) if !self.is_dash() => (RedirectOp::HereString, 3),
            (Some(b'<'), Some(b'<'), Some(b'-')) => (here_document(true), 3),
            (Some(b'<'), Some(b'<'), _) => (here_document(false), 2),
            (Some(b'<'), Some(b'&'), _) => (RedirectOp::DupIn, 2),
            (Some(b'<'), Some(b'>'), _) => (RedirectOp::ReadWrite, 2),
            (Some(b'<'), ..) => (RedirectOp::Read, 1),
            (Some(b'&'), _, Some(b'>')) => (RedirectOp::BothAppend, 3),
            (Some(b'&'), ..) => (RedirectOp::Both, 2),
            (_, Some(b'>'), Some(b'&')) if self.is_zsh() => (RedirectOp::BothAppend, 3),
            (_, Some(b'>'), _) => (RedirectOp::Append, 2),
            (_, Some(b'&'), _) => (RedirectOp::DupOut, 2),
            (_, Some(b'|'), _) => (RedirectOp::Clobber, 2),
            (_, Some(b'!'), _) if self.is_zsh() => (RedirectOp::Clobber, 2),
            _ => (RedirectOp::Write, 1),
        };
        self.take_operator(length);
        let forces =
            self.is_zsh() && matches!(op, RedirectOp::Append | RedirectOp::Both | RedirectOp::BothAppend);
        if forces && matches!(self.peek(), Some(b'|' | b'!')) {
            self.take(1);
        }
        op
    }

    fn here_document(&mut self, fd: Option<Descriptor>, strip_tabs: bool, start: usize) -> Redirect {
        let (delimiter, quoted) = self.delimiter(start);
        let span = self.span_from(start);
        self.pending.push(Pending {
            operator: span.start,
            delimiter,
            quoted,
            strip_tabs,
        });
        let target = Word {
            parts: vec![],
            span: self.span(self.pos, self.pos),
        };
        Redirect {
            fd,
            op: RedirectOp::HereDoc { quoted, strip_tabs },
            target,
            span,
        }
    }

    /// The delimiter after removal of quotes, and whether there were any. Nothing in it expands.
    fn delimiter(&mut self, start: usize) -> (String, bool) {
        let (mut delimiter, mut quoted) = (String::new(), false);
        let from = self.pos;
        while let Some(byte) = self.peek() {
            let at = self.pos;
            match byte {
                b'\\' => {
                    quoted = true;
                    self.pos += 1;
                    delimiter.extend(self.take_char());
                }
                b'\'' => {
                    quoted = true;
                    delimiter.push_str(&self.single_quoted());
                }
                b'"' => {
                    quoted = true;
                    delimiter.push_str(&self.delimiter_double());
                }
                b'$' if matches!(self.look(1), Some(b'\'' | b'"')) && !self.is_dash() => {
                    quoted = true;
                    if self.look(1) == Some(b'\'') {
                        delimiter.push_str(&self.ansi_quoted().0);
                    } else {
                        self.take(1);
                        delimiter.push_str(&self.delimiter_double());
                    }
                }
                b'$' if matches!(self.look(1), Some(b'(' | b'{')) && !self.is_dash() => {
                    self.dollar(false);
                    delimiter.push_str(&self.text[at..self.pos]);
                }
                b'`' => {
                    self.backticks(false);
                    delimiter.push_str(&self.text[at..self.pos]);
                }
                b'}' if self.is_zsh() && !delimiter.contains('{') => break,
                _ if is_meta(byte) => break,
                _ => delimiter.extend(self.take_char()),
            }
        }
        if self.pos == from {
            self.gap_from(start, "the here-document has no delimiter");
        }
        (delimiter, quoted)
    }

    /// `"…"` in a delimiter.
    fn delimiter_double(&mut self) -> String {
        let start = self.pos;
        let mut text = String::new();
        self.take(1);
        loop {
            match self.peek() {
                None => {
                    self.gap_from(start, "the quote is not closed");
                    return text;
                }
                Some(b'"') => {
                    self.take(1);
                    return text;
                }
                Some(b'\\') if matches!(self.look(1), Some(b'\\' | b'"' | b'$' | b'`')) => {
                    self.pos += 1;
                    text.extend(self.take_char());
                }
                Some(_) => text.extend(self.take_char()),
            }
        }
    }
}

fn here_document(strip_tabs: bool) -> RedirectOp {
    RedirectOp::HereDoc {
        quoted: false,
        strip_tabs,
    }
}
