//! What the dynamic languages share: one tree, abstract values, one bounded interpreter over them, and
//! tables of what the functions of each platform do.
//!
//! A reader (`lang::javascript`, `lang::python`, …) turns program text into [`tree`]; [`machine`] walks
//! it with values of which some are known and some are only known to hold certain bytes, and adds an
//! effect wherever a function of the platform is reached. Nothing is executed.

pub mod api;
pub mod decode;
pub mod inflate;
pub mod machine;
pub mod parse;
pub mod tree;
pub mod value;

#[cfg(test)]
mod fuzzed;
#[cfg(test)]
pub(crate) mod shown;
