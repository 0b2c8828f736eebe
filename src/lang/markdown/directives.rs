//! What Claude Code acts upon in a body: `@imports`, inline shell, arguments.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{Hidden, HiddenKind, Import, InlineShell, Page};
use crate::model::Span;

#[expect(
    clippy::expect_used,
    reason = "the patterns are constants that a test compiles"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

// The forms the client's own patterns accept.
static IMPORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|\s)(@((?:[^\s\\]|\\ )+))"));
static INLINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|\s)(!`([^`]+)`)"));
static FENCED: LazyLock<Regex> = LazyLock::new(|| pattern(r"```!\s*\n?((?s:.*?))\n?```"));
static ARGUMENTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$(?:ARGUMENTS(?:\[\d+\])?|\d)"));

pub(super) fn find(page: &mut Page) {
    let text = Arc::clone(&page.text);
    let shift = page.body.start;
    let body = text.get(shift..page.body.end).unwrap_or("");
    let place = |found: regex::Match<'_>| Span::new(found.start(), found.end()).shift(shift);

    // Unlike imports, shell is found by its form alone, in code too.
    for found in captures(&INLINE, "!`", body) {
        if let (Some(all), Some(command)) = (found.get(1), found.get(2)) {
            page.shell.push(InlineShell {
                span: place(all),
                command: place(command),
                fenced: false,
            });
        }
    }
    for found in captures(&FENCED, "```!", body) {
        if let (Some(all), Some(command)) = (found.get(0), found.get(1)) {
            page.shell.push(InlineShell {
                span: place(all),
                command: place(command),
                fenced: true,
            });
        }
    }
    page.shell.sort_by_key(|shell| shell.span.start);
    let arguments = captures(&ARGUMENTS, "$", body).filter_map(|found| found.get(0));
    page.arguments.extend(arguments.map(place));
    imports(page, body, shift);
}

/// What `pattern` finds in `body`. A pattern is compiled only for a text that holds `mark`, without which
/// it finds nothing.
fn captures<'t>(
    pattern: &'static LazyLock<Regex>,
    mark: &str,
    body: &'t str,
) -> impl Iterator<Item = regex::Captures<'t>> {
    let found = body.contains(mark).then(|| pattern.captures_iter(body));
    found.into_iter().flatten()
}

fn imports(page: &mut Page, body: &str, shift: usize) {
    let comment = |hidden: &Hidden| hidden.kind == HiddenKind::Comment;
    let mut skipped: Vec<Span> = page.code.iter().map(|code| code.span).collect();
    skipped.extend(
        page.hidden
            .iter()
            .filter(|hidden| comment(hidden))
            .map(|hidden| hidden.span),
    );
    skipped.sort_by_key(|span| span.start);
    let mut skipped = skipped.into_iter().peekable();
    let mut covered = 0;
    for found in captures(&IMPORT, "@", body) {
        let (Some(all), Some(path)) = (found.get(1), found.get(2)) else {
            continue;
        };
        let span = Span::new(all.start(), all.end()).shift(shift);
        while let Some(span) = skipped.next_if(|skip| skip.start <= span.start) {
            covered = covered.max(span.end);
        }
        if span.start < covered {
            continue;
        }
        if let Some(path) = import_path(path.as_str()) {
            page.imports.push(Import { span, path });
        }
    }
}

fn import_path(written: &str) -> Option<String> {
    let path = written.split('#').next().unwrap_or("").replace("\\ ", " ");
    let named = path.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    let rooted = path.starts_with("~/") || (path.starts_with('/') && path != "/");
    (named || rooted).then_some(path)
}
