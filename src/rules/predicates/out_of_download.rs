//! A program is started by a path that nothing in the tree holds, after an archive was fetched and unpacked.

use crate::model::effect::Connect;
use crate::model::{EffectId, EffectKind, Location};
use crate::rules::case::{Case, Start};
use crate::rules::classes::path_text;
use crate::rules::matching::Subject;

/// Whether one is; says from which host the archive comes.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    Some(archives(subject).first()?.host.display())
}

/// The connections that bring an archive which may hold the program that is started.
pub(super) fn archives<'a>(subject: &Subject<'a>) -> Vec<&'a Connect> {
    let Some(id) = subject.effect else { return vec![] };
    let EffectKind::Exec(exec) = subject.case.kind(id) else {
        return vec![];
    };
    let program = exec.program.display();
    if !program.contains('/')
        || ["/usr/", "/bin/", "/sbin/", "/opt/"]
            .iter()
            .any(|p| program.starts_with(p))
    {
        return vec![];
    }
    let effects = subject
        .case
        .trigger
        .lowered
        .iter()
        .take_while(|(before, _)| *before < id);
    let holding = effects.filter(|(_, effect)| match &effect.kind {
        EffectKind::Write { path, .. } => {
            let folder = match &path.at {
                // What an archive holds is not known, nor where all of it goes.
                Location::Unknown => String::new(),
                _ => path_text(path),
            };
            let program = program.trim_start_matches("./");
            folder.is_empty() || program.starts_with(folder.trim_start_matches("./"))
        }
        _ => false,
    });
    holding
        .flat_map(|(write, _)| fetched_from(subject.case, write))
        .collect()
}

fn fetched_from<'a>(case: &'a Case<'a>, write: EffectId) -> Vec<&'a Connect> {
    let connects = case.ways(write).into_iter().filter_map(|way| match way.start {
        Start::Effect(from) => match case.kind(from) {
            EffectKind::Connect(connect) => Some(connect),
            _ => None,
        },
        _ => None,
    });
    connects.collect()
}
