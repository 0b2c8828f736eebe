//! [`Below`]: one folder of a tree, as a tree of its own.

use crate::model::RepoPath;
use crate::model::tree::{Entry, ReadError, Tree, Unlisted};

/// A folder of `whole` with paths relative to it. A link that leads out of the folder leads outside,
/// though it may stay in the whole tree.
#[derive(Debug)]
pub(super) struct Below<T> {
    whole: T,
    folder: RepoPath,
    entries: Vec<Entry>,
    unlisted: Vec<Unlisted>,
    odd_names: Vec<RepoPath>,
}

impl<T: Tree> Below<T> {
    pub(super) fn new(whole: T, folder: RepoPath) -> Self {
        let entries = whole
            .below(&folder)
            .map(|entry| Entry {
                path: strip(&folder, &entry.path),
                ..entry.clone()
            })
            .collect();
        // What could not be listed on the way to the folder hides it as well.
        let concerned = |part: &&Unlisted| part.path.is_in(&folder) || folder.is_in(&part.path);
        let unlisted = whole
            .unlisted()
            .iter()
            .filter(concerned)
            .map(|part| Unlisted {
                path: strip(&folder, &part.path),
                why: part.why.clone(),
            })
            .collect();
        let odd_names = whole.escaped().into_iter();
        let odd_names = odd_names
            .filter(|path| path.is_in(&folder))
            .map(|path| strip(&folder, path))
            .collect();
        Self {
            entries,
            unlisted,
            odd_names,
            whole,
            folder,
        }
    }

    pub(super) fn whole(&self) -> &T {
        &self.whole
    }

    pub(super) fn folder(&self) -> &RepoPath {
        &self.folder
    }

    fn up(&self, path: &RepoPath) -> RepoPath {
        if path.is_root() {
            self.folder.clone()
        } else {
            self.folder.child(path.as_str())
        }
    }
}

/// `path` seen from `folder`; the root for what is not below it.
fn strip(folder: &RepoPath, path: &RepoPath) -> RepoPath {
    let rest = path.as_str().strip_prefix(folder.as_str()).unwrap_or("");
    RepoPath::new(rest.trim_start_matches('/')).unwrap_or_default()
}

impl<T: Tree> Tree for Below<T> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        let at = self.whole.resolve(&self.up(path))?;
        if at.is_in(&self.folder) {
            Ok(strip(&self.folder, &at))
        } else {
            Err(ReadError::Outside(at.to_string()))
        }
    }

    fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let at = self.resolve(path)?;
        self.whole.read(&self.up(&at), limit)
    }

    fn escaped(&self) -> Vec<&RepoPath> {
        self.odd_names.iter().collect()
    }

    fn read_stored(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let at = self.resolve(path)?;
        self.whole.read_stored(&self.up(&at), limit)
    }

    fn submodules(&self) -> Vec<Entry> {
        let all = self.whole.submodules().into_iter();
        all.filter(|entry| entry.path != self.folder && entry.path.is_in(&self.folder))
            .map(|entry| Entry {
                path: strip(&self.folder, &entry.path),
                ..entry
            })
            .collect()
    }

    fn size(&self, path: &RepoPath) -> Option<u64> {
        self.whole.size(&self.up(path))
    }

    fn is_executable(&self, path: &RepoPath) -> bool {
        self.whole.is_executable(&self.up(path))
    }

    fn is_tracked(&self, path: &RepoPath) -> Option<bool> {
        self.whole.is_tracked(&self.up(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::MemoryTree;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a path inside")
    }

    #[test]
    fn a_folder_reads_as_a_tree_of_its_own_that_links_do_not_leave() {
        let whole = MemoryTree::new()
            .file("a/b/x", "1")
            .file("a/c", "2")
            .link("a/b/in", "x")
            .link("a/b/out", "../c");
        let tree = Below::new(whole, path("a/b"));
        let names: Vec<&str> = tree.entries().iter().map(|e| e.path.as_str()).collect();
        assert_eq!(names, ["in", "out", "x"]);
        assert_eq!(tree.read(&path("in"), 9).expect("its bytes"), b"1");
        assert!(matches!(tree.read(&path("out"), 9), Err(ReadError::Outside(_))));
        assert_eq!(tree.size(&path("x")), Some(1));
    }
}
