//! justfiles: recipes, dependencies, variables, backticks, imports, scripts with a first line.

use std::collections::BTreeMap;

use super::{Line, Recipe, Recipes};
use crate::model::Span;

/// Reads a justfile.
pub(super) fn read(text: &str, limit: usize) -> Recipes {
    let mut out = Recipes::default();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut indent = String::new();
    let mut open = false;
    let mut goes_on = false;
    for (raw, span) in lines(text) {
        let is_indented = raw.starts_with([' ', '\t']);
        if open && (is_indented || raw.trim().is_empty() || goes_on) {
            goes_on = body(&mut out, raw, span, &mut indent, goes_on);
            continue;
        }
        open = false;
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', '[']) {
            continue;
        }
        let word = line.split_whitespace().next().unwrap_or("");
        match word {
            "import" | "import?" | "mod" | "mod?" => {
                let named = line.get(word.len()..).unwrap_or("").trim();
                let quoted = named
                    .find(['\'', '"'])
                    .and_then(|i| named.get(i..))
                    .unwrap_or(named);
                out.includes
                    .push(quoted.trim_matches(['\'', '"', ' ']).to_owned());
                continue;
            }
            "set" | "alias" | "unexport" => {
                if word == "alias"
                    && let Some((name, of)) = line.get(5..).and_then(|rest| rest.split_once(":="))
                {
                    out.all.push(Recipe {
                        names: vec![name.trim().to_owned()],
                        needs: vec![of.trim().to_owned()],
                        ..Recipe::default()
                    });
                }
                continue;
            }
            _ => {}
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some((name, value)) = line.split_once(":=") {
            variables.insert(name.trim().to_owned(), as_shell(value.trim()));
            for command in backticks(value) {
                out.at_reading.push(Line { text: command, span });
            }
            continue;
        }
        let Some((head, needs)) = head(line) else { continue };
        let name = head
            .trim_start_matches('@')
            .split_whitespace()
            .next()
            .unwrap_or("");
        let (before, after) = needs.split_once("&&").unwrap_or((needs, ""));
        out.all.push(Recipe {
            names: vec![name.to_owned()],
            needs: names(before),
            then: names(after),
            ..Recipe::default()
        });
        let name = name.to_owned();
        out.default.get_or_insert(name);
        open = true;
        goes_on = false;
        indent = String::new();
    }
    for recipe in &mut out.all {
        for line in recipe.lines.iter_mut().chain(&mut recipe.script) {
            line.text = fill(&line.text, &variables, limit);
        }
    }
    out
}

/// Takes a line of a recipe's body; returns whether the next one belongs to it.
fn body(out: &mut Recipes, raw: &str, span: Span, indent: &mut String, goes_on: bool) -> bool {
    let Some(recipe) = out.all.last_mut() else {
        return false;
    };
    if indent.is_empty() {
        *indent = raw.chars().take_while(|c| c.is_whitespace()).collect();
    }
    let line = raw.strip_prefix(indent.as_str()).unwrap_or(raw.trim_start());
    let start = span.start + (raw.len() - line.len());
    if let Some(script) = &mut recipe.script {
        script.text.push('\n');
        script.text.push_str(line);
        script.span.end = span.end;
        return false;
    }
    if recipe.lines.is_empty() && line.starts_with("#!") {
        recipe.script = Some(Line {
            text: line.to_owned(),
            span: Span::new(start, span.end),
        });
        return false;
    }
    if goes_on && let Some(last) = recipe.lines.last_mut() {
        last.text.push('\n');
        last.text.push_str(line);
        last.span.end = span.end;
        return line.ends_with('\\');
    }
    let plain = line.trim_start_matches(['@', '-']);
    if !plain.trim().is_empty() {
        recipe.lines.push(Line {
            text: plain.to_owned(),
            span: Span::new(start + (line.len() - plain.len()), span.end),
        });
    }
    line.ends_with('\\')
}

/// Head and dependencies of a recipe: the colon after name and parameters, outside quotes.
fn head(line: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (i, c) in line.char_indices() {
        match (quote, c) {
            (None, '\'' | '"' | '`') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            (None, ':') => return Some((line.get(..i)?, line.get(i + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Names of dependencies: `a (b "x") c`.
fn names(text: &str) -> Vec<String> {
    let text = text.split('#').next().unwrap_or("");
    let mut out = vec![];
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (word, next) = match rest.strip_prefix('(') {
            Some(inside) => {
                let (inside, next) = inside.split_once(')').unwrap_or((inside, ""));
                (inside.split_whitespace().next().unwrap_or(""), next)
            }
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        if !word.is_empty() {
            out.push(word.to_owned());
        }
        rest = next.trim_start();
    }
    out
}

/// A value of a variable as shell text.
fn as_shell(value: &str) -> String {
    let mut out = String::new();
    for part in value.split('+').map(str::trim) {
        let inner = |quote: char| part.strip_prefix(quote).and_then(|p| p.strip_suffix(quote));
        if let Some(text) = inner('\'').or_else(|| inner('"')) {
            out.push_str(text);
        } else if let Some(command) = inner('`') {
            out.push_str(&format!("$({command})"));
        } else {
            let name: String = part
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            out.push_str(&format!(
                "${{{}}}",
                if name.is_empty() {
                    "JUST_VALUE".to_owned()
                } else {
                    name
                }
            ));
        }
    }
    out
}

/// Commands in backticks.
fn backticks(value: &str) -> Vec<String> {
    let parts: Vec<&str> = value.trim().split('`').collect();
    let commands = parts.iter().skip(1).step_by(2);
    commands
        .filter(|c| !c.is_empty())
        .map(|c| (*c).to_owned())
        .collect()
}

/// Puts `{{name}}` in; parameters and functions become the shell's `${name}`.
fn fill(text: &str, variables: &BTreeMap<String, String>, limit: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = from.find("}}") else {
            out.push_str(from);
            return out;
        };
        let name = from.get(2..end).unwrap_or("").trim();
        match variables.get(name) {
            Some(value) if out.len() < limit => out.push_str(value),
            _ => out.push_str(&as_shell(name)),
        }
        rest = from.get(end + 2..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

fn lines(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |raw| {
        let line = raw.trim_end_matches(['\n', '\r']);
        let span = Span::new(at, at + line.len());
        at += raw.len();
        (line, span)
    })
}
