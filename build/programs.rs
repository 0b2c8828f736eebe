//! Checks the program pages and embeds them as a sorted table: name, page number, page as JSON text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::model::flow::Scheme;

#[path = "../src/lang/programs/page.rs"]
#[allow(dead_code)]
mod page;

use page::{Kind, Page};

/// Reads `lang/programs/*.toml` and writes `programs.rs` into the build's output folder.
///
/// # Errors
/// A page is broken: the text names the file and the reason.
pub fn build(root: &Path, out: &Path) -> Result<(), String> {
    let folder = &root.join("lang/programs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages: Vec<String> = vec![];
    let mut examples: Vec<(String, page::Example)> = vec![];
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let fail = |why: String| format!("{}: {why}", file.display());
        let text = std::fs::read_to_string(file).map_err(|e| fail(e.to_string()))?;
        let family: BTreeMap<String, Page> = toml::from_str(&text).map_err(|e| fail(e.to_string()))?;
        for (name, page) in family {
            check(&name, &page, true).map_err(&fail)?;
            let mut own = vec![];
            collect(&page, &mut own);
            if own.is_empty() {
                return Err(fail(format!("`{name}` has no example")));
            }
            examples.extend(own.into_iter().map(|e| (name.clone(), e)));
            for name in std::iter::once(name.as_str()).chain(page.aliases.split_whitespace()) {
                if names.insert(name.to_owned(), pages.len()).is_some() {
                    return Err(fail(format!("`{name}` has a page already")));
                }
            }
            pages.push(serde_json::to_string(&page).map_err(|e| fail(e.to_string()))?);
        }
    }
    let mut code = String::from("/// Program names with the number of their page, sorted.\n");
    let _ = writeln!(code, "pub(super) static NAMES: &[(&str, usize)] = &[");
    for (name, number) in &names {
        let _ = writeln!(code, "    ({name:?}, {number}),");
    }
    let _ = writeln!(code, "];\n/// The pages as JSON.");
    let _ = writeln!(code, "pub(super) static PAGES: [&str; {}] = [", pages.len());
    for page in &pages {
        let _ = writeln!(code, "    {page:?},");
    }
    let _ = writeln!(
        code,
        "];\n/// Patterns of variables with what their value means, as `lang/variables.toml` says."
    );
    let _ = writeln!(code, "pub(super) static VARIABLES: &[(&str, &str)] = &[");
    for (name, meaning) in variables(root)? {
        let _ = writeln!(code, "    ({name:?}, {meaning:?}),");
    }
    let _ = writeln!(code, "];");
    std::fs::write(out.join("programs.rs"), code).map_err(|e| e.to_string())?;
    let examples = serde_json::to_string(&examples).map_err(|e| e.to_string())?;
    std::fs::write(out.join("program-examples.json"), examples).map_err(|e| e.to_string())
}

fn variables(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let file = root.join("lang/variables.toml");
    println!("cargo::rerun-if-changed={}", file.display());
    let fail = |why: String| format!("{}: {why}", file.display());
    let text = std::fs::read_to_string(&file).map_err(|e| fail(e.to_string()))?;
    let table: BTreeMap<String, String> = toml::from_str(&text).map_err(|e| fail(e.to_string()))?;
    let kinds = [
        "shell", "program", "load", "options", "folders", "uses", "never", "proxy", "registry",
    ];
    let mut all = BTreeMap::new();
    for (meaning, names) in &table {
        if !kinds.contains(&meaning.split(':').next().unwrap_or_default()) {
            return Err(fail(format!("no meaning `{meaning}`")));
        }
        for name in names.split_whitespace() {
            if all.insert(name.to_owned(), meaning.clone()).is_some() {
                return Err(fail(format!("`{name}` stands twice")));
            }
        }
    }
    Ok(all)
}

fn collect(page: &Page, into: &mut Vec<page::Example>) {
    into.extend(page.example.iter().cloned());
    for inner in page.sub.values().chain(page.module.values()) {
        collect(inner, into);
    }
}

fn check(name: &str, page: &Page, top: bool) -> Result<(), String> {
    let fail = |why: String| Err(format!("`{name}`: {why}"));
    if top && page.about.is_empty() {
        return fail("`about` is missing".into());
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (kind, spellings) in &page.options {
        if Kind::parse(kind).is_none() {
            return fail(format!("no meaning `{kind}` for options"));
        }
        for spelling in spellings.split_whitespace() {
            let bare = page::bare(spelling);
            let dashed = bare.starts_with('-') || bare.starts_with('+') || bare.ends_with('=');
            if !dashed {
                return fail(format!("`{spelling}` is no option"));
            }
            if let Some(other) = seen.insert(bare, kind) {
                return fail(format!("`{bare}` stands under `{other}` and `{kind}`"));
            }
        }
    }
    for kind in page.settings.keys() {
        if Kind::parse(kind).is_none() {
            return fail(format!("no meaning `{kind}` for settings"));
        }
    }
    let texts = page
        .operands
        .iter()
        .chain(page.when.iter().filter_map(|w| w.operands.as_ref()));
    for text in texts {
        if page::operands(text).is_none() {
            return fail(format!("operands `{text}` cannot be read"));
        }
    }
    for line in page.does.iter().chain(page.when.iter().flat_map(|w| &w.does)) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let fits = match words.first() {
            Some(&("fetch" | "send" | "both" | "lookup")) => words.len() == 3,
            Some(&("read" | "read-tree" | "create" | "overwrite" | "append" | "delete" | "env-read")) => {
                words.len() == 2
            }
            _ => false,
        };
        if !fits {
            return fail(format!("implied effect `{line}` cannot be read"));
        }
    }
    for when in &page.when {
        for (kind, spellings) in &when.options {
            let known = spellings
                .split_whitespace()
                .all(|s| seen.contains_key(page::bare(s)));
            if Kind::parse(kind).is_none() || !known {
                return fail(format!("a `when` cannot give `{spellings}` the meaning `{kind}`"));
            }
        }
        if when.given.is_empty() && when.without.is_empty() {
            return fail("a `when` without `given` or `without`".into());
        }
    }
    for (inner, page) in page.sub.iter().chain(&page.module) {
        check(&format!("{name} {inner}"), page, false)?;
    }
    Ok(())
}
