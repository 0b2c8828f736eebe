//! A clone that does not hold all objects: what a look needs is fetched, and no more.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use super::super::git::{Git, GitError};
use super::super::look::{Look, Looked};
use super::CloneError;
use crate::model::report::Target;
use crate::model::tree::{Entry, ReadError, Unlisted};
use crate::model::{RepoPath, Tree};
use crate::repo;

/// Rounds of looking and fetching. Each round follows references one hop further; a scan follows fewer.
const MOST_ROUNDS: usize = 40;

/// A tree that remembers which of its files could not be read.
struct Noting<'t> {
    tree: &'t dyn Tree,
    missed: RefCell<BTreeSet<RepoPath>>,
}

impl Tree for Noting<'_> {
    fn entries(&self) -> &[Entry] {
        self.tree.entries()
    }

    fn unlisted(&self) -> &[Unlisted] {
        self.tree.unlisted()
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        self.tree.resolve(path)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let read = self.tree.read(path, limit);
        if let (Err(ReadError::Failed(_)), Ok(at)) = (&read, self.tree.resolve(path)) {
            self.missed.borrow_mut().insert(at);
        }
        read
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.tree.size(path)
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.tree.is_executable(path)
    }

    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        self.tree.is_tracked(path)
    }
}

/// Looks at `commit` of the repository in `folder` and fetches from `origin` what the look misses, until
/// it misses nothing that can be had.
pub(super) fn look(
    git: &Git,
    folder: &Path,
    commit: &str,
    origin: &str,
    target: &dyn Fn() -> Target,
    look: &Look<'_>,
) -> Result<Looked, CloneError> {
    // Lists every folder: git fetches those that are missing while it goes.
    let links = links(&git.ask(folder, &["ls-tree", "-r", "-z", commit])?);
    fetch(git, folder, origin, &links)?;
    let mut asked: BTreeSet<String> = links.into_iter().collect();
    for _ in 0..MOST_ROUNDS {
        let opened = repo::open(folder, Some(commit))?;
        let noting = Noting {
            tree: opened.tree(),
            missed: RefCell::default(),
        };
        let looked = look(&opened, &noting, target())?;
        let missed = noting.missed.into_inner();
        let mut ids = BTreeSet::new();
        for path in &missed {
            let args = [
                "--literal-pathspecs",
                "ls-tree",
                "-z",
                commit,
                "--",
                path.as_str(),
            ];
            ids.extend(rows(&git.ask(folder, &args)?).map(|(_, id)| id.to_owned()));
        }
        let news: Vec<String> = ids.into_iter().filter(|id| !asked.contains(id)).collect();
        if news.is_empty() {
            return Ok(looked);
        }
        fetch(git, folder, origin, &news)?;
        asked.extend(news);
    }
    let opened = repo::open(folder, Some(commit))?;
    Ok(look(&opened, opened.tree(), target())?)
}

/// The objects of links: where they lead decides what is read.
fn links(listing: &[u8]) -> Vec<String> {
    rows(listing)
        .filter(|(mode, _)| *mode == "120000")
        .map(|(_, id)| id.to_owned())
        .collect()
}

/// Mode and id of the rows of `git ls-tree -z`.
fn rows(listing: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    listing.split(|b| *b == 0).filter_map(|row| {
        let facts = row.split(|b| *b == b'\t').next()?;
        let mut facts = std::str::from_utf8(facts).ok()?.split(' ');
        Some((facts.next()?, facts.nth(1)?))
    })
}

/// Fetches objects by their ids, as git itself does when one is missing.
fn fetch(git: &Git, folder: &Path, origin: &str, ids: &[String]) -> Result<(), GitError> {
    if ids.is_empty() {
        return Ok(());
    }
    let git = git.with([("fetch.negotiationAlgorithm".to_owned(), "noop".to_owned())]);
    let args = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--filter=blob:none",
        "--stdin",
        "--",
        origin,
    ];
    git.feed(folder, &args, Some((ids.join("\n") + "\n").as_bytes()))?;
    Ok(())
}
