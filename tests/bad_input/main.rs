//! Bad input against the whole program: a clear message, the right exit code, nothing hung, and nothing
//! lost from the rest of the report.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "this test starts the real program and the real git"
)]

mod git;
mod settings;
mod tree;
mod workspace;
