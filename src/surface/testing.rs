//! Reading small trees in tests.

use super::{Options, Scope, Surfaced, read};
use crate::model::clock::Clock;
use crate::model::tree::MemoryTree;
use crate::model::trigger::Trigger;
use crate::model::{EffectKind, Limits, Sources};

/// A tree that was read.
pub struct Scanned {
    /// Its texts.
    pub sources: Sources,
    /// What was found.
    pub surfaced: Surfaced,
}

/// Reads `tree` as a repository.
pub fn scan(tree: &MemoryTree) -> Scanned {
    scan_as(tree, Scope::Project)
}

/// Reads `tree` as `scope`.
pub fn scan_as(tree: &MemoryTree, scope: Scope) -> Scanned {
    let mut sources = Sources::new();
    let limits = Limits::default();
    let options = Options {
        limits: &limits,
        clock: Clock::default(),
        scope,
    };
    let surfaced = read(tree, &mut sources, &options);
    Scanned { sources, surfaced }
}

/// Reads files given as `(path, text)`.
pub fn scan_files(files: &[(&str, &str)]) -> Scanned {
    let tree = files
        .iter()
        .fold(MemoryTree::new(), |tree, (path, text)| tree.file(path, *text));
    scan(&tree)
}

impl Scanned {
    /// The ids of all triggers.
    pub fn ids(&self) -> Vec<&str> {
        self.surfaced.triggers.iter().map(|t| t.id.as_str()).collect()
    }

    /// The one trigger whose id starts with `start`.
    pub fn one(&self, start: &str) -> &Trigger {
        let mut all = self.surfaced.triggers.iter().filter(|t| t.id.starts_with(start));
        match (all.next(), all.next()) {
            (Some(one), None) => one,
            (None, _) => panic!("no trigger {start} among {:?}", self.ids()),
            _ => panic!("more than one trigger {start} among {:?}", self.ids()),
        }
    }

    /// The programs that a trigger starts, as written, in order.
    pub fn programs(&self, start: &str) -> Vec<String> {
        let effects = self.one(start).lowered.effects.iter();
        effects
            .filter_map(|effect| match &effect.kind {
                EffectKind::Exec(exec) => Some(exec.program.display()),
                _ => None,
            })
            .collect()
    }

    /// The text that a trigger's place covers, in its file.
    pub fn written(&self, start: &str) -> &str {
        let place = self.sources.in_file(self.one(start).place);
        &self.sources.text(place.source)[place.span.start..place.span.end]
    }

    /// Kinds and paths of the observations.
    pub fn observed(&self) -> Vec<(&str, &str)> {
        let all = self.surfaced.observations.iter();
        all.map(|o| (o.kind, o.path.as_str())).collect()
    }
}
