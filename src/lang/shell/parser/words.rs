//! Words.

use super::Parser;
use super::cursor::is_meta;
use super::pieces::{Mark, Pieces, escape_into};
use crate::lang::shell::ast::{Part, Word};

/// Where a word stands; decides what is special in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A command name, argument, array element or the target of a redirect.
    Argument,
    /// An argument of `export` and kin.
    Declared,
    /// The value of an assignment.
    Value,
    /// The subject of `case`, a here-string, a name.
    Subject,
    /// A pattern of `case`.
    Pattern,
    /// An operand of `[[`.
    Operand,
    /// The regular expression of `=~` (bash).
    Regex,
}

/// Bytes that end a run of plain characters.
fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'\\'
            | b'\''
            | b'"'
            | b'$'
            | b'`'
            | b'*'
            | b'?'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b','
            | b'~'
            | b'='
            | b':'
            | b'@'
            | b'+'
            | b'!'
            | b'^'
            | b'#'
    ) || is_meta(byte)
}

impl Parser<'_, '_> {
    /// The word that starts here. It may be empty where a word is optional (`x=`).
    pub(super) fn word(&mut self, mode: Mode) -> Word {
        self.peek();
        let start = self.pos;
        self.word_after(start, Pieces::default(), mode)
    }

    /// The word whose first pieces were read already.
    pub(super) fn word_after(&mut self, start: usize, mut pieces: Pieces, mode: Mode) -> Word {
        // Whether a tilde may be expanded here, and whether the word looks like an assignment.
        let mut tilde = pieces.is_empty();
        let mut value = mode == Mode::Value;
        let mut equals = false;
        // A tilde that no name or slash followed: bash ends its name at a later `=~`.
        let mut open_tilde = false;
        while let Some(byte) = self.peek() {
            let tilde_here = std::mem::take(&mut tilde);
            match byte {
                b'<' | b'>' if self.starts_word(byte) && mode != Mode::Regex => {
                    let part = self.process(byte == b'>');
                    pieces.part(part);
                }
                b'(' if self.opens_group(mode, &pieces) => self.group(&mut pieces, 1, mode),
                b'(' if mode == Mode::Regex => self.group(&mut pieces, 1, mode),
                b'|' if mode == Mode::Regex && self.look(1) != Some(b'|') => {
                    self.take(1);
                    pieces.glob("|");
                }
                _ if is_meta(byte) => break,
                b'*' | b'?' | b'@' | b'+' | b'!'
                    if self.look(1) == Some(b'(') && self.takes_groups(byte, mode) =>
                {
                    self.extended_glob(&mut pieces, mode);
                }
                b'*' | b'?' => {
                    self.take(1);
                    pieces.glob(char::from(byte).encode_utf8(&mut [0; 4]));
                }
                b'[' | b']' => self.take_mark(
                    if byte == b'[' {
                        Mark::BracketOpen
                    } else {
                        Mark::BracketClose
                    },
                    &mut pieces,
                ),
                b'}' if self.is_zsh() && pieces.braces == 0 => break,
                b'{' | b'}' | b',' if self.expands_braces(mode) => {
                    let mark = match byte {
                        b'{' => Mark::BraceOpen,
                        b'}' => Mark::BraceClose,
                        _ => Mark::Comma,
                    };
                    self.brace_mark(mark, &mut pieces);
                }
                b'~' if tilde_here || pieces.starts_alternative() => {
                    open_tilde |= !self.tilde(value, &mut pieces);
                }
                b'=' => {
                    let assigns = !equals && pieces.is_name() && self.expands_after_equals(mode);
                    equals = true;
                    if self.is_zsh() && pieces.is_empty() && self.look(1) == Some(b'(') && mode != Mode::Value
                    {
                        let part = self.process(false);
                        pieces.part(part);
                        continue;
                    }
                    if open_tilde && self.is_bash() && mode != Mode::Value && self.look(1) == Some(b'~') {
                        self.gap_here("bash takes `~` after this for the home folder");
                    }
                    self.take(1);
                    pieces.literal("=");
                    tilde = assigns;
                    value |= assigns;
                }
                b':' => {
                    self.take(1);
                    pieces.literal(":");
                    tilde = value;
                }
                _ => {
                    if !self.quoted_or_expanded(byte, &mut pieces) {
                        let from = self.pos;
                        self.take_char();
                        self.take_run(is_special);
                        pieces.literal(&self.text[from..self.pos]);
                    }
                }
            }
        }
        let span = self.span_from(start);
        Word {
            parts: self.finish(pieces),
            span,
        }
    }

    fn expands_braces(&self, mode: Mode) -> bool {
        !self.is_dash() && matches!(mode, Mode::Argument | Mode::Declared)
    }

    /// Whether a tilde expands after `name=`: bash takes any argument, the others those of `export`.
    fn expands_after_equals(&self, mode: Mode) -> bool {
        mode == Mode::Declared || (self.is_bash() && mode == Mode::Argument)
    }

    fn take_mark(&mut self, mark: Mark, pieces: &mut Pieces) {
        pieces.mark(mark, self.pos);
        self.take(1);
    }

    /// `{` and kin. `{}` at the start of an expansion is text.
    fn brace_mark(&mut self, mark: Mark, pieces: &mut Pieces) {
        if mark == Mark::BraceOpen && self.look(1) == Some(b'}') {
            self.take(2);
            return pieces.literal("{}");
        }
        self.take_mark(mark, pieces);
    }

    /// `~name`, if the name is written plainly up to a slash or the end. Whether it is.
    fn tilde(&mut self, value: bool, pieces: &mut Pieces) -> bool {
        self.take(1);
        let alternative = pieces.starts_alternative();
        let stops = |byte| byte == b'/' || is_special(byte) && !matches!(byte, b'+' | b'@');
        let mut name = String::new();
        while self.peek().is_some_and(|byte| !stops(byte)) {
            name.push_str(self.take_run(stops));
        }
        let ends = match self.peek() {
            None | Some(b'/') => true,
            // bash ends the name there also in other words.
            Some(b':') => value || self.is_bash(),
            Some(b',' | b'}') => alternative,
            Some(byte) => is_meta(byte),
        };
        if ends {
            pieces.part(Part::Tilde(name));
        } else {
            pieces.literal("~");
            pieces.literal(&name);
        }
        ends
    }

    /// Whether `byte` with a parenthesis is an extended glob. Outside `[[`, bash wants
    /// `shopt -s extglob` and otherwise rejects the line; zsh reads a group.
    fn takes_groups(&self, byte: u8, mode: Mode) -> bool {
        match mode {
            Mode::Regex => false,
            Mode::Operand => !self.is_dash(),
            _ if self.is_zsh() => matches!(byte, b'@' | b'+' | b'!' | b'*' | b'?'),
            _ => self.is_bash(),
        }
    }

    /// zsh: a parenthesis inside a word.
    fn opens_group(&self, mode: Mode, pieces: &Pieces) -> bool {
        self.is_zsh() && (!pieces.is_empty() || mode != Mode::Operand) && self.look(1) != Some(b')')
    }

    fn extended_glob(&mut self, pieces: &mut Pieces, mode: Mode) {
        let start = self.pos;
        self.group(pieces, 2, mode);
        if self.is_bash() && mode != Mode::Operand && !self.shared.extglob {
            self.gap_from(start, "bash reads an extended glob only after `shopt -s extglob`");
        }
    }

    /// A parenthesised part of a pattern after `opening` characters; everything but quotes, expansions and
    /// parentheses stands for itself.
    fn group(&mut self, pieces: &mut Pieces, opening: usize, mode: Mode) {
        let start = self.pos;
        let mut open = 0usize;
        let mut ahead = opening;
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => open += 1,
                b')' => open = open.saturating_sub(1),
                b'\\' | b'\'' | b'"' | b'$' | b'`' => {
                    let mut inner = Pieces::default();
                    self.quoted_or_expanded(byte, &mut inner);
                    for part in inner.plain() {
                        into_pattern(part, pieces);
                    }
                    continue;
                }
                b'<' | b'>' if mode != Mode::Regex && self.starts_word(byte) => {
                    let part = self.process(byte == b'>');
                    pieces.part(part);
                    continue;
                }
                _ => {
                    let from = self.pos;
                    self.take_char();
                    if ahead == 0 {
                        self.take_run(|byte| {
                            matches!(
                                byte,
                                b'(' | b')' | b'\\' | b'\'' | b'"' | b'$' | b'`' | b'<' | b'>'
                            )
                        });
                    }
                    pieces.glob(&self.text[from..self.pos]);
                    ahead = ahead.saturating_sub(1);
                    continue;
                }
            }
            ahead = 0;
            self.take(1);
            pieces.glob(if byte == b'(' { "(" } else { ")" });
            if open == 0 {
                return;
            }
        }
        self.gap_from(start, "`)` of a pattern is missing");
    }
}

/// A part inside a pattern: quoted text is escaped, so that the pattern stays one text.
fn into_pattern(part: Part, pieces: &mut Pieces) {
    match part {
        Part::Quoted { text, .. } => {
            let mut escaped = String::new();
            escape_into(&text, &mut escaped);
            pieces.glob(&escaped);
        }
        Part::Double(inner) if inner.iter().all(|part| matches!(part, Part::Literal(_))) => {
            let mut escaped = String::new();
            for part in inner {
                if let Part::Literal(text) = part {
                    escape_into(&text, &mut escaped);
                }
            }
            pieces.glob(&escaped);
        }
        Part::Literal(text) => pieces.glob(&text),
        part => pieces.part(part),
    }
}
