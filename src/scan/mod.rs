//! From a tree to a report: surfaces, then checks, then one sorted result.

use crate::model::clock::Clock;
use crate::model::digest::{Digest, Domain};
use crate::model::report::{Report, RuleInfo, Target, Unread};
use crate::model::trigger::{Observation, Trigger};
use crate::model::{Finding, GapReason, Limits, RepoPath, Sources, Tree};
use crate::rules::Book;
use crate::rules::page::Page;
use crate::surface;

pub mod accept;
pub mod compare;
pub mod examples;

/// What looks at triggers and says findings: the rule book, and later plug-ins.
pub trait Check {
    /// Findings about `triggers` and `observations`, in any order.
    fn check(&self, triggers: &[Trigger], observations: &[Observation], sources: &Sources) -> Vec<Finding>;
}

impl Check for Book {
    fn check(&self, triggers: &[Trigger], observations: &[Observation], sources: &Sources) -> Vec<Finding> {
        Self::check(self, triggers, observations, sources)
    }
}

/// Scans `tree` and reports. Nothing of the tree is executed or followed out of it.
#[must_use]
pub fn scan(
    tree: &dyn Tree,
    target: Target,
    book: &Book,
    scope: surface::Scope,
    limits: &Limits,
    clock: Clock,
) -> Report {
    scan_folder(tree, None, target, book, scope, limits, clock)
}

/// [`scan`] of a folder of a larger tree (`above`: that tree and the folder in it): what acts on the
/// folder from above is reported too, under paths that climb.
#[must_use]
pub fn scan_folder(
    tree: &dyn Tree,
    above: Option<(&dyn Tree, &RepoPath)>,
    target: Target,
    book: &Book,
    scope: surface::Scope,
    limits: &Limits,
    clock: Clock,
) -> Report {
    let mut sources = Sources::new();
    let options = surface::Options { limits, clock, scope };
    let mut surfaced = surface::read(tree, &mut sources, &options);
    let digest = digest(tree, &surfaced.read);
    if let Some((whole, folder)) = above {
        surfaced.add(surface::read_above(whole, folder, &mut sources, &options));
    }
    let target = Target { digest, ..target };
    let mut report = judge(surfaced, sources, tree.entries().len(), target, book);
    report.folder = above.map(|(_, folder)| folder.clone()).unwrap_or_default();
    report
}

/// The report about what was read of a tree of `files` entries.
#[must_use]
pub fn judge(
    surfaced: surface::Surfaced,
    sources: Sources,
    files: usize,
    target: Target,
    book: &Book,
) -> Report {
    let (triggers, observations) = (surfaced.triggers, surfaced.observations);
    let mut findings = Check::check(book, &triggers, &observations, &sources);
    findings.sort_by(|a, b| {
        let key = |f: &Finding| {
            (
                std::cmp::Reverse(f.severity),
                f.persona,
                f.path.clone(),
                f.place.map(|p| p.span),
            )
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.rule, &a.pointer, a.fingerprint).cmp(&(&b.rule, &b.pointer, b.fingerprint)))
    });
    let findings = once(findings);
    let mut rules: Vec<RuleInfo> = vec![];
    for finding in &findings {
        if !rules.iter().any(|r| r.id == finding.rule) {
            rules.extend(book.page(&finding.rule).map(info));
        }
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let mut unread = surfaced.unread;
    unread.extend(gaps(&triggers, &sources));
    unread.sort();
    unread.dedup_by(|a, b| a.path == b.path && a.reason == b.reason);
    Report {
        target,
        files,
        read: surfaced.read.len(),
        sources,
        triggers,
        observations,
        findings,
        rules,
        unread,
        errors: surfaced.errors,
        folder: RepoPath::root(),
        accepted: vec![],
        comparison: None,
    }
}

/// Each danger once: of findings of one rule about one trigger whose places overlap, the first.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = vec![];
    for finding in findings {
        let overlaps = |other: &Finding| match (other.place, finding.place) {
            (Some(a), Some(b)) => {
                other.path == finding.path && a.span.start < b.span.end && b.span.start < a.span.end
            }
            (a, b) => a == b && other.path == finding.path,
        };
        let same = |other: &&Finding| other.rule == finding.rule && other.trigger == finding.trigger;
        if !kept.iter().rev().take(400).filter(same).any(overlaps) {
            kept.push(finding);
        }
    }
    kept
}

/// What formats that list rules show of a page.
fn info(page: &Page) -> RuleInfo {
    RuleInfo {
        id: page.id().to_owned(),
        title: page.front.title.clone(),
        help: page.body().trim().to_owned(),
        severity: page.front.severity,
    }
}

/// What would run or be read and was not: the gaps that name a file.
fn gaps(triggers: &[Trigger], sources: &Sources) -> Vec<Unread> {
    let mut out = vec![];
    for trigger in triggers {
        for gap in &trigger.lowered.coverage.gaps {
            if !gap.reason.is_of_a_file() {
                continue;
            }
            let place = sources.in_file(gap.place);
            let source = sources.get(place.source);
            let line = crate::model::report::position(&source.text, place.span.start).0;
            out.push(Unread {
                path: named(&gap.detail).to_owned(),
                reason: match gap.reason {
                    GapReason::Missing => "not in the tree",
                    GapReason::Outside => "outside the tree",
                    GapReason::Binary => "no text",
                    GapReason::Language => "in a language that is not read",
                    _ => "could not be read",
                }
                .to_owned(),
                referenced_by: Some((source.path.clone(), line)),
                is_error: gap.reason == GapReason::Unreadable,
            });
        }
    }
    out
}

/// The file that a gap's words name between backticks, or the words themselves.
fn named(detail: &str) -> &str {
    detail
        .split('`')
        .nth(1)
        .filter(|name| !name.is_empty())
        .unwrap_or(detail)
}

/// Over the paths, modes and bytes of all files that were read.
fn digest(tree: &dyn Tree, read: &std::collections::BTreeSet<RepoPath>) -> Option<Digest> {
    let mut parts: Vec<Vec<u8>> = vec![];
    for path in read {
        parts.push(path.as_str().as_bytes().to_vec());
        parts.push(tree.read(path, u64::MAX).unwrap_or_default());
    }
    (!parts.is_empty()).then(|| Digest::of(Domain::Tree, parts.iter().map(Vec::as_slice)))
}

#[cfg(test)]
mod tests;
