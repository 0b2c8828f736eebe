//! A program is started by a path that nothing in the tree holds, after an archive was fetched and unpacked.

use crate::model::{EffectId, EffectKind, Location};
use crate::rules::case::{Case, Start};
use crate::rules::classes::path_text;
use crate::rules::matching::Subject;

/// Whether one is; says from which host the archive comes.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let id = subject.effect?;
    let EffectKind::Exec(exec) = subject.case.kind(id) else {
        return None;
    };
    let program = exec.program.display();
    if !program.contains('/')
        || ["/usr/", "/bin/", "/sbin/", "/opt/"]
            .iter()
            .any(|p| program.starts_with(p))
    {
        return None;
    }
    let effects = subject
        .case
        .trigger
        .lowered
        .iter()
        .take_while(|(before, _)| *before < id);
    effects
        .into_iter()
        .find_map(|(write, effect)| match &effect.kind {
            EffectKind::Write { path, .. } => {
                let folder = match &path.at {
                    // What an archive holds is not known, nor where all of it goes.
                    Location::Unknown => String::new(),
                    _ => path_text(path),
                };
                let holds = folder.is_empty()
                    || program
                        .trim_start_matches("./")
                        .starts_with(folder.trim_start_matches("./"));
                fetched_from(subject.case, write).filter(|_| holds)
            }
            _ => None,
        })
}

fn fetched_from(case: &Case<'_>, write: EffectId) -> Option<String> {
    case.ways(write).iter().find_map(|way| match way.start {
        Start::Effect(from) => match case.kind(from) {
            EffectKind::Connect(c) => Some(c.host.display()),
            _ => None,
        },
        _ => None,
    })
}
