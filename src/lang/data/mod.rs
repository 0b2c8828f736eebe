//! One tree for JSON, YAML and TOML: [`Document`], [`Value`].
//!
//! Surfaces read configuration through this type whatever the file's syntax. Every key and value has
//! its span in the text, a decoded string maps back to the bytes it was written with, and what a real
//! reader would object to is listed as [`Defect`]s instead of ending the reading. The tree lies flat
//! in an arena: no depth of nesting can exhaust the stack, neither in walks nor when it is dropped.

mod align;
mod builder;
mod canonical;
mod document;

mod value;

pub use document::{Defect, DefectKind, Document, Duplicate};
pub use value::{Kind, Value};

pub(super) use align::align;
pub(super) use builder::{Builder, Scalar, index};
