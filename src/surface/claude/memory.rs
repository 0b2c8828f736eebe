//! Memory: text that is put before the model without anybody's act.
//!
//! `CLAUDE.md`, `.claude/CLAUDE.md`, `CLAUDE.local.md` and `.claude/rules/**/*.md` of the start folder
//! and its parents are read at the start, those of sub-folders once the model touches a file there;
//! `AGENTS.md` is used where a folder has no `CLAUDE.md` (measured, client 2.1.329).

use super::instructions;
use crate::model::trigger::{Class, Starter, When};
use crate::model::{RepoPath, Span};
use crate::surface::covers::Covers;
use crate::surface::{Found, Reader, Scope, Surface};

/// Memory of Claude Code.
pub(in crate::surface) const MEMORY: Surface = Surface {
    name: "memory",
    paths: &[
        "claude.md",
        ".claude/claude.md",
        "claude.local.md",
        "agents.md",
        ".claude/agents.md",
        ".claude/rules/**/*.md",
        ".claude/loop.md",
    ],
    user: true,
    covers: Covers::Text("memory"),
    read: |reader, found| read(reader, found, Starter::Agent),
};

/// Memory of other agents (Claude Code itself reads these on `/init`).
pub(in crate::surface) const OTHERS: Surface = Surface {
    name: "memory of other agents",
    paths: &[
        "gemini.md",
        ".cursorrules",
        ".cursor/rules/**/*.md",
        ".cursor/rules/**/*.mdc",
        ".github/copilot-instructions.md",
        ".github/instructions/**/*.md",
        ".windsurfrules",
        ".windsurf/rules/**/*.md",
        ".clinerules",
        ".clinerules/**/*.md",
        ".devin/rules/**/*.md",
        ".roo/rules/**/*.md",
        ".continue/rules/**/*.md",
        ".junie/guidelines.md",
    ],
    user: false,
    covers: Covers::Text("memory"),
    read: |reader, found| read(reader, found, Starter::OtherAgent),
};

fn read(reader: &mut Reader<'_>, found: &Found, who: Starter) {
    let Some(source) = reader.text(found) else { return };
    let page = instructions::page(reader, source);
    let name = found.path.name().to_ascii_lowercase();
    // A rule with `paths` waits until the model touches such a file.
    let waits = page
        .metadata()
        .root()
        .get("paths")
        .is_some_and(|paths| !paths.is_null());
    let asked = name == "loop.md";
    let when = match () {
        () if asked => When::PersonStarts,
        () if found.nested || waits => When::ModelChooses,
        () => When::InForce,
    };
    let first = Span::new(0, page.text.find('\n').unwrap_or(page.text.len()));
    let mut trigger = reader.trigger(
        found,
        Class::Memory,
        when,
        crate::model::Place::new(source, first),
    );
    trigger.who = if name == "agents.md" && has_own_memory(reader, found) {
        Starter::OtherAgent
    } else {
        who
    };
    if found.nested {
        trigger.when_text = Some(format!("when the model works in {}", found.root));
    }
    let path = if reader.scope() == Scope::User {
        found.path.name()
    } else {
        inside(&found.path, &found.root)
    };
    trigger.id = format!("memory/{path}");
    trigger.pointer = "/".to_owned();
    trigger.what = headline(page.slice(page.body));
    let folder = found.file.parent().unwrap_or_default();
    let mut lowered = std::mem::take(&mut trigger.lowered);
    instructions::add_with_imports(reader, source, &folder, &mut lowered);
    trigger.lowered = lowered;
    reader.push(found, trigger);
}

/// Whether the folder of an `AGENTS.md` has a `CLAUDE.md`, which the agent reads instead.
fn has_own_memory(reader: &Reader<'_>, found: &Found) -> bool {
    let folder = found.path.parent().unwrap_or_default();
    ["CLAUDE.md", ".claude/CLAUDE.md"].iter().any(|name| {
        folder
            .join(name)
            .is_some_and(|path| reader.tree().entry(&path).is_some())
    })
}

/// `path` without the folder of its project.
pub(super) fn inside<'p>(path: &'p RepoPath, root: &RepoPath) -> &'p str {
    let rest = path.as_str().get(root.as_str().len()..).unwrap_or(path.as_str());
    rest.trim_start_matches('/')
}

/// The first line with words, for people.
pub(super) fn headline(text: &str) -> String {
    let line = text
        .lines()
        .map(|l| l.trim().trim_start_matches('#').trim())
        .find(|l| !l.is_empty());
    line.unwrap_or("").chars().take(120).collect()
}
