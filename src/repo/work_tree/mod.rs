//! [`WorkTree`]: a folder on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::beneath::{Beneath, failed};
use super::options::Options;
use super::walk;
use crate::model::RepoPath;
use crate::model::tree::{Entry, EntryKind, ReadError, Tree, Unlisted, resolve_links};

/// A folder on disk, listed once. Files are read when asked for; nothing is followed out of the folder.
///
/// `.gitignore` is not honoured: an ignored file runs as well. Of a `.git` folder only what may act is
/// listed (settings, hooks, attributes, pointers to other folders), but any file in it can be read.
#[derive(Debug)]
pub struct WorkTree {
    folder: PathBuf,
    beneath: Beneath,
    entries: Vec<Entry>,
    odd_names: HashMap<RepoPath, Vec<u8>>,
    unlisted: Vec<Unlisted>,
}

impl WorkTree {
    /// Lists the folder `folder`. Parts that cannot be listed are in [`Tree::unlisted`].
    ///
    /// # Errors
    /// The folder itself cannot be opened.
    pub fn list(folder: &Path, options: &Options) -> Result<Self, ReadError> {
        let beneath = Beneath::new(folder).map_err(|e| failed(&e))?;
        let listing = walk::walk(&beneath, options);
        Ok(Self {
            folder: folder.to_owned(),
            beneath,
            entries: listing.entries,
            odd_names: listing.odd_names,
            unlisted: listing.unlisted,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the name of `path` is not UTF-8, so that its text is an escaped form.
    #[must_use]
    pub fn is_escaped(&self, path: &RepoPath) -> bool {
        self.odd_names.contains_key(path)
    }

    fn bytes<'a>(&'a self, path: &'a RepoPath) -> &'a [u8] {
        self.odd_names
            .get(path)
            .map_or(path.as_str().as_bytes(), Vec::as_slice)
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

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.facts(path).map(|facts| facts.size)
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.facts(path).is_some_and(|facts| facts.executable)
    }
}

impl WorkTree {
    fn facts(&self, path: &RepoPath) -> Option<super::beneath::FileFacts> {
        match self.entry(path)?.kind {
            EntryKind::File { .. } => self.beneath.facts(self.bytes(path)).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
