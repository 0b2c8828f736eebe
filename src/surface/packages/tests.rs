use super::{Recipes, tool};

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
