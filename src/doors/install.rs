//! Writing small files of ours into other people's folders, whole or not at all.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Bytes of a file that is changed here.
const MOST: u64 = 8 << 20;

/// What was done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was as it should be.
    Same(PathBuf),
    /// Written or changed.
    Written(PathBuf),
    /// Removed.
    Removed(PathBuf),
    /// Moved back or aside, from and to.
    Moved(PathBuf, PathBuf),
    /// Left alone, and why.
    Left(PathBuf, String),
}

impl Done {
    /// Whether anything is otherwise than before.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !matches!(self, Self::Same(_) | Self::Left(..))
    }
}

/// A file could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`: {why}")]
pub struct InstallError {
    /// The file.
    pub path: String,
    /// In the system's words.
    pub why: String,
}

pub(super) fn failed(path: &Path, why: impl ToString) -> InstallError {
    InstallError {
        path: path.display().to_string(),
        why: why.to_string(),
    }
}

/// The text of a file; empty where there is none.
pub(super) fn read(path: &Path) -> Result<String, InstallError> {
    match fs::metadata(path) {
        Ok(meta) if meta.len() > MOST => return Err(failed(path, "is too large to be changed here")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(failed(path, error)),
    }
    fs::read_to_string(path).map_err(|e| failed(path, e))
}

/// The start of a file as text; empty where it cannot be read.
pub(super) fn read_lossy(path: &Path) -> String {
    let mut bytes = vec![];
    let read = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut bytes));
    if read.is_err() {
        bytes.clear();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes the file hold `text`, and a program where `program` says so.
pub(super) fn write(path: &Path, text: &str, program: bool) -> Result<Done, InstallError> {
    let before = read(path)?;
    if before == text && (!program || is_program(path)) {
        return Ok(Done::Same(path.to_owned()));
    }
    put(path, text, program.then_some(0o755))?;
    Ok(Done::Written(path.to_owned()))
}

/// Changes a file from `before` to `after`; a link stays a link, its target is changed.
pub(super) fn change(path: &Path, before: &str, after: &str) -> Result<Done, InstallError> {
    if before == after {
        return Ok(Done::Same(path.to_owned()));
    }
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    put(&real, after, None)?;
    Ok(Done::Written(path.to_owned()))
}

pub(super) fn remove(path: &Path) -> Result<Done, InstallError> {
    fs::remove_file(path).map_err(|e| failed(path, e))?;
    Ok(Done::Removed(path.to_owned()))
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<Done, InstallError> {
    fs::rename(from, to).map_err(|e| failed(from, e))?;
    Ok(Done::Moved(from.to_owned(), to.to_owned()))
}

/// Writes beside the file and renames: a reader sees the old text or the new one.
fn put(path: &Path, text: &str, mode: Option<u32>) -> Result<(), InstallError> {
    let folder = path.parent().ok_or_else(|| failed(path, "has no folder"))?;
    fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.claude-guard-{}", std::process::id()));
    let written = fs::File::options()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            permit(&file, path, mode)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|e| {
        let _ = fs::remove_file(&beside);
        failed(path, e)
    })
}

#[cfg(unix)]
fn permit(file: &fs::File, path: &Path, mode: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match (mode, fs::metadata(path)) {
        (Some(mode), _) => file.set_permissions(fs::Permissions::from_mode(mode)),
        (None, Ok(before)) => file.set_permissions(before.permissions()),
        (None, Err(_)) => Ok(()),
    }
}

#[cfg(not(unix))]
fn permit(_: &fs::File, _: &Path, _: Option<u32>) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o111 == 0o111)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// A path as one word of a POSIX shell or fish. They differ on a backslash in quotes, so it stands
/// outside of them.
pub(super) fn quoted(path: &Path) -> String {
    let mut out = String::from("'");
    for c in path.display().to_string().chars() {
        match c {
            '\'' => out.push_str("'\\''"),
            '\\' => out.push_str("'\\\\'"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
