//! The walk over the syntax tree: a shell text to effects, flows and coverage.
//!
//! It runs the text in the head: variables, functions, working folder and descriptors are followed,
//! what is known stays known, and every branch that could be taken is taken. [`walk`] steers,
//! `expand` and `parameter` make words, `redirect` and `channel` carry bytes, `builtins` are what
//! the shell does itself, and everything else is handed to [`crate::lang::programs`].

mod arithmetic;
mod assign;
mod brace;
mod builtins;
mod case;
mod channel;
mod command;
mod compound;
mod conditions;
mod environment;
mod expand;
mod files;
mod glob;
mod overlay;
mod parameter;
mod pattern;
mod printed;
mod program;
mod prune;
mod redirect;
mod scripts;
mod start;
mod state;
mod substring;
mod texts;
mod value;
mod walk;

pub use start::lower;

#[cfg(test)]
mod tests;
