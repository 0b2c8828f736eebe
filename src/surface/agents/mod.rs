//! What other coding agents read from a repository: the same attack would use them.

pub(crate) mod hooks;
pub(crate) mod servers;
pub(crate) mod settings;
