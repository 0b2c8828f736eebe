//! Assignments and arrays.

use super::Parser;
use super::cursor::{is_name_byte, is_name_start};
use super::pieces::Pieces;
use super::words::Mode;
use crate::lang::shell::ast::{Assignment, Simple, Value, Word};

/// What follows a name.
enum After {
    Assign { append: bool },
    Subscript,
    Other,
}

impl Parser<'_, '_> {
    /// The position after the name that starts here.
    fn name_end(&self) -> Option<usize> {
        let mut at = self.continued(self.pos);
        self.byte(at).filter(|byte| is_name_start(*byte))?;
        while self.byte(at).is_some_and(is_name_byte) {
            at = self.continued(at + 1);
        }
        Some(at)
    }

    fn after_name(&self, at: usize) -> After {
        let next = |at| self.continued(at + 1);
        match self.byte(at) {
            Some(b'=') => After::Assign { append: false },
            Some(b'+') if !self.is_dash() && self.byte(next(at)) == Some(b'=') => {
                After::Assign { append: true }
            }
            Some(b'[') if !self.is_dash() => After::Subscript,
            _ => After::Other,
        }
    }

    /// In command position: an assignment, or the first word.
    pub(super) fn assignment_or_word(&mut self, simple: &mut Simple) {
        let start = self.pos;
        let after = self.name_end().map_or(After::Other, |at| self.after_name(at));
        match after {
            After::Other => {
                let word = self.word(Mode::Argument);
                simple.words.push(word);
            }
            After::Assign { append } => {
                let name = self.take_name();
                let assignment = self.assignment(name, None, append, start);
                simple.assignments.push(assignment);
            }
            After::Subscript => {
                let name = self.take_name();
                // bash reads up to the bracket, blanks included, before it knows what it is.
                let index = self.subscript(false);
                match self.after_name(self.continued(self.pos)) {
                    After::Assign { append } => {
                        let assignment = self.assignment(name, Some(index), append, start);
                        simple.assignments.push(assignment);
                    }
                    _ => {
                        let mut pieces = Pieces::default();
                        pieces.literal(&name);
                        pieces.bracketed(index);
                        simple.words.push(self.word_after(start, pieces, Mode::Argument));
                    }
                }
            }
        }
    }

    /// From the operator on.
    fn assignment(&mut self, name: String, index: Option<Word>, append: bool, start: usize) -> Assignment {
        self.take(if append { 2 } else { 1 });
        let value = if self.peek() == Some(b'(') && !self.is_dash() {
            Value::Array(self.array())
        } else {
            Value::Scalar(self.word(Mode::Value))
        };
        Assignment {
            name,
            index,
            append,
            value,
            span: self.span_from(start),
        }
    }

    /// An array assignment among the arguments of a declaration.
    pub(super) fn array_argument(&mut self, declared: &mut Vec<Assignment>) -> bool {
        let Some(at) = self.name_end() else { return false };
        let After::Assign { append } = self.after_name(at) else {
            return false;
        };
        let mut value = self.continued(at + 1);
        if append {
            value = self.continued(value + 1);
        }
        if self.byte(value) != Some(b'(') {
            return false;
        }
        let start = self.pos;
        let name = self.take_name();
        declared.push(self.assignment(name, None, append, start));
        true
    }

    /// `( … )` after `=`.
    fn array(&mut self) -> Vec<(Option<Word>, Word)> {
        let start = self.pos;
        self.take(1);
        let mut elements = vec![];
        loop {
            self.newlines();
            match self.peek() {
                None => {
                    self.gap_from(start, "`)` of the array is missing");
                    return elements;
                }
                Some(b')') => {
                    self.take(1);
                    return elements;
                }
                Some(b'[') => elements.push(self.subscripted_element()),
                Some(byte) if self.starts_word(byte) => elements.push((None, self.word(Mode::Argument))),
                Some(_) => {
                    self.gap_here("an operator in an array");
                    self.take(1);
                }
            }
        }
    }

    /// `[i]=x`, or a word that starts with a bracket.
    fn subscripted_element(&mut self) -> (Option<Word>, Word) {
        let start = self.pos;
        let index = self.subscript(false);
        match self.after_name(self.continued(self.pos)) {
            After::Assign { append } => {
                self.take(if append { 2 } else { 1 });
                (Some(index), self.word(Mode::Value))
            }
            _ => {
                let mut pieces = Pieces::default();
                pieces.bracketed(index);
                (None, self.word_after(start, pieces, Mode::Argument))
            }
        }
    }

    /// `[ … ]` with its expansions, as bash pairs brackets; `braced`: inside `${…}`, where the first `}`
    /// ends all.
    pub(super) fn subscript(&mut self, braced: bool) -> Word {
        let opening = self.pos;
        self.take(1);
        let start = self.pos;
        let mut pieces = Pieces::default();
        let mut open = 0usize;
        loop {
            match self.peek() {
                None => {
                    self.gap_from(opening, "`]` is missing");
                    break;
                }
                Some(b'}') if braced => {
                    self.gap_from(opening, "`]` is missing");
                    break;
                }
                Some(b']') if open == 0 => break,
                Some(b']') => {
                    open -= 1;
                    self.take(1);
                    pieces.literal("]");
                }
                Some(b'[') => {
                    open += 1;
                    self.take(1);
                    pieces.literal("[");
                }
                Some(byte) => {
                    if !self.quoted_or_expanded(byte, &mut pieces) {
                        let from = self.pos;
                        self.take_char();
                        self.take_run(|byte| {
                            matches!(byte, b'[' | b']' | b'}' | b'\\' | b'\'' | b'"' | b'$' | b'`')
                        });
                        pieces.literal(&self.text[from..self.pos]);
                    }
                }
            }
        }
        let word = Word {
            parts: pieces.plain(),
            span: self.span_from(start),
        };
        self.took(b']');
        word
    }
}
