//! Quotes: `\x`, `'…'`, `$'…'`, `"…"` and the text of here-documents.

use super::Parser;
use super::heredocs::Pending;
use super::pieces::Pieces;
use crate::lang::shell::ast::Part;

/// What ends a text in which only `$`, backticks and the backslash are special.
#[derive(Clone, Copy)]
pub(super) enum Until<'a> {
    /// The closing `"`.
    Quote,
    /// The end of the text.
    End,
    /// The delimiter's line (dash).
    Line(&'a Pending),
}

impl Parser<'_, '_> {
    /// Outside double quotes: reads what `byte`, which is next, quotes or expands to, if it does.
    pub(super) fn quoted_or_expanded(&mut self, byte: u8, pieces: &mut Pieces) -> bool {
        match byte {
            b'\\' => {
                self.pos += 1;
                match self.take_char() {
                    Some(next) => pieces.part(Part::Quoted {
                        text: next.to_string(),
                        escaped: false,
                    }),
                    // At the very end dash keeps it; zsh drops it; bash drops it in a file and keeps it
                    // in the text of `-c`.
                    None if self.is_dash() => pieces.literal("\\"),
                    None if self.is_bash() => self.gap(self.pos - 1, self.pos, "a backslash at the end"),
                    None => {}
                }
            }
            b'\'' => {
                let text = self.single_quoted();
                pieces.part(Part::Quoted { text, escaped: false });
            }
            b'"' => {
                let part = self.double_quoted();
                pieces.part(part);
            }
            b'$' => {
                let part = self.dollar(false);
                pieces.part(part);
            }
            b'`' => {
                let part = self.backticks(false);
                pieces.part(part);
            }
            _ => return false,
        }
        true
    }

    /// `'…'`.
    pub(super) fn single_quoted(&mut self) -> String {
        let start = self.pos;
        self.take(1);
        let text = self.take_run(|byte| byte == b'\'').to_owned();
        self.close_quote(start);
        text
    }

    fn close_quote(&mut self, start: usize) {
        if self.byte(self.pos).is_some() {
            self.pos += 1;
        } else {
            self.gap_from(start, "the quote is not closed");
        }
    }

    /// `"…"`.
    pub(super) fn double_quoted(&mut self) -> Part {
        let start = self.pos;
        if !self.deeper() {
            self.skip_balanced();
            return Part::Double(vec![]);
        }
        self.take(1);
        let parts = self.double_parts(Until::Quote);
        self.shallower();
        if !self.took(b'"') {
            self.gap_from(start, "the quote is not closed");
        }
        Part::Double(parts)
    }

    /// Text in which only `$`, backticks and the backslash are special, up to `until`.
    pub(super) fn double_parts(&mut self, until: Until<'_>) -> Vec<Part> {
        let mut pieces = Pieces::default();
        let ends =
            |parser: &mut Self| matches!(until, Until::Line(pending) if parser.took_delimiter(pending));
        if ends(self) {
            return pieces.plain();
        }
        while let Some(byte) = self.peek() {
            match byte {
                b'"' if matches!(until, Until::Quote) => break,
                b'\n' => {
                    self.pos += 1;
                    pieces.literal("\n");
                    if ends(self) {
                        break;
                    }
                }
                b'\\' => {
                    self.pos += 1;
                    match self.byte(self.pos) {
                        Some(b'"') if !matches!(until, Until::Quote) => pieces.literal("\\"),
                        Some(next @ (b'$' | b'`' | b'"' | b'\\')) => {
                            self.pos += 1;
                            pieces.literal(char::from(next).encode_utf8(&mut [0; 4]));
                        }
                        _ => pieces.literal("\\"),
                    }
                }
                b'$' => {
                    let part = self.dollar(true);
                    pieces.part(part);
                }
                b'`' => {
                    let part = self.backticks(true);
                    pieces.part(part);
                }
                b'"' => {
                    self.pos += 1;
                    pieces.literal("\"");
                }
                _ => {
                    let run = self.take_run(|byte| matches!(byte, b'"' | b'\n' | b'\\' | b'$' | b'`'));
                    pieces.literal(run);
                }
            }
        }
        pieces.plain()
    }

    /// `$'…'`: the decoded text, and whether an escape hides a character that could be written plainly.
    pub(super) fn ansi_quoted(&mut self) -> (String, bool) {
        let start = self.pos;
        self.take(2);
        let from = self.pos;
        loop {
            match self.byte(self.pos) {
                None => {
                    self.gap_from(start, "the quote is not closed");
                    break;
                }
                Some(b'\'') => break,
                Some(b'\\') => {
                    self.pos += 1;
                    self.take_char();
                }
                Some(_) => {
                    self.take_run(|byte| matches!(byte, b'\'' | b'\\'));
                }
            }
        }
        let decoded = Ansi::decode(&self.text[from..self.pos], self.is_bash());
        self.pos = (self.pos + 1).min(self.end);
        decoded
    }
}

/// A reader of the escapes of `$'…'`.
struct Ansi<'a> {
    rest: &'a [u8],
    out: Vec<u8>,
    hides: bool,
    bash: bool,
}

impl<'a> Ansi<'a> {
    fn decode(text: &'a str, bash: bool) -> (String, bool) {
        let mut reader = Self {
            rest: text.as_bytes(),
            out: Vec::with_capacity(text.len()),
            hides: false,
            bash,
        };
        while let Some(byte) = reader.next() {
            if byte != b'\\' {
                reader.out.push(byte);
            } else if !reader.escape() {
                // bash: a NUL ends the string.
                break;
            }
        }
        (String::from_utf8_lossy(&reader.out).into_owned(), reader.hides)
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Decodes one escape; false if the string ends here.
    fn escape(&mut self) -> bool {
        let before = self.rest;
        let Some(letter) = self.next() else {
            self.out.push(b'\\');
            return true;
        };
        let value = match letter {
            b'a' => 7,
            b'b' => 8,
            b'e' | b'E' => 27,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'\\' | b'\'' | b'"' => letter,
            b'?' if self.bash => letter,
            b'0'..=b'7' => {
                self.rest = before;
                let value = self.number(8, 3).unwrap_or_default();
                return self.hidden_byte(value);
            }
            b'x' => {
                let braced = self.bash && self.rest.first() == Some(&b'{');
                if braced {
                    self.next();
                }
                let Some(value) = self.number(16, if braced { usize::MAX } else { 2 }) else {
                    self.out.extend_from_slice(b"\\x");
                    return true;
                };
                if braced && self.rest.first() == Some(&b'}') {
                    self.next();
                }
                return self.hidden_byte(value);
            }
            b'u' | b'U' => {
                let Some(value) = self.number(16, if letter == b'u' { 4 } else { 8 }) else {
                    self.out.extend_from_slice(&[b'\\', letter]);
                    return true;
                };
                return self.hidden_char(value);
            }
            b'c' if self.bash => {
                let Some(control) = self.next() else {
                    self.out.extend_from_slice(b"\\c");
                    return true;
                };
                if control == b'\\' && self.rest.first() == Some(&b'\\') {
                    self.next();
                }
                let value = if control == b'?' {
                    127
                } else {
                    control.to_ascii_uppercase() & 0x1f
                };
                return self.hidden_byte(u32::from(value));
            }
            _ => {
                if self.bash {
                    self.out.push(b'\\');
                }
                self.out.push(letter);
                return true;
            }
        };
        self.out.push(value);
        true
    }

    fn number(&mut self, base: u32, most: usize) -> Option<u32> {
        let mut value = None;
        for _ in 0..most {
            let Some(digit) = self
                .rest
                .first()
                .and_then(|byte| char::from(*byte).to_digit(base))
            else {
                break;
            };
            value = Some(value.unwrap_or(0u32).wrapping_mul(base).wrapping_add(digit));
            self.next();
        }
        value
    }

    fn hidden_byte(&mut self, value: u32) -> bool {
        let byte = (value & 0xff) as u8;
        if byte == 0 && self.bash {
            return false;
        }
        self.hides |= !byte.is_ascii_control();
        self.out.push(byte);
        true
    }

    fn hidden_char(&mut self, value: u32) -> bool {
        if value == 0 && self.bash {
            return false;
        }
        let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.hides |= !character.is_control();
        self.out
            .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        true
    }
}
