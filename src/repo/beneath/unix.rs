//! Descriptors that know no links.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Dir, FileType, Mode, OFlags};

use super::{FileFacts, Found, ReadError, failed, read_all};

/// A folder, held open.
#[derive(Debug)]
pub(in crate::repo) struct Beneath {
    root: OwnedFd,
}

impl Beneath {
    /// Holds `root` open; links in the path to it are the caller's own and are followed.
    pub(in crate::repo) fn new(root: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(Self { root })
    }

    /// Calls `visit` with the name and kind of all that lies in the folder `path`.
    pub(in crate::repo) fn list(&self, path: &[u8], mut visit: impl FnMut(&[u8], Found)) -> io::Result<()> {
        let mut dir = Dir::new(self.open(path, OFlags::RDONLY | OFlags::DIRECTORY)?)?;
        let mut links: Vec<Vec<u8>> = vec![];
        let mut unsure: Vec<Vec<u8>> = vec![];
        while let Some(entry) = dir.read() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") {
                continue;
            }
            match entry.file_type() {
                FileType::RegularFile => visit(name, Found::File),
                FileType::Directory => visit(name, Found::Folder),
                FileType::Symlink => links.push(name.to_vec()),
                FileType::Unknown => unsure.push(name.to_vec()),
                _ => visit(name, Found::Special),
            }
        }
        let folder = dir.fd()?;
        for name in unsure {
            let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
            let stat = rustix::fs::statat(folder, &name[..], flags)?;
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => visit(&name, Found::File),
                FileType::Directory => visit(&name, Found::Folder),
                FileType::Symlink => links.push(name),
                _ => visit(&name, Found::Special),
            }
        }
        for name in links {
            let target = rustix::fs::readlinkat(folder, &name[..], Vec::new())?;
            visit(&name, Found::Link(target.into_bytes()));
        }
        Ok(())
    }

    /// The bytes of the regular file at `path`.
    pub(in crate::repo) fn read(&self, path: &[u8], limit: u64) -> Result<Vec<u8>, ReadError> {
        let (file, facts) = self.file(path)?;
        read_all(file, facts.size, limit)
    }

    /// The regular file at `path`, open.
    pub(in crate::repo) fn open_file(&self, path: &[u8]) -> Result<File, ReadError> {
        self.file(path).map(|(file, _)| file)
    }

    /// What the regular file at `path` is.
    pub(in crate::repo) fn facts(&self, path: &[u8]) -> Result<FileFacts, ReadError> {
        self.file(path).map(|(_, facts)| facts)
    }

    /// Whether `path` is a folder.
    pub(in crate::repo) fn is_folder(&self, path: &[u8]) -> bool {
        self.open(path, OFlags::RDONLY | OFlags::DIRECTORY).is_ok()
    }

    fn file(&self, path: &[u8]) -> Result<(File, FileFacts), ReadError> {
        let file = self
            .open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)
            .map_err(|e| match rustix::io::Errno::from_io_error(&e) {
                Some(rustix::io::Errno::LOOP) => {
                    ReadError::Failed("became a link while the scan ran".to_owned())
                }
                // A socket, or a device without a driver.
                Some(rustix::io::Errno::NXIO | rustix::io::Errno::OPNOTSUPP) => ReadError::NotAFile,
                _ => failed(&e),
            })?;
        let stat = rustix::fs::fstat(&file).map_err(|e| failed(&e.into()))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(ReadError::NotAFile);
        }
        let facts = FileFacts {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            executable: Mode::from_raw_mode(stat.st_mode).contains(Mode::XUSR),
        };
        Ok((File::from(file), facts))
    }

    fn open(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        let path = if path.is_empty() { b"." } else { path };
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::ResolveFlags;
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
            match rustix::fs::openat2(&self.root, path, flags, Mode::empty(), resolve) {
                // An old kernel, or a sandbox that does not know the call.
                Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {}
                other => return Ok(other?),
            }
        }
        self.open_by_parts(path, flags)
    }

    fn open_by_parts(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        let mut at: Option<OwnedFd> = None;
        let mut parts = path.split(|b| *b == b'/').peekable();
        while let Some(part) = parts.next() {
            let flags = if parts.peek().is_some() {
                OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
            } else {
                flags
            };
            let from = at.as_ref().map_or(self.root.as_fd(), AsFd::as_fd);
            at = Some(rustix::fs::openat(from, part, flags, Mode::empty())?);
        }
        at.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
