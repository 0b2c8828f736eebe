//! Characters that deceive: invisible text, reordered text, letters that look like others.
//!
//! Scripts and emoji need invisible characters too; those uses are known here and not reported. What
//! remains says what it hides, decoded where the code is a usual one.

mod bidi;
mod disguise;
mod invisible;
mod ranges;
#[cfg(test)]
mod tests;

use crate::model::Span;

pub use disguise::{Disguise, disguise};

/// What kind of deception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenKind {
    /// Tag characters (U+E0000 …): a second alphabet that no screen draws and that models read.
    Tags,
    /// Variation selectors that select nothing: a payload, a byte each.
    Variations,
    /// Zero-width characters in a number or mixture that can carry a payload.
    ZeroWidth,
    /// Letters and blanks that have width but no ink (Hangul fillers).
    Filler,
    /// Direction controls that show text in another order than it is read.
    Bidi,
    /// Control characters that change what a terminal shows.
    Control,
    /// A few single invisible characters that carry nothing: usually left over from pasting.
    Stray,
}

/// A place with hidden or reordered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// From the first to the last character that deceives.
    pub span: Span,
    /// Kind.
    pub kind: HiddenKind,
    /// What it says: the hidden text, or for [`HiddenKind::Bidi`] the text in the order it is read.
    pub decoded: Option<String>,
}

/// All hidden or reordered places of `text`, in order.
#[must_use]
pub fn find(text: &str) -> Vec<Hidden> {
    if text.is_ascii() && !text.bytes().any(|b| matches!(b, 0x1b | 0x08 | 0x7f | b'\r')) {
        return vec![];
    }
    let mut all = invisible::find(text);
    all.extend(bidi::find(text));
    all.extend(controls(text));
    all.sort_by_key(|hidden| (hidden.span.start, hidden.span.end));
    all
}

/// The text without the characters that no screen shows, for comparing words. Spans do not carry over.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !ranges::is_invisible(*c)).collect()
}

/// Whether `c` is drawn as nothing: zero-width, a tag, a variation selector or a direction control.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    ranges::is_invisible(c)
}

/// Escape sequences, backspaces, and carriage returns that write over a line.
fn controls(text: &str) -> Vec<Hidden> {
    let old_line_ends = !text.contains('\n');
    let mut all: Vec<Hidden> = vec![];
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let overwrites =
            c == '\r' && !old_line_ends && chars.peek().is_some_and(|(_, next)| !matches!(next, '\n' | '\r'));
        if overwrites || matches!(c, '\u{1b}' | '\u{8}' | '\u{7f}' | '\u{9b}') {
            let span = Span::new(at, at + c.len_utf8());
            match all.last_mut() {
                Some(last) if at - last.span.end < 64 => last.span.end = span.end,
                _ => all.push(Hidden {
                    span,
                    kind: HiddenKind::Control,
                    decoded: None,
                }),
            }
        }
    }
    all
}
