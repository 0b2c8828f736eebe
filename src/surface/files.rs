//! [`Files`]: reads text files of the tree, each once, and keeps account.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::covers::Touched;
use super::traced::Traced;
use crate::lang::encoding;
use crate::model::tree::ReadError;
use crate::model::{Limits, RepoPath, Tree};

/// A text file.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file itself, links followed.
    pub path: RepoPath,
    /// Its text, decoded as the client does.
    pub text: Arc<str>,
    /// What the bytes are, where they are no text.
    pub binary: Option<&'static str>,
}

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The tree says no.
    Read(ReadError),
    /// The limit on bytes read in all is reached.
    TotalLimit(u64),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(error) => write!(f, "{error}"),
            Self::TotalLimit(limit) => write!(f, "the limit of {limit} bytes in all is reached"),
        }
    }
}

/// The files read so far.
pub struct Files<'a> {
    tree: &'a Traced<'a>,
    limits: &'a Limits,
    cache: HashMap<RepoPath, Result<Text, Fault>>,
    total: u64,
    /// Every file that was read.
    pub read: BTreeSet<RepoPath>,
}

impl<'a> Files<'a> {
    /// Nothing read yet.
    #[must_use]
    pub(super) fn new(tree: &'a Traced<'a>, limits: &'a Limits) -> Self {
        Self {
            tree,
            limits,
            cache: HashMap::new(),
            total: 0,
            read: BTreeSet::new(),
        }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    /// Notes that `touched` belongs to the trigger that is read.
    pub(super) fn note(&self, touched: Touched) {
        self.tree.note(touched);
    }

    /// Whether a file with line ends that git may have converted was read.
    pub(super) fn carriage_returns(&self) -> bool {
        self.tree.carriage_returns.get()
    }

    /// What belongs to the trigger that was read, since this was asked last.
    pub(super) fn touched(&self) -> Vec<Touched> {
        self.tree.take()
    }

    /// The text of the file at `path`, links inside the tree followed. An approval of the trigger that is
    /// read covers the file, or that it is missing.
    ///
    /// # Errors
    /// Any [`Fault`].
    pub fn text(&mut self, path: &RepoPath) -> Result<Text, Fault> {
        self.note(Touched::File(path.clone()));
        self.glance(path)
    }

    /// The same for a file that has an entry of its own, or of which only a part matters.
    ///
    /// # Errors
    /// Any [`Fault`].
    pub fn glance(&mut self, path: &RepoPath) -> Result<Text, Fault> {
        let real = self.tree.resolve(path).map_err(Fault::Read)?;
        if let Some(done) = self.cache.get(&real) {
            return done.clone();
        }
        let text = self.load(&real);
        self.cache.insert(real, text.clone());
        text
    }

    fn load(&mut self, real: &RepoPath) -> Result<Text, Fault> {
        if self.total >= self.limits.total_bytes {
            return Err(Fault::TotalLimit(self.limits.total_bytes));
        }
        let bytes = self
            .tree
            .untraced()
            .read(real, self.limits.file_bytes)
            .map_err(Fault::Read)?;
        self.total = self
            .total
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.read.insert(real.clone());
        if bytes.contains(&b'\r') {
            self.tree.carriage_returns.set(true);
        }
        let binary = binary(&bytes);
        let decoded = encoding::decode(&bytes);
        Ok(Text {
            path: real.clone(),
            text: decoded.text.into(),
            binary,
        })
    }
}

/// What the bytes are by their first ones, if they are no text.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x7fELF", "a program (ELF)"),
        (b"MZ\x90", "a program (PE)"),
        (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
        (b"\xca\xfe\xba\xbe", "a program (Mach-O or Java)"),
        (b"\x00asm", "a program (WebAssembly)"),
        (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"%PDF-", "a document (PDF)"),
        (b"PK\x03\x04", "an archive (zip)"),
        (b"\x1f\x8b", "an archive (gzip)"),
        (b"\xfd7zXZ\x00", "an archive (xz)"),
        (b"7z\xbc\xaf", "an archive (7z)"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let text = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let head = bytes.get(..8192).unwrap_or(bytes);
    (!text && head.contains(&0)).then_some("no text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::MemoryTree;

    #[test]
    fn a_file_is_read_once_and_counted() {
        let tree = MemoryTree::new().file("a", "1234").file("b", "5").link("c", "a");
        let limits = Limits {
            total_bytes: 4,
            ..Limits::default()
        };
        let traced = Traced::new(&tree);
        let mut files = Files::new(&traced, &limits);
        let path = |text: &str| RepoPath::new(text).unwrap_or_default();
        assert_eq!(
            &*files.text(&path("a")).map(|t| t.text).unwrap_or_default(),
            "1234"
        );
        assert_eq!(files.text(&path("c")).map(|t| t.path), Ok(path("a")));
        assert_eq!(files.text(&path("b")).map(|t| t.path), Err(Fault::TotalLimit(4)));
        assert_eq!(files.read.len(), 1);
        let named = |text: &str| Touched::File(path(text));
        assert_eq!(files.touched(), [named("a"), named("b"), named("c")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        assert_eq!(binary(b"\x7fELF\x02"), Some("a program (ELF)"));
        assert_eq!(binary(b"echo\0"), Some("no text"));
        assert_eq!(binary(b"\xff\xfe{\0}\0"), None);
        assert_eq!(binary("#!/bin/sh\n# ümlaut".as_bytes()), None);
    }
}
