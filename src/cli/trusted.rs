//! What the verbs of trust share: the repository, its closure, the person's store.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use clap::Args;

use super::Exit;
use super::ask::Person;
use super::signers::SignerFiles;
use crate::model::clock::Clock;
use crate::model::{Limits, Sources, Tree};
use crate::repo::{self, Opened};
use crate::report::{Style, changes};
use crate::surface::{self, Surfaced};
use crate::trust::closure::Texts;
use crate::trust::pins::Pins;
use crate::trust::{self, Approval, Closure, Identity, Store};

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
    /// Small texts that the closure covers, by the digest of their member.
    pub texts: Texts,
}

impl Current {
    /// Opens and reads.
    ///
    /// # Errors
    /// How the run ends, where that failed; it was told.
    pub(super) fn read(path: &Path, rev: Option<&str>) -> Result<Self, Exit> {
        Self::read_as(path, rev, false)
    }

    /// The same, with the texts.
    ///
    /// # Errors
    /// As [`Current::read`].
    pub(super) fn read_with_texts(path: &Path, rev: Option<&str>) -> Result<Self, Exit> {
        Self::read_as(path, rev, true)
    }

    fn read_as(path: &Path, rev: Option<&str>, with_texts: bool) -> Result<Self, Exit> {
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
        let (closure, texts) = if with_texts {
            trust::close_with_texts(tree, &surfaced, &options)
        } else {
            (trust::close(tree, &surfaced, &options), Texts::new())
        };
        Ok(Self {
            identity: Identity::of(&opened),
            surfaced,
            sources,
            closure,
            texts,
            opened,
        })
    }

    /// All files of the repository.
    pub(super) fn tree(&self) -> &dyn Tree {
        match self.opened.whole() {
            Some(whole) => whole,
            None => self.opened.tree(),
        }
    }

    /// What is compared.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen {
            opened: &self.opened,
            identity: &self.identity,
            tree: self.tree(),
            closure: &self.closure,
        }
    }

    /// How it stands to what the person approved.
    ///
    /// # Errors
    /// The store cannot be used.
    pub(super) fn verify(&self, store: &Store, signers: &SignerFiles) -> anyhow::Result<trust::Verification> {
        self.seen().verify(store, signers)
    }
}

/// A tree of a repository, and what it closes over.
pub(super) struct Seen<'a> {
    pub opened: &'a Opened,
    pub identity: &'a Identity,
    pub tree: &'a dyn Tree,
    pub closure: &'a Closure,
}

impl Seen<'_> {
    /// The commit that the clone says it stands on.
    pub(super) fn head(&self) -> Option<String> {
        self.opened.git()?.commit.clone()
    }

    /// How it stands to what the person approved.
    ///
    /// # Errors
    /// The store or a file of signers cannot be used.
    pub(super) fn verify(&self, store: &Store, signers: &SignerFiles) -> anyhow::Result<trust::Verification> {
        // A variable may lead there; what a repository holds says nothing about itself.
        let real = store.root().canonicalize();
        if real.is_ok_and(|store| store.starts_with(self.opened.root())) {
            anyhow::bail!(
                "the approvals in `{}` lie in the repository itself, so they count for nothing: give --store DIR",
                store.root().display()
            );
        }
        let blocked = store.blocked(self.identity)?;
        let mut approved = store.approved(self.identity)?;
        let judged = signers.judge(store, self, &Pins::read(self.tree))?;
        approved.extend(judged.state);
        let mut verification = trust::verify(self.closure, blocked.is_some(), &approved);
        if matches!(
            verification.state,
            trust::TrustState::Unknown | trust::TrustState::Drift
        ) {
            match super::origins::approved(store, self) {
                Ok(states) if states.is_empty() => {}
                Ok(states) => {
                    approved.extend(states);
                    verification = trust::verify(self.closure, false, &approved);
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
            for other in store.elsewhere(self.identity, &verification.digest)? {
                verification
                    .notes
                    .push(format!("the same content was approved for {other}"));
            }
        }
        Ok(verification)
    }
}

/// Writes what changed since `last` was approved; whether anything did.
///
/// # Errors
/// The writer failed.
pub(super) fn show_changes(
    store: &Store,
    last: &Approval,
    current: &Current,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<bool> {
    let all = trust::diff(&last.closure, &current.closure);
    let before = |digest: &str| store.text(digest);
    let after = |digest: &str| current.texts.get(digest).cloned();
    changes::write(&all, &before, &after, style, out)?;
    Ok(!all.is_empty())
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
pub(super) fn consent(yes: Option<&str>, digest: &str, question: &str) -> Consent {
    if let Some(given) = yes {
        if given == digest {
            return Consent::Given;
        }
        super::report_error(&anyhow::anyhow!(
            "--yes names another state than the one that is here, which is {digest}: look at it, then give that"
        ));
        return Consent::Refused(Exit::No);
    }
    let Some(mut person) = Person::find() else {
        super::report_error(&anyhow::anyhow!(
            "this changes what is trusted and there is no terminal to ask at: give --yes {digest}"
        ));
        return Consent::Refused(Exit::Usage);
    };
    if person.agrees(question) {
        return Consent::Given;
    }
    Consent::Refused(Exit::No)
}
