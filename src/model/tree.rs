//! [`Tree`]: files at rest, from a work tree or from a commit, read the same way.

use super::path::RepoPath;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File {
        /// May be executed.
        executable: bool,
    },
    /// A symbolic link with its target as written.
    Link {
        /// The target text.
        target: String,
    },
    /// A submodule at a commit.
    Submodule {
        /// Commit id as hex.
        commit: String,
    },
    /// A FIFO, socket or device: named, never opened.
    Special,
}

/// One entry of a tree (folders are implied by their entries).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub path: RepoPath,
    /// What.
    pub kind: EntryKind,
    /// Size in bytes, where known without reading.
    pub size: Option<u64>,
    /// git tracks it (`None`: not known, or no git).
    pub tracked: Option<bool>,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("no such file in the tree")]
    Missing,
    /// A link in its way leaves the tree.
    #[error("leads out of the tree, to `{0}`")]
    Outside(String),
    /// Links lead in a circle, or too many follow each other.
    #[error("symbolic links lead in a circle")]
    LinkLoop,
    /// It is a folder, a submodule or a special file.
    #[error("is not a regular file")]
    NotAFile,
    /// Larger than the limit.
    #[error("has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Bytes it has.
        size: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The system or the object database said no.
    #[error("{0}")]
    Failed(String),
}

/// Files at rest. Nothing is executed, no link is followed out of the tree.
pub trait Tree {
    /// All files, links, submodules and special files, sorted by path.
    fn entries(&self) -> &[Entry];

    /// The entry at `path` itself, no link followed.
    fn entry(&self, path: &RepoPath) -> Option<&Entry> {
        self.entries()
            .binary_search_by(|e| e.path.cmp(path))
            .ok()
            .map(|i| &self.entries()[i])
    }

    /// Whether `path` is a folder (some entry lies below it), no link followed.
    fn is_dir(&self, path: &RepoPath) -> bool {
        path.is_root() || self.below(path).next().is_some()
    }

    /// All entries below the folder `path`, no link followed, in order.
    fn below<'a>(&'a self, path: &RepoPath) -> Box<dyn Iterator<Item = &'a Entry> + 'a> {
        let all = self.entries();
        if path.is_root() {
            return Box::new(all.iter());
        }
        // '/' sorts after '-' and '.', so the children of `a` are contiguous from `a/` on.
        let prefix = format!("{}/", path.as_str());
        let start = all.partition_point(|e| e.path.as_str() < prefix.as_str());
        Box::new(
            all[start..]
                .iter()
                .take_while(move |e| e.path.as_str().starts_with(&prefix)),
        )
    }

    /// The path that `path` names once links inside the tree are followed, part by part (at most 40).
    ///
    /// # Errors
    /// `Missing`, `Outside` or `LinkLoop`. A folder resolves like a file.
    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError>;

    /// The bytes of the regular file at `path`, links inside the tree followed, at most `limit` bytes.
    ///
    /// # Errors
    /// Any [`ReadError`].
    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError>;
}
