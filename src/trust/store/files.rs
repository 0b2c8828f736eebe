//! Files of the store: written whole or not at all, read only where nobody else can have written them.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::StoreError;

/// Start of the names of files that are being written. Left over where a process was killed.
const UNFINISHED: &str = ".writing-";
/// Seconds after which a left-over is removed.
const STALE: u64 = 3600;

/// Writes a file below `root`: 0600, in folders of 0700, on disk when this returns.
pub(super) fn write(root: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(root);
    make(root, folder)?;
    sweep(folder);
    let failed = || StoreError::io(path);
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)
        .map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    file.as_file().sync_all().map_err(failed())?;
    file.persist(path).map_err(|e| failed()(e.error))?;
    // The name is on disk once its folder is.
    #[cfg(unix)]
    File::open(folder).and_then(|f| f.sync_all()).map_err(failed())?;
    Ok(())
}

/// Makes `folder` and those between it and `root`, for the owner only.
fn make(root: &Path, folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(StoreError::io(folder))?;
    check(root)?;
    check(folder)
}

/// Removes what killed processes left.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let old = entry
            .metadata()
            .and_then(|meta| meta.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > STALE));
        if old && entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // Another process may have been quicker.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The names in `folder`, sorted, without unfinished files; none where there is no such folder.
pub(super) fn names(root: &Path, folder: &Path) -> Result<Vec<String>, StoreError> {
    check(root)?;
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        listed => listed.map_err(StoreError::io(folder))?,
    };
    check(folder)?;
    let mut names = vec![];
    for entry in listed {
        let entry = entry.map_err(StoreError::io(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The bytes of a file; `None` where there is none.
pub(super) fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(StoreError::io(path))?,
    };
    exposed(path, &file.metadata().map_err(StoreError::io(path))?)?;
    let mut bytes = vec![];
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(StoreError::io(path))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(StoreError::Damaged(path.display().to_string()));
    }
    Ok(Some(bytes))
}

/// Refuses a folder that somebody else could have written to. One that does not exist is fine.
pub(super) fn check(folder: &Path) -> Result<(), StoreError> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        meta => exposed(folder, &meta.map_err(StoreError::io(folder))?),
    }
}

#[cfg(unix)]
fn exposed(path: &Path, meta: &fs::Metadata) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;
    let why = if meta.uid() != rustix::process::getuid().as_raw() && meta.uid() != 0 {
        "belongs to another user"
    } else if meta.mode() & 0o022 != 0 {
        "can be written by others"
    } else {
        return Ok(());
    };
    Err(StoreError::Exposed {
        path: path.display().to_string(),
        why,
    })
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn exposed(_: &Path, _: &fs::Metadata) -> Result<(), StoreError> {
    Ok(())
}
