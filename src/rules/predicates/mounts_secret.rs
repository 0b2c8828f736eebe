//! A container is given a folder of the host that holds keys, logins or conversations, or the whole home.

use crate::model::{EffectKind, Location, PathOperand, RepoPath, Word};
use crate::rules::classes::value_path;
use crate::rules::matching::Subject;

/// Whether one is; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Setting { value, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let text = value.as_known()?;
    if text.contains("type=volume") || text.contains("type=tmpfs") {
        return None;
    }
    let source = source_of(text)?;
    let home = [
        "${localEnv:HOME}${localEnv:USERPROFILE}",
        "${localEnv:HOME}",
        "${localEnv:USERPROFILE}",
        "${env:HOME}",
        "$HOME",
        "${HOME}",
        "~",
    ]
    .iter()
    .find_map(|h| source.strip_prefix(h));
    let path = match home {
        Some(rest) => value_path(&format!("~/{}", rest.trim_start_matches(['/', '\\']))),
        None if source.contains('/') => value_path(source),
        // A name without a folder is a volume.
        None => return None,
    };
    let path = path.trim_end_matches('/').to_owned();
    if matches!(
        path.as_str(),
        "~" | "" | "~/.claude" | "~/.codex" | "~/.gemini" | "~/.config"
    ) {
        return Some(path);
    }
    if source.contains("SSH_AUTH_SOCK") {
        return Some("the SSH agent".to_owned());
    }
    let at = match path.strip_prefix("~/") {
        Some(rest) => Location::Home(rest.to_owned()),
        None => Location::Tree(RepoPath::root()).join(&path),
    };
    let operand = PathOperand {
        written: Word::known(path.clone()),
        at,
    };
    let secret = ["secret", "history", "conversation"]
        .iter()
        .any(|c| subject.case.classes.has_path(c, &operand));
    (secret && !matches!(operand.at, Location::Tree(_))).then_some(path)
}

/// The host's side of a mount: `source=X,…`, or `X:/target`.
fn source_of(text: &str) -> Option<&str> {
    let parts = text.split(',');
    let named = parts.into_iter().find_map(|p| {
        p.trim()
            .strip_prefix("source=")
            .or_else(|| p.trim().strip_prefix("src="))
    });
    named
        .or_else(|| text.rsplit_once(":/").map(|(source, _)| source))
        .filter(|s| !s.is_empty())
}
