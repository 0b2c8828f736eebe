//! Canonical paths, where there is no `openat`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FileFacts, Found, ReadError, failed, read_all};

/// A folder by its canonical path. Without descriptors to start from, each path is made canonical
/// and compared, which leaves a short time for a swap.
#[derive(Debug)]
pub(in crate::repo) struct Beneath {
    root: PathBuf,
}

impl Beneath {
    pub(in crate::repo) fn new(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: root.canonicalize()?,
        })
    }

    pub(in crate::repo) fn list(&self, path: &[u8], mut visit: impl FnMut(&[u8], Found)) -> io::Result<()> {
        for entry in fs::read_dir(self.inside(path)?)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let found = if kind.is_symlink() {
                let target = system_bytes(fs::read_link(entry.path())?.into_os_string());
                Found::Link(
                    target
                        .into_iter()
                        .map(|b| if b == b'\\' { b'/' } else { b })
                        .collect(),
                )
            } else if kind.is_dir() {
                Found::Folder
            } else if kind.is_file() {
                Found::File
            } else {
                Found::Special
            };
            visit(&system_bytes(entry.file_name()), found);
        }
        Ok(())
    }

    pub(in crate::repo) fn read(&self, path: &[u8], limit: u64) -> Result<Vec<u8>, ReadError> {
        let facts = self.facts(path)?;
        read_all(self.open_file(path)?, facts.size, limit)
    }

    pub(in crate::repo) fn open_file(&self, path: &[u8]) -> Result<fs::File, ReadError> {
        self.facts(path)?;
        fs::File::open(self.inside(path).map_err(|e| failed(&e))?).map_err(|e| failed(&e))
    }

    pub(in crate::repo) fn facts(&self, path: &[u8]) -> Result<FileFacts, ReadError> {
        let inside = self.inside(path).map_err(|e| failed(&e))?;
        let meta = fs::symlink_metadata(inside).map_err(|e| failed(&e))?;
        if !meta.is_file() {
            return Err(ReadError::NotAFile);
        }
        Ok(FileFacts {
            size: meta.len(),
            executable: false,
        })
    }

    pub(in crate::repo) fn is_folder(&self, path: &[u8]) -> bool {
        self.inside(path).is_ok_and(|p| p.is_dir())
    }

    /// The path, if no part of it is a link.
    fn inside(&self, path: &[u8]) -> io::Result<PathBuf> {
        let wanted = self.root.join(system_path(path.to_vec()));
        if wanted.canonicalize()? == wanted {
            Ok(wanted)
        } else {
            Err(io::Error::other("became a link while the scan ran"))
        }
    }
}

fn system_bytes(name: std::ffi::OsString) -> Vec<u8> {
    name.into_encoded_bytes()
}

/// Bytes that are no Unicode name nothing here.
fn system_path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
