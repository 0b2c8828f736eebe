//! Whether a file that a person names lies in the tree that is scanned: a change must not supply what it
//! is judged by.

use std::path::Path;

use crate::model::RepoPath;

/// `file` as a path of the tree at `root` (canonical), if it lies there by its name or by where links
/// lead. It need not exist: the change may have removed it.
pub(super) fn place(root: &Path, file: &Path) -> Option<RepoPath> {
    let absolute = std::path::absolute(file).ok()?;
    let named = absolute
        .ancestors()
        .filter(|up| up.canonicalize().is_ok_and(|real| real == root))
        .last()
        .and_then(|up| absolute.strip_prefix(up).ok());
    let real = absolute.canonicalize().ok();
    let led = real.as_deref().and_then(|real| real.strip_prefix(root).ok());
    let text = named.or(led)?.to_str()?;
    RepoPath::new(&text.replace(std::path::MAIN_SEPARATOR, "/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn names_links_and_what_is_gone_count_as_inside() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().join("repo");
        fs::create_dir_all(root.join("rules")).expect("folders");
        fs::write(dir.path().join("own.toml"), "").expect("a file");
        let root = root.canonicalize().expect("it is there");
        let at = |file: &Path| place(&root, file).map(|p| p.to_string());
        assert_eq!(at(&root.join("rules")).as_deref(), Some("rules"));
        assert_eq!(
            at(&root.join("gone/away.toml")).as_deref(),
            Some("gone/away.toml")
        );
        assert_eq!(at(&dir.path().join("own.toml")), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(dir.path().join("own.toml"), root.join("out.toml")).expect("a link");
            std::os::unix::fs::symlink(root.join("rules"), dir.path().join("in")).expect("a link");
            // A link of the change would choose the file.
            assert_eq!(at(&root.join("out.toml")).as_deref(), Some("out.toml"));
            assert_eq!(at(&dir.path().join("in")).as_deref(), Some("rules"));
        }
    }
}
