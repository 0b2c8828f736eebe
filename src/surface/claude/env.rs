//! The `env` block of the settings.

use super::data::{is_in, variables};
use crate::lang::data::Value;
use crate::lang::{json, programs};
use crate::model::effect::{EnvAct, Reach};
use crate::model::source::{Hop, Mapping};
use crate::model::trigger::{Class, Consent, Consents, When};
use crate::model::{Effect, EffectKind, Lowered, Place, RepoPath, SourceId, Tree, Word};
use crate::surface::{Found, Reader, Scope, Start};

/// Most programs looked at in folders that a repository puts on the search path.
const PROGRAMS: usize = 40;

/// A stand-in for every program that is started: no builtin of a shell, and it does nothing itself.
const ANY: &str = "/bin/true";

/// The variables that the settings of the project at `root` set for everything the agent starts.
pub fn of_project(reader: &mut Reader<'_>, root: &RepoPath) -> Vec<(String, Word)> {
    if let Some(known) = reader.settings_env.get(root) {
        return known.clone();
    }
    let mut all: Vec<(String, Word)> = vec![];
    let folder = match reader.scope() {
        Scope::Project => root.child(".claude"),
        Scope::User => root.clone(),
    };
    for name in ["settings.json", "settings.local.json"] {
        let Ok(text) = reader.files.glance(&folder.child(name)) else {
            continue;
        };
        let document = json::read(text.text);
        for (name, value) in document.root().get("env").into_iter().flat_map(Value::entries) {
            if let Some(value) = value.as_text()
                && !is_in(&variables().ignored, name)
            {
                all.retain(|(known, _)| known != name);
                all.push((name.to_owned(), Word::known(value)));
            }
        }
    }
    reader.settings_env.insert(root.clone(), all.clone());
    all
}

/// Reads the `env` map of a settings file.
pub(super) fn read(reader: &mut Reader<'_>, found: &Found, source: SourceId, env: Value<'_>, start: &Start) {
    for (name, value) in env.entries() {
        let Some(text) = value.as_text() else { continue };
        let place = Place::new(source, value.entry_span());
        let mut trigger = reader.trigger(found, Class::Env, When::Open, place);
        trigger.id = format!("claude/env/{name}");
        trigger.pointer = format!("/env/{name}");
        trigger.what = format!("{name}={text}");
        trigger.attributes.push(("name".to_owned(), name.to_owned()));
        let table = variables();
        if is_in(&table.before_trust, name) {
            trigger.when = When::OpenBeforeTrust;
            trigger.consent.interactive = Consent::None;
        }
        if reader.scope() == Scope::Project && is_in(&table.ignored, name) {
            trigger.consent = Consents {
                interactive: Consent::Never,
                headless: Consent::Never,
            };
            trigger.attributes.push(("ignored".to_owned(), "true".to_owned()));
        }
        if is_in(&table.older_clients, name) {
            trigger
                .attributes
                .push(("older-clients".to_owned(), "true".to_owned()));
        }
        let mut lowered = Lowered::default();
        lowered.push(Effect::stated(
            EffectKind::Env {
                name: Word::known(name),
                value: Some(Word::known(text)),
                act: EnvAct::Set,
                reach: Reach::Kept,
            },
            place,
        ));
        if let Some(more) = acts(reader, source, name, value, text, start) {
            lowered.join(more);
        }
        trigger.lowered = lowered;
        reader.push(found, trigger);
    }
}

/// What the variable makes a started program do: the same as if it stood before its command.
fn acts(
    reader: &mut Reader<'_>,
    source: SourceId,
    name: &str,
    value: Value<'_>,
    text: &str,
    start: &Start,
) -> Option<Lowered> {
    let is_name = name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
    if !programs::variable_acts(name) || !is_name || name.is_empty() {
        return None;
    }
    let programs = if name == "PATH" {
        shadowed(reader.tree(), text, start)
    } else {
        vec![ANY.to_owned()]
    };
    let quoted = text
        .replace("${CLAUDE_PROJECT_DIR}", ".")
        .replace("$CLAUDE_PROJECT_DIR", ".")
        .replace('\'', "'\\''");
    let mut start = start.clone();
    start.env.retain(|(known, _)| known != name);
    let mut all: Option<Lowered> = None;
    for program in programs {
        let command = format!("{name}='{quoted}' {program}");
        let command = reader
            .sources
            .within(source, Hop::Value, Mapping::Whole(value.span()), command);
        let mut lowered = reader.command(command, &start);
        // The stand-in for "every program": what it does by itself is nothing.
        lowered.effects.iter_mut().for_each(|effect| {
            if let EffectKind::Exec(exec) = &mut effect.kind
                && exec.program.as_known() == Some(ANY)
            {
                exec.program = Word::known(loaded_by(name));
            }
        });
        match &mut all {
            Some(all) => all.join(lowered),
            None => all = Some(lowered),
        }
    }
    all
}

/// The program that reads a variable, for people.
fn loaded_by(name: &str) -> &'static str {
    let table = [
        ("NODE", "node"),
        ("BUN", "bun"),
        ("PYTHON", "python3"),
        ("BASH_ENV", "bash"),
        ("PERL", "perl"),
        ("RUBY", "ruby"),
        ("GIT", "git"),
        ("JAVA", "java"),
        ("_JAVA", "java"),
    ];
    let known = table.iter().find(|(start, _)| name.starts_with(start));
    known.map_or("sh", |(_, program)| program)
}

/// Files in folders of the tree on the search path `text`: programs that would be started instead of
/// the person's own.
fn shadowed(tree: &dyn Tree, text: &str, start: &Start) -> Vec<String> {
    let mut out = vec![];
    for folder in text.split(':').filter(|f| !f.is_empty()) {
        let folder = folder
            .replace("${CLAUDE_PROJECT_DIR}", ".")
            .replace("$CLAUDE_PROJECT_DIR", ".");
        let at = start.cwd.join(&folder);
        let Some(folder) = at.in_tree() else { continue };
        let Ok(folder) = tree.resolve(folder) else {
            continue;
        };
        for entry in tree.below(&folder) {
            let plain = |name: &str| {
                name.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_.-+".contains(&b))
            };
            let name = entry.path.name();
            if entry.path.parent().as_ref() == Some(&folder) && plain(name) && tree.is_executable(&entry.path)
            {
                out.push(name.to_owned());
            }
            if out.len() >= PROGRAMS {
                return out;
            }
        }
    }
    out
}
