//! The setting hands on a variable whose name says key, token or password.

use crate::model::EffectKind;
use crate::rules::matching::Subject;

/// Whether it does; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Setting { value, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let text = value.as_known()?;
    let mut names = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    names
        .find(|name| subject.case.classes.has_variable("secret-name", name))
        .map(str::to_owned)
}
