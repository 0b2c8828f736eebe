//! [`added`]: of two reports, what the second adds to the attack surface.
//!
//! A finding is known when the base has one with the same fingerprint that rests on the same evidence and
//! is no less severe; what moved to another file is known by rule and evidence alone, unless the new
//! place makes it worse. All of that counts: two where there was one is one more.

use std::collections::{BTreeMap, HashMap};

use crate::model::report::{Change, Comparison, Lost, Report};
use crate::model::{Finding, RepoPath, Tree, TriggerId};

mod triggers;

/// The two commits, for what can only be told from the files.
pub struct Trees<'a> {
    /// What is compared with.
    pub base: &'a dyn Tree,
    /// The change.
    pub head: &'a dyn Tree,
}

/// Ids of the two commits, and why the base is not where the two histories part.
#[derive(Debug, Clone)]
pub struct Commits {
    /// What is compared with.
    pub base: String,
    /// The change.
    pub head: String,
    /// Why it is not the merge base, if so.
    pub not_merge_base: Option<&'static str>,
}

/// Bytes of a file that is compared though it was not understood.
const COMPARED: u64 = 64 << 20;

/// Cuts `head` down to what `base` does not have.
#[must_use]
pub fn added(base: &Report, mut head: Report, trees: &Trees<'_>, commits: Commits) -> Report {
    let mut changes = triggers::changes(base, &head);
    let lost = lost(base, &head);
    let findings = std::mem::take(&mut head.findings);
    let fresh = fresh(base, &head, findings);
    // A new finding shows its trigger, though that may have been there.
    for finding in &fresh {
        let place = finding.trigger.and_then(|id| changes.get_mut(id.0 as usize));
        if let Some(change @ None) = place {
            *change = Some(Change::Changed {
                added: vec![],
                why: vec!["what it reaches"],
            });
        }
    }
    head.findings = fresh;
    let changes = keep(&mut head, changes);
    let ids: Vec<&str> = head.findings.iter().map(|f| f.rule.as_str()).collect();
    head.rules.retain(|rule| ids.contains(&rule.id.as_str()));
    let known: Vec<(&str, &str)> = base
        .unread
        .iter()
        .map(|u| (u.path.as_str(), u.reason.as_str()))
        .collect();
    head.unread
        .retain(|u| !known.contains(&(&u.path, &u.reason)) || differs(trees, &u.path));
    let mut notes = vec![];
    if !base.errors.is_empty() || base.unread.iter().any(|u| u.is_error) {
        notes.push("the base could not be read whole: more may be told here than the change adds".to_owned());
    }
    head.comparison = Some(Comparison {
        base: commits.base,
        head: commits.head,
        not_merge_base: commits.not_merge_base,
        changes,
        lost,
        notes,
    });
    head
}

/// Whether the file that was not understood has other bytes now. A name that is no path in the tree is
/// taken for the same.
fn differs(trees: &Trees<'_>, path: &str) -> bool {
    let Some(path) = RepoPath::new(path) else {
        return false;
    };
    trees.base.read(&path, COMPARED) != trees.head.read(&path, COMPARED)
}

/// The findings that the base does not have.
fn fresh(base: &Report, head: &Report, findings: Vec<Finding>) -> Vec<Finding> {
    let worse = |new: &Finding, old: &Finding| {
        let rank = |report: &Report, finding: &Finding| {
            let trigger = report.triggers.get(finding.trigger?.0 as usize)?;
            Some(triggers::Rank::of(trigger))
        };
        new.severity > old.severity
            || new.persona < old.persona
            || matches!((rank(head, new), rank(base, old)), (Some(n), Some(o)) if n.worse_than(&o))
    };
    let mut by_fingerprint: HashMap<_, Vec<usize>> = HashMap::new();
    for (n, finding) in base.findings.iter().enumerate() {
        by_fingerprint.entry(finding.fingerprint).or_default().push(n);
    }
    let mut taken = vec![false; base.findings.len()];
    let take = |places: Option<&Vec<usize>>, finding: &Finding, taken: &mut Vec<bool>| {
        let fits = |n: &&usize| {
            let old = base.findings.get(**n);
            taken.get(**n) == Some(&false)
                && old.is_some_and(|old| old.evidence == finding.evidence && !worse(finding, old))
        };
        let found = places.and_then(|p| p.iter().find(fits)).copied();
        if let Some(slot) = found.and_then(|n| taken.get_mut(n)) {
            *slot = true;
        }
        found.is_some()
    };
    let mut left: Vec<Finding> = vec![];
    for finding in findings {
        if !take(by_fingerprint.get(&finding.fingerprint), &finding, &mut taken) {
            left.push(finding);
        }
    }
    let mut by_evidence: HashMap<_, Vec<usize>> = HashMap::new();
    for (n, finding) in base.findings.iter().enumerate() {
        let key = (finding.rule.as_str(), finding.evidence);
        by_evidence.entry(key).or_default().push(n);
    }
    left.retain(|finding| {
        let key = (finding.rule.as_str(), finding.evidence);
        !take(by_evidence.get(&key), finding, &mut taken)
    });
    left
}

/// Drops the triggers without a change and renumbers what refers to the others.
fn keep(report: &mut Report, changes: Vec<Option<Change>>) -> Vec<Change> {
    let mut new_ids: HashMap<TriggerId, TriggerId> = HashMap::new();
    let mut kept = vec![];
    let mut kept_changes = vec![];
    let all = std::mem::take(&mut report.triggers);
    for ((n, trigger), change) in (0_u32..).zip(all).zip(changes) {
        if let Some(change) = change {
            let id = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            new_ids.insert(TriggerId(n), TriggerId(id));
            kept.push(trigger);
            kept_changes.push(change);
        }
    }
    report.triggers = kept;
    for finding in &mut report.findings {
        finding.trigger = finding.trigger.and_then(|id| new_ids.get(&id).copied());
    }
    for observation in &mut report.observations {
        observation.trigger = observation.trigger.and_then(|id| new_ids.get(&id).copied());
    }
    kept_changes
}

/// What narrowed the agent in the base and does so nowhere in the head, which is still whole.
fn lost(base: &Report, head: &Report) -> Vec<Lost> {
    let mut guards: BTreeMap<String, usize> = BTreeMap::new();
    for (key, _) in triggers::guards(head) {
        *guards.entry(key).or_default() += 1;
    }
    let mut out: Vec<Lost> = vec![];
    for (key, lost) in triggers::guards(base) {
        match guards.get_mut(&key) {
            Some(count) if *count > 0 => *count -= 1,
            _ => out.push(lost),
        }
    }
    out.sort();
    out
}

#[cfg(test)]
mod tests;
