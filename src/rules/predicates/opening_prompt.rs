//! The text is the prompt with which an agent begins by itself.

use crate::model::EffectKind;
use crate::rules::matching::Subject;
use crate::rules::phrase;

/// Whether it is; says what it asks.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let id = subject.effect?;
    let EffectKind::Instruct { text, .. } = subject.case.kind(id) else {
        return None;
    };
    let place = subject.case.trigger.lowered.get(id).place;
    let before = subject.case.sources.text(place.source).get(..place.span.start)?;
    // The key stands on the line of the value, or on the one before it.
    let mut lines = before.rsplit('\n').take(2);
    lines
        .any(|line| line.trim_start().starts_with("initialPrompt"))
        .then(|| phrase::shorten(text))
}
