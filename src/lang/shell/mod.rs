//! Shell, as bash, dash and zsh read it.

pub mod ast;
