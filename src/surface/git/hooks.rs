//! Git hooks that lie in the tree: in `.git/hooks` of an unpacked archive, in the folder that
//! `core.hooksPath` names, and in the folders of hook managers.

use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{Place, RepoPath, SourceId, Span};
use crate::surface::draft::{self, Draft, Run};

/// The names git calls. Source: git's own documentation of hooks.
const NAMES: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// Folders that a hook manager or a habit makes the hook folder of.
const FOLDERS: &[&str] = &[".husky", ".githooks", ".git-hooks", ".hooks"];

/// Whether git calls a hook of this name.
pub(crate) fn is_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether `path` is a git hook, and whether git finds it without somebody's act.
pub(crate) fn place(path: &RepoPath) -> Option<bool> {
    if !is_name(path.name()) {
        return None;
    }
    let folder = path.parent()?;
    if folder.as_str() == ".git/hooks" {
        return Some(true);
    }
    FOLDERS.contains(&folder.name()).then_some(false)
}

/// The hook at `path`, whose text is `source`.
pub(crate) fn read(path: &RepoPath, source: SourceId, text: &str) -> Draft {
    let live = place(path) == Some(true);
    let first = Span::new(0, text.find('\n').unwrap_or(text.len()).min(200));
    Draft {
        id: format!("git/hooks/{}", path.name()),
        class: Class::GitHook,
        when: When::GitOperation,
        when_text: Some(format!("on git's {}", path.name())),
        who: Starter::Git,
        consent: draft::consent(if live { Consent::None } else { Consent::PersonsAct }),
        place: Place::new(source, first),
        pointer: format!("/{}", path.name()),
        what: path.as_str().to_owned(),
        runs: vec![Run::Script(source)],
        cwd: None,
        env: vec![],
        attributes: vec![("where".into(), if live { "git" } else { "manager" }.into())],
    }
}
