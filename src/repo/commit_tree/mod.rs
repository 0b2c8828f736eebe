//! [`CommitTree`]: a commit in the object database. Nothing is checked out.

use git2::{ObjectType, Oid};

use super::git::objects::Objects;
use super::git::{Git, revision};
use super::names::escaped;
use super::options::Options;
use super::{OpenError, work_tree::WorkTree};
use crate::model::RepoPath;
use crate::model::tree::{Entry, EntryKind, ReadError, Tree, Unlisted, UnlistedWhy, resolve_links};

/// Bytes of a link's target, as systems allow.
const LINK_BYTES: u64 = 4096;

/// The files of a commit.
pub struct CommitTree {
    commit: Oid,
    objects: Objects,
    entries: Vec<Entry>,
    /// The object of each entry.
    ids: Vec<Oid>,
    unlisted: Vec<Unlisted>,
    /// Entries with a name that is not UTF-8.
    odd_names: Vec<RepoPath>,
    /// The git folder of a bare repository, for files of it that act.
    git_folder: Option<WorkTree>,
}

impl std::fmt::Debug for CommitTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CommitTree")
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

impl CommitTree {
    /// Lists the commit that `rev` names. Folders that cannot be read are in [`Tree::unlisted`].
    ///
    /// # Errors
    /// The revision, the commit or its root folder cannot be read.
    pub(super) fn list(git: &Git, rev: &str, options: &Options) -> Result<Self, OpenError> {
        let objects = Objects::open(git, options.most_object_bytes)?;
        let commit = revision::resolve(git, &objects, rev)?;
        let root = revision::tree_of(&objects, commit)?;
        // The one object without which there is nothing to report about.
        objects.metadata(root)?;
        let mut listing = Listing::default();
        listing.fill(&objects, root, options);
        let (entries, ids) = listing.entries.into_iter().unzip();
        Ok(Self {
            commit,
            objects,
            entries,
            ids,
            unlisted: listing.unlisted,
            odd_names: listing.odd_names,
            git_folder: None,
        })
    }

    /// The commit's id.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// Adds the files of a bare repository's own folder that act, as `.git/…`: whoever works in that
    /// folder starts them.
    pub(super) fn with_git_folder(mut self, folder: WorkTree) -> Self {
        let mut all: Vec<(Entry, Oid)> = self.entries.drain(..).zip(self.ids.drain(..)).collect();
        // A commit cannot hold `.git` (git refuses it); where a forged one does, the real one wins.
        all.retain(|(entry, _)| entry.path.parts().next() != Some(".git"));
        all.extend(folder.entries().iter().filter_map(|entry| {
            let path = RepoPath::new(&format!(".git/{}", entry.path.as_str()))?;
            let entry = Entry {
                path,
                ..entry.clone()
            };
            Some((entry, Oid::ZERO_SHA1))
        }));
        all.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        (self.entries, self.ids) = all.into_iter().unzip();
        self.git_folder = Some(folder);
        self
    }

    /// The same path in the git folder, if that is where it lies.
    fn in_git_folder(&self, path: &RepoPath) -> Option<(&WorkTree, RepoPath)> {
        let rest = path.as_str().strip_prefix(".git/")?;
        Some((self.git_folder.as_ref()?, RepoPath::new(rest)?))
    }

    fn file(&self, path: &RepoPath) -> Option<Oid> {
        let at = self.entries.binary_search_by(|e| e.path.cmp(path)).ok()?;
        matches!(self.entries[at].kind, EntryKind::File { .. }).then_some(self.ids[at])
    }
}

impl Tree for CommitTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        resolve_links(self, path)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let at = self.resolve(path)?;
        if let Some((folder, rest)) = self.in_git_folder(&at) {
            return folder.read(&rest, limit);
        }
        let id = self.file(&at).ok_or(ReadError::NotAFile)?;
        self.objects.blob(id, limit)
    }

    fn escaped(&self) -> Vec<&RepoPath> {
        self.odd_names.iter().collect()
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        if let Some((folder, rest)) = self.in_git_folder(path) {
            return folder.size(&rest);
        }
        self.objects.blob_size(self.file(path)?).ok()
    }
}

/// What the walk of a commit's folders found.
#[derive(Default)]
struct Listing {
    entries: Vec<(Entry, Oid)>,
    unlisted: Vec<Unlisted>,
    odd_names: Vec<RepoPath>,
}

/// One line of a folder object.
struct Item {
    mode: u32,
    name: String,
    /// The name is not UTF-8, and escaped.
    odd: bool,
    id: Oid,
}

/// A folder's items still to be taken, last first.
struct Open {
    path: RepoPath,
    /// A name in its path is not UTF-8.
    odd: bool,
    items: Vec<Item>,
}

impl Listing {
    fn fill(&mut self, objects: &Objects, root: Oid, options: &Options) {
        let mut stack = vec![self.open(objects, root, RepoPath::root(), false)];
        let mut visited = 0;
        while let Some(folder) = stack.last_mut() {
            let Some(Item { mode, name, odd, id }) = folder.items.pop() else {
                stack.pop();
                continue;
            };
            let path = folder.path.child(&name);
            let odd = odd || folder.odd;
            visited += 1;
            if visited > options.most_entries {
                self.leave_out(
                    path,
                    UnlistedWhy::Limit {
                        what: "entries",
                        limit: options.most_entries,
                    },
                );
                break;
            }
            // git writes few modes; older tools wrote others of the same class.
            let kind = match mode & 0o170_000 {
                0o040_000 if stack.len() > options.most_depth => {
                    self.leave_out(
                        path,
                        UnlistedWhy::Limit {
                            what: "folders in each other",
                            limit: options.most_depth,
                        },
                    );
                    continue;
                }
                0o040_000 => {
                    let below = self.open(objects, id, path, odd);
                    stack.push(below);
                    continue;
                }
                0o120_000 => match objects.blob(id, LINK_BYTES) {
                    Ok(target) => EntryKind::Link {
                        target: escaped(&target).into_owned(),
                    },
                    Err(error) => {
                        self.leave_out(path, UnlistedWhy::Failed(error.to_string()));
                        continue;
                    }
                },
                0o160_000 => EntryKind::Submodule {
                    commit: id.to_string(),
                },
                0o100_000 => EntryKind::File {
                    executable: mode & 0o100 != 0,
                },
                _ => EntryKind::Special,
            };
            if odd {
                self.odd_names.push(path.clone());
            }
            let entry = Entry {
                path,
                kind,
                size: None,
                tracked: Some(true),
            };
            self.entries.push((entry, id));
        }
        self.sort();
        self.odd_names.sort();
        self.odd_names.dedup();
        self.unlisted.sort_by(|a, b| a.path.cmp(&b.path));
    }

    fn leave_out(&mut self, path: RepoPath, why: UnlistedWhy) {
        self.unlisted.push(Unlisted { path, why });
    }

    /// Reads one folder; a damaged one is empty and told.
    fn open(&mut self, objects: &Objects, id: Oid, path: RepoPath, odd: bool) -> Open {
        let mut items = match objects.metadata(id) {
            Ok((ObjectType::Tree, bytes)) => {
                let (items, whole) = parse(&bytes);
                if !whole {
                    self.leave_out(
                        path.clone(),
                        UnlistedWhy::Failed(format!("the folder object {id} is damaged")),
                    );
                }
                items
            }
            Ok((kind, _)) => {
                let why = format!("the object {id} is a {}, not a folder", kind.str());
                self.leave_out(path.clone(), UnlistedWhy::Failed(why));
                vec![]
            }
            Err(error) => {
                self.leave_out(path.clone(), UnlistedWhy::Failed(error.to_string()));
                vec![]
            }
        };
        items.reverse();
        Open { path, odd, items }
    }

    /// git's order is ours; a forged folder may have another, or the same name twice.
    fn sort(&mut self) {
        if self.entries.is_sorted_by(|a, b| a.0.path < b.0.path) {
            return;
        }
        self.entries.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let mut doubles = vec![];
        self.entries.dedup_by(|later, first| {
            let same = later.0.path == first.0.path;
            if same {
                doubles.push(first.0.path.clone());
            }
            same
        });
        for path in doubles {
            self.leave_out(path, UnlistedWhy::SameName);
        }
    }
}

/// The items of a folder object, and whether all of it was understood. A name that git does not allow
/// (empty, `.`, `..`, with a slash) is left out.
fn parse(bytes: &[u8]) -> (Vec<Item>, bool) {
    let mut items = vec![];
    let mut rest = bytes;
    let mut whole = true;
    while !rest.is_empty() {
        let Some(item) = item(rest) else {
            return (items, false);
        };
        let (mode, name, id, len) = item;
        rest = &rest[len..];
        if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') {
            whole = false;
        } else {
            let text = escaped(name);
            items.push(Item {
                mode,
                odd: text.as_bytes() != name,
                name: text.into_owned(),
                id,
            });
        }
    }
    (items, whole)
}

fn item(bytes: &[u8]) -> Option<(u32, &[u8], Oid, usize)> {
    let space = bytes.iter().take(12).position(|b| *b == b' ')?;
    let mode = std::str::from_utf8(&bytes[..space]).ok()?;
    let mode = u32::from_str_radix(mode, 8).ok()?;
    let name = &bytes[space + 1..];
    let nul = name.iter().position(|b| *b == 0)?;
    let id = name.get(nul + 1..nul + 21)?;
    let id = Oid::from_bytes(id).ok()?;
    Some((mode, &name[..nul], id, space + 1 + nul + 21))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One item of a folder object.
    fn item(mode: &str, name: &[u8]) -> Vec<u8> {
        [mode.as_bytes(), b" ", name, b"\0", &[7; 20]].concat()
    }

    #[test]
    fn names_that_git_does_not_allow_are_left_out_and_told() {
        let bytes = [
            item("100644", b"a"),
            item("40000", b".."),
            item("100644", b"x/y"),
            item("120000", b"z"),
        ]
        .concat();
        let (items, whole) = parse(&bytes);
        let names: Vec<&str> = items.iter().map(|i| i.name.as_str()).collect();
        assert_eq!((names, whole), (vec!["a", "z"], false));
        assert!(parse(&item("100644", b"a")).1);
        assert!(!parse(&item("100644", b"a")[..20]).1);
    }

    proptest::proptest! {
        #[test]
        fn damaged_folder_objects_never_panic(bytes in proptest::collection::vec(0u8.., 0..200)) {
            parse(&bytes);
        }
    }
}
