//! What a trigger does, in words that can be compared later.

use crate::model::closure::{Act, EntryId};
use crate::model::effect::{EnvAct, Traffic, WriteAct};
use crate::model::{EffectKind, Trigger};

/// Phrases kept of one trigger.
const PHRASES: usize = 200;
/// Characters of one phrase.
const CHARS: usize = 160;

pub(super) fn act(trigger: &Trigger, entry: &EntryId) -> Act {
    let mut does: Vec<String> = trigger
        .lowered
        .effects
        .iter()
        .filter_map(|effect| phrase(&effect.kind))
        .map(|phrase| phrase.chars().take(CHARS).collect())
        .collect();
    does.sort();
    does.dedup();
    does.truncate(PHRASES);
    Act {
        entry: entry.clone(),
        key: trigger.id.clone(),
        when: trigger.when_words(),
        what: trigger.what.chars().take(CHARS).collect(),
        does,
    }
}

/// An effect as the end of a sentence: `connects to cdn.example`.
fn phrase(effect: &EffectKind) -> Option<String> {
    Some(match effect {
        EffectKind::Exec(exec) => match &exec.package {
            Some(package) => {
                let version = package.version.as_deref().unwrap_or("any version");
                format!("runs the package {} ({version})", package.name)
            }
            None => format!("runs {}", exec.program.display()),
        },
        EffectKind::Connect(connect) => {
            let host = connect.host.display();
            match connect.traffic {
                Traffic::Fetch => format!("fetches from {host}"),
                Traffic::Send => format!("sends to {host}"),
                Traffic::Both => format!("connects to {host}"),
                Traffic::Lookup => format!("looks up {host}"),
            }
        }
        EffectKind::Read { path } => format!("reads {}", shown(path)),
        EffectKind::Write { path, act } => {
            let verb = match act {
                WriteAct::Delete => "deletes",
                WriteAct::Mode => "changes the mode of",
                WriteAct::Rename => "moves",
                _ => "writes",
            };
            format!("{verb} {}", shown(path))
        }
        EffectKind::Env { name, act, .. } => match act {
            EnvAct::Set => format!("sets {}", name.display()),
            EnvAct::Unset => format!("unsets {}", name.display()),
            EnvAct::Read => format!("reads the variable {}", name.display()),
        },
        EffectKind::Setting { switch, value, .. } => format!("sets {switch} to {}", value.display()),
        EffectKind::Query { dialect, objects, .. } => {
            let objects: Vec<String> = objects.iter().map(crate::model::Word::display).collect();
            format!("asks {dialect} {}", objects.join(" "))
        }
        EffectKind::Instruct { .. } => return None,
    })
}

fn shown(path: &crate::model::PathOperand) -> String {
    match &path.at {
        crate::model::Location::Unknown => path.written.display(),
        at => at.display(),
    }
}
