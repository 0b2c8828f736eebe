//! From the files that were asked for to what is hashed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::locks::Locks;
use super::view::is_local;
use crate::lang::json;
use crate::model::closure::{Member, Role};
use crate::model::digest::{Digest, Domain};
use crate::model::tree::{EntryKind, ReadError};
use crate::model::{RepoPath, Tree};
use crate::surface::covers::Touched;
use crate::trust::canonical::{canonical, canonical_without};

/// Bytes of one text that is kept, for showing changes later.
const TEXT: usize = 256 << 10;
/// Bytes of one file that are hashed.
const FILE: u64 = 256 << 20;
/// Links followed on the way to one file, as the kernel's own limit.
const LINKS: usize = 40;

/// Members of a `package.json` that change nothing of how its scripts and modules run. Scripts are members
/// of their own.
const PLAIN: &[&str] = &[
    "scripts",
    "name",
    "version",
    "description",
    "keywords",
    "author",
    "contributors",
    "maintainers",
    "license",
    "licenses",
    "bugs",
    "homepage",
    "repository",
    "funding",
    "private",
    "files",
    "man",
    "publishConfig",
    "readme",
    "types",
    "typings",
];
/// Members that a lock file speaks for.
const VERSIONS: &[&str] = &[
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
    "peerDependenciesMeta",
    "bundleDependencies",
    "bundledDependencies",
];

/// What of a tree was hashed so far.
pub(super) struct Hasher<'a> {
    tree: &'a dyn Tree,
    pub locks: Locks<'a>,
    files: HashMap<RepoPath, Result<String, ReadError>>,
    /// What could not be read.
    pub gaps: BTreeSet<String>,
    /// What was hashed, by digest, where it is asked for.
    pub texts: Option<BTreeMap<String, Vec<u8>>>,
}

/// What one entry is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub members: BTreeSet<Member>,
    /// Files and links of the tree among them.
    pub files: BTreeSet<RepoPath>,
}

impl Parts {
    fn add(&mut self, role: Role, name: &RepoPath, digest: String) {
        self.members.insert(Member {
            role,
            name: name.as_str().to_owned(),
            executable: false,
            digest,
        });
    }
}

fn hex(domain: Domain, bytes: &[u8]) -> String {
    Digest::of(domain, [bytes]).hex()
}

impl<'a> Hasher<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self {
            tree,
            locks: Locks::new(tree),
            files: HashMap::new(),
            gaps: BTreeSet::new(),
            texts: None,
        }
    }

    /// Adds a configuration value; `name` is the file, `#`, the pointer; `written` is what people see.
    pub fn value(&mut self, parts: &mut Parts, name: String, bytes: &[u8], written: &str) {
        let digest = hex(Domain::Value, bytes);
        self.keep(&digest, written.as_bytes());
        parts.members.insert(Member {
            role: Role::Value,
            name,
            executable: false,
            digest,
        });
    }

    fn keep(&mut self, digest: &str, bytes: &[u8]) {
        if let Some(texts) = &mut self.texts
            && bytes.len() <= TEXT
            && !bytes.contains(&0)
        {
            texts.insert(digest.to_owned(), bytes.to_vec());
        }
    }

    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    /// The bytes of a configuration file.
    pub fn read(&mut self, path: &RepoPath) -> Option<Vec<u8>> {
        match self.tree.read_stored(path, FILE) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.gaps.insert(format!("{path}: {error}"));
                None
            }
        }
    }

    /// Adds what was asked for.
    pub fn touched(&mut self, touched: &Touched, parts: &mut Parts) {
        match touched {
            Touched::File(path) => self.file(path, parts),
            Touched::Member(path, keys) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                self.json(path, &format!("/{}", keys.join("/")), parts, |root| {
                    let value = root.path(&keys)?;
                    Some((canonical(value), value.written().to_owned()))
                });
                self.manifest(path, parts);
            }
            Touched::Value(path) => self.json(path, "", parts, |root| {
                Some((canonical(root), root.written().to_owned()))
            }),
        }
    }

    /// Adds a part of a JSON file. What is not there is so by name.
    fn json(
        &mut self,
        path: &RepoPath,
        pointer: &str,
        parts: &mut Parts,
        part: impl Fn(json::Value<'_>) -> Option<(Vec<u8>, String)>,
    ) {
        let Ok(real) = self.links(path, parts) else {
            parts.add(Role::Missing, path, String::new());
            return;
        };
        let Some(bytes) = self.read(&real) else { return };
        let document = json::read(crate::lang::encoding::decode(&bytes).text);
        let name = format!("{real}#{pointer}");
        match part(document.root()) {
            Some((bytes, written)) => self.value(parts, name, &bytes, &written),
            None => {
                parts.members.insert(Member {
                    role: Role::Missing,
                    name,
                    executable: false,
                    digest: String::new(),
                });
            }
        }
        parts.files.insert(real);
    }

    /// Adds a file as it is named: the links on the way, and its bytes or why there are none.
    pub fn file(&mut self, named: &RepoPath, parts: &mut Parts) {
        let resolved = self.links(named, parts);
        let at = resolved.as_ref().unwrap_or(named);
        if is_installed(at) && (resolved.is_err() || is_local(self.tree, at)) {
            let locked = self.locks.installed(at);
            if resolved.is_ok() {
                // Reading on from there may lead to what a commit does not show.
                parts.files.insert(at.clone());
            }
            if !locked.is_empty() {
                parts.members.extend(locked);
                return;
            }
        }
        let real = match resolved {
            Ok(real) => real,
            Err(ReadError::Outside(_)) => return parts.add(Role::Outside, named, String::new()),
            Err(_) => {
                self.submodule(named, parts);
                return parts.add(Role::Missing, named, String::new());
            }
        };
        if self.tree.is_dir(&real) {
            return;
        }
        parts.files.insert(real.clone());
        if real.name() == "package.json" {
            return self.manifest(&real, parts);
        }
        let tree = self.tree;
        if !self.files.contains_key(&real) {
            let bytes = tree.read_stored(&real, FILE);
            let digest = bytes.map(|bytes| {
                let digest = hex(Domain::File, &bytes);
                self.keep(&digest, &bytes);
                digest
            });
            self.files.insert(real.clone(), digest);
        }
        let digest = self.files.get(&real).unwrap_or(&Err(ReadError::Missing));
        match digest {
            Ok(digest) => {
                let digest = digest.clone();
                parts.members.insert(Member {
                    role: Role::File,
                    name: real.as_str().to_owned(),
                    executable: tree.is_executable(&real),
                    digest,
                });
                self.manifest_of(&real, parts);
            }
            Err(error @ (ReadError::TooLarge { .. } | ReadError::Failed(_))) => {
                self.gaps.insert(format!("{real}: {error}"));
                parts.add(Role::Unread, &real, String::new());
            }
            Err(_) => parts.add(Role::Missing, &real, String::new()),
        }
    }

    /// The manifest says how a JavaScript file is read (`type`, `imports`): the nearest one counts.
    fn manifest_of(&mut self, file: &RepoPath, parts: &mut Parts) {
        const ENDINGS: &[&str] = &["js", "ts", "jsx", "tsx"];
        if !file.extension().is_some_and(|ending| ENDINGS.contains(&ending)) {
            return;
        }
        let mut folder = file.parent();
        while let Some(at) = folder {
            let manifest = at.child("package.json");
            if self.tree.entry(&manifest).is_some() {
                return self.manifest(&manifest, parts);
            }
            folder = at.parent();
        }
    }

    /// A `package.json` without its scripts and what says nothing of how they run.
    fn manifest(&mut self, path: &RepoPath, parts: &mut Parts) {
        let folder = path.parent().unwrap_or_default();
        let locked = self.locks.has(&folder);
        self.json(path, "", parts, |root| {
            let left_out = |key: &str| PLAIN.contains(&key) || (locked && VERSIONS.contains(&key));
            let entries = root.entries().filter(|(key, _)| !left_out(key));
            let written = entries.map(|(key, value)| format!("{key}: {}\n", value.written()));
            Some((canonical_without(root, left_out), written.collect()))
        });
    }

    /// The submodule in which `path` lies.
    pub fn submodule(&self, path: &RepoPath, parts: &mut Parts) {
        let mut at = path.parent();
        while let Some(folder) = at {
            if let Some(EntryKind::Submodule { commit }) = self.tree.entry(&folder).map(|e| &e.kind) {
                parts.add(Role::Submodule, &folder, commit.clone());
            }
            at = folder.parent();
        }
    }

    /// Where `named` leads, with the links on the way added.
    pub fn links(&mut self, named: &RepoPath, parts: &mut Parts) -> Result<RepoPath, ReadError> {
        let mut at = named.clone();
        for _ in 0..LINKS {
            let Some((link, target, rest)) = self.first_link(&at) else {
                return self.tree.resolve(&at);
            };
            let digest = hex(Domain::Value, target.as_bytes());
            self.keep(&digest, target.as_bytes());
            parts.add(Role::Link, &link, digest);
            parts.files.insert(link.clone());
            let folder = link.parent().unwrap_or_default();
            at = folder
                .join(&target)
                .and_then(|at| at.join(&rest))
                .ok_or(ReadError::Outside(target))?;
        }
        Err(ReadError::LinkLoop)
    }

    /// The first link on the way to `path`, its target, and the rest of the way.
    fn first_link(&self, path: &RepoPath) -> Option<(RepoPath, String, String)> {
        let mut at = RepoPath::root();
        let mut rest = path.parts();
        while let Some(part) = rest.next() {
            at = at.child(part);
            if let Some(EntryKind::Link { target }) = self.tree.entry(&at).map(|e| &e.kind) {
                let rest: Vec<&str> = rest.collect();
                return Some((at, target.clone(), rest.join("/")));
            }
        }
        None
    }
}

/// Whether a path lies in a folder where a package manager puts packages.
pub(super) fn is_installed(path: &RepoPath) -> bool {
    path.parts().any(|part| part == "node_modules")
}
