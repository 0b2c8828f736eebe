//! Link definitions used as comments: `[//]: # "text"`.

use super::{Hidden, HiddenKind, Page};
use crate::model::Span;

/// Bytes of one title that are read.
const TITLE: usize = 4096;

/// Adds the titles of link definitions, and labels that are whole sentences.
pub(super) fn definitions(page: &mut Page) {
    let text = std::sync::Arc::clone(&page.text);
    let body = text.get(page.body.start..page.body.end).unwrap_or("");
    let mut code = page.code.clone();
    code.sort_by_key(|code| code.span.start);
    let mut code = code.into_iter().map(|code| code.span).peekable();
    let mut at = page.body.start;
    let mut skip_to = 0;
    for line in body.split_inclusive('\n') {
        let start = at;
        at += line.len();
        while code.next_if(|span| span.end <= start).is_some() {}
        if start < skip_to || code.peek().is_some_and(|span| span.start <= start) {
            continue;
        }
        // A definition may stand in a quote or a list.
        let indent = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
        let Some(definition) = read(text.get(start + indent..page.body.end).unwrap_or("")) else {
            continue;
        };
        let place = |range: std::ops::Range<usize>| Span::new(range.start, range.end).shift(start + indent);
        let span = place(0..definition.length);
        let mut hide = |content: Span| {
            page.hidden.push(Hidden {
                span,
                content,
                kind: HiddenKind::Definition,
                block: true,
            });
        };
        if let Some(title) = definition.title {
            hide(place(title));
        }
        let label = place(definition.label);
        let words = text
            .get(label.start..label.end)
            .unwrap_or("")
            .split_whitespace()
            .count();
        if words > 2 && definition.leads_nowhere {
            hide(label);
        }
        skip_to = span.end;
    }
}

struct Definition {
    label: std::ops::Range<usize>,
    title: Option<std::ops::Range<usize>>,
    leads_nowhere: bool,
    length: usize,
}

/// The link definition that `rest` starts with.
fn read(rest: &str) -> Option<Definition> {
    let label = rest.strip_prefix('[')?;
    if label.starts_with('^') {
        return None;
    }
    // CommonMark: a label has at most 999 characters.
    let length = label.char_indices().take(999).find(|(_, c)| *c == ']')?.0;
    let after = label.get(length..)?.strip_prefix("]:")?;
    let mut at = rest.len() - after.len();
    at += blank(rest.get(at..)?)?;
    let target = rest.get(at..)?;
    let target_length = target.find(char::is_whitespace).unwrap_or(target.len());
    let target = target.get(..target_length)?;
    if target.is_empty() {
        return None;
    }
    at += target_length;
    let end = at;
    let title = blank(rest.get(at..)?).and_then(|gap| {
        let inner = rest.get(at + gap..)?;
        let close = match inner.chars().next()? {
            '"' => '"',
            '\'' => '\'',
            '(' => ')',
            _ => return None,
        };
        let body = inner.get(1..)?;
        // Lines that each open a title must not be searched to the end of the file each.
        let capped = body.len() > TITLE;
        let body = if capped {
            body.get(..body.floor_char_boundary(TITLE))?
        } else {
            body
        };
        let blank = body.find("\n\n");
        let (body, capped) = (
            body.get(..blank.unwrap_or(body.len()))?,
            capped && blank.is_none(),
        );
        let stop = body.find(close).or(capped.then_some(body.len()))?;
        Some(at + gap + 1..at + gap + 1 + stop)
    });
    let end = title.as_ref().map_or(end, |title| title.end + 1).min(rest.len());
    Some(Definition {
        label: 1..1 + length,
        title,
        leads_nowhere: matches!(target, "#" | "<>" | "<#>" | "/" | "//"),
        length: end,
    })
}

/// The length of the white space at the start, with at most one line end in it.
fn blank(text: &str) -> Option<usize> {
    let length = text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len());
    (text.get(..length)?.matches('\n').count() < 2).then_some(length)
}
