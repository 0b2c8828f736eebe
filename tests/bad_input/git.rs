//! Repositories in every odd state.

use std::fs;

use crate::workspace::{Workspace, hook};

const SETTINGS: &str = ".claude/settings.json";

fn repository() -> Workspace {
    let workspace = Workspace::new();
    workspace.write(SETTINGS, hook("echo committed"));
    workspace.commit();
    workspace
}

/// A revision that cannot be read: nothing on stdout, one clear sentence, exit 3.
fn refused(workspace: &Workspace, rev: &str, says: &[&str]) {
    let (code, stdout, stderr) = workspace.run(&["--rev", rev]);
    assert_eq!((code, stdout.as_str()), (3, ""), "{rev}: {stderr}");
    for part in says {
        assert!(stderr.contains(part), "{rev}: `{part}` in {stderr}");
    }
    assert!(stderr.lines().count() <= 3, "{stderr}");
}

#[test]
fn a_commit_and_its_work_tree_say_the_same() {
    let workspace = repository();
    let (disk, commit) = (workspace.scan(), workspace.scan_with(&["--rev", "HEAD"]));
    assert_eq!(disk.code, commit.code);
    for rows in ["triggers", "findings"] {
        assert_eq!(disk.json[rows], commit.json[rows], "{rows}");
    }
    // What was changed on disk since is not in the commit.
    workspace.write(SETTINGS, hook("echo changed"));
    assert!(workspace.scan_with(&["--rev", "main"]).runs("echo committed"));
    assert!(workspace.scan().runs("echo changed"));
}

#[test]
fn no_commits_yet() {
    let workspace = Workspace::new();
    workspace.git(&["init", "-q"]);
    workspace.scan();
    refused(&workspace, "HEAD", &["no commits yet", "--rev"]);
}

#[test]
fn no_repository() {
    refused(&Workspace::new(), "HEAD", &["no git repository", "--rev"]);
}

#[test]
fn an_unknown_revision() {
    let workspace = repository();
    refused(&workspace, "no-such-branch", &["no-such-branch", "git branch"]);
    refused(&workspace, "HEAD~7", &["HEAD~7"]);
    refused(&workspace, "evil\u{1b}[2J", &["evil"]);
    assert!(!workspace.run(&["--rev", "evil\u{1b}[2J"]).2.contains('\u{1b}'));
}

#[test]
fn a_bare_repository_is_read_at_its_head() {
    let workspace = repository();
    workspace.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = workspace.root().with_file_name("bare");
    let (_, stdout, stderr) = workspace.run_on(&bare, &["--format", "json"]);
    assert!(stdout.contains("echo committed"), "{stderr}");
}

#[test]
fn a_truncated_object_costs_its_file_and_nothing_else() {
    let workspace = repository();
    let id = workspace.git(&["rev-parse", &format!("HEAD:{SETTINGS}")]);
    let object = workspace.path(".git/objects").join(&id[..2]).join(&id[2..]);
    let bytes = fs::read(&object).expect("a loose object");
    fs::remove_file(&object).expect("removed");
    fs::write(&object, &bytes[..bytes.len() / 2]).expect("written");
    let scan = workspace.scan_with(&["--rev", "HEAD"]);
    assert_eq!(scan.code, 3, "{} {}", scan.json, scan.stderr);
    assert!(scan.runs("echo the-rest"));
    assert!(!scan.said_of(SETTINGS).is_empty(), "{}", scan.json);
}

#[test]
fn a_missing_commit_object() {
    let workspace = repository();
    let id = workspace.git(&["rev-parse", "HEAD"]);
    fs::remove_file(workspace.path(".git/objects").join(&id[..2]).join(&id[2..])).expect("removed");
    refused(&workspace, "HEAD", &[&id, "missing"]);
}

#[test]
fn a_configuration_that_git_refuses_does_not_stop_the_scan() {
    let workspace = repository();
    workspace.write(".git/config", "[core\n\tbare = maybe\n\u{0}[[\n");
    workspace.scan();
    assert!(workspace.scan_with(&["--rev", "HEAD"]).runs("echo committed"));
}

#[test]
fn formats_that_are_not_read_say_the_way_out() {
    let workspace = repository();
    workspace.write(".git/config", "[extensions]\n\tobjectFormat = sha256\n");
    workspace.scan();
    refused(&workspace, "HEAD", &["sha256", "work tree"]);
}
