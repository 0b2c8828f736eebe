//! `claude-guard scan`.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{Exit, terminal};
use crate::model::clock::Clock;
use crate::model::report::{Report, Target};
use crate::model::{Limits, Persona, Severity, Tree};
use crate::report::{self, Format};
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

    /// Scan your own `~/.claude` instead of a repository.
    #[arg(long, conflicts_with_all = ["rev", "path"], help_heading = "What to scan")]
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Json,
    Sarif,
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
const DEADLINE: Duration = Duration::from_secs(120);

impl Scan {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let book = match super::rules::book(self.rules.as_deref()) {
            Ok(book) => book,
            Err(error) => return Ok(super::rules::wrong_usage(error)),
        };
        let (path, scope) = if self.user {
            let home = home().context("no home folder: HOME is not set")?;
            (home.join(".claude"), surface::Scope::User)
        } else {
            (self.path.clone(), surface::Scope::Project)
        };
        let options = repo::Options {
            rev: self.rev.clone(),
            // The home folder may be a work tree; it is not what is asked about.
            alone: self.user,
            ..repo::Options::default()
        };
        let opened = match repo::open_with(&path, &options) {
            Ok(opened) => opened,
            Err(error) => {
                let usage = error.is_usage();
                super::report_error(&error.into());
                return Ok(if usage { Exit::Usage } else { Exit::Incomplete });
            }
        };
        let target = Target {
            kind: if self.user { "user" } else { opened.kind() },
            path: shown(&path),
            rev: self.rev.clone(),
            base: None,
            digest: None,
        };
        let limits = Limits::default();
        let clock = Clock::until(Instant::now() + DEADLINE);
        let folder = opened.folder();
        let above = opened.whole().map(|whole| (whole as &dyn Tree, &folder));
        let report = crate::scan::scan_folder(opened.tree(), above, target, &book, scope, &limits, clock);
        self.write(&report)?;
        Ok(self.exit(&report))
    }

    fn write(&self, report: &Report) -> anyhow::Result<()> {
        let format = match self.format {
            FormatName::Text => Format::Text,
            FormatName::Json => Format::Json,
            FormatName::Sarif => Format::Sarif,
        };
        let style = terminal::style(self.output.is_some(), self.persona == PersonaName::Auditor);
        match &self.output {
            Some(file) => {
                let out = File::create(file).with_context(|| format!("cannot write `{}`", file.display()))?;
                let mut out = BufWriter::new(out);
                report::write(format, report, &style, &mut out)?;
                out.flush()
                    .with_context(|| format!("cannot write `{}`", file.display()))?;
            }
            None => {
                let mut out = BufWriter::new(io::stdout().lock());
                report::write(format, report, &style, &mut out)?;
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
fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .or_else(|| std::env::var_os("USERPROFILE"))
        .filter(|h| !h.is_empty())
        .map(PathBuf::from)
}
