//! Finds the way from a decoded string back to the bytes it was written with, for formats whose
//! parser hands over the decoded text only.

use super::builder::{Scalar, index};
use crate::model::Span;

/// The scalar for `value`, which a parser decoded from `written`, the text under `span`.
pub(in crate::lang) fn align(written: &str, span: Span, value: &str) -> Scalar {
    for quote in [0u8, 1, 3] {
        let inner = usize::from(quote)..written.len().saturating_sub(usize::from(quote));
        if written.get(inner) == Some(value) {
            return Scalar::Plain(quote);
        }
    }
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut raw = written.char_indices().peekable();
    if quote.is_some() {
        raw.next();
    } else if written.starts_with(['|', '>']) {
        // The header of a block scalar is no part of it.
        while raw.next_if(|(_, c)| *c != '\n').is_some() {}
        raw.next();
    }
    let mut pieces: Vec<(u32, u32)> = vec![];
    let mut in_step = None;
    for (here, c) in value.char_indices() {
        let at = loop {
            let Some(&(at, r)) = raw.peek() else {
                break written.len();
            };
            if r == '\\' && quote == Some('"') {
                raw.next();
                let digits = match raw.next().map(|(_, escape)| escape) {
                    Some('x') => 2,
                    Some('u') => 4,
                    Some('U') => 8,
                    Some('\n' | '\r') => continue,
                    _ => 0,
                };
                for _ in 0..digits {
                    raw.next();
                }
                break at;
            }
            raw.next();
            let folded = c == ' ' && matches!(r, '\n' | '\r');
            if r == c || folded {
                break at;
            }
        };
        if in_step != Some(at) {
            pieces.push((index(here), index(span.start + at)));
        }
        in_step = Some(at + c.len_utf8()).filter(|next| raw.peek().is_some_and(|(at, _)| at == next));
    }
    Scalar::Decoded {
        value: value.to_owned(),
        pieces,
        end: index(span.end),
    }
}
