//! Approve once, through the real program: pinned by content, fallen when something it covers changes.

mod approve;
mod bench;
