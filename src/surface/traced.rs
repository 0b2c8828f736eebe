//! [`Traced`]: a tree that notes which files are read, by whatever reads them.

use std::cell::{Cell, RefCell};

use super::covers::Touched;
use crate::model::RepoPath;
use crate::model::tree::{Entry, ReadError, Tree, Unlisted};

/// A tree that notes reads.
pub(super) struct Traced<'a> {
    tree: &'a dyn Tree,
    log: RefCell<Vec<Touched>>,
    /// A file with line ends that git may have converted was read.
    pub carriage_returns: Cell<bool>,
}

impl<'a> Traced<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self {
            tree,
            log: RefCell::default(),
            carriage_returns: Cell::new(false),
        }
    }

    /// The tree itself.
    pub fn untraced(&self) -> &'a dyn Tree {
        self.tree
    }

    /// Notes a file.
    pub fn note(&self, touched: Touched) {
        let mut log = self.log.borrow_mut();
        // The same file is asked for again soon or never.
        if !log.iter().rev().take(32).any(|known| *known == touched) {
            log.push(touched);
        }
    }

    /// What was noted since this was asked last, sorted, each once.
    pub fn take(&self) -> Vec<Touched> {
        let mut log = self.log.take();
        log.sort();
        log.dedup();
        log
    }
}

impl Tree for Traced<'_> {
    fn entries(&self) -> &[Entry] {
        self.tree.entries()
    }

    fn entry(&self, path: &RepoPath) -> Option<&Entry> {
        self.tree.entry(path)
    }

    fn is_dir(&self, path: &RepoPath) -> bool {
        self.tree.is_dir(path)
    }

    fn below<'b>(&'b self, path: &RepoPath) -> Box<dyn Iterator<Item = &'b Entry> + 'b> {
        self.tree.below(path)
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        self.tree.resolve(path)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.note(Touched::File(path.clone()));
        self.tree.read(path, limit)
    }

    fn escaped(&self) -> Vec<&RepoPath> {
        self.tree.escaped()
    }

    fn unlisted(&self) -> &[Unlisted] {
        self.tree.unlisted()
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.tree.size(path)
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.tree.is_executable(path)
    }

    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        self.tree.is_tracked(path)
    }
}
