//! Small pieces inside one process: `cargo bench --bench pieces`.

use std::path::Path;

use claude_guard::repo::{self, Options, WorkTree, git};

fn main() {
    divan::main();
}

/// 5,000 empty files in 100 folders.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for i in 0..100 {
        let folder = dir.path().join(format!("part{}/group{i}", i % 7));
        std::fs::create_dir_all(&folder).expect("folders");
        for k in 0..50 {
            std::fs::write(folder.join(format!("file{k}.py")), "").expect("a file");
        }
    }
    dir
}

/// The floor for [`listing`]: one thread, nothing kept.
fn count(folder: &Path) -> usize {
    let mut count = 0;
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                waiting.push(entry.path());
            } else {
                count += 1;
            }
        }
    }
    count
}

#[divan::bench]
fn listing(bencher: divan::Bencher<'_, '_>) {
    let dir = tree();
    bencher.bench_local(|| WorkTree::list(dir.path(), vec![], &Options::default()));
}

#[divan::bench]
fn listing_floor_one_thread(bencher: divan::Bencher<'_, '_>) {
    let dir = tree();
    bencher.bench_local(|| count(dir.path()));
}

#[divan::bench]
fn opening_a_small_folder(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("x"), "").expect("a file");
    bencher.bench_local(|| repo::open(dir.path(), None));
}

#[divan::bench]
fn git_configuration(bencher: divan::Bencher<'_, '_>) {
    let text = "[remote \"origin\"]\n\turl = https://host.example/x.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n".repeat(200);
    bencher.bench_local(|| git::config::parse(&text));
}
