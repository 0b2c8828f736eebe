//! Shell text to [`Script`]: one scan by recursive descent that never stops at an error.
//!
//! The shells differ and so does the parser: what a text means is decided by the [`Dialect`] alone.
//! Facts about a shell in these files are measured with bash 5.2.15, dash 0.5.12 and zsh 5.9; the
//! differential test (`tests/shell_differential`) compares the trees with the first two.
//!
//! | file | reads |
//! |---|---|
//! | `cursor` | characters: backslash-newline, blanks, comments; mapping of positions |
//! | `commands`, `compounds`, `conditions` | the grammar, reserved words, `[[ … ]]` |
//! | `assignments`, `redirects`, `heredocs` | what stands before, between and after the words |
//! | `words`, `pieces` | words; braces and brackets, resolved when the word has ended |
//! | `quotes`, `substitutions`, `parameters`, `arithmetic` | what expands inside a word |

use super::ast::{Dialect, Script, Word};
use crate::model::{Limits, Span};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

mod arithmetic;
mod assignments;
mod commands;
mod compounds;
mod conditions;
mod cursor;
mod heredocs;
mod parameters;
mod pieces;
mod quotes;
mod redirects;
mod reserved;
mod substitutions;
#[cfg(test)]
mod tests;
mod words;

use cursor::{Clean, Map};
use reserved::Closers;

/// Gaps kept for one text. More say nothing new: the reading is partial.
const MAX_GAPS: usize = 500;

/// Parses `text` as `dialect` reads it. What the shell would reject and what could not be parsed is
/// in [`Script::gaps`]; the rest of the text is parsed as well as possible.
///
/// Bounds: [`Limits::code_bytes`] of the text, [`Limits::depth`] levels of nesting. Beyond either,
/// there is a gap.
#[must_use]
pub fn parse(text: &str, dialect: Dialect, limits: &Limits) -> Script {
    let mut shared = Shared::new(limits, text.len());
    let mut kept = text;
    if text.len() > limits.code_bytes {
        let cut = text.floor_char_boundary(limits.code_bytes);
        kept = &text[..cut];
        shared.gap(
            Span::new(cut, text.len()),
            "longer than the limit for one program text",
        );
    }
    // bash and dash drop NUL bytes as they read.
    let clean = kept.contains('\0').then(|| Clean::without_nul(kept));
    let mut parser = match &clean {
        Some(clean) => Parser::new(&clean.text, Map::table(&clean.table), dialect, &mut shared),
        None => Parser::new(kept, Map::Same, dialect, &mut shared),
    };
    let mut list = parser.program();
    heredocs::fill_list(&mut list, &mut shared.bodies);
    Script {
        list,
        gaps: shared.gaps,
    }
}

/// What all parsers of one text share: nested texts (backticks, indented here-documents) have their own
/// [`Parser`], but one account.
struct Shared {
    max_depth: usize,
    depth: usize,
    gaps: Vec<(Span, String)>,
    /// Bodies of here-documents by the position of their operator: a body is read lines after its
    /// redirect, so it is put into the finished tree.
    bodies: HashMap<usize, Word>,
    /// Bytes that may still be read again: `$((` that turns out to be `$( (`, here-documents inside the
    /// bodies of others.
    reread: usize,
    /// `shopt -s extglob` was seen.
    extglob: bool,
}

impl Shared {
    fn new(limits: &Limits, bytes: usize) -> Self {
        Self {
            max_depth: limits.depth,
            depth: 0,
            gaps: vec![],
            bodies: HashMap::new(),
            reread: bytes.saturating_mul(4).saturating_add(1 << 16),
            extglob: false,
        }
    }

    /// Takes `bytes` from what may be read again, if there is enough left.
    fn affords(&mut self, bytes: usize) -> bool {
        match self.reread.checked_sub(bytes) {
            Some(rest) => {
                self.reread = rest;
                true
            }
            None => {
                self.reread = 0;
                false
            }
        }
    }

    fn gap(&mut self, span: Span, reason: &str) {
        if self.gaps.len() < MAX_GAPS {
            self.gaps.push((span, reason.to_owned()));
        }
    }

    fn body(&mut self, operator: usize, body: Word) {
        match self.bodies.entry(operator) {
            Entry::Occupied(mut slot) => {
                slot.insert(body);
            }
            Entry::Vacant(slot) => {
                slot.insert(body);
            }
        }
    }
}

/// A reader of one text.
struct Parser<'t, 's> {
    text: &'t str,
    /// Where the next character is read.
    pos: usize,
    /// Where the text ends for now (inside backticks: before the closing one).
    end: usize,
    map: Map<'t>,
    dialect: Dialect,
    /// Here-documents whose body starts after the next newline.
    pending: Vec<heredocs::Pending>,
    /// What the constructs that are open accept as their end, the innermost last.
    closers: Vec<Closers>,
    /// Directly inside `$( … )`.
    in_substitution: bool,
    /// Directly inside the body of a here-document.
    in_document: bool,
    shared: &'s mut Shared,
}

impl<'t, 's> Parser<'t, 's> {
    fn new(text: &'t str, map: Map<'t>, dialect: Dialect, shared: &'s mut Shared) -> Self {
        Self {
            text,
            pos: 0,
            end: text.len(),
            map,
            dialect,
            pending: vec![],
            closers: vec![],
            in_substitution: false,
            in_document: false,
            shared,
        }
    }

    fn is_bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    fn is_dash(&self) -> bool {
        self.dialect == Dialect::Dash
    }

    fn is_zsh(&self) -> bool {
        self.dialect == Dialect::Zsh
    }

    /// The span from `start` to here, in the text handed to [`parse`].
    fn span_from(&self, start: usize) -> Span {
        self.span(start, self.pos)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.map.span(start, end)
    }

    fn gap(&mut self, start: usize, end: usize, reason: &str) {
        let span = self.span(start, end.max(start));
        self.shared.gap(span, reason);
    }

    /// A gap from `start` to here.
    fn gap_from(&mut self, start: usize, reason: &str) {
        self.gap(start, self.pos, reason);
    }

    /// A gap at the next character.
    fn gap_here(&mut self, reason: &str) {
        let width = self.text[self.pos..self.end]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        self.gap(self.pos, self.pos + width, reason);
    }

    /// Goes one level down, unless the limit is reached.
    fn deeper(&mut self) -> bool {
        let fits = self.shared.depth < self.shared.max_depth;
        if fits {
            self.shared.depth += 1;
        }
        fits
    }

    fn shallower(&mut self) {
        self.shared.depth = self.shared.depth.saturating_sub(1);
    }
}
