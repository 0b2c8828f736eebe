use std::fs;

use super::*;
use crate::model::tree::UnlistedWhy;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path inside")
}

/// A folder with these files (text is their own path).
fn folder(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for file in files {
        let at = dir.path().join(file);
        fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
        fs::write(at, file).expect("a file");
    }
    dir
}

fn list(dir: &tempfile::TempDir) -> WorkTree {
    WorkTree::list(dir.path(), vec![], &Options::default()).expect("a listing")
}

fn names(tree: &WorkTree) -> Vec<&str> {
    tree.entries().iter().map(|e| e.path.as_str()).collect()
}

#[test]
fn entries_are_sorted_as_whole_paths() {
    let dir = folder(&["a/x", "a-b", "a.c", "a/y/z", "a0", "A", "b/.hidden/c"]);
    let tree = list(&dir);
    let mut sorted = names(&tree);
    sorted.sort_unstable();
    assert_eq!(names(&tree), sorted);
    assert_eq!(tree.entries().len(), 7);
    assert_eq!(tree.below(&path("a")).count(), 2);
    assert!(tree.is_dir(&path("b/.hidden")));
}

#[test]
fn many_folders_are_listed_by_several_threads_in_the_same_order() {
    let files: Vec<String> = (0..300).map(|i| format!("d{}/e{}/f{i}", i % 7, i % 60)).collect();
    let dir = folder(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let tree = list(&dir);
    let mut sorted = files.clone();
    sorted.sort_unstable();
    assert_eq!(names(&tree), sorted);
}

#[test]
fn ignored_files_are_listed_and_gits_own_data_is_not() {
    let dir = folder(&[
        ".gitignore",
        "build/run.sh",
        ".git/config",
        ".git/HEAD",
        ".git/index",
        ".git/objects/ab/cdef",
        ".git/refs/heads/main",
        ".git/hooks/post-checkout",
        ".git/hooks/post-checkout.sample",
        ".git/info/attributes",
        ".git/odd/place.sh",
        "vendored/.git/config",
        "vendored/.git/objects/aa/bb",
    ]);
    fs::write(dir.path().join(".gitignore"), "build\n*.sh\n").expect("a file");
    let tree = list(&dir);
    assert_eq!(
        names(&tree),
        [
            ".git/HEAD",
            ".git/config",
            ".git/hooks/post-checkout",
            ".git/info/attributes",
            ".git/odd/place.sh",
            ".gitignore",
            "build/run.sh",
            "vendored/.git/config",
        ]
    );
    // What is not listed can still be reached by a reference.
    assert_eq!(
        tree.read(&path(".git/objects/ab/cdef"), 100).expect("its bytes"),
        b".git/objects/ab/cdef"
    );
}

#[test]
fn a_file_is_read_up_to_the_limit_only() {
    let dir = folder(&["abc"]);
    let tree = list(&dir);
    assert_eq!(tree.read(&path("abc"), 3).expect("its bytes"), b"abc");
    assert_eq!(
        tree.read(&path("abc"), 2),
        Err(ReadError::TooLarge { size: 3, limit: 2 })
    );
    assert_eq!(tree.read(&path("abd"), 2), Err(ReadError::Missing));
    assert_eq!(tree.size(&path("abc")), Some(3));
}

#[test]
fn limits_on_entries_and_depth_are_told() {
    let dir = folder(&["a/b/c/d", "a/b/x", "e"]);
    let options = Options {
        most_depth: 1,
        ..Options::default()
    };
    let tree = WorkTree::list(dir.path(), vec![], &options).expect("a listing");
    assert_eq!(names(&tree), ["e"]);
    assert_eq!(tree.unlisted()[0].path, path("a"));
    let options = Options {
        most_entries: 1,
        ..Options::default()
    };
    let tree = WorkTree::list(dir.path(), vec![], &options).expect("a listing");
    assert!(matches!(
        tree.unlisted()[0].why,
        UnlistedWhy::Limit { limit: 1, .. }
    ));
}

#[test]
fn a_folder_that_is_missing_is_an_error() {
    let dir = folder(&[]);
    let found = WorkTree::list(&dir.path().join("no"), vec![], &Options::default());
    assert_eq!(found.err(), Some(ReadError::Missing));
    assert!(list(&dir).entries().is_empty());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn links_are_named_and_followed_only_inside() {
        let dir = folder(&["skills/a.md"]);
        fs::create_dir(dir.path().join(".claude")).expect("a folder");
        symlink("../skills", dir.path().join(".claude/skills")).expect("a link");
        symlink("/etc", dir.path().join("out")).expect("a link");
        symlink("../..", dir.path().join("skills/up")).expect("a link");
        symlink("loop", dir.path().join("loop")).expect("a link");
        let tree = list(&dir);
        assert_eq!(
            names(&tree),
            [".claude/skills", "loop", "out", "skills/a.md", "skills/up"]
        );
        assert_eq!(
            tree.read(&path(".claude/skills/a.md"), 100).expect("its bytes"),
            b"skills/a.md"
        );
        assert!(matches!(
            tree.read(&path("out/passwd"), 100),
            Err(ReadError::Outside(_))
        ));
        assert!(matches!(
            tree.read(&path("skills/up/x"), 100),
            Err(ReadError::Outside(_))
        ));
        assert_eq!(tree.read(&path("loop"), 100), Err(ReadError::LinkLoop));
    }

    #[test]
    fn a_file_swapped_for_a_link_after_the_listing_is_not_followed() {
        let outside = folder(&["secret"]);
        let dir = folder(&["file", "sub/file"]);
        let tree = list(&dir);
        fs::remove_file(dir.path().join("file")).expect("removed");
        symlink(outside.path().join("secret"), dir.path().join("file")).expect("a link");
        fs::remove_dir_all(dir.path().join("sub")).expect("removed");
        symlink(outside.path(), dir.path().join("sub")).expect("a link");
        assert!(matches!(tree.read(&path("file"), 100), Err(ReadError::Failed(_))));
        assert!(tree.read(&path("sub/file"), 100).is_err());
        assert!(tree.read(&path("sub/secret"), 100).is_err());
    }

    #[test]
    fn fifos_and_sockets_are_named_and_never_opened() {
        let dir = folder(&["file"]);
        let made = std::process::Command::new("mkfifo")
            .arg(dir.path().join("pipe"))
            .status();
        assert!(made.is_ok_and(|s| s.success()), "mkfifo works");
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).expect("a socket");
        let tree = list(&dir);
        for name in ["pipe", "socket"] {
            assert_eq!(
                tree.entry(&path(name)).map(|e| &e.kind),
                Some(&EntryKind::Special)
            );
            assert_eq!(tree.read(&path(name), 10), Err(ReadError::NotAFile));
        }
        // A file that became a FIFO after the listing does not make the reader wait either.
        fs::remove_file(dir.path().join("file")).expect("removed");
        fs::rename(dir.path().join("pipe"), dir.path().join("file")).expect("renamed");
        assert_eq!(tree.read(&path("file"), 10), Err(ReadError::NotAFile));
    }

    #[test]
    fn a_name_that_is_not_utf8_is_escaped_and_can_be_read() {
        let dir = folder(&[]);
        let odd = std::ffi::OsStr::from_bytes(b"d\xff");
        fs::create_dir(dir.path().join(odd)).expect("a folder");
        fs::write(dir.path().join(odd).join("x\n\u{1b}[31m"), "here").expect("a file");
        let tree = list(&dir);
        let name = path("d\\xff/x\n\u{1b}[31m");
        assert_eq!(tree.entries()[0].path, name);
        assert_eq!(tree.escaped(), [&name]);
        assert_eq!(tree.read(&name, 10).expect("its bytes"), b"here");
    }

    #[test]
    fn who_may_execute_a_file_is_asked_on_demand() {
        let dir = folder(&["run", "text"]);
        fs::set_permissions(dir.path().join("run"), fs::Permissions::from_mode(0o755)).expect("set");
        let tree = list(&dir);
        assert!(tree.is_executable(&path("run")));
        assert!(!tree.is_executable(&path("text")));
    }
}
