//! What the signed pins of a repository approve.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use ssh_key::{PublicKey, SshSig};

use super::format::Pin;
use super::signers::{Revoked, Signers};
use super::{NAMESPACE, Pins};
use crate::model::closure::{Closure, EntryClass, EntryId};
use crate::trust::Approved;

/// Highest serials seen of one repository, by entry id ([`INDEX`] for the index): an older signed state that
/// is brought back is noticed. They lie in the person's own store; a first clone cannot know.
pub type Serials = BTreeMap<String, u64>;

/// The name of the index among [`Serials`].
const INDEX: &str = "index";

/// Clocks of signer and reader may differ by this much.
const SKEW: SignedDuration = SignedDuration::from_hours(24);

/// Whether the entry is a list of the others: it has no pin of its own, since two branches that add entries
/// would both have to sign it.
pub(super) fn is_list(id: &EntryId) -> bool {
    matches!(id.as_str(), "index" | "index/text")
}

/// What pins are judged by: nothing of it comes from the repository.
#[derive(Debug, Clone, Copy)]
pub struct Judges<'a> {
    /// Who may sign.
    pub signers: &'a Signers,
    /// What no longer counts.
    pub revoked: &'a Revoked,
    /// What was seen before.
    pub seen: &'a Serials,
    /// Identity of the repository.
    pub repository: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// What the pins came to.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// The state that they approve, where there is a signed index.
    pub state: Option<Approved>,
    /// Files that do not count, and why. The names are text of the repository.
    pub refused: Vec<(String, String)>,
    /// The highest serials of what counts, to be remembered.
    pub serials: Serials,
}

/// A pin that counts.
#[derive(Clone, Copy)]
struct Counted<'p> {
    file: &'p str,
    pin: &'p Pin,
    signer: &'p str,
}

/// Judges `pins`.
#[must_use]
pub fn check(pins: &Pins, closure: &Closure, judges: &Judges<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let mut counted = vec![];
    for (file, pin) in &pins.pins {
        match signed(pin, judges) {
            Ok(signer) => counted.push(Counted { file, pin, signer }),
            Err(why) => verdict.refused.push((file.clone(), why)),
        }
    }
    for (file, why) in &pins.broken {
        verdict.refused.push((file.clone(), why.clone()));
    }
    let entries = entries(&counted, closure, judges, &mut verdict);
    let Some(required) = index(&counted, judges, &mut verdict) else {
        return verdict;
    };
    let mut approved: BTreeMap<EntryId, (EntryClass, String)> = BTreeMap::new();
    for id in &required {
        // Named, and pinned by nothing that counts: no digest fits.
        approved.insert(id.clone(), (EntryClass::Runs, String::new()));
    }
    let mut by: BTreeSet<&str> = BTreeSet::new();
    let mut at = 0;
    for one in entries.values() {
        let Some(entry) = &one.pin.entry else { continue };
        approved.insert(entry.id.clone(), (entry.class, entry.digest.clone()));
        by.insert(one.signer);
        at = at.max(u64::try_from(one.pin.signed.as_second()).unwrap_or(0));
    }
    // The list is as it must be when all are there that must be; what is there besides has pins of its own or
    // is not approved.
    let now: BTreeSet<&EntryId> = closure.entries.iter().map(|entry| &entry.id).collect();
    if required.iter().all(|id| now.contains(id)) {
        for list in closure.entries.iter().filter(|entry| is_list(&entry.id)) {
            approved.insert(list.id.clone(), (list.class, list.digest().hex()));
        }
    }
    let by: Vec<&str> = by.into_iter().collect();
    verdict.state = Some(Approved::pinned(
        &format!("pins signed by {}", by.join(", ")),
        at,
        approved
            .into_iter()
            .map(|(id, (class, digest))| (id, class, digest)),
    ));
    verdict
}

/// Of each entry the pin with the highest serial, and only that.
fn entries<'p>(
    counted: &[Counted<'p>],
    closure: &Closure,
    judges: &Judges<'_>,
    verdict: &mut Verdict,
) -> BTreeMap<&'p str, Counted<'p>> {
    let mut newest: BTreeMap<&str, Counted<'_>> = BTreeMap::new();
    for one in counted {
        let Some(entry) = &one.pin.entry else { continue };
        let id = entry.id.as_str();
        let seen = judges.seen.get(id).copied().unwrap_or(0);
        if one.pin.serial < seen {
            let why = rolled_back(one.pin.serial, seen);
            verdict.refused.push((one.file.to_owned(), why));
            continue;
        }
        // Two branches may have signed the same entry with the same serial: the one that fits counts.
        let fits = (closure.entry(&entry.id)).is_some_and(|now| now.digest().hex() == entry.digest);
        let newer = newest.get(id).is_none_or(|other| {
            one.pin.serial > other.pin.serial || one.pin.serial == other.pin.serial && fits
        });
        if newer {
            newest.insert(id, *one);
        }
    }
    for (id, one) in &newest {
        verdict.serials.insert((*id).to_owned(), one.pin.serial);
    }
    newest
}

/// The entries that must be there, by all indexes in force; `None` without one.
fn index(counted: &[Counted<'_>], judges: &Judges<'_>, verdict: &mut Verdict) -> Option<BTreeSet<EntryId>> {
    let indexes = || {
        counted
            .iter()
            .filter_map(|one| Some((one, one.pin.index.as_ref()?)))
    };
    let replaced: BTreeSet<&str> = indexes()
        .flat_map(|(_, index)| index.replaces.iter().map(String::as_str))
        .collect();
    let in_force: Vec<_> = indexes()
        .filter(|(one, _)| !replaced.contains(one.pin.name().as_str()))
        .collect();
    let highest = in_force.iter().map(|(one, _)| one.pin.serial).max()?;
    let seen = judges.seen.get(INDEX).copied().unwrap_or(0);
    if highest < seen {
        for (one, _) in in_force {
            let why = rolled_back(one.pin.serial, seen);
            verdict.refused.push((one.file.to_owned(), why));
        }
        return None;
    }
    verdict.serials.insert(INDEX.to_owned(), highest);
    Some(
        in_force
            .iter()
            .flat_map(|(_, index)| index.ids.iter().cloned())
            .collect(),
    )
}

fn rolled_back(serial: u64, seen: u64) -> String {
    format!(
        "is older than what was seen of this repository before (serial {serial} after {seen}): rolled back"
    )
}

/// Who signed the pin, if it counts.
///
/// # Errors
/// Why it does not.
pub fn signed<'p>(pin: &'p Pin, judges: &Judges<'_>) -> Result<&'p str, String> {
    let Some(signature) = &pin.signature else {
        return Err("is not signed".into());
    };
    if pin.repository != judges.repository {
        return Err(format!(
            "speaks of {}, and this is {}",
            pin.repository, judges.repository
        ));
    }
    if pin.signed > judges.now.saturating_add(SKEW).unwrap_or(judges.now) {
        return Err(format!(
            "says it was signed at {}, which is in the future",
            pin.signed
        ));
    }
    let ssh =
        SshSig::from_pem(&signature.ssh).map_err(|error| format!("its signature cannot be read: {error}"))?;
    let key = PublicKey::from(ssh.public_key().clone());
    key.verify(NAMESPACE, &pin.message(), &ssh)
        .map_err(|_| "its signature does not fit its text: it was changed after it was signed".to_owned())?;
    judges
        .signers
        .may_sign(key.key_data(), &signature.signer, NAMESPACE, pin.signed)?;
    let digest = pin.entry.as_ref().map(|entry| entry.digest.as_str());
    match judges.revoked.covers(key.key_data(), digest, pin.signed) {
        Some(why) => Err(why),
        None => Ok(&signature.signer),
    }
}
