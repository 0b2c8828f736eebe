//! Whose signatures count: files of the person, of the organisation, and those named on the command line.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;

use super::Misuse;
use super::trusted::Seen;
use crate::trust::Store;
use crate::trust::pins::Pins;
use crate::trust::pins::check::{self, Judges, Verdict};
use crate::trust::pins::signers::{Revoked, Signers};

/// Where an organisation says whose signatures count.
const ORGANISATION: &str = "/etc/claude-guard";
/// The form of `ssh-keygen`'s allowed signers.
const SIGNERS: &str = "allowed_signers";
/// What no longer counts.
const REVOKED: &str = "revoked.toml";

/// Whose signatures count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signed pins")]
pub(super) struct SignerFiles {
    /// Believe pins signed by those in FILE too (allowed signers as of ssh-keygen). Not one of the repository.
    #[arg(long = "allowed-signers", value_name = "FILE")]
    allowed: Vec<PathBuf>,

    /// Do not believe what FILE revokes. Not one of the repository.
    #[arg(long = "revoked", value_name = "FILE")]
    revoked: Vec<PathBuf>,
}

impl SignerFiles {
    /// What the pins of a repository come to. Serials that count are remembered.
    ///
    /// # Errors
    /// A file cannot be used, or lies in the repository.
    pub(super) fn judge(&self, store: &Store, current: &Seen<'_>, pins: &Pins) -> anyhow::Result<Verdict> {
        let root = current.opened.root();
        let (mut signers, mut revoked) = (Signers::default(), Revoked::default());
        let mut notes = vec![];
        for file in usual(SIGNERS).iter().chain(&self.allowed) {
            let (more, bad) = Signers::parse(&read(file, root)?);
            signers.add(more);
            notes.extend(
                bad.into_iter()
                    .map(|bad| (file.display().to_string(), bad.to_string())),
            );
        }
        for file in usual(REVOKED).iter().chain(&self.revoked) {
            let more = Revoked::parse(&read(file, root)?);
            revoked.add(more.map_err(|why| {
                anyhow::anyhow!(
                    "{}: {why}: nothing that is signed counts until it can be read",
                    file.display()
                )
            })?);
        }
        let seen = store.serials(current.identity)?;
        let judges = Judges {
            signers: &signers,
            revoked: &revoked,
            seen: &seen,
            repository: current.identity.as_str(),
            now: Timestamp::now(),
        };
        let mut verdict = check::check(pins, current.closure, &judges);
        verdict.refused.extend(notes);
        if !verdict.serials.is_empty() {
            store.remember(current.identity, &verdict.serials)?;
        }
        Ok(verdict)
    }
}

/// The files of this name that the organisation and the person have.
pub(super) fn usual(name: &str) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(ORGANISATION)];
    folders.extend(config_folder());
    let files = folders.iter().map(|folder| folder.join(name));
    files.filter(|file| file.symlink_metadata().is_ok()).collect()
}

/// Reads a file that decides who is believed; one that the repository holds is its own judge.
pub(super) fn read(file: &Path, root: &Path) -> anyhow::Result<String> {
    let real = file
        .canonicalize()
        .with_context(|| format!("cannot read {}", file.display()))?;
    if real.starts_with(root.canonicalize().unwrap_or_else(|_| root.to_owned())) {
        let why = "lies in the repository that it would judge: keep it outside";
        return Err(Misuse(format!("{} {why}", file.display())).into());
    }
    std::fs::read_to_string(&real).with_context(|| format!("cannot read {}", file.display()))
}

/// What is refused, in words.
pub(super) fn notes(refused: &[(String, String)]) -> Vec<String> {
    refused
        .iter()
        .map(|(file, why)| format!("{file}: {why}"))
        .collect()
}

/// `$XDG_CONFIG_HOME/claude-guard`, else `~/.config/claude-guard`.
#[allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]
fn config_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = named
        .filter(|path| path.is_absolute())
        .or_else(|| Some(super::scan::home()?.join(".config")))?;
    Some(config.join("claude-guard"))
}

/// Where ssh-agent listens.
#[allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]
pub(super) fn agent_socket() -> Option<PathBuf> {
    std::env::var_os("SSH_AUTH_SOCK")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
