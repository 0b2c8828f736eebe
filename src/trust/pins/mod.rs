//! Approvals that a team signs and keeps in the repository: `.claude-guard/pins/*.toml`.
//!
//! A pin counts when somebody whom the *person's* or the *organisation's* configuration allows has
//! signed it, for this repository, for the state that is there now. Pins, signers and revocations
//! that a repository brings along are texts like any other.

pub mod check;
pub mod format;
pub mod sign;
pub mod signers;
#[cfg(test)]
mod tests;
pub mod write;

use std::collections::BTreeSet;

use crate::model::tree::EntryKind;
use crate::model::{RepoPath, Tree};
use format::{MAX_BYTES, Pin};

/// Namespace of the signatures (`ssh-keygen -Y verify -n claude-guard-pin`).
pub const NAMESPACE: &str = "claude-guard-pin";

/// Where pins lie in a repository.
pub const FOLDER: &str = ".claude-guard/pins";

/// Pins of one repository that are read.
const MAX_PINS: usize = 4096;

/// The pins of a repository, unjudged.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// By file name, below [`FOLDER`].
    pub pins: Vec<(String, Pin)>,
    /// Files that are no pins, and why.
    pub broken: Vec<(String, String)>,
}

impl Pins {
    /// Reads the pins of `tree`. Links are not followed.
    #[must_use]
    pub fn read(tree: &dyn Tree) -> Self {
        let mut pins = Self::default();
        let Some(folder) = RepoPath::new(FOLDER) else {
            return pins;
        };
        let files = tree
            .below(&folder)
            .filter(|entry| matches!(entry.kind, EntryKind::File { .. }));
        for entry in files {
            let Some(name) = entry
                .path
                .as_str()
                .strip_prefix(FOLDER)
                .and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            if name.contains('/') || !name.ends_with(".toml") {
                continue;
            }
            if pins.pins.len() + pins.broken.len() >= MAX_PINS {
                pins.broken.push((
                    name.to_owned(),
                    format!("more than {MAX_PINS} pins: this one is not read"),
                ));
                break;
            }
            let pin = tree
                .read(&entry.path, MAX_BYTES)
                .map_err(|error| error.to_string());
            match pin.and_then(|bytes| Pin::parse(&bytes).map_err(|error| error.to_string())) {
                Ok(pin) => pins.pins.push((name.to_owned(), pin)),
                Err(why) => pins.broken.push((name.to_owned(), why)),
            }
        }
        pins
    }

    /// Whether there is nothing that claims to be a pin.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pins.is_empty() && self.broken.is_empty()
    }

    /// The indexes for `repository` that no other takes the place of, signed or not.
    fn indexes_in_force(&self, repository: &str) -> Vec<(&String, &Pin)> {
        let indexes = || {
            self.pins
                .iter()
                .filter(|(_, pin)| pin.index.is_some() && pin.repository == repository)
        };
        let replaced: BTreeSet<&str> = indexes()
            .filter_map(|(_, pin)| pin.index.as_ref())
            .flat_map(|index| index.replaces.iter().map(String::as_str))
            .collect();
        let in_force = indexes().filter(|(_, pin)| !replaced.contains(pin.name().as_str()));
        in_force.map(|(file, pin)| (file, pin)).collect()
    }
}
