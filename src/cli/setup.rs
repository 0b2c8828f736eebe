//! `claude-guard setup` and `unsetup`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::terminal::tell;
use super::{Exit, environment, trusted};
use crate::doors::hooks::{self, HooksError, Whose};
use crate::doors::install::Done;
use crate::doors::shim::{Shell, Shims};
use crate::model::digest::{Digest, Domain};
use crate::report::escape;

/// Put claude-guard where repositories come in: git's hooks, a `claude` on PATH.
#[derive(Debug, Args)]
pub(super) struct Setup {
    #[command(flatten)]
    what: What,
}

/// Take away what `setup` made.
#[derive(Debug, Args)]
pub(super) struct Unsetup {
    #[command(flatten)]
    what: What,

    /// Do not ask: take away exactly what has this digest (it is printed where nobody can be asked).
    #[arg(long, value_name = "DIGEST")]
    yes: Option<String>,
}

#[derive(Debug, Args)]
struct What {
    /// git's post-checkout, post-merge and post-rewrite hooks: a warning where unapproved configuration
    /// comes in.
    #[arg(long, required_unless_present = "shim")]
    git: bool,

    /// A `claude` on PATH that is `claude-guard run -- claude`, for bash, zsh and fish.
    #[arg(long)]
    shim: bool,

    /// The hooks of all your repositories.
    #[arg(long, requires = "git", conflicts_with = "repo")]
    global: bool,

    /// The hooks of one repository, this one if no folder is named.
    #[arg(long, requires = "git", value_name = "PATH", num_args = 0..=1, default_missing_value = ".")]
    repo: Option<PathBuf>,

    /// Only this shell (may be repeated).
    #[arg(long, value_enum, requires = "shim", value_name = "SHELL")]
    shell: Vec<ShellName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
}

const SHELLS: [ShellName; 3] = [ShellName::Bash, ShellName::Zsh, ShellName::Fish];

impl Setup {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let program = environment::program()?;
        let mut changed = false;
        if self.what.git {
            let git = super::clone::git()?.as_configured();
            let outcome = match hooks::set_up(&git, &self.what.whose()?, &program) {
                Ok(outcome) => outcome,
                Err(error) => return Ok(failed(error)),
            };
            changed |= told(&outcome.done) || outcome.configured;
            if outcome.configured {
                tell("core.hooksPath is set in your git configuration.");
            }
            for note in outcome.notes {
                tell(&format!("note: {}", escape::terminal(&note)));
            }
        }
        if self.what.shim {
            let shims = self.what.shims(false)?;
            changed |= told(&shims.set_up(&program)?);
            tell("A shell that is open already does not know it yet: start a new one.");
        }
        if !changed {
            tell("It was set up already; nothing is changed.");
        }
        Ok(Exit::Ok)
    }
}

impl Unsetup {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let whose = self.what.git.then(|| self.what.whose()).transpose()?;
        let shims = self.what.shim.then(|| self.what.shims(true)).transpose()?;
        let digest = Digest::of(Domain::Value, [format!("{whose:?} {shims:?}").as_bytes()]).short();
        let question = "Take away what `claude-guard setup` made?";
        match trusted::consent(self.yes.as_deref(), &digest, question) {
            trusted::Consent::Refused(exit) => return Ok(exit),
            trusted::Consent::Given => {}
        }
        let mut changed = false;
        if let Some(whose) = whose {
            let git = super::clone::git()?.as_configured();
            let outcome = match hooks::take_down(&git, &whose) {
                Ok(outcome) => outcome,
                Err(error) => return Ok(failed(error)),
            };
            changed |= told(&outcome.done) || outcome.configured;
            if outcome.configured {
                tell("core.hooksPath is removed from your git configuration.");
            }
        }
        if let Some(shims) = shims {
            changed |= told(&shims.take_down()?);
        }
        if !changed {
            tell("There was nothing to take away.");
        }
        Ok(Exit::Ok)
    }
}

impl What {
    fn whose(&self) -> anyhow::Result<Whose> {
        if self.global {
            return Ok(Whose::Person(environment::data_folder()?.join("git-hooks")));
        }
        let at = self.repo.clone().unwrap_or_else(|| PathBuf::from("."));
        Ok(Whose::Repository(environment::here()?.join(at)))
    }

    fn shims(&self, all: bool) -> anyhow::Result<Shims> {
        let named = |name: &ShellName| {
            if self.shell.is_empty() {
                all || is_used(*name)
            } else {
                self.shell.contains(name)
            }
        };
        let shells: Option<Vec<Shell>> = SHELLS
            .iter()
            .filter(|n| named(n))
            .map(|n| start_file(*n))
            .collect();
        Ok(Shims {
            folder: environment::data_folder()?.join("shim"),
            shells: shells.context("no home folder: HOME is not set")?,
        })
    }
}

/// The file that an interactive shell reads.
fn start_file(name: ShellName) -> Option<Shell> {
    let home = super::scan::home()?;
    let folder =
        |variable: &str, usual: &str| environment::folder(variable).unwrap_or_else(|| home.join(usual));
    let file = match name {
        ShellName::Bash => home.join(".bashrc"),
        ShellName::Zsh => folder("ZDOTDIR", "").join(".zshrc"),
        ShellName::Fish => folder("XDG_CONFIG_HOME", ".config").join("fish/conf.d/claude-guard.fish"),
    };
    Some(Shell {
        file,
        fish: name == ShellName::Fish,
    })
}

/// Whether the person has this shell: it is theirs, or its start file is there.
fn is_used(name: ShellName) -> bool {
    let word = match name {
        ShellName::Bash => "bash",
        ShellName::Zsh => "zsh",
        ShellName::Fish => "fish",
    };
    let own = environment::shell().is_some_and(|shell| shell.ends_with(word));
    let there = start_file(name).is_some_and(|shell| {
        let marker = if shell.fish {
            shell.file.parent().and_then(Path::parent)
        } else {
            Some(&*shell.file)
        };
        marker.is_some_and(Path::exists)
    });
    own || there
}

fn failed(error: HooksError) -> Exit {
    let overridden = matches!(error, HooksError::Overridden { .. });
    super::report_error(&error.into());
    if overridden { Exit::No } else { Exit::Incomplete }
}

/// Tells what was done; whether anything was changed.
fn told(done: &[Done]) -> bool {
    let shown = |path: &Path| escape::terminal(&path.display().to_string());
    for one in done {
        match one {
            Done::Same(_) => {}
            Done::Written(path) => tell(&format!("written  {}", shown(path))),
            Done::Removed(path) => tell(&format!("removed  {}", shown(path))),
            Done::Moved(from, to) => tell(&format!("moved    {} to {}", shown(from), shown(to))),
            Done::Left(path, why) => tell(&format!("left     {}: {}", shown(path), escape::terminal(why))),
        }
    }
    done.iter().any(Done::is_change)
}
