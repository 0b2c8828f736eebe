//! `clone`: real git does the transfer without any file; the commit is looked at in the object database;
//! only then, and only if let in, files are written, and what was written is looked at once more.

use std::path::{Path, PathBuf};

use super::git::{Git, GitError};
use super::look::{Look, LookError, Looked};
use crate::model::report::Target;
use crate::repo::{self, OpenError};

mod address;
mod arguments;
mod files;
mod options;
mod partial;
mod submodules;

pub use arguments::{ArgumentError, Form, Request};

/// Why a clone could not be completed. Messages may hold text of the repository: escape them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloneError {
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The commit cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The approvals cannot be read.
    #[error(transparent)]
    Look(#[from] LookError),
    /// The file system said no.
    #[error("`{path}`: {why}")]
    Files {
        /// Where.
        path: String,
        /// In the system's words.
        why: String,
    },
}

/// What is asked about: the repository itself, or a submodule of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The folder of the clone, as typed.
    pub folder: PathBuf,
    /// The submodule's path below it, for a submodule. Text of the repository.
    pub submodule: Option<String>,
    /// The commit.
    pub commit: String,
    /// It goes no further whatever the answer is (`--bare`, `--no-checkout`).
    pub without_files: bool,
}

/// What `cli` hands in.
pub struct Hands<'a> {
    /// Looks at a tree.
    pub look: &'a Look<'a>,
    /// Shows a look and answers whether the part may get its files.
    pub decide: &'a mut dyn FnMut(&Part, &Looked) -> bool,
    /// Takes what git says, raw.
    pub said: &'a mut dyn FnMut(&str),
    /// git shall show its progress.
    pub progress: bool,
    /// git-lfs may fetch and write large files.
    pub lfs: bool,
}

impl std::fmt::Debug for Hands<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hands").finish_non_exhaustive()
    }
}

/// How a clone ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Files are there, and they are what was shown.
    CheckedOut {
        /// Files that one of the user's filters would have written otherwise: the filter, and how many.
        filtered: Vec<(String, usize)>,
        /// Submodules that were not let in, could not be transferred, or were not what was shown.
        without: Vec<Without>,
    },
    /// It was let in as it is: without files, as asked.
    AsAsked,
    /// There is no commit, so nothing to look at.
    Empty,
    /// Not let in: no file was written.
    Refused,
    /// What git wrote is not what was shown: the files are gone again.
    Different(Vec<String>),
}

/// A submodule that has no files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// Its path. Text of the repository.
    pub path: String,
    /// Why, in words; may hold text of the repository.
    pub why: String,
    /// It was refused, as opposed to failed.
    pub refused: bool,
}

/// A clone whose transfer is done.
#[derive(Debug)]
pub struct Transferred {
    /// The folder, absolute.
    folder: PathBuf,
    /// The folder was there (and empty) before.
    was_there: bool,
    separate: Option<PathBuf>,
}

impl Transferred {
    /// Removes what the transfer made. A folder that was there stays, empty.
    ///
    /// # Errors
    /// The file system said no.
    pub fn remove(&self) -> Result<(), CloneError> {
        files::remove(&self.folder, self.was_there)?;
        match &self.separate {
            Some(separate) => files::remove(separate, false),
            None => Ok(()),
        }
    }

    /// The folder, absolute.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Lets git transfer what was asked for. No file of the repository is written, no submodule touched.
/// `here` is the folder that relative paths start from.
///
/// # Errors
/// git failed; it has said why, and removed what it began.
pub fn transfer(
    git: &Git,
    request: &Request,
    here: &Path,
    hands: &mut Hands<'_>,
) -> Result<Transferred, CloneError> {
    let folder = here.join(&request.folder);
    let was_there = folder.symlink_metadata().is_ok();
    git.tell(None, &request.transfer(hands.progress), hands.said)?;
    Ok(Transferred {
        folder,
        was_there,
        separate: request.separate.as_ref().map(|at| here.join(at)),
    })
}

/// Looks at what was transferred, asks, and has the files written.
///
/// # Errors
/// The commit could not be read, or git failed. No file was written then, or all are gone again.
pub fn settle(
    git: &Git,
    request: &Request,
    transferred: &Transferred,
    hands: &mut Hands<'_>,
) -> Result<Ended, CloneError> {
    let place = Place {
        // Of a git folder elsewhere, `.git` is a pointer that the reader of commits does not believe.
        objects: transferred.separate.as_ref().unwrap_or(&transferred.folder),
        folder: &transferred.folder,
        origin: request
            .origin
            .as_ref()
            .and_then(|o| o.to_str())
            .unwrap_or("origin"),
        partial: request.partial && request.form != Form::Bare,
        sparse: request.is_sparse(),
    };
    let commit = match place.head(git) {
        Ok(commit) => commit,
        Err(OpenError::NoCommits) => return Ok(Ended::Empty),
        Err(error) => return Err(error.into()),
    };
    let part = Part {
        folder: request.folder.clone(),
        submodule: None,
        commit,
        without_files: request.form != Form::WorkTree,
    };
    let before = place.look(git, &part, hands.look)?;
    if !(hands.decide)(&part, &before) {
        return Ok(Ended::Refused);
    }
    if part.without_files {
        return Ok(Ended::AsAsked);
    }
    let filtered = match place.check_out(git, &part, &before, hands)? {
        Written::As(filtered) => filtered,
        Written::Other(lines) => return Ok(Ended::Different(lines)),
    };
    let without = match &request.submodules {
        Some(patterns) => submodules::settle(git, request, patterns, &transferred.folder, hands)?,
        None => vec![],
    };
    Ok(Ended::CheckedOut { filtered, without })
}

/// Where a repository lies that is being let in.
struct Place<'a> {
    /// A folder from which its objects are read.
    objects: &'a Path,
    /// The work tree.
    folder: &'a Path,
    origin: &'a str,
    partial: bool,
    sparse: bool,
}

/// What became of the files.
enum Written {
    /// As shown, with the filters that did not run.
    As(Vec<(String, usize)>),
    /// Otherwise than shown; they are gone again.
    Other(Vec<String>),
}

impl Place<'_> {
    /// The commit that `HEAD` names.
    fn head(&self, git: &Git) -> Result<String, OpenError> {
        if self.partial {
            // Not even the commit's folder need be here: git says what the name stands for.
            let said = git.ask(
                self.folder,
                &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
            );
            let id = said.map_err(|_| OpenError::NoCommits)?;
            return Ok(String::from_utf8_lossy(id.trim_ascii()).into_owned());
        }
        let opened = repo::open(self.objects, Some("HEAD"))?;
        opened.commit().ok_or(OpenError::NoCommits)
    }

    fn git_folder(&self) -> PathBuf {
        if self.objects == self.folder {
            self.folder.join(".git")
        } else {
            self.objects.to_owned()
        }
    }

    fn target(part: &Part, kind: &'static str) -> Target {
        let mut path = part.folder.display().to_string();
        if let Some(submodule) = &part.submodule {
            path = format!("{path}/{submodule}");
        }
        Target {
            kind,
            path,
            rev: (kind == "commit").then(|| part.commit.chars().take(12).collect()),
            base: None,
            digest: None,
        }
    }

    /// Looks at the commit in the object database.
    fn look(&self, git: &Git, part: &Part, look: &Look<'_>) -> Result<Looked, CloneError> {
        let target = || Self::target(part, "commit");
        if self.partial {
            return partial::look(git, self.objects, &part.commit, self.origin, &target, look);
        }
        let opened = repo::open(self.objects, Some(&part.commit))?;
        Ok(look(&opened, opened.tree(), target())?)
    }

    /// Has git write the files of the commit, and looks at what it wrote.
    fn check_out(
        &self,
        git: &Git,
        part: &Part,
        before: &Looked,
        hands: &mut Hands<'_>,
    ) -> Result<Written, CloneError> {
        let filters = files::filters(git, self.folder, hands.lfs)?;
        let quiet = git.with(filters.iter().flat_map(|name| files::off(name)));
        let head = quiet.ask(
            self.folder,
            &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
        );
        // A submodule stands on its pinned commit, whatever its branch is.
        let moves = head.ok().as_deref().map(<[u8]>::trim_ascii) != Some(part.commit.as_bytes());
        let mut args = vec!["checkout", "--force", "--no-recurse-submodules"];
        args.push(if hands.progress { "--progress" } else { "--quiet" });
        args.push(if moves { &part.commit } else { "HEAD" });
        args.push("--");
        let written = quiet.tell(Some(self.folder), &args, hands.said);
        let after = written.map_err(CloneError::from).and_then(|()| {
            let opened = repo::open(self.folder, None)?;
            Ok((hands.look)(
                &opened,
                opened.tree(),
                Self::target(part, opened.kind()),
            )?)
        });
        match after {
            Err(error) => {
                files::take_away(self.folder, &self.git_folder())?;
                Err(error)
            }
            Ok(after) => {
                let beyond = after.beyond(before, self.sparse);
                if beyond.is_empty() {
                    return Ok(Written::As(files::filtered(&quiet, self.folder, &filters)?));
                }
                files::take_away(self.folder, &self.git_folder())?;
                Ok(Written::Other(beyond))
            }
        }
    }
}
