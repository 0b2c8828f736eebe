//! Bad input against the whole program: a clear message, the right exit code, nothing hung, and nothing
//! lost from the rest of the report.

mod git;
mod settings;
mod tree;
mod workspace;
