//! The doors at which a repository comes in: `clone`, git's hooks, `run`. Each looks before anything of
//! the repository can act, and lets in only what a person or an approval let in.
//!
//! Nothing here prints, asks or reads the environment: `cli` hands in what it has read of it, a way to
//! look ([`Look`]) and a way to ask. Programs are started here and nowhere else in the library: the
//! user's own git and agent, never anything of a repository.

pub mod clone;
pub mod git;
pub mod hooks;
pub mod install;
pub mod look;
pub mod origin;
pub mod program;
pub mod run;
pub mod shim;
pub mod variables;

pub use look::{Look, LookError, Looked};
