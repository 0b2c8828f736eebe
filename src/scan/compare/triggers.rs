//! What is new about the triggers of a report.

use std::collections::{BTreeMap, HashMap};

use crate::model::effect::Turn;
use crate::model::report::{Change, Lost, Report, position};
use crate::model::trigger::{Class, Consent, Distance};
use crate::model::{EffectId, EffectKind, GapReason, RepoPath, Sources, Trigger};

/// How little stands between opening the repository and a trigger; less is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    distance: Distance,
    interactive: Consent,
    headless: Consent,
    sample: bool,
}

impl Rank {
    pub(super) fn of(trigger: &Trigger) -> Self {
        Self {
            distance: trigger.distance(),
            interactive: trigger.consent.interactive,
            headless: trigger.consent.headless,
            sample: trigger.sample,
        }
    }

    /// Whether less stands before this than before `other`, in any respect.
    pub(super) fn worse_than(&self, other: &Self) -> bool {
        self.distance < other.distance
            || self.interactive < other.interactive
            || self.headless < other.headless
            || (other.sample && !self.sample)
    }
}

/// A trigger with what is compared of it.
struct Side<'a> {
    trigger: &'a Trigger,
    /// Effects in full, white space made even.
    effects: Vec<String>,
    /// Over class, words and effects: the same in another file.
    payload: Vec<String>,
}

impl<'a> Side<'a> {
    fn of(trigger: &'a Trigger) -> Self {
        let effects: Vec<String> = trigger
            .lowered
            .iter()
            .map(|(id, _)| even(&trigger.lowered.describe_whole(id)))
            .collect();
        let mut payload = effects.clone();
        payload.sort();
        payload.push(even(&trigger.what));
        payload.extend(trigger.attributes.iter().map(|(k, v)| format!("{k}={v}")));
        Self {
            trigger,
            effects,
            payload,
        }
    }
}

fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For each trigger of `head`, what is new about it; `None` where nothing is.
pub(super) fn changes(base: &Report, head: &Report) -> Vec<Option<Change>> {
    let old: Vec<Side<'_>> = base.triggers.iter().map(Side::of).collect();
    let new: Vec<Side<'_>> = head.triggers.iter().map(Side::of).collect();
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    let mut free = vec![true; old.len()];
    // The same name in the same file; then the same payload in any file; then the same spot of a file.
    pair(&old, &new, &mut partner, &mut free, |s| {
        Some((s.trigger.path.clone(), vec![s.trigger.id.clone()]))
    });
    pair(&old, &new, &mut partner, &mut free, |s| {
        let mut key = vec![format!("{:?}", s.trigger.class)];
        key.extend(s.payload.iter().cloned());
        Some((RepoPath::root(), key))
    });
    pair(&old, &new, &mut partner, &mut free, |s| {
        // Entries of a list have no spot of their own.
        let list = matches!(s.trigger.class, Class::Permission);
        (!list).then(|| (s.trigger.path.clone(), vec![spot(s.trigger)]))
    });
    new.iter()
        .zip(partner)
        .map(|(side, partner)| match partner.and_then(|n| old.get(n)) {
            None => Some(Change::New),
            Some(before) => difference(before, side, base, head),
        })
        .collect()
}

/// Pairs what is still without a partner by `key`, in order, each once.
fn pair<'a, K: Eq + std::hash::Hash>(
    old: &[Side<'a>],
    new: &[Side<'a>],
    partner: &mut [Option<usize>],
    free: &mut [bool],
    key: impl Fn(&Side<'a>) -> Option<K>,
) {
    let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
    for (n, side) in old.iter().enumerate().rev() {
        if free.get(n) == Some(&true)
            && let Some(key) = key(side)
        {
            waiting.entry(key).or_default().push(n);
        }
    }
    for (side, partner) in new.iter().zip(partner) {
        if partner.is_none()
            && let Some(key) = key(side)
            && let Some(n) = waiting.get_mut(&key).and_then(Vec::pop)
        {
            *partner = Some(n);
            if let Some(slot) = free.get_mut(n) {
                *slot = false;
            }
        }
    }
}

/// Class, time and pointer without array indexes.
fn spot(trigger: &Trigger) -> String {
    let parts = trigger.pointer.split('/');
    let named: Vec<&str> = parts
        .filter(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    format!("{:?} {:?} {}", trigger.class, trigger.when, named.join("/"))
}

fn difference(before: &Side<'_>, after: &Side<'_>, base: &Report, head: &Report) -> Option<Change> {
    let (old, new) = (before.trigger, after.trigger);
    let worse = Rank::of(new).worse_than(&Rank::of(old));
    if worse && old.path != new.path {
        return Some(Change::Moved {
            from: old.path.clone(),
        });
    }
    let added = added_effects(before, after);
    let mut why = vec![];
    if worse {
        why.push("less stands before it");
    }
    if more(&attributes(old), &attributes(new)) {
        why.push("its options");
    }
    if more(&flows(old), &flows(new)) {
        why.push("what flows where");
    }
    if more(&gaps(old), &gaps(new)) {
        why.push("parts that are not understood");
    }
    // What was not understood may do anything: other text there is other behaviour.
    if why.is_empty() && added.is_empty() && more(&dark(old, &base.sources), &dark(new, &head.sources)) {
        why.push("text that is not understood");
    }
    (!added.is_empty() || !why.is_empty()).then_some(Change::Changed { added, why })
}

/// Whether `new` has something that `old` has not, or has it more often.
fn more(old: &[String], new: &[String]) -> bool {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in old {
        *counts.entry(line).or_default() += 1;
    }
    new.iter().any(|line| match counts.get_mut(line.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

/// The effects of `after` that `before` has not. Of a text for the model only lines count that are new.
fn added_effects(before: &Side<'_>, after: &Side<'_>) -> Vec<EffectId> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &before.effects {
        *counts.entry(line).or_default() += 1;
    }
    let told = |trigger: &Trigger| -> Vec<String> {
        let texts = trigger.lowered.effects.iter().filter_map(|e| match &e.kind {
            EffectKind::Instruct { text, .. } => Some(text),
            _ => None,
        });
        texts.flat_map(|text| text.lines().map(even)).collect()
    };
    let mut known: Option<Vec<String>> = None;
    let mut out = vec![];
    for ((id, effect), line) in after.trigger.lowered.iter().zip(&after.effects) {
        match counts.get_mut(line.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => {
                let new = match &effect.kind {
                    EffectKind::Instruct { text, .. } => {
                        let known = known.get_or_insert_with(|| {
                            let mut lines = told(before.trigger);
                            lines.sort();
                            lines
                        });
                        let fresh = |l: String| !l.is_empty() && known.binary_search(&l).is_err();
                        text.lines().map(even).any(fresh)
                    }
                    _ => true,
                };
                if new {
                    out.push(id);
                }
            }
        }
    }
    out
}

fn attributes(trigger: &Trigger) -> Vec<String> {
    let all = trigger.attributes.iter();
    // Wording that the model does not act on by itself comes with the text.
    all.filter(|(k, _)| k != "description")
        .map(|(k, v)| format!("{k}={}", even(v)))
        .collect()
}

fn flows(trigger: &Trigger) -> Vec<String> {
    let lowered = &trigger.lowered;
    let all = lowered.flows.iter().map(|flow| {
        let from = match &flow.from {
            crate::model::Origin::Effect(id) => lowered.describe_whole(*id),
            other => format!("{other:?}"),
        };
        even(&format!(
            "{from} -> {} {:?}",
            lowered.describe_whole(flow.to),
            flow.decoded
        ))
    });
    // A text that the model is told flows nowhere by its own words.
    all.filter(|line| !line.starts_with("instruct ")).collect()
}

fn gaps(trigger: &Trigger) -> Vec<String> {
    let all = trigger.lowered.coverage.gaps.iter();
    all.map(|gap| format!("{:?} {}", gap.reason, even(&gap.detail)))
        .collect()
}

/// The texts in which something was not understood.
fn dark(trigger: &Trigger, sources: &Sources) -> Vec<String> {
    let lowered = &trigger.lowered;
    let gaps = lowered.coverage.gaps.iter();
    let places = gaps
        .filter(|gap| {
            // What is not in the tree has no text; what could not be read is compared as a file.
            !matches!(
                gap.reason,
                GapReason::Missing | GapReason::Outside | GapReason::Binary
            )
        })
        .map(|gap| gap.place.source);
    let mut ids: Vec<_> = places.collect();
    ids.sort();
    ids.dedup();
    ids.iter().map(|id| even(sources.text(*id))).collect()
}

/// Everything that narrows what the agent may do, with a key that does not say where in a file it stands.
pub(super) fn guards(report: &Report) -> Vec<(String, Lost)> {
    let mut out = vec![];
    for trigger in &report.triggers {
        for (id, effect) in trigger.lowered.iter() {
            let EffectKind::Setting {
                turn: Turn::Narrows, ..
            } = &effect.kind
            else {
                continue;
            };
            let line = trigger.lowered.describe_whole(id);
            let place = report.sources.in_file(trigger.place);
            let text = report.sources.text(place.source);
            out.push((
                format!("{:?} {}", trigger.distance(), even(&line)),
                Lost {
                    path: trigger.path.clone(),
                    line: position(text, place.span.start).0,
                    what: trigger.what.clone(),
                },
            ));
        }
    }
    out
}
