//! What runs in other people's CI is pinned by hash and takes no text of a repository into its scripts.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn yaml(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

/// The action, the workflows, and nothing forgotten.
fn files() -> Vec<PathBuf> {
    let mut files = vec![root().join("action.yml")];
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        files.push(entry.unwrap().path());
    }
    assert!(files.len() > 1);
    files
}

/// Every value under `key`, however deep.
fn values<'a>(value: &'a Value, key: &str, out: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name == key {
                    out.push(value);
                }
                values(value, key, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| values(value, key, out)),
        _ => {}
    }
}

#[test]
fn every_action_is_pinned_by_a_whole_commit_id_and_says_its_version() {
    for file in files() {
        let yaml = yaml(&file);
        let mut all = vec![];
        values(&yaml, "uses", &mut all);
        for uses in all {
            let (_, id) = uses.as_str().unwrap().split_once('@').unwrap();
            assert!(
                id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit()),
                "{uses}"
            );
        }
    }
    // The same in snippets of the docs, where a reader copies from.
    let docs = fs::read_to_string(root().join("docs/continuous-integration.md")).unwrap();
    let texts = files().into_iter().map(|f| fs::read_to_string(f).unwrap());
    let mut pinned = 0;
    for text in texts.chain([docs]) {
        for line in text
            .lines()
            .filter(|l| l.trim_start_matches([' ', '-']).starts_with("uses: "))
        {
            if line.contains("claude-guard/claude-guard@") {
                continue;
            }
            let (_, id) = line.split_once('@').unwrap();
            let (id, version) = id.split_once(" # v").unwrap_or_else(|| panic!("{line}"));
            assert_eq!(id.trim().len(), 40, "{line}");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{line}");
            pinned += 1;
        }
    }
    assert!(pinned > 4);
}

#[test]
fn no_script_holds_an_expression() {
    for file in files() {
        let yaml = yaml(&file);
        let mut all = vec![];
        values(&yaml, "run", &mut all);
        for run in all {
            assert!(
                !run.as_str().unwrap().contains("${{"),
                "{}: {run}",
                file.display()
            );
        }
    }
}

#[test]
fn rights_are_given_one_by_one() {
    for file in files() {
        let yaml = yaml(&file);
        if yaml["jobs"].is_null() {
            continue;
        }
        assert_eq!(yaml["permissions"], serde_json::json!({}), "{}", file.display());
        let jobs = yaml["jobs"].as_object().unwrap();
        assert!(jobs.values().all(|job| job["permissions"].is_object()));
        assert!(yaml["on"]["pull_request_target"].is_null());
        for checkout in fs::read_to_string(&file)
            .unwrap()
            .split("actions/checkout@")
            .skip(1)
        {
            assert!(
                checkout.contains("persist-credentials: false"),
                "{}",
                file.display()
            );
        }
    }
}

#[test]
fn the_action_runs_the_release_that_it_came_with() {
    let action = yaml(&root().join("action.yml"));
    assert_eq!(
        action["inputs"]["version"]["default"],
        concat!("v", env!("CARGO_PKG_VERSION"))
    );
    // Each file that it looks for is one that the release makes.
    let release = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let get = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let targets: Vec<&str> = get
        .split("target=")
        .skip(1)
        .map(|rest| rest.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(targets.len(), 5);
    for target in targets {
        assert!(release.contains(&format!("target: {target}\n")), "{target}");
    }
}

#[test]
fn the_pre_commit_hook_names_a_command_that_there_is() {
    let hooks = yaml(&root().join(".pre-commit-hooks.yaml"));
    for hook in hooks.as_array().unwrap() {
        assert_eq!(hook["entry"], "claude-guard scan");
        assert_eq!(
            (hook["pass_filenames"].as_bool(), hook["always_run"].as_bool()),
            (Some(false), Some(true))
        );
    }
}
