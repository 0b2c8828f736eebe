//! Plug-ins and marketplaces that lie in the tree.
//!
//! A plug-in acts once somebody installs it. Two ways make it act by opening: settings that name a
//! folder of the tree as a marketplace and enable the plug-in (after trust; in `-p` only where the
//! folder is trusted, from the second start on: measured, client 2.1.329), and a manifest below
//! `.claude/skills/<name>/` (its monitors are refused).

use super::{Owner, hooks, mcp};
use crate::lang::data::{Document, Kind, Value};
use crate::lang::json;
use crate::model::source::Hop;
use crate::model::trigger::{Class, Consent, Consents, When};
use crate::model::{Place, RepoPath, SourceId};
use crate::surface::covers::{Covers, Touched};
use crate::surface::{Found, Reader, Start, Surface};

/// Plug-ins.
pub(in crate::surface) const PLUGINS: Surface = Surface {
    name: "plug-ins",
    paths: &[".claude-plugin/plugin.json"],
    user: false,
    covers: Covers::Plugin("plugin"),
    read: |reader, found| {
        let Some((source, document)) = reader.json(found) else {
            return;
        };
        let root = found.root.clone();
        let plugin = Plugin::new(reader, found, root, name_of(&document, &found.root));
        plugin.read(reader, source, document.root());
    },
};

/// Marketplaces.
pub(in crate::surface) const MARKETPLACES: Surface = Surface {
    name: "marketplaces of plug-ins",
    paths: &[".claude-plugin/marketplace.json"],
    user: false,
    covers: Covers::Marketplace("marketplace"),
    read: |reader, found| {
        let Some((source, document)) = reader.json(found) else {
            return;
        };
        marketplace(reader, found, source, &document);
    },
};

/// Whether `root` is the folder of a plug-in or a marketplace.
pub(super) fn is_plugin(reader: &Reader<'_>, root: &RepoPath) -> bool {
    ["plugin.json", "marketplace.json"].iter().any(|name| {
        root.join(&format!(".claude-plugin/{name}"))
            .is_some_and(|path| reader.tree().entry(&path).is_some())
    })
}

fn name_of(document: &Document, root: &RepoPath) -> String {
    document
        .root()
        .get("name")
        .and_then(Value::as_text)
        .unwrap_or(root.name())
        .to_owned()
}

struct Plugin<'f> {
    found: &'f Found,
    root: RepoPath,
    name: String,
    live: bool,
    skills_dir: bool,
    start: Start,
}

impl<'f> Plugin<'f> {
    fn new(reader: &mut Reader<'_>, found: &'f Found, root: RepoPath, name: String) -> Self {
        let skills_dir = root.as_str().contains(".claude/skills/");
        let live = skills_dir || enabled(reader).contains(&root);
        let start = reader.start(&RepoPath::root());
        let folder = start.word_of(&root);
        let start = start.with_env("CLAUDE_PLUGIN_ROOT", folder);
        Self {
            found,
            root,
            name,
            live,
            skills_dir,
            start,
        }
    }

    /// Whose hooks and servers they are.
    fn owner(&self, pointer: &str) -> Owner {
        let consent = if self.live {
            Consent::TrustDialog
        } else {
            Consent::PersonsAct
        };
        Owner {
            when: (!self.live).then_some(When::Installed),
            consent: Some(Consents {
                interactive: consent,
                headless: consent,
            }),
            ..Owner::new(&format!("plugin/{}", self.name), pointer, self.start.clone())
        }
    }

    fn read(&self, reader: &mut Reader<'_>, source: SourceId, manifest: Value<'_>) {
        for part in [Part::Hooks, Part::Servers, Part::LanguageServers, Part::Monitors] {
            let said = part.keys().iter().find_map(|key| manifest.get(key));
            let mut seen = vec![];
            for value in said.into_iter().flat_map(Value::each) {
                match value.as_str() {
                    Some(path) => self.file(
                        reader,
                        part,
                        path,
                        Some(Place::new(source, value.span())),
                        &mut seen,
                    ),
                    None if value.kind() == Kind::Map => {
                        // A list of monitors stands in the manifest itself.
                        let whole = if part == Part::Monitors {
                            value.parent().unwrap_or(value)
                        } else {
                            value
                        };
                        self.part(
                            reader,
                            part,
                            source,
                            if part == Part::Monitors { whole } else { value },
                        );
                        if part == Part::Monitors {
                            break;
                        }
                    }
                    None => {}
                }
            }
            self.file(reader, part, part.default_file(), None, &mut seen);
        }
    }

    /// A part in a file of its own, each file once. A default file that is not there is no fault.
    fn file(
        &self,
        reader: &mut Reader<'_>,
        part: Part,
        path: &str,
        named: Option<Place>,
        seen: &mut Vec<RepoPath>,
    ) {
        let path = path.trim_start_matches("${CLAUDE_PLUGIN_ROOT}/");
        let Some(path) = self.root.join(path) else { return };
        if seen.contains(&path) {
            return;
        }
        seen.push(path.clone());
        let text = match reader.files.glance(&path) {
            Ok(text) => text,
            Err(fault) => {
                if named.is_some() && !path.as_str().ends_with(".mcpb") {
                    reader.unread(&path, &fault, None);
                }
                return;
            }
        };
        let source = match named {
            Some(place) => {
                reader
                    .sources
                    .reached(place, Hop::Component, text.path.clone(), text.text.clone())
            }
            None => reader.sources.file(text.path.clone(), text.text.clone()),
        };
        let document = json::read(text.text);
        reader.files.note(Touched::Value(path.clone()));
        let found = Found {
            path: path.clone(),
            file: text.path,
            ..self.found.clone()
        };
        reader.note_defects(&found, source, &document);
        let plugin = Plugin {
            found: &found,
            root: self.root.clone(),
            name: self.name.clone(),
            live: self.live,
            skills_dir: self.skills_dir,
            start: self.start.clone(),
        };
        let root = document.root();
        let value = match part {
            Part::Hooks => root.get("hooks").unwrap_or(root),
            Part::Servers => root.get("mcpServers").unwrap_or(root),
            Part::LanguageServers => root.get("lspServers").unwrap_or(root),
            Part::Monitors => root.get("monitors").unwrap_or(root),
        };
        plugin.part(reader, part, source, value);
    }

    fn part(&self, reader: &mut Reader<'_>, part: Part, source: SourceId, value: Value<'_>) {
        // What is installed belongs to no nested project.
        let found = Found {
            nested: false,
            ..self.found.clone()
        };
        match part {
            Part::Hooks => hooks::read(reader, &found, source, value, &self.owner("/hooks")),
            Part::Servers => mcp::servers(reader, &found, source, value, &self.owner("/mcpServers")),
            Part::LanguageServers => {
                for (name, server) in value.entries() {
                    self.process(
                        reader,
                        source,
                        &format!("lsp/{name}"),
                        server,
                        "when a file of its language is opened",
                    );
                }
            }
            Part::Monitors if self.skills_dir => {}
            Part::Monitors => {
                for monitor in value.items() {
                    let name = monitor
                        .get("name")
                        .and_then(Value::as_text)
                        .unwrap_or("")
                        .to_owned();
                    self.process(
                        reader,
                        source,
                        &format!("monitors/{name}"),
                        monitor,
                        "all the time, outside the sandbox",
                    );
                }
            }
        }
    }

    /// A language server (program and arguments) or a monitor (shell text).
    fn process(&self, reader: &mut Reader<'_>, source: SourceId, id: &str, value: Value<'_>, when: &str) {
        let Some(command) = value.get("command").filter(|c| c.as_str().is_some()) else {
            return;
        };
        let mut start = self.start.clone();
        for (name, value) in value.get("env").into_iter().flat_map(Value::entries) {
            start = start.with_env(
                name,
                crate::surface::draft::value(value.as_text().unwrap_or_default()),
            );
        }
        let place = Place::new(source, command.span());
        let mut trigger = reader.trigger(self.found, Class::PluginProcess, When::SessionStart, place);
        trigger.id = format!("plugin/{}/{id}", self.name);
        trigger.pointer = format!("/{id}");
        trigger.when_text = Some(if self.live {
            when.to_owned()
        } else {
            format!("once installed, {when}")
        });
        trigger.nested = false;
        if id.starts_with("lsp/") {
            let mut values = vec![command];
            values.extend(value.get("args").into_iter().flat_map(Value::items));
            let words = crate::surface::draft::words(&values, source);
            trigger.what = crate::surface::draft::line(&words);
            trigger.lowered = reader.argv(&words, true, &start).unwrap_or_default();
        } else {
            command.as_str().unwrap_or_default().clone_into(&mut trigger.what);
            let Some(text) = command.string_source(reader.sources, source) else {
                return;
            };
            trigger.lowered = reader.command(text, &start);
        }
        self.owner("").mark(&mut trigger);
        reader.push(self.found, trigger);
    }
}

/// A part of a plug-in that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Hooks,
    Servers,
    LanguageServers,
    Monitors,
}

impl Part {
    /// Names in the manifest; experimental ones stand one level deeper in older clients.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Hooks => &["hooks"],
            Self::Servers => &["mcpServers"],
            Self::LanguageServers => &["lspServers"],
            Self::Monitors => &["monitors"],
        }
    }

    fn default_file(self) -> &'static str {
        match self {
            Self::Hooks => "hooks/hooks.json",
            Self::Servers => ".mcp.json",
            Self::LanguageServers => ".lsp.json",
            Self::Monitors => "monitors/monitors.json",
        }
    }
}

/// The folders of plug-ins that the project's own settings enable from a marketplace in the tree.
fn enabled(reader: &mut Reader<'_>) -> Vec<RepoPath> {
    let mut markets: Vec<(String, RepoPath)> = vec![];
    let mut on: Vec<String> = vec![];
    for name in [".claude/settings.json", ".claude/settings.local.json"] {
        let Some(Ok(text)) = RepoPath::new(name).map(|path| reader.files.glance(&path)) else {
            continue;
        };
        let document = json::read(text.text);
        let root = document.root();
        for key in ["extraKnownMarketplaces", "additionalMarketplaces"] {
            for (name, market) in root.get(key).into_iter().flat_map(Value::entries) {
                let source = market.get("source").unwrap_or(market);
                let path = source.get("path").and_then(Value::as_str);
                // A `file` source names the marketplace.json itself.
                let path = path.map(|p| p.trim_end_matches(".claude-plugin/marketplace.json"));
                markets.extend(path.and_then(RepoPath::new).map(|path| (name.to_owned(), path)));
            }
        }
        for (plugin, value) in root.get("enabledPlugins").into_iter().flat_map(Value::entries) {
            if value.as_bool() == Some(true) {
                on.push(plugin.to_owned());
            }
        }
    }
    let mut out = vec![];
    for (market, folder) in markets {
        let Some(path) = folder.join(".claude-plugin/marketplace.json") else {
            continue;
        };
        let Ok(text) = reader.files.glance(&path) else {
            continue;
        };
        let document = json::read(text.text);
        for plugin in document.root().get("plugins").into_iter().flat_map(Value::items) {
            let name = plugin.get("name").and_then(Value::as_text).unwrap_or("");
            if on.iter().any(|id| id == &format!("{name}@{market}")) {
                out.extend(folder_of(&document, plugin, &folder));
            }
        }
    }
    out
}

/// The folder of a plug-in that a marketplace names by a relative path.
fn folder_of(document: &Document, plugin: Value<'_>, marketplace: &RepoPath) -> Option<RepoPath> {
    let path = plugin.get("source").and_then(Value::as_str)?;
    let base = document
        .root()
        .path(&["metadata", "pluginRoot"])
        .and_then(Value::as_str)
        .unwrap_or("");
    marketplace.join(base)?.join(path)
}

fn marketplace(reader: &mut Reader<'_>, found: &Found, source: SourceId, document: &Document) {
    for entry in document.root().get("plugins").into_iter().flat_map(Value::items) {
        let name = entry
            .get("name")
            .and_then(Value::as_text)
            .unwrap_or("")
            .to_owned();
        let Some(from) = entry.get("source") else { continue };
        let place = Place::new(source, from.span());
        if from.as_str().is_some() {
            // A plug-in of the tree: its own manifest is read as a plug-in; without one, the entry is the manifest.
            let Some(folder) = folder_of(document, entry, &found.root) else {
                continue;
            };
            let manifest = folder.join(".claude-plugin/plugin.json");
            if manifest.is_some_and(|path| reader.tree().entry(&path).is_some()) {
                continue;
            }
            let plugin = Plugin::new(reader, found, folder, name);
            plugin.read(reader, source, entry);
            continue;
        }
        let kind = from
            .get("source")
            .and_then(Value::as_text)
            .unwrap_or("")
            .to_owned();
        let mut trigger = reader.trigger(found, Class::Plugin, When::Installed, place);
        trigger.id = format!("marketplace/{name}");
        trigger.pointer = format!("/plugins/{name}");
        trigger.consent = Consents {
            interactive: Consent::PersonsAct,
            headless: Consent::PersonsAct,
        };
        trigger.nested = false;
        let said = ["repo", "url", "package", "command", "path"]
            .iter()
            .find_map(|k| from.get(k).and_then(Value::as_text));
        trigger.what = format!("{name}: {kind} {}", said.unwrap_or(""));
        trigger.attributes.push(("source".to_owned(), kind.clone()));
        let pinned = from.get("sha").is_some() || from.get("sha256").is_some();
        trigger.attributes.push(("pinned".to_owned(), pinned.to_string()));
        if let Some(command) = from.get("command").filter(|_| kind == "command") {
            let start = reader.start(&found.root);
            if let Some(text) = command.string_source(reader.sources, source) {
                trigger.lowered = reader.command(text, &start);
            }
        }
        reader.push(found, trigger);
    }
}
