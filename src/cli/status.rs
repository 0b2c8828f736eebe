//! `claude-guard status`.

use std::io::{self, BufWriter, Write as _};

use clap::Args;

use super::trusted::{Current, Repository};
use super::{Exit, terminal};
use crate::report::trust as report;

/// Tell in a few lines how a repository stands.
#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    repository: Repository,
}

impl Status {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let current = match Current::read(&self.repository.path, None) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let verification = current.verify(&store, &self.repository.signers)?;
        let last = store.approvals(&current.identity)?.pop();
        let mut out = BufWriter::new(io::stdout().lock());
        report::status(
            current.identity.as_str(),
            &verification,
            last.map(|last| last.at),
            &terminal::style(false, false),
            &mut out,
        )?;
        out.flush()?;
        Ok(if verification.complete {
            Exit::Ok
        } else {
            Exit::Incomplete
        })
    }
}
