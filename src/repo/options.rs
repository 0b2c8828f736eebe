//! [`Options`]: how a tree is opened.

/// How a tree is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The revision to look at instead of what is on disk.
    pub rev: Option<String>,
    /// The folder by itself: it is no part of a work tree around it.
    pub alone: bool,
    /// Entries listed at most.
    pub most_entries: usize,
    /// Folders in each other at most.
    pub most_depth: usize,
    /// Bytes of one object that is no file content (a commit, a tree).
    pub most_object_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rev: None,
            alone: false,
            most_entries: 1_000_000,
            most_depth: 256,
            most_object_bytes: 32 << 20,
        }
    }
}
