//! Starts [`claude_guard`].

fn main() {}
