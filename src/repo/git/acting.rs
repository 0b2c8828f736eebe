//! Which part of a git folder acts and which is git's own data.

use crate::model::RepoPath;
use crate::repo::beneath::Found;

/// Folders that hold objects, references and records. Nothing of them is run or read as settings.
const DATA_FOLDERS: [&str; 8] = [
    "objects", "refs", "reftable", "logs", "rr-cache", "lfs", "annex", "branches",
];
/// Files that hold git's own state.
const DATA_FILES: [&str; 10] = [
    "index",
    "packed-refs",
    "ORIG_HEAD",
    "FETCH_HEAD",
    "COMMIT_EDITMSG",
    "MERGE_MSG",
    "SQUASH_MSG",
    "description",
    "shallow",
    "gc.log",
];

/// Whether a folder is a git folder or lies in one.
pub(in crate::repo) fn inside(folder: &RepoPath) -> bool {
    folder.parts().any(|part| part == ".git")
}

/// Whether an entry of a folder ([`inside`] a git folder or not) is git's own data, or a sample hook
/// that git does not start. All else in a git folder is listed: a setting may name any file there.
pub(in crate::repo) fn is_data(inside: bool, name: &str, found: &Found) -> bool {
    inside
        && match found {
            Found::Folder => DATA_FOLDERS.contains(&name),
            Found::File => DATA_FILES.contains(&name) || name.ends_with(".sample"),
            Found::Link(_) | Found::Special => false,
        }
}
