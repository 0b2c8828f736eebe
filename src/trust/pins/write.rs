//! Bringing pins up to date with a closure, and signing them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Pins;
use super::check::is_list;
use super::format::{Pin, PinnedEntry, PinnedIndex, Signature, VERSION};
use super::sign::{SignError, Signer};
use crate::model::closure::{Closure, EntryId};

/// What has to change in the folder of pins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Pins to write, by file name, unsigned.
    pub write: BTreeMap<String, Pin>,
    /// Files to remove: pins of what is gone, indexes that were replaced.
    pub remove: BTreeSet<String>,
}

impl Plan {
    /// Whether the pins say what is there already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty()
    }
}

/// What to write and remove so that `pins` say what `closure` is. Pins that say it already stay as they
/// are, signature and all; what git does not track is never pinned. `prune` also removes indexes that
/// others took the place of.
#[must_use]
pub fn plan(pins: &Pins, closure: &Closure, repository: &str, now: Timestamp, prune: bool) -> Plan {
    let mut plan = Plan::default();
    let serial = 1 + pins.pins.iter().map(|(_, pin)| pin.serial).max().unwrap_or(0);
    let new = |entry, index| Pin {
        version: VERSION,
        repository: repository.to_owned(),
        serial,
        signed: now,
        entry,
        index,
        signature: None,
    };
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    let mut ids: Vec<EntryId> = vec![];
    for entry in closure
        .entries
        .iter()
        .filter(|entry| !entry.local && !is_list(&entry.id))
    {
        ids.push(entry.id.clone());
        let pinned = PinnedEntry {
            id: entry.id.clone(),
            class: entry.class,
            digest: entry.digest().hex(),
        };
        let pin = new(Some(pinned), None);
        match pins.pins.iter().find(|(_, old)| old.says_what(&pin)) {
            Some((file, _)) => {
                kept.insert(file);
            }
            None => {
                plan.write.insert(pin.file_name(), pin);
            }
        }
    }
    ids.sort_unstable();
    let in_force = pins.indexes_in_force(repository);
    let required: BTreeSet<&EntryId> = in_force
        .iter()
        .filter_map(|(_, pin)| pin.index.as_ref())
        .flat_map(|index| &index.ids)
        .collect();
    if required.into_iter().eq(&ids) && !in_force.is_empty() {
        kept.extend(in_force.iter().map(|(file, _)| file.as_str()));
    } else {
        let mut replaces: Vec<String> = in_force.iter().map(|(_, pin)| pin.name()).collect();
        replaces.sort_unstable();
        let pin = new(None, Some(PinnedIndex { ids, replaces }));
        plan.write.insert(pin.file_name(), pin);
    }
    for (file, pin) in &pins.pins {
        // A signed index that was replaced stays until somebody prunes: where two branches each remove one and
        // add another, git takes that for two renames of one file, and stops.
        let stays = pin.index.is_some() && pin.signature.is_some() && pin.repository == repository && !prune;
        if !stays && !kept.contains(file.as_str()) && !plan.write.contains_key(file) {
            plan.remove.insert(file.clone());
        }
    }
    plan
}

/// Signs `pin` as `principal`, now.
///
/// # Errors
/// When key or agent cannot sign.
pub fn sign(pin: &mut Pin, signer: &Signer, principal: &str, now: Timestamp) -> Result<(), SignError> {
    pin.signed = now;
    let ssh = signer.sign(&pin.message())?;
    pin.signature = Some(Signature {
        signer: principal.to_owned(),
        ssh,
    });
    Ok(())
}
