//! git's own hooks: after a checkout, merge or rebase that brings configuration which nobody approved, a
//! warning. The work tree stays as git made it.
//!
//! git looks for hooks in one folder: `.git/hooks`, or where `core.hooksPath` says. Of one repository we
//! write into `.git/hooks`; for all repositories of a person into the folder of their own
//! `core.hooksPath`, or one of ours. A hook that stood there is kept beside ours and started first.

use std::fs;
use std::path::{Path, PathBuf};

use super::git::{Git, GitError};
use super::install::{self, Done, InstallError};

mod script;

pub use script::MARK;

/// The operations that bring files.
const OURS: &[&str] = &["post-checkout", "post-merge", "post-rewrite"];

/// Hooks of a repository that a person's own folder hides (githooks(5)). Left out: those whose mere
/// presence changes what git does (`push-to-checkout`, `proc-receive`), and those that git starts many
/// times in one command (`reference-transaction`, `post-index-change`).
const CHAINED: &[&str] = &[
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "pre-push",
    "pre-receive",
    "update",
    "post-receive",
    "post-update",
    "pre-auto-gc",
    "sendemail-validate",
];

/// What a hook that stood there before is called while ours stands in its place.
const BEFORE: &str = ".before-claude-guard";

/// Why hooks could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HooksError {
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file could not be read or written.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// Another setting decides where git looks for hooks.
    #[error("git does not look into `{folder}`: `core.hooksPath` is `{to}` in {origin}. {way_out}")]
    Overridden {
        /// Where we would have written.
        folder: String,
        /// Where git looks.
        to: String,
        /// Who says so.
        origin: String,
        /// What to do.
        way_out: String,
    },
}

/// For whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// One repository, by a folder of it.
    Repository(PathBuf),
    /// Every repository of a person. The folder is ours, used where they have none of their own.
    Person(PathBuf),
}

/// What was done, and what to know besides.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files, one by one.
    pub done: Vec<Done>,
    /// The person's configuration was changed.
    pub configured: bool,
    /// In words; may hold text of a repository.
    pub notes: Vec<String>,
}

/// Sets up the hooks, which start `program`. `git` must not be one that switches hooks off.
///
/// # Errors
/// See [`HooksError`]; nothing was written where another setting decides.
pub fn set_up(git: &Git, whose: &Whose, program: &Path) -> Result<Outcome, HooksError> {
    let mut outcome = Outcome::default();
    let (folder, ours) = match whose {
        Whose::Repository(at) => (in_repository(git, at, &mut outcome)?, false),
        Whose::Person(own) => match persons(git)? {
            Some(folder) => {
                let ours = folder == *own;
                (folder, ours)
            }
            None => {
                outcome.configured = true;
                (own.clone(), true)
            }
        },
    };
    for name in OURS {
        one(&folder, name, &script::warns(name, program, ours), &mut outcome)?;
    }
    if ours {
        for name in CHAINED {
            one(&folder, name, &script::chains(name), &mut outcome)?;
        }
        outcome.notes.push(
            "a repository's own hooks still run; push-to-checkout, proc-receive, reference-transaction and \
             post-index-change hooks do not"
                .to_owned(),
        );
    }
    if matches!(whose, Whose::Repository(_)) && outcome.done.iter().any(Done::is_change) {
        outcome.notes.push(
            "these hooks are among what runs here: where the repository was approved, approve it again"
                .to_owned(),
        );
    }
    if matches!(whose, Whose::Person(_)) {
        if outcome.configured {
            let text = folder.display().to_string();
            git.ask(Path::new("/"), &["config", "--global", "core.hooksPath", &text])?;
        }
        outcome.notes.push(
            "where a repository sets `core.hooksPath` itself (husky does), git looks only there: \
             `claude-guard setup --git --repo` says so for each"
                .to_owned(),
        );
    }
    Ok(outcome)
}

/// Takes away what [`set_up`] made: hooks that stood there before are back in their place.
///
/// # Errors
/// See [`HooksError`].
pub fn take_down(git: &Git, whose: &Whose) -> Result<Outcome, HooksError> {
    let mut outcome = Outcome::default();
    let folder = match whose {
        Whose::Repository(at) => default_folder(git, at)?,
        Whose::Person(own) => persons(git)?.unwrap_or_else(|| own.clone()),
    };
    for name in OURS.iter().chain(CHAINED) {
        let hook = folder.join(name);
        if !install::read_lossy(&hook).contains(MARK) {
            continue;
        }
        outcome.done.push(install::remove(&hook)?);
        let before = aside(&hook);
        if before.symlink_metadata().is_ok() {
            outcome.done.push(install::rename(&before, &hook)?);
        }
    }
    // Only a folder with nothing in it goes.
    let _ = fs::remove_dir(&folder);
    if let Whose::Person(own) = whose
        && folder == *own
        && persons(git)?.is_some()
    {
        git.ask(
            Path::new("/"),
            &["config", "--global", "--unset-all", "core.hooksPath"],
        )?;
        outcome.configured = true;
    }
    Ok(outcome)
}

fn one(folder: &Path, name: &str, text: &str, outcome: &mut Outcome) -> Result<(), HooksError> {
    let hook = folder.join(name);
    if hook.symlink_metadata().is_ok() && !install::read_lossy(&hook).contains(MARK) {
        let before = aside(&hook);
        if before.symlink_metadata().is_ok() {
            let why = format!("`{}` is in the way", before.display());
            outcome.done.push(Done::Left(hook, why));
            return Ok(());
        }
        outcome.done.push(install::rename(&hook, &before)?);
    }
    outcome.done.push(install::write(&hook, text, true)?);
    Ok(())
}

fn aside(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(BEFORE);
    name.into()
}

/// The folder of the repository's hooks, if git looks there.
fn in_repository(git: &Git, at: &Path, outcome: &mut Outcome) -> Result<PathBuf, HooksError> {
    let folder = default_folder(git, at)?;
    let args = [
        "config",
        "-z",
        "--show-scope",
        "--show-origin",
        "--get",
        "core.hooksPath",
    ];
    if let Ok(said) = git.ask(at, &args) {
        let said = String::from_utf8_lossy(&said).into_owned();
        let mut parts = said.split('\0');
        let (scope, origin, to) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        if !to.is_empty() {
            let own = !matches!(scope, Some("local" | "worktree"));
            return Err(HooksError::Overridden {
                folder: folder.display().to_string(),
                to: to.to_owned(),
                origin: origin
                    .unwrap_or("your configuration")
                    .trim_start_matches("file:")
                    .to_owned(),
                way_out: way_out(own, to),
            });
        }
    }
    let top = git.ask(at, &["rev-parse", "--show-toplevel"]).ok();
    let top = top.map(|t| PathBuf::from(String::from_utf8_lossy(t.trim_ascii_end()).into_owned()));
    let lefthook = |top: &PathBuf| {
        ["lefthook", ".lefthook"].iter().any(|n| {
            ["yml", "yaml", "toml", "json"]
                .iter()
                .any(|e| top.join(format!("{n}.{e}")).is_file())
        })
    };
    if top.as_ref().is_some_and(lefthook) {
        outcome
            .notes
            .push("lefthook writes its hooks anew on `lefthook install`: run this again after it".to_owned());
    }
    Ok(folder)
}

fn way_out(own: bool, to: &str) -> String {
    if own {
        return "Use `claude-guard setup --git --global`, which chains to the hooks there".to_owned();
    }
    let husky = to.split(['/', '\\']).any(|part| part == ".husky");
    let file = if husky {
        ".husky/post-checkout"
    } else {
        "its post-checkout"
    };
    format!(
        "Nothing is written into the work tree: add the line `claude-guard warn` to {file}, or remove the setting"
    )
}

fn default_folder(git: &Git, at: &Path) -> Result<PathBuf, HooksError> {
    let said = git.ask(at, &["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
    let text = String::from_utf8_lossy(said.trim_ascii_end()).into_owned();
    Ok(PathBuf::from(text).join("hooks"))
}

/// The folder of the person's own `core.hooksPath`.
fn persons(git: &Git) -> Result<Option<PathBuf>, HooksError> {
    let args = [
        "config",
        "-z",
        "--global",
        "--type=path",
        "--get",
        "core.hooksPath",
    ];
    let said = match git.ask(Path::new("/"), &args) {
        Ok(said) => said,
        Err(GitError::Failed { says, .. }) if says.is_empty() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let text = String::from_utf8_lossy(&said).trim_end_matches('\0').to_owned();
    let folder = PathBuf::from(&text);
    if folder.is_absolute() {
        return Ok(Some(folder));
    }
    Err(HooksError::Overridden {
        folder: "one folder for all repositories".to_owned(),
        to: text,
        origin: "your configuration".to_owned(),
        way_out: "That is another folder in each repository: use `claude-guard setup --git --repo` there"
            .to_owned(),
    })
}
