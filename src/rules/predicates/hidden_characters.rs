//! A text holds characters that no screen shows, or that change the order of what is shown.

use crate::lang::unicode::{self, HiddenKind};
use crate::model::EffectKind;
use crate::rules::matching::Subject;

/// Whether it does; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Instruct { text, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let found = unicode::find(text)
        .into_iter()
        .find(|h| h.kind != HiddenKind::Stray)?;
    Some(
        match found.kind {
            HiddenKind::Bidi => "characters that turn the order of text",
            HiddenKind::Control => "control characters of a terminal",
            _ => "characters that no screen shows",
        }
        .to_owned(),
    )
}
