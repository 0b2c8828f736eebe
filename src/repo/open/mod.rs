//! [`open`]: from a path a person gives to a tree.

use std::path::{Path, PathBuf};

use super::below::Below;
use super::beneath::{Beneath, plain};
use super::commit_tree::CommitTree;
use super::error::OpenError;
use super::git::facts::GitFacts;
use super::git::{self, Found, Git};
use super::options::Options;
use super::work_tree::WorkTree;
use crate::model::{RepoPath, Tree};

/// What a bare repository holds at its top. A folder with anything else in it is a work tree that also
/// looks like a bare repository, which is a known way to hide settings from a reader.
const BARE_NAMES: [&str; 24] = [
    "HEAD",
    "FETCH_HEAD",
    "ORIG_HEAD",
    "config",
    "config.worktree",
    "description",
    "hooks",
    "info",
    "objects",
    "refs",
    "reftable",
    "packed-refs",
    "branches",
    "logs",
    "worktrees",
    "modules",
    "index",
    "shallow",
    "lfs",
    "rr-cache",
    "COMMIT_EDITMSG",
    "commondir",
    "gitdir",
    "gc.log",
];

/// A tree with what is known about it.
#[derive(Debug)]
pub struct Opened {
    files: Files,
    root: PathBuf,
    git: Option<GitFacts>,
}

#[derive(Debug)]
enum Files {
    WorkTree(WorkTree),
    Commit(CommitTree),
    /// A folder of a work tree or commit.
    BelowWorkTree(Below<WorkTree>),
    BelowCommit(Below<CommitTree>),
}

impl Files {
    fn work_tree(tree: WorkTree, folder: RepoPath) -> Self {
        if folder.is_root() {
            Self::WorkTree(tree)
        } else {
            Self::BelowWorkTree(Below::new(tree, folder))
        }
    }

    fn commit(tree: CommitTree, folder: RepoPath) -> Self {
        if folder.is_root() {
            Self::Commit(tree)
        } else {
            Self::BelowCommit(Below::new(tree, folder))
        }
    }
}

/// Opens what `path` names: a work tree or a folder in one, a bare repository, a plain folder; with
/// `rev`, the commit of that name in its repository.
///
/// # Errors
/// See [`OpenError`].
pub fn open(path: &Path, rev: Option<&str>) -> Result<Opened, OpenError> {
    let options = Options {
        rev: rev.map(str::to_owned),
        ..Options::default()
    };
    open_with(path, &options)
}

/// [`open`] with limits of one's own.
///
/// # Errors
/// See [`OpenError`].
pub fn open_with(path: &Path, options: &Options) -> Result<Opened, OpenError> {
    let shown = path.display().to_string();
    let folder = real(path)?;
    if is_bare(&folder) {
        return open_bare(folder, options);
    }
    let root = root_of(&folder, options);
    let focus = focus(&root, &folder);
    let (git, foreign) = match git::of_work_tree(&root) {
        Found::None => (None, None),
        Found::Git(git) => (Some(git), None),
        Found::Foreign(pointer) => (None, Some(pointer)),
    };
    if let Some(rev) = &options.rev {
        if let Some(pointer) = foreign {
            return Err(OpenError::ForeignGitFolder {
                file: pointer.file,
                to: pointer.to,
            });
        }
        let git = git.ok_or(OpenError::NoRepository(shown))?;
        let tree = CommitTree::list(&git, rev, options)?;
        return Ok(Opened {
            files: Files::commit(tree, focus),
            root,
            git: Some(GitFacts::of(&git)),
        });
    }
    let mut facts = git.as_ref().map(GitFacts::of);
    if let Some(pointer) = foreign {
        facts.get_or_insert_default().not_followed.push(pointer);
    }
    let linked = git.as_ref().map(|git| git.linked_in(&root)).unwrap_or_default();
    if let Some(facts) = &mut facts {
        facts.linked.clone_from(&linked);
    }
    let tree = WorkTree::list(&root, linked, options).map_err(|e| OpenError::Unreadable {
        path: shown,
        why: e.to_string(),
    })?;
    Ok(Opened {
        files: Files::work_tree(tree.with_git(git), focus),
        root,
        git: facts,
    })
}

/// The folder that `path` names, links resolved.
fn real(path: &Path) -> Result<PathBuf, OpenError> {
    let shown = path.display().to_string();
    let folder = path.canonicalize().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => OpenError::NotFound(shown.clone()),
        _ => OpenError::Unreadable {
            path: shown.clone(),
            why: plain(&e),
        },
    })?;
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(OpenError::NotAFolder(shown))
    }
}

/// The start of the work tree that `folder` lies in, or `folder` itself.
fn root_of(folder: &Path, options: &Options) -> PathBuf {
    folder
        .ancestors()
        .take(if options.alone { 1 } else { usize::MAX })
        .find(|up| is_root(up))
        .unwrap_or(folder)
        .to_owned()
}

/// The git folder of what `path` names.
///
/// # Errors
/// There is none, or it is not shown to belong to `path`.
pub(super) fn git_of(path: &Path, options: &Options) -> Result<Git, OpenError> {
    let folder = real(path)?;
    let found = if is_bare(&folder) {
        git::of_git_folder(&folder)
    } else {
        git::of_work_tree(&root_of(&folder, options))
    };
    match found {
        Found::Git(git) => Ok(git),
        Found::Foreign(pointer) => Err(OpenError::ForeignGitFolder {
            file: pointer.file,
            to: pointer.to,
        }),
        Found::None => Err(OpenError::NoRepository(path.display().to_string())),
    }
}

fn open_bare(folder: PathBuf, options: &Options) -> Result<Opened, OpenError> {
    let git = git_of(&folder, options)?;
    let rev = options.rev.as_deref().unwrap_or("HEAD");
    let mut tree = CommitTree::list(&git, rev, options)?;
    if options.rev.is_none() {
        let own = WorkTree::list_git_folder(&folder, options).map_err(|e| OpenError::Unreadable {
            path: folder.display().to_string(),
            why: e.to_string(),
        })?;
        tree = tree.with_git_folder(own);
    }
    Ok(Opened {
        files: Files::Commit(tree),
        root: folder,
        git: Some(GitFacts::of(&git)),
    })
}

/// Whether git takes this folder for the start of a work tree: a `.git` file or link, or a `.git` folder
/// with the shape of one. git passes over any other, so files of the folders above act here too.
fn is_root(folder: &Path) -> bool {
    let dot_git = folder.join(".git");
    match dot_git.symlink_metadata() {
        Ok(meta) if meta.is_dir() => git::is_git_folder(&dot_git),
        Ok(_) => true,
        Err(_) => false,
    }
}

fn is_bare(folder: &Path) -> bool {
    if is_root(folder) || !git::is_git_folder(folder) {
        return false;
    }
    let mut only_git = true;
    let listed = Beneath::new(folder).and_then(|b| {
        b.list(b"", |name, _| {
            let known = std::str::from_utf8(name).is_ok_and(|name| BARE_NAMES.contains(&name));
            only_git &= known;
        })
    });
    listed.is_ok() && only_git
}

/// `folder` as a path of the tree at `root`. A name that is not UTF-8 on the way gives the root.
fn focus(root: &Path, folder: &Path) -> RepoPath {
    let inside = folder.strip_prefix(root).ok().and_then(Path::to_str);
    inside
        .and_then(|text| RepoPath::new(&text.replace(std::path::MAIN_SEPARATOR, "/")))
        .unwrap_or_default()
}

impl Opened {
    /// The files of what was asked for, with paths relative to it.
    #[must_use]
    pub fn tree(&self) -> &(dyn Tree + Send + Sync) {
        match &self.files {
            Files::WorkTree(tree) => tree,
            Files::Commit(tree) => tree,
            Files::BelowWorkTree(tree) => tree,
            Files::BelowCommit(tree) => tree,
        }
    }

    /// When a folder inside a work tree was asked for: all files from the git root on. Some of them act on
    /// the folder, and what these refer to may lie anywhere.
    #[must_use]
    pub fn whole(&self) -> Option<&(dyn Tree + Send + Sync)> {
        match &self.files {
            Files::WorkTree(_) | Files::Commit(_) => None,
            Files::BelowWorkTree(tree) => Some(tree.whole()),
            Files::BelowCommit(tree) => Some(tree.whole()),
        }
    }

    /// The folder that was asked for, seen from the git root; empty for the root itself.
    #[must_use]
    pub fn folder(&self) -> RepoPath {
        match &self.files {
            Files::WorkTree(_) | Files::Commit(_) => RepoPath::root(),
            Files::BelowWorkTree(tree) => tree.folder().clone(),
            Files::BelowCommit(tree) => tree.folder().clone(),
        }
    }

    /// `work-tree` (with git), `folder` (without) or `commit`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.files, &self.git) {
            (Files::Commit(_) | Files::BelowCommit(_), _) => "commit",
            (_, Some(_)) => "work-tree",
            (_, None) => "folder",
        }
    }

    /// The folder on disk where the work tree starts: the git root, the folder without git, the bare
    /// repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Facts of git, where there is a repository.
    #[must_use]
    pub fn git(&self) -> Option<&GitFacts> {
        self.git.as_ref()
    }

    /// The id of the commit, for a commit.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        match &self.files {
            Files::Commit(tree) => Some(tree.commit()),
            Files::BelowCommit(tree) => Some(tree.whole().commit()),
            Files::WorkTree(_) | Files::BelowWorkTree(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
