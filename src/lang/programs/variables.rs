//! Variables given to a command that make it load, start or connect (`lang/variables.toml`).

use super::arguments::Arguments;
use super::page::{Kind, Page};
use super::run::Run;
use super::start::wildcard;
use super::words::{self, Flat};
use super::{address, table};
use crate::model::effect::Traffic;
use crate::model::lowered::Target;
use crate::model::{Location, Nature, Place, Word};

/// Whether a variable of this name makes programs load, start or connect. Callers hand such
/// variables to a [`super::Call`] even when they were exported earlier.
#[must_use]
pub fn acts(name: &str) -> bool {
    meaning(name).is_some()
}

fn meaning(name: &str) -> Option<&'static str> {
    let found = table::VARIABLES
        .iter()
        .find(|(pattern, _)| wildcard(pattern, name));
    let same = |pattern: &str| pattern.starts_with("npm_config_") && pattern.eq_ignore_ascii_case(name);
    found
        .or_else(|| table::VARIABLES.iter().find(|(pattern, _)| same(pattern)))
        .map(|(_, meaning)| *meaning)
}

/// Adds what giving `name` the value `value` makes the started program do.
pub(super) fn apply(run: &mut Run<'_, '_>, name: &str, value: &Word, place: Place) {
    let Some(meaning) = meaning(name) else { return };
    if value.is_empty() {
        return;
    }
    let (kind, argument) = meaning.split_once(':').unwrap_or((meaning, ""));
    match kind {
        "shell" => {
            let text = words::strip(value, "|").unwrap_or_else(|| value.clone());
            run.shell(text, place, vec![], None);
        }
        "program" => {
            let words = words::fields(value);
            run.option_command(words, place);
        }
        "load" => {
            for file in split(value, &[':', ' ']) {
                run.load(&file, place, argument);
            }
        }
        "options" => options(run, argument, value, place),
        "folders" => folders(run, argument, value, place),
        "uses" => {
            run.told = false;
            run.read(value, place, false, Nature::Stated);
        }
        "proxy" | "registry" => {
            for address in split(value, &[',', ' ']) {
                let traffic = if kind == "proxy" {
                    Traffic::Both
                } else {
                    Traffic::Fetch
                };
                let connect = address::is_url(&address)
                    .then(|| address::url(&address, "http", traffic))
                    .flatten();
                if let Some(connect) = connect {
                    run.connect(connect, place, Nature::Stated, &address);
                }
            }
        }
        _ => run.told = false,
    }
}

/// Options of a program in a variable: only those that load or start count.
fn options(run: &mut Run<'_, '_>, program: &str, value: &Word, place: Place) {
    let Some(page): Option<&'static Page> = table::page(program) else {
        return;
    };
    let argv = words::fields(value);
    let all = Arguments::read(page, &argv, &vec![place; argv.len()], place);
    for given in &all.given {
        let acts = !matches!(given.kind, Kind::Flag | Kind::Text) && !given.spelling.is_empty();
        if acts && !run.start(given, &all) {
            run.apply(given, &all);
        }
    }
    run.told &= all.uncovered.is_empty();
}

fn folders(run: &mut Run<'_, '_>, what: &str, value: &Word, place: Place) {
    for folder in split(value, &[':']) {
        let at = run.path(&folder).at;
        // A variable put back into itself (`$PATH`) and the system's folders change nothing.
        if matches!(at, Location::Unknown) || folder.is_empty() {
            continue;
        }
        let system = ["/usr", "/bin", "/sbin", "/opt", "/lib"];
        if matches!(&at, Location::Absolute(path) if system.iter().any(|dir| path.starts_with(dir))) {
            continue;
        }
        match what {
            "python" => {
                let names = vec!["sitecustomize.py".to_owned(), "usercustomize.py".to_owned()];
                run.reference(
                    Target::Loaded {
                        dir: at,
                        names,
                        language: "python".into(),
                    },
                    vec![],
                    place,
                );
            }
            "path" => {
                let program = run.call.program.display();
                let script = at.join(&program);
                let known = match (&script, run.call.context.tree) {
                    (Location::Tree(path), Some(tree)) => tree.resolve(path).is_ok(),
                    _ => false,
                };
                run.told &= !matches!(at, Location::Tree(_));
                if known && !program.contains('/') {
                    run.reference(
                        Target::Script {
                            path: script,
                            language: None,
                        },
                        run.call.argv.to_vec(),
                        place,
                    );
                }
            }
            _ => run.told = false,
        }
    }
}

fn split(value: &Word, at: &[char]) -> Vec<Word> {
    let flat = Flat::new(value);
    // A URL or drive keeps its colon.
    if flat.text.contains("://") && at.contains(&':') {
        return vec![value.clone()];
    }
    flat.text
        .split(at)
        .filter(|part| !part.is_empty())
        .map(|part| flat.word(part))
        .collect()
}
