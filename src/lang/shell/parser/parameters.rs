//! `${…}`.

use super::Parser;
use super::cursor::{is_name_byte, is_name_start};
use super::pieces::{Mark, Pieces};
use crate::lang::shell::ast::{Parameter, ParameterOp, Part, ReplaceKind, Word};

/// How the word of an operator is read.
#[derive(Clone, Copy)]
struct Inside {
    /// The expansion stands in double quotes or a here-document.
    quoted: bool,
    /// The word is a pattern: quotes work in it even there.
    pattern: bool,
    /// A character that ends it, besides `}`.
    stop: Option<u8>,
}

impl Parser<'_, '_> {
    /// `${…}`; `quoted`: inside double quotes or a here-document.
    pub(super) fn braced_parameter(&mut self, quoted: bool) -> Part {
        let start = self.pos;
        if !self.deeper() {
            self.skip_balanced();
            return Part::Literal(String::new());
        }
        self.take(2);
        let mut parameter = Parameter {
            name: String::new(),
            index: None,
            op: ParameterOp::Plain,
            span: self.span(start, start),
        };
        self.parameter_body(&mut parameter, quoted, start);
        if !self.took(b'}') {
            self.gap_from(start, "`}` is missing");
        }
        parameter.span = self.span_from(start);
        self.shallower();
        Part::Parameter(Box::new(parameter))
    }

    fn parameter_body(&mut self, parameter: &mut Parameter, quoted: bool, start: usize) {
        let body = self.pos;
        let read = match self.peek() {
            Some(b'#') if self.takes_length() => {
                self.take(1);
                self.parameter_name(parameter) && {
                    parameter.op = ParameterOp::Length;
                    true
                }
            }
            Some(b'!') if self.is_bash() && self.takes_indirection() => {
                self.take(1);
                self.parameter_name(parameter) && self.indirection(parameter, quoted)
            }
            _ => self.parameter_name(parameter) && self.parameter_op(parameter, quoted),
        };
        if read && self.peek() == Some(b'}') {
            return;
        }
        // What is in it may still run: read it as a word and keep the text.
        self.braced_word(Inside {
            quoted,
            pattern: false,
            stop: None,
        });
        let text = self.text[body..self.pos].to_owned();
        parameter.op = ParameterOp::Other(text);
        if self.peek().is_some() {
            self.gap_from(start, "this parameter expansion is not understood");
        }
    }

    /// A name, number or special character, and a subscript.
    fn parameter_name(&mut self, parameter: &mut Parameter) -> bool {
        match self.peek() {
            Some(byte) if is_name_start(byte) => parameter.name = self.take_name(),
            Some(b'0'..=b'9') => {
                while let Some(byte @ b'0'..=b'9') = self.peek() {
                    parameter.name.push(char::from(byte));
                    self.take(1);
                }
            }
            Some(byte @ (b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!')) => {
                parameter.name.push(char::from(byte));
                self.take(1);
            }
            _ => return false,
        }
        if self.peek() == Some(b'[') && !self.is_dash() {
            parameter.index = Some(self.subscript(true));
        }
        true
    }

    /// Whether `#` here asks for the length of what follows.
    fn takes_length(&self) -> bool {
        match self.look(1) {
            Some(byte) if is_name_byte(byte) => true,
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                matches!(self.look(2), Some(b'}')) || (!self.is_dash() && self.look(2) == Some(b'['))
            }
            _ => false,
        }
    }

    /// Whether `!` here is followed by what it looks through.
    fn takes_indirection(&self) -> bool {
        match self.look(1) {
            Some(byte) if is_name_byte(byte) => true,
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => self.look(2) == Some(b'}'),
            _ => false,
        }
    }

    /// `${!x}`, `${!x:-w}`, `${!prefix*}`, `${!x[@]}`.
    fn indirection(&mut self, parameter: &mut Parameter, quoted: bool) -> bool {
        parameter.op = match self.peek() {
            Some(b'*' | b'@') if self.look(1) == Some(b'}') => {
                self.take(1);
                ParameterOp::Names
            }
            Some(b'}') => {
                let all = parameter.index.as_ref().is_some_and(|index| {
                    matches!(index.parts.as_slice(), [Part::Literal(text)] if text == "@" || text == "*")
                });
                if all {
                    ParameterOp::Names
                } else {
                    ParameterOp::Indirect
                }
            }
            _ => {
                if !self.parameter_op(parameter, quoted) {
                    return false;
                }
                let op = std::mem::replace(&mut parameter.op, ParameterOp::Plain);
                ParameterOp::Through(Box::new(op))
            }
        };
        true
    }

    fn parameter_op(&mut self, parameter: &mut Parameter, quoted: bool) -> bool {
        let inside = Inside {
            quoted,
            pattern: false,
            stop: None,
        };
        let pattern = Inside {
            pattern: true,
            ..inside
        };
        let Some(first) = self.peek() else { return false };
        let colon = first == b':' && matches!(self.look(1), Some(b'-' | b'=' | b'?' | b'+'));
        let operator = if colon {
            self.look(1).unwrap_or(first)
        } else {
            first
        };
        let doubled = self.look(1) == Some(first);
        parameter.op = match operator {
            b'}' => return true,
            b'-' | b'=' | b'?' | b'+' => {
                self.take(if colon { 2 } else { 1 });
                let word = self.braced_word(inside);
                match operator {
                    b'-' => ParameterOp::Default { colon, word },
                    b'=' => ParameterOp::Assign { colon, word },
                    b'?' => ParameterOp::Error { colon, word },
                    _ => ParameterOp::Alternative { colon, word },
                }
            }
            b'#' | b'%' => {
                self.take(if doubled { 2 } else { 1 });
                let word = self.braced_word(pattern);
                if operator == b'#' {
                    ParameterOp::RemovePrefix {
                        longest: doubled,
                        pattern: word,
                    }
                } else {
                    ParameterOp::RemoveSuffix {
                        longest: doubled,
                        pattern: word,
                    }
                }
            }
            _ if self.is_dash() => return false,
            b'/' => self.replacement(pattern),
            b':' => {
                self.take(1);
                if self.is_zsh() && self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
                    return false;
                }
                let offset = self.braced_word(Inside {
                    stop: Some(b':'),
                    ..inside
                });
                let length = self.took(b':').then(|| self.braced_word(inside));
                ParameterOp::Substring { offset, length }
            }
            b'^' | b',' if self.is_bash() => {
                self.take(if doubled { 2 } else { 1 });
                let word = self.braced_word(pattern);
                let pattern = (!word.parts.is_empty()).then_some(word);
                ParameterOp::Case {
                    upper: operator == b'^',
                    all: doubled,
                    pattern,
                }
            }
            b'@' if self.is_bash() => match self.look(1) {
                Some(letter @ (b'Q' | b'E' | b'P' | b'A' | b'K' | b'a' | b'k' | b'u' | b'U' | b'L')) => {
                    self.take(2);
                    ParameterOp::Transform(char::from(letter))
                }
                _ => return false,
            },
            _ => return false,
        };
        true
    }

    fn replacement(&mut self, pattern: Inside) -> ParameterOp {
        self.take(1);
        let kind = match self.peek() {
            Some(b'/') => ReplaceKind::All,
            Some(b'#') => ReplaceKind::Prefix,
            Some(b'%') => ReplaceKind::Suffix,
            _ => ReplaceKind::First,
        };
        if kind != ReplaceKind::First {
            self.take(1);
        }
        let search = self.braced_word(Inside {
            stop: Some(b'/'),
            ..pattern
        });
        let with = if self.took(b'/') {
            self.braced_word(pattern)
        } else {
            Word {
                parts: vec![],
                span: self.span(self.pos, self.pos),
            }
        };
        ParameterOp::Replace {
            kind,
            pattern: search,
            with,
        }
    }

    fn decodes_ansi(&self, inside: Inside) -> bool {
        let literal_quotes = inside.quoted && !inside.pattern;
        literal_quotes && self.is_bash() && !self.in_document && matches!(self.look(1), Some(b'\'' | b'"'))
    }

    /// A word inside `${…}`: blanks and operators stand for themselves, the first `}` ends it.
    fn braced_word(&mut self, inside: Inside) -> Word {
        self.peek();
        let start = self.pos;
        let literal_quotes = inside.quoted && !inside.pattern;
        let mut pieces = Pieces::default();
        // bash pairs single quotes even where they are text: `"${x:-'}'}"` is `'}'`.
        let mut single: Option<usize> = None;
        let mut tilde = !inside.quoted;
        while let Some(byte) = self.peek() {
            let tilde_here = std::mem::take(&mut tilde);
            match byte {
                b'}' if single.is_none() => break,
                _ if Some(byte) == inside.stop && single.is_none() => break,
                b'\'' if literal_quotes => {
                    if self.is_bash() {
                        single = if single.is_some() { None } else { Some(self.pos) };
                    }
                    self.take(1);
                    pieces.literal("'");
                }
                b'\\' if literal_quotes => {
                    self.pos += 1;
                    match self.byte(self.pos) {
                        Some(next @ (b'$' | b'`' | b'"' | b'\\' | b'}')) => {
                            self.pos += 1;
                            pieces.literal(char::from(next).encode_utf8(&mut [0; 4]));
                        }
                        _ => pieces.literal("\\"),
                    }
                }
                // bash decodes `"${x:-$'…'}"`, but not in a here-document.
                b'$' if self.decodes_ansi(inside) && single.is_none() => {
                    let dollar = self.pos;
                    if self.look(1) == Some(b'"') {
                        self.take(1);
                        continue;
                    }
                    let (text, _) = self.ansi_quoted();
                    if text.contains(['\'', '"', '}', '$', '`', '\\']) {
                        // It decodes before it looks for expansions, and then finds these.
                        self.gap_from(dollar, "bash expands what this decodes to");
                    }
                    pieces.literal(&text);
                }
                b'$' if inside.quoted => {
                    let part = self.dollar(!inside.pattern);
                    pieces.part(part);
                }
                b'`' if inside.quoted => {
                    let part = self.backticks(true);
                    pieces.part(part);
                }
                b'~' if tilde_here => {
                    self.take(1);
                    let part_of_name = |byte| is_name_byte(byte) || byte == b'-';
                    let mut name = String::new();
                    while self.peek().is_some_and(part_of_name) {
                        name.push_str(self.take_run(|byte| !part_of_name(byte)));
                    }
                    match self.peek() {
                        None | Some(b'}' | b'/') => pieces.part(Part::Tilde(name)),
                        _ => {
                            pieces.literal("~");
                            pieces.literal(&name);
                        }
                    }
                }
                b'*' | b'?' if !literal_quotes => {
                    self.take(1);
                    pieces.glob(char::from(byte).encode_utf8(&mut [0; 4]));
                }
                b'[' | b']' if !literal_quotes => {
                    let mark = if byte == b'[' {
                        Mark::BracketOpen
                    } else {
                        Mark::BracketClose
                    };
                    pieces.mark(mark, self.pos);
                    self.take(1);
                }
                b'<' | b'>' if !inside.quoted && self.is_bash() && self.look(1) == Some(b'(') => {
                    let part = self.process(byte == b'>');
                    pieces.part(part);
                }
                _ if self.quoted_or_expanded(byte, &mut pieces) => {}
                _ => {
                    let from = self.pos;
                    self.take_char();
                    let stop = inside.stop;
                    self.take_run(|byte| {
                        Some(byte) == stop
                            || matches!(
                                byte,
                                b'}' | b'\''
                                    | b'"'
                                    | b'\\'
                                    | b'$'
                                    | b'`'
                                    | b'*'
                                    | b'?'
                                    | b'['
                                    | b']'
                                    | b'<'
                                    | b'>'
                            )
                    });
                    pieces.literal(&self.text[from..self.pos]);
                }
            }
        }
        if let Some(quote) = single {
            self.gap_from(quote, "the quote is not closed");
        }
        let span = self.span_from(start);
        Word {
            parts: self.finish(pieces),
            span,
        }
    }
}
