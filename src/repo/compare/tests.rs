//! With the real git, without anybody's configuration of it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_ALLOW_PROTOCOL", "file");
    command
}

fn git(dir: &Path, args: &[&str]) -> String {
    let out = command(dir, args).output().expect("git starts");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "git {args:?}: {said}");
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

/// A repository of commits `c0`, `c1` … (tags), each with its parents and seconds since the epoch.
fn history(commits: &[(&[usize], i64)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    git(dir.path(), &["init", "-q", "-b", "main"]);
    let mut stream = String::new();
    for (n, (parents, time)) in commits.iter().enumerate() {
        let _ = write!(
            stream,
            "commit refs/tags/c{n}\nmark :{}\ncommitter a <a@host.example> {time} +0000\ndata 1\nx\n",
            n + 1
        );
        for (i, parent) in parents.iter().enumerate() {
            let word = if i == 0 { "from" } else { "merge" };
            let _ = writeln!(stream, "{word} :{}", parent + 1);
        }
        let _ = write!(stream, "M 100644 inline f{n}\ndata 1\ny\n\n");
    }
    let mut child = command(dir.path(), &["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(stream.as_bytes()).expect("written");
    drop(stdin);
    assert!(child.wait().expect("git ends").success());
    dir
}

fn compared(dir: &Path, base: &str, rev: &str) -> Result<(String, Against), OpenError> {
    let options = Options {
        rev: Some(rev.to_owned()),
        ..Options::default()
    };
    let pair = open_compared(dir, base, &options)?;
    assert_eq!(
        pair.head.commit(),
        Some(git(dir, &["rev-parse", &format!("{rev}^{{commit}}")]))
    );
    Ok((pair.base.commit().expect("a commit"), pair.against))
}

#[test]
fn what_the_base_gained_meanwhile_is_no_part_of_the_change() {
    let dir = history(&[(&[], 1), (&[0], 2), (&[0], 3)]);
    let fork = git(dir.path(), &["rev-parse", "c0"]);
    assert_eq!(
        compared(dir.path(), "c1", "c2"),
        Ok((fork.clone(), Against::MergeBase))
    );
    // An ancestor is its own merge base, in both directions.
    assert_eq!(
        compared(dir.path(), "c0", "c2"),
        Ok((fork.clone(), Against::MergeBase))
    );
    assert_eq!(compared(dir.path(), "c2", "c0"), Ok((fork, Against::MergeBase)));
}

#[test]
fn histories_that_cross_are_compared_with_the_base_itself() {
    let dir = history(&[
        (&[], 1),
        (&[0], 2),
        (&[0], 3),
        (&[1, 2], 4),
        (&[2, 1], 5),
        (&[], 6),
    ]);
    let (base, against) = compared(dir.path(), "c3", "c4").expect("an answer");
    assert_eq!(base, git(dir.path(), &["rev-parse", "c3"]));
    assert!(matches!(against, Against::Base { why } if why.contains("cross")));
    let (base, against) = compared(dir.path(), "c5", "c4").expect("an answer");
    assert_eq!(base, git(dir.path(), &["rev-parse", "c5"]));
    assert!(matches!(against, Against::Base { why } if why.contains("no history")));
}

#[test]
fn a_checkout_of_one_commit_says_what_to_fetch_and_then_works() {
    let dir = history(&[(&[], 1), (&[0], 2), (&[0], 3)]);
    git(dir.path(), &["branch", "change", "c2"]);
    git(dir.path(), &["branch", "base", "c1"]);
    let clone = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", dir.path().display());
    git(
        clone.path(),
        &["clone", "-q", "--depth=1", "--branch=change", &url, "one"],
    );
    let one = clone.path().join("one");
    let id = git(dir.path(), &["rev-parse", "c1"]);
    for base in [id.as_str(), "origin/base", "base", "HEAD~1"] {
        let error = compared(&one, base, "HEAD").expect_err("the base is not there");
        assert!(!error.is_usage());
        let text = error.to_string();
        let name = match base {
            "HEAD~1" => "BASE",
            _ => base.trim_start_matches("origin/"),
        };
        assert!(
            text.contains(&format!("git fetch --depth=1 origin {name}`")),
            "{text}"
        );
    }
    git(&one, &["fetch", "-q", "--depth=1", "origin", "base"]);
    let (base, against) = compared(&one, "FETCH_HEAD", "HEAD").expect("an answer");
    assert_eq!(base, id);
    assert!(matches!(against, Against::Base { why } if why.contains("shallow")));
}

#[test]
fn a_name_that_a_shell_would_run_is_not_put_into_the_advice() {
    let dir = history(&[(&[], 1)]);
    let error = compared(dir.path(), "x;touch$IFS/y", "c0").expect_err("no such base");
    assert!(error.to_string().contains("origin BASE`"), "{error}");
}

#[test]
fn the_answer_is_that_of_git_whatever_the_dates() {
    // A small generator of its own, so that a failure repeats.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 1_000_003).expect("small") % below
    };
    let mut single = 0;
    for _ in 0..12 {
        let mut commits: Vec<(Vec<usize>, i64)> = vec![(vec![], 1_000)];
        for n in 1..28 {
            let mut parents = vec![n - 1 - next(n.min(5))];
            let other = next(n);
            if next(4) == 0 && !parents.contains(&other) {
                parents.push(other);
            }
            commits.push((parents, 1_000 + i64::try_from(next(60)).expect("small")));
        }
        let commits: Vec<(&[usize], i64)> = commits.iter().map(|(p, t)| (p.as_slice(), *t)).collect();
        let dir = history(&commits);
        for _ in 0..6 {
            let (a, b) = (format!("c{}", 20 + next(8)), format!("c{}", 20 + next(8)));
            let all = git(dir.path(), &["merge-base", "--all", &a, &b]);
            match compared(dir.path(), &a, &b).expect("an answer") {
                (base, Against::MergeBase) => {
                    assert_eq!(all, base, "{a} {b} of {commits:?}");
                    single += 1;
                }
                (base, Against::Base { .. }) => {
                    assert_eq!(base, git(dir.path(), &["rev-parse", &a]));
                }
            }
        }
    }
    assert!(single > 40, "only {single} of 72 had one merge base");
}
