//! [`Coverage`]: an honest account of what was not understood.

use super::source::Place;

/// Why something was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// The text does not parse, or shells disagree about it.
    Syntax,
    /// A construct is known but its effect is not modelled.
    NotModelled,
    /// The program to be started is decided at run time.
    UnknownProgram,
    /// Code is decided at run time (`eval` of output, text from the network).
    UnknownCode,
    /// A path or host that matters is decided at run time.
    UnknownOperand,
    /// The file a reference names is not in the tree.
    Missing,
    /// The file lies outside the tree.
    Outside,
    /// The file is no text (a binary, a picture, an archive).
    Binary,
    /// The file is there and could not be read.
    Unreadable,
    /// A language that is not lowered.
    Language,
    /// A limit on bytes, depth, count or time was reached.
    Limit,
}

impl GapReason {
    /// Whether something that runs, or that the model is told, went unseen.
    ///
    /// All do but one: an operand that is decided at run time names the file or host of an act that
    /// was read to its end. Half of all honest scripts have such operands (`cp "$1" "$2"`).
    #[must_use]
    pub fn hides(self) -> bool {
        self != Self::UnknownOperand
    }

    /// Whether it is about a whole file that would be read or run.
    #[must_use]
    pub fn is_of_a_file(self) -> bool {
        matches!(
            self,
            Self::Missing | Self::Outside | Self::Binary | Self::Unreadable | Self::Language
        )
    }
}

/// One thing that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Where.
    pub place: Place,
    /// Why, as a class.
    pub reason: GapReason,
    /// Why, in words, lower case, no full stop. May hold text of the repository: escape when showing.
    pub detail: String,
}

/// Complete, or partial with the gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// What was not understood; empty means complete.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// Whether everything was understood.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Notes a gap, once.
    pub fn note(&mut self, place: Place, reason: GapReason, detail: impl Into<String>) {
        let gap = Gap {
            place,
            reason,
            detail: detail.into(),
        };
        // The same gap comes again soon or never: looking at all would take quadratic time.
        if !self.gaps.iter().rev().take(512).any(|known| *known == gap) {
            self.gaps.push(gap);
        }
    }
}
