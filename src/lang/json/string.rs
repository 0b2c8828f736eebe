//! Strings: escapes decoded, with the way back to the bytes written.

use crate::lang::data::{Builder, DefectKind, Scalar, index};
use crate::model::Span;

/// Reads the string whose opening quote is at `start`; returns it with the end of its span.
pub(super) fn read(out: &mut Builder, start: usize) -> (Scalar, usize) {
    let text = std::sync::Arc::clone(out.text());
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    if quote != b'"' {
        let span = Span::new(start, start + 1);
        out.defect(span, DefectKind::Quotes, "a string in single quotes");
    }
    let mut at = start + 1;
    let mut run = at;
    let mut value = String::new();
    let mut pieces = vec![];
    let (end, inner_end) = loop {
        let stop = |b: &u8| *b == quote || *b == b'\\' || *b < 0x20;
        at += bytes
            .get(at..)
            .unwrap_or(&[])
            .iter()
            .position(stop)
            .unwrap_or(bytes.len() - at);
        let Some(&byte) = bytes.get(at) else {
            let span = Span::new(start, at);
            out.defect(span, DefectKind::Truncated, "the text ends inside a string");
            break (at, at);
        };
        if byte == quote {
            break (at + 1, at);
        }
        if byte != b'\\' {
            let ends = byte == b'\n' && line_starts_anew(bytes, at);
            let what = if ends {
                "a string without its closing quote"
            } else {
                "a raw control character in a string"
            };
            out.defect(Span::new(at, at + 1), DefectKind::Escape, what);
            if ends {
                break (at, at);
            }
            at += 1;
            continue;
        }
        pieces.push((index(value.len()), index(run)));
        value.push_str(text.get(run..at).unwrap_or(""));
        pieces.push((index(value.len()), index(at)));
        let (c, next) = escape(out, &text, at);
        value.extend(c);
        at = next;
        run = at;
    };
    if pieces.is_empty() && end == inner_end + 1 {
        return (Scalar::Plain(1), end);
    }
    pieces.push((index(value.len()), index(run)));
    value.push_str(text.get(run..inner_end).unwrap_or(""));
    // Of pieces that start at one offset only the last holds text.
    pieces.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            *kept = *next;
        }
        same
    });
    let end_there = index(inner_end);
    (
        Scalar::Decoded {
            value,
            pieces,
            end: end_there,
        },
        end,
    )
}

/// Decodes the escape at `at`; returns the character and where the text goes on.
fn escape(out: &mut Builder, text: &str, at: usize) -> (Option<char>, usize) {
    let Some(c) = text.get(at + 1..).and_then(|rest| rest.chars().next()) else {
        return (None, at + 1);
    };
    let next = at + 1 + c.len_utf8();
    let c = match c {
        '"' | '\\' | '/' => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => match unit(text, next) {
            Some(high @ 0xd800..0xdc00) => {
                let low = text.get(next + 4..).filter(|rest| rest.starts_with("\\u"));
                return match low.and_then(|_| unit(text, next + 6)) {
                    Some(low @ 0xdc00..0xe000) => {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        (char::from_u32(code), next + 10)
                    }
                    _ => (Some(char::REPLACEMENT_CHARACTER), next + 4),
                };
            }
            Some(code) => {
                return (
                    char::from_u32(code).or(Some(char::REPLACEMENT_CHARACTER)),
                    next + 4,
                );
            }
            None => {
                out.defect(
                    Span::new(at, next),
                    DefectKind::Escape,
                    "an escape without its four digits",
                );
                'u'
            }
        },
        c => {
            out.defect(
                Span::new(at, next),
                DefectKind::Escape,
                format!("no escape: \\{c}"),
            );
            c
        }
    };
    (Some(c), next)
}

/// The four hexadecimal digits at `at`.
fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Whether the line after the line feed at `at` looks like a new entry, so that the string before it
/// must have lost its closing quote.
fn line_starts_anew(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at..)
        .unwrap_or(&[])
        .iter()
        .take(256)
        .find(|b| !b.is_ascii_whitespace())
        .is_some_and(|b| matches!(b, b'"' | b'}' | b']'))
}
