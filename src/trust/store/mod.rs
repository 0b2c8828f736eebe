//! [`Store`]: what a person approved and refused, one file each.
//!
//! ```text
//! approvals/<repository>/<digest>.json   an approval: the closure as it was
//! refused/<repository>.json              a repository that was refused
//! texts/<digest>                         files as they were approved, for `diff`
//! serials/<repository>.json              the highest serials seen of signed pins
//! ```
//! A file is written beside its place and renamed, so a reader sees the old or the new one. Names are
//! digests of what the file says, and are checked when it is read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::closure::Texts;
use super::identity::Identity;
use super::verify::Approved;
use crate::model::closure::{Closure, VERSION};

mod files;
mod serials;

/// Bytes of one file of the store.
const MOST: u64 = 64 << 20;

/// What a person approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    format: u32,
    /// The repository, as [`Identity`] spells it.
    pub repository: String,
    /// [`Closure::digest`].
    pub digest: String,
    /// [`Closure::instructs`].
    pub instructs: String,
    /// Seconds since 1970.
    pub at: u64,
    /// Version of the program that made it.
    pub version: String,
    /// What was approved.
    pub closure: Closure,
}

/// A repository that a person refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    format: u32,
    /// The repository.
    pub repository: String,
    /// Seconds since 1970.
    pub at: u64,
    /// Why, in the person's words.
    pub reason: Option<String>,
}

/// The first thing that is read of a file.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Why the store could not be used. Messages may hold text of a repository: escape when showing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later version wrote it.
    #[error("`{path}` has format {format}, this version reads up to {VERSION}: use a newer claude-guard")]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        format: u32,
    },
    /// It does not say what its name says.
    #[error("`{0}` is damaged: remove it and approve again")]
    Damaged(String),
    /// Somebody else could have written it.
    #[error("`{path}` {why}: nothing in it can be relied on; see who changed it, then `chmod go-w` it")]
    Exposed {
        /// The file or folder.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The system said no.
    #[error("cannot use `{path}`")]
    Io {
        /// The file or folder.
        path: String,
        /// In the system's words.
        source: io::Error,
    },
}

impl StoreError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.display().to_string(),
            source,
        }
    }
}

/// The folder of approvals.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The store in the folder `root`, which need not exist yet.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What was approved for a repository, oldest first.
    ///
    /// # Errors
    /// One of the files cannot be used: see [`StoreError`].
    pub fn approvals(&self, identity: &Identity) -> Result<Vec<Approval>, StoreError> {
        self.in_folder(&identity.key(), Some(identity))
    }

    /// Everything that was approved, by repository, oldest first.
    ///
    /// # Errors
    /// As [`Store::approvals`].
    pub fn all(&self) -> Result<Vec<Approval>, StoreError> {
        let mut all = vec![];
        for folder in files::names(&self.root, &self.root.join("approvals"))? {
            all.extend(self.in_folder(&folder, None)?);
        }
        all.sort_by(|a, b| (&a.repository, a.at, &a.digest).cmp(&(&b.repository, b.at, &b.digest)));
        Ok(all)
    }

    fn in_folder(&self, key: &str, identity: Option<&Identity>) -> Result<Vec<Approval>, StoreError> {
        let folder = self.root.join("approvals").join(key);
        let mut all: Vec<Approval> = vec![];
        for name in files::names(&self.root, &folder)? {
            let path = folder.join(&name);
            let Some(approval) = read::<Approval>(&path)? else {
                continue;
            };
            let named = name.strip_suffix(".json") == Some(&*approval.digest)
                && approval.closure.digest().hex() == approval.digest
                && Identity::named(&approval.repository).key() == key
                && identity.is_none_or(|identity| identity.as_str() == approval.repository);
            if !named {
                return Err(StoreError::Damaged(path.display().to_string()));
            }
            all.push(approval);
        }
        all.sort_by(|a, b| (a.at, &a.digest).cmp(&(b.at, &b.digest)));
        Ok(all)
    }

    /// The states that [`verify`](super::verify::verify) compares with.
    ///
    /// # Errors
    /// As [`Store::approvals`].
    pub fn approved(&self, identity: &Identity) -> Result<Vec<Approved>, StoreError> {
        let all = self.approvals(identity)?;
        Ok(all
            .iter()
            .map(|a| Approved::new("user", a.at, &a.closure.entries))
            .collect())
    }

    /// Repositories other than `identity` for which the same content was approved.
    ///
    /// # Errors
    /// As [`Store::approvals`].
    pub fn elsewhere(&self, identity: &Identity, digest: &str) -> Result<Vec<String>, StoreError> {
        let approvals = self.root.join("approvals");
        let name = format!("{digest}.json");
        let mut out = vec![];
        for folder in files::names(&self.root, &approvals)? {
            if folder != identity.key()
                && let Some(approval) = read::<Approval>(&approvals.join(&folder).join(&name))?
            {
                out.push(approval.repository);
            }
        }
        Ok(out)
    }

    /// Keeps an approval, and `texts` (what its members stood for). A refusal is lifted.
    ///
    /// # Errors
    /// The store cannot be written, or is exposed.
    pub fn approve(
        &self,
        identity: &Identity,
        closure: &Closure,
        texts: &Texts,
        at: u64,
    ) -> Result<(), StoreError> {
        for (name, bytes) in texts {
            let path = self.root.join("texts").join(name);
            if !path.exists() {
                files::write(&self.root, &path, bytes)?;
            }
        }
        let approval = Approval {
            format: VERSION,
            repository: identity.as_str().to_owned(),
            digest: closure.digest().hex(),
            instructs: closure.instructs().hex(),
            at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            closure: closure.clone(),
        };
        let folder = self.root.join("approvals").join(identity.key());
        let path = folder.join(format!("{}.json", approval.digest));
        files::write(&self.root, &path, &json(&path, &approval)?)?;
        self.lift(identity)
    }

    /// Keeps a refusal; approvals of the repository stay, but count for nothing until it is lifted.
    ///
    /// # Errors
    /// The store cannot be written, or is exposed.
    pub fn block(&self, identity: &Identity, reason: Option<&str>, at: u64) -> Result<(), StoreError> {
        let path = self.refusal(identity);
        let refusal = Refusal {
            format: VERSION,
            repository: identity.as_str().to_owned(),
            at,
            reason: reason.map(str::to_owned),
        };
        files::write(&self.root, &path, &json(&path, &refusal)?)
    }

    /// The refusal of a repository.
    ///
    /// # Errors
    /// As [`Store::approvals`].
    pub fn blocked(&self, identity: &Identity) -> Result<Option<Refusal>, StoreError> {
        files::check(&self.root)?;
        read(&self.refusal(identity))
    }

    /// Every refusal, by repository.
    ///
    /// # Errors
    /// As [`Store::approvals`].
    pub fn refusals(&self) -> Result<Vec<Refusal>, StoreError> {
        let folder = self.root.join("refused");
        let mut all = vec![];
        for name in files::names(&self.root, &folder)? {
            all.extend(read::<Refusal>(&folder.join(name))?);
        }
        all.sort_by(|a, b| a.repository.cmp(&b.repository));
        Ok(all)
    }

    /// The digests that name what is kept as approved for a repository, damaged files too.
    ///
    /// # Errors
    /// The folder cannot be read, or holds a file of a later version.
    pub fn kept(&self, identity: &Identity) -> Result<Vec<String>, StoreError> {
        let folder = self.root.join("approvals").join(identity.key());
        let mut all = vec![];
        for name in files::names(&self.root, &folder)? {
            if let Err(error @ (StoreError::Newer { .. } | StoreError::Exposed { .. })) =
                read::<Approval>(&folder.join(&name))
            {
                return Err(error);
            }
            all.extend(name.strip_suffix(".json").map(str::to_owned));
        }
        Ok(all)
    }

    /// Removes every approval of a repository and its refusal; says how many approvals there were. A damaged
    /// file goes too, so that a store can be mended; one of a later version is an error, and nothing goes.
    ///
    /// # Errors
    /// The store cannot be written, is exposed, or holds a file of a later version.
    pub fn forget(&self, identity: &Identity) -> Result<usize, StoreError> {
        let folder = self.root.join("approvals").join(identity.key());
        let mut count = 0;
        for digest in self.kept(identity)? {
            let path = folder.join(format!("{digest}.json"));
            match fs::remove_file(&path) {
                Ok(()) => count += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io(&path)(error)),
            }
        }
        self.lift(identity)?;
        Ok(count)
    }

    /// A file as it was approved, by the digest of its member.
    #[must_use]
    pub fn text(&self, digest: &str) -> Option<Vec<u8>> {
        if digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        files::read(&self.root.join("texts").join(digest), MOST)
            .ok()
            .flatten()
    }

    fn refusal(&self, identity: &Identity) -> PathBuf {
        self.root.join("refused").join(format!("{}.json", identity.key()))
    }

    fn lift(&self, identity: &Identity) -> Result<(), StoreError> {
        let path = self.refusal(identity);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&path)(error)),
            _ => Ok(()),
        }
    }
}

fn json(path: &Path, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![];
    serde_json::to_writer_pretty(&mut bytes, value).map_err(|e| StoreError::io(path)(e.into()))?;
    bytes.write_all(b"\n").map_err(StoreError::io(path))?;
    Ok(bytes)
}

/// Reads a file of the store; `None` if it is not there.
fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, StoreError> {
    let Some(bytes) = files::read(path, MOST)? else {
        return Ok(None);
    };
    let damaged = || StoreError::Damaged(path.display().to_string());
    let head: Head = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if head.format > VERSION {
        return Err(StoreError::Newer {
            path: path.display().to_string(),
            format: head.format,
        });
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|_| damaged())
}
