//! [`Closure`]: everything that one approval covers, entry by entry, with digests.
//!
//! `src/trust/closure` makes it from a tree; the store keeps it; `report` shows it.

use super::digest::{Digest, Domain};
use super::path::RepoPath;

/// Version of what the digests are over. Another version never matches.
pub const VERSION: u32 = 1;

/// Longest part of a name before it is cut.
const PART: usize = 96;

/// The stable name of an entry: `claude/hooks/PostToolUse/Edit-1a2b3c4d5e6f`, `mcp/db`,
/// `skill/deploy/text`. Of a project in a sub-folder: `in/FOLDER/…`. Of what git does not track:
/// `local/…`.
///
/// It can be a path: parts hold letters, digits and `._@+-=` only, others as `%` and two hexadecimal
/// digits, no part is `.` or `..`, and a long one is cut and ends with a digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// The name with these parts. Parts are text of a repository; each is escaped.
    #[must_use]
    pub fn new<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(part).collect();
        Self(parts.join("/"))
    }

    /// The name below another.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, part(name)))
    }

    /// The same entry of the project in `folder`.
    #[must_use]
    pub fn in_folder(self, folder: &RepoPath) -> Self {
        if folder.is_root() {
            return self;
        }
        Self(format!("in/{}/{}", part(folder.as_str()), self.0))
    }

    /// The same entry as far as git does not track it.
    #[must_use]
    pub fn local(self) -> Self {
        Self(format!("local/{}", self.0))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._@+-=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02x}"));
        }
    }
    if out.bytes().all(|b| b == b'.') {
        // Empty, `.` and `..` are no names of files.
        out = format!("%{}", out.len());
    }
    if out.len() > PART {
        let short = Digest::of(Domain::Value, [text.as_bytes()]).short();
        let kept: String = out.chars().take(PART - short.len() - 1).collect();
        // Not in the middle of an escape.
        let kept = kept
            .rfind('%')
            .filter(|at| at + 3 > kept.len())
            .map_or(&*kept, |at| &kept[..at]);
        return format!("{kept}~{short}");
    }
    out
}

/// What an entry can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryClass {
    /// Code, endpoints, environment, permissions, protections, sources of code.
    Runs,
    /// Text for the model.
    Instructs,
}

/// What part of an entry a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A configuration value in canonical form.
    Value,
    /// The bytes of a file.
    File,
    /// The target of a symbolic link.
    Link,
    /// The commit of a submodule.
    Submodule,
    /// A file that something names and that is not there.
    Missing,
    /// A file that something names and that lies outside the tree.
    Outside,
    /// A file that is there and could not be read.
    Unread,
    /// What a lock file says of a package.
    Locked,
    /// A list of names.
    List,
}

/// One thing that was hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// What it is.
    pub role: Role,
    /// The file, with `#` and a pointer for a part of it.
    pub name: String,
    /// The file may be executed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    /// Over its content, 64 hexadecimal digits; empty where there is none.
    pub digest: String,
}

/// One thing that an approval covers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Its name.
    pub id: EntryId,
    /// What it can do.
    pub class: EntryClass,
    /// It comes from files that git does not track: part of a person's approval, never of a commit's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
    /// What was hashed, sorted.
    pub members: Vec<Member>,
}

impl Entry {
    /// Over name, class and members.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut parts: Vec<String> = vec![self.id.0.clone(), format!("{:?} {}", self.class, self.local)];
        for member in &self.members {
            parts.push(format!("{:?} {}", member.role, member.executable));
            parts.push(member.name.clone());
            parts.push(member.digest.clone());
        }
        Digest::of(Domain::Entry, parts.iter().map(String::as_bytes))
    }
}

/// What one trigger does, in words: so that a later state can be compared with this one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Act {
    /// The entry it belongs to.
    pub entry: EntryId,
    /// What tells it from the others of its entry, and survives a change of what it does.
    pub key: String,
    /// When it acts: `after every edit`.
    pub when: String,
    /// What it is: the command, the switch and its value. Text of the repository.
    pub what: String,
    /// Its effects: `connects to cdn.example`, `writes out.txt`. Text of the repository.
    pub does: Vec<String>,
}

/// Everything that one approval covers.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Closure {
    /// Sorted by name, each name once.
    pub entries: Vec<Entry>,
    /// What could not be looked at; an approval needs it to be empty.
    pub gaps: Vec<String>,
    /// What the triggers do, sorted.
    pub acts: Vec<Act>,
}

impl Closure {
    /// Over all entries that run and that git tracks: what a commit fixes.
    #[must_use]
    pub fn runs(&self) -> Digest {
        self.over("runs", |entry| entry.class == EntryClass::Runs && !entry.local)
    }

    /// Over all entries that instruct and that git tracks.
    #[must_use]
    pub fn instructs(&self) -> Digest {
        self.over("instructs", |entry| {
            entry.class == EntryClass::Instructs && !entry.local
        })
    }

    /// What a person approves: [`Closure::runs`], and what runs and is not tracked.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let local = |entry: &Entry| entry.class == EntryClass::Runs && entry.local;
        if !self.entries.iter().any(local) {
            return self.runs();
        }
        self.over("all", |entry| entry.class == EntryClass::Runs)
    }

    fn over(&self, what: &str, takes: impl Fn(&Entry) -> bool) -> Digest {
        let mut parts: Vec<String> = vec![what.to_owned(), VERSION.to_string()];
        for entry in self.entries.iter().filter(|entry| takes(entry)) {
            parts.push(entry.id.0.clone());
            parts.push(entry.digest().hex());
        }
        Digest::of(Domain::Closure, parts.iter().map(String::as_bytes))
    }

    /// The entry with this name.
    #[must_use]
    pub fn entry(&self, id: &EntryId) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.id.cmp(id)).ok()?;
        self.entries.get(at)
    }

    /// Whether everything was looked at.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }
}

/// How an entry stands to what was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// As approved.
    Approved,
    /// Nothing of this name was approved.
    Unknown,
    /// Another content was approved.
    Changed,
    /// It was approved and is gone.
    Missing,
}

/// How a repository stands to what was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustState {
    /// Every entry that runs is as approved.
    Approved,
    /// Nothing was approved for this repository.
    Unknown,
    /// Something else was approved.
    Drift,
    /// A person refused it.
    Blocked,
}

impl TrustState {
    /// As people and programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Unknown => "unknown",
            Self::Drift => "drift",
            Self::Blocked => "blocked",
        }
    }
}

/// One entry compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its name.
    pub id: EntryId,
    /// What it can do.
    pub class: EntryClass,
    /// It is of files that git does not track.
    pub local: bool,
    /// How it stands.
    pub state: EntryState,
    /// Who approved it: `user`, a signer, a trusted origin.
    pub by: Option<String>,
}

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How the repository stands.
    pub state: TrustState,
    /// [`Closure::digest`] of what is there: what an approval would name.
    pub digest: String,
    /// Every entry that is there or was approved, sorted by name.
    pub entries: Vec<Checked>,
    /// What to know besides, in words: the same content approved elsewhere, what could not be read.
    pub notes: Vec<String>,
    /// Everything was looked at.
    pub complete: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_paths_whatever_a_repository_calls_things() {
        let id = |parts: &[&str]| EntryId::new(parts.iter().copied()).as_str().to_owned();
        assert_eq!(id(&["mcp", "db"]), "mcp/db");
        assert_eq!(id(&["mcp", "../../x"]), "mcp/..%2f..%2fx");
        assert_eq!(id(&["mcp", ".."]), "mcp/%2");
        assert_eq!(id(&["mcp", ""]), "mcp/%0");
        assert_eq!(id(&["mcp", "%2"]), "mcp/%252");
        let (a, b) = ("ü".repeat(90), "ü".repeat(91));
        assert_ne!(id(&[&a]), id(&[&b]));
        assert!(id(&[&a]).len() <= PART);
    }
}
