use super::{Recipes, tool};
use crate::model::trigger::{Consent, Starter, When};
use crate::surface::testing::scan_files;

fn read(name: &str, text: &str) -> Recipes {
    tool(name).map(|(_, read)| read(text, 10_000)).unwrap_or_default()
}

fn lines(recipes: &Recipes, target: &str) -> Vec<String> {
    let recipe = recipes.all.iter().find(|r| r.makes(target));
    recipe
        .map(|r| r.lines.iter().map(|l| l.text.clone()).collect())
        .unwrap_or_default()
}

#[test]
fn makefiles_give_recipes_with_variables_put_in() {
    let text = "TOOL = cu$(REST)\nREST = rl\nNOW := $(shell date +%s)\nexport X ?= 1\n\nall: build | dirs\n\nbuild: a.c # why\n\t@$(TOOL) -o $@ $$HOME \\\n\t  $<\n\t-echo ${UNSET}\nifeq (1,1)\nclean: ; rm -rf out\nendif\n%.o: %.c\n\tcc -c $<\n";
    let recipes = read("make", text);
    assert_eq!(recipes.default.as_deref(), Some("all"));
    let build = lines(&recipes, "build");
    assert_eq!(build, ["curl -o build $HOME \\\n  a.c", "echo ${UNSET}"]);
    assert_eq!(lines(&recipes, "clean"), ["rm -rf out"]);
    assert_eq!(lines(&recipes, "x/y.o").len(), 1);
    let at_reading: Vec<&str> = recipes.at_reading.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(at_reading, ["date +%s"]);
    let first = recipes
        .all
        .iter()
        .find(|r| r.makes("build"))
        .and_then(|r| r.lines.first());
    let span = first.map(|l| l.span).unwrap_or_default();
    assert!(
        text[span.start..].starts_with("$(TOOL)"),
        "{:?}",
        &text[span.start..]
    );
}

#[test]
fn makefiles_that_expand_without_end_are_cut() {
    let mut text = String::from("A0 = xxxxxxxxxx\n");
    for i in 1..40 {
        text.push_str(&format!("A{i} = $(A{0})$(A{0})$(A{0})\n", i - 1));
    }
    text.push_str("B = $(B)\nall:\n\t$(A39) $(B) $(\n");
    assert!(lines(&read("make", &text), "all").concat().len() < 200_000);
}

#[test]
fn justfiles_give_recipes() {
    let text = "host := 'h.example'\nrev := `git rev-parse HEAD`\n\n# builds\nbuild target=\"x\": lint (test \"a\") && done\n    @curl {{host}}/{{target}}\n    -echo a\n\nrun:\n  #!/usr/bin/env python3\n  import os\n  print(1)\nalias b := build\n";
    let recipes = read("just", text);
    assert_eq!(recipes.default.as_deref(), Some("build"));
    assert_eq!(lines(&recipes, "build"), ["curl h.example/${target}", "echo a"]);
    let build = recipes.all.first().cloned().unwrap_or_default();
    assert_eq!(
        (build.needs, build.then),
        (
            vec!["lint".to_owned(), "test".to_owned()],
            vec!["done".to_owned()]
        )
    );
    let script = recipes
        .all
        .iter()
        .find(|r| r.makes("run"))
        .and_then(|r| r.script.clone());
    assert_eq!(
        script.map(|s| s.text).as_deref(),
        Some("#!/usr/bin/env python3\nimport os\nprint(1)")
    );
    assert_eq!(
        recipes.at_reading.first().map(|l| l.text.as_str()),
        Some("git rev-parse HEAD")
    );
}

#[test]
fn taskfiles_and_mise_give_tasks() {
    let recipes = read(
        "task",
        "version: '3'\nvars:\n  V: {sh: git describe}\ntasks:\n  default:\n    deps: [gen]\n    cmds:\n      - go build {{.OUT}}\n      - task: test\n      - cmd: date\n  gen: echo x\n",
    );
    assert_eq!(lines(&recipes, "default"), ["go build ${OUT}", "date"]);
    assert_eq!(lines(&recipes, "gen"), ["echo x"]);
    assert_eq!(
        recipes.all.first().map(|r| r.then.clone()),
        Some(vec!["test".to_owned()])
    );
    let recipes = read(
        "mise",
        "[tasks.build]\nrun = ['one', 'two']\ndepends = 'x'\n[tasks]\nx = 'three'\n",
    );
    assert_eq!(lines(&recipes, "build"), ["one", "two"]);
    assert_eq!(lines(&recipes, "x"), ["three"]);
}

#[test]
fn what_an_installation_runs_is_found() {
    let scanned = scan_files(&[
        (
            "package.json",
            r#"{"scripts": {"preinstall": "one", "postinstall": "node tool.js", "prepare": "two && three", "test": "x"}}"#,
        ),
        ("tool.js", "require('child_process').execFileSync('four')\n"),
        (
            "node_modules/a/package.json",
            r#"{"scripts": {"postinstall": "y"}}"#,
        ),
        (
            "setup.py",
            "import os\nfrom setuptools import setup\nos.system('five')\nsetup(name='x')\n",
        ),
        (".pnpmfile.cjs", "require('child_process').execSync('six')\n"),
    ]);
    assert_eq!(
        scanned.ids(),
        [
            "packages/npm/preinstall",
            "packages/npm/postinstall",
            "packages/npm/prepare",
            "packages/.pnpmfile.cjs",
            "packages/setup.py"
        ]
    );
    assert_eq!(scanned.programs("packages/npm/postinstall"), ["node", "four"]);
    assert_eq!(scanned.programs("packages/npm/prepare"), ["two", "three"]);
    assert!(scanned.programs("packages/setup.py").contains(&"five".to_owned()));
    assert!(
        scanned
            .programs("packages/.pnpmfile.cjs")
            .contains(&"six".to_owned())
    );
    assert_eq!(scanned.written("packages/npm/preinstall"), "\"one\"");
    let one = scanned.one("packages/npm/preinstall");
    assert_eq!(
        (one.when, one.who),
        (When::PackageInstall, Starter::PackageManager)
    );
    assert_eq!(one.consent.weaker(), Consent::PersonsAct);
}

#[test]
fn a_setup_that_only_names_the_package_is_no_news() {
    let setup = "from setuptools import setup, find_packages\nsetup(name='x', packages=find_packages())\n";
    assert!(scan_files(&[("setup.py", setup)]).ids().is_empty());
}

#[test]
fn composer_runs_commands_and_other_scripts() {
    let scanned = scan_files(&[(
        "composer.json",
        r#"{"scripts": {
            "post-install-cmd": ["@build", "@php bin/x", "@putenv A=1", "Tool\\Setup::run"],
            "build": ["one", "@build", "two --x"],
            "test": "three"
        }}"#,
    )]);
    let all: Vec<&str> = scanned
        .surfaced
        .triggers
        .iter()
        .map(|t| t.what.as_str())
        .collect();
    assert_eq!(all, ["one", "two --x", "@php bin/x", "Tool\\Setup::run"]);
}
