//! The doors against real git: honest repositories come in as git would bring them, hostile ones start
//! nothing. A canary is a file that only code of a repository would write.

#![cfg(unix)]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(
    clippy::disallowed_methods,
    reason = "this test starts the real program and the real git"
)]

mod clone_honest;
mod clone_hostile;
mod clone_submodules;
mod hooks;
mod house;
mod run;
mod server;
