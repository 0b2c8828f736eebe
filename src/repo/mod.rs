//! Trees at rest, for [`crate::model::Tree`]: a folder on disk or a commit in the object database.
//!
//! Nothing of a repository is executed, checked out or followed out of it, and no git configuration
//! is honoured: git's files are read by small readers here, objects by libgit2's object database.

pub mod options;
pub mod work_tree;

mod beneath;
mod git_dir;
mod names;
mod walk;

pub use options::Options;
pub use work_tree::WorkTree;
