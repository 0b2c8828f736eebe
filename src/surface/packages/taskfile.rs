//! Taskfiles (go-task).

use super::{Line, Recipe, Recipes};
use crate::lang::data::Value;
use crate::lang::yaml;

/// Reads a Taskfile.
pub(super) fn read(text: &str, _limit: usize) -> Recipes {
    let document = yaml::read(text);
    let root = document.root();
    let mut out = Recipes {
        default: Some("default".to_owned()),
        ..Recipes::default()
    };
    for (_, include) in root.get("includes").into_iter().flat_map(Value::entries) {
        let path = include
            .as_str()
            .or_else(|| include.get("taskfile").and_then(Value::as_str));
        out.includes.extend(path.map(str::to_owned));
    }
    variables(root, &mut out);
    for (name, task) in root.get("tasks").into_iter().flat_map(Value::entries) {
        let mut recipe = Recipe {
            names: vec![name.to_owned()],
            ..Recipe::default()
        };
        for alias in task.get("aliases").into_iter().flat_map(Value::items) {
            recipe.names.extend(alias.as_str().map(str::to_owned));
        }
        for need in task.get("deps").into_iter().flat_map(Value::each) {
            let name = need.as_str().or_else(|| need.get("task").and_then(Value::as_str));
            recipe.needs.extend(name.map(str::to_owned));
        }
        recipe.dir = task.get("dir").and_then(Value::as_str).map(str::to_owned);
        variables(task, &mut out);
        let commands = [
            task.get("cmds"),
            task.get("cmd"),
            task.get("preconditions"),
            task.get("status"),
        ];
        let alone = (task.as_str().is_some() || task.items().next().is_some()).then_some(task);
        for command in commands.into_iter().flatten().chain(alone).flat_map(Value::each) {
            if let Some(text) = ["cmd", "defer", "sh"]
                .iter()
                .find_map(|key| command.get(key))
                .or(Some(command))
                && let Some(shell) = text.as_str()
            {
                recipe.lines.push(Line {
                    text: fill(shell),
                    span: text.span(),
                });
            }
            if let Some(name) = command.get("task").and_then(Value::as_str) {
                recipe.then.push(name.to_owned());
            }
        }
        out.all.push(recipe);
    }
    out
}

/// Variables that are the output of a command.
fn variables(of: Value<'_>, out: &mut Recipes) {
    for key in ["vars", "env"] {
        for (_, value) in of.get(key).into_iter().flat_map(Value::entries) {
            if let Some(command) = value.get("sh")
                && let Some(text) = command.as_str()
            {
                out.at_reading.push(Line {
                    text: fill(text),
                    span: command.span(),
                });
            }
        }
    }
}

/// `{{.NAME}}` becomes the shell's `${NAME}`.
pub(super) fn fill(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = from.find("}}") else { break };
        let inside = from.get(2..end).unwrap_or("");
        let name: String = inside
            .trim_start_matches([' ', '.', '-'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        out.push_str(&format!(
            "${{{}}}",
            if name.is_empty() { "TEMPLATE" } else { &name }
        ));
        rest = from.get(end + 2..).unwrap_or("");
    }
    out.push_str(rest);
    out
}
