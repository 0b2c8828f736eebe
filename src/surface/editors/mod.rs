//! What editors and container tools read from a repository.

pub(crate) mod devcontainer;
pub(crate) mod settings;
pub(crate) mod tasks;
