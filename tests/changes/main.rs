//! `scan --base` by the real program on repositories of the real git: what a change adds, what it is
//! judged by, and what a checkout of one commit gets told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "this test starts the real program, git and bash"
)]

mod repository;

mod accepted;
mod action;
mod judged_by;
mod moved_lines;
mod pinned;
mod what_is_added;
