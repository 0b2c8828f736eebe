//! `claude-guard clone`.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::ask::Person;
use super::terminal::tell;
use super::{Exit, look};
use crate::doors::Looked;
use crate::doors::clone::{self, Ended, Form, Hands, Part, Request, Transferred};
use crate::doors::git::Git;
use crate::model::report::Verdict;
use crate::report::escape;

/// Clone a repository, look at it, and only then let its files in.
///
/// Takes any arguments of `git clone`. Real git does the transfer, with hooks, templates, filters and
/// dangerous protocols off; the commit is looked at before any of its files exists.
#[derive(Debug, Args)]
#[command(override_usage = "claude-guard clone [OPTIONS] <arguments of git clone>")]
pub(super) struct Clone {
    /// Let the files in without a question when the verdict is this or better.
    #[arg(long, value_enum, value_name = "VERDICT")]
    yes_if: Option<YesIf>,

    /// Remove the folder when the files are not let in.
    #[arg(long)]
    rm: bool,

    /// Let your own git-lfs fetch large files when the files are written.
    #[arg(long)]
    lfs: bool,

    /// Rules of your own, in the form of the built-in pages.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,

    #[command(flatten)]
    store: super::trusted::StoreFolder,

    #[command(flatten)]
    signers: super::signers::SignerFiles,

    /// Options and arguments of `git clone`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "GIT")]
    args: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum YesIf {
    /// Nothing above low, and everything that would run was read.
    Clean,
    /// Nothing critical.
    Review,
}

impl YesIf {
    fn most(self) -> Verdict {
        match self {
            Self::Clean => Verdict::Clean,
            Self::Review => Verdict::Review,
        }
    }
}

impl Clone {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let mut own = Own {
            yes_if: self.yes_if,
            rm: self.rm,
            lfs: self.lfs,
            rules: self.rules.clone(),
        };
        let rest = match own.among(&self.args) {
            Ok(rest) => rest,
            Err(error) => return Ok(usage(error)),
        };
        let request = match Request::read(&rest) {
            Ok(request) => request,
            Err(error) => return Ok(usage(error.into())),
        };
        let book = match super::rules::book(own.rules.as_deref()) {
            Ok(book) => book,
            Err(error) => return Ok(super::rules::wrong_usage(error)),
        };
        let here = super::environment::here()?;
        let git = git()?;
        let mut person = Person::find();
        let eyes = look::Eyes {
            book,
            store: self.store.open()?,
            signers: &self.signers,
        };
        let look = |opened: &crate::repo::Opened, tree: &dyn crate::model::Tree, target| {
            eyes.look(opened, tree, target)
        };
        let mut decide = |part: &Part, looked: &Looked| own.decide(part, looked, person.as_mut());
        let mut hands = Hands {
            look: &look,
            decide: &mut decide,
            said: &mut said,
            progress: std::io::stderr().is_terminal(),
            lfs: own.lfs,
        };
        let transferred =
            clone::transfer(&git, &request, &here, &mut hands).context("nothing was transferred")?;
        let ended = clone::settle(&git, &request, &transferred, &mut hands);
        let kept = matches!(
            ended,
            Ok(Ended::CheckedOut { .. } | Ended::AsAsked | Ended::Empty)
        );
        if !kept && own.rm {
            transferred.remove()?;
            tell(&format!("{} is removed again.", quoted(&request.folder)));
        }
        match ended {
            Ok(ended) => Ok(report(&request, &ended, own.rm)),
            Err(error) => {
                super::report_error(&error.into());
                if !own.rm {
                    ways_on(&request, &transferred);
                }
                Ok(Exit::Incomplete)
            }
        }
    }
}

/// Our own options, wherever among git's they stand.
struct Own {
    yes_if: Option<YesIf>,
    rm: bool,
    lfs: bool,
    rules: Option<PathBuf>,
}

impl Own {
    /// Takes our options out of `args` and returns git's.
    fn among(&mut self, args: &[OsString]) -> anyhow::Result<Vec<OsString>> {
        let mut rest = vec![];
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let text = arg.to_str().unwrap_or("");
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            match (name, value) {
                ("--", _) => {
                    rest.push(arg.clone());
                    rest.extend(args.by_ref().cloned());
                }
                ("--rm", None) => self.rm = true,
                ("--lfs", None) => self.lfs = true,
                ("--yes-if" | "--rules", _) => {
                    let value = match value {
                        Some(value) => OsString::from(value),
                        None => args
                            .next()
                            .cloned()
                            .with_context(|| format!("`{name}` needs a value"))?,
                    };
                    if name == "--rules" {
                        self.rules = Some(value.into());
                    } else {
                        let text = value.to_string_lossy();
                        let verdict = YesIf::from_str(&text, false);
                        self.yes_if = Some(verdict.map_err(|_| {
                            anyhow::anyhow!("`{text}` is no verdict for --yes-if: give `clean` or `review`")
                        })?);
                    }
                }
                _ => rest.push(arg.clone()),
            }
        }
        Ok(rest)
    }

    /// Shows what was seen and says whether the files may come in.
    fn decide(&self, part: &Part, looked: &Looked, person: Option<&mut Person>) -> bool {
        if looked.is_approved() {
            return true;
        }
        if looked.is_blocked() {
            tell("you refused this repository (`claude-guard forget` takes that back)");
            return false;
        }
        // Standard output that is closed takes no report; the answer is then no.
        if look::show(&looked.report).is_err() {
            return false;
        }
        let met = self.yes_if.map(|verdict| looked.is_at_most(verdict.most()));
        if met == Some(true) || (part.without_files && met.is_none()) {
            return true;
        }
        let Some(person) = person.filter(|_| !part.without_files) else {
            tell(match self.yes_if {
                Some(_) => "the verdict is worse than --yes-if allows",
                None => "there is no terminal to ask on; scripts say --yes-if clean or --yes-if review",
            });
            return false;
        };
        if looked.nothing_acts() {
            return true;
        }
        let name = match &part.submodule {
            Some(path) => format!("submodule `{}`", escape::terminal(path)),
            None => quoted(&part.folder),
        };
        person.agrees(&format!(
            "\nCheck out the {} files of {name}?",
            looked.report.files
        ))
    }
}

fn usage(error: anyhow::Error) -> Exit {
    super::report_error(&error);
    Exit::Usage
}

/// The user's git, with a scrubbed environment. What is left out is told.
pub(super) fn git() -> anyhow::Result<Git> {
    let (git, left_out) = super::environment::git()?;
    for variable in left_out {
        let part = if variable.in_part { "parts of " } else { "" };
        let name = escape::terminal(&variable.name);
        tell(&format!("note: {part}{name} not handed to git: {}", variable.why));
    }
    Ok(git)
}

/// Shows what git says. A server may have written it: only line ends and returns pass as they are.
fn said(text: &str) {
    use std::io::Write as _;
    let mut err = anstream::stderr().lock();
    for piece in text.split_inclusive(['\n', '\r']) {
        let (line, end) = match piece.char_indices().next_back() {
            Some((at, '\n' | '\r')) => piece.split_at(at),
            _ => (piece, ""),
        };
        let _ = write!(err, "{}{end}", escape::terminal(line));
    }
    let _ = err.flush();
}

fn quoted(path: &Path) -> String {
    format!("`{}`", escape::terminal(&path.display().to_string()))
}

fn report(request: &Request, ended: &Ended, removed: bool) -> Exit {
    let folder = quoted(&request.folder);
    match ended {
        Ended::CheckedOut { filtered, without } => {
            tell(&format!("{folder} is checked out; its files are what was shown."));
            for (filter, files) in filtered {
                tell(&filter_left_out(&request.folder, filter, *files));
            }
            for no in without {
                tell(&format!(
                    "submodule `{}` has no files: {}",
                    escape::terminal(&no.path),
                    escape::terminal(&no.why)
                ));
            }
            match (without.iter().any(|no| no.refused), without.is_empty()) {
                (true, _) => Exit::No,
                (false, false) => Exit::Incomplete,
                (false, true) => Exit::Ok,
            }
        }
        Ended::AsAsked => Exit::Ok,
        Ended::Empty => {
            tell(&format!(
                "{folder} has no commit yet: there is nothing to look at."
            ));
            Exit::Ok
        }
        Ended::Refused => {
            if !removed {
                tell("Nothing was checked out.");
                left(request);
            }
            Exit::No
        }
        Ended::Different(lines) => {
            tell("The files that git wrote are not what was shown (attributes or settings change them):");
            for line in lines.iter().take(12) {
                tell(&format!("  {}", escape::terminal_cut(line, 160)));
            }
            if lines.len() > 12 {
                tell(&format!("  and {} more", lines.len() - 12));
            }
            if !removed {
                tell("They are taken away again.");
                left(request);
            }
            Exit::No
        }
    }
}

fn filter_left_out(folder: &Path, filter: &str, files: usize) -> String {
    let folder = quoted(folder);
    let files = if files == 1 {
        "1 file".to_owned()
    } else {
        format!("{files} files")
    };
    if filter == "lfs" {
        return format!(
            "{files} in {folder} hold only what git-lfs points to: `git lfs pull` there fetches them."
        );
    }
    format!(
        "{files} in {folder} did not go through your filter `{}`: a repository chooses the files, so it stays off.",
        escape::terminal(filter)
    )
}

/// What is left of a clone that was not let in, and how to go on.
fn left(request: &Request) {
    let folder = quoted(&request.folder);
    let bare = request.folder.display().to_string();
    let shown = escape::terminal(&bare);
    if request.form == Form::WorkTree {
        tell(&format!("{folder} holds the history and no files. From here:"));
        tell(&format!(
            "  look again             claude-guard scan --rev HEAD {shown}"
        ));
        tell(&format!(
            "  take the files anyway  git -C {shown} checkout HEAD -- ."
        ));
        tell(&format!(
            "  remove it              rm -rf {shown}    (next time: clone --rm)"
        ));
    }
}

fn ways_on(request: &Request, transferred: &Transferred) {
    if transferred.folder().symlink_metadata().is_ok() {
        tell("Nothing is checked out.");
        left(request);
    }
}
