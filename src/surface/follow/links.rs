//! Flows through files between texts that were lowered apart.

use std::collections::BTreeMap;

use crate::model::{EffectId, EffectKind, Location, Lowered, Nature, Via};
use crate::surface::Start;

/// Most flows that are added.
const FLOWS: usize = 2_000;

/// What one text writes and another reads or starts flows there: a file itself, or a file below a
/// folder that was made as a whole (a clone, an unpacked archive).
///
/// What a program writes by its nature (`npm ci` fills `node_modules`) is left out: the page of the
/// program speaks of it.
pub(super) fn through_files(lowered: &mut Lowered, start: &Start) {
    let mut written: BTreeMap<Location, Vec<EffectId>> = BTreeMap::new();
    for (id, effect) in lowered.iter() {
        if let EffectKind::Write { path, .. } = &effect.kind
            && effect.nature == Nature::Stated
            && is_one_place(&path.at)
        {
            written.entry(path.at.clone()).or_default().push(id);
        }
    }
    if written.is_empty() {
        return;
    }
    // Only what carries bytes from somewhere matters.
    let fed: std::collections::BTreeSet<EffectId> = lowered.flows.iter().map(|flow| flow.to).collect();
    let mut new = vec![];
    for (id, effect) in lowered.iter() {
        let at = match &effect.kind {
            EffectKind::Read { path } => path.at.clone(),
            EffectKind::Exec(exec) if exec.program.display().contains('/') => {
                Location::resolve(&exec.program, &start.cwd, &start.root)
            }
            _ => continue,
        };
        let Some(folders) = and_folders(&at) else { continue };
        for from in folders.iter().filter_map(|at| written.get(at)).flatten() {
            if *from != id && fed.contains(from) && new.len() < FLOWS {
                new.push((*from, id));
            }
        }
    }
    for (from, to) in new {
        lowered.flow(crate::model::Origin::Effect(from), to, Via::File);
    }
}

/// Whether it is one known file or folder, and not a root.
fn is_one_place(at: &Location) -> bool {
    match at {
        Location::Tree(path) => !path.is_root(),
        Location::Home(path) | Location::Temp(path) => !path.is_empty(),
        Location::Absolute(path) => path.len() > 1 && !matches!(path.as_str(), "/tmp" | "/dev/null"),
        Location::Above(_) | Location::Unknown => false,
    }
}

/// A place and the folders it lies in, without the root.
fn and_folders(at: &Location) -> Option<Vec<Location>> {
    let (text, make): (&str, fn(&str) -> Option<Location>) = match at {
        Location::Tree(path) => (path.as_str(), |t| {
            crate::model::RepoPath::new(t).map(Location::Tree)
        }),
        Location::Home(path) => (path, |t| Some(Location::Home(t.to_owned()))),
        Location::Temp(path) => (path, |t| Some(Location::Temp(t.to_owned()))),
        Location::Absolute(path) => (path, |t| Some(Location::Absolute(t.to_owned()))),
        Location::Above(_) | Location::Unknown => return None,
    };
    let ends = text.match_indices('/').map(|(i, _)| i).chain([text.len()]);
    let all = ends.filter_map(|end| make(text.get(..end)?));
    Some(all.filter(is_one_place).collect())
}
