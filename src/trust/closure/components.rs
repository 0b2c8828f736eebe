//! Entries of what is made of several files: skills, commands, agents, plug-ins.

use super::members::Hasher;
use super::split::{Item, Name, part, strict, text, whole};
use super::view::is_local;
use crate::lang::markdown;
use crate::model::RepoPath;
use crate::model::closure::{EntryClass, EntryId};
use crate::model::tree::EntryKind;
use crate::surface::covers::{Taken, Touched};
use crate::trust::canonical::canonical_without;

/// Files of one folder that are hashed.
const FOLDER: usize = 5_000;

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

/// The name of a component: its path below `.claude/agents` and kin, without the ending.
pub(super) fn trimmed(inside: &str) -> &str {
    let rest = inside.strip_prefix(".claude/").unwrap_or(inside);
    let rest = rest.split_once('/').map_or(rest, |(_, rest)| rest);
    rest.get(..rest.len().saturating_sub(3)).unwrap_or(rest)
}

/// What runs of a Markdown file (front matter, inline shell), and its text.
pub(super) fn component(id: &EntryId, taken: &Taken, hasher: &mut Hasher<'_>) -> Vec<Item> {
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

pub(super) fn skill(
    prefix: &'static str,
    name: &Name<'_>,
    taken: &Taken,
    hasher: &mut Hasher<'_>,
) -> Vec<Item> {
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

pub(super) fn plugin(
    prefix: &'static str,
    name: &Name<'_>,
    taken: &Taken,
    hasher: &mut Hasher<'_>,
) -> Vec<Item> {
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
