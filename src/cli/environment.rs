//! The environment of this process: read here, handed in everywhere else.
#![allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]

use std::path::PathBuf;

use anyhow::Context as _;

use crate::doors::git::Git;
use crate::doors::program as programs;
use crate::doors::variables::{self, Door, LeftOut, Variable};

/// All variables.
pub(super) fn all() -> Vec<Variable> {
    std::env::vars_os().collect()
}

/// The folder that this process stands in.
pub(super) fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("the current folder cannot be read")
}

/// The folder that a variable names, where it names one by its whole path.
pub(super) fn folder(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable)?);
    path.is_absolute().then_some(path)
}

/// Where a person's programs keep what belongs to them.
pub(super) fn data_folder() -> anyhow::Result<PathBuf> {
    let data = folder("XDG_DATA_HOME")
        .or_else(|| folder("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(|| Some(super::scan::home()?.join(".local/share")));
    Ok(data
        .context("no home folder: HOME is not set")?
        .join("claude-guard"))
}

/// The person's shell.
pub(super) fn shell() -> Option<PathBuf> {
    std::env::var_os("SHELL").map(PathBuf::from)
}

/// This program.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program cannot tell where it lies")
}

/// The user's git, with a scrubbed environment, and what was left out of that.
pub(super) fn git() -> anyhow::Result<(Git, Vec<LeftOut>)> {
    let (kept, left_out) = variables::scrub(Door::Git, &all(), &[]);
    let path = kept
        .iter()
        .find(|(name, _)| name == "PATH")
        .map(|(_, value)| value.clone());
    let git = programs::find("git", &path.unwrap_or_default(), &[])
        .context("git is in no folder of PATH: install it")?;
    Ok((Git::new(git, kept), left_out))
}
