//! Text addressed to the model, from Markdown: what a page shows, what it does not show, and the
//! files it imports.

use std::sync::Arc;

use crate::lang::markdown::{self, Page};
use crate::model::effect::Visibility;
use crate::model::source::Hop;
use crate::model::{GapReason, Location, Lowered, Place, RepoPath, SourceId, Span};
use crate::surface::Reader;
use crate::surface::covers::Touched;
use crate::surface::reader::instruct;

/// Imports deeper than this are not followed by the client (its documentation on memory: five hops).
const HOPS: usize = 5;
/// Most imported files of one text.
const FILES: usize = 50;

/// The page of `source`.
pub(super) fn page(reader: &Reader<'_>, source: SourceId) -> Page {
    markdown::read(Arc::clone(reader.sources.text(source)))
}

/// Adds the text of `page`: one effect for what a rendered page shows (what it hides is blanked, so
/// that offsets stay), one for each text that it hides.
pub(super) fn add(page: &Page, source: SourceId, lowered: &mut Lowered) {
    let body = page.slice(page.body);
    let mut shown = body.as_bytes().to_vec();
    for hidden in &page.hidden {
        let start = hidden.span.start.saturating_sub(page.body.start);
        let end = hidden.span.end.saturating_sub(page.body.start).min(shown.len());
        for byte in shown.get_mut(start..end).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    let shown = String::from_utf8(shown).unwrap_or_else(|_| body.to_owned());
    if !shown.trim().is_empty() {
        lowered.push(instruct(
            &shown,
            Visibility::Visible,
            Place::new(source, page.body),
        ));
    }
    for hidden in &page.hidden {
        let text = page.slice(hidden.content);
        if text.chars().filter(|c| c.is_alphanumeric()).count() >= 3 {
            lowered.push(instruct(
                text,
                Visibility::NotRendered,
                Place::new(source, hidden.content),
            ));
        }
    }
    let whole = Span::new(0, page.text.len());
    for (text, place) in invisible(page.slice(whole), source) {
        lowered.push(instruct(&text, Visibility::Invisible, place));
    }
}

/// Texts that no screen shows, decoded where they carry letters.
fn invisible(text: &str, source: SourceId) -> Vec<(String, Place)> {
    crate::lang::unicode::find(text)
        .into_iter()
        .filter_map(|hidden| Some((hidden.decoded?, Place::new(source, hidden.span))))
        .collect()
}

/// Adds the text of `source` and of every file that it imports.
pub(super) fn add_with_imports(
    reader: &mut Reader<'_>,
    source: SourceId,
    folder: &RepoPath,
    lowered: &mut Lowered,
) {
    let mut open = vec![(source, folder.clone(), 0_usize)];
    let mut seen = vec![reader.sources.get(source).path.clone()];
    while let Some((source, folder, hops)) = open.pop() {
        let page = page(reader, source);
        add(&page, source, lowered);
        for import in &page.imports {
            let place = Place::new(source, import.span);
            let at = match import.path.strip_prefix("~/") {
                Some(rest) => Location::Home(rest.to_owned()),
                None => Location::Tree(folder.clone()).join(&import.path),
            };
            let Location::Tree(path) = at else {
                // The client asks once before it reads such a file; the tree cannot show it.
                lowered
                    .coverage
                    .note(place, GapReason::Outside, import.path.clone());
                continue;
            };
            if seen.contains(&path) {
                continue;
            }
            if seen.len() > FILES {
                lowered.coverage.note(place, GapReason::Limit, path.as_str());
                continue;
            }
            if hops >= HOPS {
                lowered.coverage.note(place, GapReason::Limit, path.as_str());
                continue;
            }
            seen.push(path.clone());
            // A word with `@` that names no file is no import.
            if let Ok(text) = reader.files.glance(&path) {
                reader.files.note(Touched::File(path));
                let folder = text.path.parent().unwrap_or_default();
                let next = reader.sources.reached(place, Hop::Import, text.path, text.text);
                open.push((next, folder, hops + 1));
            }
        }
    }
}
