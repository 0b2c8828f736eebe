//! Follows references: scripts, modules, package scripts, build targets, files that tools load by
//! themselves. What they would do is absorbed, under their starter's conditions, until nothing is
//! left or a limit is reached. What could not be followed is a gap.

use std::collections::{HashSet, VecDeque};

use super::files::Files;
use super::{Scope, Start};
use crate::lang::{self, Context, Lower};
use crate::model::clock::Clock;
use crate::model::lowered::{Reference, Target};
use crate::model::trigger::Observation;
use crate::model::{
    EffectKind, GapReason, Limits, Location, Lowered, Origin, RepoPath, SourceId, Sources, Word,
};

mod build_target;
mod file;
mod links;
mod module;
mod package_script;
#[cfg(test)]
mod tests;

/// Follows references of one trigger.
pub(super) struct Follower<'f, 'a> {
    pub files: &'f mut Files<'a>,
    pub sources: &'f mut Sources,
    pub limits: &'a Limits,
    pub clock: Clock,
    pub scope: Scope,
    pub observations: &'f mut Vec<Observation>,
}

/// A text that a reference leads to, ready to be lowered.
pub(super) struct Step {
    /// The text.
    pub source: SourceId,
    /// Its language.
    pub language: String,
    /// Working folder.
    pub cwd: Location,
    /// Its own path, if it is a file.
    pub script: Option<Location>,
    /// Variables besides those of the reference.
    pub env: Vec<(String, Word)>,
    /// What tells this step from another: it is followed once.
    pub key: String,
}

/// Why a reference leads nowhere.
pub(super) struct NoStep {
    pub reason: GapReason,
    pub detail: String,
}

impl NoStep {
    pub fn new(reason: GapReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }
}

/// The texts of a reference, and what is known to be missing besides.
pub(super) type Steps = (Vec<Step>, Vec<NoStep>);

impl Follower<'_, '_> {
    /// Follows every reference of `lowered`, and theirs.
    pub fn follow(&mut self, lowered: &mut Lowered, start: &Start) {
        let mut open: VecDeque<Reference> = std::mem::take(&mut lowered.references).into();
        let mut done = HashSet::new();
        let mut followed = 0;
        while let Some(reference) = open.pop_front() {
            if let Some(limit) = self.limit(&reference, lowered, followed) {
                lowered.coverage.note(reference.place, GapReason::Limit, limit);
                break;
            }
            followed += 1;
            let (steps, missing) = self.steps(&reference);
            let mut complete = missing.is_empty() && !steps.is_empty();
            for NoStep { reason, detail } in missing {
                lowered.coverage.note(reference.place, reason, detail);
            }
            for step in steps {
                // Under other conditions or with other arguments it may do something else.
                let gates = lowered.effects.get(reference.by.0 as usize).map(|e| &e.gates);
                let key = format!("{}\n{:?}\n{:?}\n{:?}", step.key, reference.argv, step.cwd, gates);
                if !done.insert(key) {
                    continue;
                }
                match self.lower(&step, &reference, start) {
                    Some(other) => {
                        lowered.absorb(&reference, other);
                        open.extend(
                            lowered
                                .references
                                .drain(..)
                                .map(|inner| inherit(inner, &reference)),
                        );
                    }
                    None => {
                        complete = false;
                        let detail = self.sources.get(step.source).path.to_string();
                        lowered
                            .coverage
                            .note(reference.place, GapReason::Language, detail);
                    }
                }
            }
            if complete
                && let Some(effect) = lowered.effects.get_mut(reference.by.0 as usize)
                && let EffectKind::Exec(exec) = &mut effect.kind
            {
                exec.followed = true;
            }
        }
        links::through_files(lowered, start);
    }

    fn limit(&self, reference: &Reference, lowered: &Lowered, followed: usize) -> Option<String> {
        let limits = self.limits;
        if followed >= limits.references {
            return Some(format!(
                "more than {} references were not followed",
                limits.references
            ));
        }
        if lowered.effects.len() >= limits.effects {
            return Some(format!("effects beyond {} were not read", limits.effects));
        }
        if self.sources.depth(reference.place.source) >= limits.hops {
            return Some(format!(
                "a chain longer than {} steps was not followed",
                limits.hops
            ));
        }
        self.clock
            .is_over()
            .then(|| "the time limit was reached".to_owned())
    }

    fn steps(&mut self, reference: &Reference) -> Steps {
        match &reference.target {
            Target::Script { path, language } => one(self.script(reference, path, language.as_deref())),
            Target::Code { source, language } => {
                let step = Step {
                    source: *source,
                    language: language.clone(),
                    cwd: reference.cwd.clone(),
                    script: None,
                    env: vec![],
                    key: format!("code {source:?}"),
                };
                (vec![step], vec![])
            }
            Target::Module { name, language } => self.module(reference, name, language),
            Target::PackageScript {
                dir,
                name,
                or_program,
            } => self.package_script(reference, dir, name, *or_program),
            Target::BuildTarget {
                tool,
                dir,
                file,
                name,
            } => self.build_target(reference, tool, dir, file.as_ref(), name.as_deref()),
            Target::Loaded { dir, names, language } => self.loaded(reference, dir, names, language),
        }
    }

    fn lower(&mut self, step: &Step, reference: &Reference, start: &Start) -> Option<Lowered> {
        let lower = language(&step.language)?;
        let mut env = start.env.clone();
        for (name, value) in reference.env.iter().chain(&step.env) {
            env.retain(|(known, _)| known != name);
            env.push((name.clone(), value.handed_over()));
        }
        let context = Context {
            tree: Some(self.files.tree()),
            root: start.root.clone(),
            cwd: step.cwd.clone(),
            script: step.script.clone(),
            home: start.home.clone(),
            argv: reference.argv.iter().map(Word::handed_over).collect(),
            env,
            stdin: if reference.stdin.is_empty() {
                vec![]
            } else {
                vec![Origin::Input]
            },
            clock: self.clock,
            ..Context::new(self.limits)
        };
        Some(lower(step.source, self.sources, &context))
    }

    /// The path in the tree that a location names.
    pub(super) fn in_tree(&self, at: &Location) -> Result<RepoPath, NoStep> {
        match at {
            Location::Tree(path) => Ok(path.clone()),
            Location::Home(rest) if self.scope == Scope::User => rest
                .strip_prefix(".claude/")
                .and_then(RepoPath::new)
                .ok_or_else(|| NoStep::new(GapReason::Outside, at.display())),
            Location::Unknown => Err(NoStep::new(
                GapReason::UnknownCode,
                "which file is started is decided at run time",
            )),
            _ => Err(NoStep::new(GapReason::Outside, at.display())),
        }
    }
}

/// A reference of a text that `by` started: it inherits the variables that the text was given.
fn inherit(mut inner: Reference, by: &Reference) -> Reference {
    for given in &by.env {
        if !inner.env.iter().any(|(name, _)| *name == given.0) {
            inner.env.push(given.clone());
        }
    }
    inner
}

/// The lowering of a language by its name.
pub(super) fn language(name: &str) -> Option<Lower> {
    if matches!(name, "shell" | "sh" | "bash" | "zsh" | "dash") {
        return Some(lang::shell::lower);
    }
    lang::language(name)
}

fn one(step: Result<Step, NoStep>) -> Steps {
    match step {
        Ok(step) => (vec![step], vec![]),
        Err(no) => (vec![], vec![no]),
    }
}
