//! One look at a tree: what a scan and the approvals say of it, and what a second look says differently.

use std::collections::BTreeSet;

use crate::model::Tree;
use crate::model::closure::{Closure, TrustState, Verification};
use crate::model::report::{Report, Target, Verdict};
use crate::repo::Opened;

/// How a tree of a repository is looked at: `cli` hands in rules, limits and approvals as one function.
pub type Look<'a> = dyn Fn(&Opened, &dyn Tree, Target) -> Result<Looked, LookError> + 'a;

/// A look could not be taken: the approvals could not be read. In words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LookError(pub String);

/// What a look says.
#[derive(Debug)]
pub struct Looked {
    /// The scan.
    pub report: Report,
    /// What an approval would cover.
    pub closure: Closure,
    /// How that stands to what was approved.
    pub verification: Verification,
}

impl Looked {
    /// Whether a person approved exactly this.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.verification.state == TrustState::Approved
    }

    /// Whether a person refused this repository.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.verification.state == TrustState::Blocked
    }

    /// Whether what acts is exactly what acted in `before`.
    #[must_use]
    pub fn is_same(&self, before: &Self) -> bool {
        self.closure.digest() == before.closure.digest() && self.closure.gaps == before.closure.gaps
    }

    /// Whether nothing at all in the tree acts or is remarkable: there is nothing to ask about. Where
    /// something was approved before, even that is a change: what protected may be gone.
    #[must_use]
    pub fn nothing_acts(&self) -> bool {
        let report = &self.report;
        self.verification.state == TrustState::Unknown
            && self.closure.is_complete()
            && report.triggers.is_empty()
            && report.findings.is_empty()
            && report.unread.is_empty()
            && report.errors.is_empty()
    }

    /// Whether the scan says nothing worse than `most`.
    #[must_use]
    pub fn is_at_most(&self, most: Verdict) -> bool {
        self.report.verdict() <= most
    }

    /// What this look shows that `before` did not: lines for people, not escaped. Parts that are gone
    /// are no difference where the work tree is `sparse`: it has fewer files.
    #[must_use]
    pub fn beyond(&self, before: &Self, sparse: bool) -> Vec<String> {
        let (seen, now) = (facts(&before.report), facts(&self.report));
        let mut beyond: Vec<String> = now.difference(&seen).cloned().collect();
        if beyond.is_empty() && !sparse && self.closure.runs() != before.closure.runs() {
            let changed = self.closure.entries.iter().filter(|entry| {
                !entry.local && before.closure.entry(&entry.id).map(|e| e.digest()) != Some(entry.digest())
            });
            beyond.extend(changed.map(|entry| format!("{}: other bytes", entry.id)));
            if beyond.is_empty() {
                beyond.push("something that was shown is gone".to_owned());
            }
        }
        beyond
    }
}

/// All that acts, each fact by itself. The order of a set keeps the lines sorted.
fn facts(report: &Report) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for trigger in &report.triggers {
        let name = format!("{}  {}", trigger.path, trigger.what);
        for effect in trigger
            .lowered
            .iter()
            .map(|(id, _)| trigger.lowered.describe_effect(id))
        {
            facts.insert(format!("{name}: {effect}"));
        }
        facts.insert(name);
    }
    for finding in &report.findings {
        facts.insert(format!("{}  {}: {}", finding.path, finding.rule, finding.message));
    }
    for observation in &report.observations {
        facts.insert(format!("{}  {}", observation.path, observation.detail));
    }
    facts
}
