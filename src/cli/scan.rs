//! `claude-guard scan`.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{Exit, baseline, terminal};
use crate::model::clock::Clock;
use crate::model::report::{Report, Target};
use crate::model::{Limits, Persona, RepoPath, Severity, Tree};
use crate::report::Format;
use crate::rules::Book;
use crate::scan::{accept, compare};
use crate::{repo, surface};

/// Tell what a repository would run, reach and say.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// A work tree, a folder in one, a bare repository, or an unpacked archive.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    /// Scan this commit from the object database instead of the files; nothing is checked out.
    #[arg(long, value_name = "REV", help_heading = "What to scan")]
    rev: Option<String>,

    /// Report only what the commit of --rev (or HEAD) adds to what this commit has. Where their history
    /// allows, the commit where the two part is taken in its place.
    #[arg(long, value_name = "REV", help_heading = "What to scan")]
    base: Option<String>,

    /// Scan your own `~/.claude` instead of a repository.
    #[arg(long, conflicts_with_all = ["rev", "base", "path"], help_heading = "What to scan")]
    user: bool,

    /// How to report.
    #[arg(long, value_enum, default_value_t = FormatName::Text, help_heading = "Report")]
    format: FormatName,

    /// Write the report to a file instead of standard output.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,

    /// For whom: `auditor` sees every remark.
    #[arg(long, value_enum, default_value_t = PersonaName::Regular, help_heading = "Report")]
    persona: PersonaName,

    /// Exit with 1 when a finding is at least this severe.
    #[arg(long, value_enum, default_value_t = FailOn::High, value_name = "SEVERITY", help_heading = "Report")]
    fail_on: FailOn,

    /// Rules of your own, in the form of the built-in pages.
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    rules: Option<PathBuf>,

    /// Findings that are accepted, by fingerprint, with reasons. With --base, a file that lies in the
    /// repository is read from the base; without, it is listed and does not count.
    #[arg(long, value_name = "FILE", conflicts_with = "user", help_heading = "Rules")]
    baseline: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Json,
    Sarif,
    /// Annotations of GitHub Actions, and the report as a group.
    Github,
    /// One comment on a pull request, under 60,000 characters.
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PersonaName {
    Regular,
    Auditor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    /// Never exit with 1.
    Never,
}

/// A scan that takes longer than this stops following references and says so.
pub(super) const DEADLINE: Duration = Duration::from_secs(120);

impl Scan {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let done = match &self.base {
            Some(base) => self.compare(base),
            None => self.scan(),
        };
        match done {
            Ok(report) => {
                self.write(&report)?;
                Ok(self.exit(&report))
            }
            Err(refused) => {
                let exit = refused.exit;
                super::report_error(&refused.error);
                Ok(exit)
            }
        }
    }

    fn options(&self) -> repo::Options {
        repo::Options {
            rev: self.rev.clone(),
            // The home folder may be a work tree; it is not what is asked about.
            alone: self.user,
            ..repo::Options::default()
        }
    }

    /// One tree.
    fn scan(&self) -> Result<Report, Refused> {
        let book = self.book(None)?;
        let (path, scope) = if self.user {
            let home = home().context("no home folder: HOME is not set")?;
            (home.join(".claude"), surface::Scope::User)
        } else {
            (self.path.clone(), surface::Scope::Project)
        };
        let opened = repo::open_with(&path, &self.options())?;
        let target = Target {
            kind: if self.user { "user" } else { opened.kind() },
            path: shown(&path),
            rev: self.rev.clone(),
            base: None,
            digest: None,
        };
        let mut report = report(&opened, target, &book, scope);
        if !self.user {
            self.accept(&mut report, &opened, None)?;
        }
        Ok(report)
    }

    /// Takes out what is accepted.
    fn accept(
        &self,
        report: &mut Report,
        opened: &repo::Opened,
        base: Option<&repo::Opened>,
    ) -> Result<(), Refused> {
        // Nothing pins such a file yet.
        let files = baseline::files(self.baseline.as_deref(), opened, base, &|_, _| false)?;
        accept::apply(report, &files, baseline::today());
        Ok(())
    }

    /// Two commits: what the second adds.
    fn compare(&self, base: &str) -> Result<Report, Refused> {
        let pair = repo::open_compared(&self.path, base, &self.options())?;
        let book = self.book(Some(&pair.base))?;
        let target = Target {
            kind: pair.head.kind(),
            path: shown(&self.path),
            rev: Some(self.rev.clone().unwrap_or_else(|| "HEAD".to_owned())),
            base: Some(base.to_owned()),
            digest: None,
        };
        let scope = surface::Scope::Project;
        let before = report(&pair.base, target.clone(), &book, scope);
        let mut after = report(&pair.head, target, &book, scope);
        self.accept(&mut after, &pair.head, Some(&pair.base))?;
        let trees = compare::Trees {
            base: pair.base.tree(),
            head: pair.head.tree(),
        };
        let commits = compare::Commits {
            base: pair.base.commit().unwrap_or_default(),
            head: pair.head.commit().unwrap_or_default(),
            not_merge_base: match pair.against {
                repo::Against::MergeBase => None,
                repo::Against::Base { why } => Some(why),
            },
        };
        Ok(compare::added(&before, after, &trees, commits))
    }

    /// The rules. Where a change is judged, pages that lie in its repository are those of the base.
    fn book(&self, base: Option<&repo::Opened>) -> Result<Book, Refused> {
        let inside = self.rules.as_deref().zip(base).and_then(|(dir, base)| {
            let tree = base.whole().unwrap_or_else(|| base.tree());
            Some((dir, tree, super::inside::place(base.root(), dir)?))
        });
        let book = match inside {
            Some((dir, tree, folder)) => Book::builtin().with_pages(dir, pages(dir, tree, &folder)?),
            None => super::rules::book(self.rules.as_deref()),
        };
        book.map_err(|error| Refused::usage(error.into()))
    }

    fn write(&self, report: &Report) -> anyhow::Result<()> {
        let format = match self.format {
            FormatName::Text => Format::Text,
            FormatName::Json => Format::Json,
            FormatName::Sarif => Format::Sarif,
            FormatName::Github => Format::Github,
            FormatName::Markdown => Format::Markdown,
        };
        let style = terminal::style(self.output.is_some(), self.persona == PersonaName::Auditor);
        match &self.output {
            Some(file) => {
                let out = File::create(file).with_context(|| format!("cannot write `{}`", file.display()))?;
                let mut out = BufWriter::new(out);
                crate::report::write(format, report, &style, &mut out)?;
                out.flush()
                    .with_context(|| format!("cannot write `{}`", file.display()))?;
            }
            None => {
                let mut out = BufWriter::new(io::stdout().lock());
                crate::report::write(format, report, &style, &mut out)?;
                out.flush()?;
            }
        }
        Ok(())
    }

    fn exit(&self, report: &Report) -> Exit {
        let limit = match self.fail_on {
            FailOn::Critical => Some(Severity::Critical),
            FailOn::High => Some(Severity::High),
            FailOn::Medium => Some(Severity::Medium),
            FailOn::Low => Some(Severity::Low),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        };
        let regular = report.findings.iter().filter(|f| f.persona == Persona::Regular);
        if limit.is_some_and(|limit| regular.map(|f| f.severity).any(|s| s >= limit)) {
            Exit::No
        } else if !report.errors.is_empty() || report.unread.iter().any(|u| u.is_error) {
            Exit::Incomplete
        } else {
            Exit::Ok
        }
    }
}

/// Why there is no report, and how the run ends.
pub(super) struct Refused {
    exit: Exit,
    error: anyhow::Error,
}

impl Refused {
    /// The call was wrong.
    pub(super) fn usage(error: anyhow::Error) -> Self {
        Self {
            exit: Exit::Usage,
            error,
        }
    }
}

impl From<repo::OpenError> for Refused {
    fn from(error: repo::OpenError) -> Self {
        let exit = if error.is_usage() {
            Exit::Usage
        } else {
            Exit::Incomplete
        };
        Self {
            exit,
            error: error.into(),
        }
    }
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        Self {
            exit: Exit::Incomplete,
            error,
        }
    }
}

fn report(opened: &repo::Opened, target: Target, book: &Book, scope: surface::Scope) -> Report {
    let clock = Clock::until(Instant::now() + DEADLINE);
    let folder = opened.folder();
    let above = opened.whole().map(|whole| (whole as &dyn Tree, &folder));
    crate::scan::scan_folder(
        opened.tree(),
        above,
        target,
        book,
        scope,
        &Limits::default(),
        clock,
    )
}

/// The rule pages below `folder` of `tree`, as `--rules` finds them in a folder on disk.
fn pages(dir: &Path, tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<(PathBuf, String)>, Refused> {
    let folder = tree.resolve(folder).map_err(|e| {
        Refused::usage(anyhow::anyhow!(
            "`{}` lies in the repository and its base has no such folder ({e}): \
             rules come from the base, never from the change",
            dir.display()
        ))
    })?;
    let mut out = vec![];
    for entry in tree.below(&folder) {
        let deep = entry.path.parts().count() - folder.parts().count();
        if deep > 2 || entry.path.extension() != Some("md") {
            continue;
        }
        let bytes = tree
            .read(&entry.path, Limits::default().file_bytes)
            .with_context(|| format!("cannot read the rule page `{}` of the base", entry.path))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let inside = entry.path.as_str().get(folder.as_str().len()..).unwrap_or("");
        out.push((dir.join(inside.trim_start_matches('/')), text));
    }
    Ok(out)
}

/// The path as a title: the name of the folder where only `.` was given.
fn shown(path: &Path) -> String {
    let named = path.file_name().is_some();
    let path = if named {
        path.to_owned()
    } else {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    };
    path.display().to_string()
}

#[allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]
pub(super) fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .or_else(|| std::env::var_os("USERPROFILE"))
        .filter(|h| !h.is_empty())
        .map(PathBuf::from)
}
