//! Hooks in the files of other agents.
//!
//! Cursor: `.cursor/hooks.json`, `{"hooks": {EVENT: [{"command"}]}}`. Gemini CLI, Codex, Qwen and
//! Factory use the shape of Claude Code, `{"hooks": {EVENT: [{"matcher", "hooks": [{"command"}]}]}}`.

use crate::lang::data::{Document, Value};
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{SourceId, Sources};
use crate::surface::draft::{self, Draft, Run};

/// A file in which an agent keeps hooks.
pub(crate) struct HookFile {
    /// Short name of the agent, for ids.
    pub agent: &'static str,
    /// End of the path.
    pub path: &'static str,
}

/// Sources: the agents' hook references.
pub(crate) const FILES: &[HookFile] = &[
    HookFile {
        agent: "cursor",
        path: ".cursor/hooks.json",
    },
    HookFile {
        agent: "gemini",
        path: ".gemini/settings.json",
    },
    HookFile {
        agent: "codex",
        path: ".codex/hooks.json",
    },
    HookFile {
        agent: "codex",
        path: ".codex/config.toml",
    },
    HookFile {
        agent: "qwen",
        path: ".qwen/settings.json",
    },
    HookFile {
        agent: "factory",
        path: ".factory/settings.json",
    },
    HookFile {
        agent: "windsurf",
        path: ".windsurf/hooks.json",
    },
    HookFile {
        agent: "copilot",
        path: ".github/hooks/hooks.json",
    },
];

/// All hooks of the file.
pub(crate) fn read(document: &Document, source: SourceId, sources: &mut Sources, agent: &str) -> Vec<Draft> {
    let mut out = vec![];
    for (event, groups) in document.root().get("hooks").into_iter().flat_map(Value::entries) {
        for group in groups.each() {
            let handlers: Vec<Value<'_>> = match group.get("hooks") {
                Some(list) => list.each().collect(),
                None => vec![group],
            };
            for handler in handlers {
                let command = ["command", "bash", "run"]
                    .iter()
                    .find_map(|k| handler.get(k))
                    .unwrap_or(handler);
                let (what, run) = if command.as_str().is_some() {
                    let Some(text) = draft::text(command, sources, source) else {
                        continue;
                    };
                    (command.as_str().unwrap_or_default().to_owned(), Run::Shell(text))
                } else {
                    let words = draft::words(&command.items().collect::<Vec<_>>(), source);
                    if words.is_empty() {
                        continue;
                    }
                    (draft::line(&words), Run::Program(words))
                };
                out.push(Draft {
                    id: format!("{agent}/hooks/{event}"),
                    class: Class::OtherAgent,
                    when: When::Event,
                    when_text: Some(format!("when {agent} reaches {event}")),
                    who: Starter::OtherAgent,
                    consent: draft::consent(Consent::TrustDialog),
                    place: draft::at(source, command.span()),
                    pointer: format!("/hooks/{event}"),
                    what,
                    runs: vec![run],
                    cwd: None,
                    env: vec![],
                    attributes: vec![
                        ("type".into(), "hook".into()),
                        ("agent".into(), agent.to_owned()),
                        ("event".into(), event.to_owned()),
                    ],
                });
            }
        }
    }
    out
}
