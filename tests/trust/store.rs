//! The store under bad circumstances: many processes, killed processes, damaged and foreign files.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt as _;
use claude_guard::trust::{Store, StoreError};

use super::bench::Bench;

/// A small repository, so that a run is short.
fn small() -> Bench {
    let bench = Bench::new();
    bench
        .write(".claude/settings.json", "{\"env\": {\"A\": \"1\"}}\n")
        .init();
    bench
}

/// Every file below the store.
fn files(bench: &Bench) -> Vec<PathBuf> {
    let (mut open, mut out) = (vec![bench.store()], vec![]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                out.push(path);
            }
        }
    }
    out
}

/// The one file that holds an approval.
fn approval(bench: &Bench) -> PathBuf {
    let in_approvals = |path: &PathBuf| path.components().any(|c| c.as_os_str() == "approvals");
    let all: Vec<PathBuf> = files(bench).into_iter().filter(in_approvals).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

#[test]
fn many_processes_at_once_leave_a_store_that_can_be_read() {
    let bench = small();
    let digest = bench.digest();
    let yes = ["--yes", &digest];
    thread::scope(|scope| {
        for n in 0..32 {
            let (bench, yes) = (&bench, &yes);
            scope.spawn(move || {
                let verbs: [&[&str]; 3] = [&["approve"], &["verify"], &["forget"]];
                for round in 0..2 {
                    let verb = verbs[(n + round) % 3];
                    let mut arguments = [verb, &["repo"]].concat();
                    if verb != ["verify"] {
                        arguments.extend(yes);
                    }
                    let ran = bench.run(&arguments);
                    // Whoever comes between two others finds it approved or not, never broken. `forget`
                    // may find that another one was quicker.
                    assert!(
                        matches!(ran.code, 0 | 1),
                        "{arguments:?}: {} {} {}",
                        ran.code,
                        ran.out,
                        ran.err
                    );
                }
            });
        }
    });
    let left = Store::new(bench.store()).all().unwrap();
    assert!(left.iter().all(|approval| approval.digest == digest) && left.len() <= 1);
    bench.approve();
    assert_eq!(bench.verify().0, 0);
}

/// Kills 500 processes at random points. Two states take turns: only one of them is ever approved.
#[test]
fn killed_processes_leave_a_store_that_can_be_read_and_approves_nothing_else() {
    const KILLS: usize = 500;
    let bench = small();
    let digest = bench.digest();
    bench.git(&["checkout", "-q", "-b", "other"]);
    let program = Command::cargo_bin("claude-guard").unwrap();
    let program = program.get_program().to_owned();
    let start = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(bench.path(""));
        command
            .env("HOME", bench.path("home"))
            .env("XDG_STATE_HOME", bench.path("state"));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    // How long a run takes here, so that the points lie all over it.
    let began = Instant::now();
    for _ in 0..5 {
        start(&["approve", "repo", "--yes", &digest]).wait().unwrap();
    }
    let whole = AtomicUsize::new((began.elapsed() / 5).as_micros() as usize);
    let next = AtomicUsize::new(0);
    let killed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= KILLS {
                        break;
                    }
                    let verb = if n % 3 == 2 { "forget" } else { "approve" };
                    let mut child = start(&[verb, "repo", "--yes", &digest]);
                    // A sequence that fills the time of a run evenly, with most points near its end, where
                    // it writes.
                    let part = (n as f64 * 0.618_033_988_75).fract().sqrt();
                    let time = whole.load(Ordering::Relaxed);
                    thread::sleep(Duration::from_micros(time as u64).mul_f64(part));
                    // A machine under load is now slower, now faster: the time follows.
                    if child.try_wait().unwrap().is_none() {
                        child.kill().unwrap();
                        killed.fetch_add(1, Ordering::Relaxed);
                        whole.store(time + time / 100 + 1, Ordering::Relaxed);
                    } else {
                        whole.store(time - time / 30, Ordering::Relaxed);
                    }
                    child.wait().unwrap();
                    let all = Store::new(bench.store()).all();
                    let all = all.unwrap_or_else(|e| panic!("after {n} runs: {e}"));
                    let digests: BTreeSet<&str> = all.iter().map(|a| &*a.digest).collect();
                    assert!(digests.iter().all(|known| *known == digest), "{digests:?}");
                }
            });
        }
    });
    let killed = killed.into_inner();
    assert!(
        killed >= KILLS / 4,
        "only {killed} of {KILLS} were killed before their end"
    );
    bench.edit(".claude/settings.json", "\"1\"", "\"2\"");
    assert_eq!(bench.verify().0, 1, "a state that nobody approved");
    bench.edit(".claude/settings.json", "\"2\"", "\"1\"");
    bench.approve();
    assert_eq!(bench.verify().0, 0);
    // What the killed ones left is no approval, and goes with time.
    let old = Duration::from_secs(2 * 3600);
    for path in files(&bench) {
        if path.file_name().unwrap().to_string_lossy().starts_with('.') {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(std::time::SystemTime::now() - old).unwrap();
        }
    }
    bench.run(&["approve", "repo", "--yes", &digest]);
    let hidden = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with('.');
    let left = files(&bench)
        .into_iter()
        .filter(|p| p.components().any(|c| c.as_os_str() == "approvals"));
    assert_eq!(left.filter(hidden).count(), 0);
}

#[test]
fn files_and_folders_are_for_their_owner_only() {
    let bench = small();
    bench.approve();
    for path in files(&bench) {
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600, "{path:?}");
        assert_eq!(
            fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777,
            0o700
        );
    }
    let file = approval(&bench);
    for (path, mode) in [
        (file.clone(), 0o602),
        (file.parent().unwrap().to_owned(), 0o770),
        (bench.store(), 0o707),
    ] {
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let ran = bench.run(&["verify", "repo"]);
        assert_eq!(ran.code, 3, "{path:?}: {} {}", ran.out, ran.err);
        assert!(ran.err.contains("can be written by others"), "{}", ran.err);
        assert!(!ran.out.contains("approved"), "{}", ran.out);
        fs::set_permissions(&path, before).unwrap();
    }
    assert_eq!(bench.verify().0, 0);
}

#[test]
fn a_newer_format_is_an_error_and_nothing_of_it_is_lost() {
    let bench = small();
    bench.approve();
    let file = approval(&bench);
    let newer = fs::read_to_string(&file)
        .unwrap()
        .replacen("\"format\": 1", "\"format\": 2", 1);
    fs::write(&file, &newer).unwrap();
    let store = Store::new(bench.store());
    assert!(matches!(store.all(), Err(StoreError::Newer { format: 2, .. })));
    let digest = file.file_stem().unwrap().to_str().unwrap().to_owned();
    for verb in [
        &["verify", "repo"][..],
        &["approve", "repo", "--yes", &digest],
        &["forget", "repo", "--yes", &digest],
        &["approvals"],
    ] {
        let ran = bench.run(verb);
        assert_eq!(ran.code, 3, "{verb:?}: {} {}", ran.out, ran.err);
        assert!(ran.err.contains("newer claude-guard"), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
}

#[test]
fn a_file_that_does_not_say_what_its_name_says_approves_nothing() {
    let bench = small();
    bench.approve();
    let file = approval(&bench);
    let good = fs::read_to_string(&file).unwrap();
    bench.edit(".claude/settings.json", "\"1\"", "\"2\"");
    let other = bench.digest();
    // The name of what is here, the content of what was approved, and half a file.
    let renamed = file.with_file_name(format!("{other}.json"));
    let digest = file.file_stem().unwrap().to_str().unwrap().to_owned();
    for text in [
        good.clone(),
        good.replace(&digest, &other),
        good[..good.len() / 2].to_owned(),
        String::new(),
    ] {
        fs::write(&renamed, text).unwrap();
        let ran = bench.run(&["verify", "repo"]);
        assert_eq!(ran.code, 3, "{} {}", ran.out, ran.err);
        assert!(ran.err.contains("damaged"), "{}", ran.err);
    }
    // Forgetting mends it.
    assert_eq!(bench.run(&["forget", "repo", "--yes", &"0".repeat(64)]).code, 1);
    let ran = bench.run(&["forget", "repo", "--yes", &other]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(bench.verify().1["state"], "unknown");
}

#[test]
fn an_approval_of_another_repository_does_not_count_wherever_it_is_put() {
    let bench = small();
    bench.git(&["remote", "add", "origin", "https://git.example/a"]);
    bench.approve();
    let from = approval(&bench);
    bench.git(&["remote", "set-url", "origin", "https://git.example/b"]);
    bench
        .write(".claude/settings.json", "{\"env\": {\"B\": \"1\"}}\n")
        .approve();
    bench.write(".claude/settings.json", "{\"env\": {\"A\": \"1\"}}\n");
    assert_eq!(bench.verify().1["state"], "drift");
    let folders: BTreeSet<PathBuf> = files(&bench)
        .into_iter()
        .filter(|p| p.components().any(|c| c.as_os_str() == "approvals"))
        .map(|p| p.parent().unwrap().to_owned())
        .collect();
    let to = folders
        .iter()
        .find(|folder| **folder != from.parent().unwrap())
        .unwrap();
    fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
    assert_eq!(bench.run(&["verify", "repo"]).code, 3);
}

#[test]
fn refusing_listing_and_forgetting() {
    let bench = small();
    bench.approve();
    let digest = bench.digest();
    assert_eq!(bench.run(&["block", "repo"]).code, 2);
    assert_eq!(bench.run(&["block", "repo", "--yes", &"0".repeat(64)]).code, 1);
    assert_eq!(bench.verify().0, 0);
    let ran = bench.run(&["block", "repo", "--reason", "odd \u{1b}[2J", "--yes", &digest]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (code, report) = bench.verify();
    assert_eq!((code, report["state"].as_str()), (1, Some("blocked")));
    let listed = bench.run(&["approvals"]).out;
    assert!(
        listed.contains(&digest) && listed.contains("refused") && !listed.contains('\u{1b}'),
        "{listed}"
    );
    // Approving again is a person's act that lifts it.
    bench.approve();
    assert_eq!(bench.verify().0, 0);
    assert_eq!(bench.run(&["forget", "repo"]).code, 2);
    assert_eq!(bench.run(&["forget", "repo", "--yes", &digest]).code, 0);
    assert_eq!(bench.verify().1["state"], "unknown");
    assert_eq!(bench.run(&["approvals"]).out, "");
}
