//! What git itself would run for files that lie in a tree.

pub(crate) mod config;
pub(crate) mod hooks;
