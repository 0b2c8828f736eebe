//! Characters: backslash-newline, blanks, comments, and where a position lies in the whole text.

use super::Parser;
use crate::model::Span;

/// Where positions of the text being read lie in the text handed to [`super::parse`].
pub(super) enum Map<'t> {
    /// It is that text.
    Same,
    /// It is that text with some bytes removed: for each kept run, where it starts here and there.
    Table(&'t [(usize, usize)]),
}

impl<'t> Map<'t> {
    pub(super) fn table(runs: &'t [(usize, usize)]) -> Self {
        Self::Table(runs)
    }

    pub(super) fn at(&self, position: usize) -> usize {
        match self {
            Self::Same => position,
            Self::Table(runs) => {
                let run = runs.partition_point(|(here, _)| *here <= position);
                match run.checked_sub(1).and_then(|run| runs.get(run)) {
                    Some((here, there)) => there + (position - here),
                    None => position,
                }
            }
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        match end.checked_sub(1) {
            Some(last) if end > start => Span::new(self.at(start), self.at(last) + 1),
            _ => Span::new(self.at(start), self.at(start)),
        }
    }
}

/// A text with some bytes removed, and the runs that were kept.
pub(super) struct Clean {
    pub(super) text: String,
    pub(super) table: Vec<(usize, usize)>,
}

impl Clean {
    /// `text[start..end]` without the bytes at `dropped` (in order, each an ASCII character), with
    /// positions that lead through `map`.
    pub(super) fn new(text: &str, start: usize, end: usize, dropped: &[usize], map: &Map<'_>) -> Self {
        let mut clean = Self {
            text: String::with_capacity(end - start),
            table: vec![],
        };
        let mut from = start;
        for stop in dropped.iter().copied().chain([end]) {
            if stop > from {
                clean.keep(text, from, stop, map);
            }
            from = stop + 1;
        }
        if clean.table.is_empty() {
            clean.table.push((0, map.at(start)));
        }
        clean
    }

    fn keep(&mut self, text: &str, from: usize, to: usize, map: &Map<'_>) {
        self.table.push((self.text.len(), map.at(from)));
        if let Map::Table(runs) = map {
            let inner = runs.partition_point(|(here, _)| *here <= from);
            for (here, there) in runs[inner..].iter().take_while(|(here, _)| *here < to) {
                self.table.push((self.text.len() + (here - from), *there));
            }
        }
        self.text.push_str(&text[from..to]);
    }

    pub(super) fn without_nul(text: &str) -> Self {
        let dropped: Vec<usize> = text.match_indices('\0').map(|(at, _)| at).collect();
        Self::new(text, 0, text.len(), &dropped, &Map::Same)
    }
}

impl Parser<'_, '_> {
    /// The byte at `at`, raw.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end {
            self.text.as_bytes().get(at).copied()
        } else {
            None
        }
    }

    /// `at`, moved over backslash-newlines.
    pub(super) fn continued(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b'\\') && self.byte(at + 1) == Some(b'\n') {
            at += 2;
        }
        at
    }

    /// The next byte; backslash-newlines before it are consumed.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.pos = self.continued(self.pos);
        self.byte(self.pos)
    }

    /// The byte `n` characters on, all of them ASCII.
    pub(super) fn look(&self, n: usize) -> Option<u8> {
        let mut at = self.continued(self.pos);
        for _ in 0..n {
            self.byte(at)?;
            at = self.continued(at + 1);
        }
        self.byte(at)
    }

    /// Consumes `n` characters, all of them ASCII.
    pub(super) fn take(&mut self, n: usize) {
        for _ in 0..n {
            self.pos = (self.continued(self.pos) + 1).min(self.end);
        }
    }

    /// Consumes an operator of `n` characters. zsh does not join one over a backslash-newline.
    pub(super) fn take_operator(&mut self, n: usize) {
        let start = self.continued(self.pos);
        self.take(n);
        if self.is_zsh() && self.pos != start + n {
            self.gap_from(start, "zsh reads the parts of this operator apart");
        }
    }

    /// Consumes `expected` if it is next.
    pub(super) fn took(&mut self, expected: u8) -> bool {
        let is_next = self.peek() == Some(expected);
        if is_next {
            self.take(1);
        }
        is_next
    }

    /// Consumes one character of any width, raw.
    pub(super) fn take_char(&mut self) -> Option<char> {
        let next = self.text[self.pos..self.end].chars().next()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    /// Consumes the bytes up to the first that `stops` or the end.
    pub(super) fn take_run(&mut self, stops: impl Fn(u8) -> bool) -> &str {
        let start = self.pos;
        let rest = &self.text.as_bytes()[start..self.end];
        self.pos += rest.iter().position(|byte| stops(*byte)).unwrap_or(rest.len());
        &self.text[start..self.pos]
    }

    /// Consumes a name (letters, digits, underscores) and gives it.
    pub(super) fn take_name(&mut self) -> String {
        let mut name = String::new();
        // A backslash-newline after the name is no part of it.
        while let Some(byte) = self.look(0).filter(|byte| is_name_byte(*byte)) {
            name.push(char::from(byte));
            self.take(1);
        }
        name
    }

    /// Skips blanks and, as a token starts here, a comment.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'#') => {
                    // A backslash does not continue a comment.
                    self.take_run(|byte| byte == b'\n');
                    return;
                }
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and newlines; bodies of here-documents are read on the way.
    pub(super) fn newlines(&mut self) {
        loop {
            self.blanks();
            if !self.newline() {
                return;
            }
        }
    }

    /// Consumes a newline token, then the bodies of the here-documents that wait for it.
    pub(super) fn newline(&mut self) -> bool {
        if self.peek() != Some(b'\n') {
            return false;
        }
        self.pos += 1;
        if !self.pending.is_empty() {
            self.read_bodies();
        }
        true
    }

    /// After the limit of nesting: from an opening character on, to the end of what it opens.
    pub(super) fn skip_balanced(&mut self) {
        let start = self.pos;
        let mut open = 0usize;
        while let Some(byte) = self.byte(self.pos) {
            self.pos += 1;
            match byte {
                b'\\' => {
                    self.take_char();
                }
                b'\'' | b'`' => {
                    let close = self.text.as_bytes()[self.pos..self.end]
                        .iter()
                        .position(|b| *b == byte);
                    self.pos = close.map_or(self.end, |close| self.pos + close + 1);
                }
                b'(' | b'{' => open += 1,
                b')' | b'}' => open = open.saturating_sub(1),
                _ => continue,
            }
            if open == 0 && matches!(byte, b')' | b'}' | b'`') {
                break;
            }
        }
        self.gap_from(start, "nested deeper than the limit");
    }
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// What ends a word.
pub(super) fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>'
    )
}
