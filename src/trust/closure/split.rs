//! From a file of a surface to the entries that it makes: which part of it each one covers.

use super::hooks;
use super::members::Hasher;
use super::view::is_local;
use crate::lang::data::{Document, Value};
use crate::lang::{encoding, json, markdown, toml};
use crate::model::RepoPath;
use crate::model::closure::{EntryClass, EntryId};
use crate::model::effect::SettingClass;
use crate::model::tree::EntryKind;
use crate::surface::claude::{is_shown, switch_class};
use crate::surface::covers::{Covers, Taken, Touched};
use crate::trust::canonical::{canonical, canonical_without};

/// Files of one folder that are hashed.
const FOLDER: usize = 5_000;

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

/// Front matter that only tells the model something.
const PROSE: &[&str] = &[
    "description",
    "when_to_use",
    "argument-hint",
    "initialPrompt",
    "prompt",
    "color",
    "version",
    "license",
    "author",
    "metadata",
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
struct Name<'a> {
    root: &'a RepoPath,
    inside: &'a str,
}

impl Name<'_> {
    fn id(&self, parts: &[&str]) -> EntryId {
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
fn whole(id: EntryId, class: EntryClass, taken: &Taken) -> Item {
    Item {
        id,
        class,
        pointer: String::new(),
        value: None,
        written: String::new(),
        touched: vec![Touched::File(taken.found.path.clone())],
    }
}

fn text(hasher: &mut Hasher<'_>, path: &RepoPath) -> Option<String> {
    Some(encoding::decode(&hasher.read(path)?).text)
}

/// JSON as the client reads it.
fn strict(hasher: &mut Hasher<'_>, path: &RepoPath) -> Option<Document> {
    text(hasher, path).map(json::read)
}

/// The canonical form of a part of a file, marked where the client takes the whole file for void.
fn part(document: &Document, value: Value<'_>) -> Vec<u8> {
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
                if written_by_client && rule == "allow" {
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

/// The name of a component: its path below `.claude/agents` and kin, without the ending.
fn trimmed(inside: &str) -> &str {
    let rest = inside.strip_prefix(".claude/").unwrap_or(inside);
    let rest = rest.split_once('/').map_or(rest, |(_, rest)| rest);
    rest.get(..rest.len().saturating_sub(3)).unwrap_or(rest)
}

/// What runs of a Markdown file (front matter, inline shell), and its text.
fn component(id: &EntryId, taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
    let mut items = vec![Item {
        pointer: "/text".to_owned(),
        ..whole(id.child("text"), EntryClass::Instructs, taken)
    }];
    let Some(text) = text(hasher, &taken.found.file) else {
        return items;
    };
    let page = markdown::read(text);
    let metadata = page.metadata();
    let front = metadata.root();
    let mut value = canonical_without(front, |key| PROSE.contains(&key));
    let raw = page.front_matter.map(|span| page.slice(span)).unwrap_or("");
    let odd = metadata.is_void() || is_odd(raw);
    let runs = front
        .entries()
        .any(|(key, _)| !PROSE.contains(&key) && key != "name");
    if odd {
        value.extend_from_slice(raw.as_bytes());
    }
    for shell in &page.shell {
        let text = page.slice(shell.command);
        value.extend_from_slice(format!("!{}\n{text}\n", text.len()).as_bytes());
    }
    items.push(Item {
        id: id.clone(),
        class: EntryClass::Runs,
        pointer: String::new(),
        value: (runs || odd || !page.shell.is_empty()).then_some(value),
        written: std::iter::once(raw)
            .chain(page.shell.iter().map(|shell| page.slice(shell.span)))
            .collect::<Vec<_>>()
            .join("\n"),
        touched: vec![],
    });
    items
}

/// Whether a YAML reader of another make may see something else here: tags, anchors, merged maps.
fn is_odd(front: &str) -> bool {
    front.contains("<<:")
        || front.lines().any(|line| {
            let flow = line.contains(['[', '{']);
            line.char_indices().any(|(at, c)| {
                let before = line.get(..at).unwrap_or("");
                let apart = before.is_empty() || before.ends_with(char::is_whitespace);
                let starts = match before.trim_end().chars().next_back() {
                    None => true,
                    // `make:*` is one word.
                    Some(':' | '-') => apart,
                    Some('[' | '{') => true,
                    Some(',') => flow,
                    Some(_) => false,
                };
                matches!(c, '!' | '&' | '*') && starts
            })
        })
}

fn skill(prefix: &'static str, name: &Name<'_>, taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
    let folder = taken.found.path.parent().unwrap_or_default();
    let id = if name.inside.contains('/') {
        name.id(&[prefix, folder.name()])
    } else {
        EntryId::new([prefix, folder.as_str()])
    };
    let mut items = component(&id, taken, hasher);
    if !folder.is_root() {
        folder_files(&folder, &taken.found.file, &mut items, hasher);
    }
    items
}

fn plugin(prefix: &'static str, name: &Name<'_>, taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
    let file = &taken.found.file;
    let Some(document) = strict(hasher, file) else {
        return vec![];
    };
    let id = EntryId::new([prefix, name.root.as_str()]);
    let mut items = vec![
        Item {
            id: id.child("text"),
            class: EntryClass::Instructs,
            pointer: "/text".to_owned(),
            value: None,
            written: String::new(),
            touched: vec![],
        },
        Item {
            id,
            class: EntryClass::Runs,
            pointer: String::new(),
            value: Some(part(&document, document.root())),
            written: document.root().written().to_owned(),
            touched: vec![],
        },
    ];
    // Where the whole repository is one plug-in, its other files count where something reaches them.
    if !name.root.is_root() {
        folder_files(name.root, file, &mut items, hasher);
    }
    items
}

/// Adds all files of a folder: documents to the first item, all others to the second.
fn folder_files(folder: &RepoPath, but: &RepoPath, items: &mut [Item], hasher: &mut Hasher<'_>) {
    let tree = hasher.tree();
    let Ok(real) = tree.resolve(folder) else { return };
    let mut all = vec![];
    for entry in tree.below(&real) {
        if entry.path == *but
            || entry.kind == EntryKind::Special
            || is_made(&entry.path) && is_local(tree, &entry.path)
        {
            continue;
        }
        if all.len() >= FOLDER {
            let gap = format!("{folder}: holds more than {FOLDER} files");
            hasher.gaps.insert(gap);
            break;
        }
        all.push(entry.path.clone());
    }
    let [text, code, ..] = items else { return };
    for path in all {
        let item = if is_document(&path) {
            &mut *text
        } else {
            &mut *code
        };
        item.touched.push(Touched::File(path));
    }
}

/// Whether programs make such a file beside the code that they run.
fn is_made(path: &RepoPath) -> bool {
    path.name() == ".DS_Store" || path.parts().any(|part| part == "__pycache__")
}

fn is_document(path: &RepoPath) -> bool {
    const ENDINGS: &[&str] = &[
        "md", "mdx", "txt", "rst", "adoc", "png", "jpg", "jpeg", "gif", "webp",
    ];
    let ending = path.extension().map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| ENDINGS.contains(&&*ending))
}
