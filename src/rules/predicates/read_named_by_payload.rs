//! The file that is read is named by what the agent hands over (the transcript, an edited file).

use crate::model::{EffectKind, Origin};
use crate::rules::case::Start;
use crate::rules::matching::Subject;

/// Whether it is.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let Some(Start::Effect(id)) = subject.start else {
        return None;
    };
    let EffectKind::Read { path } = subject.case.kind(id) else {
        return None;
    };
    let named = path.written.origins().into_iter().any(|origin| match origin {
        Origin::Payload => true,
        Origin::Effect(from) => subject.case.ways(from).iter().any(|w| w.start == Start::Payload),
        _ => false,
    });
    named.then(String::new)
}
