//! Packages that a program start fetches and runs.

use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::{Input, Run};
use super::words::Flat;
use super::{address, table};
use crate::model::effect::{Package, Traffic};
use crate::model::{EffectKind, GapReason, Nature, Origin, Via, Word};

/// Applies a package operand. Returns whether it was one.
pub(super) fn apply(run: &mut Run<'_, '_>, given: &Given<'_>, all: &Arguments<'_>) -> bool {
    match given.kind {
        Kind::Package => start(run, given, all),
        Kind::Fetched => fetch(run, given, all),
        _ => return false,
    }
    true
}

/// `npx prettier --write x`: the package's program is started, from the project or from the registry.
fn start(run: &mut Run<'_, '_>, given: &Given<'_>, all: &Arguments<'_>) {
    let word = &given.value;
    if all.ecosystem() == "go" && !word.display().contains('@') {
        run.told = false;
        return;
    }
    // `npx --package a b`: b is the program of package a.
    let from = all
        .given
        .iter()
        .find(|g| g.kind == Kind::Fetched && !g.spelling.is_empty());
    if word
        .as_known()
        .is_some_and(|t| t.starts_with(['.', '/']) && all.ecosystem() != "go")
    {
        let words = std::iter::once(word.clone())
            .chain(rest(all).map(|g| g.value.clone()))
            .collect();
        let places = std::iter::once(given.place)
            .chain(rest(all).map(|g| g.place))
            .collect();
        run.command(words, places, run.call.stdin.clone());
        return;
    }
    let local = all.has("--no-install --no --offline");
    if from.is_none() && !local {
        set(run, word, all);
        connect(run, given);
    }
    if word.as_known().is_none() {
        run.gap(
            given.place,
            GapReason::UnknownProgram,
            "the package to be run is decided at run time",
        );
    }
    let bare = parse(&word.display(), all.ecosystem()).name;
    let known = table::page(&bare).is_some() && word.as_known().is_some() && all.ecosystem() != "docker";
    if known {
        let words = std::iter::once(Word::known(bare))
            .chain(rest(all).map(|g| g.value.clone()))
            .collect();
        let places = std::iter::once(given.place)
            .chain(rest(all).map(|g| g.place))
            .collect();
        run.command(words, places, run.call.stdin.clone());
    } else {
        run.told = false;
        run.use_stdin(true);
    }
}

fn rest<'g, 'p>(all: &'g Arguments<'p>) -> impl Iterator<Item = &'g Given<'p>> {
    all.given.iter().filter(|g| g.kind == Kind::Args)
}

/// `pip install x`, `uv run --with x`
fn fetch(run: &mut Run<'_, '_>, given: &Given<'_>, all: &Arguments<'_>) {
    let text = given.value.display();
    if text.starts_with(['.', '/', '~']) {
        run.told = false;
        return;
    }
    let has = matches!(&run.out.get(run.exec).kind, EffectKind::Exec(exec) if exec.package.is_some());
    if !has {
        set(run, &given.value, all);
    }
    connect(run, given);
}

fn set(run: &mut Run<'_, '_>, word: &Word, all: &Arguments<'_>) {
    let mut package = parse(&word.display(), all.ecosystem());
    package.registry = all
        .given
        .iter()
        .find(|g| g.kind == Kind::Registry)
        .map(|g| g.value.display());
    if let EffectKind::Exec(exec) = &mut run.out.get_mut(run.exec).kind {
        exec.package = Some(package);
    }
}

/// A package given as a URL or repository is fetched from there; its code runs.
fn connect(run: &mut Run<'_, '_>, given: &Given<'_>) {
    let flat = Flat::new(&given.value);
    let at = flat
        .text
        .split_once(" @ ")
        .map_or(flat.text.as_str(), |(_, url)| url);
    let at = at.strip_prefix("git+").unwrap_or(at);
    let word = flat.word(at);
    let host = match at.split_once(':') {
        Some(("github", _)) => Some("github.com"),
        Some(("gitlab", _)) => Some("gitlab.com"),
        Some(("bitbucket", _)) => Some("bitbucket.org"),
        _ => None,
    };
    let connect = match host {
        Some(host) => address::url(&Word::known(host), "https", Traffic::Fetch),
        None if address::is_url(&word) => address::url(&word, "https", Traffic::Fetch),
        None if at.starts_with("git@") => address::remote(&word, "ssh", Traffic::Fetch),
        None => None,
    };
    if let Some(connect) = connect {
        let id = run.connect(connect, given.place, Nature::Stated, &given.value);
        run.out.flow(Origin::Effect(id), run.exec, Via::Argument);
        run.inputs.push(Input {
            origin: Origin::Effect(id),
            via: Via::Pipe,
            decoded: vec![],
        });
    }
}

/// Name, version and pin of a package as its ecosystem spells them.
pub(super) fn parse(text: &str, ecosystem: &str) -> Package {
    let plain = |ecosystem: &str, name: &str, version: Option<&str>, pinned: bool| Package {
        ecosystem: ecosystem.to_owned(),
        name: name.to_owned(),
        version: version.filter(|v| !v.is_empty()).map(ToOwned::to_owned),
        pinned,
        registry: None,
    };
    let git = text.starts_with("git+")
        || text.starts_with("git@")
        || text.starts_with("github:")
        || text.ends_with(".git");
    if git || text.contains("://") {
        let (name, revision) = match text.rsplit_once('#').or_else(|| after_path(text)) {
            Some((name, revision)) => (name, Some(revision)),
            None => (text, None),
        };
        let pinned = revision.is_some_and(is_commit);
        return plain(if git { "git" } else { "url" }, name, revision, pinned);
    }
    match ecosystem {
        "docker" => {
            if let Some((name, digest)) = text.split_once('@') {
                return plain(
                    ecosystem,
                    name,
                    Some(digest),
                    digest.contains(':') && digest.len() > 40,
                );
            }
            match text.rsplit_once(':') {
                Some((name, tag)) if !tag.contains('/') => plain(ecosystem, name, Some(tag), false),
                _ => plain(ecosystem, text, None, false),
            }
        }
        "pypi" => {
            let end = text
                .find(['=', '<', '>', '!', '~', ';', '[', ' '])
                .unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            if let Some((name, version)) = name.split_once('@') {
                return plain(ecosystem, name, Some(version), is_exact(version));
            }
            let rest = rest.split_once(']').map_or(rest, |(_, r)| r).trim();
            let exact = rest.strip_prefix("==").map(str::trim);
            let version = exact.or((!rest.is_empty()).then_some(rest));
            plain(ecosystem, name, version, exact.is_some_and(is_exact))
        }
        _ => {
            let (scope, name) = match text.strip_prefix('@') {
                Some(rest) => ("@", rest),
                None => ("", text),
            };
            let text = match name.split_once("npm:") {
                Some((_, real)) if ecosystem == "npm" => real,
                _ => name,
            };
            match text.rsplit_once('@') {
                Some((name, version)) => {
                    let pinned = is_exact(version) || is_commit(version);
                    plain(ecosystem, &format!("{scope}{name}"), Some(version), pinned)
                }
                None => plain(ecosystem, &format!("{scope}{text}"), None, false),
            }
        }
    }
}

/// `https://x/y@REV`: an at sign behind the host.
fn after_path(text: &str) -> Option<(&str, &str)> {
    let path = text.find("://").map_or(0, |i| i + 3);
    let slash = text.get(path..)?.find('/')? + path;
    let at = text.get(slash..)?.rfind('@')? + slash;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn is_commit(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `1.2.3`, `v1.2.3-rc.1`: all three numbers and no range.
fn is_exact(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let core = text.split(['-', '+']).next().unwrap_or("");
    let mut parts = core.split('.');
    let numbers = parts
        .by_ref()
        .take(6)
        .filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()))
        .count();
    numbers >= 2
        && core.split('.').count() == numbers
        && core.starts_with(|c: char| c.is_ascii_digit())
        && !core.contains(['x', '*'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, ecosystem: &str) -> (String, Option<String>, bool) {
        let package = parse(text, ecosystem);
        (package.name, package.version, package.pinned)
    }

    #[test]
    fn a_pin_is_an_exact_version_a_commit_or_a_digest() {
        assert_eq!(
            of("@scope/tool@1.2.3", "npm"),
            ("@scope/tool".into(), Some("1.2.3".into()), true)
        );
        assert_eq!(
            of("tool@latest", "npm"),
            ("tool".into(), Some("latest".into()), false)
        );
        assert_eq!(
            of("tool@^1.2.0", "npm"),
            ("tool".into(), Some("^1.2.0".into()), false)
        );
        assert_eq!(of("tool", "npm"), ("tool".into(), None, false));
        assert_eq!(of("tool==2.0", "pypi"), ("tool".into(), Some("2.0".into()), true));
        assert_eq!(
            of("tool[extra]>=2", "pypi"),
            ("tool".into(), Some(">=2".into()), false)
        );
        assert_eq!(
            of("img.example/x/y:1", "docker"),
            ("img.example/x/y".into(), Some("1".into()), false)
        );
        let digest = format!("x@sha256:{}", "a".repeat(64));
        assert!(of(&digest, "docker").2);
        let commit = format!("git+https://code.example/x@{}", "a".repeat(40));
        assert!(of(&commit, "pypi").2);
        assert!(!of("git+https://code.example/x@main", "pypi").2);
    }
}
