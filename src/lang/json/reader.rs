//! The reader: one loop, no recursion, always moving forward.

use std::sync::Arc;

use super::string;
use crate::lang::data::{Builder, DefectKind, Document, Scalar};
use crate::model::Span;

/// Reads `text` as `JSON.parse` does. Never fails: what that reader rejects is in [`Document::void`].
#[must_use]
pub fn read(text: impl Into<Arc<str>>) -> Document {
    Reader::new(text.into(), false).run()
}

/// Reads `text` as editors read their settings: comments and trailing commas are legal.
#[must_use]
pub fn read_with_comments(text: impl Into<Arc<str>>) -> Document {
    Reader::new(text.into(), true).run()
}

/// What the grammar wants next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// A value (in a map: the value of the key that waits).
    Value,
    /// A value or `]`, a key or `}`.
    Member,
    /// The same, after a comma.
    AfterComma,
    Colon,
    /// A comma or a closing bracket.
    Comma,
    /// Nothing more.
    End,
}

struct Reader {
    text: Arc<str>,
    out: Builder,
    at: usize,
    want: Want,
    comments: bool,
    comma: usize,
}

impl Reader {
    fn new(text: Arc<str>, comments: bool) -> Self {
        Self {
            out: Builder::new(Arc::clone(&text)),
            text,
            at: 0,
            want: Want::Value,
            comments,
            comma: 0,
        }
    }

    fn defect(&mut self, start: usize, end: usize, kind: DefectKind, message: &str) {
        self.out.defect(Span::new(start, end), kind, message);
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn run(mut self) -> Document {
        loop {
            self.skip_blank();
            let Some(byte) = self.byte() else { break };
            match (self.want, byte) {
                (Want::End, b'{' | b'[') if !self.out.root_holds_values() => {
                    // Words before the real value, as in a log line.
                    self.want = Want::Value;
                }
                (Want::End, _) => {
                    let end = self.text.len();
                    self.defect(
                        self.at,
                        end,
                        DefectKind::TrailingText,
                        "text after the end of the value",
                    );
                    return self.out.finish();
                }
                (_, b'}' | b']') => self.close(byte == b'}'),
                (Want::Colon, b':') => self.step(Want::Value),
                (Want::Comma, b',') => {
                    self.comma = self.at;
                    self.step(Want::AfterComma);
                }
                (_, b',') => self.stray_comma(),
                (Want::Comma, _) => {
                    self.defect(
                        self.at,
                        self.at,
                        DefectKind::MissingComma,
                        "no comma between two values",
                    );
                    self.want = Want::Member;
                }
                (Want::Colon, _) => {
                    self.defect(self.at, self.at, DefectKind::Syntax, "no colon after a key");
                    if byte == b'=' {
                        self.at += 1;
                    }
                    self.want = Want::Value;
                }
                (Want::Member | Want::AfterComma, _) if self.out.in_map() == Some(true) => self.key(byte),
                (_, b':') => self.unexpected(),
                _ => self.value(byte),
            }
        }
        let end = self.text.len();
        if self.out.depth() > 0 {
            self.defect(
                end,
                end,
                DefectKind::Truncated,
                "the text ends inside a list or map",
            );
        } else if !self.out.has_root() {
            self.defect(0, end, DefectKind::Empty, "there is no value");
        }
        self.out.finish()
    }

    fn step(&mut self, want: Want) {
        self.at += 1;
        self.want = want;
    }

    /// After a whole value.
    fn done(&mut self) {
        self.want = if self.out.depth() == 0 {
            Want::End
        } else {
            Want::Comma
        };
    }

    fn unexpected(&mut self) {
        let width = self.rest().chars().next().map_or(1, char::len_utf8);
        self.defect(
            self.at,
            self.at + width,
            DefectKind::Syntax,
            "an unexpected character",
        );
        self.at += width;
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn stray_comma(&mut self) {
        self.defect(
            self.at,
            self.at + 1,
            DefectKind::MissingValue,
            "a comma without a value before it",
        );
        self.out.drop_key();
        self.at += 1;
        if self.out.depth() > 0 {
            self.want = Want::Member;
        }
    }

    fn close(&mut self, is_map: bool) {
        if self.out.depth() == 0 || !self.out.has_open(is_map) {
            self.defect(
                self.at,
                self.at + 1,
                DefectKind::Bracket,
                "a bracket that closes nothing",
            );
            self.at += 1;
            return;
        }
        if self.want == Want::AfterComma && !self.comments {
            let comma = self.comma;
            self.defect(comma, comma + 1, DefectKind::TrailingComma, "a trailing comma");
        }
        if self.out.in_map() == Some(true) && matches!(self.want, Want::Value | Want::Colon) {
            self.defect(
                self.at,
                self.at,
                DefectKind::MissingValue,
                "a key without a value",
            );
            self.out.drop_key();
        }
        while self.out.in_map().is_some_and(|open| open != is_map) {
            self.defect(
                self.at,
                self.at + 1,
                DefectKind::Bracket,
                "another bracket is open",
            );
            self.out.close(self.at);
        }
        self.at += 1;
        self.out.close(self.at);
        self.done();
    }

    fn key(&mut self, byte: u8) {
        let start = self.at;
        match byte {
            b'"' | b'\'' => {
                let (key, end) = string::read(&mut self.out, start);
                self.out.key(key, Span::new(start, end));
                self.at = end;
                self.want = Want::Colon;
            }
            b'{' | b'[' => {
                self.defect(
                    start,
                    start + 1,
                    DefectKind::MissingValue,
                    "a value without a key",
                );
                self.value(byte);
            }
            _ => {
                let end = self.word_end();
                if end == start {
                    self.unexpected();
                    return;
                }
                self.defect(start, end, DefectKind::Quotes, "a key without quotes");
                self.out.key(Scalar::Plain(0), Span::new(start, end));
                self.at = end;
                self.want = Want::Colon;
            }
        }
    }

    fn value(&mut self, byte: u8) {
        let start = self.at;
        match byte {
            b'{' | b'[' => {
                self.out.open(byte == b'{', start);
                self.step(Want::Member);
                return;
            }
            b'"' | b'\'' => {
                let (value, end) = string::read(&mut self.out, start);
                self.out.scalar(value, Span::new(start, end));
                self.at = end;
            }
            _ => {
                let end = self.word_end();
                if end == start {
                    self.unexpected();
                    return;
                }
                let scalar = match self.text.get(start..end).unwrap_or("") {
                    "null" => Scalar::Null,
                    "true" => Scalar::Bool(true),
                    "false" => Scalar::Bool(false),
                    word if is_number(word.as_bytes()) => Scalar::Number,
                    word if word
                        .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) =>
                    {
                        self.defect(start, end, DefectKind::Number, "not a number of this format");
                        Scalar::Plain(0)
                    }
                    _ => {
                        self.defect(start, end, DefectKind::Quotes, "a word without quotes");
                        Scalar::Plain(0)
                    }
                };
                self.out.scalar(scalar, Span::new(start, end));
                self.at = end;
            }
        }
        self.done();
    }

    /// The end of the bare word that starts here.
    fn word_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let stop = |b: &u8| {
            b.is_ascii_whitespace()
                || matches!(b, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' | b'\'' | b'=')
        };
        let length = bytes.get(self.at..).unwrap_or(&[]).iter().position(stop);
        length.map_or(bytes.len(), |length| self.at + length)
    }

    fn skip_blank(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/' | b'#') if self.comment() => {}
                _ => return,
            }
        }
    }

    /// Skips the comment that starts here, if one does.
    fn comment(&mut self) -> bool {
        let (start, rest) = (self.at, self.rest());
        let length = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("//") || rest.starts_with('#') {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else {
            return false;
        };
        let legal = self.comments
            && rest.starts_with('/')
            && (!rest.starts_with("/*") || rest[..length].ends_with("*/"));
        self.at += length;
        if !legal {
            self.defect(start, self.at, DefectKind::Comment, "a comment");
        }
        true
    }
}

/// Whether `word` is a number of JSON.
fn is_number(word: &[u8]) -> bool {
    let digits = |at: usize| {
        let rest = word.get(at..).unwrap_or(&[]);
        rest.iter()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(rest.len())
    };
    let mut at = usize::from(word.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && word.get(at) == Some(&b'0')) {
        return false;
    }
    at += whole;
    if word.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    }
    if matches!(word.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(word.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == word.len()
}
