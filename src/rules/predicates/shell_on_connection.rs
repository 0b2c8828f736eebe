//! A shell is joined to a connection: its input comes from there, and its output goes there.

use crate::model::EffectKind;
use crate::model::effect::Traffic;
use crate::rules::case::Start;
use crate::rules::code;
use crate::rules::matching::Subject;

/// Whether one is.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let to = subject.effect?;
    let EffectKind::Exec(exec) = subject.case.kind(to) else {
        return None;
    };
    if !code::is_interpreter(&exec.program) {
        return None;
    }
    let lowered = &subject.case.trigger.lowered;
    let comes = subject.case.ways(to).iter().any(|way| match way.start {
        Start::Effect(id) => way.as_code && matches!(subject.case.kind(id), EffectKind::Connect(_)),
        _ => false,
    });
    // A shell without a script that talks into a connection listens to it too.
    let listens = exec
        .argv
        .iter()
        .all(|w| w.as_known().is_some_and(|w| w.starts_with('-') && w != "-c"));
    let goes = lowered.iter().any(|(id, effect)| match &effect.kind {
        EffectKind::Connect(c) => {
            (comes || listens && c.traffic == Traffic::Both)
                && subject
                    .case
                    .ways(id)
                    .iter()
                    .any(|way| way.start == Start::Effect(to))
        }
        _ => false,
    });
    goes.then(String::new)
}
