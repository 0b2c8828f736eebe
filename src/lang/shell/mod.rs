//! Shell, as bash, dash and zsh read it.

pub mod ast;
pub mod parser;

pub use parser::parse;
