//! [`Beneath`]: opens what lies below one folder and nothing else.
//!
//! A path of a listing may be swapped for a link between the listing and the reading. So each open
//! starts at the descriptor of the root and refuses a link in any part (`openat2` where the kernel has
//! it, else part by part); a file is opened without waiting (a FIFO) and asked what it is afterwards.

#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use portable::Beneath;
#[cfg(unix)]
pub(super) use unix::Beneath;

use std::io;

use crate::model::tree::ReadError;

/// What a file turned out to be once open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileFacts {
    /// Bytes.
    pub size: u64,
    /// May be executed.
    pub executable: bool,
}

/// The kind of a directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link with its target as written.
    Link(Vec<u8>),
    /// A FIFO, socket or device.
    Special,
}

/// A read error in our terms.
pub(super) fn failed(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Failed(plain(error)),
    }
}

/// The system's text without the number that Rust adds.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Reads at most `limit` bytes of an open regular file.
fn read_all(file: std::fs::File, size: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
    use io::Read as _;
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| failed(&e))?;
    let got = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if got > limit {
        return Err(ReadError::TooLarge { size: got, limit });
    }
    Ok(bytes)
}
