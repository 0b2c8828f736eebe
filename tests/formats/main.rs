//! The output formats on the bundled sample: the text as a golden file, JSON against the published
//! schema, SARIF against the standard's schema.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "this test starts the real program")]

use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt as _;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the real program in the repository's root with a clean environment; returns exit code and standard output.
fn run(arguments: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("claude-guard")
        .unwrap()
        .args(arguments)
        .current_dir(root())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "stderr: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

const SAMPLE: &str = "fixtures/poisoned-webshop";

#[test]
fn the_text_report_is_the_golden_one() {
    let (code, text) = run(&["scan", SAMPLE]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!("poisoned-webshop", text);
}

#[test]
fn a_pipe_gets_no_colour_and_a_forced_one_does() {
    assert!(!run(&["scan", SAMPLE]).1.contains('\u{1b}'));
    let forced = Command::cargo_bin("claude-guard")
        .unwrap()
        .args(["scan", SAMPLE])
        .current_dir(root())
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(String::from_utf8(forced.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn two_runs_print_the_same_bytes() {
    for format in ["text", "json", "sarif", "github", "markdown"] {
        assert_eq!(
            run(&["scan", "--format", format, SAMPLE]),
            run(&["scan", "--format", format, SAMPLE])
        );
    }
}

#[test]
fn json_follows_the_published_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("docs/scan.schema.json")).unwrap())
            .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut scanned = 0;
    for entry in std::fs::read_dir(root().join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let (_, text) = run(&["scan", "--format", "json", path.to_str().unwrap()]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&json)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .take(5)
            .collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
        scanned += 1;
    }
    assert!(scanned > 0);
}

/// The standard's schema as the crate `serde-sarif` carries it: found through cargo, so that no copy is kept here.
fn sarif_schema() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--manifest-path",
            "tests/formats/standard/Cargo.toml",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["name"] == "serde-sarif")
        .unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.parent().unwrap().join("src/schema.json")).unwrap();
    let mut schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    // The standard's pattern for a language tag has an unbalanced bracket: no valid regular expression.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    schema
}

#[test]
fn sarif_follows_the_standards_schema() {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let (_, text) = run(&["scan", "--format", "sarif", SAMPLE]);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .take(5)
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["claudeGuard/v1"].is_string());
    }
}

#[test]
fn the_readme_shows_the_real_screen() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let shown = readme
        .split("<!-- screen: begin")
        .nth(1)
        .unwrap()
        .split("<!-- screen: end")
        .next()
        .unwrap();
    let shown = shown
        .split("```text\n")
        .nth(1)
        .expect("the screen is a text block")
        .split("\n```")
        .next()
        .unwrap();
    let (_, text) = run(&["scan", SAMPLE]);
    assert!(
        text.starts_with(shown.trim_end()),
        "paste the current output into README.md:\n{text}"
    );
}
