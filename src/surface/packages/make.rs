//! Makefiles: rules, recipes, variables, includes. Every branch of a condition is taken.

use std::collections::BTreeMap;

use super::make_text::{Automatic, expand};
use super::{Line, Recipe, Recipes};
use crate::model::Span;

/// Most lines that are read.
const LINES: usize = 50_000;

/// Reads a makefile. Expanded texts stay below `limit` bytes each.
pub(super) fn read(text: &str, limit: usize) -> Recipes {
    let mut make = Make {
        out: Recipes::default(),
        variables: BTreeMap::new(),
        raw: vec![],
        limit,
    };
    let mut lines = logical_lines(text);
    let mut define: Option<(String, Vec<String>)> = None;
    for line in lines.drain(..).take(LINES) {
        if let Some((name, body)) = &mut define {
            if line.text.trim_start().starts_with("endef") {
                let value = body.join("\n");
                make.variables.insert(name.clone(), value);
                define = None;
            } else {
                body.push(line.text);
            }
            continue;
        }
        if line.text.trim_start().starts_with("define ") {
            let name = line.text.trim_start().trim_start_matches("define ");
            let name = name.trim_end_matches(['=', ':', '?', '+', ' ']).trim().to_owned();
            define = Some((name, vec![]));
            continue;
        }
        make.line(line);
    }
    make.finish()
}

struct Make {
    out: Recipes,
    variables: BTreeMap<String, String>,
    /// Recipes as written, expanded when all variables are known.
    raw: Vec<(usize, Line)>,
    limit: usize,
}

impl Make {
    fn line(&mut self, line: Line) {
        if let Some(recipe) = line.text.strip_prefix('\t')
            && let Some(last) = self.out.all.len().checked_sub(1)
        {
            let start = line.span.start + 1;
            self.recipe_line(last, recipe, Span::new(start, line.span.end));
            return;
        }
        let uncommented = uncomment(&line.text);
        let text = uncommented.trim();
        let word = text.split_whitespace().next().unwrap_or("");
        match word {
            "" | "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" | "undefine" | "unexport"
            | "vpath" => {}
            "include" | "-include" | "sinclude" => {
                let named = self.expanded(text.get(word.len()..).unwrap_or(""), line.span);
                self.out
                    .includes
                    .extend(named.split_whitespace().map(str::to_owned));
            }
            _ => {
                let text = ["export ", "override ", "private "]
                    .iter()
                    .fold(text, |text, word| {
                        text.strip_prefix(word).unwrap_or(text).trim_start()
                    });
                if let Some((name, operator, value)) = assignment(text) {
                    self.assign(name, operator, value, line.span);
                } else if let Some((targets, rest)) = rule(text) {
                    self.rule(targets, rest, &line, text);
                } else if text.contains("$(") || text.contains("${") {
                    // `$(shell …)` or `$(info …)` alone on a line, `$(eval …)`.
                    self.expanded(text, line.span);
                }
            }
        }
    }

    fn recipe_line(&mut self, recipe: usize, text: &str, span: Span) {
        self.raw.push((
            recipe,
            Line {
                text: text.to_owned(),
                span,
            },
        ));
    }

    fn assign(&mut self, name: &str, operator: &str, value: &str, span: Span) {
        let name = self.expanded(name, span);
        let value = match operator {
            "!=" => {
                let command = self.expanded(value, span);
                self.out.at_reading.push(Line {
                    text: command.clone(),
                    span,
                });
                format!("$(shell {value})")
            }
            // Evaluated when it is read.
            ":=" | "::=" | ":::=" => {
                let value = self.expanded(value, span);
                value.replace('$', "$$")
            }
            "+=" => match self.variables.get(&name) {
                Some(before) => format!("{before} {value}"),
                None => value.to_owned(),
            },
            "?=" => match self.variables.get(&name) {
                Some(before) => before.clone(),
                None => value.to_owned(),
            },
            _ => value.to_owned(),
        };
        if name == "SHELL"
            && !matches!(
                value.rsplit('/').next().unwrap_or(""),
                "sh" | "bash" | "zsh" | "dash"
            )
        {
            self.out.at_reading.push(Line {
                text: format!("{value} -c true"),
                span,
            });
        }
        if value.len() <= self.limit {
            self.variables.insert(name, value);
        }
    }

    fn rule(&mut self, targets: &str, rest: &str, line: &Line, text: &str) {
        let rest = rest.trim_start_matches(':');
        let (needs, inline) = match rest.split_once(';') {
            Some((needs, inline)) => (needs, Some(inline)),
            None => (rest, None),
        };
        // `target: NAME = value` sets a variable for that target.
        if let Some((name, operator, value)) = assignment(needs.trim()) {
            self.assign(name, operator, value, line.span);
            return;
        }
        let names = self.expanded(targets, line.span);
        let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        // `%.o: %.c` and `a b: %.o: %.c`; what only orders (`|`) is made too.
        let needs = self.expanded(&needs.replace('|', " "), line.span);
        let needs = needs
            .split_whitespace()
            .map(|n| n.trim_end_matches(':').to_owned());
        let recipe = Recipe {
            needs: needs.filter(|n| !n.is_empty() && !n.contains('%')).collect(),
            names,
            ..Recipe::default()
        };
        if self.out.default.is_none() {
            self.out.default = recipe
                .names
                .iter()
                .find(|n| (!n.starts_with('.') || n.contains('/')) && !n.contains('%'))
                .cloned();
        }
        self.out.all.push(recipe);
        if let Some(inline) = inline {
            let at = text.len().saturating_sub(inline.len());
            let start = (line.span.start + at).min(line.span.end);
            let last = self.out.all.len() - 1;
            self.recipe_line(last, inline, Span::new(start, line.span.end));
        }
    }

    /// The text with variables put in; what `$(shell …)` runs is noted.
    fn expanded(&mut self, text: &str, span: Span) -> String {
        let automatic = Automatic::default();
        let done = expand(text.trim(), &self.variables, &automatic, self.limit);
        for command in done.shells {
            let line = Line { text: command, span };
            if !self.out.at_reading.contains(&line) {
                self.out.at_reading.push(line);
            }
        }
        done.text
    }

    fn finish(mut self) -> Recipes {
        // `.DEFAULT_GOAL := x` decides.
        if let Some(goal) = self.variables.get(".DEFAULT_GOAL") {
            self.out.default = Some(goal.clone());
        }
        for (at, line) in std::mem::take(&mut self.raw) {
            let Some(recipe) = self.out.all.get_mut(at) else {
                continue;
            };
            let automatic = Automatic {
                target: recipe.names.first().cloned().unwrap_or_default(),
                needs: recipe.needs.clone(),
            };
            // `@` prints less, `-` goes on after an error, `+` runs in a dry run too.
            let body = line.text.trim_start();
            let plain = body.trim_start_matches(['@', '-', '+', ' ', '\t']);
            let skipped = line.text.len() - plain.len();
            let text = expand(plain, &self.variables, &automatic, self.limit).text;
            if !text.trim().is_empty() {
                recipe.lines.push(Line {
                    text,
                    span: Span::new((line.span.start + skipped).min(line.span.end), line.span.end),
                });
            }
        }
        self.out
    }
}

/// Lines with backslash continuations joined; a recipe keeps them, as its shell gets them.
fn logical_lines(text: &str) -> Vec<Line> {
    let mut out: Vec<Line> = vec![];
    let mut at = 0;
    let mut goes_on = false;
    for raw in text.split_inclusive('\n') {
        let span = Span::new(at, at + raw.trim_end_matches(['\n', '\r']).len());
        at += raw.len();
        let line = raw.trim_end_matches(['\n', '\r']);
        match out.last_mut().filter(|_| goes_on) {
            Some(last) => {
                let recipe = last.text.starts_with('\t');
                if recipe {
                    last.text.push('\n');
                    last.text.push_str(line.strip_prefix('\t').unwrap_or(line));
                } else {
                    last.text.pop();
                    last.text.push(' ');
                    last.text.push_str(line.trim_start());
                }
                last.span.end = span.end;
            }
            None => out.push(Line {
                text: line.to_owned(),
                span,
            }),
        }
        goes_on = line.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
    }
    out
}

/// The line up to a comment.
fn uncomment(text: &str) -> String {
    let mut before = ' ';
    let mut depth = 0_usize;
    for (i, c) in text.char_indices() {
        match c {
            '(' | '{' if before == '$' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '#' if before != '\\' && depth == 0 => return text.get(..i).unwrap_or("").to_owned(),
            _ => {}
        }
        before = c;
    }
    text.to_owned()
}

/// Name, operator and value of an assignment.
fn assignment(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find('=')?;
    let before = text.get(..at)?;
    let name = before.trim_end_matches([':', '+', '?', '!']);
    let operator = text.get(name.len()..=at)?;
    let name = name.trim();
    let plain = !name.is_empty() && !name.contains(char::is_whitespace) && !name.contains(':');
    let known = matches!(operator, "=" | ":=" | "::=" | ":::=" | "+=" | "?=" | "!=");
    (plain && known).then(|| (name, operator, text.get(at + 1..).unwrap_or("").trim()))
}

/// Targets and the rest of a rule: the first colon that is in no reference.
fn rule(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (i, c) in text.char_indices() {
        match c {
            '(' | '{' if before == '$' || depth > 0 => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                let targets = text.get(..i)?.trim();
                return (!targets.is_empty())
                    .then(|| (targets.trim_end_matches('&'), text.get(i + 1..).unwrap_or("")));
            }
            _ => {}
        }
        before = c;
    }
    None
}
