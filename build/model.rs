//! The nouns of the model that rule pages speak, for checking pages at build time: the real files,
//! so that a page can only say what the model has.
#![allow(dead_code, missing_docs)]

#[path = "../src/model/coverage.rs"]
pub mod coverage;
#[path = "../src/model/effect.rs"]
pub mod effect;
#[path = "../src/model/finding.rs"]
pub mod finding;
#[path = "../src/model/flow.rs"]
pub mod flow;
#[path = "../src/model/lowered.rs"]
pub mod lowered;
#[path = "../src/model/path.rs"]
pub mod path;
#[path = "../src/model/source.rs"]
pub mod source;
#[path = "../src/model/trigger.rs"]
pub mod trigger;
#[path = "../src/model/word.rs"]
pub mod word;

/// Stands in for the digest of a finding, which no page speaks of.
pub mod digest {
    /// Nothing.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Digest;
}

pub use flow::Scheme;
pub use word::Piece;
#[allow(unused_imports)]
pub use word::Unknown;
