//! Text to [`Lowered`]: one folder a language.

use crate::model::{
    Limits, Location, Lowered, Origin, RepoPath, SourceId, Sources, Tree, Word, clock::Clock,
};

pub mod data;
pub mod decision;
pub mod dynamic;
pub mod encoding;
pub mod javascript;
pub mod json;
pub mod markdown;
mod name;
pub mod oneliner;
pub mod programs;
pub mod prose;
pub mod python;
pub mod shell;
pub mod toml;
pub mod unicode;
pub mod url;
pub mod yaml;

pub use name::{language, language_of, of_interpreter};

/// What a text starts with: everything a lowering may use besides the text itself.
#[derive(Clone)]
pub struct Context<'a> {
    /// Files at rest, where a tree is at hand: scripts, includes and globs are looked up here.
    pub tree: Option<&'a dyn Tree>,
    /// The folder that [`crate::model::Anchor::Root`] stands for.
    pub root: RepoPath,
    /// Working folder at the start.
    pub cwd: Location,
    /// The script's own path (`$0`, `__dirname`, `__file__`), if it is a file.
    pub script: Option<Location>,
    /// The tree is this folder below the home folder (`.claude`, when the person's own configuration is read).
    pub home: Option<String>,
    /// Which shell reads a shell text, where its starter says so. Otherwise its first line or name
    /// decides, or it is read as every `/bin/sh` may read it.
    pub shell: Option<shell::ast::Dialect>,
    /// Its arguments.
    pub argv: Vec<Word>,
    /// Variables given for this start (settings `env`, prefixes). Others are unknown.
    pub env: Vec<(String, Word)>,
    /// Whose bytes its standard input carries; a started text sees [`Origin::Input`].
    pub stdin: Vec<Origin>,
    /// The standard input as text, where it is known.
    pub stdin_text: Option<Word>,
    /// Bounds.
    pub limits: &'a Limits,
    /// Deadline.
    pub clock: Clock,
}

impl<'a> Context<'a> {
    /// A context without tree, arguments, variables or input, at the root.
    #[must_use]
    pub fn new(limits: &'a Limits) -> Self {
        Self {
            tree: None,
            root: RepoPath::root(),
            cwd: Location::Tree(RepoPath::root()),
            script: None,
            home: None,
            shell: None,
            argv: vec![],
            env: vec![],
            stdin: vec![],
            stdin_text: None,
            limits,
            clock: Clock::default(),
        }
    }
}

impl Context<'_> {
    /// The path in the tree that a location names.
    #[must_use]
    pub fn in_tree(&self, at: &Location) -> Option<RepoPath> {
        match (at, &self.home) {
            (Location::Tree(path), _) => Some(path.clone()),
            (Location::Home(path), Some(home)) => {
                RepoPath::new(path.strip_prefix(home.as_str())?.strip_prefix('/')?)
            }
            _ => None,
        }
    }
}

/// The signature of every language: the text of `source` to effects.
pub type Lower = fn(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered;
