//! Which file means what to which agent: [`read`] turns a tree into triggers.
//!
//! A surface is one file here and one line in [`table`]: the paths it wants and a reader. One pass
//! over the entries finds the candidates; only these and what they reach are opened. A reader makes
//! [`Trigger`]s; what their commands refer to is followed by [`follow`].

use std::collections::BTreeSet;

use crate::model::clock::Clock;
use crate::model::report::{ScanError, Unread};
use crate::model::trigger::{Observation, Trigger, TriggerId};
use crate::model::{Limits, RepoPath, Sources, Tree};

mod above;
mod agents;
pub mod claude;
pub mod covers;
mod draft;
mod editors;
pub mod files;
pub mod follow;
mod git;
mod hiding;
mod neighbours;
mod packages;
mod pattern;
mod reader;
mod samples;
mod select;
pub mod start;
mod table;
#[cfg(test)]
pub mod testing;
mod traced;

pub use above::read_above;
pub use reader::{Reader, instruct, whole};
pub use start::Start;
pub use table::SURFACES;

/// Most names noted that are not UTF-8.
const ODD_NAMES: usize = 100;

/// Whose tree it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A repository.
    Project,
    /// The person's own configuration: the tree is the folder `~/.claude`.
    User,
}

/// What a reading is given.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Bounds.
    pub limits: &'a Limits,
    /// Deadline.
    pub clock: Clock,
    /// Whose tree it is.
    pub scope: Scope,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Surfaced {
    /// Everything that acts, sorted by file and place.
    pub triggers: Vec<Trigger>,
    /// For each trigger the files that were asked for while it was read.
    pub touched: Vec<Vec<covers::Touched>>,
    /// Every file that a surface took.
    pub taken: Vec<covers::Taken>,
    /// Submodules where a surface looks: what lies there is not read.
    pub submodules: Vec<RepoPath>,
    /// A file was read whose line ends git may have converted.
    pub carriage_returns: bool,
    /// Things noticed about files.
    pub observations: Vec<Observation>,
    /// Files that a real reader would read and we could not. What a trigger refers to and could not be
    /// followed is a gap in its coverage.
    pub unread: Vec<Unread>,
    /// Parts that could not be done.
    pub errors: Vec<ScanError>,
    /// Every file that was opened.
    pub read: BTreeSet<RepoPath>,
}

impl Surfaced {
    /// Adds what a second reading found.
    pub fn add(&mut self, other: Self) {
        let offset = u32::try_from(self.triggers.len()).unwrap_or(u32::MAX);
        self.triggers.extend(other.triggers);
        self.touched.extend(other.touched);
        self.taken.extend(other.taken);
        self.submodules.extend(other.submodules);
        self.carriage_returns |= other.carriage_returns;
        self.observations
            .extend(other.observations.into_iter().map(|mut observation| {
                if let Some(TriggerId(id)) = &mut observation.trigger {
                    *id = id.saturating_add(offset);
                }
                observation
            }));
        self.unread.extend(other.unread);
        self.errors.extend(other.errors);
        self.read.extend(other.read);
    }
}

/// A kind of file that acts.
pub struct Surface {
    /// Its name, for people who read the table.
    pub name: &'static str,
    /// Paths in lower case, parts compared without case: `.mcp.json`, `.claude/agents/**/*.md`. They
    /// match below any folder; a leading `/` binds them to the root of the tree.
    pub paths: &'static [&'static str],
    /// Whether it acts in the person's own `~/.claude` too.
    pub user: bool,
    /// What of the file an approval covers.
    pub covers: covers::Covers,
    /// Reads one file and hands triggers to the reader.
    pub read: fn(&mut Reader<'_>, &Found),
}

/// A file that a surface wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the agent finds it: may lead through links.
    pub path: RepoPath,
    /// The file itself, where findings lie.
    pub file: RepoPath,
    /// The folder of the project that it configures: what comes before the pattern.
    pub root: RepoPath,
    /// That folder is not the root of the tree.
    pub nested: bool,
    /// That folder lies below test data, samples or templates.
    pub sample: bool,
}

/// Reads every surface of `tree`. Texts are added to `sources`.
#[must_use]
pub fn read(tree: &dyn Tree, sources: &mut Sources, options: &Options<'_>) -> Surfaced {
    read_with(tree, sources, options, SURFACES)
}

/// Reads `surfaces` only.
#[must_use]
pub fn read_with(
    tree: &dyn Tree,
    sources: &mut Sources,
    options: &Options<'_>,
    surfaces: &[Surface],
) -> Surfaced {
    read_selected(
        select::select(tree, surfaces, options.scope),
        tree,
        sources,
        options,
        surfaces,
    )
}

/// Reads what was selected, and tells what of the tree could not be listed.
fn read_selected(
    selected: select::Selected,
    tree: &dyn Tree,
    sources: &mut Sources,
    options: &Options<'_>,
    surfaces: &[Surface],
) -> Surfaced {
    let traced = traced::Traced::new(tree);
    let mut reader = Reader::new(&traced, sources, options);
    reader.out.observations = selected.observations;
    reader.out.unread = selected.unread;
    reader.out.submodules = selected.submodules;
    for (surface, found) in &selected.found {
        if options.clock.is_over() {
            reader.out.errors.push(ScanError {
                path: found.path.to_string(),
                reason: "the time limit was reached: this file and those after it were not read".to_owned(),
            });
            break;
        }
        if let Some(surface) = surfaces.get(*surface) {
            (surface.read)(&mut reader, found);
            let touched = reader.files.touched();
            reader.out.taken.push(covers::Taken {
                covers: surface.covers,
                found: found.clone(),
                touched,
            });
        }
    }
    for path in tree.escaped().into_iter().take(ODD_NAMES) {
        reader.out.observations.push(Observation {
            kind: "name-not-utf8",
            path: path.clone(),
            place: None,
            detail: "has a name that is not UTF-8: its odd bytes are written as \\xNN here".to_owned(),
            trigger: None,
        });
    }
    for unlisted in tree.unlisted() {
        reader.out.unread.push(Unread {
            path: unlisted.path.to_string(),
            reason: unlisted.why.to_string(),
            referenced_by: None,
            is_error: !matches!(unlisted.why, crate::model::tree::UnlistedWhy::LinkedWorkTree),
        });
    }
    reader.finish()
}
