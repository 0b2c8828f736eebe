//! From a file of a surface to the entries that it makes: which part of it each one covers.

use super::components::{component, plugin, skill, trimmed};
use super::members::Hasher;
use super::view::is_local;
use super::{client, hooks};
use crate::lang::data::{Document, Value};
use crate::lang::{encoding, json, toml};
use crate::model::RepoPath;
use crate::model::closure::{EntryClass, EntryId};
use crate::model::effect::SettingClass;
use crate::surface::claude::{is_shown, switch_class};
use crate::surface::covers::{Covers, Taken, Touched};
use crate::trust::canonical::{canonical, canonical_without};

/// One part of a file.
pub(super) struct Item {
    pub id: EntryId,
    pub class: EntryClass,
    /// Triggers whose pointer starts so belong to it.
    pub pointer: String,
    /// What is hashed of the file: the bytes of a value.
    pub value: Option<Vec<u8>>,
    /// The value as it is written, for people.
    pub written: String,
    /// Other files.
    pub touched: Vec<Touched>,
}

/// Families of editor settings that start nothing, permit nothing and load nothing.
const LOOKS: &[&str] = &[
    "editor.font",
    "editor.tab",
    "editor.insertSpaces",
    "editor.detectIndentation",
    "editor.rulers",
    "editor.wordWrap",
    "editor.minimap",
    "editor.lineNumbers",
    "editor.render",
    "editor.cursor",
    "editor.bracketPairColorization",
    "editor.guides",
    "workbench.color",
    "workbench.iconTheme",
    "workbench.tree",
    "workbench.editor",
    "explorer.",
    "search.exclude",
    "files.exclude",
    "files.watcherExclude",
    "files.eol",
    "files.trim",
    "files.insertFinalNewline",
    "files.encoding",
    "breadcrumbs.",
    "zenMode.",
    "cSpell.words",
    "peacock.",
];

/// Splits the file `taken`.
pub(super) fn split(taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
    let found = &taken.found;
    let inside = found.path.as_str().get(found.root.as_str().len()..).unwrap_or("");
    let inside = inside.trim_start_matches('/');
    let name = Name {
        root: &found.root,
        inside,
    };
    match taken.covers {
        Covers::Settings(prefix) => settings(prefix, &name, taken, hasher),
        Covers::Servers(prefix) => {
            let Some(document) = strict(hasher, &found.file) else {
                return vec![];
            };
            let each = |key: &str| (key == "mcpServers").then_some(prefix);
            maps(&document, &name, &format!("{prefix}-file"), each)
        }
        Covers::Marketplace(prefix) => {
            let Some(document) = strict(hasher, &found.file) else {
                return vec![];
            };
            marketplace(prefix, &name, &document)
        }
        Covers::Plugin(prefix) => plugin(prefix, &name, taken, hasher),
        Covers::Skill(prefix) => skill(prefix, &name, taken, hasher),
        Covers::Component(prefix) => component(&name.id(&[prefix, trimmed(inside)]), taken, hasher),
        Covers::Text(prefix) => vec![whole(name.id(&[prefix, inside]), EntryClass::Instructs, taken)],
        Covers::File(prefix) => vec![whole(name.id(&[prefix, inside]), EntryClass::Runs, taken)],
        Covers::Value(prefix) => value(prefix, EntryClass::Runs, &name, taken, hasher, |_| false),
        Covers::ValueText(prefix) => value(prefix, EntryClass::Instructs, &name, taken, hasher, |_| false),
        Covers::EditorSettings(prefix) => value(prefix, EntryClass::Runs, &name, taken, hasher, |key| {
            LOOKS.iter().any(|family| key.starts_with(family))
        }),
        Covers::Triggers(_) => vec![],
    }
}

/// How entries of one file are named.
pub(super) struct Name<'a> {
    pub root: &'a RepoPath,
    pub inside: &'a str,
}

impl Name<'_> {
    pub fn id(&self, parts: &[&str]) -> EntryId {
        EntryId::new(parts.iter().copied()).in_folder(self.root)
    }

    fn item(&self, parts: &[&str], pointer: String, value: Vec<u8>, written: &str) -> Item {
        Item {
            id: self.id(parts),
            class: EntryClass::Runs,
            pointer,
            value: Some(value),
            written: written.to_owned(),
            touched: vec![],
        }
    }
}

/// A file as such.
pub(super) fn whole(id: EntryId, class: EntryClass, taken: &Taken) -> Item {
    Item {
        id,
        class,
        pointer: String::new(),
        value: None,
        written: String::new(),
        touched: vec![Touched::File(taken.found.path.clone())],
    }
}

pub(super) fn text(hasher: &mut Hasher<'_>, path: &RepoPath) -> Option<String> {
    Some(encoding::decode(&hasher.read(path)?).text)
}

/// JSON as the client reads it.
pub(super) fn strict(hasher: &mut Hasher<'_>, path: &RepoPath) -> Option<Document> {
    text(hasher, path).map(json::read)
}

/// The canonical form of a part of a file, marked where the client takes the whole file for void.
pub(super) fn part(document: &Document, value: Value<'_>) -> Vec<u8> {
    marked(document, canonical(value))
}

fn marked(document: &Document, mut bytes: Vec<u8>) -> Vec<u8> {
    if document.is_void() {
        bytes.extend_from_slice(b"void");
    }
    bytes
}

/// Every key of the outermost map: the entries of some maps one by one, other keys as they are.
fn maps(
    document: &Document,
    name: &Name<'_>,
    rest: &str,
    each: impl Fn(&str) -> Option<&'static str>,
) -> Vec<Item> {
    let root = document.root();
    let mut items = vec![];
    for (key, value) in root.entries() {
        match each(key).filter(|_| value.entries().next().is_some()) {
            Some(prefix) => {
                for (entry, value) in value.entries() {
                    let pointer = format!("/{key}/{entry}");
                    let value_of = part(document, value);
                    items.push(name.item(&[prefix, entry], pointer, value_of, value.written()));
                }
            }
            None => {
                let value_of = part(document, value);
                items.push(name.item(&[rest, key], format!("/{key}"), value_of, value.written()));
            }
        }
    }
    if root.entries().next().is_none() {
        items.push(name.item(&[rest], String::new(), part(document, root), root.written()));
    }
    items
}

fn marketplace(prefix: &'static str, name: &Name<'_>, document: &Document) -> Vec<Item> {
    let mut items = vec![];
    for plugin in document.root().get("plugins").into_iter().flat_map(Value::items) {
        let called = plugin.get("name").and_then(Value::as_text).unwrap_or("");
        let pointer = format!("/plugins/{called}");
        let value = part(document, plugin);
        items.push(name.item(&[prefix, called], pointer, value, plugin.written()));
    }
    let rest = canonical_without(document.root(), |key| key == "plugins");
    let file = format!("{prefix}-file");
    let written = document.root().written();
    items.push(name.item(&[&file], String::new(), marked(document, rest), written));
    items
}

/// Keys that hold a map of things with entries of their own.
const OWN: &[&str] = &[
    "env",
    "enabledPlugins",
    "extraKnownMarketplaces",
    "additionalMarketplaces",
];

fn settings(prefix: &'static str, name: &Name<'_>, taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
    let file = &taken.found.file;
    // The client itself writes what a person permits in a session into a file that git does not track.
    let written_by_client = prefix != "claude" && is_local(hasher.tree(), file);
    let Some(document) = strict(hasher, file) else {
        return vec![];
    };
    let mut items = vec![];
    let own = |parts: &[&str]| -> EntryId {
        let all: Vec<&str> = std::iter::once(prefix).chain(parts.iter().copied()).collect();
        name.id(&all)
    };
    let mut push = |id: EntryId, class: EntryClass, pointer: String, value: Vec<u8>, written: &str| {
        items.push(Item {
            id,
            class,
            pointer,
            value: Some(value),
            written: written.to_owned(),
            touched: vec![],
        });
    };
    let root = document.root();
    for (key, value) in root.entries() {
        let pointer = format!("/{key}");
        if key == "hooks" && value.entries().next().is_some() {
            for hook in hooks::split(value) {
                let id = own(&["hooks", hook.event, &hook.name]);
                push(
                    id,
                    EntryClass::Runs,
                    hook.pointer,
                    marked(&document, hook.value),
                    hook.written,
                );
            }
        } else if OWN.contains(&key) && value.entries().next().is_some() {
            for (entry, value) in value.entries() {
                push(
                    own(&[key, entry]),
                    EntryClass::Runs,
                    format!("/{key}/{entry}"),
                    part(&document, value),
                    value.written(),
                );
            }
        } else if key == "permissions" && value.entries().next().is_some() {
            for (rule, value) in value.entries() {
                if written_by_client && rule == "allow" && value.kind() == json::Kind::List {
                    let wide = value
                        .items()
                        .filter(|item| !item.as_str().is_some_and(client::writes));
                    for item in wide {
                        push(
                            own(&["permissions"]),
                            EntryClass::Runs,
                            format!("/{key}/{rule}/{}", item.as_str().unwrap_or_default()),
                            part(&document, item),
                            item.written(),
                        );
                    }
                    continue;
                }
                let permits = matches!(rule, "allow" | "additionalDirectories" | "defaultMode");
                let id = own(&[if permits { "permissions" } else { "protections" }]);
                push(
                    id,
                    EntryClass::Runs,
                    format!("/{key}/{rule}"),
                    part(&document, value),
                    value.written(),
                );
            }
        } else if written_by_client && matches!(key, "enabledMcpjsonServers" | "disabledMcpjsonServers") {
        } else if key == "sandbox" || switch_class(key) == Some(SettingClass::Safety) {
            push(
                own(&["protections"]),
                EntryClass::Runs,
                pointer,
                part(&document, value),
                value.written(),
            );
        } else {
            let tells = is_shown(key) || switch_class(key) == Some(SettingClass::Presentation);
            let class = if tells {
                EntryClass::Instructs
            } else {
                EntryClass::Runs
            };
            push(
                own(&[key]),
                class,
                pointer,
                part(&document, value),
                value.written(),
            );
        }
    }
    if root.entries().next().is_none() && (root.kind() != json::Kind::Map || document.is_void()) {
        push(
            own(&["protections"]),
            EntryClass::Runs,
            String::new(),
            part(&document, root),
            root.written(),
        );
    }
    items
}

fn value(
    prefix: &'static str,
    class: EntryClass,
    name: &Name<'_>,
    taken: &Taken,
    hasher: &mut Hasher<'_>,
    left_out: impl Fn(&str) -> bool,
) -> Vec<Item> {
    let Some(text) = text(hasher, &taken.found.file) else {
        return vec![];
    };
    let document = match taken.found.path.extension() {
        Some("toml") => toml::read(text),
        _ => json::read_with_comments(text),
    };
    let value = marked(&document, canonical_without(document.root(), left_out));
    vec![Item {
        class,
        ..name.item(
            &[prefix, name.inside],
            String::new(),
            value,
            document.root().written(),
        )
    }]
}
