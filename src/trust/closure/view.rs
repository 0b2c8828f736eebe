//! [`Stored`]: a work tree as its commit would show it.

use crate::model::RepoPath;
use crate::model::tree::{Entry, ReadError, Tree, Unlisted};

/// A work tree without what git does not track, with line ends as git stores them and submodules as such.
pub(super) struct Stored<'a> {
    tree: &'a dyn Tree,
    entries: Vec<Entry>,
}

impl<'a> Stored<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        let submodules = tree.submodules();
        let inside = |path: &RepoPath| submodules.iter().any(|entry| path.is_in(&entry.path));
        let mut entries: Vec<Entry> = tree
            .entries()
            .iter()
            .filter(|entry| !is_local(tree, &entry.path) && !inside(&entry.path))
            .cloned()
            .collect();
        entries.extend(submodules.iter().cloned());
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self { tree, entries }
    }
}

/// Whether git does not track the file `path` of a work tree.
pub(super) fn is_local(tree: &dyn Tree, path: &RepoPath) -> bool {
    path.parts().next() == Some(".git") || tree.is_tracked(path) == Some(false)
}

impl Tree for Stored<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        crate::model::tree::resolve_links(self, path)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let at = self.resolve(path)?;
        if self.entry(&at).is_none() {
            return Err(ReadError::NotAFile);
        }
        self.tree.read_stored(&at, limit)
    }

    fn escaped(&self) -> Vec<&RepoPath> {
        let mut all = self.tree.escaped();
        all.retain(|path| self.entry(path).is_some());
        all
    }

    fn unlisted(&self) -> &[Unlisted] {
        self.tree.unlisted()
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.entry(path).and_then(|_| self.tree.size(path))
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.entry(path).is_some() && self.tree.is_executable(path)
    }

    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        Some(self.entry(path).is_some())
    }
}
