//! The files of a clone: the filters that would write them, and taking them away again.

use std::fs;
use std::path::Path;

use super::super::git::{Git, GitError};
use super::CloneError;

/// Names of filters asked about. A person has a handful.
const MOST_FILTERS: usize = 200;

/// The filters that the user's own configuration defines, but for git-lfs where `lfs` lets it run. Which
/// file goes through which one is the repository's word (`.gitattributes`), so they stay off while the
/// files are first written.
pub(super) fn filters(git: &Git, folder: &Path, lfs: bool) -> Result<Vec<String>, GitError> {
    let args = [
        "config",
        "-z",
        "--name-only",
        "--get-regexp",
        r"^filter\..*\.(smudge|process|required)$",
    ];
    let names = match git.ask(folder, &args) {
        Ok(names) => names,
        // git's way to say that there is none.
        Err(GitError::Failed { says, .. }) if says.is_empty() => return Ok(vec![]),
        Err(error) => return Err(error),
    };
    let mut filters: Vec<String> = String::from_utf8_lossy(&names)
        .split('\0')
        .filter_map(|key| Some(key.strip_prefix("filter.")?.rsplit_once('.')?.0.to_owned()))
        .filter(|name| !(lfs && name == "lfs"))
        .collect();
    filters.sort();
    filters.dedup();
    filters.truncate(MOST_FILTERS);
    Ok(filters)
}

/// Settings that switch a filter off.
pub(super) fn off(name: &str) -> [(String, String); 4] {
    let setting = |key: &str, value: &str| (format!("filter.{name}.{key}"), value.to_owned());
    [
        setting("smudge", ""),
        setting("clean", ""),
        setting("process", ""),
        setting("required", "false"),
    ]
}

/// Which of `filters` the files of the work tree ask for, and for how many files.
pub(super) fn filtered(
    git: &Git,
    folder: &Path,
    filters: &[String],
) -> Result<Vec<(String, usize)>, GitError> {
    let mut out = vec![];
    for name in filters {
        let pattern = format!(":(top,attr:filter={name})");
        let listed = git.ask(folder, &["ls-files", "-z", "--", &pattern]);
        let files = match &listed {
            Ok(listed) => listed.split(|b| *b == 0).filter(|f| !f.is_empty()).count(),
            // A name that a path pattern cannot hold.
            Err(_) => 0,
        };
        if files > 0 {
            out.push((name.clone(), files));
        }
    }
    Ok(out)
}

/// Removes all files of a work tree that git has just written, and git's list of them: what is left is
/// as after a transfer.
pub(super) fn take_away(folder: &Path, git_folder: &Path) -> Result<(), CloneError> {
    for entry in fs::read_dir(folder).map_err(|e| failed(folder, &e))? {
        let entry = entry.map_err(|e| failed(folder, &e))?;
        if entry.file_name() != ".git" {
            remove(&entry.path(), false)?;
        }
    }
    let index = git_folder.join("index");
    match index.symlink_metadata() {
        Ok(_) => fs::remove_file(&index).map_err(|e| failed(&index, &e)),
        Err(_) => Ok(()),
    }
}

/// Removes a file, link or folder with all that is in it, no link followed; with `keep`, only what is in
/// the folder.
pub(super) fn remove(path: &Path, keep: bool) -> Result<(), CloneError> {
    let Ok(meta) = path.symlink_metadata() else {
        return Ok(());
    };
    let done = if !meta.is_dir() {
        fs::remove_file(path)
    } else if keep {
        return fs::read_dir(path)
            .map_err(|e| failed(path, &e))?
            .filter_map(Result::ok)
            .try_for_each(|entry| remove(&entry.path(), false));
    } else {
        fs::remove_dir_all(path)
    };
    done.map_err(|e| failed(path, &e))
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> CloneError {
    CloneError::Files {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}
