//! The sentence of a finding: the page's message with its places filled by what was matched.

use super::case::{Case, Start};
use super::classes::path_text;
use super::matching::Match;
use super::{code, hosts};
use crate::model::trigger::{Class, When};
use crate::model::{EffectKind, PathOperand, Trigger, Word};

/// Longest text taken over from a repository.
const LONGEST: usize = 120;

/// Fills the places of `message`.
#[must_use]
pub fn fill(message: &str, case: &Case<'_>, found: &Match) -> String {
    let mut out = String::with_capacity(message.len() + 64);
    let mut rest = message;
    while let Some(start) = rest.find('{') {
        let Some(end) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        out.push_str(&shorten(&value(&rest[start + 1..start + end], case, found)));
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    let mut chars = out.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn value(name: &str, case: &Case<'_>, found: &Match) -> String {
    let effect = found.effect.map(|id| case.kind(id));
    let start = match found.start {
        Some(Start::Effect(id)) => Some(case.kind(id)),
        _ => None,
    };
    let either = |pick: fn(&EffectKind) -> Option<String>, or: &str| {
        effect
            .and_then(pick)
            .or_else(|| start.and_then(pick))
            .unwrap_or_else(|| or.to_owned())
    };
    match name {
        "trigger" => trigger(case.trigger),
        "what" => case.trigger.what.clone(),
        "host" => either(host, "a host that is decided at run time"),
        "path" => either(path, "a file"),
        "program" => either(program, "a program"),
        "package" => either(package, "a package"),
        "variable" => either(variable, "a variable"),
        "value" => either(setting_value, ""),
        "switch" => either(switch, "a switch"),
        "source" => match found.start {
            Some(Start::Payload) => {
                "what the agent hands over (tool input, prompt or conversation)".to_owned()
            }
            Some(Start::Encoded(_)) => "text that stands encoded".to_owned(),
            Some(Start::Effect(id)) => describe(case.kind(id)),
            None => String::new(),
        },
        "target" => effect.map_or(String::new(), describe),
        "detail" => found.detail.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// What it is and when it acts, with an article: `a session-start hook`, `MCP server \`db\``.
#[must_use]
pub fn trigger(trigger: &Trigger) -> String {
    let name = || {
        trigger
            .attribute("name")
            .unwrap_or_else(|| last(&trigger.pointer))
            .to_owned()
    };
    match trigger.class {
        Class::Hook => match trigger.when {
            When::SessionStart => "a session-start hook".to_owned(),
            When::Prompt => "a hook on each prompt".to_owned(),
            When::Stop => "a hook on stop".to_owned(),
            When::Edit => "a hook after each edit".to_owned(),
            When::PermissionAsked => "a hook that answers permission questions".to_owned(),
            _ => match trigger.attribute("event") {
                Some(event) => format!("a {event} hook"),
                None => "a hook".to_owned(),
            },
        },
        Class::Helper => match trigger.when {
            When::StatusLine => "the status line".to_owned(),
            _ => format!("the helper `{}`", name()),
        },
        Class::Env => "the `env` block".to_owned(),
        Class::Permission => "a permission rule".to_owned(),
        Class::Setting => "the settings".to_owned(),
        Class::McpServer => format!("MCP server `{}`", name()),
        Class::Plugin => format!("plug-in `{}`", name()),
        Class::PluginProcess => format!("plug-in process `{}`", name()),
        Class::Skill => "a skill".to_owned(),
        Class::Command => "a slash command".to_owned(),
        Class::Agent => "a subagent".to_owned(),
        Class::Memory => "a memory file".to_owned(),
        Class::OutputStyle => "an output style".to_owned(),
        Class::Schedule => "a scheduled prompt".to_owned(),
        Class::Workflow => "a workflow".to_owned(),
        Class::Launch => "a launch configuration".to_owned(),
        Class::WorktreeFiles => "the list of files for worktrees".to_owned(),
        Class::EditorTask => "an editor task".to_owned(),
        Class::EditorSetting => "an editor setting".to_owned(),
        Class::Container => "the development container".to_owned(),
        Class::ShellEnv => "the environment file of the shell".to_owned(),
        Class::OtherAgent => "the configuration of another agent".to_owned(),
        Class::GitConfig => "the shipped git configuration".to_owned(),
        Class::GitHook => "a git hook in the tree".to_owned(),
        Class::PackageScript => format!("the package script `{}`", name()),
    }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}

fn describe(kind: &EffectKind) -> String {
    match kind {
        EffectKind::Read { path } => format!("`{}`", shown(path)),
        EffectKind::Connect(c) => format!("`{}`", shown_word(&c.host, "a host that is decided at run time")),
        EffectKind::Env { name, .. } if name.as_known() == Some("*") => "the whole environment".to_owned(),
        EffectKind::Env { name, .. } => format!("variable `{}`", name.display()),
        EffectKind::Exec(exec) => format!("`{}`", code::base_name(&exec.program)),
        EffectKind::Write { path, .. } => format!("`{}`", shown(path)),
        EffectKind::Setting { switch, .. } => format!("`{switch}`"),
        EffectKind::Instruct { .. } => "text for the model".to_owned(),
        EffectKind::Query { dialect, .. } => format!("a {dialect} query"),
    }
}

fn host(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Connect(c) => Some(shown_word(&c.host, "a host that is decided at run time")),
        EffectKind::Env { value: Some(v), .. } | EffectKind::Setting { value: v, .. } => {
            Some(hosts::of_value(v).map_or_else(|| v.display(), |(host, _)| host))
        }
        _ => None,
    }
}

fn path(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Read { path } | EffectKind::Write { path, .. } => Some(shown(path)),
        _ => None,
    }
}

fn program(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Exec(exec) => Some(match code::base_name(&exec.program) {
            name if name.is_empty() => "a program".to_owned(),
            name => name,
        }),
        _ => None,
    }
}

fn package(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Exec(exec) => exec.package.as_ref().map(|p| match &p.version {
            Some(version) => format!("{}@{version}", p.name),
            None => p.name.clone(),
        }),
        _ => None,
    }
}

fn variable(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Env { name, .. } => Some(name.display()),
        _ => None,
    }
}

fn setting_value(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Env { value: Some(v), .. } | EffectKind::Setting { value: v, .. } => Some(v.display()),
        _ => None,
    }
}

fn switch(kind: &EffectKind) -> Option<String> {
    match kind {
        EffectKind::Setting { switch, .. } => Some(switch.clone()),
        _ => None,
    }
}

fn shown(path: &PathOperand) -> String {
    match path_text(path) {
        text if text.contains('\u{FFFC}') => path.written.display(),
        text => text,
    }
}

fn shown_word(word: &Word, unknown: &str) -> String {
    match word.display() {
        text if text.chars().all(|c| c == '…') => unknown.to_owned(),
        text => text,
    }
}

/// One line of at most [`LONGEST`] characters.
#[must_use]
pub fn shorten(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= LONGEST {
        return one_line;
    }
    one_line.chars().take(LONGEST - 1).chain(['…']).collect()
}
