//! A fetch of our own from an origin that is trusted, into a folder of our own.

use std::path::Path;

use super::git::{Git, GitError};

/// Commits before the newest that are fetched: a clone may be a little behind.
const DEPTH: u32 = 50;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The folder cannot be made.
    #[error("cannot make {folder}: {why}")]
    Folder {
        /// Where.
        folder: String,
        /// In the system's words.
        why: std::io::Error,
    },
}

/// Fetches the branch (else what the remote's HEAD names) of `url` into the bare repository `folder`,
/// which need not exist, and returns its newest commit.
///
/// # Errors
/// See [`FetchError`].
pub fn fetch(git: &Git, url: &str, branch: Option<&str>, folder: &Path) -> Result<String, FetchError> {
    if !folder.join("HEAD").is_file() {
        std::fs::create_dir_all(folder).map_err(|why| FetchError::Folder {
            folder: folder.display().to_string(),
            why,
        })?;
        git.ask(folder, &["init", "--quiet", "--bare", "--template="])?;
    }
    let from = branch.map_or_else(|| "HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
    let into = format!("+{from}:refs/fetched/newest");
    let depth = format!("--depth={DEPTH}");
    git.ask(
        folder,
        &[
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            &depth,
            "--",
            url,
            &into,
        ],
    )?;
    let commit = git.ask(folder, &["rev-parse", "--verify", "refs/fetched/newest^{commit}"])?;
    Ok(String::from_utf8_lossy(&commit).trim().to_owned())
}

/// Whether `commit`, a full id, is `newest` or one of the commits before it that were fetched.
#[must_use]
pub fn leads_to(git: &Git, folder: &Path, commit: &str, newest: &str) -> bool {
    let full = commit.len() >= 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
    full && git
        .ask(folder, &["merge-base", "--is-ancestor", commit, newest])
        .is_ok()
}
