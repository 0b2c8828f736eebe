//! `[[ … ]]`.

use super::Parser;
use super::cursor::is_meta;
use super::words::Mode;
use crate::lang::shell::ast::{Compound, Dialect, Part, Word};

/// Operators between two operands.
const BINARY: [&str; 14] = [
    "=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "<",
];

impl Parser<'_, '_> {
    /// The rest of a `[[` that started at `start`.
    pub(super) fn condition(&mut self, start: usize) -> Compound {
        let mut words: Vec<Word> = vec![];
        let mut open = 0usize;
        loop {
            self.newlines();
            if self.took_word("]]") {
                break;
            }
            match self.peek() {
                None => {
                    self.gap_from(start, "`]]` is missing");
                    break;
                }
                Some(b'(') => {
                    words.push(self.operator(1));
                    open += 1;
                    continue;
                }
                Some(b'!') if self.look(1).is_none_or(is_meta) => {
                    words.push(self.operator(1));
                    continue;
                }
                Some(_) => {}
            }
            let before = self.pos;
            self.term(&mut words);
            self.newlines();
            while open > 0 && self.peek() == Some(b')') {
                words.push(self.operator(1));
                open -= 1;
                self.newlines();
            }
            match (self.peek(), self.look(1)) {
                (Some(b'&'), Some(b'&')) | (Some(b'|'), Some(b'|')) => {
                    words.push(self.operator(2));
                    continue;
                }
                _ if self.took_word("]]") => {
                    if open > 0 {
                        self.gap_here("`)` is missing");
                    }
                    break;
                }
                _ => {}
            }
            // Not a condition: leave at the line's end, so that the rest is read as commands.
            self.gap_from(before, "not a condition");
            match self.peek() {
                None | Some(b'\n' | b';') => break,
                Some(_) if self.pos == before => {
                    self.take_char();
                }
                Some(_) => {}
            }
        }
        Compound::Test(words)
    }

    /// One primary: an operand, a unary test or a comparison.
    fn term(&mut self, words: &mut Vec<Word>) {
        let Some(first) = self.operand(words, Mode::Operand) else {
            return;
        };
        self.blanks();
        if is_unary(&first) && self.starts_operand() {
            self.operand(words, Mode::Operand);
            return;
        }
        let operator = match self.peek() {
            Some(b'<' | b'>') if self.look(1) != Some(b'(') => self.operator(1),
            Some(_) if self.starts_operand() => {
                let at = self.pos;
                let word = self.word(Mode::Operand);
                if !matches!(word.parts.as_slice(), [Part::Literal(text)] if BINARY.contains(&text.as_str()))
                {
                    self.gap_from(at, "an operator of `[[` is missing");
                }
                word
            }
            _ => return,
        };
        let regex = matches!(operator.parts.as_slice(), [Part::Literal(text)] if text == "=~");
        words.push(operator);
        self.blanks();
        let mode = match self.dialect {
            Dialect::Bash if regex => Mode::Regex,
            Dialect::Zsh => Mode::Pattern,
            _ => Mode::Operand,
        };
        if self.operand(words, mode).is_none() {
            self.gap_here("an operand of `[[` is missing");
        }
    }

    /// Reads an operand if one starts here, and gives its text if it is literal.
    fn operand(&mut self, words: &mut Vec<Word>, mode: Mode) -> Option<String> {
        let starts = match mode {
            Mode::Regex => self
                .peek()
                .is_some_and(|byte| !matches!(byte, b'\n' | b')' | b';' | b'&')),
            _ => self.starts_operand(),
        };
        if !starts {
            return None;
        }
        let before = self.pos;
        let word = self.word(mode);
        if self.pos == before {
            return None;
        }
        let text = match word.parts.as_slice() {
            [Part::Literal(text)] => text.clone(),
            _ => String::new(),
        };
        words.push(word);
        Some(text)
    }

    fn starts_operand(&mut self) -> bool {
        let Some(byte) = self.peek() else { return false };
        let closes = byte == b']' && self.look(1) == Some(b']') && self.look(2).is_none_or(is_meta);
        self.starts_word(byte) && !closes
    }

    /// An operator of `length` characters as a word.
    fn operator(&mut self, length: usize) -> Word {
        let mut text = String::new();
        let mut start = self.pos;
        for n in 0..length {
            let Some(byte) = self.peek() else { break };
            if n == 0 {
                start = self.pos;
            }
            text.push(char::from(byte));
            self.take(1);
        }
        Word {
            parts: vec![Part::Literal(text)],
            span: self.span_from(start),
        }
    }
}

fn is_unary(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', letter] if letter.is_ascii_alphabetic())
}
