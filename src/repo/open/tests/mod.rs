//! With the real git, without anybody's configuration of it.

mod hostile;

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::model::tree::{EntryKind, ReadError, UnlistedWhy};

/// Runs git in `dir` without configuration, at a fixed time.
fn git(dir: &Path, args: &[&str]) -> String {
    let out = Command::new("git")
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@host.example")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@host.example")
        .env("GIT_AUTHOR_DATE", "2024-01-02T03:04:05Z")
        .env("GIT_COMMITTER_DATE", "2024-01-02T03:04:05Z")
        .output()
        .expect("git starts");
    assert!(
        out.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

fn write(dir: &Path, file: &str, text: &str) {
    let at = dir.join(file);
    fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
    fs::write(at, text).expect("a file");
}

/// A repository with one commit of these files.
fn repository(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    git(dir.path(), &["init", "-q"]);
    for file in files {
        write(dir.path(), file, file);
    }
    git(dir.path(), &["add", "-A"]);
    git(dir.path(), &["commit", "-q", "-m", "one"]);
    dir
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path inside")
}

fn names(opened: &Opened) -> Vec<&str> {
    let paths = opened.tree().entries().iter().map(|e| e.path.as_str());
    paths.filter(|p| !p.starts_with(".git/")).collect()
}

fn refused(dir: &Path, rev: &str) -> OpenError {
    open(dir, Some(rev)).expect_err("an error")
}

/// Replaces an object's file, which git makes read-only.
fn damage(dir: &Path, id: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let file = dir.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let bytes = fs::read(&file).expect("a loose object");
    fs::remove_file(&file).expect("removed");
    fs::write(&file, change(bytes)).expect("written");
}

#[test]
fn a_work_tree_and_its_commit_have_the_same_entries_and_bytes() {
    let dir = repository(&["a/x", "a-b", "a.c", ".claude/settings.json", "run.sh"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        fs::set_permissions(dir.path().join("run.sh"), fs::Permissions::from_mode(0o755)).expect("set");
        symlink("../a", dir.path().join(".claude/skills")).expect("a link");
    }
    write(dir.path(), "naïve\tname", "odd");
    git(dir.path(), &["add", "-A"]);
    git(dir.path(), &["commit", "-q", "-m", "two"]);
    let (disk, commit) = (
        open(dir.path(), None).expect("a work tree"),
        open(dir.path(), Some("HEAD")).expect("a commit"),
    );
    assert_eq!((disk.kind(), commit.kind()), ("work-tree", "commit"));
    assert_eq!(names(&disk), names(&commit));
    for name in names(&commit) {
        let name = path(name);
        let (a, b) = (disk.tree(), commit.tree());
        assert_eq!(a.read(&name, 100), b.read(&name, 100), "{name}");
        assert_eq!(a.size(&name), b.size(&name), "{name}");
        assert_eq!(a.is_executable(&name), b.is_executable(&name), "{name}");
        assert_eq!(a.is_tracked(&name), b.is_tracked(&name), "{name}");
    }
    #[cfg(unix)]
    assert_eq!(
        commit
            .tree()
            .read(&path(".claude/skills/x"), 10)
            .expect("over a link"),
        b"a/x"
    );
}

#[test]
fn the_index_tells_what_is_tracked_in_each_of_its_versions() {
    let dir = repository(&["in", "sub/in", "sub/also"]);
    write(dir.path(), "out", "");
    for version in ["2", "3", "4"] {
        git(dir.path(), &["update-index", "--index-version", version]);
        let opened = open(dir.path(), None).expect("a work tree");
        let tracked = |p| opened.tree().is_tracked(&path(p));
        assert_eq!(
            [
                tracked("in"),
                tracked("sub/in"),
                tracked("sub/also"),
                tracked("out")
            ],
            [Some(true), Some(true), Some(true), Some(false)],
            "version {version}"
        );
    }
    let plain = tempfile::tempdir().expect("a temporary folder");
    write(plain.path(), "x", "");
    let opened = open(plain.path(), None).expect("a folder");
    assert_eq!(
        (opened.kind(), opened.tree().is_tracked(&path("x"))),
        ("folder", None)
    );
}

#[test]
fn revisions_as_people_write_them() {
    let dir = repository(&["first"]);
    let first = git(dir.path(), &["rev-parse", "HEAD"]);
    write(dir.path(), "second", "");
    git(dir.path(), &["add", "-A"]);
    git(dir.path(), &["commit", "-q", "-m", "two"]);
    let second = git(dir.path(), &["rev-parse", "HEAD"]);
    git(dir.path(), &["tag", "-a", "v1", "-m", "tag", "HEAD~1"]);
    git(dir.path(), &["branch", "team/topic", "HEAD^"]);
    for packed in [false, true] {
        if packed {
            git(dir.path(), &["gc", "-q"]);
        }
        for (rev, want) in [
            ("HEAD", &second),
            ("@", &second),
            ("main", &second),
            ("refs/heads/main", &second),
            (&second[..8], &second),
            (&*second.to_uppercase(), &second),
            ("v1", &first),
            ("v1^{commit}", &first),
            ("v1^{}", &first),
            ("team/topic", &first),
            ("HEAD~1", &first),
            ("HEAD^", &first),
            ("main~0~1^0", &first),
        ] {
            let opened = open(dir.path(), Some(rev)).expect(rev);
            assert_eq!(opened.commit().as_ref(), Some(want), "{rev}, packed: {packed}");
        }
    }
    for rev in [
        "nope",
        "HEAD~2",
        "HEAD^2",
        "config",
        "",
        "0123456",
        &"0".repeat(40),
    ] {
        assert_eq!(
            refused(dir.path(), rev),
            OpenError::UnknownRevision(rev.to_owned())
        );
    }
    for rev in ["HEAD@{1}", "main:first", "v1..main", "../HEAD", "HEAD^{tree}"] {
        assert_eq!(
            refused(dir.path(), rev),
            OpenError::RevisionSyntax(rev.to_owned())
        );
    }
    let blob = git(dir.path(), &["rev-parse", "HEAD:first"]);
    assert!(matches!(refused(dir.path(), &blob), OpenError::NotACommit { kind, .. } if kind == "blob"));
}

#[test]
fn a_repository_without_commits_has_files_and_no_revision() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    git(dir.path(), &["init", "-q"]);
    write(dir.path(), "x", "");
    assert_eq!(names(&open(dir.path(), None).expect("a work tree")), ["x"]);
    assert_eq!(refused(dir.path(), "HEAD"), OpenError::NoCommits);
    let bare = tempfile::tempdir().expect("a temporary folder");
    git(bare.path(), &["init", "-q", "--bare"]);
    assert_eq!(open(bare.path(), None).err(), Some(OpenError::NoCommits));
}

#[test]
fn a_bare_repository_shows_its_commit_and_what_acts_in_its_folder() {
    let dir = repository(&["config", "src/x"]);
    let bare = tempfile::tempdir().expect("a temporary folder");
    git(
        bare.path(),
        &[
            "clone",
            "-q",
            "--bare",
            &dir.path().display().to_string(),
            "b.git",
        ],
    );
    let bare = bare.path().join("b.git");
    write(&bare, "hooks/post-checkout", "echo hi");
    let opened = open(&bare, None).expect("a bare repository");
    assert_eq!(names(&opened), ["config", "src/x"]);
    assert_eq!(
        opened.tree().read(&path("config"), 100).expect("of the commit"),
        b"config"
    );
    let hook = path(".git/hooks/post-checkout");
    assert_eq!(opened.tree().read(&hook, 100).expect("of the folder"), b"echo hi");
    assert!(opened.tree().entry(&path(".git/config")).is_some());
    assert!(opened.git().is_some_and(|g| g.origin.is_some()));
    let at_rev = open(&bare, Some("main")).expect("a commit");
    assert!(at_rev.tree().entry(&hook).is_none());
    // One file that is not git's, and it is a folder of files for everybody else too.
    write(&bare, "CLAUDE.md", "hello");
    assert_eq!(open(&bare, None).expect("a folder").kind(), "folder");
}

#[test]
fn a_sub_folder_is_a_tree_of_its_own_and_knows_what_acts_on_it_from_above() {
    let dir = repository(&[
        ".claude/settings.json",
        "CLAUDE.md",
        "lib/.mcp.json",
        "web/app/src/x",
        "web/CLAUDE.md",
    ]);
    // git passes over a `.git` that is no git folder.
    write(dir.path(), "web/app/.git/odd", "");
    let app = dir.path().join("web/app");
    for rev in [None, Some("HEAD")] {
        let opened = open(&app, rev).expect("a folder of it");
        assert_eq!(
            (names(&opened), opened.folder()),
            (vec!["src/x"], path("web/app"))
        );
        assert_eq!(
            opened.tree().read(&path("src/x"), 100).expect("its bytes"),
            b"web/app/src/x"
        );
        assert_eq!(opened.tree().is_tracked(&path("src/x")), Some(true));
        let whole = opened.whole().expect("more above");
        assert_eq!(
            whole.read(&path("CLAUDE.md"), 100).expect("its bytes"),
            b"CLAUDE.md"
        );
    }
    assert!(open(dir.path(), None).expect("all").whole().is_none());
}

#[test]
fn what_is_not_a_folder_is_a_wrong_call() {
    let dir = repository(&["x"]);
    for (at, want) in [("no", "does not exist"), ("x", "not a folder")] {
        let error = open(&dir.path().join(at), None).expect_err("an error");
        assert!(error.is_usage() && error.to_string().contains(want), "{error}");
    }
    let empty = tempfile::tempdir().expect("a temporary folder");
    assert!(
        open(empty.path(), None)
            .expect("a folder")
            .tree()
            .entries()
            .is_empty()
    );
    assert!(matches!(
        refused(empty.path(), "HEAD"),
        OpenError::NoRepository(_)
    ));
}

#[test]
fn a_submodule_is_an_entry_with_its_commit() {
    let dir = repository(&["x"]);
    let id = "1".repeat(40);
    git(
        dir.path(),
        &[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("160000,{id},mod"),
        ],
    );
    git(dir.path(), &["commit", "-q", "-m", "two"]);
    let opened = open(dir.path(), Some("HEAD")).expect("a commit");
    let entry = opened.tree().entry(&path("mod")).expect("an entry");
    assert_eq!(entry.kind, EntryKind::Submodule { commit: id });
    assert_eq!(opened.tree().read(&path("mod"), 10), Err(ReadError::NotAFile));
}
