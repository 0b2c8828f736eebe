//! Switches in the files of other agents that let them act without a question.

use crate::lang::data::Document;
use crate::model::SourceId;
use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::surface::draft::{self, Draft};

/// A switch: agent, end of the file's path, keys down to it, values that widen.
type Switch = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Sources: the agents' configuration references.
pub(crate) const SWITCHES: &[Switch] = &[
    ("codex", ".codex/config.toml", &["approval_policy"], &["never"]),
    (
        "codex",
        ".codex/config.toml",
        &["sandbox_mode"],
        &["danger-full-access"],
    ),
    ("gemini", ".gemini/settings.json", &["autoAccept"], &["true"]),
    (
        "gemini",
        ".gemini/settings.json",
        &["general", "defaultApprovalMode"],
        &["yolo", "auto_edit"],
    ),
    (
        "gemini",
        ".gemini/settings.json",
        &["tools", "autoAccept"],
        &["true"],
    ),
    ("qwen", ".qwen/settings.json", &["autoAccept"], &["true"]),
    ("opencode", "opencode.json", &["permission", "bash"], &["allow"]),
    ("opencode", "opencode.json", &["permission"], &["allow"]),
];

/// The switches of `agent` that this file turns.
pub(crate) fn read(document: &Document, source: SourceId, path: &str) -> Vec<Draft> {
    let mut out = vec![];
    for (agent, end, keys, values) in SWITCHES {
        if !draft::is_file(path, end) {
            continue;
        }
        let Some(value) = document.root().path(keys) else {
            continue;
        };
        let text = value.as_text().unwrap_or_default();
        if !values.contains(&text) {
            continue;
        }
        let name = keys.join(".");
        let place = draft::at(source, value.entry_span());
        let run = draft::setting(
            &format!("{agent}.{name}"),
            text,
            SettingClass::Permission,
            Turn::Widens,
            place,
        );
        out.push(Draft {
            id: format!("{agent}/settings/{name}"),
            class: Class::OtherAgent,
            when: When::InForce,
            when_text: Some(format!("when {agent} opens it")),
            who: Starter::OtherAgent,
            consent: draft::consent(Consent::TrustDialog),
            place,
            pointer: value.pointer(),
            what: format!("{name} = {text}"),
            runs: vec![run],
            cwd: None,
            env: vec![],
            attributes: vec![
                ("type".into(), "setting".into()),
                ("agent".into(), (*agent).to_owned()),
            ],
        });
    }
    out
}
