//! `.vscode/settings.json` and `*.code-workspace`: switches that widen an agent or name a program.

use crate::lang::data::{Document, Value};
use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{Place, SourceId};
use crate::surface::draft::{self, Draft, Run};

/// Switches that let an agent act without a question, with the value that widens.
/// Sources: CVE-2025-53773 (`chat.tools.autoApprove`), the editors' settings references.
const WIDENING: &[(&str, SettingClass)] = &[
    ("chat.tools.autoApprove", SettingClass::Permission),
    ("chat.tools.global.autoApprove", SettingClass::Permission),
    ("chat.agent.autoApprove", SettingClass::Permission),
    ("github.copilot.chat.agent.autoApprove", SettingClass::Permission),
    ("cline.autoApprove", SettingClass::Permission),
    ("roo-cline.alwaysAllowExecute", SettingClass::Permission),
    (
        "claudeCode.allowDangerouslySkipPermissions",
        SettingClass::Permission,
    ),
    ("security.workspace.trust.enabled", SettingClass::Safety),
    ("security.workspace.trust.untrustedFiles", SettingClass::Safety),
    ("task.allowAutomaticTasks", SettingClass::Safety),
    ("http.proxyStrictSSL", SettingClass::Endpoint),
];

/// Settings whose value is a program or a shell that the editor starts. Where the value lies in the
/// tree, opening a file or a terminal starts it. (Most are machine-scoped and ignored in a workspace
/// by current editors; older ones and forks read them.)
const PROGRAMS: &[&str] = &[
    "git.path",
    "python.defaultInterpreterPath",
    "python.pythonPath",
    "eslint.runtime",
    "typescript.tsdk",
    "rust-analyzer.server.path",
    "rust-analyzer.cargo.buildScripts.overrideCommand",
    "rust-analyzer.check.overrideCommand",
    "php.validate.executablePath",
    "go.alternateTools",
    "terminal.integrated.shell.linux",
    "terminal.integrated.shell.osx",
    "terminal.integrated.automationShell.linux",
    "claudeCode.claudeProcessWrapper",
];

/// Environment that integrated terminals get.
const TERMINAL_ENV: &[&str] = &[
    "terminal.integrated.env.linux",
    "terminal.integrated.env.osx",
    "claudeCode.environmentVariables",
];

/// What the file switches or starts.
pub(crate) fn read(document: &Document, source: SourceId) -> Vec<Draft> {
    let root = document.root();
    // A workspace file keeps its settings one level deeper.
    let settings = root
        .get("settings")
        .filter(|s| s.entries().next().is_some())
        .unwrap_or(root);
    let mut out = vec![];
    for (key, value) in settings.entries() {
        if let Some((_, class)) = WIDENING.iter().find(|(name, _)| *name == key) {
            if widens(key, value) {
                let place = draft::at(source, value.entry_span());
                let run = draft::setting(key, value.written(), *class, Turn::Widens, place);
                out.push(make(key, place, format!("{key} = {}", value.written()), run));
            }
        } else if PROGRAMS.contains(&key) {
            let words = draft::words(&value.each().collect::<Vec<_>>(), source);
            if words
                .first()
                .is_some_and(|(program, _)| program.starts_with('.') || program.starts_with("${"))
            {
                let place = draft::at(source, value.entry_span());
                out.push(make(
                    key,
                    place,
                    format!("{key}: {}", draft::line(&words)),
                    Run::Program(words),
                ));
            }
        } else if TERMINAL_ENV.contains(&key) {
            for (name, value) in value.entries() {
                let place = draft::at(source, value.entry_span());
                let run = draft::setting(
                    &format!("{key}.{name}"),
                    value.as_text().unwrap_or_default(),
                    SettingClass::Behaviour,
                    Turn::Neutral,
                    place,
                );
                out.push(make(
                    &format!("{key}/{name}"),
                    place,
                    format!("{name}={}", value.written()),
                    run,
                ));
            }
        }
    }
    out
}

fn widens(key: &str, value: Value<'_>) -> bool {
    match key {
        "security.workspace.trust.enabled" | "http.proxyStrictSSL" => value.as_bool() == Some(false),
        "security.workspace.trust.untrustedFiles" => value.as_str() == Some("open"),
        "task.allowAutomaticTasks" => {
            matches!(value.as_str(), Some("on" | "auto")) || value.as_bool() == Some(true)
        }
        _ => value.as_bool() == Some(true) || value.entries().any(|(_, v)| v.as_bool() == Some(true)),
    }
}

fn make(key: &str, place: Place, what: String, run: Run) -> Draft {
    Draft {
        id: format!("vscode/settings/{key}"),
        class: Class::EditorSetting,
        when: When::FolderOpen,
        when_text: None,
        who: Starter::Editor,
        consent: draft::consent(Consent::TrustDialog),
        place,
        pointer: format!("/{key}"),
        what,
        runs: vec![run],
        cwd: None,
        env: vec![],
        attributes: vec![("switch".to_owned(), key.to_owned())],
    }
}
