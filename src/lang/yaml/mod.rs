//! YAML: small configuration files and the front matter of Markdown.
//!
//! Readers of front matter are lenient, so a text that is no YAML is read line by line as
//! `key: value`, each key on its own, and the objection stands in [`Document::void`].

mod lenient;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, options};

use crate::lang::data::{Builder, DefectKind, Document, Scalar, align};
use crate::model::Span;

/// Nodes that aliases may copy in one document.
const COPIED: usize = 20_000;

/// Reads a whole text.
#[must_use]
pub fn read(text: impl Into<Arc<str>>) -> Document {
    let text = text.into();
    let all = Span::new(0, text.len());
    read_part(text, all)
}

/// Reads the part of `text` under `part`, such as front matter; spans refer to the whole text.
/// Of several documents the first counts.
#[must_use]
pub fn read_part(text: impl Into<Arc<str>>, part: Span) -> Document {
    let text = text.into();
    let mut out = Builder::new(Arc::clone(&text));
    match events(&text, part) {
        Ok(events) => Feed::new(&mut out, &text).all(&events),
        Err((span, message)) => {
            out.defect(span, DefectKind::Syntax, message);
            lenient::read(&mut out, &text, part);
        }
    }
    out.finish()
}

type Events<'t> = Vec<(Event<'t>, Span)>;

/// The parser's events with spans in the whole text.
fn events(text: &str, part: Span) -> Result<Events<'_>, (Span, String)> {
    let body = text.get(part.start..part.end).unwrap_or("");
    let mut limits = options! { emit_unresolved_aliases: true };
    limits.set_emit_comments(false);
    let mut all = vec![];
    let mut end = part.start;
    for event in Parser::new_from_str_with_options(body, limits) {
        match event {
            Ok((event, span)) => {
                // An implied empty value has no range of its own.
                let range = span.byte_range().unwrap_or(0..0);
                let Range { start, end: stop } = range;
                let span = Span::new(part.start + start, (part.start + stop).min(part.end));
                end = end.max(span.end);
                all.push((event, span));
            }
            Err(error) => {
                let at = error.marker().byte_offset().map_or(end, |at| part.start + at);
                let at = floor(text, at.min(part.end));
                return Err((Span::new(at, at), error.info()));
            }
        }
    }
    Ok(all)
}

/// The next character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Hands events to the builder.
struct Feed<'b, 't> {
    out: &'b mut Builder,
    text: &'t str,
    /// Anchors whose node is complete, as ranges of nodes.
    anchors: HashMap<usize, Range<u32>>,
    /// Open containers: first node, anchor, whether they stand in place of a key.
    open: Vec<(u32, usize)>,
    /// Depth inside a container used as a key, which is skipped.
    skipped: usize,
    copied: usize,
}

impl<'b, 't> Feed<'b, 't> {
    fn new(out: &'b mut Builder, text: &'t str) -> Self {
        Self {
            out,
            text,
            anchors: HashMap::new(),
            open: vec![],
            skipped: 0,
            copied: 0,
        }
    }

    fn all(&mut self, events: &[(Event<'_>, Span)]) {
        let mut documents = 0;
        for (event, span) in events {
            if matches!(event, Event::DocumentStart(..)) {
                documents += 1;
                if documents > 1 {
                    self.out
                        .defect(*span, DefectKind::TrailingText, "more than one document");
                    return;
                }
            }
            self.event(event, *span);
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Span) {
        if self.skipped > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipped += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipped -= 1,
                _ => {}
            }
            return;
        }
        let is_key = self.out.in_map() == Some(true) && !self.out.has_key();
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let first = self.out.next_node();
                let forced = tag.as_ref().is_some_and(|tag| tag.core_suffix() == Some("str"));
                let scalar = self.scalar(value, *style, span, forced || is_key);
                if is_key {
                    self.out.key(scalar, span);
                } else {
                    self.out.scalar(scalar, span);
                    self.remember(*anchor, first);
                }
            }
            Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                if is_key {
                    self.out
                        .defect(span, DefectKind::Syntax, "a list or map as a key");
                    self.out.key(Scalar::Plain(0), Span::new(span.start, span.start));
                    self.skipped = 1;
                    return;
                }
                self.open.push((self.out.next_node(), *anchor));
                self.out
                    .open(matches!(event, Event::MappingStart(..)), span.start);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.out.close(span.end);
                if let Some((first, anchor)) = self.open.pop() {
                    self.remember(anchor, first);
                }
            }
            Event::Alias(anchor) => self.alias(*anchor, span, is_key),
            Event::UnresolvedAlias(_) => {
                self.out
                    .defect(span, DefectKind::Syntax, "an alias without its anchor");
                // `tools: *` is meant as text.
                if is_key {
                    self.out.key(Scalar::Plain(0), span);
                } else {
                    self.out.scalar(Scalar::Plain(0), span);
                }
            }
            _ => {}
        }
    }

    fn remember(&mut self, anchor: usize, first: u32) {
        if anchor != 0 {
            self.anchors.insert(anchor, first..self.out.next_node());
        }
    }

    fn alias(&mut self, anchor: usize, span: Span, is_key: bool) {
        let nodes = self.anchors.get(&anchor).cloned().unwrap_or(0..0);
        self.copied = self.copied.saturating_add(nodes.len());
        if is_key {
            self.out.key(Scalar::Plain(0), span);
        } else if nodes.is_empty() {
            self.out
                .defect(span, DefectKind::Syntax, "an alias inside its own anchor");
            self.out.scalar(Scalar::Null, span);
        } else if self.copied > COPIED {
            self.out.defect(span, DefectKind::Limit, "aliases copy too much");
            self.out.scalar(Scalar::Null, span);
        } else {
            self.out.copy(nodes);
        }
    }

    fn scalar(&self, value: &str, style: ScalarStyle, span: Span, as_text: bool) -> Scalar {
        if style == ScalarStyle::Plain && !as_text {
            match value {
                "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
                "true" | "True" | "TRUE" => return Scalar::Bool(true),
                "false" | "False" | "FALSE" => return Scalar::Bool(false),
                value if is_number(value) => return Scalar::Number,
                _ => {}
            }
        }
        align(self.text.get(span.start..span.end).unwrap_or(""), span, value)
    }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if let Some(hex) = digits.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.parse::<f64>().is_ok()
}
