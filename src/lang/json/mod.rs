//! JSON as Claude Code reads it, and JSON with comments as editors read it.
//!
//! The client decodes the file and hands it to `JSON.parse`: any depth, any size of number (`1e999`),
//! lone surrogates and repeated keys (the last counts) are accepted; a comment, a trailing comma or
//! any other deviation voids the whole file (measured, client 2.1.329). Here a void text is read on
//! as far as possible all the same, since what stands in it becomes live with a one-character fix.

mod reader;
mod string;
#[cfg(test)]
mod tests;

pub use super::data::{Defect, DefectKind, Document, Duplicate, Kind, Value};
pub use reader::{read, read_with_comments};
