//! `claude-guard verify`.

use std::io::{self, BufWriter, Write as _};

use clap::{Args, ValueEnum};

use super::trusted::{Current, Repository};
use super::{Exit, terminal};
use crate::model::closure::{Checked, EntryClass, EntryState, TrustState};
use crate::report::trust as report;

/// Tell whether a repository is as you approved it.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    repository: Repository,

    /// Look at this commit instead of the files.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Verify {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let current = match Current::read(&self.repository.path, self.rev.as_deref()) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let verification = current.verify(&store, &self.repository.signers)?;
        let mut out = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Text => report::text(&verification, &terminal::style(false, false), &mut out)?,
            Format::Json => report::json(&verification, &mut out)?,
        }
        out.flush()?;
        let differs = |e: &Checked| e.class == EntryClass::Runs && e.state != EntryState::Approved;
        Ok(match verification.state {
            TrustState::Approved => Exit::Ok,
            // All that could be looked at is as approved.
            TrustState::Drift if !verification.complete && !verification.entries.iter().any(differs) => {
                Exit::Incomplete
            }
            _ => Exit::No,
        })
    }
}
