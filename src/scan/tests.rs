//! The verdict: what was found, and what nobody has seen.

use super::*;
use crate::model::report::Verdict;
use crate::model::tree::MemoryTree;

fn scanned(tree: &MemoryTree, limits: &Limits) -> Report {
    let target = Target {
        kind: "folder",
        path: "x".to_owned(),
        rev: None,
        base: None,
        digest: None,
    };
    let book = Book::builtin();
    scan(
        tree,
        target,
        &book,
        surface::Scope::Project,
        limits,
        Clock::default(),
    )
}

/// Settings below `folder` whose hook runs `run.sh`, which holds `script`.
fn hooked(folder: &str, script: &str) -> MemoryTree {
    let hook = r#"{"hooks":{"PostToolUse":[{"hooks":[{"type":"command","command":"bash run.sh"}]}]}}"#;
    MemoryTree::new()
        .file(&format!("{folder}.claude/settings.json"), hook)
        .file(&format!("{folder}run.sh"), script)
}

fn verdict(script: &str) -> Verdict {
    let report = scanned(&hooked("", script), &Limits::default());
    let worst = report.worst();
    assert!(
        worst.is_none_or(|worst| worst < crate::model::Severity::Medium),
        "{:?}",
        report.findings
    );
    report.verdict()
}

#[test]
fn what_runs_unseen_wants_a_look() {
    for script in [
        "\"$FORMATTER\" --check .",
        "eval \"$(cat options)\"",
        "if true; then echo",
        "bash missing.sh",
    ] {
        assert_eq!(verdict(script), Verdict::Review, "{script}");
    }
}

#[test]
fn an_open_operand_of_an_act_that_is_known_does_not() {
    for script in ["mkdir -p \"$OUT\"", "grep -q x \"$1\"", "echo \"$HOME\""] {
        assert_eq!(verdict(script), Verdict::Clean, "{script}");
    }
}

#[test]
fn a_limit_that_was_reached_wants_a_look() {
    let script = format!("{}\nnever-seen", "echo x\n".repeat(500));
    let tree = hooked("", &script);
    assert_eq!(scanned(&tree, &Limits::default()).verdict(), Verdict::Clean);
    let few = Limits {
        steps: 100,
        ..Limits::default()
    };
    assert_eq!(scanned(&tree, &few).verdict(), Verdict::Review);
}

#[test]
fn gaps_in_test_data_weigh_less() {
    let tree = hooked("tests/fixtures/app/", "\"$FORMATTER\" --check .");
    assert_eq!(scanned(&tree, &Limits::default()).verdict(), Verdict::Clean);
}
