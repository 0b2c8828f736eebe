//! Front matter that is no YAML: `key: value`, one key at a time.

use super::{Feed, events};
use crate::lang::data::{Builder, Scalar};
use crate::model::Span;

/// Reads every key that starts a line as an entry; what follows up to the next one belongs to it. An
/// entry that is YAML by itself is read as such, another one as text.
pub(super) fn read(out: &mut Builder, text: &str, part: Span) {
    out.open(true, part.start);
    for (key, entry) in entries(text, part) {
        if let Ok(events) = events(text, entry)
            && let [_, (_, _), inner @ .., _, _] = events.as_slice()
            && let [(first, _), inner @ .., (_, _)] = inner
            && matches!(first, serde_saphyr::granit_parser::Event::MappingStart(..))
        {
            Feed::new(out, text).all(inner);
            continue;
        }
        let written = text.get(key.end..entry.end).unwrap_or("");
        let after_colon = key.end + 1;
        let body = text.get(after_colon..entry.end).unwrap_or("");
        let start = after_colon + (body.len() - body.trim_start().len());
        let value = Span::new(start, (key.end + written.trim_end().len()).max(start));
        out.key(Scalar::Plain(quotes(text, key)), key);
        out.scalar(Scalar::Plain(quotes(text, value)), value);
    }
    out.close(part.end);
}

/// The key and the whole of every entry.
fn entries(text: &str, part: Span) -> Vec<(Span, Span)> {
    let mut all: Vec<(Span, Span)> = vec![];
    let mut at = part.start;
    for line in text.get(part.start..part.end).unwrap_or("").split_inclusive('\n') {
        let next = at + line.len();
        let indented = line.starts_with([' ', '\t', '-', '#']);
        match line.find(':').filter(|_| !indented) {
            Some(colon) if colon > 0 => all.push((Span::new(at, at + colon), Span::new(at, next))),
            _ => {
                if let Some((_, entry)) = all.last_mut() {
                    entry.end = next;
                }
            }
        }
        at = next;
    }
    all
}

/// How many bytes of quotes stand around the text under `span`.
fn quotes(text: &str, span: Span) -> u8 {
    let written = text.get(span.start..span.end).unwrap_or("");
    let quoted = |quote: char| written.len() > 1 && written.starts_with(quote) && written.ends_with(quote);
    u8::from(quoted('"') || quoted('\''))
}
