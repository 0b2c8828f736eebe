//! [`WorkTree`]: a folder on disk.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use super::beneath::{Beneath, FileFacts, failed};
use super::git::Git;
use super::git::index::Tracked;
use super::options::Options;
use super::walk::{self, Scope};
use crate::model::RepoPath;
use crate::model::tree::{Entry, EntryKind, ReadError, Tree, Unlisted, resolve_links};

mod line_ends;

/// A folder on disk, listed once. Files are read when asked for; nothing is followed out of the folder.
///
/// `.gitignore` is not honoured: an ignored file runs as well. Of a `.git` folder only what may act is
/// listed (settings, hooks, attributes, pointers to other folders), but any file in it can be read.
#[derive(Debug)]
pub struct WorkTree {
    beneath: Beneath,
    entries: Vec<Entry>,
    odd_names: HashMap<RepoPath, Vec<u8>>,
    unlisted: Vec<Unlisted>,
    git: Option<Git>,
    /// Read from git's index when first asked for.
    tracked: OnceLock<Option<Tracked>>,
}

impl WorkTree {
    /// Lists the folder `folder`, but for the folders `linked`. Parts that cannot be listed are in
    /// [`Tree::unlisted`].
    ///
    /// # Errors
    /// The folder itself cannot be opened.
    pub fn list(folder: &Path, linked: Vec<RepoPath>, options: &Options) -> Result<Self, ReadError> {
        let scope = Scope {
            git_folder: false,
            linked,
        };
        Self::walk(folder, &scope, options)
    }

    /// Lists a git folder: what may act of it.
    pub(super) fn list_git_folder(folder: &Path, options: &Options) -> Result<Self, ReadError> {
        let scope = Scope {
            git_folder: true,
            linked: vec![],
        };
        Self::walk(folder, &scope, options)
    }

    fn walk(folder: &Path, scope: &Scope, options: &Options) -> Result<Self, ReadError> {
        let beneath = Beneath::new(folder).map_err(|e| failed(&e))?;
        let listing = walk::walk(&beneath, scope, options);
        Ok(Self {
            beneath,
            entries: listing.entries,
            odd_names: listing.odd_names,
            unlisted: listing.unlisted,
            git: None,
            tracked: OnceLock::new(),
        })
    }

    /// The same tree, with the git folder that knows which of its files are tracked.
    pub(super) fn with_git(self, git: Option<Git>) -> Self {
        Self { git, ..self }
    }

    fn bytes<'a>(&'a self, path: &'a RepoPath) -> &'a [u8] {
        self.odd_names
            .get(path)
            .map_or(path.as_str().as_bytes(), Vec::as_slice)
    }

    /// What git tracks; `None` without git, or where its index is not understood.
    fn tracked(&self) -> Option<&Tracked> {
        let git = self.git.as_ref()?;
        self.tracked.get_or_init(|| git.tracked()).as_ref()
    }

    fn facts(&self, path: &RepoPath) -> Option<FileFacts> {
        match self.entry(path)?.kind {
            EntryKind::File { .. } => self.beneath.facts(self.bytes(path)).ok(),
            _ => None,
        }
    }
}

impl Tree for WorkTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        match resolve_links(self, path) {
            // Git's own data and what a limit left out are on disk all the same.
            Err(ReadError::Missing) => {
                let bytes = self.bytes(path);
                match self.beneath.facts(bytes) {
                    Ok(_) => Ok(path.clone()),
                    Err(_) if self.beneath.is_folder(bytes) => Ok(path.clone()),
                    Err(_) => Err(ReadError::Missing),
                }
            }
            other => other,
        }
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let at = self.resolve(path)?;
        if let Some(entry) = self.entry(&at)
            && entry.kind == EntryKind::Special
        {
            return Err(ReadError::NotAFile);
        }
        self.beneath.read(self.bytes(&at), limit)
    }

    fn escaped(&self) -> Vec<&RepoPath> {
        let mut paths: Vec<_> = self.odd_names.keys().collect();
        // Folders have a name too; they are no entries.
        paths.retain(|path| self.entry(path).is_some());
        paths.sort();
        paths
    }

    fn read_stored(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.read(path, limit)?;
        let at = self.resolve(path)?;
        let tracked = self.tracked().and_then(|tracked| tracked.file(at.as_str()));
        Ok(match (line_ends::converted(&bytes), tracked) {
            (Some(stored), Some(id)) if line_ends::is_object(&stored, id) => stored,
            _ => bytes,
        })
    }

    fn submodules(&self) -> Vec<Entry> {
        let all = self.tracked().into_iter().flat_map(Tracked::submodules);
        let entry = |(name, id): (&str, [u8; 20])| {
            let commit = id.iter().map(|byte| format!("{byte:02x}")).collect();
            Some(Entry {
                path: RepoPath::new(name)?,
                kind: EntryKind::Submodule { commit },
                size: None,
                tracked: Some(true),
            })
        };
        all.filter_map(entry).collect()
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.facts(path).map(|facts| facts.size)
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.facts(path).is_some_and(|facts| facts.executable)
    }

    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        self.tracked()?.has(path.as_str())
    }
}

#[cfg(test)]
mod tests;
