//! [`Report`]: the result of a scan, ready for any format.

use super::coverage::Gap;
use super::digest::Digest;
use super::effect::EffectId;
use super::finding::{Finding, Persona, Severity};
use super::path::RepoPath;
use super::source::{Place, Sources};
use super::trigger::{Consent, Observation, Trigger};

/// What was scanned.
#[derive(Debug, Clone)]
pub struct Target {
    /// `work-tree`, `folder`, `commit`, `user`.
    pub kind: &'static str,
    /// Path as given.
    pub path: String,
    /// Revision as given, for commits.
    pub rev: Option<String>,
    /// Base revision, for comparisons.
    pub base: Option<String>,
    /// Digest of the files that were read.
    pub digest: Option<Digest>,
}

/// A file that would be read or run and was not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// The file, or the reference as written.
    pub path: String,
    /// Why, in words.
    pub reason: String,
    /// Path and 1-based line of the reference, if something refers to it.
    pub referenced_by: Option<(RepoPath, usize)>,
    /// A reader would have read it and we could not (exit 3), as opposed to a binary, missing or
    /// opaque thing that would run (a gap).
    pub is_error: bool,
}

/// A part that could not be done; the rest was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScanError {
    /// Where.
    pub path: String,
    /// What happened and what to do next.
    pub reason: String,
}

/// What a rule page says about itself, for formats that list rules.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Help text (Markdown).
    pub help: String,
    /// Severity before grading.
    pub severity: Severity,
}

/// What became of an entry in a file of accepted findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptedState {
    /// Its finding is taken out of the report.
    Accepted,
    /// Its finding is there, its last day is past.
    Expired,
    /// There is no such finding.
    Unused,
    /// The file lies in what is scanned and is not pinned: it changes nothing.
    NotHonoured,
}

impl AcceptedState {
    /// Lower-case words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::NotHonoured => "not honoured",
        }
    }
}

/// An entry in a file of accepted findings.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The file, as given.
    pub file: String,
    /// Fingerprint of the finding.
    pub fingerprint: String,
    /// Why it is accepted. Text of whoever wrote the file: escape when showing.
    pub reason: String,
    /// Last day on which it counts.
    pub expires: Option<String>,
    /// What became of it.
    pub state: AcceptedState,
    /// The finding, where there is one.
    pub finding: Option<Finding>,
}

/// How a report was cut down to what a change adds.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Id of the commit that was compared with.
    pub base: String,
    /// Id of the change's last commit.
    pub head: String,
    /// Why the base itself was taken instead of the commit where the two histories part.
    pub not_merge_base: Option<&'static str>,
    /// For each trigger of the report, what is new about it.
    pub changes: Vec<Change>,
    /// What guarded before and does no more.
    pub lost: Vec<Lost>,
    /// What a reader must know about the comparison, in words.
    pub notes: Vec<String>,
}

/// What is new about a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    New,
    /// It stood elsewhere and acted with more consent or later.
    Moved {
        /// The file it stood in.
        from: RepoPath,
    },
    /// It was there and does more.
    Changed {
        /// The effects it did not have.
        added: Vec<EffectId>,
        /// What else is new, in words.
        why: Vec<&'static str>,
    },
}

/// Something that guarded in the base and does no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// The file it stood in.
    pub path: RepoPath,
    /// 1-based line in the base.
    pub line: usize,
    /// What it was. Text of the repository: escape when showing.
    pub what: String,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing above low, and everything that would run was read.
    Clean,
    /// A high or medium, or something that would run was not fully read ([`Report::unseen`]).
    Review,
    /// A critical.
    DoNotOpen,
}

/// The result of a scan.
#[derive(Debug)]
pub struct Report {
    /// What was scanned.
    pub target: Target,
    /// All texts, for snippets and lines.
    pub sources: Sources,
    /// Everything that acts, sorted by path and place.
    pub triggers: Vec<Trigger>,
    /// Things noticed about files.
    pub observations: Vec<Observation>,
    /// Findings of both personas, most severe first, then by path and place.
    pub findings: Vec<Finding>,
    /// The rules that found something.
    pub rules: Vec<RuleInfo>,
    /// Entries in the tree.
    pub files: usize,
    /// Files opened.
    pub read: usize,
    /// What was not read.
    pub unread: Vec<Unread>,
    /// Parts that could not be done.
    pub errors: Vec<ScanError>,
    /// The folder that was asked for, seen from the git root; empty for the root itself.
    pub folder: RepoPath,
    /// What files of accepted findings say.
    pub accepted: Vec<Accepted>,
    /// For a comparison: everything above is what the change adds.
    pub comparison: Option<Comparison>,
}

impl Report {
    /// The verdict; counts `regular` findings only.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.worst() {
            Some(Severity::Critical) => Verdict::DoNotOpen,
            Some(Severity::High | Severity::Medium) => Verdict::Review,
            _ if self.comparison.as_ref().is_some_and(|c| !c.lost.is_empty()) => Verdict::Review,
            _ if !self.unread.is_empty() || !self.errors.is_empty() => Verdict::Review,
            _ if self.unseen().next().is_some() => Verdict::Review,
            _ => Verdict::Clean,
        }
    }

    /// The gaps behind which something acts unseen, each with its trigger.
    ///
    /// Such a gap weighs as a finding of medium does: it is none where nothing starts the trigger, and
    /// less below a folder of test data or templates.
    pub fn unseen(&self) -> impl Iterator<Item = (&Trigger, &Gap)> {
        let acts = |t: &&Trigger| !t.sample && t.consent.weaker() != Consent::Never;
        self.triggers.iter().filter(acts).flat_map(|trigger| {
            let gaps = trigger.lowered.coverage.gaps.iter();
            gaps.filter(|gap| gap.reason.hides())
                .map(move |gap| (trigger, gap))
        })
    }

    /// The highest severity among `regular` findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings
            .iter()
            .filter(|f| f.persona == Persona::Regular)
            .map(|f| f.severity)
            .max()
    }

    /// 1-based line and column (Unicode scalars) of the start and the end of `place`, in its file.
    /// The end is the position of the last character covered.
    #[must_use]
    pub fn lines(&self, place: Place) -> Lines {
        let place = self.sources.in_file(place);
        let text = self.sources.text(place.source);
        let start = position(text, place.span.start);
        let last = place.span.end.max(place.span.start + 1) - 1;
        Lines {
            start,
            end: position(text, last.max(place.span.start)),
        }
    }
}

/// 1-based line and column.
pub type Position = (usize, usize);

/// Start and end of a place, 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// Line and column of the first character.
    pub start: Position,
    /// Line and column of the last character.
    pub end: Position,
}

/// 1-based line and column of byte `at` in `text` (clamped; columns count Unicode scalars).
#[must_use]
pub fn position(text: &str, at: usize) -> Position {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
