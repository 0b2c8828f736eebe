//! `.vscode/tasks.json`: tasks, some of which start when the folder is opened.
//!
//! `runOptions.runOn: folderOpen` acts without a click once the workspace is trusted and automatic
//! tasks are allowed (Visual Studio Code documentation, "Automating launching tasks"). A task may
//! name others in `dependsOn`; those start with it.

use std::collections::BTreeSet;

use crate::lang::data::{Document, Value};
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{SourceId, Sources};
use crate::surface::draft::{self, Draft, Run};

/// The parts of a task that a platform may replace.
const PLATFORMS: &[&str] = &["linux", "osx", "windows"];

/// All tasks of the file.
pub(crate) fn read(document: &Document, source: SourceId, sources: &mut Sources) -> Vec<Draft> {
    let root = document.root();
    let tasks: Vec<Value<'_>> = root.get("tasks").map(|t| t.items().collect()).unwrap_or_default();
    let on_open = on_open(&tasks);
    let mut out = vec![];
    for task in &tasks {
        let label = label(*task);
        let opens = on_open.contains(&label);
        let mut runs = vec![];
        let mut what = String::new();
        let mut place = draft::at(source, task.span());
        let mut variants = vec![*task];
        variants.extend(PLATFORMS.iter().filter_map(|p| task.get(p)));
        // Options outside the tasks (a default `command`) are part of the old format and still read.
        for variant in variants {
            let Some(command) = variant.get("command").or_else(|| task.get("command")) else {
                continue;
            };
            if variant.get("command").is_none()
                && variant.get("args").is_none()
                && variant.span() != task.span()
            {
                continue;
            }
            let arguments = variant.get("args").or_else(|| task.get("args"));
            let kind = variant
                .get("type")
                .or_else(|| task.get("type"))
                .and_then(Value::as_str)
                .unwrap_or("shell");
            let Some(value) = command.as_str().map(|_| command).or_else(|| command.get("value")) else {
                continue;
            };
            if what.is_empty() {
                value.as_str().unwrap_or_default().clone_into(&mut what);
                place = draft::at(source, value.span());
            }
            let arguments: Vec<Value<'_>> = arguments
                .map(|a| a.items().map(|v| v.get("value").unwrap_or(v)).collect())
                .unwrap_or_default();
            if arguments.is_empty() && kind == "shell" {
                runs.extend(draft::text(value, sources, source).map(Run::Shell));
                continue;
            }
            let mut values = vec![value];
            values.extend(arguments);
            let words = draft::words(&values, source);
            what = draft::line(&words);
            runs.push(Run::Program(words));
        }
        // `type: npm` names a member of the manifest.
        if let (Some("npm"), Some(script)) = (task.get("type").and_then(Value::as_str), task.get("script")) {
            let mut words = draft::words(&[script], source);
            if let Some((_, at)) = words.first().cloned() {
                words.insert(0, ("run".to_owned(), at));
                words.insert(0, ("npm".to_owned(), at));
                what = draft::line(&words);
                place = at;
                runs.push(Run::Program(words));
            }
        }
        if runs.is_empty() {
            continue;
        }
        let hidden = task.path(&["presentation", "reveal"]).and_then(Value::as_str) == Some("never");
        out.push(Draft {
            id: format!("vscode/tasks/{label}"),
            class: Class::EditorTask,
            when: if opens {
                When::FolderOpen
            } else {
                When::PersonStarts
            },
            when_text: opens.then(|| "when an editor opens the folder".to_owned()),
            who: Starter::Editor,
            consent: draft::consent(if opens {
                Consent::TrustDialog
            } else {
                Consent::PersonsAct
            }),
            place,
            pointer: format!("/tasks/{label}"),
            what,
            runs,
            cwd: task
                .path(&["options", "cwd"])
                .and_then(Value::as_str)
                .map(str::to_owned),
            env: vec![],
            attributes: if hidden {
                vec![("reveal".into(), "never".into())]
            } else {
                vec![]
            },
        });
    }
    out
}

fn label(task: Value<'_>) -> String {
    task.get("label")
        .or_else(|| task.get("taskName"))
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned()
}

/// The labels of tasks that start on folder open, and of those they depend on.
fn on_open(tasks: &[Value<'_>]) -> BTreeSet<String> {
    let mut open: Vec<String> = tasks
        .iter()
        .filter(|t| t.path(&["runOptions", "runOn"]).and_then(Value::as_str) == Some("folderOpen"))
        .map(|t| label(*t))
        .collect();
    let mut all = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !all.insert(name.clone()) {
            continue;
        }
        for task in tasks.iter().filter(|t| label(**t) == name) {
            let names = task.get("dependsOn").into_iter().flat_map(Value::each);
            open.extend(names.filter_map(|v| v.as_str().map(str::to_owned)));
        }
    }
    all
}
