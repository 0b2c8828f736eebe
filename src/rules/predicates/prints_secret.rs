//! What the trigger prints holds the bytes of a secret file.

use crate::model::{EffectKind, Origin};
use crate::rules::case::Start;
use crate::rules::classes::path_text;
use crate::rules::matching::Subject;

/// Whether it does; says of which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let case = subject.case;
    let mut starts = case
        .trigger
        .lowered
        .output
        .iter()
        .flat_map(|origin| match origin {
            Origin::Effect(id) if (id.0 as usize) < case.trigger.lowered.effects.len() => {
                [Start::Effect(*id)]
                    .into_iter()
                    .chain(case.ways(*id).into_iter().map(|w| w.start))
                    .collect()
            }
            _ => vec![],
        });
    starts.find_map(|start| match start {
        Start::Effect(id) => match case.kind(id) {
            EffectKind::Read { path } if case.classes.has_path("secret", path) => Some(path_text(path)),
            _ => None,
        },
        _ => None,
    })
}
