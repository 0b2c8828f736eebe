//! [`OpenError`]: why a tree could not be opened, and what to do about it.

/// Why a tree could not be opened. Each message says what happened, where, and what to do next; it may
/// hold text of the repository (names, ids), so escape it when showing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing is there.
    #[error("`{0}` does not exist")]
    NotFound(String),
    /// A file, where a folder is needed.
    #[error("`{0}` is not a folder: give the folder that holds it")]
    NotAFolder(String),
    /// The system said no.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// The folder.
        path: String,
        /// In the system's words.
        why: String,
    },
    /// A revision is asked for and there is no repository.
    #[error("`{0}` is in no git repository, so it has no revisions: scan it without --rev")]
    NoRepository(String),
    /// `.git` names a folder that does not belong to this one.
    #[error(
        "`{file}` points to `{to}`, which does not point back, so it is not followed: \
         scan without --rev, or scan the repository itself"
    )]
    ForeignGitFolder {
        /// The pointer.
        file: String,
        /// Its target as written.
        to: String,
    },
    /// Nothing is committed yet.
    #[error("the repository has no commits yet, so it has no revisions: scan it without --rev")]
    NoCommits,
    /// No such revision.
    #[error(
        "`{0}` is not a revision of this repository: see `git branch -a` and `git tag`, or fetch it first"
    )]
    UnknownRevision(String),
    /// The commit to compare with is not in the repository, or not all of it.
    #[error(
        "the base `{rev}` is not in this repository (CI often checks out one commit only): \
         run `git fetch --depth=1 origin {fetch}` first, or check out with more history"
    )]
    MissingBase {
        /// As given.
        rev: String,
        /// What to fetch; `BASE` where the revision is no plain name.
        fetch: String,
    },
    /// A short id that several objects share.
    #[error("`{0}` is the start of several object ids: give more of it")]
    AmbiguousRevision(String),
    /// A way to write a revision that is not read here.
    #[error(
        "`{0}` is a way to write a revision that is not read here: \
         give a branch, a tag or an id (`git rev-parse` tells the id)"
    )]
    RevisionSyntax(String),
    /// A revision that has no files.
    #[error("`{rev}` is a {kind}, not a commit: give a commit, a branch or a tag of a commit")]
    NotACommit {
        /// As given.
        rev: String,
        /// What it is.
        kind: String,
    },
    /// A form of repository that is not read.
    #[error("the repository uses {0}, which is not read here: check the revision out and scan the work tree")]
    Format(String),
    /// A reference that cannot be read.
    #[error("the reference `{name}` cannot be read: {why}")]
    BrokenReference {
        /// The reference.
        name: String,
        /// Why.
        why: String,
    },
    /// An object is not there.
    #[error("the object {id} is missing from the repository: {advice}")]
    MissingObject {
        /// Its id.
        id: String,
        /// What to do, by what the repository says of itself.
        advice: String,
    },
    /// An object is damaged.
    #[error(
        "the object {id} cannot be read: {why}; see `git fsck`, and fetch it again from where it came from"
    )]
    BrokenObject {
        /// Its id.
        id: String,
        /// Why.
        why: String,
    },
    /// Objects are borrowed from a place outside, or reached over a link.
    #[error(
        "the repository takes objects from `{0}`, which is outside of it and not followed: \
         run `git repack -a -d` there and remove the pointer, or scan the work tree"
    )]
    BorrowedObjects(String),
}

impl OpenError {
    /// Whether the call was wrong (exit 2), as opposed to a repository that could not be read (exit 3).
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::NotFound(_) | Self::NotAFolder(_))
    }
}
