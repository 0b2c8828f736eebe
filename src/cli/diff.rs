//! `claude-guard diff`.

use std::io::{self, BufWriter, Write as _};

use clap::Args;

use super::trusted::{self, Current, Repository};
use super::{Exit, terminal};

/// Say what changed since you approved a repository, in words and as text.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    repository: Repository,

    /// Look at this commit instead of the files.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

impl Diff {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let current = match Current::read_with_texts(&self.repository.path, self.rev.as_deref()) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let Some(last) = store.approvals(&current.identity)?.pop() else {
            terminal::print(b"nothing was approved for this repository\n")?;
            return Ok(Exit::No);
        };
        let mut out = BufWriter::new(io::stdout().lock());
        let differs =
            trusted::show_changes(&store, &last, &current, &terminal::style(false, false), &mut out)?;
        if !differs {
            writeln!(out, "nothing changed since it was approved")?;
        }
        out.flush()?;
        if !current.closure.is_complete() {
            crate::report::trust::gaps(&current.closure.gaps, &mut anstream::stderr().lock())?;
            return Ok(Exit::Incomplete);
        }
        Ok(if differs { Exit::No } else { Exit::Ok })
    }
}
