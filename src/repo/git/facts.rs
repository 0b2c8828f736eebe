//! [`GitFacts`]: what surfaces and reports want to know of a repository.

use super::config::{self, Setting};
use super::refs::Ref;
use super::{Git, Pointer, objects};
use crate::model::RepoPath;

/// Facts of a repository, read without git and without obeying its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitFacts {
    /// The branch that `HEAD` stands on; `None` when detached or not readable.
    pub branch: Option<String>,
    /// The commit that `HEAD` names; `None` before the first one.
    pub commit: Option<String>,
    /// The address of `origin`, as written (it may hold a password).
    pub origin: Option<String>,
    /// Settings that name a program or a file of settings that git would use.
    pub programs: Vec<Setting>,
    /// Object folders that this one borrows from, as written.
    pub alternates: Vec<String>,
    /// Pointers that were not followed.
    pub not_followed: Vec<Pointer>,
    /// Linked work trees of this repository inside the scanned folder. They are not scanned with it.
    pub linked: Vec<RepoPath>,
}

impl GitFacts {
    pub(in crate::repo) fn of(git: &Git) -> Self {
        let settings = git.settings();
        Self {
            branch: git.branch(),
            commit: match git.reference("HEAD") {
                Ok(Some(Ref::Id(id))) => Some(id),
                _ => None,
            },
            origin: config::last(settings, "remote.origin.url").map(str::to_owned),
            programs: settings.iter().filter(|s| names_program(s)).cloned().collect(),
            alternates: objects::alternates(git),
            not_followed: vec![],
            linked: vec![],
        }
    }
}

/// Whether git starts what this setting names, or reads more settings or hooks from there
/// (git-config(1), version 2.47).
#[must_use]
pub fn names_program(setting: &Setting) -> bool {
    let value = setting.value.as_deref().unwrap_or("true");
    let mut parts = setting.key.splitn(2, '.');
    let section = parts.next().unwrap_or("");
    let name = setting.key.rsplit('.').next().unwrap_or("");
    match (section, name) {
        ("core", "fsmonitor") => !matches!(
            value.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "1" | "0" | ""
        ),
        (
            "core",
            "hookspath"
            | "sshcommand"
            | "pager"
            | "editor"
            | "askpass"
            | "gitproxy"
            | "alternaterefscommand"
            | "attributesfile",
        )
        | ("filter", "clean" | "smudge" | "process")
        | ("diff", "command" | "textconv" | "external")
        | ("merge", "driver")
        | ("difftool" | "mergetool" | "browser" | "man", "cmd" | "path")
        | ("gpg", "program" | "defaultkeycommand")
        | ("sequence", "editor")
        | ("interactive", "difffilter")
        | ("include" | "includeif", "path")
        | ("uploadpack", "packobjectshook")
        | ("remote", "uploadpack" | "receivepack" | "vcs")
        | ("credential", "helper")
        | ("hook", "command")
        | ("sendemail", "smtpserver" | "sendmailcmd" | "tocmd" | "cccmd" | "headercmd") => !value.is_empty(),
        ("pager", _) => !matches!(value, "true" | "false" | "1" | "0" | "yes" | "no" | "on" | "off"),
        ("alias", _) | ("submodule", "update") => value.starts_with('!'),
        ("remote", "url" | "pushurl") | ("url", "insteadof" | "pushinsteadof") => {
            value.starts_with("ext::") || setting.key.contains(".ext::")
        }
        _ => false,
    }
}
