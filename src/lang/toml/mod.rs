//! TOML: `.codex/config.toml`, `mise.toml`, `Cargo.toml`, `pyproject.toml` and kin.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lang::data::{Builder, DefectKind, Document, Scalar, align};
use crate::model::Span;

/// Reads a text. What the parser rejects stands in [`Document::void`]; the rest is read all the same.
#[must_use]
pub fn read(text: impl Into<Arc<str>>) -> Document {
    let text = text.into();
    let mut out = Builder::new(Arc::clone(&text));
    let (root, errors) = DeTable::parse_recoverable(&text);
    for error in errors {
        let span = error.span().map_or(Span::default(), span);
        out.defect(span, DefectKind::Syntax, error.message());
    }
    let mut steps = vec![];
    out.open(true, 0);
    push_table(&mut steps, root.get_ref(), text.len());
    while let Some(step) = steps.pop() {
        match step {
            Step::Close(end) => out.close(end),
            Step::Key(written, key) => {
                let at = span(written);
                out.key(align(under(&text, at), at, key), at);
            }
            Step::Value(value) => {
                let at = span(value.span());
                match value.get_ref() {
                    DeValue::Table(table) => {
                        out.open(true, at.start);
                        push_table(&mut steps, table, at.end);
                    }
                    DeValue::Array(items) => {
                        out.open(false, at.start);
                        steps.push(Step::Close(at.end));
                        steps.extend(items.iter().rev().map(Step::Value));
                    }
                    DeValue::String(value) => out.scalar(align(under(&text, at), at, value), at),
                    DeValue::Boolean(value) => out.scalar(Scalar::Bool(*value), at),
                    DeValue::Integer(_) | DeValue::Float(_) => out.scalar(Scalar::Number, at),
                    DeValue::Datetime(_) => out.scalar(Scalar::Plain(0), at),
                }
            }
        }
    }
    out.finish()
}

enum Step<'a> {
    Key(Range<usize>, &'a str),
    Value(&'a Spanned<DeValue<'a>>),
    Close(usize),
}

fn push_table<'a>(steps: &mut Vec<Step<'a>>, table: &'a DeTable<'a>, end: usize) {
    steps.push(Step::Close(end));
    let mut entries: Vec<_> = table.iter().collect();
    // The parser sorts by key; people expect the order of writing.
    entries.sort_by_key(|(key, _)| std::cmp::Reverse(key.span().start));
    for (key, value) in entries {
        steps.push(Step::Value(value));
        steps.push(Step::Key(key.span(), key.get_ref()));
    }
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or("")
}
