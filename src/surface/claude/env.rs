//! The `env` block of the settings.

use crate::model::{RepoPath, Word};
use crate::surface::Reader;

/// The variables that the settings of the project at `root` set for everything the agent starts.
pub fn of_project(reader: &mut Reader<'_>, root: &RepoPath) -> Vec<(String, Word)> {
    if let Some(known) = reader.settings_env.get(root) {
        return known.clone();
    }
    vec![]
}
