//! The permission rule leaves free what comes after a program that runs whatever it is told to:
//! an interpreter, a wrapper, a task runner, a package runner, a program with an option that runs programs.

use crate::rules::matching::Subject;
use crate::rules::permission::{self, Rule};

/// Fixed words after which anything can be said, with what they run.
const RUNNERS: &[(&[&str], &str)] = &[
    (&["node"], "any JavaScript"),
    (&["bun"], "any JavaScript"),
    (&["deno"], "any JavaScript"),
    (&["tsx"], "any TypeScript"),
    (&["ts-node"], "any TypeScript"),
    (&["python"], "any Python"),
    (&["python3"], "any Python"),
    (&["py"], "any Python"),
    (&["perl"], "any Perl"),
    (&["ruby"], "any Ruby"),
    (&["php"], "any PHP"),
    (&["awk"], "any program by its `system`"),
    (&["osascript"], "any script"),
    (&["bash"], "any shell line"),
    (&["sh"], "any shell line"),
    (&["zsh"], "any shell line"),
    (&["fish"], "any shell line"),
    (&["pwsh"], "any shell line"),
    (&["powershell"], "any shell line"),
    (&["cmd"], "any shell line"),
    (&["eval"], "any shell line"),
    (&["source"], "any shell file"),
    (&["env"], "any program"),
    (&["sudo"], "any program, as root"),
    (&["doas"], "any program, as root"),
    (&["xargs"], "any program"),
    (&["find"], "any program by its `-exec`"),
    (&["fd"], "any program by its `-x`"),
    (&["timeout"], "any program"),
    (&["nohup"], "any program"),
    (&["time"], "any program"),
    (&["watch"], "any program"),
    (&["ssh"], "any program, here too by its options"),
    (&["npx"], "any package"),
    (&["bunx"], "any package"),
    (&["uvx"], "any package"),
    (&["pipx"], "any package"),
    (&["pnpm", "dlx"], "any package"),
    (&["pnpm", "exec"], "any program"),
    (&["yarn", "dlx"], "any package"),
    (&["npm", "exec"], "any package"),
    (&["npm"], "any package and any script"),
    (&["pnpm"], "any package and any script"),
    (&["yarn"], "any package and any script"),
    (&["pip", "install"], "any package's build code"),
    (&["uv"], "any package and any program"),
    (&["uv", "run"], "any program"),
    (&["poetry", "run"], "any program"),
    (&["make"], "any program by its `SHELL` and targets"),
    (&["just"], "any program by its recipes"),
    (&["cargo"], "any program of the workspace"),
    (&["cargo", "run"], "any program of the workspace"),
    (&["go", "run"], "any program"),
    (
        &["docker"],
        "any program in a container that may mount the machine",
    ),
    (
        &["docker", "run"],
        "any program in a container that may mount the machine",
    ),
    (
        &["podman"],
        "any program in a container that may mount the machine",
    ),
    (
        &["podman", "run"],
        "any program in a container that may mount the machine",
    ),
    (&["kubectl"], "any program in the cluster"),
    (&["git"], "any program by its `-c` options"),
    (&["curl"], "sending and fetching anything"),
    (&["wget"], "sending and fetching anything"),
    (&["gh", "api"], "any change on the code host"),
    (&["vim"], "any program"),
    (&["tar"], "any program by its options"),
    (&["mise", "exec"], "any program"),
    (&["mise", "x"], "any program"),
    (&["nix"], "any program"),
];

/// Whether it does; says what it runs.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    permission::of(subject).iter().find_map(runs).map(str::to_owned)
}

fn runs(rule: &Rule<'_>) -> Option<&'static str> {
    if !rule.is_shell() || rule.is_unlimited() {
        return None;
    }
    // `python -c *`, `bash -lc *`, `curl -sL *`: options decide nothing here.
    let words = rule.prefix()?;
    let is_assignment = |w: &str| {
        w.split_once('=')
            .is_some_and(|(name, _)| !name.is_empty() && !name.starts_with('-'))
    };
    if words.last().is_some_and(|w| is_assignment(w)) && words.iter().all(|w| is_assignment(w)) {
        return Some("any command after a variable");
    }
    let words: Vec<&str> = words.into_iter().skip_while(|w| is_assignment(w)).collect();
    let fixed: Vec<&str> = words
        .iter()
        .copied()
        .filter(|w| !w.starts_with('-') || w.contains('='))
        .collect();
    RUNNERS
        .iter()
        .find(|(runner, _)| fixed == *runner)
        .map(|(_, what)| *what)
}
