//! `devcontainer.json`: commands of the container's life, mounts and privileges.
//!
//! `initializeCommand` runs **on the host**, everything else inside the container (containers.dev,
//! "devcontainer.json reference"). A bind mount or an agent socket hands the host's files in.

use crate::lang::data::{Document, Kind, Value};
use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{SourceId, Sources};
use crate::surface::draft::{self, Draft, Run};

/// Commands in the order the tool runs them.
const COMMANDS: &[&str] = &[
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
];

/// What the file runs, mounts and switches.
pub(crate) fn read(document: &Document, source: SourceId, sources: &mut Sources) -> Vec<Draft> {
    let root = document.root();
    let mut out = vec![];
    for key in COMMANDS {
        let Some(value) = root.get(key) else { continue };
        // An object holds several commands that run side by side.
        let commands: Vec<Value<'_>> = if value.kind() == Kind::Map {
            value.entries().map(|(_, v)| v).collect()
        } else {
            vec![value]
        };
        for command in commands {
            let name = command.key().filter(|k| k != key);
            let id = name.map_or_else(|| (*key).to_owned(), |name| format!("{key}/{name}"));
            let (what, run) = match command.kind() {
                Kind::String => match draft::text(command, sources, source) {
                    Some(text) => (command.as_str().unwrap_or_default().to_owned(), Run::Shell(text)),
                    None => continue,
                },
                Kind::List => {
                    let words = draft::words(&command.items().collect::<Vec<_>>(), source);
                    (draft::line(&words), Run::Program(words))
                }
                _ => continue,
            };
            let host = *key == "initializeCommand";
            let mut found = make(&id, draft::at(source, command.span()), what, run);
            found.attributes = vec![("where".into(), if host { "host" } else { "container" }.into())];
            found.when_text = host.then(|| "on the host, when a container starts".to_owned());
            out.push(found);
        }
    }
    let switch = |out: &mut Vec<Draft>, name: &str, value: Value<'_>, text: &str| {
        let place = draft::at(source, value.span());
        let run = draft::setting(
            &format!("container.{name}"),
            text,
            SettingClass::Safety,
            Turn::Widens,
            place,
        );
        out.push(make(
            &format!("{name}/{text}"),
            place,
            format!("{name}: {text}"),
            run,
        ));
    };
    for value in root.get("mounts").into_iter().flat_map(Value::items) {
        let text = match value.kind() {
            Kind::String => value.as_str().unwrap_or_default().to_owned(),
            _ => format!(
                "source={},target={},type={}",
                value.get("source").and_then(Value::as_str).unwrap_or_default(),
                value.get("target").and_then(Value::as_str).unwrap_or_default(),
                value.get("type").and_then(Value::as_str).unwrap_or("bind"),
            ),
        };
        switch(&mut out, "mount", value, &text);
    }
    if let Some(value) = root.get("workspaceMount").filter(|v| v.as_str().is_some()) {
        switch(&mut out, "mount", value, value.as_str().unwrap_or_default());
    }
    for (key, name) in [
        ("privileged", "privileged"),
        ("capAdd", "capability"),
        ("securityOpt", "security-option"),
    ] {
        for value in root.get(key).into_iter().flat_map(Value::each) {
            if value.as_bool() != Some(false) {
                switch(&mut out, name, value, value.as_text().unwrap_or_default());
            }
        }
    }
    run_arguments(root, &mut out, &switch);
    for key in ["containerEnv", "remoteEnv"] {
        for (name, value) in root.get(key).into_iter().flat_map(Value::entries) {
            // `${localEnv:NAME}` copies a variable of the host.
            if let Some(text) = value
                .as_str()
                .filter(|t| t.contains("${localEnv:") || t.contains("${env:"))
            {
                switch(&mut out, "host-variable", value, &format!("{name}={text}"));
            }
        }
    }
    out
}

/// `runArgs`: `-v`, `--mount`, `--privileged`, `--network=host` … given to the container tool.
fn run_arguments(
    root: Value<'_>,
    out: &mut Vec<Draft>,
    switch: &impl Fn(&mut Vec<Draft>, &str, Value<'_>, &str),
) {
    let values: Vec<Value<'_>> = root.get("runArgs").into_iter().flat_map(Value::items).collect();
    for (i, value) in values.iter().enumerate() {
        let Some(text) = value.as_str() else { continue };
        let (name, glued) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
        let given = glued.or_else(|| values.get(i + 1).and_then(|v| v.as_str()));
        match (name, given) {
            ("-v" | "--volume" | "--mount", Some(given)) => switch(out, "mount", *value, given),
            ("--privileged", _) => switch(out, "privileged", *value, "true"),
            ("--cap-add", Some(given)) => switch(out, "capability", *value, given),
            ("--network" | "--net" | "--pid" | "--ipc" | "--userns", Some("host")) => {
                switch(out, "host-namespace", *value, name.trim_start_matches('-'));
            }
            ("--security-opt", Some(given)) => switch(out, "security-option", *value, given),
            _ => {}
        }
    }
}

fn make(id: &str, place: crate::model::Place, what: String, run: Run) -> Draft {
    Draft {
        id: format!("devcontainer/{id}"),
        class: Class::Container,
        when: When::ContainerStart,
        when_text: None,
        who: Starter::ContainerTool,
        consent: draft::consent(Consent::PersonsAct),
        place,
        pointer: format!("/{id}"),
        what,
        runs: vec![run],
        cwd: None,
        env: vec![],
        attributes: vec![],
    }
}
