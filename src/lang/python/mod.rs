//! Python: tree-sitter's tree to [`super::dynamic::tree`], lowered by [`super::dynamic::machine`]
//! with the table `apis/python.toml`.

mod literal;
mod read;
mod statement;

use super::Context;
use super::dynamic::api;
use super::dynamic::machine::{self, Dialect};
use super::dynamic::parse::{Program, Reader, parse};
use crate::model::clock::Clock;
use crate::model::{GapReason, Limits, Lowered, RepoPath, SourceId, Sources, Span};

static PYTHON: Dialect = Dialect {
    language: "python",
    interpreter: "python3",
    apis: api::python,
    read,
    local_by_assignment: true,
};

/// Lowers Python.
#[must_use]
pub fn lower(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered {
    machine::lower(source, sources, context, &PYTHON)
}

fn read(text: &str, _path: &RepoPath, limits: &Limits, clock: Clock) -> Program {
    let tree = match parse(text, &tree_sitter_python::LANGUAGE.into(), limits, clock) {
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
