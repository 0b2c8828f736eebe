//! What git does to files: line ends, modes, submodules, links, what it does not track.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::bench::Bench;

const LOCAL: &str = ".claude/settings.local.json";

/// The sample, approved, with the file of a person's own settings ignored as git users do.
fn approved() -> Bench {
    let bench = Bench::sample();
    bench
        .write(".gitignore", "settings.local.json\nbuild/\nnode_modules/\n")
        .commit("ignore");
    bench.approve();
    bench
}

#[test]
fn a_checkout_with_other_line_ends_is_the_same_and_a_mixture_is_not() {
    let bench = Bench::sample();
    bench.git(&["remote", "add", "origin", "https://git.example/acme/shop"]);
    bench.approve();
    bench.git_in(
        &bench.path(""),
        &[
            "-c",
            "core.autocrlf=true",
            "clone",
            "-q",
            "-c",
            "core.autocrlf=true",
            "repo",
            "windows",
        ],
    );
    let clone = bench.path("windows");
    bench.git_in(
        &clone,
        &["remote", "set-url", "origin", "https://git.example/acme/shop"],
    );
    let script = clone.join("tools/fmt.mjs");
    let converted = fs::read_to_string(&script).unwrap();
    assert!(converted.contains("\r\n"));
    let (code, report) = bench.verify_at("windows");
    assert_eq!(code, 0, "{report}");
    // One line end is another one: git did not write that.
    fs::write(&script, converted.replacen("\r\n", "\n", 1)).unwrap();
    assert_eq!(bench.verify_at("windows").0, 1);
    // So is a committed change of line ends: another file to whatever runs it.
    fs::write(
        bench.repo().join("setup.sh"),
        bench.read("setup.sh").replace('\n', "\r\n"),
    )
    .unwrap();
    bench.commit("line ends");
    assert_eq!(bench.verify().0, 1);
}

#[test]
fn an_allow_rule_that_the_client_adds_is_no_drift_and_anything_else_there_is() {
    let bench = approved();
    bench.write(
        LOCAL,
        "{\"permissions\": {\"allow\": [\"Bash(ls:*)\"]}, \"enabledMcpjsonServers\": [\"db\"]}",
    );
    let (code, report) = bench.verify();
    assert_eq!(code, 0, "{report}");
    for more in [
        "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]}]}}",
        "{\"env\": {\"PATH\": \"tools\"}}",
        "{\"permissions\": {\"allow\": [\"Bash(ls:*)\", \"Bash(*)\"]}}",
        "{\"permissions\": {\"allow\": [\"Write\"]}}",
        "{\"permissions\": {\"defaultMode\": \"acceptEdits\"}}",
        "{\"permissions\": {\"deny\": [\"Read\"]}}",
        "{\"disableAllHooks\": true}",
        "{\"allow\": ",
    ] {
        bench.write(LOCAL, more);
        let (state, changed) = bench.drift();
        assert_eq!(state, "drift", "{more}: {changed:?}");
        assert!(
            changed.iter().all(|id| id.starts_with("local/")),
            "{more}: {changed:?}"
        );
    }
    // A commit has none of it.
    assert_eq!(bench.run(&["verify", "repo", "--rev", "HEAD"]).code, 0);
    // Where git tracks the file, its rules are the repository's.
    bench.write(LOCAL, "{\"permissions\": {\"allow\": [\"Bash(ls:*)\"]}}");
    bench.git(&["add", "-f", LOCAL]);
    assert_eq!(
        bench.drift(),
        ("drift".to_owned(), vec!["claude-local/permissions".to_owned()])
    );
}

#[test]
fn without_git_every_file_counts() {
    let bench = approved();
    fs::remove_dir_all(bench.repo().join(".git")).unwrap();
    bench.approve();
    bench.write(LOCAL, "{\"permissions\": {\"allow\": [\"Bash(ls:*)\"]}}");
    assert_eq!(
        bench.drift(),
        ("drift".to_owned(), vec!["claude-local/permissions".to_owned()])
    );
}

#[test]
fn an_untracked_script_is_an_entry_of_this_clone_only() {
    let bench = approved();
    bench
        .edit("tools/fmt.mjs", "import", "import '../build/made.mjs';\nimport")
        .commit("uses what is built");
    let bare = bench.run(&["verify", "repo", "--rev", "HEAD", "--format", "json"]);
    bench.approve();
    bench.write("build/made.mjs", "console.log(1);\n");
    let (state, changed) = bench.drift();
    assert_eq!(state, "drift");
    assert!(
        changed
            .iter()
            .all(|id| id.starts_with("local/claude/hooks/PostToolUse")),
        "{changed:?}"
    );
    // The entries that a commit fixes are those of the commit.
    let commit: serde_json::Value = serde_json::from_str(&bare.out).unwrap();
    let shared = |report: &serde_json::Value| -> Vec<String> {
        let entries = report["entries"].as_array().unwrap().iter();
        entries
            .filter(|e| e["local"] == false)
            .map(|e| e["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(shared(&commit), shared(&bench.verify().1));
    bench.approve();
    assert_eq!(bench.verify().0, 0);
    bench.write("build/made.mjs", "console.log(2);\n");
    assert_eq!(bench.verify().0, 1);
    // A clone that has not built it yet is as approved.
    fs::remove_dir_all(bench.repo().join("build")).unwrap();
    assert_eq!(bench.verify().0, 0);
    assert_eq!(bench.run(&["verify", "repo", "--rev", "HEAD"]).code, 0);
}

#[test]
fn modes_count() {
    let bench = approved();
    let script = bench.repo().join("setup.sh");
    let mode = fs::metadata(&script).unwrap().permissions().mode();
    fs::set_permissions(&script, fs::Permissions::from_mode(mode ^ 0o111)).unwrap();
    assert_eq!(bench.verify().0, 1);
    fs::set_permissions(&script, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(bench.verify().0, 0);
}

#[test]
fn a_submodule_is_covered_by_its_commit_and_what_lies_there_by_its_bytes() {
    let bench = Bench::sample();
    let library = bench.path("library");
    fs::create_dir(&library).unwrap();
    fs::write(library.join("run.sh"), "echo run\n").unwrap();
    bench.git_in(&library, &["init", "-q", "-b", "main"]);
    bench.git_in(&library, &["add", "-A"]);
    bench.git_in(&library, &["commit", "-q", "-m", "one"]);
    bench.git(&["submodule", "add", "-q", "../library", "lib"]);
    bench
        .edit(".claude/settings.json", "node tools/fmt.mjs", "sh lib/run.sh")
        .commit("library");
    let (_, commit) = (
        0,
        bench.run(&["verify", "repo", "--rev", "HEAD", "--format", "json"]),
    );
    let commit: serde_json::Value = serde_json::from_str(&commit.out).unwrap();
    bench.approve();
    assert_eq!(bench.verify().0, 0);
    // The commit alone is covered by the approval as well: what it lacks is not tracked.
    assert_eq!(
        bench.run(&["verify", "repo", "--rev", "HEAD"]).code,
        0,
        "{commit}"
    );
    // Other bytes on disk.
    let script = bench.repo().join("lib/run.sh");
    fs::write(&script, "echo other\n").unwrap();
    let (state, changed) = bench.drift();
    assert_eq!(state, "drift");
    assert!(changed.iter().all(|id| id.starts_with("local/")), "{changed:?}");
    // Another commit.
    bench.git_in(&bench.repo().join("lib"), &["commit", "-qam", "two"]);
    bench.git(&["add", "lib"]);
    let (_, changed) = bench.drift();
    assert!(
        changed
            .iter()
            .any(|id| id.starts_with("claude/hooks/PostToolUse")),
        "{changed:?}"
    );
}

#[test]
fn installed_packages_count_by_the_lock_file() {
    let bench = approved();
    bench
        .edit(".claude/settings.json", "node tools/fmt.mjs", "node node_modules/tidy/cli.js")
        .write(
            "package-lock.json",
            "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/tidy\": {\"version\": \"1.0.0\", \"integrity\": \"sha512-a\"}}}",
        )
        .commit("tidy");
    bench.approve();
    // What `npm ci` brings is what the lock file says.
    bench.write("node_modules/tidy/cli.js", "console.log('tidy');\n");
    bench.write(
        "node_modules/tidy/package.json",
        "{\"name\": \"tidy\", \"bin\": \"cli.js\"}\n",
    );
    let (code, report) = bench.verify();
    assert_eq!(code, 0, "{report}");
    bench.edit("package-lock.json", "sha512-a", "sha512-b");
    assert_eq!(bench.verify().0, 1);
}

#[test]
fn linked_work_trees_and_moved_folders_share_an_approval_of_an_origin() {
    let bench = approved();
    bench.git(&["remote", "add", "origin", "https://git.example/acme/shop"]);
    bench.approve();
    bench.git(&["worktree", "add", "-q", "../second"]);
    assert_eq!(bench.verify_at("second").0, 0);
    fs::rename(bench.repo(), bench.path("moved")).unwrap();
    assert_eq!(bench.verify_at("moved").0, 0);
}

#[test]
fn what_a_repository_ships_to_look_trusted_is_worth_nothing() {
    let bench = Bench::sample();
    // Another person's store, laid out as ours would be, in every place a program may look.
    let other = Bench::sample();
    other.approve();
    for place in [".claude-guard", ".local/state/claude-guard", "state/claude-guard"] {
        super::bench::copy_all(&other.store(), &bench.repo().join(place));
    }
    bench.write(".claude-guard/pins/mcp/db.toml", "approved = true\n");
    bench.commit("trust me");
    assert_eq!(bench.verify().1["state"], "unknown");
    // Configuration of git that would start programs or leave the tree: not obeyed, and told.
    let canary = bench.path("canary");
    bench.git(&["config", "core.fsmonitor", &format!("touch {}", canary.display())]);
    bench.git(&["config", "alias.status", &format!("!touch {}", canary.display())]);
    fs::write(
        bench.repo().join(".git/hooks/post-checkout"),
        format!("#!/bin/sh\ntouch {}\n", canary.display()),
    )
    .unwrap();
    let (_, report) = bench.verify();
    let ids: Vec<&str> = report["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.iter()
            .any(|id| id.starts_with("local/git/") && id.ends_with("core.fsmonitor")),
        "{ids:?}"
    );
    assert!(
        ids.contains(&"local/git-hook/.git%2fhooks%2fpost-checkout"),
        "{ids:?}"
    );
    bench.approve();
    bench.run(&["diff", "repo"]);
    bench.run(&["status", "repo"]);
    assert!(!canary.exists(), "something of the repository ran");
}
