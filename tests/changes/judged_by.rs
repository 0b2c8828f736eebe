//! The change does not choose what it is judged by.

use std::fs;

use crate::repository::{BAD, Repository, SETTINGS, hooks};

/// A page that takes the place of the built-in one and matches nothing.
fn blunted() -> String {
    let page = env!("CARGO_MANIFEST_DIR").to_owned() + "/rules/run/hook-runs-fetched-code.md";
    let page = fs::read_to_string(page).unwrap();
    let blunted = page.replacen("severity: critical", "severity: info", 1);
    assert_ne!(page, blunted, "the page has this line");
    blunted
}

fn severity(ran: &crate::repository::Ran) -> Vec<String> {
    let json = ran.json();
    let all = json["findings"].as_array().unwrap().iter();
    all.filter(|f| f["rule"] == "hook-runs-fetched-code")
        .map(|f| f["severity"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn rules_in_the_repository_are_those_of_the_base() {
    let page = "guard/run/hook-runs-fetched-code.md";
    let args = ["--base", "main", "--format", "json", "--rules", "guard"];

    // The base has no such folder: the change brings it, so it counts for nothing.
    let repository = Repository::new(&[("README.md", "words\n")]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD])), (page, &blunted())]);
    let ran = repository.scan(&args);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("rules come from the base"), "{}", ran.err);

    // The base has a folder of rules: the page that the change puts there is not read.
    let own = "guard/run/README.md";
    let repository = Repository::new(&[(own, "x\n"), ("guard/README.txt", "x\n")]);
    repository.commit(&[(own, "")]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD])), (page, &blunted())]);
    let base = crate::repository::git(&repository.root(), &["rev-parse", "change~1"]);
    let ran = repository.scan(&["--base", &base, "--format", "json", "--rules", "guard"]);
    assert_eq!(severity(&ran), ["critical"], "{}", ran.err);

    // What the base holds itself is in force.
    let repository = Repository::new(&[(page, &blunted())]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD])), (page, "")]);
    assert_eq!(severity(&repository.scan(&args)), ["info"]);

    // So are rules from outside.
    let repository = Repository::new(&[("README.md", "words\n")]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD]))]);
    let outside = repository.dir.path().join("own/run");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("hook-runs-fetched-code.md"), blunted()).unwrap();
    let own = repository.dir.path().join("own");
    let ran = repository.scan(&[
        "--base",
        "main",
        "--format",
        "json",
        "--rules",
        own.to_str().unwrap(),
    ]);
    assert_eq!(severity(&ran), ["info"]);
}

#[cfg(unix)]
#[test]
fn a_link_of_the_change_leads_to_no_other_rules() {
    let repository = Repository::new(&[("README.md", "words\n")]);
    let outside = repository.dir.path().join("own/run");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("hook-runs-fetched-code.md"), blunted()).unwrap();
    std::os::unix::fs::symlink("../own", repository.root().join("guard")).unwrap();
    repository.commit(&[(SETTINGS, &hooks(&[BAD]))]);
    let ran = repository.scan(&["--base", "main", "--rules", "guard"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}
