//! A hidden text holds words, as opposed to text that is only shown in another order.

use crate::lang::unicode::{self, HiddenKind};
use crate::model::EffectKind;
use crate::rules::matching::Subject;
use crate::rules::phrase;

/// Whether it does; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let id = subject.effect?;
    let EffectKind::Instruct { text, .. } = subject.case.kind(id) else {
        return None;
    };
    let place = subject.case.trigger.lowered.get(id).place;
    let written = subject
        .case
        .sources
        .text(place.source)
        .get(place.span.start..place.span.end)?;
    let shown = unicode::find(written)
        .iter()
        .all(|h| matches!(h.kind, HiddenKind::Bidi | HiddenKind::Control | HiddenKind::Stray));
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (!shown && letters >= 3).then(|| phrase::shorten(text))
}
