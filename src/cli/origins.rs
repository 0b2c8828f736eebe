//! Origins that are trusted: what stands on their default branch, from a fetch of our own.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use super::signers;
use super::trusted::{Current, Seen, now};
use crate::doors::git::Git;
use crate::doors::origin;
use crate::trust::origins::{Origins, Source};
use crate::trust::{Approved, Store, TrustState, verify};

/// The configuration: yours, and the organisation's.
const FILE: &str = "trusted-origins.toml";
/// An origin is not asked again within this time.
const PAUSE: Duration = Duration::from_secs(60);
/// Holds the id of the newest commit fetched; its time is that of the fetch.
const NEWEST: &str = "newest";

/// What the trusted origin of the repository approves; nothing where there is none. The origin is asked
/// only when what was fetched before does not approve what is there.
///
/// # Errors
/// The configuration cannot be used, or the origin cannot be asked.
pub(super) fn approved(store: &Store, current: &Seen<'_>) -> anyhow::Result<Vec<Approved>> {
    let mut origins = Origins::default();
    for file in signers::usual(FILE) {
        let text = signers::read(&file, current.opened.root())?;
        let more = Origins::parse(&text).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
        origins.add(more);
    }
    let Some(source) = origins.source(current.identity) else {
        return Ok(vec![]);
    };
    let folder = store.root().join("fetched").join(current.identity.key());
    let (git, _) = super::environment::git()?;
    let before = std::fs::read_to_string(folder.join(NEWEST)).ok();
    if let Some(newest) = &before {
        let states = states(&git, &folder, newest.trim(), current, &source)?;
        let fresh = folder.join(NEWEST).metadata().and_then(|meta| meta.modified());
        let fresh = fresh.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < PAUSE));
        if fresh || verify(current.closure, false, &states).state == TrustState::Approved {
            return Ok(states);
        }
    }
    let newest = origin::fetch(
        &git,
        &source.url,
        source.branch.as_deref(),
        &folder.join("repository"),
    )?;
    std::fs::write(folder.join(NEWEST), &newest)
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    states(&git, &folder, &newest, current, &source)
}

/// The newest commit, and the one that the clone stands on if it leads there. The clone only says its id:
/// what the commit holds is read from our own fetch.
fn states(
    git: &Git,
    folder: &Path,
    newest: &str,
    current: &Seen<'_>,
    source: &Source,
) -> anyhow::Result<Vec<Approved>> {
    let repository = folder.join("repository");
    let mut commits = vec![newest.to_owned()];
    if let Some(head) = current.head()
        && head != newest
        && origin::leads_to(git, &repository, &head, newest)
    {
        commits.push(head);
    }
    let mut states = vec![];
    for commit in commits {
        let Ok(there) = Current::read(&repository, Some(&commit)) else {
            anyhow::bail!("commit {commit} of {} cannot be read", source.url);
        };
        states.push(Approved::new(
            &format!("trusted origin {}", source.url),
            now(),
            &there.closure.entries,
        ));
    }
    Ok(states)
}
