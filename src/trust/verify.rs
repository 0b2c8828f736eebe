//! [`verify`]: a closure against what was approved.

use std::collections::BTreeMap;

use crate::model::closure::{
    Checked, Closure, Entry, EntryClass, EntryId, EntryState, TrustState, Verification,
};

/// A state of a repository that somebody approved.
#[derive(Debug, Clone)]
pub struct Approved {
    /// Who: `user`, a signer, a trusted origin.
    pub by: String,
    /// Seconds since 1970, for choosing which one to compare with.
    pub at: u64,
    /// Digests by name.
    entries: BTreeMap<EntryId, Known>,
}

/// What is known of an approved entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    digest: String,
    class: EntryClass,
    local: bool,
}

impl Known {
    fn of(entry: &Entry) -> Self {
        Self {
            digest: entry.digest().hex(),
            class: entry.class,
            local: entry.local,
        }
    }
}

impl Approved {
    /// A state with these entries.
    #[must_use]
    pub fn new(by: &str, at: u64, entries: &[Entry]) -> Self {
        let known = entries.iter().map(|entry| (entry.id.clone(), Known::of(entry)));
        Self {
            by: by.to_owned(),
            at,
            entries: known.collect(),
        }
    }

    /// A state that is known by digests alone.
    pub(super) fn pinned(
        by: &str,
        at: u64,
        entries: impl IntoIterator<Item = (EntryId, EntryClass, String)>,
    ) -> Self {
        let known = entries.into_iter().map(|(id, class, digest)| {
            let local = false;
            (id, Known { digest, class, local })
        });
        Self {
            by: by.to_owned(),
            at,
            entries: known.collect(),
        }
    }

    /// Whether everything that runs in `now` is as approved, and nothing that a commit fixes is gone. What
    /// git does not track may be absent: a fresh clone has none of it.
    fn permits(&self, now: &BTreeMap<EntryId, Known>) -> bool {
        let runs = |(_, known): &(&EntryId, &Known)| known.class == EntryClass::Runs;
        let there = now
            .iter()
            .filter(runs)
            .all(|(id, known)| self.entries.get(id) == Some(known));
        let gone = self
            .entries
            .iter()
            .filter(runs)
            .any(|(id, known)| !known.local && !now.contains_key(id));
        there && !gone
    }

    /// How many entries are alike.
    fn alike(&self, now: &BTreeMap<EntryId, Known>) -> usize {
        now.iter()
            .filter(|(id, known)| self.entries.get(id) == Some(known))
            .count()
    }
}

/// How `closure` stands to the states that were approved for its repository.
#[must_use]
pub fn verify(closure: &Closure, blocked: bool, approved: &[Approved]) -> Verification {
    let now: BTreeMap<EntryId, Known> = closure
        .entries
        .iter()
        .map(|entry| (entry.id.clone(), Known::of(entry)))
        .collect();
    let permitting = approved
        .iter()
        .filter(|state| state.permits(&now))
        .max_by_key(|state| state.at);
    let nearest = permitting.or_else(|| approved.iter().max_by_key(|state| (state.alike(&now), state.at)));
    let state = match (blocked, permitting, nearest) {
        (true, ..) => TrustState::Blocked,
        (false, Some(_), _) if closure.is_complete() => TrustState::Approved,
        (false, None, None) => TrustState::Unknown,
        (false, ..) => TrustState::Drift,
    };
    let mut entries: Vec<Checked> = now
        .iter()
        .map(|(id, known)| checked(id, known, nearest))
        .collect();
    for (id, known) in nearest.into_iter().flat_map(|state| &state.entries) {
        if !now.contains_key(id) {
            entries.push(Checked {
                id: id.clone(),
                class: known.class,
                local: known.local,
                state: EntryState::Missing,
                by: None,
            });
        }
    }
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    Verification {
        state,
        digest: closure.digest().hex(),
        entries,
        notes: closure.gaps.clone(),
        complete: closure.is_complete(),
    }
}

fn checked(id: &EntryId, known: &Known, nearest: Option<&Approved>) -> Checked {
    let before = nearest.and_then(|state| state.entries.get(id));
    let state = match before {
        Some(before) if before == known => EntryState::Approved,
        Some(_) => EntryState::Changed,
        None => EntryState::Unknown,
    };
    Checked {
        id: id.clone(),
        class: known.class,
        local: known.local,
        state,
        by: nearest
            .filter(|_| state == EntryState::Approved)
            .map(|state| state.by.clone()),
    }
}
