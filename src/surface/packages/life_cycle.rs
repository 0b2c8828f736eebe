//! What package managers run by themselves when somebody installs the packages of the project.

use crate::lang::data::Value;
use crate::model::source::{Hop, Mapping};
use crate::model::trigger::{Class, Consent, Consents, Starter, When};
use crate::model::{Place, SourceId, Trigger};
use crate::surface::{Found, Reader, Start, whole};

/// Members that `npm install`, `pnpm install` and `yarn` run in the project itself (npm documentation, "scripts").
const NPM: [&str; 6] = [
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
];

/// Events of `composer install` and `composer create-project` (composer documentation, "scripts").
const COMPOSER: [&str; 8] = [
    "pre-install-cmd",
    "post-install-cmd",
    "pre-update-cmd",
    "post-update-cmd",
    "pre-autoload-dump",
    "post-autoload-dump",
    "post-root-package-install",
    "post-create-project-cmd",
];

/// Most commands of one event.
const COMMANDS: usize = 100;

/// `package.json`: one trigger a script.
pub fn npm(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let Some(scripts) = document.root().get("scripts") else {
        return;
    };
    for event in NPM {
        let Some(command) = scripts.get(event) else {
            continue;
        };
        let Some(text) = command.string_source(reader.sources, source) else {
            continue;
        };
        let place = Place::new(source, command.span());
        let mut trigger = at_install(reader, found, place, event);
        trigger.id = format!("packages/npm/{event}");
        trigger.pointer = format!("/scripts/{event}");
        trigger.what = command.as_str().unwrap_or("").to_owned();
        trigger.lowered = reader.command(text, &start(found));
        reader.push(found, trigger);
    }
}

/// `composer.json`: one trigger a command.
pub fn composer(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let Some(scripts) = document.root().get("scripts") else {
        return;
    };
    for event in COMPOSER {
        for command in composer_commands(scripts, event) {
            let Some(text) = command.as_str().and_then(composer_shell) else {
                continue;
            };
            let place = Place::new(source, command.span());
            let text: SourceId =
                reader
                    .sources
                    .within(source, Hop::Value, Mapping::Whole(command.span()), text);
            let mut trigger = at_install(reader, found, place, event);
            trigger.id = format!("packages/composer/{event}");
            trigger.pointer = format!("/scripts/{event}");
            trigger.what = command.as_str().unwrap_or("").to_owned();
            trigger.lowered = reader.command(text, &start(found));
            reader.push(found, trigger);
        }
    }
}

/// The commands of an event; `@name` stands for those of another one.
fn composer_commands<'d>(scripts: Value<'d>, event: &str) -> Vec<Value<'d>> {
    let mut out = vec![];
    let mut seen = vec![];
    // Still to be taken, last first.
    let mut open: Vec<Value<'d>> = vec![];
    let mut next = scripts.get(event);
    while out.len() < COMMANDS {
        if let Some(list) = next.take() {
            let first = open.len();
            open.extend(list.each());
            if let Some(new) = open.get_mut(first..) {
                new.reverse();
            }
        }
        let Some(command) = open.pop() else { break };
        let other = command.as_str().and_then(|text| text.strip_prefix('@'));
        match other.and_then(|name| Some((name, scripts.get(name)?))) {
            Some((name, _)) if seen.contains(&name) => {}
            Some((name, list)) => {
                seen.push(name);
                next = Some(list);
            }
            None => out.push(command),
        }
    }
    out
}

/// A command of composer as shell text: `@php x` and `@composer x` are these programs, `Class::method`
/// is PHP code, a program that nothing is known of. `None`: `@putenv` sets a variable.
fn composer_shell(command: &str) -> Option<String> {
    if command.starts_with("@putenv ") {
        return None;
    }
    if command.contains("::") && !command.contains([' ', '\'']) {
        return Some(format!("'{command}'"));
    }
    Some(command.strip_prefix('@').unwrap_or(command).to_owned())
}

/// `setup.py` and `.pnpmfile.cjs`: code that runs at each installation.
pub fn code(reader: &mut Reader<'_>, found: &Found) {
    let Some(source) = reader.text(found) else { return };
    let language = match found.file.extension() {
        Some("py") => "python",
        _ => "javascript",
    };
    let place = whole(source, reader.sources);
    let Some(lowered) = reader.code(source, language, &start(found)) else {
        return;
    };
    // Most of these say names and versions only.
    if lowered.effects.is_empty() && lowered.coverage.is_complete() {
        return;
    }
    let name = found.file.name();
    let mut trigger = at_install(reader, found, place, name);
    trigger.id = format!("packages/{name}");
    trigger.what = name.to_owned();
    trigger.lowered = lowered;
    reader.push(found, trigger);
}

fn at_install(reader: &Reader<'_>, found: &Found, place: Place, name: &str) -> Trigger {
    let mut trigger = reader.trigger(found, Class::PackageScript, When::PackageInstall, place);
    trigger.who = Starter::PackageManager;
    trigger.consent = Consents {
        interactive: Consent::PersonsAct,
        headless: Consent::PersonsAct,
    };
    trigger.when_text = Some("when somebody installs the packages".to_owned());
    trigger.attributes.push(("name".to_owned(), name.to_owned()));
    trigger
}

/// The package manager knows nothing of the agent's settings.
fn start(found: &Found) -> Start {
    Start::project(&found.root)
}
