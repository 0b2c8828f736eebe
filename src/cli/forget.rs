//! `claude-guard forget`.

use clap::Args;

use super::trusted::{self, Consent, Repository};
use super::{Exit, terminal};
use crate::report::escape;
use crate::trust::Identity;

/// Forget what you approved or refused for a repository.
#[derive(Debug, Args)]
pub(super) struct Forget {
    #[command(flatten)]
    repository: Repository,

    /// The repository by its name in `approvals`, where its folder is gone.
    #[arg(long, value_name = "NAME", conflicts_with = "path")]
    name: Option<String>,

    /// Do not ask: the digest of an approval of it (`approvals` prints them).
    #[arg(long, value_name = "DIGEST")]
    yes: Option<String>,
}

impl Forget {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let identity = match &self.name {
            Some(name) => Identity::named(name),
            None => match crate::repo::open(&self.repository.path, None) {
                Ok(opened) => Identity::of(&opened),
                Err(error) => {
                    let usage = error.is_usage();
                    super::report_error(&error.into());
                    return Ok(if usage { Exit::Usage } else { Exit::Incomplete });
                }
            },
        };
        let name = escape::terminal(identity.as_str());
        let kept = store.kept(&identity)?;
        if kept.is_empty() && store.blocked(&identity)?.is_none() {
            terminal::print(format!("nothing is kept of {name}\n").as_bytes())?;
            return Ok(Exit::Ok);
        }
        // Any of them says which repository is meant.
        let named = self.yes.as_ref().filter(|yes| kept.contains(yes)).cloned();
        let digest = named
            .or_else(|| kept.first().cloned())
            .unwrap_or_else(|| identity.key());
        match trusted::consent(self.yes.as_deref(), &digest, &format!("Forget {name}?")) {
            Consent::Refused(exit) => return Ok(exit),
            Consent::Given => {}
        }
        let count = store.forget(&identity)?;
        let approvals = if count == 1 { "approval" } else { "approvals" };
        terminal::print(format!("forgot {count} {approvals} of {name}\n").as_bytes())?;
        Ok(Exit::Ok)
    }
}
