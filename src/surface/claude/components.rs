//! Skills, slash commands, agents and output styles: Markdown with front matter.
//!
//! Their text reaches the model when it or a person chooses them. Inline shell in commands and skills
//! runs at that moment without any `PreToolUse` call; front-matter hooks of skills count untrusted in
//! `-p`, those of agents and their servers only in a trusted folder (all measured, client 2.1.329).

use super::memory::headline;
use super::{Owner, hooks, instructions, mcp};
use crate::lang::data::Value;
use crate::lang::markdown::Page;
use crate::model::effect::{Effect, EffectKind, SettingClass, Turn, Visibility};
use crate::model::source::{Hop, Mapping};
use crate::model::trigger::{Class, Consent, Consents, Trigger, When};
use crate::model::{Place, RepoPath, SourceId, Span, Word};
use crate::surface::covers::Covers;
use crate::surface::reader::instruct;
use crate::surface::{Found, Reader, Start, Surface};

/// Scripts of one skill that are read.
const SCRIPTS: usize = 24;

/// Skills, wherever they lie: outside of `.claude` they act once somebody installs them.
pub(in crate::surface) const SKILLS: Surface = Surface {
    name: "skills",
    paths: &[".claude/skills/*/skill.md", "skill.md"],
    user: true,
    covers: Covers::Skill("skill"),
    read: |reader, found| read(reader, found, Kind::Skill),
};

/// Slash commands.
pub(in crate::surface) const COMMANDS: Surface = Surface {
    name: "slash commands",
    paths: &[".claude/commands/**/*.md", "commands/**/*.md"],
    user: true,
    covers: Covers::Component("command"),
    read: |reader, found| read(reader, found, Kind::Command),
};

/// Subagents.
pub(in crate::surface) const AGENTS: Surface = Surface {
    name: "subagents",
    paths: &[".claude/agents/**/*.md", "agents/**/*.md"],
    user: true,
    covers: Covers::Component("agent"),
    read: |reader, found| read(reader, found, Kind::Agent),
};

/// Output styles.
pub(in crate::surface) const OUTPUT_STYLES: Surface = Surface {
    name: "output styles",
    paths: &[".claude/output-styles/*.md", "output-styles/*.md"],
    user: true,
    covers: Covers::Text("output-style"),
    read: |reader, found| read(reader, found, Kind::OutputStyle),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Skill,
    Command,
    Agent,
    OutputStyle,
}

impl Kind {
    fn class(self) -> Class {
        match self {
            Self::Skill => Class::Skill,
            Self::Command => Class::Command,
            Self::Agent => Class::Agent,
            Self::OutputStyle => Class::OutputStyle,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Skill => "skill",
            Self::Command => "command",
            Self::Agent => "agent",
            Self::OutputStyle => "output-style",
        }
    }
}

/// A component being read.
struct Component<'f> {
    kind: Kind,
    found: &'f Found,
    source: SourceId,
    page: Page,
    name: String,
    /// It lies where the agent looks for it, not in something to be installed first.
    live: bool,
    start: Start,
}

fn read(reader: &mut Reader<'_>, found: &Found, kind: Kind) {
    let lower = found.path.as_str().to_ascii_lowercase();
    let live = lower.starts_with(".claude/")
        || lower.contains("/.claude/")
        || reader.scope() == crate::surface::Scope::User;
    // Outside of `.claude` only a plug-in's folders count: a game may have agents and commands too.
    if !live && kind != Kind::Skill && !super::plugins::is_plugin(reader, &found.root) {
        return;
    }
    let Some(source) = reader.text(found) else { return };
    let page = instructions::page(reader, source);
    if !live && kind == Kind::Skill && page.front_matter.is_none() {
        return;
    }
    let metadata = page.metadata();
    let folder = found.file.parent().unwrap_or_default();
    let by_path = match kind {
        Kind::Skill => folder.name().to_owned(),
        _ => found
            .path
            .name()
            .trim_end_matches(".md")
            .trim_end_matches(".MD")
            .to_owned(),
    };
    let name = metadata
        .root()
        .get("name")
        .and_then(Value::as_text)
        .unwrap_or(&by_path)
        .to_owned();
    let start = reader.start(&found.root);
    let skill_dir = start.word_of(&folder);
    let plugin = start.word_of(&found.root);
    let start = start
        .with_env("CLAUDE_SKILL_DIR", skill_dir)
        .with_env("CLAUDE_PLUGIN_ROOT", plugin);
    let component = Component {
        kind,
        found,
        source,
        page,
        name,
        live,
        start,
    };
    component.text(reader, metadata.root());
    component.inline_shell(reader);
    component.front_matter(reader, metadata.root());
    if kind == Kind::Skill {
        component.scripts(reader, &folder);
    }
}

impl Component<'_> {
    fn trigger(&self, reader: &Reader<'_>, place: Place) -> Trigger {
        let when = match (self.live, self.kind) {
            (false, _) => When::Installed,
            (true, Kind::Command) => When::PersonStarts,
            (true, _) => When::ModelChooses,
        };
        let mut trigger = reader.trigger(self.found, self.kind.class(), when, place);
        trigger.nested &= self.live;
        if let Some(consent) = self.consent() {
            trigger.consent = consent;
        }
        trigger
    }

    fn id(&self) -> String {
        format!("{}/{}", self.kind.word(), self.name)
    }

    /// The text itself, the opening prompt, and the tools that it may use unasked.
    fn text(&self, reader: &mut Reader<'_>, front: Value<'_>) {
        let first = Span::new(0, self.page.text.find('\n').unwrap_or(self.page.text.len()));
        let place = front.get("description").map_or(first, |d| d.span());
        let mut trigger = self.trigger(reader, Place::new(self.source, place));
        trigger.id = self.id();
        trigger.pointer = "/".to_owned();
        trigger.what = headline(
            front
                .get("description")
                .and_then(Value::as_text)
                .unwrap_or(self.page.slice(self.page.body)),
        );
        instructions::add(&self.page, self.source, &mut trigger.lowered);
        for key in ["description", "when_to_use", "initialPrompt", "prompt"] {
            if let Some(value) = front.get(key).filter(|v| v.as_str().is_some()) {
                let place = Place::new(self.source, value.span());
                trigger.lowered.push(instruct(
                    value.as_str().unwrap_or_default(),
                    Visibility::Visible,
                    place,
                ));
            }
        }
        for key in ["allowed-tools", "tools"] {
            let Some(value) = front.get(key) else { continue };
            let text = value
                .each()
                .filter_map(Value::as_text)
                .collect::<Vec<_>>()
                .join(", ");
            trigger
                .attributes
                .push(("allowed-tools".to_owned(), text.clone()));
            // An agent's tools are what it has, a skill's what it may use unasked.
            if self.kind != Kind::Agent {
                let kind = EffectKind::Setting {
                    switch: "allowed-tools".to_owned(),
                    value: Word::known(text),
                    class: SettingClass::Permission,
                    turn: Turn::Widens,
                };
                trigger
                    .lowered
                    .push(Effect::stated(kind, Place::new(self.source, value.entry_span())));
            }
        }
        for key in [
            "permissionMode",
            "model",
            "context",
            "background",
            "disable-model-invocation",
            "user-invocable",
        ] {
            if let Some(text) = front.get(key).and_then(Value::as_text) {
                trigger
                    .attributes
                    .push((key.to_ascii_lowercase(), text.to_owned()));
            }
        }
        reader.push(self.found, trigger);
    }

    /// Shell that runs when the skill or command is invoked.
    fn inline_shell(&self, reader: &mut Reader<'_>) {
        if !matches!(self.kind, Kind::Skill | Kind::Command) {
            return;
        }
        for shell in &self.page.shell {
            let text = self.page.slice(shell.command).to_owned();
            let mapping = Mapping::Pieces(vec![(0, shell.command.start)], shell.command.end);
            let source = reader
                .sources
                .within(self.source, Hop::Value, mapping, text.clone());
            let mut trigger = self.trigger(reader, Place::new(self.source, shell.command));
            trigger.id = format!("{}/inline", self.id());
            trigger.pointer = "/inline".to_owned();
            trigger.what = text.trim().to_owned();
            trigger.when_text = Some(format!("when {} \"{}\" is invoked", self.kind.word(), self.name));
            trigger
                .attributes
                .push(("type".to_owned(), "inline-shell".to_owned()));
            trigger.lowered = reader.command(source, &self.start);
            reader.push(self.found, trigger);
        }
    }

    /// Hooks and servers in the front matter.
    fn front_matter(&self, reader: &mut Reader<'_>, front: Value<'_>) {
        let owner = |pointer: &str| Owner {
            class: None,
            when: Some(if self.live {
                When::ModelChooses
            } else {
                When::Installed
            }),
            consent: self.consent(),
            ..Owner::new(&self.id(), pointer, self.start.clone())
        };
        let found = self.found_here();
        if let Some(value) = front.get("hooks") {
            hooks::read(reader, &found, self.source, value, &owner("/hooks"));
        }
        if let Some(value) = front.get("mcpServers") {
            // A list mixes names of known servers with maps of one server each.
            for servers in value.each().filter(|v| v.entries().next().is_some()) {
                mcp::servers(reader, &found, self.source, servers, &owner("/mcpServers"));
            }
        }
    }

    /// Consent where it is not that of the project's settings.
    fn consent(&self) -> Option<Consents> {
        let both = match (self.live, self.kind) {
            (false, _) => Consent::PersonsAct,
            (true, Kind::Agent) => Consent::TrustDialog,
            (true, _) => return None,
        };
        Some(Consents {
            interactive: both,
            headless: both,
        })
    }

    /// The file; what is installed from here belongs to no nested project.
    fn found_here(&self) -> Found {
        Found {
            nested: self.found.nested && self.live,
            ..self.found.clone()
        }
    }

    /// Scripts that lie beside a skill and are named in its text.
    fn scripts(&self, reader: &mut Reader<'_>, folder: &RepoPath) {
        if folder.is_root() {
            return;
        }
        let tree = reader.tree();
        let body = self.page.slice(self.page.body);
        let mut read = 0;
        for entry in tree.below(folder) {
            let inside = entry.path.as_str().get(folder.as_str().len() + 1..).unwrap_or("");
            let Some(at) = mention(body, inside).or_else(|| mention(body, entry.path.name())) else {
                continue;
            };
            if crate::lang::language_of(&entry.path, "").is_none() {
                continue;
            }
            let span = Span::new(self.page.body.start + at.start, self.page.body.start + at.end);
            let place = Place::new(self.source, span);
            let Ok(text) = reader.files.text(&entry.path) else {
                continue;
            };
            let first = text.text.lines().next().unwrap_or("").to_owned();
            let Some(language) = crate::lang::language_of(&text.path, &first) else {
                continue;
            };
            read += 1;
            if read > SCRIPTS || reader.clock().is_over() {
                break;
            }
            let source = reader
                .sources
                .reached(place, Hop::Component, text.path, text.text);
            let Some(lowered) = reader.code(source, language, &self.start) else {
                continue;
            };
            let mut trigger = self.trigger(reader, place);
            trigger.id = format!("{}/{inside}", self.id());
            trigger.pointer = format!("/{inside}");
            trigger.what = inside.to_owned();
            trigger
                .attributes
                .push(("type".to_owned(), "bundled-script".to_owned()));
            trigger.lowered = lowered;
            reader.push(self.found, trigger);
        }
    }
}

/// Where `text` names `file` as a word of its own.
fn mention(text: &str, file: &str) -> Option<Span> {
    if file.len() < 4 {
        return None;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(file).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + file.len()..].chars().next();
        (!before.is_some_and(is_word) && !after.is_some_and(is_word)).then(|| Span::new(at, at + file.len()))
    })
}
