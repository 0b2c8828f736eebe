//! The way of one approval.

use super::bench::Bench;

#[test]
fn what_was_approved_stays_so_until_what_it_covers_changes() {
    let bench = Bench::sample();
    let (code, report) = bench.verify();
    assert_eq!((code, report["state"].as_str()), (1, Some("unknown")));
    bench.approve();
    let (code, report) = bench.verify();
    assert_eq!((code, report["state"].as_str()), (0, Some("approved")));
    assert!(
        report["entries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["by"] == "user")
    );

    // A script that a hook starts: nothing in the configuration changes.
    bench.write("tools/fmt.mjs", "import 'node:child_process';\n");
    let (state, changed) = bench.drift();
    assert_eq!(state, "drift");
    assert!(
        changed
            .iter()
            .all(|id| id.starts_with("claude/hooks/PostToolUse/")),
        "{changed:?}"
    );
    assert_eq!(changed.len(), 1);
}

#[test]
fn a_routine_edit_of_text_or_of_code_that_nothing_reaches_stops_nobody() {
    let bench = Bench::sample();
    bench.approve();
    bench.edit("CLAUDE.md", "Prices", "All prices");
    bench.edit("src/cart.mjs", "export", "// a note\nexport");
    bench.edit("package.json", "\"test\":", "\"lint\": \"true\",\n    \"test\":");
    let (code, report) = bench.verify();
    assert_eq!(
        (code, report["state"].as_str()),
        (0, Some("approved")),
        "{report}"
    );
    assert_eq!(bench.drift().1, ["memory/CLAUDE.md"]);
}

#[test]
fn the_digest_given_must_be_that_of_what_is_there() {
    let bench = Bench::sample();
    let before = bench.digest();
    bench.edit("setup.sh", "curl", "wget -O-");
    let ran = bench.run(&["approve", "repo", "--yes", &before]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains(&bench.digest()), "{}", ran.err);
    assert_eq!(bench.verify().1["state"], "unknown");
    // No terminal, no digest: refused, even where standard input says yes.
    let mut command = bench.command(&["approve", "repo"]);
    command.stdin(std::process::Stdio::piped());
    let mut child = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"y\ny\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(bench.verify().1["state"], "unknown");
}

#[test]
fn a_work_tree_and_its_commit_have_the_same_digest() {
    let bench = Bench::sample();
    bench.approve();
    let ran = bench.run(&["verify", "repo", "--rev", "HEAD", "--format", "json"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
}

#[test]
fn clones_share_an_approval_and_another_origin_does_not() {
    let bench = Bench::sample();
    bench.git(&["remote", "add", "origin", "https://git.example/acme/shop.git"]);
    bench.approve();
    bench.git_in(&bench.path(""), &["clone", "-q", "repo", "clone"]);
    let clone = bench.path("clone");
    assert_eq!(bench.verify_at("clone").1["state"], "unknown");
    bench.git_in(
        &clone,
        &["remote", "set-url", "origin", "git@git.example:acme/shop"],
    );
    assert_eq!(bench.verify_at("clone").0, 0);
    bench.git_in(
        &clone,
        &["remote", "set-url", "origin", "git@other.example:acme/shop"],
    );
    let (code, report) = bench.verify_at("clone");
    assert_eq!((code, report["state"].as_str()), (1, Some("unknown")));
    assert!(
        report["notes"][0]
            .as_str()
            .unwrap()
            .contains("git.example/acme/shop"),
        "{report}"
    );
}
