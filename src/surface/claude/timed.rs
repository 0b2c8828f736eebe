//! Prompts on a timer, and what a person starts by name: schedules, loops, routines, workflows, launch
//! configurations, files copied into new worktrees.

use crate::lang::data::Value;
use crate::model::effect::Visibility;
use crate::model::trigger::{Class, Consent, When};
use crate::model::{Effect, EffectKind, Location, PathOperand, Place, Span, Word};
use crate::surface::{Found, Reader, instruct, whole};

/// `.claude/scheduled_tasks.json`: a task that names no session of its own runs in the one that is open.
pub fn schedule(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let root = document.root();
    for task in root.get("tasks").unwrap_or(root).items() {
        let Some(prompt) = task.get("prompt").filter(|p| p.as_str().is_some()) else {
            continue;
        };
        let text = prompt.as_str().unwrap_or("");
        let place = Place::new(source, prompt.span());
        let mut trigger = reader.trigger(found, Class::Schedule, When::Schedule, place);
        let of = |key: &str| task.get(key).and_then(Value::as_text);
        let id = of("id").unwrap_or("task");
        trigger.id = format!("claude/schedule/{id}");
        trigger.pointer = format!("/tasks/{id}");
        trigger.what = text.to_owned();
        trigger.when_text = of("cron").map(|cron| format!("on a timer ({cron})"));
        if let Some(cron) = of("cron") {
            trigger.attributes.push(("cron".to_owned(), cron.to_owned()));
        }
        if of("createdBySessionId").is_some() {
            // Measured: one that names a session without a transcript here does not run.
            trigger.consent.interactive = Consent::Never;
            trigger.consent.headless = Consent::Never;
        }
        trigger.lowered.push(instruct(text, Visibility::Visible, place));
        reader.push(found, trigger);
    }
}

/// `.claude/loop.md` and `.claude/routines/`: prompts that a person starts.
pub fn prompt(reader: &mut Reader<'_>, found: &Found) {
    let Some(source) = reader.text(found) else { return };
    let place = whole(source, reader.sources);
    let mut trigger = reader.trigger(found, Class::Schedule, When::PersonStarts, place);
    let text = reader.sources.text(source).to_string();
    trigger.id = format!("claude/{}", found.file.name());
    trigger.what = text
        .lines()
        .find(|l| !l.trim().is_empty())
        .unwrap_or("")
        .to_owned();
    trigger.lowered.push(instruct(&text, Visibility::Visible, place));
    reader.push(found, trigger);
}

/// `.claude/workflows/*.js`: a script that starts agents.
pub fn workflow(reader: &mut Reader<'_>, found: &Found) {
    let Some(source) = reader.text(found) else { return };
    let place = Place::new(source, Span::new(0, 0));
    let mut trigger = reader.trigger(found, Class::Workflow, When::ModelChooses, place);
    trigger.id = format!("claude/workflow/{}", found.file.name());
    trigger.what = found.file.name().to_owned();
    let start = reader.start(&found.root);
    trigger.lowered = reader.code(source, "javascript", &start).unwrap_or_default();
    reader.push(found, trigger);
}

/// `.claude/launch.json`: what the preview starts.
pub fn launch(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json_with_comments(found) else {
        return;
    };
    let root = document.root();
    for entry in root.get("configurations").unwrap_or(root).each() {
        let pair = [("runtimeExecutable", "runtimeArgs"), ("program", "args")];
        let Some((main, arguments)) = pair
            .iter()
            .find_map(|(program, args)| Some((entry.get(program)?, entry.get(args))))
        else {
            continue;
        };
        let words: Vec<(String, Place)> = [main]
            .into_iter()
            .chain(arguments.into_iter().flat_map(Value::items))
            .filter_map(|v| Some((v.as_text()?.to_owned(), Place::new(source, v.span()))))
            .collect();
        let mut trigger = reader.trigger(
            found,
            Class::Launch,
            When::PersonStarts,
            Place::new(source, main.span()),
        );
        let name = entry.get("name").and_then(Value::as_str).unwrap_or("launch");
        trigger.id = format!("claude/launch/{name}");
        trigger.pointer = format!("/configurations/{name}");
        trigger.what = words
            .iter()
            .map(|(w, _)| w.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        trigger.when_text = Some("when a person opens the preview".to_owned());
        let mut start = reader.start(&found.root);
        if let Some(cwd) = entry.get("cwd").and_then(Value::as_str) {
            let cwd = cwd
                .replace("${workspaceFolder}", ".")
                .replace("${CLAUDE_PROJECT_DIR}", ".");
            start.cwd = start.cwd.join(&cwd);
        }
        for (name, value) in entry.get("env").into_iter().flat_map(Value::entries) {
            if let Some(value) = value.as_text() {
                start = start.with_env(name, Word::known(value));
            }
        }
        trigger.lowered = reader.argv(&words, true, &start).unwrap_or_default();
        reader.push(found, trigger);
    }
}

/// `.worktreeinclude`: ignored files that are copied into each new worktree.
pub fn worktree_files(reader: &mut Reader<'_>, found: &Found) {
    let Some(source) = reader.text(found) else { return };
    let text = reader.sources.text(source).clone();
    let mut trigger = reader.trigger(
        found,
        Class::WorktreeFiles,
        When::Event,
        whole(source, reader.sources),
    );
    trigger.id = "claude/worktreeinclude".to_owned();
    trigger.when_text = Some("when a worktree is made".to_owned());
    let mut at = 0;
    let mut names = vec![];
    for raw in text.split_inclusive('\n') {
        let line = raw.trim();
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        names.push(line);
        let written = Word::known(line);
        let relative = line.trim_start_matches('/');
        trigger.lowered.push(Effect::stated(
            EffectKind::Read {
                path: PathOperand {
                    at: Location::Tree(found.root.clone()).join(relative),
                    written,
                },
            },
            Place::new(source, Span::new(start, start + line.len())),
        ));
    }
    trigger.what = names.join(", ");
    if !names.is_empty() {
        reader.push(found, trigger);
    }
}
