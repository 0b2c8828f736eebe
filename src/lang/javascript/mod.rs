//! JavaScript and TypeScript: tree-sitter's tree to [`super::dynamic::tree`], lowered by
//! [`super::dynamic::machine`] with the table `apis/javascript.toml`.

pub(crate) mod literal;
mod pattern;
mod read;
pub(crate) mod statement;

use super::Context;
use super::dynamic::api;
use super::dynamic::machine::{self, Dialect};
use super::dynamic::parse::{Program, Reader, parse};
use crate::model::clock::Clock;
use crate::model::{GapReason, Limits, Lowered, RepoPath, SourceId, Sources, Span};

static JAVASCRIPT: Dialect = Dialect {
    language: "javascript",
    interpreter: "node",
    apis: api::javascript,
    read,
    local_by_assignment: false,
};

static TYPESCRIPT: Dialect = Dialect {
    language: "typescript",
    interpreter: "node",
    apis: api::javascript,
    read: read_typescript,
    ..JAVASCRIPT
};

/// Lowers JavaScript.
#[must_use]
pub fn lower(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered {
    machine::lower(source, sources, context, &JAVASCRIPT)
}

/// Lowers TypeScript.
#[must_use]
pub fn lower_typescript(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered {
    machine::lower(source, sources, context, &TYPESCRIPT)
}

/// Reads a file as its extension says; without one as JavaScript.
fn read(text: &str, path: &RepoPath, limits: &Limits, clock: Clock) -> Program {
    match path.extension() {
        Some("ts" | "mts" | "cts" | "tsx") => read_typescript(text, path, limits, clock),
        _ => read_as(text, &tree_sitter_javascript::LANGUAGE.into(), limits, clock),
    }
}

fn read_typescript(text: &str, path: &RepoPath, limits: &Limits, clock: Clock) -> Program {
    match path.extension() {
        Some("tsx") => read_as(text, &tree_sitter_typescript::LANGUAGE_TSX.into(), limits, clock),
        Some("js" | "mjs" | "cjs" | "jsx") => {
            read_as(text, &tree_sitter_javascript::LANGUAGE.into(), limits, clock)
        }
        _ => read_as(
            text,
            &tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            limits,
            clock,
        ),
    }
}

fn read_as(text: &str, language: &tree_sitter::Language, limits: &Limits, clock: Clock) -> Program {
    let tree = match parse(text, language, limits, clock) {
        Ok(tree) => tree,
        Err(reason) => {
            let gap = (Span::new(0, text.len()), GapReason::Limit, reason.to_owned());
            return Program {
                body: vec![],
                gaps: vec![gap],
            };
        }
    };
    let mut reader = Reader::new(text, limits);
    let body = statement::statements(&mut reader, tree.root_node());
    reader.note_errors(tree.root_node());
    Program {
        body,
        gaps: reader.gaps,
    }
}

#[cfg(test)]
mod tests;
