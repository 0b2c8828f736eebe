//! A plain form of a text, for comparing words: lower case, one blank for any white space and
//! markup, nothing invisible, a line feed where a paragraph or list item ends. Offsets map back.

use crate::lang::unicode::is_invisible;
use crate::model::Span;

pub(super) struct Normal<'t> {
    pub text: String,
    /// Pairs (offset here, offset in the raw text); between two pairs the texts run in step.
    offsets: Vec<(usize, usize)>,
    raw: &'t str,
}

impl<'t> Normal<'t> {
    pub fn new(raw: &'t str) -> Self {
        let mut out = Self {
            text: String::with_capacity(raw.len()),
            offsets: vec![],
            raw,
        };
        let mut at = 0;
        let mut blank = true;
        for line in raw.split_inclusive('\n') {
            let skip = out.line_start(line, blank, at);
            blank = line.trim().is_empty();
            for (i, c) in line.char_indices().filter(|(i, _)| *i >= skip) {
                out.push(c, at + i);
            }
            at += line.len();
        }
        out
    }

    /// Ends the paragraph if `line` starts a new one; returns how many bytes of marks to leave out.
    fn line_start(&mut self, line: &str, after_blank: bool, at: usize) -> usize {
        let body = line.trim_start_matches([' ', '\t', '>', '|']);
        let indent = line.len() - body.len();
        // A link definition used as a comment goes on in the next one.
        if let Some(rest) = body.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
            let (label, rest) = rest;
            let target = rest.trim_start();
            let target_length = target.find(char::is_whitespace).unwrap_or(0);
            if label.len() < 200 && target.starts_with(['#', '<', '/']) && target_length < 8 {
                return line.len() - target.len() + target_length;
            }
        }
        let bullet = body
            .strip_prefix(['-', '*', '+'])
            .is_some_and(|rest| rest.starts_with(' '));
        let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let numbered = digits > 0
            && body
                .get(digits..)
                .is_some_and(|rest| rest.starts_with([')', '.']));
        let heading = body.starts_with('#');
        if bullet || numbered || heading || after_blank || body.trim().is_empty() {
            self.end_paragraph(at);
        }
        match (bullet, numbered) {
            (true, _) => indent + 1,
            (_, true) => indent + digits + 1,
            _ => indent,
        }
    }

    fn end_paragraph(&mut self, at: usize) {
        if self.text.ends_with(' ') {
            self.text.pop();
            while self
                .offsets
                .last()
                .is_some_and(|(here, _)| *here > self.text.len())
            {
                self.offsets.pop();
            }
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.offsets.push((self.text.len(), at));
            self.text.push('\n');
        }
    }

    fn push(&mut self, c: char, at: usize) {
        if is_invisible(c) {
            return;
        }
        let c = match c {
            '’' | '‘' => '\'',
            '*' | '`' | '"' | '“' | '”' | '«' | '»' | '#' | '|' | '\\' => ' ',
            c if c.is_whitespace() => ' ',
            // Full-width letters.
            c @ '！'..='～' if !matches!(c, '！' | '？' | '，' | '：' | '；' | '（' | '）') => {
                char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
            }
            c => c,
        };
        if c == ' ' && (self.text.is_empty() || self.text.ends_with([' ', '\n'])) {
            return;
        }
        let here = self.text.len();
        let in_step = self
            .offsets
            .last()
            .is_some_and(|(h, r)| here - h == at.wrapping_sub(*r));
        if !in_step {
            self.offsets.push((here, at));
        }
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(lower), None) => self.text.push(lower),
            _ => self.text.push(c),
        }
    }

    /// The raw span of a span here.
    pub fn raw(&self, span: Span) -> Span {
        let start = self.raw.floor_char_boundary(self.point(span.start));
        let end = if span.is_empty() {
            start
        } else {
            self.raw.ceil_char_boundary(self.end(span.end))
        };
        Span::new(start, end)
    }

    fn point(&self, at: usize) -> usize {
        let next = self.offsets.partition_point(|(here, _)| *here <= at);
        let Some((here, raw)) = next.checked_sub(1).and_then(|i| self.offsets.get(i)) else {
            return 0;
        };
        let limit = self.offsets.get(next).map_or(self.raw.len(), |(_, raw)| *raw);
        (raw + (at - here)).min(limit)
    }

    /// The raw end of a span that ends at `at`.
    fn end(&self, at: usize) -> usize {
        // The piece that holds the last byte decides, not the one after it.
        let next = self.offsets.partition_point(|(here, _)| *here < at);
        let Some((here, raw)) = next.checked_sub(1).and_then(|i| self.offsets.get(i)) else {
            return 0;
        };
        let limit = self.offsets.get(next).map_or(self.raw.len(), |(_, raw)| *raw);
        (raw + (at - here)).min(limit)
    }
}

impl Normal<'_> {
    /// The span here of a span of the raw text.
    pub fn of_raw(&self, span: Span) -> Span {
        let point = |at: usize| {
            let next = self.offsets.partition_point(|(_, raw)| *raw <= at);
            let Some((here, raw)) = next.checked_sub(1).and_then(|i| self.offsets.get(i)) else {
                return 0;
            };
            let limit = self.offsets.get(next).map_or(self.text.len(), |(here, _)| *here);
            let point = (here + (at - raw)).min(limit);
            (0..=point)
                .rev()
                .find(|at| self.text.is_char_boundary(*at))
                .unwrap_or(0)
        };
        Span::new(point(span.start), point(span.end))
    }
}
