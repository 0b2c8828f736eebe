//! Checks every rule page and class, and writes one static table of them: front matter as JSON,
//! the Markdown by `include_str!`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

#[path = "../src/rules/page/check.rs"]
#[allow(dead_code)]
mod check;
#[path = "../src/rules/page/class.rs"]
#[allow(dead_code)]
mod class;
#[path = "../src/rules/page/form.rs"]
#[allow(dead_code)]
mod form;
#[path = "../src/rules/page/list.rs"]
mod list;
#[path = "../src/rules/page/text.rs"]
#[allow(dead_code)]
mod text;

/// Builds the table. Every problem of every page is in the error, one a line.
pub fn build(root: &Path, out: &Path) -> Result<(), String> {
    let rules = root.join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    println!(
        "cargo::rerun-if-changed={}",
        root.join("src/rules/predicates").display()
    );
    let mut problems = vec![];
    let mut table = String::from("/// Every class: its data as JSON.\npub static CLASSES: &[&str] = &[\n");
    let mut known = check::Known {
        predicates: predicates(root),
        acts: acts(root),
        ..check::Known::default()
    };
    for file in files(&rules.join("classes"), "toml") {
        match read_class(&file) {
            Ok(class) => {
                let json = serde_json::to_string(&class).unwrap_or_default();
                let _ = writeln!(table, "    {json:?},");
                let list = if class.paths.is_empty() {
                    &mut known.variables
                } else {
                    &mut known.paths
                };
                list.push(class.name);
            }
            Err(text) => problems.push(format!("{}: {text}", shown(root, &file))),
        }
    }
    table.push_str("];\n\n/// Every page: family, front matter as JSON, and the whole file.\n");
    table.push_str("pub static PAGES: &[(&str, &str, &str)] = &[\n");
    let mut seen: Vec<String> = vec![];
    for family in folders(&rules) {
        let name = stem(&family);
        if name == "classes" {
            continue;
        }
        for file in files(&family, "md") {
            match read_page(&file, &known) {
                Ok(front) if seen.contains(&front.id) => {
                    problems.push(format!(
                        "{}: another page has the id `{}`",
                        shown(root, &file),
                        front.id
                    ));
                }
                Ok(front) => {
                    let json = serde_json::to_string(&front).unwrap_or_default();
                    let path = file.display().to_string();
                    let _ = writeln!(table, "    ({name:?}, {json:?}, include_str!({path:?})),");
                    seen.push(front.id);
                }
                Err(text) => problems.push(format!("{}: {text}", shown(root, &file))),
            }
        }
    }
    table.push_str("];\n");
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    fs::write(out.join("rules.rs"), table).map_err(|e| format!("cannot write the table of rules: {e}"))
}

fn read_page(file: &Path, known: &check::Known) -> Result<form::Front, String> {
    let page = fs::read_to_string(file).map_err(|e| e.to_string())?;
    let (front, body) = text::split(&page).map_err(|p| p.text)?;
    let front: form::Front = serde_saphyr::from_str(front).map_err(|e| format!("front matter: {e}"))?;
    check::check(&front, &stem(file), known).map_err(|p| p.text)?;
    text::check(body).map_err(|p| p.text)?;
    Ok(front)
}

fn read_class(file: &Path) -> Result<class::NamedClass, String> {
    let text = fs::read_to_string(file).map_err(|e| e.to_string())?;
    let class: class::NamedClass = toml::from_str(&text).map_err(|e| e.to_string())?;
    if class.name != stem(file) {
        return Err(format!("the name `{}` differs from the file name", class.name));
    }
    if class.paths.is_empty() == class.variables.is_empty() {
        return Err("a class has either `paths` or `variables`".to_owned());
    }
    Ok(class)
}

/// The predicates by their files.
fn predicates(root: &Path) -> Vec<String> {
    files(&root.join("src/rules/predicates"), "rs")
        .iter()
        .map(|file| stem(file).replace('_', "-"))
        .filter(|name| name != "mod" && name != "tests")
        .collect()
}

/// The acts of a text by their word lists.
fn acts(root: &Path) -> Vec<String> {
    let words = files(&root.join("lang/prose"), "toml");
    words
        .iter()
        .map(|file| stem(file))
        .filter(|name| name != "words")
        .collect()
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    list(dir)
        .into_iter()
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .collect()
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    list(dir).into_iter().filter(|p| p.is_dir()).collect()
}

fn list(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<PathBuf> = entries
        .unwrap_or_default()
        .into_iter()
        .map(|e| e.path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
