//! From a match to a [`Finding`]: severity, places, chain, fingerprint.

use super::case::{Case, Start};
use super::matching::Match;
use super::page::Page;
use super::page::form::Clause;
use super::{grade, phrase};
use crate::model::digest::Domain;
use crate::model::finding::ChainStep;
use crate::model::trigger::Observation;
use crate::model::{Digest, Effect, EffectId, Finding, Place, Sources};

/// The finding for a match in a trigger.
#[must_use]
pub fn about_trigger(page: &Page, clause: &Clause, case: &Case<'_>, found: &Match, reached: bool) -> Finding {
    let (trigger, sources) = (case.trigger, case.sources);
    let effect_of = |id: EffectId| trigger.lowered.get(id);
    let start = match found.start {
        Some(Start::Effect(id)) => Some(effect_of(id)),
        _ => None,
    };
    let effects: Vec<&Effect> = found.effect.map(effect_of).into_iter().chain(start).collect();
    let whole = found.effect.map_or(trigger.place, |id| effect_of(id).place);
    let place = found.place.unwrap_or(whole);
    let in_file = sources.in_file(place);
    let mut related: Vec<(Place, String)> = vec![];
    let origin = sources.in_file(trigger.place);
    if origin.source != in_file.source
        || origin.span.end <= in_file.span.start
        || origin.span.start >= in_file.span.end
    {
        related.push((origin, phrase::trigger(trigger)));
    }
    if let Some(start) = start {
        let from = sources.in_file(start.place);
        if from != in_file {
            related.push((from, "the bytes come from here".to_owned()));
        }
    }
    let front = &page.front;
    let message = phrase::fill(clause.message.as_ref().unwrap_or(&front.message), case, found);
    // With what flows into the effect: the same line that fetches from elsewhere is another finding.
    let payload = found
        .effect
        .map_or_else(|| trigger.what.clone(), |id| case.grounds(id, GROUNDS).join("\n"));
    let path = sources.get(in_file.source).path.clone();
    // A text for the model is long: its neighbours are none of the finding.
    let sentence = found
        .place
        .and_then(|p| sources.text(p.source).get(p.span.start..p.span.end))
        .filter(|text| !text.trim().is_empty());
    let payload = sentence.map_or(payload, str::to_owned);
    Finding {
        evidence: evidence(case, found, start),
        rule: front.id.clone(),
        severity: grade::grade(
            clause.severity.unwrap_or(front.severity),
            trigger,
            reached,
            effects,
        ),
        confidence: front.confidence,
        persona: clause.persona.unwrap_or(front.persona),
        title: front.title.clone(),
        message,
        fingerprint: fingerprint(&[&front.id, path.as_str(), &trigger.id, &normalised(&payload)]),
        path,
        place: Some(in_file),
        related,
        pointer: Some(trigger.pointer.clone()),
        chain: chain(place, sources),
        fix: page.fix(),
        trigger: Some(case.id),
    }
}

/// Effects looked at for what a finding rests on.
const GROUNDS: usize = 400;

/// Over what the match rests on, wherever that stands.
fn evidence(case: &Case<'_>, found: &Match, start: Option<&Effect>) -> Digest {
    let (trigger, sources) = (case.trigger, case.sources);
    let mut parts: Vec<String> = vec![];
    if let Some(place) = found.place {
        parts.push(normalised(paragraph(sources.text(place.source), place)));
    } else if let Some(id) = found.effect {
        parts.extend(case.grounds(id, GROUNDS).iter().map(|l| normalised(l)));
    } else {
        parts.push(normalised(&trigger.what));
        parts.extend(trigger.attributes.iter().map(|(k, v)| format!("{k}={v}")));
    }
    if let Some(start) = start {
        let at = trigger
            .lowered
            .effects
            .iter()
            .position(|e| std::ptr::eq(e, start));
        let id = at.and_then(|at| u32::try_from(at).ok()).map(EffectId);
        parts.extend(id.map(|id| normalised(&trigger.lowered.describe_whole(id))));
    }
    parts.extend(found.detail.as_deref().map(normalised));
    Digest::of(Domain::Evidence, parts.iter().map(|p| p.as_bytes()))
}

/// The lines of a place with one more on both sides, up to blank ones: what a sentence refers to stands
/// near it.
fn paragraph(text: &str, place: Place) -> &str {
    let (before, rest) = text.split_at_checked(place.span.start).unwrap_or((text, ""));
    let length = place.span.len().min(rest.len());
    let after = rest.get(length..).unwrap_or("");
    // From the line end before the place to the line end before that, if something stands in between.
    let line = before.rfind('\n').unwrap_or(0);
    let above = before
        .get(..line)
        .map_or(0, |b| b.rfind('\n').map_or(0, |i| i + 1));
    let start = if before.get(above..line).is_some_and(|l| !l.trim().is_empty()) {
        above
    } else {
        line
    };
    let end = after.match_indices('\n').map(|(i, _)| i);
    let end: Vec<usize> = end.take(2).collect();
    let end = match end.as_slice() {
        [first, second] if after.get(*first..*second).is_some_and(|l| !l.trim().is_empty()) => *second,
        [first, _] => *first,
        _ => after.len(),
    };
    text.get(start..place.span.start + length + end).unwrap_or(text)
}

/// The finding for an observation about a file.
#[must_use]
pub fn about_file(page: &Page, clause: &Clause, seen: &Observation, sources: &Sources) -> Finding {
    let front = &page.front;
    let message = clause.message.as_ref().unwrap_or(&front.message);
    let message = message
        .replace("{path}", seen.path.as_str())
        .replace("{detail}", &seen.detail);
    Finding {
        rule: front.id.clone(),
        severity: clause.severity.unwrap_or(front.severity),
        confidence: front.confidence,
        persona: clause.persona.unwrap_or(front.persona),
        title: front.title.clone(),
        message,
        path: seen.path.clone(),
        place: seen.place.map(|p| sources.in_file(p)),
        related: vec![],
        pointer: None,
        chain: seen.place.map_or(vec![], |p| chain(p, sources)),
        fix: page.fix(),
        fingerprint: fingerprint(&[
            &front.id,
            seen.path.as_str(),
            seen.kind,
            &normalised(&seen.detail),
        ]),
        evidence: Digest::of(
            Domain::Evidence,
            [seen.kind.as_bytes(), normalised(&seen.detail).as_bytes()],
        ),
        trigger: seen.trigger,
    }
}

/// One finding for each rule and place: what several triggers reach is told once, at the most severe
/// of them, the others being related places. Equal fingerprints get a counter.
#[must_use]
pub fn settle(mut findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        (b.severity, &a.path, a.place, &a.rule, &a.message)
            .cmp(&(a.severity, &b.path, b.place, &b.rule, &b.message))
    });
    let mut kept: Vec<Finding> = vec![];
    for finding in findings {
        let same = kept.iter_mut().find(|k| {
            k.rule == finding.rule && k.path == finding.path && same_text(k.place, finding.place, sources)
        });
        match same {
            Some(first) => {
                for (place, label) in finding.related {
                    let known = first
                        .related
                        .iter()
                        .any(|(p, _)| same_text(Some(*p), Some(place), sources));
                    if !known && first.related.len() < 16 {
                        first.related.push((place, label));
                    }
                }
            }
            None => kept.push(finding),
        }
    }
    let mut used: Vec<(Digest, u32)> = vec![];
    for finding in &mut kept {
        let first = finding.fingerprint;
        match used.iter_mut().find(|(digest, _)| *digest == first) {
            Some((_, count)) => {
                *count += 1;
                finding.fingerprint = fingerprint(&[&first.hex(), &count.to_string()]);
            }
            None => used.push((first, 1)),
        }
    }
    kept
}

/// Whether two places are the same text of the same file, though read as two sources.
fn same_text(a: Option<Place>, b: Option<Place>, sources: &Sources) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.span == b.span && sources.get(a.source).path == sources.get(b.source).path,
        (None, None) => true,
        _ => false,
    }
}

fn chain(place: Place, sources: &Sources) -> Vec<ChainStep> {
    let steps = sources.chain(place).into_iter();
    steps
        .map(|(hop, place)| ChainStep {
            hop,
            path: sources.get(place.source).path.clone(),
            place: Some(place),
        })
        .collect()
}

fn fingerprint(parts: &[&str]) -> Digest {
    Digest::of(Domain::Fingerprint, parts.iter().map(|p| p.as_bytes()))
}

/// The payload without what reformatting changes.
fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
