//! [`Change`]: how an entry differs from what was approved, for people.

use super::closure::{EntryClass, EntryId, EntryState, Role};

/// How one entry differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub id: EntryId,
    /// What it can do.
    pub class: EntryClass,
    /// `Unknown` for a new one, `Changed`, `Missing` for one that is gone.
    pub state: EntryState,
    /// What that means, each a sentence without its full stop. Text of the repository is in them: escape.
    pub words: Vec<String>,
    /// The members that differ.
    pub parts: Vec<Part>,
}

/// How one member of an entry differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// The file, with `#` and a pointer for a part of it.
    pub name: String,
    /// Digest before; `None` if it is new.
    pub before: Option<String>,
    /// Digest now; `None` if it is gone.
    pub after: Option<String>,
    /// It may be executed, before and now, where that differs.
    pub mode: Option<(bool, bool)>,
}
