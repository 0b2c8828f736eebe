//! Shell, as bash, dash and zsh read it.

pub mod ast;
mod lower;
pub mod parser;

pub use lower::lower;
pub use parser::parse;
