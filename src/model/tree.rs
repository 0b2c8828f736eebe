//! [`Tree`]: files at rest, from a work tree or from a commit, read the same way.

use super::path::RepoPath;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File {
        /// The listing says that it may be executed. A work tree does not ask while it lists
        /// (a call a file): use [`Tree::is_executable`].
        executable: bool,
    },
    /// A symbolic link with its target as written.
    Link {
        /// The target text.
        target: String,
    },
    /// A submodule at a commit.
    Submodule {
        /// Commit id as hex.
        commit: String,
    },
    /// A FIFO, socket or device: named, never opened.
    Special,
}

/// One entry of a tree (folders are implied by their entries).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub path: RepoPath,
    /// What.
    pub kind: EntryKind,
    /// Size in bytes, where known without reading.
    pub size: Option<u64>,
    /// git tracks it, where the listing says so: use [`Tree::is_tracked`], which looks it up.
    pub tracked: Option<bool>,
}

/// A part of a tree that is not in its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    /// The folder or file.
    pub path: RepoPath,
    /// Why.
    pub why: UnlistedWhy,
}

/// Why a part of a tree is not in its entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlistedWhy {
    /// The system or the object database said no.
    #[error("could not be listed: {0}")]
    Failed(String),
    /// A limit on entries or depth was reached here; all that comes after is not seen either.
    #[error("holds more than the limit of {limit} {what}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// Another name that reads the same once its odd bytes are escaped.
    #[error("two names read the same here, one of them is not listed")]
    SameName,
    /// A linked work tree of this very repository: scan it by itself.
    #[error("is a linked work tree of this repository, scan it by itself")]
    LinkedWorkTree,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("no such file in the tree")]
    Missing,
    /// A link in its way leaves the tree.
    #[error("leads out of the tree, to `{0}`")]
    Outside(String),
    /// Links lead in a circle, or too many follow each other.
    #[error("symbolic links lead in a circle")]
    LinkLoop,
    /// It is a folder, a submodule or a special file.
    #[error("is not a regular file")]
    NotAFile,
    /// Larger than the limit.
    #[error("has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Bytes it has.
        size: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The system or the object database said no.
    #[error("{0}")]
    Failed(String),
}

/// Files at rest. Nothing is executed, no link is followed out of the tree.
pub trait Tree {
    /// All files, links, submodules and special files, sorted by path.
    fn entries(&self) -> &[Entry];

    /// The entry at `path` itself, no link followed.
    fn entry(&self, path: &RepoPath) -> Option<&Entry> {
        self.entries()
            .binary_search_by(|e| e.path.cmp(path))
            .ok()
            .map(|i| &self.entries()[i])
    }

    /// Whether `path` is a folder (some entry lies below it), no link followed.
    fn is_dir(&self, path: &RepoPath) -> bool {
        path.is_root() || self.below(path).next().is_some()
    }

    /// All entries below the folder `path`, no link followed, in order.
    fn below<'a>(&'a self, path: &RepoPath) -> Box<dyn Iterator<Item = &'a Entry> + 'a> {
        let all = self.entries();
        if path.is_root() {
            return Box::new(all.iter());
        }
        // '/' sorts after '-' and '.', so the children of `a` are contiguous from `a/` on.
        let prefix = format!("{}/", path.as_str());
        let start = all.partition_point(|e| e.path.as_str() < prefix.as_str());
        Box::new(
            all[start..]
                .iter()
                .take_while(move |e| e.path.as_str().starts_with(&prefix)),
        )
    }

    /// The path that `path` names once links inside the tree are followed, part by part (at most 40).
    /// An absolute target counts as outside, wherever it leads.
    ///
    /// # Errors
    /// `Missing`, `Outside` or `LinkLoop`. A folder resolves like a file.
    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        resolve_links(self, path)
    }

    /// The bytes of the regular file at `path`, links inside the tree followed, at most `limit` bytes.
    ///
    /// # Errors
    /// Any [`ReadError`].
    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// The bytes as git stores them: those of [`Tree::read`], but for a file of a work tree that differs
    /// from what git tracks by git's own conversion of line ends only, what git tracks.
    ///
    /// # Errors
    /// Any [`ReadError`].
    fn read_stored(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.read(path, limit)
    }

    /// Submodules that git tracks here, where the entries show what lies in them instead: sorted.
    fn submodules(&self) -> Vec<Entry> {
        vec![]
    }

    /// Parts of the tree that could not be listed, or were not on purpose. What lies there was not seen.
    fn unlisted(&self) -> &[Unlisted] {
        &[]
    }

    /// Entries whose path is an escaped form, because a name in it is not UTF-8, in order.
    fn escaped(&self) -> Vec<&RepoPath> {
        vec![]
    }

    /// The size in bytes of the regular file at `path` itself, content not read.
    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.entry(path)?.size
    }

    /// Whether the regular file at `path` itself may be executed.
    fn is_executable(&self, path: &RepoPath) -> bool {
        matches!(
            self.entry(path),
            Some(Entry {
                kind: EntryKind::File { executable: true },
                ..
            })
        )
    }

    /// Whether git tracks `path` (`None`: not known, or no git).
    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        self.entry(path)?.tracked
    }
}

/// A tree held in memory: the examples of rule pages, tests, and trees handed to plug-ins.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    entries: Vec<Entry>,
    bytes: std::collections::BTreeMap<RepoPath, Vec<u8>>,
}

impl MemoryTree {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file; a path that leaves the tree is ignored. Executable where it starts with `#!`.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let Some(path) = RepoPath::new(path) else {
            return self;
        };
        let size = u64::try_from(bytes.len()).ok();
        self.insert(
            &path,
            EntryKind::File {
                executable: bytes.starts_with(b"#!"),
            },
            size,
        );
        self.bytes.insert(path, bytes);
        self
    }

    /// Adds or replaces a symbolic link; a path that leaves the tree is ignored.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Self {
        if let Some(path) = RepoPath::new(path) {
            self.insert(
                &path,
                EntryKind::Link {
                    target: target.to_owned(),
                },
                None,
            );
        }
        self
    }

    fn insert(&mut self, path: &RepoPath, kind: EntryKind, size: Option<u64>) {
        let entry = Entry {
            path: path.clone(),
            kind,
            size,
            tracked: Some(true),
        };
        match self.entries.binary_search_by(|e| e.path.cmp(path)) {
            Ok(at) => self.entries[at] = entry,
            Err(at) => self.entries.insert(at, entry),
        }
    }
}

impl Tree for MemoryTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        resolve_links(self, path)
    }

    /// Those spelled so: a name in memory is a text from the start.
    fn escaped(&self) -> Vec<&RepoPath> {
        let odd = |text: &str| {
            let mut parts = text.split("\\x").skip(1);
            parts.any(|rest| {
                let byte = rest.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
                byte.is_some_and(|byte| byte >= 0x80)
            })
        };
        let paths = self.entries.iter().map(|entry| &entry.path);
        paths.filter(|path| odd(path.as_str())).collect()
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let path = self.resolve(path)?;
        let bytes = self.bytes.get(&path).ok_or(ReadError::NotAFile)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > limit {
            return Err(ReadError::TooLarge { size, limit });
        }
        Ok(bytes.clone())
    }
}

/// Most links followed on the way to one file, as the kernel's own limit.
const LINKS: usize = 40;

/// Follows links inside the tree, part by part, by the entries alone: what any tree can use for [`Tree::resolve`].
///
/// # Errors
/// `Missing`, `Outside` or `LinkLoop`.
pub fn resolve_links(tree: &(impl Tree + ?Sized), path: &RepoPath) -> Result<RepoPath, ReadError> {
    let mut done = RepoPath::root();
    // Parts still to walk, last first.
    let mut open: Vec<String> = path.parts().rev().map(str::to_owned).collect();
    let mut links = 0;
    while let Some(part) = open.pop() {
        if part == ".." {
            done = done.parent().ok_or_else(|| ReadError::Outside("..".to_owned()))?;
            continue;
        }
        let next = done.join(&part).ok_or(ReadError::Missing)?;
        match tree.entry(&next).map(|e| &e.kind) {
            Some(EntryKind::Link { target }) => {
                links += 1;
                if links > LINKS {
                    return Err(ReadError::LinkLoop);
                }
                if target.starts_with('/') {
                    return Err(ReadError::Outside(target.clone()));
                }
                // `..` may leave the tree from here: walked one by one, so that it is noticed.
                let mut depth = done.parts().count();
                for part in target.split('/').filter(|p| !p.is_empty() && *p != ".") {
                    if part == ".." {
                        depth = depth
                            .checked_sub(1)
                            .ok_or_else(|| ReadError::Outside(target.clone()))?;
                    } else {
                        depth += 1;
                    }
                }
                open.extend(
                    target
                        .split('/')
                        .rev()
                        .filter(|p| !p.is_empty() && *p != ".")
                        .map(str::to_owned),
                );
            }
            Some(_) => done = next,
            None if tree.is_dir(&next) => done = next,
            None => return Err(ReadError::Missing),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    #[test]
    fn links_are_followed_inside_the_tree_only() {
        let tree = MemoryTree::new()
            .file("real/a.txt", "hello")
            .link("folder", "real")
            .link("deep/up", "../folder/a.txt")
            .link("out", "../../etc/passwd")
            .link("abs", "/etc/passwd")
            .link("x", "y")
            .link("y", "x");
        assert_eq!(tree.read(&path("folder/a.txt"), 99), Ok(b"hello".to_vec()));
        assert_eq!(tree.resolve(&path("deep/up")), Ok(path("real/a.txt")));
        assert_eq!(
            tree.resolve(&path("out")),
            Err(ReadError::Outside("../../etc/passwd".to_owned()))
        );
        assert_eq!(
            tree.resolve(&path("abs")),
            Err(ReadError::Outside("/etc/passwd".to_owned()))
        );
        assert_eq!(tree.resolve(&path("x")), Err(ReadError::LinkLoop));
        assert_eq!(tree.resolve(&path("nothing")), Err(ReadError::Missing));
        assert_eq!(
            tree.read(&path("real/a.txt"), 2),
            Err(ReadError::TooLarge { size: 5, limit: 2 })
        );
    }

    #[test]
    fn the_entries_below_a_folder_are_found_among_neighbours() {
        let tree = MemoryTree::new()
            .file("a-b", "")
            .file("a.c", "")
            .file("a/x", "")
            .file("a/y/z", "")
            .file("ab", "");
        let below: Vec<&str> = tree.below(&path("a")).map(|e| e.path.as_str()).collect();
        assert_eq!(below, ["a/x", "a/y/z"]);
        assert!(tree.is_dir(&path("a/y")) && !tree.is_dir(&path("a-b")));
    }
}
