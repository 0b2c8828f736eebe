//! Looking up a program as a shell does, but never where a repository could have put one.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The first file called `name` on the search path `path` that may be executed. Entries that are empty or
/// relative are passed over: they name the folder one happens to stand in. So are the folders `not_in`
/// and all below them.
#[must_use]
pub fn find(name: &str, path: &OsStr, not_in: &[&Path]) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute() && !not_in.iter().any(|not| folder.starts_with(not)))
        .flat_map(|folder| {
            let plain = folder.join(name);
            if cfg!(windows) {
                vec![plain.with_extension("exe"), plain.with_extension("cmd"), plain]
            } else {
                vec![plain]
            }
        })
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_absolute_folders_are_searched_and_only_programs_found() {
        let dir = tempfile::tempdir().expect("a folder");
        let (first, second) = (dir.path().join("a"), dir.path().join("b"));
        for (folder, mode) in [(&first, 0o644), (&second, 0o755)] {
            fs::create_dir(folder).expect("a folder");
            fs::write(folder.join("git"), "").expect("a file");
            fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(mode)).expect("its mode");
        }
        let path = std::env::join_paths([Path::new("."), Path::new(""), &first, &second]).expect("a path");
        assert_eq!(find("git", &path, &[]), Some(second.join("git")));
        assert_eq!(find("git", &path, &[&second]), None);
        assert_eq!(find("git", OsStr::new(".:bin"), &[]), None);
    }
}
