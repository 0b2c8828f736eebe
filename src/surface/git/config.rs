//! git configuration that arrives with the files: an unpacked archive's `.git/config`, a bare
//! repository inside the tree, `.gitmodules`.
//!
//! A clone never brings `.git/config`, an archive does; a folder with `HEAD`, `objects` and `refs` is
//! a repository to git wherever it lies (CVE-2026-45033, CVE-2026-72718, GHSA on `core.fsmonitor`).
//! Any git command in there starts the programs that its configuration names.

use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{Place, SourceId, Sources, Span};
use crate::repo::git::config::{self, Setting};
use crate::surface::draft::{self, Draft, Run};

/// How git uses the value of a key that names a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Given to a shell.
    Shell,
    /// Given to a shell only after `!`.
    AfterMark,
    /// The path of a program.
    Program,
    /// A folder of programs.
    Folder,
}

/// Keys, with `*` for a subsection. Source: git's own documentation of `git config`.
const PROGRAMS: &[(&str, Use)] = &[
    ("core.fsmonitor", Use::Shell),
    ("core.hookspath", Use::Folder),
    ("core.pager", Use::Shell),
    ("core.editor", Use::Shell),
    ("core.sshcommand", Use::Shell),
    ("core.askpass", Use::Program),
    ("core.gitproxy", Use::Program),
    ("core.alternaterefscommand", Use::Shell),
    ("sequence.editor", Use::Shell),
    ("diff.external", Use::Shell),
    ("diff.*.command", Use::Shell),
    ("diff.*.textconv", Use::Shell),
    ("difftool.*.cmd", Use::Shell),
    ("mergetool.*.cmd", Use::Shell),
    ("merge.*.driver", Use::Shell),
    ("filter.*.clean", Use::Shell),
    ("filter.*.smudge", Use::Shell),
    ("filter.*.process", Use::Shell),
    ("pager.*", Use::Shell),
    ("interactive.difffilter", Use::Shell),
    ("alias.*", Use::AfterMark),
    ("credential.helper", Use::AfterMark),
    ("credential.*.helper", Use::AfterMark),
    ("gpg.program", Use::Program),
    ("gpg.*.program", Use::Program),
    ("ssh.variant", Use::Program),
    ("submodule.*.update", Use::AfterMark),
    ("remote.*.uploadpack", Use::Shell),
    ("remote.*.receivepack", Use::Shell),
    ("remote.*.vcs", Use::Program),
    ("uploadpack.packobjectshook", Use::Shell),
    ("trailer.*.command", Use::Shell),
    ("trailer.*.cmd", Use::Shell),
    ("sendemail.sendmailcmd", Use::Shell),
    ("web.browser", Use::Program),
    ("browser.*.cmd", Use::Shell),
    ("man.*.cmd", Use::Shell),
    ("guitool.*.cmd", Use::Shell),
    ("tar.*.command", Use::Shell),
];

/// Where the configuration lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The `.git/config` of the scanned folder.
    Own,
    /// Of a repository embedded in the tree.
    Embedded,
    /// `.gitmodules`.
    Modules,
}

/// The programs that the configuration names. Values that switch something off or that are the
/// well-known commands of git-lfs start nothing of the repository's.
pub(crate) fn read(text: &str, source: SourceId, sources: &mut Sources, kind: Kind) -> Vec<Draft> {
    let mut out = vec![];
    for setting in config::parse(text) {
        let Some(value) = setting.value.as_deref() else {
            continue;
        };
        let place = Place::new(source, setting.span);
        if let Some(url) = external_transport(&setting, value) {
            out.push(make(
                &setting,
                place,
                Run::Program(vec![(url.to_owned(), place)]),
                kind,
                value,
            ));
            continue;
        }
        let Some((_, use_)) = PROGRAMS
            .iter()
            .find(|(pattern, _)| matches(pattern, &setting.key))
        else {
            continue;
        };
        if is_harmless(&setting.key, value) {
            continue;
        }
        let command = match use_ {
            Use::Shell => value.to_owned(),
            Use::AfterMark => match value.strip_prefix('!') {
                Some(command) => command.to_owned(),
                None => continue,
            },
            Use::Program => {
                out.push(make(
                    &setting,
                    place,
                    Run::Program(vec![(value.to_owned(), place)]),
                    kind,
                    value,
                ));
                continue;
            }
            Use::Folder => {
                let mut draft = make(
                    &setting,
                    place,
                    Run::Effects(crate::model::Lowered::default()),
                    kind,
                    value,
                );
                draft.attributes.push(("hooks-folder".into(), value.to_owned()));
                out.push(draft);
                continue;
            }
        };
        let within = value_span(text, setting.span, &command);
        let text = sources.within(
            source,
            crate::model::source::Hop::Value,
            crate::model::source::Mapping::Whole(within),
            command,
        );
        out.push(make(&setting, place, Run::Shell(text), kind, value));
    }
    out
}

/// Where the value stands in the setting, if it stands there unescaped; else the whole setting.
fn value_span(text: &str, span: Span, value: &str) -> Span {
    let line = text.get(span.start..span.end).unwrap_or("");
    line.find(value).map_or(span, |at| {
        Span::new(span.start + at, span.start + at + value.len())
    })
}

fn matches(pattern: &str, key: &str) -> bool {
    match pattern.split_once('*') {
        None => key.eq_ignore_ascii_case(pattern),
        Some((before, after)) => {
            let key = key.to_ascii_lowercase();
            key.len() > before.len() + after.len() && key.starts_with(before) && key.ends_with(after)
        }
    }
}

/// `ext::` and similar remotes run a command.
fn external_transport<'a>(setting: &Setting, value: &'a str) -> Option<&'a str> {
    let is_url = setting.key.ends_with(".url") || setting.key.ends_with(".pushurl");
    (is_url && (value.starts_with("ext::") || value.starts_with("fd::"))).then_some(value)
}

fn is_harmless(key: &str, value: &str) -> bool {
    let value = value.trim();
    let lfs = [
        "git-lfs clean -- %f",
        "git-lfs smudge -- %f",
        "git-lfs filter-process",
        "git-lfs smudge --skip -- %f",
    ];
    value.is_empty()
        || lfs.contains(&value)
        || matches!(
            value,
            "true" | "false" | "0" | "1" | "yes" | "no" | "on" | "off" | "cat" | "less"
        )
        || key == "pager.branch" && !value.contains(' ')
}

fn make(setting: &Setting, place: Place, run: Run, kind: Kind, value: &str) -> Draft {
    let nested = kind == Kind::Embedded;
    Draft {
        id: format!("git/config/{}", setting.key),
        class: Class::GitConfig,
        when: When::GitOperation,
        when_text: Some(
            if nested {
                "when git works in that folder"
            } else {
                "on a git operation"
            }
            .to_owned(),
        ),
        who: Starter::Git,
        consent: draft::consent(Consent::None),
        place,
        pointer: format!("/{}", setting.key),
        what: format!("{} = {value}", setting.key),
        runs: vec![run],
        cwd: None,
        env: vec![],
        attributes: vec![
            ("key".into(), setting.key.to_ascii_lowercase()),
            (
                "where".into(),
                match kind {
                    Kind::Own => "own",
                    Kind::Embedded => "embedded",
                    Kind::Modules => "modules",
                }
                .into(),
            ),
        ],
    }
}
