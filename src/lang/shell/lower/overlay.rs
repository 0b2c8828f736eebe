//! [`Overlay`]: files and links that the text itself made earlier, seen by what comes later.

use std::collections::BTreeMap;

use super::channel::add_origins;
use crate::lang::programs::Output;
use crate::model::{EffectId, Location, Origin, Piece, RepoPath, Unknown, Why, Word};

/// A file that was written.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    /// Whose bytes it holds.
    pub origins: Vec<Origin>,
    /// Its content.
    pub text: Word,
    /// The effects that wrote it.
    pub writes: Vec<EffectId>,
}

/// Files and links made so far.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    files: BTreeMap<Location, Made>,
    /// Links, copies and moves: the new place and the one whose content it has.
    aliases: Vec<(Location, Location)>,
}

impl Overlay {
    /// The place whose content stands at `at`: links, copies and moves followed.
    pub fn resolve(&self, at: &Location) -> Location {
        let mut at = at.clone();
        'hops: for _ in 0..16 {
            if self.files.contains_key(&at) {
                break;
            }
            for (new, old) in self.aliases.iter().rev() {
                if let Some(rest) = below(&at, new) {
                    let next = if rest.is_empty() {
                        old.clone()
                    } else {
                        old.join(&rest)
                    };
                    if next != at {
                        at = next;
                        continue 'hops;
                    }
                }
            }
            break;
        }
        at
    }

    /// The file written at `at`.
    pub fn get(&self, at: &Location) -> Option<&Made> {
        self.files.get(&self.resolve(at))
    }

    /// A write that replaces (or starts) what is at `at`.
    pub fn replace(&mut self, at: &Location, made: Made) {
        if *at != Location::Unknown {
            self.aliases.retain(|(new, _)| new != at);
            self.files.insert(at.clone(), made);
        }
    }

    /// Bytes added at the end of what is at `at`.
    pub fn append(&mut self, at: &Location, output: &Output, effect: EffectId, limit: usize) {
        if *at == Location::Unknown {
            return;
        }
        let at = self.resolve(at);
        let made = self.files.entry(at).or_default();
        let mut origins = output.origins.clone();
        origins.extend(output.decoded.iter().map(|scheme| Origin::Decoded(*scheme)));
        add_origins(&mut made.origins, &origins);
        if !made.writes.contains(&effect) {
            made.writes.push(effect);
        }
        if super::channel::size(&made.text) > limit {
            return;
        }
        match &output.text {
            Some(text) => made.text.append(text),
            None => made.text.push(Piece::Unknown(Unknown {
                why: Why::Output,
                bound: None,
                from: origins,
            })),
        }
    }

    /// A link at `new` to `old`, a copy of it, or its move.
    pub fn alias(&mut self, new: &Location, old: &Location) {
        if *new == Location::Unknown || *old == Location::Unknown || new == old {
            return;
        }
        let old = self.resolve(old);
        self.files.remove(new);
        self.aliases.push((new.clone(), old));
    }

    /// Files made in the folder `dir` (tree only), by name.
    pub fn names_in(&self, dir: &RepoPath) -> Vec<String> {
        let made = self.files.keys().chain(self.aliases.iter().map(|(new, _)| new));
        made.filter_map(|at| match at {
            Location::Tree(path) if path.parent().as_ref() == Some(dir) => Some(path.name().to_owned()),
            _ => None,
        })
        .collect()
    }
}

/// The rest of `at` below the folder `dir`, empty if they are the same.
fn below(at: &Location, dir: &Location) -> Option<String> {
    let rest = |at: &str, dir: &str| -> Option<String> {
        if at == dir {
            return Some(String::new());
        }
        at.strip_prefix(dir)?.strip_prefix('/').map(str::to_owned)
    };
    match (at, dir) {
        (Location::Tree(a), Location::Tree(b)) => rest(a.as_str(), b.as_str()),
        (Location::Home(a), Location::Home(b))
        | (Location::Temp(a), Location::Temp(b))
        | (Location::Absolute(a), Location::Absolute(b))
        | (Location::Above(a), Location::Above(b)) => rest(a, b),
        _ => None,
    }
}
