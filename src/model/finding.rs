//! [`Finding`]: what a rule says about a repository.

use super::digest::Digest;
use super::path::RepoPath;
use super::source::{Hop, Place};
use super::trigger::TriggerId;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A remark.
    Info,
    /// Hygiene.
    Low,
    /// A risky pattern that deserves a look.
    Medium,
    /// A clearly dangerous capability, or hostile content one step away.
    High,
    /// Hostile code runs, or a key or data leaves, with no consent beyond opening.
    Critical,
}

impl Severity {
    /// Lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// One level lower; `Info` stays.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium => Self::Low,
            Self::Low | Self::Info => Self::Info,
        }
    }
}

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Likely.
    Medium,
    /// The text says so.
    High,
}

/// For whom it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Persona {
    /// Everybody.
    Regular,
    /// Who wants to see everything.
    Auditor,
}

/// One step of a chain, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStep {
    /// How this step is reached from the one before (`None` for the first).
    pub hop: Option<Hop>,
    /// The file.
    pub path: RepoPath,
    /// The place in the file, where there is text.
    pub place: Option<Place>,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Rule id.
    pub rule: String,
    /// What happens, after grading.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// For whom.
    pub persona: Persona,
    /// The rule's title.
    pub title: String,
    /// One or two sentences about this case. May hold text of the repository: escape when showing.
    pub message: String,
    /// The file of the primary place.
    pub path: RepoPath,
    /// The primary place, in its file, where there is text.
    pub place: Option<Place>,
    /// Related places, in their files, with a label each.
    pub related: Vec<(Place, String)>,
    /// Structural pointer of the trigger.
    pub pointer: Option<String>,
    /// From the trigger to the effect.
    pub chain: Vec<ChainStep>,
    /// What to do.
    pub fix: String,
    /// Survives moved lines, reformatting and neighbours.
    pub fingerprint: Digest,
    /// Over what it rests on: the effect with all its words, what flows into it, the paragraph of a text.
    /// Of two scans, the same fingerprint with other evidence is another danger at the same place.
    pub evidence: Digest,
    /// The trigger it is about.
    pub trigger: Option<TriggerId>,
}
