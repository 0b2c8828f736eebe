//! What the trigger prints comes from the network: it lands in front of the model.

use crate::model::{EffectKind, Origin};
use crate::rules::case::Start;
use crate::rules::matching::Subject;

/// Whether it does; says from where.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let case = subject.case;
    let mut starts = case
        .trigger
        .lowered
        .output
        .iter()
        .flat_map(|origin| match origin {
            Origin::Effect(id) if (id.0 as usize) < case.trigger.lowered.effects.len() => {
                let further = if matches!(case.kind(*id), EffectKind::Connect(_)) {
                    vec![]
                } else {
                    case.ways(*id)
                };
                [Start::Effect(*id)]
                    .into_iter()
                    .chain(further.into_iter().map(|w| w.start))
                    .collect()
            }
            _ => vec![],
        });
    starts.find_map(|start| match start {
        Start::Effect(id) => match case.kind(id) {
            EffectKind::Connect(c) => Some(c.host.display()),
            _ => None,
        },
        _ => None,
    })
}
