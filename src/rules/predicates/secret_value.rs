//! The value that is set is written out and looks like a key or password, not like a reference to one.

use crate::model::EffectKind;
use crate::rules::matching::Subject;

/// Whether it is.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let value = match subject.case.kind(subject.effect?) {
        EffectKind::Env {
            value: Some(value), ..
        }
        | EffectKind::Setting { value, .. } => value,
        _ => return None,
    };
    let text = value.as_known()?.trim();
    let placeholder = text.len() < 12
        || text.contains("${")
        || text.starts_with('$')
        || text.starts_with('<')
        || text.starts_with("http")
        || text.contains(' ')
        || [
            "your",
            "xxx",
            "example",
            "changeme",
            "placeholder",
            "todo",
            "dummy",
            "test",
            "local",
            "dev",
        ]
        .iter()
        .any(|w| text.to_ascii_lowercase().contains(w));
    (!placeholder).then(String::new)
}
