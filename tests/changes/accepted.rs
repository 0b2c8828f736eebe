//! `--baseline`: what counts, and what a repository or a change cannot accept for itself.

use std::fs;
use std::path::Path;

use crate::repository::{BAD, Ran, Repository, SETTINGS, hooks};

/// A file that accepts every finding of a run.
fn accepting(ran: &Ran, more: &str) -> String {
    let json = ran.json();
    let all = json["findings"].as_array().unwrap().iter();
    let entries = all.map(|f| {
        let print = f["fingerprint"].as_str().unwrap();
        format!("[[accept]]\nfingerprint = \"{print}\"\nreason = \"known since spring\"\n{more}\n")
    });
    format!("version = 1\n{}", entries.collect::<String>())
}

fn states(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let mut all: Vec<String> = json["suppressed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["state"].as_str().unwrap().to_owned())
        .collect();
    all.dedup();
    all
}

const OWN: &str = ".claude-guard/baseline.toml";

#[test]
fn a_file_from_outside_counts_and_is_listed() {
    let repository = Repository::new(&[(SETTINGS, &hooks(&[BAD]))]);
    let found = repository.scan(&["--format", "json"]);
    let file = repository.dir.path().join("own.toml");
    fs::write(&file, accepting(&found, "")).unwrap();
    let file = file.to_str().unwrap();
    let ran = repository.scan(&["--baseline", file, "--format", "json"]);
    assert_eq!(
        (ran.code, states(&ran)),
        (0, vec!["accepted".to_owned()]),
        "{}",
        ran.err
    );
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scan.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&ran.json()));
    let text = repository.scan(&["--baseline", file]).out;
    assert!(
        text.contains("Accepted\n") && text.contains(" accepted by "),
        "{text}"
    );

    // The line fetches from elsewhere: that was not accepted.
    repository.commit(&[(SETTINGS, &hooks(&[&BAD.replace("boot", "other")]))]);
    let ran = repository.scan(&["--baseline", file]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(
        ran.out.contains("unused: ") && ran.out.contains("known since spring"),
        "{}",
        ran.out
    );
}

#[test]
fn past_its_last_day_an_entry_counts_no_more() {
    let repository = Repository::new(&[(SETTINGS, &hooks(&[BAD]))]);
    let found = repository.scan(&["--format", "json"]);
    let file = repository.dir.path().join("own.toml");
    for (day, code, state) in [("2020-02-29", 1, "expired"), ("9998-12-31", 0, "accepted")] {
        fs::write(&file, accepting(&found, &format!("expires = \"{day}\""))).unwrap();
        let ran = repository.scan(&["--format", "json", "--baseline", file.to_str().unwrap()]);
        assert_eq!((ran.code, states(&ran)), (code, vec![state.to_owned()]));
    }
}

#[test]
fn a_repository_accepts_nothing_for_itself() {
    let repository = Repository::new(&[(SETTINGS, &hooks(&[BAD]))]);
    let text = accepting(&repository.scan(&["--format", "json"]), "");
    repository.commit(&[(OWN, &text)]);
    // By itself, and when somebody names it.
    for args in [
        &["--format", "json"][..],
        &["--format", "json", "--baseline", OWN],
    ] {
        let ran = repository.scan(args);
        assert_eq!(
            (ran.code, states(&ran)),
            (1, vec!["not-honoured".to_owned()]),
            "{}",
            ran.err
        );
    }
    let shown = repository.scan(&[]).out;
    assert!(
        shown.contains("not honoured: .claude-guard/baseline.toml"),
        "{shown}"
    );
}

#[test]
fn a_change_accepts_nothing_for_itself_and_the_base_does() {
    let repository = Repository::new(&[("README.md", "words\n")]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD]))]);
    let text = accepting(&repository.scan(&["--base", "main", "--format", "json"]), "");
    repository.commit(&[(OWN, &text)]);
    let args = ["--base", "main", "--format", "json", "--baseline", OWN];
    let ran = repository.scan(&args);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.err.contains("accepted findings come from the base"),
        "{}",
        ran.err
    );
    let ran = repository.scan(&["--base", "main", "--format", "json"]);
    assert_eq!((ran.code, states(&ran)), (1, vec!["not-honoured".to_owned()]));

    // The base accepts it already; that the change removes the file does not matter.
    let repository = Repository::new(&[(OWN, &text)]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD])), (OWN, "")]);
    let ran = repository.scan(&args);
    assert_eq!(
        (ran.code, states(&ran)),
        (0, vec!["accepted".to_owned()]),
        "{}",
        ran.err
    );
}

#[test]
fn a_malformed_file_is_wrong_usage() {
    let repository = Repository::new(&[("README.md", "words\n")]);
    let file = repository.dir.path().join("own.toml");
    for (text, word) in [
        ("nonsense", "line 1"),
        ("version = 1\naccept = 3\n", "line 2"),
        ("version = 7\n", "newer"),
    ] {
        fs::write(&file, text).unwrap();
        let ran = repository.scan(&["--baseline", file.to_str().unwrap()]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains(word), "{}", ran.err);
    }
    assert_eq!(repository.scan(&["--baseline", "nowhere.toml"]).code, 2);
    // One that the repository brings stops no scan.
    repository.commit(&[(OWN, "nonsense")]);
    assert_eq!(repository.scan(&[]).code, 0);
}
