//! What lock files say of packages.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::lang::data::{Document, Value};
use crate::lang::json;
use crate::model::closure::{Member, Role};
use crate::model::digest::{Digest, Domain};
use crate::model::{RepoPath, Tree};
use crate::trust::canonical::canonical;

/// Bytes of a lock file.
const LOCK: u64 = 64 << 20;
/// Packages that one start is followed to.
const PACKAGES: usize = 4_000;
/// Names of npm's lock file, in the order npm looks for them.
const NPM: [&str; 2] = ["npm-shrinkwrap.json", "package-lock.json"];

/// The lock files of a tree, read once.
pub(super) struct Locks<'a> {
    tree: &'a dyn Tree,
    npm: HashMap<RepoPath, Option<Rc<Document>>>,
}

impl<'a> Locks<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self {
            tree,
            npm: HashMap::new(),
        }
    }

    /// What npm's lock file says of the package that the installed file `path` belongs to, and of all
    /// that it needs. Nothing where no lock file names it.
    pub fn installed(&mut self, path: &RepoPath) -> Vec<Member> {
        let text = path.as_str();
        let Some(at) = text.find("node_modules/") else {
            return vec![];
        };
        let folder = text.get(..at).unwrap_or("").trim_end_matches('/');
        let Some((file, lock)) = RepoPath::new(folder).and_then(|folder| self.npm(&folder)) else {
            return vec![];
        };
        let inside = text.get(at..).unwrap_or("");
        let name = match inside.strip_prefix("node_modules/.bin/") {
            Some(program) => owner(&lock, program),
            None => package_folder(inside),
        };
        name.map_or(vec![], |name| closure(&file, &lock, &name))
    }

    /// The same for a program or a package that is started by its name from `folder`.
    pub fn started(&mut self, folder: &RepoPath, name: &str, is_package: bool) -> Vec<Member> {
        let mut at = Some(folder.clone());
        while let Some(folder) = at {
            if let Some((file, lock)) = self.npm(&folder) {
                let found = if is_package {
                    let key = format!("node_modules/{name}");
                    packages(&lock).and_then(|all| all.get(&key)).map(|_| key)
                } else {
                    owner(&lock, name)
                };
                return found.map_or(vec![], |name| closure(&file, &lock, &name));
            }
            at = folder.parent();
        }
        vec![]
    }

    /// Whether a lock file speaks for the versions that the manifest in `folder` asks for.
    pub fn has(&mut self, folder: &RepoPath) -> bool {
        self.npm(folder).is_some()
    }

    fn npm(&mut self, folder: &RepoPath) -> Option<(RepoPath, Rc<Document>)> {
        for name in NPM {
            let path = folder.child(name);
            let tree = self.tree;
            let read = || {
                tree.entry(&path)?;
                let bytes = tree.read_stored(&path, LOCK).ok()?;
                Some(Rc::new(json::read(crate::lang::encoding::decode(&bytes).text)))
            };
            if let Some(lock) = self.npm.entry(path.clone()).or_insert_with(read) {
                return Some((path, Rc::clone(lock)));
            }
        }
        None
    }
}

fn packages(lock: &Document) -> Option<Value<'_>> {
    lock.root().get("packages")
}

/// `node_modules/x` or `node_modules/@scope/x`, the innermost of a path.
fn package_folder(path: &str) -> Option<String> {
    let at = path.rfind("node_modules/")? + "node_modules/".len();
    let mut parts = path.get(at..)?.split('/');
    let first = parts.next()?;
    let name = match first.strip_prefix('@') {
        Some(_) => format!("{first}/{}", parts.next()?),
        None => first.to_owned(),
    };
    Some(format!("{}{name}", path.get(..at)?))
}

/// The package whose `bin` names the program.
fn owner(lock: &Document, program: &str) -> Option<String> {
    let named = |(folder, package): &(&str, Value<'_>)| {
        let Some(bin) = package.get("bin") else {
            return false;
        };
        let own = folder.rsplit('/').next() == Some(program);
        bin.get(program).is_some() || (bin.as_str().is_some() && own)
    };
    let all = packages(lock)?;
    let mut fits = all.entries().filter(named).map(|(folder, _)| folder);
    // Not one inside another package: only the outermost are on the search path.
    fits.find(|folder| folder.matches("node_modules/").count() == 1)
        .map(str::to_owned)
}

/// What the lock file says of the package in the folder `first`, and of all that it needs.
fn closure(file: &RepoPath, lock: &Document, first: &str) -> Vec<Member> {
    let Some(all) = packages(lock) else { return vec![] };
    let by_folder: HashMap<&str, Value<'_>> = all.entries().collect();
    let mut open = vec![first.to_owned()];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut members = vec![];
    while let Some(folder) = open.pop() {
        let Some(package) = by_folder.get(&*folder) else {
            continue;
        };
        if seen.len() >= PACKAGES || !seen.insert(folder.clone()) {
            continue;
        }
        members.push(Member {
            role: Role::Locked,
            name: format!("{file}#{folder}"),
            executable: false,
            digest: Digest::of(Domain::Value, [&*canonical(*package)]).hex(),
        });
        for kind in ["dependencies", "optionalDependencies", "peerDependencies"] {
            for (name, _) in package.get(kind).into_iter().flat_map(Value::entries) {
                open.extend(needed(&by_folder, &folder, name));
            }
        }
        if let Some(target) = package.get("resolved").and_then(Value::as_str)
            && package.get("link").and_then(Value::as_bool) == Some(true)
        {
            open.push(target.to_owned());
        }
    }
    members
}

/// The folder in which node finds `name` from the package in `folder`.
fn needed(all: &HashMap<&str, Value<'_>>, folder: &str, name: &str) -> Option<String> {
    let mut at = folder;
    loop {
        let path = if at.is_empty() {
            format!("node_modules/{name}")
        } else {
            format!("{at}/node_modules/{name}")
        };
        if all.contains_key(&*path) {
            return Some(path);
        }
        if at.is_empty() {
            return None;
        }
        at = at
            .rfind("/node_modules/")
            .map_or("", |end| at.get(..end).unwrap_or(""));
    }
}
