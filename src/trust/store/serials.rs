//! The highest serials seen of a repository's signed pins.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Store, StoreError, files, json, read};
use crate::model::closure::VERSION;
use crate::trust::Identity;
use crate::trust::pins::check::Serials;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    format: u32,
    repository: String,
    highest: Serials,
}

impl Store {
    /// The highest serials seen of the repository's pins.
    ///
    /// # Errors
    /// The file cannot be used: see [`StoreError`].
    pub fn serials(&self, identity: &Identity) -> Result<Serials, StoreError> {
        let path = self.seen(identity);
        let seen: Option<Seen> = read(&path)?;
        match seen {
            Some(seen) if seen.repository != identity.as_str() => {
                Err(StoreError::Damaged(path.display().to_string()))
            }
            seen => Ok(seen.map(|seen| seen.highest).unwrap_or_default()),
        }
    }

    /// Raises the serials seen; none is ever lowered.
    ///
    /// # Errors
    /// The file cannot be read or written: see [`StoreError`].
    pub fn remember(&self, identity: &Identity, serials: &Serials) -> Result<(), StoreError> {
        let mut highest = self.serials(identity)?;
        let mut raised = false;
        for (id, serial) in serials {
            let known = highest.entry(id.clone()).or_insert(0);
            raised |= *serial > *known;
            *known = (*known).max(*serial);
        }
        if !raised {
            return Ok(());
        }
        let path = self.seen(identity);
        let seen = Seen {
            format: VERSION,
            repository: identity.as_str().to_owned(),
            highest,
        };
        files::write(self.root(), &path, &json(&path, &seen)?)
    }

    fn seen(&self, identity: &Identity) -> PathBuf {
        self.root()
            .join("serials")
            .join(format!("{}.json", identity.key()))
    }
}
