//! The layers point one way: every `crate::…` path in `src/` against the table of `ARCHITECTURE.md`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Layer → what it may use besides itself.
const TABLE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("lang", &["model"]),
    ("repo", &["model"]),
    ("surface", &["model", "lang", "repo"]),
    ("rules", &["model", "lang", "repo", "surface"]),
    ("scan", &["model", "lang", "repo", "surface", "rules"]),
    ("trust", &["model", "lang", "repo", "surface"]),
    ("doors", &["model", "repo", "surface", "scan", "trust"]),
    ("report", &["model"]),
    (
        "cli",
        &[
            "model", "lang", "repo", "surface", "rules", "scan", "trust", "doors", "report",
        ],
    ),
];

/// Longest file that is accepted, in lines.
const LINES: usize = 500;

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Layer, path inside `src/`, text of every file below a layer's folder.
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    rust_files(&src, &mut files);
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(&src).unwrap().to_owned();
            let mut parts = inside.components();
            let layer = parts.next()?.as_os_str().to_str()?.to_owned();
            parts.next()?;
            let text = fs::read_to_string(&path).unwrap();
            Some((layer, inside, text))
        })
        .collect()
}

/// The names right after `crate::`, also inside `crate::{a::…, b::…}`.
fn used(text: &str) -> Vec<String> {
    let mut out = vec![];
    for (at, _) in text.match_indices("crate::") {
        // `$crate::` in a macro and a longer word are no path of ours.
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            out.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
            continue;
        };
        let (mut depth, mut word) = (0, String::new());
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ if depth > 0 => {}
                ',' => out.push(std::mem::take(&mut word)),
                c => word.push(c),
            }
        }
        out.push(word);
    }
    let first = |path: &String| path.trim().split("::").next().unwrap_or("").to_owned();
    out.iter().map(first).filter(|name| !name.is_empty()).collect()
}

/// The file without the tests at its bottom.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("")
}

fn is_test_file(path: &Path) -> bool {
    path.components().any(|c| {
        c.as_os_str()
            .to_str()
            .is_some_and(|n| n == "tests.rs" || n == "tests")
    })
}

#[test]
fn layers_point_one_way() {
    let table: BTreeMap<&str, &[&str]> = TABLE.iter().copied().collect();
    let mut faults = vec![];
    for (layer, path, text) in sources() {
        let Some(allowed) = table.get(layer.as_str()) else {
            faults.push(format!("src/{layer} is no layer of the table"));
            continue;
        };
        if is_test_file(&path) {
            continue;
        }
        for name in used(without_tests(&text)) {
            if name != layer && table.contains_key(name.as_str()) && !allowed.contains(&name.as_str()) {
                faults.push(format!(
                    "src/{} uses `{name}`, which `{layer}` may not",
                    path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_cli_prints_and_reads_arguments_and_environment() {
    let banned = [
        "std::env::var",
        "std::env::args",
        "env::current_dir",
        "println!",
        "io::stdout",
        "io::stderr",
    ];
    let mut faults = vec![];
    for (layer, path, text) in sources() {
        if layer == "cli" || is_test_file(&path) {
            continue;
        }
        let code = without_tests(&text);
        for word in banned {
            if code
                .lines()
                .any(|l| l.contains(word) && !l.trim_start().starts_with("//"))
            {
                faults.push(format!("src/{} holds `{word}`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_can_be_held_in_the_head() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(_, path, text)| text.lines().count() > LINES && !is_test_file(path))
        .map(|(_, path, text)| format!("src/{} has {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn the_map_shows_every_layer() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (layer, _) in TABLE {
        assert!(
            map.contains(&format!("src/{layer}")),
            "ARCHITECTURE.md does not name src/{layer}"
        );
    }
}

#[test]
fn the_reader_of_paths_sees_groups() {
    let text = "use crate::model::X; use crate::{lang::{a, b}, repo::Y}; $crate::cli::q; supercrate::scan";
    assert_eq!(used(text), ["model", "lang", "repo"]);
}

#[test]
fn every_reader_of_hostile_text_is_fuzzed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    for entry in fs::read_dir(root.join("src/lang")).unwrap() {
        let path = entry.unwrap().path();
        let targets = match path.file_stem().and_then(|name| name.to_str()).unwrap() {
            // Tables, and what the readers share.
            "apis" | "data" | "dynamic" | "mod" | "name" => continue,
            "shell" => vec!["shell_parse", "shell_lower"],
            // What programs do with their operands is reached through the shell.
            "programs" => vec!["shell_lower"],
            name => vec![name],
        };
        for target in targets {
            assert!(
                manifest.contains(&format!("name = \"{target}\"")),
                "fuzz/Cargo.toml has no target {target}"
            );
            let seeds = fs::read_dir(root.join("fuzz/corpus").join(target));
            assert!(
                seeds.is_ok_and(|seeds| seeds.count() > 0),
                "fuzz/corpus has no seeds for {target}"
            );
        }
    }
}
