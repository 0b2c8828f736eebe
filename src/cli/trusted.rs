//! What the verbs of trust share: the repository, its closure, the person's store.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use clap::Args;

use super::Exit;
use super::signers::SignerFiles;
use crate::model::clock::Clock;
use crate::model::{Limits, Sources, Tree};
use crate::repo::{self, Opened};
use crate::surface::{self, Surfaced};
use crate::trust::pins::Pins;
use crate::trust::{self, Closure, Identity, Store};

/// A reading that takes longer than this stops and says so.
const DEADLINE: Duration = Duration::from_secs(120);

/// Which repository, and where approvals are kept.
#[derive(Debug, Args)]
pub(super) struct Repository {
    /// A work tree, a folder in one (its whole repository is meant), or an unpacked archive.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: PathBuf,

    #[command(flatten)]
    pub store: StoreFolder,

    #[command(flatten)]
    pub signers: SignerFiles,
}

/// Where approvals are kept.
#[derive(Debug, Args)]
pub(super) struct StoreFolder {
    /// Keep approvals in this folder instead of your own state folder.
    #[arg(long = "store", value_name = "DIR", help_heading = "Store")]
    folder: Option<PathBuf>,
}

impl StoreFolder {
    /// The person's store.
    ///
    /// # Errors
    /// There is no home folder.
    pub(super) fn open(&self) -> anyhow::Result<Store> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => state_folder().context("no home folder: HOME is not set; give --store DIR")?,
        };
        Ok(Store::new(folder))
    }
}

/// `$XDG_STATE_HOME/claude-guard`, else `~/.local/state/claude-guard`; `%LOCALAPPDATA%\claude-guard`.
#[allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]
fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(|| Some(super::scan::home()?.join(".local/state")))?;
    Some(state.join("claude-guard"))
}

/// A repository as it is now.
pub(super) struct Current {
    pub opened: Opened,
    pub identity: Identity,
    pub surfaced: Surfaced,
    pub sources: Sources,
    pub closure: Closure,
}

impl Current {
    /// Opens and reads; `None` where that failed, which was told.
    pub(super) fn read(path: &Path, rev: Option<&str>) -> Result<Self, Exit> {
        let opened = repo::open(path, rev).map_err(|error| {
            let usage = error.is_usage();
            super::report_error(&error.into());
            if usage { Exit::Usage } else { Exit::Incomplete }
        })?;
        let limits = Limits::default();
        let mut sources = Sources::new();
        let options = surface::Options {
            limits: &limits,
            clock: Clock::until(Instant::now() + DEADLINE),
            scope: surface::Scope::Project,
        };
        // An approval is for the whole repository, whatever folder of it was named.
        let tree: &dyn Tree = match opened.whole() {
            Some(whole) => whole,
            None => opened.tree(),
        };
        let surfaced = surface::read(tree, &mut sources, &options);
        let closure = trust::close(tree, &surfaced, &options);
        Ok(Self {
            identity: Identity::of(&opened),
            surfaced,
            sources,
            closure,
            opened,
        })
    }

    /// The commit that the clone says it stands on.
    pub(super) fn head(&self) -> Option<String> {
        self.opened.git()?.commit.clone()
    }

    /// All files of the repository.
    pub(super) fn tree(&self) -> &dyn Tree {
        match self.opened.whole() {
            Some(whole) => whole,
            None => self.opened.tree(),
        }
    }

    /// How it stands to what the person approved.
    ///
    /// # Errors
    /// The store cannot be used.
    pub(super) fn verify(&self, store: &Store, signers: &SignerFiles) -> anyhow::Result<trust::Verification> {
        let blocked = store.blocked(&self.identity)?;
        let mut approved = store.approved(&self.identity)?;
        let judged = signers.judge(store, self, &Pins::read(self.tree()))?;
        approved.extend(judged.state);
        let mut verification = trust::verify(&self.closure, blocked.is_some(), &approved);
        if matches!(
            verification.state,
            trust::TrustState::Unknown | trust::TrustState::Drift
        ) {
            match super::origins::approved(store, self) {
                Ok(states) if states.is_empty() => {}
                Ok(states) => {
                    approved.extend(states);
                    verification = trust::verify(&self.closure, false, &approved);
                }
                Err(error) => verification
                    .notes
                    .push(format!("the trusted origin was not asked: {error:#}")),
            }
        }
        if let Some(reason) = blocked.and_then(|refusal| refusal.reason) {
            verification.notes.push(format!("refused: {reason}"));
        }
        verification.notes.extend(super::signers::notes(&judged.refused));
        if verification.state == trust::TrustState::Unknown {
            for other in store.elsewhere(&self.identity, &verification.digest)? {
                verification
                    .notes
                    .push(format!("the same content was approved for {other}"));
            }
        }
        Ok(verification)
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs())
}

/// What a person answered, or a script stated.
pub(super) enum Consent {
    Given,
    /// Not given, and told why.
    Refused(Exit),
}

/// Whether a change of what is trusted is wanted: `yes` must be exactly `digest`, else a person is asked
/// at the controlling terminal. Standard input is no answer: an agent or a script can write to it.
///
/// # Errors
/// The terminal failed.
pub(super) fn consent(yes: Option<&str>, digest: &str, question: &str) -> anyhow::Result<Consent> {
    if let Some(given) = yes {
        if given == digest {
            return Ok(Consent::Given);
        }
        super::report_error(&anyhow::anyhow!(
            "--yes names another state than the one that is here, which is {digest}: look at it, then give that"
        ));
        return Ok(Consent::Refused(Exit::No));
    }
    let Some(terminal) = terminal() else {
        super::report_error(&anyhow::anyhow!(
            "this changes what is trusted and there is no terminal to ask at: give --yes {digest}"
        ));
        return Ok(Consent::Refused(Exit::Usage));
    };
    let mut out = &terminal;
    write!(out, "{question} [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    BufReader::new(&terminal).read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(Consent::Given);
    }
    Ok(Consent::Refused(Exit::No))
}

/// The controlling terminal.
fn terminal() -> Option<std::fs::File> {
    let open =
        || -> io::Result<std::fs::File> { std::fs::File::options().read(true).write(true).open("/dev/tty") };
    if cfg!(unix) { open().ok() } else { None }
}
