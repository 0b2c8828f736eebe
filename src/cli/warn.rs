//! `claude-guard warn`: what git's hooks call.

use std::path::{Path, PathBuf};

use clap::Args;

use super::look::{self, Eyes};
use super::terminal::tell;
use super::{Exit, run, trusted};
use crate::model::closure::TrustState;
use crate::report::escape;

/// Warn on standard error where a work tree holds what nobody approved (git's hooks call this).
///
/// Silent where all is approved, and where nothing acts. A warning is no failure: git's work is done already.
#[derive(Debug, Args)]
pub(super) struct Warn {
    /// A work tree or a folder in one.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    /// Warn only where something differs from this commit.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    since: Option<String>,

    #[command(flatten)]
    store: trusted::StoreFolder,

    #[command(flatten)]
    signers: super::signers::SignerFiles,
}

impl Warn {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let eyes = Eyes {
            book: super::rules::book(None)?,
            store: self.store.open()?,
            signers: &self.signers,
        };
        let (_, looked) = match eyes.look_around(&self.path) {
            Ok(looked) => looked,
            Err(error) => {
                tell("claude-guard: this work tree could not be looked at:");
                super::report_error(&error);
                return Ok(Exit::Ok);
            }
        };
        let brought = match self.since.as_deref() {
            Some(since) => runs_at(&self.path, since) != Some(looked.closure.runs().hex()),
            None => true,
        };
        if looked.is_approved() || looked.nothing_acts() || !(looked.is_blocked() || brought) {
            return Ok(Exit::Ok);
        }
        tell(match looked.verification.state {
            TrustState::Blocked => "claude-guard: you refused this repository.",
            TrustState::Drift => "claude-guard: what this work tree runs is not what you approved:",
            _ => "claude-guard: this work tree brings configuration that nobody approved:",
        });
        let changed = run::changed(&looked);
        for (state, id) in changed.iter().take(8) {
            tell(&format!("  {state:<8} {}", escape::terminal_cut(id, 120)));
        }
        if changed.len() > 8 {
            tell(&format!("  and {} more", changed.len() - 8));
        }
        tell(
            "  See it: claude-guard scan. Approve it: claude-guard approve. Until then `claude-guard run` refuses.",
        );
        Ok(Exit::Ok)
    }
}

/// The digest of what ran at a commit; `None` where that cannot be told.
fn runs_at(path: &Path, rev: &str) -> Option<String> {
    if rev.is_empty() || rev.bytes().all(|b| b == b'0') {
        return None;
    }
    let opened = crate::repo::open(path, Some(rev)).ok()?;
    let (_, _, closure) = look::close(look::whole(&opened));
    closure.is_complete().then(|| closure.runs().hex())
}
