//! Which variables of the environment a door hands on: the table `doors/variables.toml`.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

const TABLE: &str = include_str!("../../doors/variables.toml");

/// Name and value.
pub type Variable = (OsString, OsString);

/// For whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// git, as the doors start it.
    Git,
    /// What `run` starts.
    Agent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Condition {
    Always,
    Inside,
    Entries,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    door: Vec<Door>,
    names: Vec<String>,
    #[serde(default)]
    when: Option<Condition>,
    why: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    keep: Vec<Row>,
    variable: Vec<Row>,
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    // A test reads the table; a table that does not parse never leaves the house.
    PARSED.get_or_init(|| toml::from_str(TABLE).unwrap_or_default())
}

/// A variable that is not handed on as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why, in words.
    pub why: &'static str,
    /// Only entries of it were left out.
    pub in_part: bool,
}

/// What is handed on of `environment`, and what is not. `inside`: folders whose content is not trusted.
#[must_use]
pub fn scrub(door: Door, environment: &[Variable], inside: &[&Path]) -> (Vec<Variable>, Vec<LeftOut>) {
    let (mut kept, mut left_out) = (vec![], vec![]);
    for (name, value) in environment {
        let text = name.to_string_lossy();
        let rows = |rows: &'static [Row]| {
            rows.iter().find(|row| {
                row.door.contains(&door) && row.names.iter().any(|pattern| matches(pattern, &text))
            })
        };
        let row = match rows(&table().keep) {
            Some(_) => None,
            None => rows(&table().variable),
        };
        let Some(row) = row else {
            kept.push((name.clone(), value.clone()));
            continue;
        };
        let mut leave = |in_part| {
            left_out.push(LeftOut {
                name: text.to_string(),
                why: &row.why,
                in_part,
            });
        };
        match row.when.unwrap_or(Condition::Always) {
            Condition::Always => leave(false),
            Condition::Inside if names_inside(value, inside) => leave(false),
            Condition::Inside => kept.push((name.clone(), value.clone())),
            Condition::Entries => {
                let all: Vec<_> = std::env::split_paths(value).collect();
                let good: Vec<_> = all
                    .iter()
                    .filter(|p| p.is_absolute() && !is_inside(p, inside))
                    .collect();
                if good.len() < all.len() {
                    leave(true);
                }
                match std::env::join_paths(&good) {
                    Ok(joined) if !good.is_empty() => kept.push((name.clone(), joined)),
                    _ => {}
                }
            }
        }
    }
    (kept, left_out)
}

fn matches(pattern: &str, name: &str) -> bool {
    let same = |a: &str, b: &str| {
        if cfg!(windows) {
            a.eq_ignore_ascii_case(b)
        } else {
            a == b
        }
    };
    match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|head| same(head, start)),
        None => same(pattern, name),
    }
}

/// Whether some word of `value` is a relative path with a folder in it, or lies in one of `inside`.
fn names_inside(value: &OsStr, inside: &[&Path]) -> bool {
    let text = value.to_string_lossy();
    text.split([' ', '=', ',', ':', ';', '"', '\'', '\t'])
        .filter(|word| !word.is_empty())
        .any(|word| {
            let path = Path::new(word);
            let relative = !path.is_absolute() && (word.contains('/') || word.starts_with('.'));
            relative || is_inside(path, inside)
        })
}

fn is_inside(path: &Path, inside: &[&Path]) -> bool {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    inside
        .iter()
        .any(|folder| path.starts_with(folder) || real.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(door: Door, pairs: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let environment: Vec<Variable> = pairs
            .iter()
            .map(|(n, v)| (OsString::from(n), OsString::from(v)))
            .collect();
        let (kept, left) = scrub(door, &environment, &[Path::new("/repo")]);
        let shown = |(n, v): &Variable| format!("{}={}", n.display(), v.display());
        (
            kept.iter().map(shown).collect(),
            left.into_iter().map(|l| l.name).collect(),
        )
    }

    #[test]
    fn the_table_can_be_read_and_every_row_says_why() {
        let table: Table = toml::from_str(TABLE).expect("the table");
        assert!(table.keep.iter().all(|row| row.when.is_none()));
        for row in table.keep.iter().chain(&table.variable) {
            assert!(!row.why.is_empty() && !row.door.is_empty() && !row.names.is_empty());
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_agent_gets_what_a_person_set_but_nothing_that_leads_into_the_repository() {
        let (kept, left) = scrubbed(
            Door::Agent,
            &[
                ("NODE_OPTIONS", "--max-old-space-size=4096"),
                ("BASH_ENV", "/repo/env.sh"),
                ("PYTHONPATH", "/opt/lib:/repo/lib:lib"),
                ("HOME", "/repo/home"),
                ("GIT_DIR", "/elsewhere"),
                ("GIT_SSH_COMMAND", "ssh -i /home/a/key"),
                ("ANTHROPIC_API_KEY", "x"),
            ],
        );
        assert_eq!(
            kept,
            [
                "NODE_OPTIONS=--max-old-space-size=4096",
                "PYTHONPATH=/opt/lib",
                "GIT_SSH_COMMAND=ssh -i /home/a/key",
                "ANTHROPIC_API_KEY=x"
            ]
        );
        assert_eq!(left, ["BASH_ENV", "PYTHONPATH", "HOME", "GIT_DIR"]);
    }

    #[cfg(unix)]
    #[test]
    fn git_gets_no_variable_that_starts_something() {
        let (kept, left) = scrubbed(
            Door::Git,
            &[
                ("HOME", "/home/a"),
                ("GIT_SSH_COMMAND", "sh -c x"),
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_GLOBAL", "/home/a/.gitconfig"),
                ("GIT_DIR", "/elsewhere"),
                ("PATH", "/usr/bin:/repo/bin:.:bin"),
                ("EDITOR", "vim"),
                ("LD_PRELOAD", "./x.so"),
            ],
        );
        assert_eq!(
            kept,
            [
                "HOME=/home/a",
                "GIT_CONFIG_GLOBAL=/home/a/.gitconfig",
                "PATH=/usr/bin",
                "EDITOR=vim"
            ]
        );
        assert_eq!(
            left,
            [
                "GIT_SSH_COMMAND",
                "GIT_CONFIG_COUNT",
                "GIT_DIR",
                "PATH",
                "LD_PRELOAD"
            ]
        );
    }
}
