//! `$((…))`, `$[…]`, `((…))` and the head of `for ((…))`.

use super::Parser;
use super::pieces::Pieces;
use crate::lang::shell::ast::{Compound, Part, Word};

/// How an attempt to read arithmetic ended.
enum Attempt {
    Read(Vec<Part>),
    /// The parenthesis that closes is single: these are commands.
    Commands,
    /// The text ended before.
    Unclosed(Vec<Part>),
}

/// What is put back if the attempt was wrong.
struct Before {
    pos: usize,
    gaps: usize,
    pending: usize,
}

impl Parser<'_, '_> {
    /// `$((`: arithmetic, or `None` if it is `$( (`. dash never takes it for commands.
    pub(super) fn dollar_arithmetic(&mut self) -> Option<Part> {
        self.arithmetic(3, !self.is_dash()).map(Part::Arithmetic)
    }

    /// `((` in command position.
    pub(super) fn arithmetic_command(&mut self) -> Option<Compound> {
        let start = self.pos;
        let parts = self.arithmetic(2, true)?;
        Some(Compound::Arithmetic(Word {
            parts,
            span: self.span_from(start),
        }))
    }

    /// `((…;…;…))` of `for`.
    pub(super) fn arithmetic_head(&mut self) -> Word {
        let start = self.pos;
        let parts = self.arithmetic(2, false).unwrap_or_default();
        Word {
            parts,
            span: self.span_from(start),
        }
    }

    /// Reads arithmetic after `opening` characters. bash looks for the closing parenthesis first: if it is
    /// not double, the text is read again as commands. That may happen at each level, so there is a budget.
    fn arithmetic(&mut self, opening: usize, may_be_commands: bool) -> Option<Vec<Part>> {
        let before = Before {
            pos: self.pos,
            gaps: self.shared.gaps.len(),
            pending: self.pending.len(),
        };
        if may_be_commands && self.shared.reread == 0 {
            self.gap_here("too much text to read twice");
            return None;
        }
        self.take(opening);
        match self.arithmetic_parts(b')') {
            Attempt::Read(parts) => Some(parts),
            Attempt::Commands if may_be_commands => {
                self.shared.affords(self.pos - before.pos);
                self.pos = before.pos;
                self.shared.gaps.truncate(before.gaps);
                self.pending.truncate(before.pending);
                None
            }
            Attempt::Commands => {
                self.gap_from(before.pos, "`))` is missing");
                Some(vec![])
            }
            Attempt::Unclosed(parts) => {
                self.gap_from(before.pos, "`))` is missing");
                Some(parts)
            }
        }
    }

    /// `$[…]`.
    pub(super) fn arithmetic_bracket(&mut self) -> Part {
        let start = self.pos;
        if !self.deeper() {
            self.skip_balanced();
            return Part::Literal(String::new());
        }
        self.take(2);
        let parts = match self.arithmetic_parts(b']') {
            Attempt::Read(parts) => parts,
            Attempt::Commands => vec![],
            Attempt::Unclosed(parts) => {
                self.gap_from(start, "`]` is missing");
                parts
            }
        };
        self.shallower();
        Part::Arithmetic(parts)
    }

    /// Up to `close` (`)` stands for `))`), brackets of its kind paired, quotes taken as bash pairs them.
    fn arithmetic_parts(&mut self, close: u8) -> Attempt {
        let opening = if close == b')' { b'(' } else { b'[' };
        let mut pieces = Pieces::default();
        let mut open = 0usize;
        let mut single = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' if !self.is_dash() => {
                    single = !single;
                    self.take(1);
                    pieces.literal("'");
                }
                b'"' if !self.is_dash() && !single => {
                    let part = self.double_quoted();
                    pieces.part(part);
                }
                b'\\' => {
                    self.pos += 1;
                    pieces.literal("\\");
                    if let Some(next) = self.take_char() {
                        pieces.literal(next.encode_utf8(&mut [0; 4]));
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
                _ if byte == opening && !single => {
                    open += 1;
                    self.take(1);
                    pieces.literal(if byte == b'(' { "(" } else { "[" });
                }
                _ if byte == close && !single && open > 0 => {
                    open -= 1;
                    self.take(1);
                    pieces.literal(if byte == b')' { ")" } else { "]" });
                }
                _ if byte == close && !single => {
                    if close == b')' && self.look(1) != Some(b')') {
                        return Attempt::Commands;
                    }
                    self.take(if close == b')' { 2 } else { 1 });
                    return Attempt::Read(pieces.plain());
                }
                _ => {
                    let from = self.pos;
                    self.take_char();
                    self.take_run(|byte| {
                        matches!(
                            byte,
                            b'\'' | b'"' | b'\\' | b'$' | b'`' | b'(' | b')' | b'[' | b']'
                        )
                    });
                    pieces.literal(&self.text[from..self.pos]);
                }
            }
        }
        Attempt::Unclosed(pieces.plain())
    }
}
