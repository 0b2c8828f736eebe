//! Paths: inside the scanned tree ([`RepoPath`]), anywhere ([`Location`]), as an operand ([`PathOperand`]).

use super::word::{Anchor, Piece, Unknown, Why, Word};

/// A path inside a tree: relative, `/`-separated, normalised, no `.` or `..`; the root is empty.
/// A name that is not UTF-8 has its odd bytes written as `\xNN` (and the tree keeps the real bytes).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct RepoPath(String);

impl RepoPath {
    /// The root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Normalises `text`. Returns `None` where `..` leaves the tree or the path is absolute.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::root().join(text)
    }

    /// This folder's entry `text` (which may have several parts and `..`). `None` where that leaves the tree.
    #[must_use]
    pub fn join(&self, text: &str) -> Option<Self> {
        if text.starts_with('/') {
            return None;
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/")))
    }

    /// This folder's entry `name`, which is one part as a listing gives it (no `/`, not `.` or `..`).
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + 1 + name.len());
        text.push_str(&self.0);
        if !self.0.is_empty() {
            text.push('/');
        }
        text.push_str(name);
        Self(text)
    }

    /// How this path of a larger tree reads from `folder` in it, with `..` for each step up. For showing
    /// only: a path that climbs is in no tree.
    #[must_use]
    pub fn seen_from(&self, folder: &Self) -> Self {
        let shared = self
            .parts()
            .zip(folder.parts())
            .take_while(|(a, b)| a == b)
            .count();
        let up = std::iter::repeat_n("..", folder.parts().count() - shared);
        Self(up.chain(self.parts().skip(shared)).collect::<Vec<_>>().join("/"))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|p| !p.is_empty())
    }

    /// The last part (empty for the root).
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The text after the last dot of the name, if the name has one that is not its first character.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        let (stem, ext) = self.name().rsplit_once('.')?;
        (!stem.is_empty()).then_some(ext)
    }

    /// The folder it lies in; the root's parent is `None`.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(
            self.0
                .rsplit_once('/')
                .map_or(String::new(), |(dir, _)| dir.to_owned()),
        ))
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `self` is `folder` or lies below it.
    #[must_use]
    pub fn is_in(&self, folder: &Self) -> bool {
        folder.is_root()
            || self == folder
            || self
                .0
                .strip_prefix(&folder.0)
                .is_some_and(|rest| rest.starts_with('/'))
    }
}

impl std::fmt::Display for RepoPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

/// Where a path leads, as far as that can be said before anything runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// Inside the tree.
    Tree(RepoPath),
    /// Below the home folder, relative to it.
    Home(String),
    /// Below a temporary folder whose name is not known, relative to it.
    Temp(String),
    /// An absolute path outside the tree (or not known to be inside).
    Absolute(String),
    /// A relative path that leaves the tree upwards (`../x` from the root), as normalised.
    Above(String),
    /// Decided at run time. The word keeps what is known of it (patterns and bounds).
    Unknown,
}

impl Location {
    /// The location that `word` names, seen from the folder `cwd`; `root` is the folder that [`Anchor::Root`] stands for.
    #[must_use]
    pub fn resolve(word: &Word, cwd: &Self, root: &RepoPath) -> Self {
        let mut text = String::new();
        let mut start: Option<Anchor> = None;
        for (i, piece) in word.pieces.iter().enumerate() {
            match piece {
                Piece::Known(known) => text.push_str(known),
                Piece::Anchor(anchor) if i == 0 => start = Some(*anchor),
                _ => return Self::Unknown,
            }
        }
        match start {
            Some(Anchor::Root) => Self::Tree(root.clone()).join(text.trim_start_matches('/')),
            Some(Anchor::Home) => Self::Home(String::new()).join(text.trim_start_matches('/')),
            Some(Anchor::Temp) => Self::Temp(String::new()).join(text.trim_start_matches('/')),
            None => match through_proc(&text) {
                Some((true, rest)) => cwd.join(rest),
                Some((false, rest)) => cwd.join(&format!("/{rest}")),
                None => cwd.join(&text),
            },
        }
    }

    /// The location of `text` seen from this folder.
    #[must_use]
    pub fn join(&self, text: &str) -> Self {
        if text.starts_with('/') {
            return Self::Absolute(normalise_absolute(text));
        }
        match self {
            Self::Tree(dir) => dir
                .join(text)
                .map_or_else(|| Self::Above(climb(dir.as_str(), text)), Self::Tree),
            Self::Home(dir) => below(dir, text).map_or(Self::Unknown, Self::Home),
            Self::Temp(dir) => below(dir, text).map_or(Self::Unknown, Self::Temp),
            Self::Absolute(dir) => Self::Absolute(normalise_absolute(&format!("{dir}/{text}"))),
            Self::Above(dir) => Self::Above(climb(dir, text)),
            Self::Unknown => Self::Unknown,
        }
    }

    /// The path in the tree, if it lies there.
    #[must_use]
    pub fn in_tree(&self) -> Option<&RepoPath> {
        match self {
            Self::Tree(path) => Some(path),
            _ => None,
        }
    }

    /// For people: `x/y`, `~/x`, `/x`, `../x`, `<temp>/x`, `…`. Not escaped for any edge.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Tree(path) => path.to_string(),
            Self::Home(rest) => format!("~/{rest}"),
            Self::Temp(rest) => format!("<temp>/{rest}"),
            Self::Absolute(path) | Self::Above(path) => path.clone(),
            Self::Unknown => "…".to_owned(),
        }
    }
}

/// `/proc/self/cwd/x` and `/proc/self/root/x`: whether it is the working folder, and the rest.
fn through_proc(text: &str) -> Option<(bool, &str)> {
    let rest = text.strip_prefix("/proc/")?;
    let (process, rest) = rest.split_once('/')?;
    if process != "self" && process != "thread-self" {
        return None;
    }
    let (link, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match link {
        "cwd" => Some((true, rest.trim_start_matches('/'))),
        "root" => Some((false, rest.trim_start_matches('/'))),
        _ => None,
    }
}

fn below(dir: &str, text: &str) -> Option<String> {
    RepoPath::new(dir)?.join(text).map(|p| p.as_str().to_owned())
}

fn climb(dir: &str, text: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in dir.split('/').chain(text.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn normalise_absolute(text: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A path as an effect names it: as written and as resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathOperand {
    /// As written.
    pub written: Word,
    /// As resolved from the working folder at that point.
    pub at: Location,
}

impl PathOperand {
    /// An operand whose location is not known beyond the word.
    #[must_use]
    pub fn unknown(why: Why) -> Self {
        let piece = Piece::Unknown(Unknown {
            why,
            bound: None,
            from: vec![],
        });
        Self {
            written: Word {
                pieces: vec![piece],
                from: vec![],
            },
            at: Location::Unknown,
        }
    }
}
