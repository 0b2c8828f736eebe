//! `claude-guard block`.

use clap::Args;

use super::trusted::{self, Consent, Current, Repository};
use super::{Exit, terminal};
use crate::report::escape;

/// Refuse a repository: no approval of it counts until you approve it again or forget it.
#[derive(Debug, Args)]
pub(super) struct Block {
    #[command(flatten)]
    repository: Repository,

    /// Why, for whoever asks later.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Do not ask: the digest of the state that is here (`verify` prints it).
    #[arg(long, value_name = "DIGEST")]
    yes: Option<String>,
}

impl Block {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let current = match Current::read(&self.repository.path, None) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let name = escape::terminal(current.identity.as_str());
        let digest = current.closure.digest().hex();
        match trusted::consent(self.yes.as_deref(), &digest, &format!("Refuse {name}?")) {
            Consent::Refused(exit) => return Ok(exit),
            Consent::Given => {}
        }
        store.block(&current.identity, self.reason.as_deref(), trusted::now())?;
        terminal::print(format!("refused {name}\n").as_bytes())?;
        Ok(Exit::Ok)
    }
}
