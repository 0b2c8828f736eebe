//! The scripts of `action.yml` under the real bash, with the real program and git, and files where a
//! runner has its own. Only the service itself is missing: `gh` is a script that notes what it is asked.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::pinned;
use crate::repository::{BAD, Repository, SETTINGS, git, hooks};

/// A job around the action.
struct Job {
    dir: tempfile::TempDir,
    checkout: PathBuf,
    /// What expressions of the action say.
    context: BTreeMap<String, String>,
    /// What `gh` answers to a list of comments, and whether it may write.
    comments: &'static str,
    may_write: bool,
}

struct Outcome {
    code: i32,
    log: String,
    summary: String,
    asked: String,
}

impl Job {
    fn new(checkout: &Path) -> Self {
        let action = pinned::yaml(&pinned::root().join("action.yml"));
        let mut context: BTreeMap<String, String> = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let value = input["default"].as_str().unwrap();
            let value = if value.contains("${{") { "" } else { value };
            context.insert(format!("inputs.{name}"), value.to_owned());
        }
        let binary = assert_cmd::cargo::cargo_bin("claude-guard");
        context.insert("inputs.binary".into(), binary.to_str().unwrap().into());
        context.insert("github.event_name".into(), "push".into());
        Self {
            dir: tempfile::tempdir().unwrap(),
            checkout: checkout.to_owned(),
            context,
            comments: "",
            may_write: true,
        }
    }

    fn with(mut self, values: &[(&str, &str)]) -> Self {
        for (name, value) in values {
            self.context.insert((*name).to_owned(), (*value).to_owned());
        }
        self
    }

    /// A pull request whose merge commit is `sha`.
    fn pull_request(self, base: &str, sha: &str) -> Self {
        self.with(&[
            ("github.event_name", "pull_request"),
            ("github.event.pull_request.base.sha", base),
            ("github.event.pull_request.number", "7"),
            ("github.event.pull_request.head.repo.fork", "false"),
            ("github.sha", sha),
        ])
    }

    fn value(&self, expression: &str) -> String {
        let text = expression.trim();
        if let Some((first, rest)) = text.split_once("||") {
            let first = self.value(first);
            return if first.is_empty() { self.value(rest) } else { first };
        }
        self.context.get(text).cloned().unwrap_or_default()
    }

    fn holds(&self, condition: &str) -> bool {
        condition.split("&&").all(|part| {
            if let Some((left, right)) = part.split_once("!=") {
                return self.value(left) != right.trim().trim_matches('\'');
            }
            let (left, right) = part.split_once("==").unwrap();
            self.value(left) == right.trim().trim_matches('\'')
        })
    }

    fn gh(&self) -> PathBuf {
        let bin = self.dir.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        let asked = self.dir.path().join("asked");
        let write = if self.may_write {
            "exit 0"
        } else {
            "echo denied >&2; exit 1"
        };
        let script = format!(
            "#!/bin/bash\nprintf '%s\\n' \"$*\" >> '{}'\ncase \"$*\" in *--method*) {write} ;; *) printf '%s' '{}' ;; esac\n",
            asked.display(),
            self.comments
        );
        fs::write(bin.join("gh"), script).unwrap();
        fs::set_permissions(bin.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
        bin
    }

    fn run(mut self) -> Outcome {
        let at = |name: &str| self.dir.path().join(name);
        let (summary, output, temp) = (at("summary"), at("output"), at("temp"));
        fs::create_dir_all(&temp).unwrap();
        fs::write(&summary, "").unwrap();
        let path = format!("{}:{}", self.gh().display(), std::env::var("PATH").unwrap());
        let action = pinned::yaml(&pinned::root().join("action.yml"));
        let (mut log, mut code) = (String::new(), 0);
        for step in action["runs"]["steps"].as_array().unwrap() {
            let wanted = step["if"].as_str().is_none_or(|condition| self.holds(condition));
            let Some(script) = step["run"].as_str().filter(|_| wanted) else {
                continue;
            };
            fs::write(&output, "").unwrap();
            let mut command = Command::new("bash");
            command
                .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
                .current_dir(&self.checkout)
                .env_clear()
                .env("PATH", &path)
                .env("HOME", self.dir.path())
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .env("RUNNER_TEMP", &temp)
                .env("RUNNER_OS", "Linux")
                .env("RUNNER_ARCH", "X64")
                .env("GITHUB_STEP_SUMMARY", &summary)
                .env("GITHUB_OUTPUT", &output)
                .env("GITHUB_REPOSITORY", "owner/name")
                .env("GITHUB_EVENT_NAME", self.value("github.event_name"))
                .env("GITHUB_SHA", self.value("github.sha"));
            if let Value::Object(env) = &step["env"] {
                for (name, value) in env {
                    let value = value.as_str().unwrap();
                    let inner = value.strip_prefix("${{").and_then(|v| v.strip_suffix("}}"));
                    command.env(name, inner.map_or(value.to_owned(), |inner| self.value(inner)));
                }
            }
            let ran = command.output().unwrap();
            log.push_str(&String::from_utf8_lossy(&ran.stdout));
            log.push_str(&String::from_utf8_lossy(&ran.stderr));
            let id = step["id"].as_str().unwrap_or("");
            for line in fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.context
                    .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
            code = ran.status.code().unwrap();
            if code != 0 {
                break;
            }
        }
        Outcome {
            code,
            log,
            summary: fs::read_to_string(&summary).unwrap(),
            asked: fs::read_to_string(self.dir.path().join("asked")).unwrap_or_default(),
        }
    }
}

/// A pull request on a service: `change` adds a hook, `main` gained a danger of its own meanwhile, and the
/// service made a merge commit. Returns the repository, what a job checks out, base and merge commit.
fn merged(settings: &str) -> (Repository, PathBuf, String, String) {
    let service = Repository::new(&[("README.md", "words\n")]);
    let root = service.root();
    service.commit(&[(SETTINGS, settings)]);
    git(&root, &["checkout", "-q", "main"]);
    service.commit(&[(
        ".mcp.json",
        r#"{"mcpServers":{"db":{"command":"npx","args":["-y","pkg-of-main"]}}}"#,
    )]);
    let base = git(&root, &["rev-parse", "main"]);
    git(&root, &["checkout", "-q", "--detach", "main"]);
    git(&root, &["merge", "-q", "--no-ff", "-m", "merge", "change"]);
    let merge = git(&root, &["rev-parse", "HEAD"]);
    git(&root, &["update-ref", "refs/pull/7/merge", &merge]);
    git(&root, &["checkout", "-q", "main"]);
    let checkout = service.dir.path().join("check out");
    fs::create_dir(&checkout).unwrap();
    git(&checkout, &["init", "-q"]);
    let url = format!("file://{}", root.display());
    git(&checkout, &["remote", "add", "origin", &url]);
    git(
        &checkout,
        &["fetch", "-q", "--depth=1", "origin", "refs/pull/7/merge"],
    );
    git(&checkout, &["checkout", "-q", "--detach", "FETCH_HEAD"]);
    (service, checkout, base, merge)
}

#[test]
fn a_checkout_of_one_commit_is_compared_with_what_it_merges_into() {
    let (service, checkout, base, merge) = merged(&hooks(&[BAD]));
    // The event names an older base: the merge commit knows better.
    let older = git(&service.root(), &["rev-parse", "main~1"]);
    for event in [&base, &older] {
        let outcome = Job::new(&checkout).pull_request(event, &merge).run();
        assert_eq!(outcome.code, 1, "{}", outcome.log);
        assert!(
            outcome.log.contains("::error file=.claude/settings.json,line="),
            "{}",
            outcome.log
        );
        assert!(!outcome.log.contains("pkg-of-main"), "{}", outcome.log);
        assert!(
            outcome
                .summary
                .starts_with("<!-- claude-guard -->\n### claude-guard: do not open")
        );
        assert_eq!(outcome.asked, "", "no comment unless asked for");
    }
}

#[test]
fn a_merge_commit_of_the_change_itself_names_no_base() {
    let repository = Repository::new(&[("README.md", "words\n")]);
    let root = repository.root();
    let base = git(&root, &["rev-parse", "main"]);
    repository.commit(&[(SETTINGS, &hooks(&[BAD]))]);
    git(&root, &["checkout", "-q", "-b", "side", "main"]);
    repository.commit(&[("x", "y\n")]);
    git(&root, &["checkout", "-q", "change"]);
    git(&root, &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    let outcome = Job::new(&root).pull_request(&base, &"0".repeat(40)).run();
    assert_eq!(outcome.code, 1, "{}", outcome.log);
}

#[test]
fn a_change_that_adds_nothing_passes_without_a_comment() {
    let (_service, checkout, base, merge) = merged("{}\n");
    let job = Job::new(&checkout)
        .pull_request(&base, &merge)
        .with(&[("inputs.comment", "true")]);
    let outcome = job.run();
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(
        outcome.summary.contains("nothing that acts is new"),
        "{}",
        outcome.summary
    );
    assert!(
        !outcome.asked.contains("POST") && !outcome.asked.contains("PATCH"),
        "{}",
        outcome.asked
    );
}

#[test]
fn one_comment_is_kept_up_to_date() {
    let (_service, checkout, base, merge) = merged(&hooks(&[BAD]));
    let job = || {
        Job::new(&checkout)
            .pull_request(&base, &merge)
            .with(&[("inputs.comment", "true")])
    };
    let outcome = job().run();
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    let wanted = "--method POST repos/owner/name/issues/7/comments -F body=@";
    assert!(outcome.asked.contains(wanted), "{}", outcome.asked);
    let mut job = job();
    job.comments = "41\n42\n";
    let outcome = job.run();
    let wanted = "--method PATCH repos/owner/name/issues/comments/41 -F body=@";
    assert!(
        outcome.asked.contains(wanted) && !outcome.asked.contains("POST"),
        "{}",
        outcome.asked
    );
}

#[test]
fn where_it_may_not_comment_the_summary_says_so() {
    let (_service, checkout, base, merge) = merged(&hooks(&[BAD]));
    let job = || {
        Job::new(&checkout)
            .pull_request(&base, &merge)
            .with(&[("inputs.comment", "true")])
    };
    let fork = job()
        .with(&[("github.event.pull_request.head.repo.fork", "true")])
        .run();
    assert_eq!((fork.code, fork.asked.as_str()), (1, ""), "{}", fork.log);
    assert!(
        fork.summary
            .contains("No comment was written: the pull request comes from a fork"),
        "{}",
        fork.summary
    );
    let mut job = job();
    job.may_write = false;
    let denied = job.run();
    assert_eq!(denied.code, 1, "the findings decide: {}", denied.log);
    assert!(
        denied.summary.contains("needs pull-requests: write"),
        "{}",
        denied.summary
    );
    assert!(denied.summary.contains("### claude-guard: do not open"));
}

#[test]
fn a_base_that_cannot_be_had_ends_with_3_and_the_way_out() {
    let (_service, checkout, _, _) = merged(&hooks(&[BAD]));
    let gone = "1".repeat(40);
    let outcome = Job::new(&checkout).pull_request(&gone, &gone).run();
    assert_eq!(outcome.code, 3, "{}", outcome.log);
    assert!(
        outcome
            .log
            .contains(&format!("git fetch --depth=1 origin {gone}")),
        "{}",
        outcome.log
    );
    assert!(
        outcome.summary.contains("### claude-guard: no report"),
        "{}",
        outcome.summary
    );
}

#[test]
fn inputs_are_words_and_never_commands() {
    let (_service, checkout, base, merge) = merged(&hooks(&[BAD]));
    let canary = checkout.join("canary");
    for input in [
        "inputs.base",
        "inputs.path",
        "inputs.baseline",
        "inputs.fail-on",
        "inputs.rules",
    ] {
        let evil = format!("$(touch '{0}')`touch '{0}'`;touch '{0}'", canary.display());
        let outcome = Job::new(&checkout)
            .pull_request(&base, &merge)
            .with(&[(input, &evil)])
            .run();
        assert_ne!(outcome.code, 0, "{input}");
        assert!(!canary.exists(), "{input}: {}", outcome.log);
    }
}

#[test]
fn any_other_event_looks_at_the_whole_tree() {
    let (_service, checkout, _, _) = merged(&hooks(&[BAD]));
    let outcome = Job::new(&checkout).with(&[("inputs.fail-on", "never")]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(outcome.log.contains("pkg-of-main"), "{}", outcome.log);
}
