//! A search path gets a folder of the repository before the folders of the system.

use crate::model::{Anchor, EffectKind, Piece};
use crate::rules::matching::Subject;

/// Whether it does; says which folder.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Env {
        value: Some(value), ..
    } = subject.case.kind(subject.effect?)
    else {
        return None;
    };
    if matches!(value.pieces.first(), Some(Piece::Anchor(Anchor::Root))) {
        return Some(first(&value.display()));
    }
    let text = value.display();
    let part = first(&text);
    let in_tree = !part.starts_with('/')
        && !part.starts_with('~')
        && !part.starts_with("$HOME")
        && part != "$PATH"
        && part != "${PATH}"
        && part != "…"
        && !part.starts_with("<temp>")
        && (!part.starts_with('$') || part.contains("CLAUDE_PROJECT_DIR") || part.contains("PWD"));
    in_tree.then_some(part)
}

fn first(path: &str) -> String {
    path.split(':').next().unwrap_or(path).to_owned()
}
