//! `claude-guard approvals`.

use std::io::{self, BufWriter, Write as _};

use clap::Args;

use super::Exit;
use super::trusted::StoreFolder;
use crate::report::escape;
use crate::report::trust::day;

/// List what you approved and refused.
#[derive(Debug, Args)]
pub(super) struct Approvals {
    #[command(flatten)]
    store: StoreFolder,
}

impl Approvals {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.store.open()?;
        let mut out = BufWriter::new(io::stdout().lock());
        for approval in store.all()? {
            writeln!(
                out,
                "approved  {}  {}  {}",
                day(approval.at),
                approval.digest,
                escape::terminal(&approval.repository)
            )?;
        }
        for refusal in store.refusals()? {
            let reason = refusal
                .reason
                .map_or(String::new(), |reason| format!(": {reason}"));
            let text = format!("{}{reason}", refusal.repository);
            writeln!(out, "refused   {}  {}", day(refusal.at), escape::terminal(&text))?;
        }
        out.flush()?;
        Ok(Exit::Ok)
    }
}
