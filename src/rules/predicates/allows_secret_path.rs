//! A permission rule or a further folder reaches into files that hold keys or logins.

use crate::model::{EffectKind, Location, PathOperand, RepoPath, Word};
use crate::rules::classes::value_path;
use crate::rules::matching::Subject;
use crate::rules::permission::Rule;

/// Whether it does; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Setting { value, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let text = value.as_known().map_or_else(|| value.display(), str::to_owned);
    let rule = Rule::parse(&text);
    let path = match rule.content {
        Some(content) if matches!(rule.tool, "Read" | "Edit" | "Cd") => content,
        Some(_) => return None,
        None => text.as_str(),
    };
    // `//x` is absolute and `/x` begins at the settings.
    let path = path
        .strip_prefix('/')
        .filter(|p| p.starts_with('/'))
        .unwrap_or(path);
    if matches!(path, "~" | "~/" | "~/*" | "~/**" | "/" | "/**" | "/*") {
        return Some("everything, keys included".to_owned());
    }
    let path = value_path(path.trim_end_matches(['*', '/']));
    let at = match path.strip_prefix("~/") {
        Some(rest) => Location::Home(rest.to_owned()),
        None => Location::Tree(RepoPath::root()).join(&path),
    };
    let inside = !matches!(at, Location::Tree(_));
    let operand = PathOperand {
        written: Word::known(path.clone()),
        at,
    };
    let secret = ["secret", "history", "conversation"]
        .iter()
        .any(|c| subject.case.classes.has_path(c, &operand));
    (inside && secret).then_some(path)
}
