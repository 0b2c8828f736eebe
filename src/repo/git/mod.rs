//! The git folder of a repository, read without git: pointers, configuration, references, objects.
//!
//! Opening it as git or libgit2 does would parse its configuration, follow an `include` out of the tree,
//! and fail on a foreign owner (measured). Here a file is read only when needed and nothing is obeyed.

use std::path::{Path, PathBuf};

use super::beneath::Beneath;
use super::error::OpenError;
use crate::model::RepoPath;
use crate::model::tree::ReadError;

pub(super) mod acting;
pub mod config;
pub mod facts;
pub(super) mod history;
pub(super) mod index;
mod loose;
pub(super) mod objects;
pub(super) mod refs;
pub(super) mod revision;

use config::Setting;

/// Bytes of a small file: a pointer, a reference.
const SMALL: u64 = 16 << 10;
/// Bytes of a configuration file.
const CONFIG: u64 = 4 << 20;
/// Bytes of the index, of `packed-refs`.
const LARGE: u64 = 256 << 20;

/// A git folder: what belongs to one work tree, and what all work trees share.
#[derive(Debug)]
pub(super) struct Git {
    /// `HEAD`, `index`.
    own: Beneath,
    /// Configuration, references, objects. The same folder, but for a linked work tree.
    common: Beneath,
    common_path: PathBuf,
    settings: Vec<Setting>,
}

/// A pointer to another folder that was not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The file that holds it.
    pub file: String,
    /// Its target as written.
    pub to: String,
}

/// What stands for a git folder in a folder.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing.
    None,
    /// A git folder.
    Git(Git),
    /// A pointer to a folder that is not shown to belong here.
    Foreign(Pointer),
}

/// The git folder of the work tree `root` (a canonical path).
pub(super) fn of_work_tree(root: &Path) -> Found {
    let dot_git = root.join(".git");
    let Ok(meta) = dot_git.symlink_metadata() else {
        return Found::None;
    };
    if meta.is_symlink() {
        let to = dot_git.read_link().map(|p| p.display().to_string());
        return Found::Foreign(Pointer {
            file: ".git".to_owned(),
            to: to.unwrap_or_default(),
        });
    }
    if meta.is_dir() {
        return of_git_folder(&dot_git);
    }
    let text = Beneath::new(root).ok().and_then(|b| small(&b, ".git"));
    let Some(to) = text.as_deref().and_then(|t| t.strip_prefix("gitdir:")) else {
        return Found::None;
    };
    let to = to.trim();
    let followed = follow(root, to).filter(|folder| folder.starts_with(root) || points_back(folder, root));
    match followed {
        Some(folder) => of_git_folder(&folder),
        None => Found::Foreign(Pointer {
            file: ".git".to_owned(),
            to: to.to_owned(),
        }),
    }
}

/// The git folder `folder` itself (`.git`, or a bare repository).
pub(super) fn of_git_folder(folder: &Path) -> Found {
    let Ok(own) = Beneath::new(folder) else {
        return Found::None;
    };
    let mut common_path = folder.to_owned();
    if let Some(to) = small(&own, "commondir") {
        // A forged `commondir` borrows another repository's identity (CVE-2026-40068 of the client).
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        match follow(&real, &to).filter(|common| real.parent() == Some(&*common.join("worktrees"))) {
            Some(common) => common_path = common,
            None => {
                return Found::Foreign(Pointer {
                    file: "commondir".to_owned(),
                    to,
                });
            }
        }
    }
    let Ok(common) = Beneath::new(&common_path) else {
        return Found::None;
    };
    let mut settings = vec![];
    for (beneath, name) in [(&common, "config"), (&own, "config.worktree")] {
        if let Ok(bytes) = beneath.read(name.as_bytes(), CONFIG) {
            settings.extend(config::parse(&String::from_utf8_lossy(&bytes)));
        }
    }
    Found::Git(Git {
        own,
        common,
        common_path,
        settings,
    })
}

/// Whether `folder` has the shape of a git folder.
pub(super) fn is_git_folder(folder: &Path) -> bool {
    Beneath::new(folder).is_ok_and(|b| {
        let store = |name: &str| b.is_folder(name.as_bytes()) || b.facts(b"commondir").is_ok();
        // An old `HEAD` may be a link.
        folder.join("HEAD").symlink_metadata().is_ok()
            && store("objects")
            && (store("refs") || b.is_folder(b"reftable"))
    })
}

/// A small text file below `beneath`, trimmed.
fn small(beneath: &Beneath, name: &str) -> Option<String> {
    let bytes = beneath.read(name.as_bytes(), SMALL).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.trim().to_owned())
}

/// The folder that `to`, written in a file of `folder`, names. A network path is never touched.
fn follow(folder: &Path, to: &str) -> Option<PathBuf> {
    if to.is_empty() || to.starts_with("\\\\") || to.starts_with("//") {
        return None;
    }
    folder.join(to).canonicalize().ok()
}

/// Whether the git folder `folder` says that its work tree is `root`: of a linked work tree by its
/// `gitdir` file, of a submodule by `core.worktree`. Content of `root` cannot make another folder say so.
fn points_back(folder: &Path, root: &Path) -> bool {
    let Ok(beneath) = Beneath::new(folder) else {
        return false;
    };
    let linked = small(&beneath, "gitdir").and_then(|to| follow(folder, &to));
    if linked.is_some_and(|file| file == root.join(".git")) {
        return true;
    }
    let Ok(bytes) = beneath.read(b"config", CONFIG) else {
        return false;
    };
    let settings = config::parse(&String::from_utf8_lossy(&bytes));
    config::last(&settings, "core.worktree")
        .and_then(|to| follow(folder, to))
        .is_some_and(|at| at == root)
}

impl Git {
    /// The git folder that all work trees share.
    pub(super) fn common_path(&self) -> &Path {
        &self.common_path
    }

    /// Settings of `config` and `config.worktree`, in order. Includes are not followed.
    pub(super) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// Refuses what is not read here: other object ids, other stores of references, later layouts.
    pub(super) fn check_format(&self) -> Result<(), OpenError> {
        let get = |key| config::last(&self.settings, key);
        if let Some(format) = get("extensions.objectformat")
            && !format.eq_ignore_ascii_case("sha1")
        {
            return Err(OpenError::Format(format!("{format} object ids")));
        }
        if let Some(storage) = get("extensions.refstorage")
            && !storage.eq_ignore_ascii_case("files")
        {
            return Err(OpenError::Format(format!("{storage} references")));
        }
        if self.common.is_folder(b"reftable") {
            return Err(OpenError::Format("reftable references".to_owned()));
        }
        match get("core.repositoryformatversion") {
            None | Some("0" | "1") => Ok(()),
            Some(version) => Err(OpenError::Format(format!("layout version {version}"))),
        }
    }

    /// Bytes of an object id.
    fn id_len(&self) -> usize {
        let format = config::last(&self.settings, "extensions.objectformat");
        if format.is_some_and(|f| f.eq_ignore_ascii_case("sha256")) {
            32
        } else {
            20
        }
    }

    /// The names in the index; `None` where it is not understood. Before the first `git add` there is none.
    pub(super) fn tracked(&self) -> Option<index::Tracked> {
        match self.own.read(b"index", LARGE) {
            Ok(bytes) => index::Tracked::parse(&bytes, self.id_len()),
            Err(ReadError::Missing) => Some(index::Tracked::default()),
            Err(_) => None,
        }
    }

    /// Whether history or objects are left out on purpose: what to do about a missing one.
    fn missing_advice(&self) -> &'static str {
        let partial = self.settings.iter().any(|s| {
            s.key == "extensions.partialclone"
                || (s.key.starts_with("remote.") && s.key.ends_with(".promisor"))
        });
        if partial {
            "this is a partial clone; `git fetch --refetch --no-filter` brings all objects"
        } else if self.common.facts(b"shallow").is_ok() {
            "this is a shallow clone; `git fetch --unshallow` brings the history"
        } else {
            "`git fsck` tells what else is; clone it again from where it came from"
        }
    }

    /// Linked work trees of this repository that lie in `root` and point back to it.
    pub(super) fn linked_in(&self, root: &Path) -> Vec<RepoPath> {
        let mut names: Vec<Vec<u8>> = vec![];
        let listed = self.common.list(b"worktrees", |name, found| {
            if found == super::beneath::Found::Folder && names.len() < 1000 {
                names.push(name.to_vec());
            }
        });
        if listed.is_err() {
            return vec![];
        }
        let mut linked: Vec<RepoPath> = names
            .iter()
            .filter_map(|name| self.linked(root, std::str::from_utf8(name).ok()?))
            .collect();
        linked.sort();
        linked
    }

    fn linked(&self, root: &Path, name: &str) -> Option<RepoPath> {
        let home = self.common_path.canonicalize().ok()?.join("worktrees").join(name);
        let pointer = follow(&home, &small(&self.common, &format!("worktrees/{name}/gitdir"))?)?;
        let folder = pointer.parent()?;
        let inside = folder.strip_prefix(root).ok()?;
        let back = Beneath::new(folder).ok().and_then(|b| small(&b, ".git"))?;
        let back = follow(folder, back.strip_prefix("gitdir:")?.trim())?;
        let path = RepoPath::new(&inside.to_str()?.replace('\\', "/"))?;
        (back == home && !path.is_root()).then_some(path)
    }
}
