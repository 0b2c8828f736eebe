//! Repositories that are broken, of another format, or made to lead out of themselves.

use super::*;

#[test]
fn a_damaged_object_costs_what_it_holds_and_nothing_else() {
    let dir = repository(&["a/x", "b/y", "c"]);
    let id = |rev| git(dir.path(), &["rev-parse", rev]);
    damage(dir.path(), &id("HEAD:a"), |b| b[..b.len() / 2].to_vec());
    let other = fs::read(
        dir.path()
            .join(".git/objects")
            .join(&id("HEAD:c")[..2])
            .join(&id("HEAD:c")[2..]),
    );
    // A whole object under another one's id: the hash does not fit.
    damage(dir.path(), &id("HEAD:b/y"), |_| other.expect("a loose object"));
    let opened = open(dir.path(), Some("HEAD")).expect("a commit");
    assert_eq!(names(&opened), ["b/y", "c"]);
    let errors = opened.tree().unlisted();
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].path == path("a") && errors[0].why.to_string().contains(&id("HEAD:a")),
        "{errors:?}"
    );
    assert!(matches!(
        opened.tree().read(&path("b/y"), 100),
        Err(ReadError::Failed(_))
    ));
    assert_eq!(opened.tree().read(&path("c"), 100).expect("whole"), b"c");
    damage(dir.path(), &id("HEAD"), |_| vec![]);
    assert!(matches!(
        refused(dir.path(), "HEAD"),
        OpenError::BrokenObject { .. } | OpenError::MissingObject { .. }
    ));
}

#[test]
fn missing_objects_and_other_formats_say_the_way_out() {
    let dir = repository(&["a/x"]);
    let tree = git(dir.path(), &["rev-parse", "HEAD^{tree}"]);
    fs::remove_file(dir.path().join(".git/objects").join(&tree[..2]).join(&tree[2..])).expect("removed");
    git(dir.path(), &["config", "remote.origin.promisor", "true"]);
    assert!(refused(dir.path(), "HEAD").to_string().contains("partial clone"));
    for (key, value) in [
        ("extensions.objectformat", "sha256"),
        ("extensions.refstorage", "reftable"),
    ] {
        let dir = repository(&["x"]);
        write(
            dir.path(),
            ".git/config",
            &format!("[extensions]\n{} = {value}\n", &key[11..]),
        );
        let error = refused(dir.path(), "HEAD");
        assert!(
            error.to_string().contains(value) && error.to_string().contains("work tree"),
            "{error}"
        );
        assert_eq!(names(&open(dir.path(), None).expect("a work tree")), ["x"]);
    }
}

#[test]
fn configuration_is_not_obeyed_and_what_it_starts_is_told() {
    let dir = repository(&["x"]);
    let outside = tempfile::tempdir().expect("a temporary folder");
    write(
        outside.path(),
        "more",
        "[remote \"origin\"]\n url = https://other.example/\n",
    );
    let include = outside.path().join("more").display().to_string();
    let config = format!(
        "[core]\n fsmonitor = ./run.sh\n hooksPath = .hooks\n[remote \"origin\"]\n url = https://host.example/x\n\
         [include]\n path = {include}\n[alias]\n st = status\n go = !run\n[ broken"
    );
    write(dir.path(), ".git/config", &config);
    let opened = open(dir.path(), Some("HEAD")).expect("a commit");
    let facts = opened.git().expect("facts");
    assert_eq!(facts.origin.as_deref(), Some("https://host.example/x"));
    assert_eq!(facts.branch.as_deref(), Some("main"));
    let keys: Vec<&str> = facts.programs.iter().map(|s| s.key.as_str()).collect();
    assert_eq!(
        keys,
        ["core.fsmonitor", "core.hookspath", "include.path", "alias.go"]
    );
}

#[test]
fn pointers_are_followed_only_where_the_other_side_points_back() {
    let dir = repository(&["x"]);
    let main = dir.path().canonicalize().expect("a path");
    git(&main, &["worktree", "add", "-q", ".claude/worktrees/side"]);
    let side = main.join(".claude/worktrees/side");
    let opened = open(&main, None).expect("a work tree");
    assert_eq!(names(&opened), ["x"]);
    assert_eq!(
        opened.git().expect("facts").linked,
        [path(".claude/worktrees/side")]
    );
    let unlisted = opened.tree().unlisted();
    assert_eq!(unlisted.len(), 1);
    assert_eq!(unlisted[0].why, UnlistedWhy::LinkedWorkTree);
    let linked = open(&side, Some("side")).expect("a linked work tree");
    assert_eq!(names(&linked), ["x"]);

    // A folder that only claims to belong to the repository.
    let forged = tempfile::tempdir().expect("a temporary folder");
    let claim = format!("gitdir: {}\n", main.join(".git").display());
    write(forged.path(), ".git", &claim);
    write(forged.path(), "y", "");
    let opened = open(forged.path(), None).expect("a work tree");
    assert_eq!(opened.git().expect("facts").not_followed.len(), 1);
    assert!(opened.git().expect("facts").commit.is_none());
    assert!(matches!(
        refused(forged.path(), "HEAD"),
        OpenError::ForeignGitFolder { .. }
    ));

    // A forged common folder.
    let forged = repository(&["z"]);
    write(
        forged.path(),
        ".git/commondir",
        &main.join(".git").display().to_string(),
    );
    assert!(
        matches!(refused(forged.path(), "HEAD"), OpenError::ForeignGitFolder { file, .. } if file == "commondir")
    );

    // A fake linked work tree does not hide its files.
    write(
        &main,
        ".claude/worktrees/fake/.git",
        "gitdir: ../../../.git/worktrees/side\n",
    );
    write(&main, ".claude/worktrees/fake/CLAUDE.md", "");
    let opened = open(&main, None).expect("a work tree");
    assert!(
        opened
            .tree()
            .entry(&path(".claude/worktrees/fake/CLAUDE.md"))
            .is_some()
    );
}

#[test]
fn objects_borrowed_from_outside_are_refused() {
    let dir = repository(&["x"]);
    let shared = tempfile::tempdir().expect("a temporary folder");
    git(
        shared.path(),
        &["clone", "-q", "--shared", &dir.path().display().to_string(), "c"],
    );
    let clone = shared.path().join("c");
    assert!(matches!(refused(&clone, "HEAD"), OpenError::BorrowedObjects(_)));
    let opened = open(&clone, None).expect("a work tree");
    assert_eq!(opened.git().expect("facts").alternates.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_and_fifos_among_the_objects_neither_lead_out_nor_hang() {
    use std::os::unix::fs::symlink;
    let dir = repository(&["x", "y"]);
    let objects = dir.path().join(".git/objects");
    let blob = git(dir.path(), &["rev-parse", "HEAD:x"]);
    let file = objects.join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(&file).expect("removed");
    assert!(
        Command::new("mkfifo")
            .arg(&file)
            .status()
            .is_ok_and(|s| s.success())
    );
    let opened = open(dir.path(), Some("HEAD")).expect("a commit");
    assert!(matches!(
        opened.tree().read(&path("x"), 10),
        Err(ReadError::Failed(_))
    ));
    assert_eq!(opened.tree().read(&path("y"), 10).expect("whole"), b"y");
    fs::remove_dir_all(objects.join("pack")).expect("removed");
    symlink("/tmp", objects.join("pack")).expect("a link");
    assert!(matches!(
        refused(dir.path(), "HEAD"),
        OpenError::BorrowedObjects(_)
    ));
}
