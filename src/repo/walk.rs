//! The walk of a work tree: several threads, one listing a folder, no call a file.
//!
//! Each folder is sorted as it is listed, with folders compared as `name/`; joining the folders in that
//! order gives all paths sorted, without sorting them all.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::beneath::{Beneath, Found, plain};
use super::git::acting;
use super::names::escaped;
use super::options::Options;
use crate::model::RepoPath;
use crate::model::tree::{Entry, EntryKind, Unlisted, UnlistedWhy};

/// Folders waiting before a thread more is started: a small tree is walked sooner than a thread starts.
const FOLDERS_A_THREAD: usize = 24;
/// More threads only wait for the same disk.
const MOST_THREADS: usize = 8;

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// All entries, sorted.
    pub entries: Vec<Entry>,
    /// The real bytes of paths that are not UTF-8.
    pub odd_names: HashMap<RepoPath, Vec<u8>>,
    /// What was not listed.
    pub unlisted: Vec<Unlisted>,
}

/// What a walk is of.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The root is a git folder itself.
    pub git_folder: bool,
    /// Folders that are named, not listed: linked work trees of the same repository.
    pub linked: Vec<RepoPath>,
}

/// A folder to be listed.
struct Folder {
    /// Its place in [`Walk::done`].
    number: usize,
    path: RepoPath,
    /// Real bytes, where the path is not UTF-8.
    odd: Option<Vec<u8>>,
    depth: usize,
}

impl Folder {
    fn bytes(&self) -> &[u8] {
        self.odd.as_deref().unwrap_or(self.path.as_str().as_bytes())
    }

    fn child_bytes(&self, name: &[u8]) -> Vec<u8> {
        match self.bytes() {
            b"" => name.to_vec(),
            dir => [dir, b"/", name].concat(),
        }
    }
}

/// What a folder holds, in order.
enum Item {
    Entry(Entry),
    Folder { path: RepoPath, number: usize },
}

impl Item {
    /// The order of full paths, for two items of one folder: a folder's content sorts by `name/`.
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.path().as_str().as_bytes(), other.path().as_str().as_bytes());
        let common = a.len().min(b.len());
        let next = |item: &Self, bytes: &[u8]| match bytes.get(common) {
            Some(byte) => Some(*byte),
            None => matches!(item, Self::Folder { .. }).then_some(b'/'),
        };
        let order = a[..common].cmp(&b[..common]);
        order.then_with(|| next(self, a).cmp(&next(other, b)))
    }

    fn path(&self) -> &RepoPath {
        match self {
            Self::Entry(entry) => &entry.path,
            Self::Folder { path, .. } => path,
        }
    }
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Folder>,
    /// Folders that are waiting or being listed.
    open: usize,
    helpers: usize,
}

/// What one thread has listed: the items of each folder by its number.
#[derive(Default)]
struct Part {
    folders: Vec<(usize, Vec<Item>)>,
    odd_names: Vec<(RepoPath, Vec<u8>)>,
    unlisted: Vec<Unlisted>,
}

struct Walk<'a> {
    root: &'a Beneath,
    scope: &'a Scope,
    options: &'a Options,
    queue: Mutex<Queue>,
    changed: Condvar,
    numbers: AtomicUsize,
    entries: AtomicUsize,
    done: Mutex<Vec<Part>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lists all below `root`.
pub(super) fn walk(root: &Beneath, scope: &Scope, options: &Options) -> Listing {
    let first = Folder {
        number: 0,
        path: RepoPath::root(),
        odd: None,
        depth: 0,
    };
    let walk = Walk {
        root,
        scope,
        options,
        queue: Mutex::new(Queue {
            waiting: vec![first],
            open: 1,
            helpers: 0,
        }),
        changed: Condvar::new(),
        numbers: AtomicUsize::new(1),
        entries: AtomicUsize::new(0),
        done: Mutex::default(),
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let helpers = threads.min(MOST_THREADS) - 1;
    std::thread::scope(|scope| walk.work(Some((scope, helpers))));
    join(
        walk.done.into_inner().unwrap_or_else(PoisonError::into_inner),
        walk.numbers.into_inner(),
    )
}

impl<'a> Walk<'a> {
    /// Lists folders until none is left. The first thread gets the scope to start helpers in.
    fn work<'scope, 'env>(&'scope self, start: Option<(&'scope std::thread::Scope<'scope, 'env>, usize)>)
    where
        'a: 'scope,
    {
        let mut part = Part::default();
        while let Some(folder) = self.next() {
            let below = self.list(&folder, &mut part);
            let mut queue = lock(&self.queue);
            queue.open = queue.open + below.len() - 1;
            let news = !below.is_empty() || queue.open == 0;
            queue.waiting.extend(below);
            if let Some((scope, most)) = start
                && queue.helpers < most
                && queue.waiting.len() > FOLDERS_A_THREAD * (queue.helpers + 1)
            {
                queue.helpers += 1;
                scope.spawn(|| self.work(None));
            }
            drop(queue);
            if news {
                self.changed.notify_all();
            }
        }
        lock(&self.done).push(part);
    }

    fn next(&self) -> Option<Folder> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(folder) = queue.waiting.pop() {
                return Some(folder);
            }
            if queue.open == 0 {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lists one folder into `part` and returns the folders in it.
    fn list(&self, folder: &Folder, part: &mut Part) -> Vec<Folder> {
        if self.entries.load(Relaxed) >= self.options.most_entries {
            part.unlisted.push(Unlisted {
                path: folder.path.clone(),
                why: UnlistedWhy::Limit {
                    what: "entries",
                    limit: self.options.most_entries,
                },
            });
            return vec![];
        }
        let inside = self.scope.git_folder || acting::inside(&folder.path);
        let mut items = Vec::new();
        let mut below = Vec::new();
        let listed = self.root.list(folder.bytes(), |name, found| {
            let text = escaped(name);
            if acting::is_data(inside, &text, &found) {
                return;
            }
            let path = folder.path.child(&text);
            let odd = (folder.odd.is_some() || text.as_bytes() != name).then(|| folder.child_bytes(name));
            if let Some(bytes) = &odd {
                part.odd_names.push((path.clone(), bytes.clone()));
            }
            let kind = match found {
                Found::File => EntryKind::File { executable: false },
                Found::Special => EntryKind::Special,
                Found::Link(target) => EntryKind::Link {
                    target: escaped(&target).into_owned(),
                },
                Found::Folder if self.scope.linked.contains(&path) => {
                    part.unlisted.push(Unlisted {
                        path,
                        why: UnlistedWhy::LinkedWorkTree,
                    });
                    return;
                }
                Found::Folder => {
                    let number = self.numbers.fetch_add(1, Relaxed);
                    items.push(Item::Folder {
                        path: path.clone(),
                        number,
                    });
                    below.push(Folder {
                        number,
                        path,
                        odd,
                        depth: folder.depth + 1,
                    });
                    return;
                }
            };
            items.push(Item::Entry(Entry {
                path,
                kind,
                size: None,
                tracked: None,
            }));
        });
        if let Err(error) = listed {
            part.unlisted.push(Unlisted {
                path: folder.path.clone(),
                why: UnlistedWhy::Failed(plain(&error)),
            });
        }
        if folder.depth >= self.options.most_depth && !below.is_empty() {
            part.unlisted.push(Unlisted {
                path: folder.path.clone(),
                why: UnlistedWhy::Limit {
                    what: "folders in each other",
                    limit: self.options.most_depth,
                },
            });
            below.clear();
        }
        self.entries.fetch_add(items.len(), Relaxed);
        items.sort_unstable_by(Item::cmp);
        part.folders.push((folder.number, items));
        below
    }
}

/// Joins the folders into one sorted listing.
fn join(parts: Vec<Part>, numbers: usize) -> Listing {
    let mut listing = Listing::default();
    let mut folders: Vec<Vec<Item>> = Vec::new();
    folders.resize_with(numbers, Vec::new);
    let mut total = 0;
    for part in parts {
        listing.odd_names.extend(part.odd_names);
        listing.unlisted.extend(part.unlisted);
        for (number, items) in part.folders {
            total += items.len();
            folders[number] = items;
        }
    }
    listing.entries.reserve_exact(total.saturating_sub(numbers - 1));
    let mut stack = vec![std::mem::take(&mut folders[0]).into_iter()];
    while let Some(items) = stack.last_mut() {
        match items.next() {
            None => drop(stack.pop()),
            Some(Item::Folder { number, .. }) => {
                stack.push(std::mem::take(&mut folders[number]).into_iter());
            }
            Some(Item::Entry(entry)) => {
                if listing.entries.last().is_some_and(|last| last.path == entry.path) {
                    listing.unlisted.push(Unlisted {
                        path: entry.path,
                        why: UnlistedWhy::SameName,
                    });
                } else {
                    listing.entries.push(entry);
                }
            }
        }
    }
    listing.unlisted.sort_by(|a, b| a.path.cmp(&b.path));
    listing
}
