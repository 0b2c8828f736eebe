//! The nouns that every part of the product shares: text and places in it, words, effects, flows,
//! coverage, triggers and findings.
//!
//! One idea carries everything: *whatever could act is lowered to effects*, with the flows between
//! them and an honest account of what was not understood. The scan shows the effects of a
//! repository's configuration before anything opens it; a pin fixes them; the policy answers them
//! at run time; the log keeps them. This module depends on nothing else of ours.

pub mod change;
pub mod clock;
pub mod closure;
pub mod coverage;
mod describe;
pub mod digest;
pub mod effect;
pub mod finding;
pub mod flow;
pub mod glob;
pub mod limits;
pub mod lowered;
pub mod path;
pub mod report;
pub mod source;
pub mod tree;
pub mod trigger;
pub mod untrusted;
pub mod word;

pub use coverage::{Coverage, Gap, GapReason};
pub use digest::Digest;
pub use effect::{Effect, EffectId, EffectKind, Nature};
pub use finding::{Confidence, Finding, Persona, Severity};
pub use flow::{Flow, Origin, Scheme, Via};
pub use limits::Limits;
pub use lowered::Lowered;
pub use path::{Location, PathOperand, RepoPath};
pub use source::{Place, Source, SourceId, Sources, Span};
pub use tree::Tree;
pub use trigger::{Trigger, TriggerId};
pub use untrusted::Untrusted;
pub use word::{Anchor, Bound, Piece, Unknown, Why, Word};
