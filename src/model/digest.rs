//! [`Digest`]: SHA-256, typed by what was hashed.

use sha2::Digest as _;

/// What a digest is over. The domain goes into the hash, so equal bytes of two domains differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// The bytes of a file.
    File,
    /// A list of tree entries.
    Tree,
    /// The identity of a finding.
    Fingerprint,
    /// What a finding rests on.
    Evidence,
    /// A configuration value in canonical form.
    Value,
    /// An entry of a closure.
    Entry,
    /// A closure.
    Closure,
    /// The identity of a repository.
    Identity,
}

/// A SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    domain: Domain,
    bytes: [u8; 32],
}

impl Digest {
    /// Hashes `parts`; each part's length goes in too, so that parts cannot run into each other.
    #[must_use]
    pub fn of<'a>(domain: Domain, parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = sha2::Sha256::new();
        hasher.update(format!("claude-guard {domain:?}\n").as_bytes());
        for part in parts {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
        Self {
            domain,
            bytes: hasher.finalize().into(),
        }
    }

    /// What it is over.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// Lower-case hexadecimal digits, all 64.
    #[must_use]
    pub fn hex(&self) -> String {
        self.bytes
            .iter()
            .fold(String::with_capacity(64), |mut out, byte| {
                out.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
                out.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
                out
            })
    }

    /// The first twelve hexadecimal digits, for names.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex()[..12].to_owned()
    }
}
