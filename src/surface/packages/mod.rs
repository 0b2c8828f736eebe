//! Build files and package manifests: which commands a target runs, as shell text with its places, and
//! what an installation runs by itself.

use crate::model::Span;

mod just;
pub mod life_cycle;
mod make;
mod make_text;
mod mise;
mod taskfile;
#[cfg(test)]
mod tests;

/// A piece of shell text with its place in the build file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub text: String,
    pub span: Span,
}

/// One target or recipe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Recipe {
    /// Names; in make a `%` stands for any text.
    pub names: Vec<String>,
    /// Targets that are made before, by name.
    pub needs: Vec<String>,
    /// Targets that are made after.
    pub then: Vec<String>,
    /// What it runs, each line in a shell of its own.
    pub lines: Vec<Line>,
    /// Its whole body is one script for the interpreter of this first line (`#!…`).
    pub script: Option<Line>,
    /// Folder it works in, relative to the build file.
    pub dir: Option<String>,
}

impl Recipe {
    /// Whether it makes `target`.
    pub fn makes(&self, target: &str) -> bool {
        self.names.iter().any(|name| match name.split_once('%') {
            Some((start, end)) => {
                target.len() >= start.len() + end.len() && target.starts_with(start) && target.ends_with(end)
            }
            None => name == target,
        })
    }
}

/// What a build file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Recipes {
    /// Every recipe, in order.
    pub all: Vec<Recipe>,
    /// What runs whenever the file is read: `X := $(shell …)`, backticks, dynamic variables.
    pub at_reading: Vec<Line>,
    /// Other files it reads, relative to it, with where they are named.
    pub includes: Vec<String>,
    /// The recipe that is run when none is named.
    pub default: Option<String>,
}

/// Names under which a tool looks for its file, in order, with the reader.
pub(super) type Reader = fn(&str, usize) -> Recipes;

/// How the file of a tool is found and read. `None` for a tool without a reader.
pub(super) fn tool(name: &str) -> Option<(&'static [&'static str], Reader)> {
    Some(match name {
        "make" => (&["GNUmakefile", "makefile", "Makefile"], make::read),
        "just" => (&["justfile", "Justfile", ".justfile", "JUSTFILE"], just::read),
        "task" | "go-task" => (
            &[
                "Taskfile.yml",
                "taskfile.yml",
                "Taskfile.yaml",
                "taskfile.yaml",
                "Taskfile.dist.yml",
                "Taskfile.dist.yaml",
            ],
            taskfile::read,
        ),
        "mise" | "rtx" => (
            &[
                "mise.toml",
                ".mise.toml",
                "mise.local.toml",
                ".mise.local.toml",
                ".config/mise.toml",
                "mise/config.toml",
                ".mise/config.toml",
                ".config/mise/config.toml",
            ],
            mise::read,
        ),
        _ => return None,
    })
}
