//! The environment of this process: read here, handed in everywhere else.
#![allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]

use std::path::PathBuf;

use anyhow::Context as _;

use crate::doors::variables::Variable;

/// All variables.
pub(super) fn all() -> Vec<Variable> {
    std::env::vars_os().collect()
}

/// The folder that this process stands in.
pub(super) fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("the current folder cannot be read")
}
