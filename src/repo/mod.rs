//! Trees at rest, for [`crate::model::Tree`]: a folder on disk or a commit in the object database.
//!
//! Nothing of a repository is executed, checked out or followed out of it, and no git configuration
//! is obeyed: git's files are read by small readers here, objects by libgit2's object database.

pub mod commit_tree;
pub mod compare;
pub mod error;
pub mod git;
pub mod open;
pub mod options;
pub mod work_tree;

mod below;
mod beneath;
mod names;
mod walk;

pub use commit_tree::CommitTree;
pub use compare::{Against, Compared, open_compared};
pub use error::OpenError;
pub use git::facts::GitFacts;
pub use open::{Opened, open, open_with};
pub use options::Options;
pub use work_tree::WorkTree;
