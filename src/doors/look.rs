//! One look at a tree: what a scan and the approvals say of it, and what a second look says differently.

use std::collections::BTreeSet;

use crate::model::Tree;
use crate::model::report::{Report, Target, Verdict};

/// How a tree is looked at: `cli` hands in rules, limits and approvals as one function.
pub type Look<'a> = dyn Fn(&dyn Tree, Target) -> Looked + 'a;

/// What a look says.
#[derive(Debug)]
pub struct Looked {
    /// The scan.
    pub report: Report,
}

impl Looked {
    /// Whether nothing at all in the tree acts or is remarkable: there is nothing to ask about.
    #[must_use]
    pub fn nothing_acts(&self) -> bool {
        let report = &self.report;
        report.triggers.is_empty()
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
    /// (a sparse work tree has fewer files) are no difference.
    #[must_use]
    pub fn beyond(&self, before: &Self) -> Vec<String> {
        let (seen, now) = (facts(&before.report), facts(&self.report));
        now.difference(&seen).cloned().collect()
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
