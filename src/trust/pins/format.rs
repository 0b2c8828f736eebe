//! The file of one pin: what is pinned, and the signature over it.
//!
//! A pin states the digest of one entry, or (an *index*) which entries must at least be there. Entries
//! and indexes lie in files of their own, so that two branches that change different entries merge
//! without being signed again.

use serde::{Deserialize, Serialize};

use crate::model::closure::{EntryClass, EntryId};
use crate::model::digest::{Digest, Domain};

/// Version of the format.
pub const VERSION: u32 = 1;

/// Bytes of one pin file that are read. A signature takes less than 1 KB, an index of 1,000 entries 100 KB.
pub const MAX_BYTES: u64 = 512 * 1024;

/// What a pin file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Version of the format.
    pub version: u32,
    /// Identity of the repository that it speaks of.
    pub repository: String,
    /// Number that grows with each signing.
    pub serial: u64,
    /// When it was signed, as the signer says.
    pub signed: jiff::Timestamp,
    /// One entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<PinnedEntry>,
    /// The entries that must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<PinnedIndex>,
    /// The signature; a pin without one approves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// One entry of the closure, as it was reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedEntry {
    /// Its id.
    pub id: EntryId,
    /// Its class.
    pub class: EntryClass,
    /// Its digest.
    pub digest: String,
}

/// The entries that must at least be there: removing one together with its pin is noticed by this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedIndex {
    /// Ids, sorted.
    pub ids: Vec<EntryId>,
    /// Names ([`Pin::name`]) of the indexes that this one takes the place of, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The principal, as the allowed signers name it.
    pub signer: String,
    /// The armoured SSH signature.
    pub ssh: String,
}

/// Why a pin file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not UTF-8 or not TOML of this form.
    #[error("is no pin: {0}")]
    Malformed(String),
    /// Written by a later version of the program.
    #[error("has version {0}, this program knows {VERSION}: a newer claude-guard wrote it")]
    Newer(u32),
    /// Holds both or none of entry and index.
    #[error("must hold either [entry] or [index]")]
    Neither,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Pin {
    /// Reads a pin file.
    ///
    /// # Errors
    /// When it is no pin, or one of a later version.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        let malformed = |error: &dyn std::fmt::Display| FormatError::Malformed(error.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
        let head: Versioned = toml::from_str(text).map_err(|error| malformed(&error.message()))?;
        if head.version != VERSION {
            return Err(FormatError::Newer(head.version));
        }
        let mut pin: Self = toml::from_str(text).map_err(|error| malformed(&error.message()))?;
        if pin.entry.is_some() == pin.index.is_some() {
            return Err(FormatError::Neither);
        }
        if let Some(index) = &mut pin.index {
            index.ids.sort_unstable();
            index.ids.dedup();
            index.replaces.sort_unstable();
            index.replaces.dedup();
        }
        Ok(pin)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// When the value cannot be written as TOML; none is known.
    pub fn to_toml(&self) -> Result<String, FormatError> {
        toml::to_string_pretty(self).map_err(|error| FormatError::Malformed(error.to_string()))
    }

    /// The bytes that are signed: every field but the signature, each with its length before it, so that no
    /// two pins share them.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        let mut field = |name: &str, value: &str| {
            out.extend_from_slice(format!("{name} {}:{value}\n", value.len()).as_bytes());
        };
        field("claude-guard-pin", &self.version.to_string());
        field("repository", &self.repository);
        field("serial", &self.serial.to_string());
        field("signed", &self.signed.to_string());
        if let Some(entry) = &self.entry {
            field("entry", entry.id.as_str());
            field("class", class_name(entry.class));
            field("digest", &entry.digest);
        }
        if let Some(index) = &self.index {
            field("index", &index.ids.len().to_string());
            for id in &index.ids {
                field("id", id.as_str());
            }
            for name in &index.replaces {
                field("replaces", name);
            }
        }
        out
    }

    /// The digest of what is signed: an index is called so where another takes its place.
    #[must_use]
    pub fn name(&self) -> String {
        Digest::of(Domain::Value, [self.message().as_slice()]).hex()
    }

    /// Whether both say the same, serial, time and signature aside.
    #[must_use]
    pub fn says_what(&self, other: &Self) -> bool {
        self.repository == other.repository && self.entry == other.entry && self.index == other.index
    }

    /// The name of the file that it belongs into, below `.claude-guard/pins`.
    #[must_use]
    pub fn file_name(&self) -> String {
        match (&self.entry, &self.index) {
            (Some(entry), _) => entry_file(entry.id.as_str()),
            (None, index) => {
                let ids = index.iter().flat_map(|index| &index.ids);
                let digest = Digest::of(Domain::Value, ids.map(|id| id.as_str().as_bytes())).hex();
                format!("index-{}.toml", digest.get(..12).unwrap_or_default())
            }
        }
    }
}

fn class_name(class: EntryClass) -> &'static str {
    match class {
        EntryClass::Runs => "runs",
        EntryClass::Instructs => "instructs",
    }
}

/// The file of the pin of entry `id`: readable, the same on every system, and no two ids share one.
#[must_use]
pub fn entry_file(id: &str) -> String {
    let plain: String = id
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' => c,
            _ => '_',
        })
        .take(80)
        .collect();
    let digest = Digest::of(Domain::Value, [id.as_bytes()]).hex();
    // Names that differ in nothing but case, or in what became `_`, must not meet on any file system.
    format!(
        "{}-{}.toml",
        plain.trim_matches('.'),
        digest.get(..10).unwrap_or_default()
    )
}
