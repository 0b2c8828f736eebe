//! Tasks of mise.

use super::taskfile::fill;
use super::{Line, Recipe, Recipes};
use crate::lang::data::Value;
use crate::lang::toml;

/// Reads the tasks of a `mise.toml`.
pub(super) fn read(text: &str, _limit: usize) -> Recipes {
    let document = toml::read(text);
    let mut out = Recipes::default();
    for (name, task) in document.root().get("tasks").into_iter().flat_map(Value::entries) {
        let mut recipe = Recipe {
            names: vec![name.to_owned()],
            ..Recipe::default()
        };
        for (key, list) in [("depends", &mut recipe.needs), ("depends_post", &mut recipe.then)] {
            let items = task.get(key).into_iter().flat_map(Value::each);
            list.extend(items.filter_map(Value::as_str).map(str::to_owned));
        }
        recipe.dir = task.get("dir").and_then(Value::as_str).map(str::to_owned);
        let run = task.get("run").or_else(|| task.get("file")).unwrap_or(task);
        for command in run.each() {
            if let Some(text) = command.as_str() {
                let line = Line {
                    text: fill(text),
                    span: command.span(),
                };
                if text.starts_with("#!") {
                    recipe.script = Some(line);
                } else {
                    recipe.lines.push(line);
                }
            }
        }
        out.all.push(recipe);
    }
    out
}
