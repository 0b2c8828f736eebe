//! Approve once, through the real program: pinned by content, fallen when something it covers changes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "this test starts the real program and the real git"
)]

mod approve;
mod bench;
mod changes;
mod store;
mod worktree;
