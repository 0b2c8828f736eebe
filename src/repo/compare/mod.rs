//! [`open_compared`]: two commits of one repository, from the object database. Nothing is checked out.

use std::path::Path;

use super::error::OpenError;
use super::git::history::{self, Fork};
use super::git::objects::Objects;
use super::git::revision;
use super::open::{Opened, git_of, open_with};
use super::options::Options;

/// What the head of a change is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The last commit that base and head share: what the base gained since is none of the change.
    MergeBase,
    /// The base itself, for want of one such commit. More may be told than the change adds, never less:
    /// what is in the head and not in the base is told, whoever brought it.
    Base {
        /// Why there is no merge base, in words.
        why: &'static str,
    },
}

/// Two commits to compare.
#[derive(Debug)]
pub struct Compared {
    /// What is compared with.
    pub base: Opened,
    /// The change.
    pub head: Opened,
    /// Which commit `base` is.
    pub against: Against,
}

/// Opens the commit that `options.rev` names (`HEAD` if none) and the one it is compared with: the merge
/// base of `base` and it, where the history at hand has exactly one, else the commit `base` names.
///
/// # Errors
/// See [`OpenError`]; [`OpenError::MissingBase`] where the base was not fetched.
pub fn open_compared(path: &Path, base: &str, options: &Options) -> Result<Compared, OpenError> {
    let git = git_of(path, options)?;
    let objects = Objects::open(&git, options.most_object_bytes)?;
    let rev = options.rev.as_deref().unwrap_or("HEAD");
    let head = revision::resolve(&git, &objects, rev)?;
    let tip = revision::resolve(&git, &objects, base).map_err(|e| missing(e, base))?;
    let fork = history::fork(&objects, tip, head).map_err(|e| missing(e, base))?;
    let (start, against) = match fork {
        Fork::At(id) => (id, Against::MergeBase),
        Fork::Nowhere => (tip, instead("they share no history")),
        Fork::Several => (tip, instead("their histories cross several times")),
        Fork::CutOff => (tip, instead("the history at hand is cut off (a shallow clone)")),
        Fork::TooFar => (tip, instead("their histories part too far back")),
    };
    let open = |commit: String| {
        let options = Options {
            rev: Some(commit),
            ..options.clone()
        };
        open_with(path, &options)
    };
    Ok(Compared {
        base: open(start.to_string()).map_err(|e| missing(e, base))?,
        head: open(head.to_string())?,
        against,
    })
}

fn instead(why: &'static str) -> Against {
    Against::Base { why }
}

/// Says of a base that was not fetched how to fetch it.
fn missing(error: OpenError, base: &str) -> OpenError {
    if !matches!(
        error,
        OpenError::UnknownRevision(_) | OpenError::MissingObject { .. }
    ) {
        return error;
    }
    let name = base.strip_prefix("origin/").unwrap_or(base);
    // Only what can be pasted into a shell; `HEAD~3` is no name that a server knows.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let nameable = !name.is_empty() && !name.starts_with('-') && name != "HEAD" && name.chars().all(plain);
    OpenError::MissingBase {
        rev: base.to_owned(),
        fetch: if nameable { name } else { "BASE" }.to_owned(),
    }
}

#[cfg(test)]
mod tests;
