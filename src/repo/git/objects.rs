//! [`Objects`]: packs by libgit2's object database and nothing else of it, loose objects by our own
//! reader ([`super::loose`]). Hashes are checked on each read.

use std::path::Path;

use git2::{ErrorCode, ObjectType, Odb, Oid};

use super::{Git, OpenError, loose};
use crate::model::tree::ReadError;
use crate::repo::beneath::{Beneath, Found};

/// Pointers to other object folders followed in a row.
const MOST_ALTERNATES: usize = 16;

/// The objects of one repository.
pub(in crate::repo) struct Objects {
    /// Asked only for what is not loose.
    packs: Odb<'static>,
    /// The object folders: its own, then those that it borrows from.
    folders: Vec<Beneath>,
    missing_advice: &'static str,
    /// Bytes of a commit, tag or tree.
    most_bytes: usize,
}

impl Objects {
    /// Opens the objects of `git` after a look: nothing in the folder is a link or a FIFO, and no objects
    /// are borrowed from outside the repository.
    pub(in crate::repo) fn open(git: &Git, most_bytes: usize) -> Result<Self, OpenError> {
        git.check_format()?;
        let unreadable = |why: String| OpenError::Unreadable {
            path: git.common_path().join("objects").display().to_string(),
            why,
        };
        let folders = check_folders(git)?;
        let path = git.common_path().join("objects");
        // On by default; said here because the promise rests on it.
        git2::opts::strict_hash_verification(true);
        let text = path
            .to_str()
            .ok_or_else(|| unreadable("its path is not UTF-8".to_owned()))?;
        let packs = Odb::new().map_err(|e| unreadable(e.message().to_owned()))?;
        packs
            .add_disk_alternate(text)
            .map_err(|e| unreadable(e.message().to_owned()))?;
        Ok(Self {
            packs,
            folders,
            missing_advice: git.missing_advice(),
            most_bytes,
        })
    }

    /// Kind and bytes of a commit, tag or tree (of a blob only the kind).
    pub(in crate::repo) fn metadata(&self, id: Oid) -> Result<(ObjectType, Vec<u8>), OpenError> {
        let (kind, size) = self.header(id)?;
        if kind == ObjectType::Blob {
            return Ok((kind, vec![]));
        }
        let most = u64::try_from(self.most_bytes).unwrap_or(u64::MAX);
        if size > most {
            let why = format!("it has {size} bytes, more than the limit of {most}");
            return Err(broken(id, why));
        }
        Ok((kind, self.bytes(id)?))
    }

    /// The bytes of a blob.
    pub(in crate::repo) fn blob(&self, id: Oid, limit: u64) -> Result<Vec<u8>, ReadError> {
        let failed = |e: OpenError| ReadError::Failed(e.to_string());
        let size = self.blob_size(id).map_err(failed)?;
        if size > limit {
            return Err(ReadError::TooLarge { size, limit });
        }
        self.bytes(id).map_err(failed)
    }

    /// The size of a blob, from its header.
    pub(in crate::repo) fn blob_size(&self, id: Oid) -> Result<u64, OpenError> {
        let (kind, size) = self.header(id)?;
        if kind == ObjectType::Blob {
            Ok(size)
        } else {
            Err(broken(id, format!("it is a {}, not a file", kind.str())))
        }
    }

    fn header(&self, id: Oid) -> Result<(ObjectType, u64), OpenError> {
        if let Some(file) = self.loose(id)? {
            return loose::header(file).map_err(|why| broken(id, why));
        }
        let (size, kind) = self.packs.read_header(id).map_err(|e| self.error(id, &e))?;
        Ok((kind, u64::try_from(size).unwrap_or(u64::MAX)))
    }

    /// The whole object, its hash checked. The caller has looked at the size.
    fn bytes(&self, id: Oid) -> Result<Vec<u8>, OpenError> {
        if let Some(file) = self.loose(id)? {
            return loose::read(file, id).map_err(|why| broken(id, why));
        }
        let object = self.packs.read(id).map_err(|e| self.error(id, &e))?;
        Ok(object.data().to_vec())
    }

    /// The file of a loose object. libgit2 would follow a link here, wait for a FIFO, and never end on a
    /// truncated file (measured, 1.9.7).
    fn loose(&self, id: Oid) -> Result<Option<std::fs::File>, OpenError> {
        let hex = id.to_string();
        let path = format!("{}/{}", &hex[..2], &hex[2..]);
        for folder in &self.folders {
            match folder.open_file(path.as_bytes()) {
                Ok(file) => return Ok(Some(file)),
                Err(ReadError::Missing) => {}
                Err(error) => return Err(broken(id, format!("its file: {error}"))),
            }
        }
        Ok(None)
    }

    /// The object whose id starts with `prefix`.
    pub(in crate::repo) fn by_prefix(&self, prefix: &str, rev: &str) -> Result<Oid, OpenError> {
        let unknown = || OpenError::UnknownRevision(rev.to_owned());
        let padded = format!("{prefix:0<40}");
        let short = Oid::from_str(&padded).map_err(|_| unknown())?;
        match self.packs.exists_prefix(short, prefix.len()) {
            Ok(id) => Ok(id),
            Err(e) if e.code() == ErrorCode::Ambiguous => Err(OpenError::AmbiguousRevision(rev.to_owned())),
            Err(_) => Err(unknown()),
        }
    }

    fn error(&self, id: Oid, error: &git2::Error) -> OpenError {
        if error.code() == ErrorCode::NotFound {
            OpenError::MissingObject {
                id: id.to_string(),
                advice: self.missing_advice.to_owned(),
            }
        } else {
            broken(id, error.message().to_owned())
        }
    }
}

fn broken(id: Oid, why: String) -> OpenError {
    OpenError::BrokenObject {
        id: id.to_string(),
        why,
    }
}

/// The object folders that `git` borrows from, as written.
pub(super) fn alternates(git: &Git) -> Vec<String> {
    git.common
        .read(b"objects/info/alternates", super::SMALL)
        .map(|bytes| lines(&bytes))
        .unwrap_or_default()
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes)
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// libgit2 follows links and `info/alternates` by itself, so both are looked at before: all object
/// folders lie in the repository, and no folder or pack in them is a link or a FIFO. Returns the folders.
fn check_folders(git: &Git) -> Result<Vec<Beneath>, OpenError> {
    let outside = |to: &str| OpenError::BorrowedObjects(to.to_owned());
    let home = git.common_path().canonicalize().map_err(|_| outside("objects"))?;
    // In a work tree, objects may lie anywhere in it; a bare repository has only itself.
    let home = match home.file_name() {
        Some(name) if name == ".git" => home.parent().map_or_else(|| home.clone(), Path::to_path_buf),
        _ => home,
    };
    if !git.common.is_folder(b"objects") {
        return Err(outside("objects"));
    }
    let mut waiting = vec![git.common_path().join("objects")];
    let mut folders = vec![];
    while let Some(folder) = waiting.pop() {
        if folders.len() > MOST_ALTERNATES {
            return Err(outside("too many object folders"));
        }
        let Ok(beneath) = Beneath::new(&folder) else {
            continue;
        };
        for name in ["", "pack", "info"] {
            let mut odd = None;
            let _ = beneath.list(name.as_bytes(), |entry, found| {
                if matches!(found, Found::Link(_) | Found::Special) {
                    odd = Some(format!("{name}/{}", String::from_utf8_lossy(entry)));
                }
            });
            if let Some(odd) = odd {
                return Err(outside(&format!("objects/{}", odd.trim_start_matches('/'))));
            }
        }
        match beneath.read(b"info/alternates", super::SMALL) {
            Ok(bytes) => {
                for line in lines(&bytes) {
                    let to = super::follow(&folder, &line)
                        .filter(|to| to.starts_with(&home))
                        .ok_or_else(|| outside(&line))?;
                    waiting.push(to);
                }
            }
            Err(ReadError::Missing) => {}
            Err(error) => return Err(outside(&format!("objects/info/alternates ({error})"))),
        }
        folders.push(beneath);
    }
    Ok(folders)
}
