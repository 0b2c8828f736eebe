//! The value of a loader variable names a file or folder of the repository, or a command.

use crate::model::{EffectKind, Piece};
use crate::rules::matching::Subject;

/// Options of interpreters that only tune them.
const TUNING: [&str; 12] = [
    "--max-old-space-size",
    "--max-semi-space-size",
    "--stack-size",
    "--no-warnings",
    "--enable-source-maps",
    "--trace-warnings",
    "--trace-deprecation",
    "--no-deprecation",
    "--unhandled-rejections",
    "--dns-result-order",
    "--experimental-vm-modules",
    "--openssl-legacy-provider",
];

/// Whether it does.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Env { value, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let value = value.as_ref()?;
    if value
        .pieces
        .iter()
        .any(|p| matches!(p, Piece::Anchor(crate::model::Anchor::Root)))
    {
        return Some(String::new());
    }
    let text = value.as_known().map_or_else(|| value.display(), str::to_owned);
    let mut words = text
        .split_whitespace()
        .filter(|w| !TUNING.iter().any(|t| w.starts_with(t)))
        .peekable();
    words.peek()?;
    let named = words.any(|word| {
        let word = word.rsplit('=').next().unwrap_or(word).trim_matches(['"', '\'']);
        let parts = word.split(':');
        parts.into_iter().any(|part| {
            part.starts_with("./")
                || part.starts_with("../")
                || part == "."
                || part.starts_with("$CLAUDE_PROJECT_DIR")
                || part.starts_with("${CLAUDE_PROJECT_DIR}")
                || (part.contains('/')
                    && !part.starts_with('/')
                    && !part.starts_with('~')
                    && !part.contains("://"))
        })
    });
    named.then(String::new)
}
