//! Any bytes are a `.git` folder: `=== NAME` starts a file of it, of the names below. It is opened as
//! a work tree and at revisions; nothing but an error may come of it.
#![no_main]

use std::fs;
use std::path::PathBuf;

use claude_guard::repo;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 12] = [
    "HEAD",
    "config",
    "packed-refs",
    "index",
    "refs/heads/main",
    "refs/heads/a",
    "commondir",
    "worktrees/w/gitdir",
    "objects/info/alternates",
    "objects/ab/cdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
    "objects/pack/pack-abcdabcdabcdabcdabcdabcdabcdabcdabcdabcd.idx",
    "objects/pack/pack-abcdabcdabcdabcdabcdabcdabcdabcdabcdabcd.pack",
];

fuzz_target!(|bytes: &[u8]| {
    let root: PathBuf = std::env::temp_dir().join(format!("claude-guard-fuzz-{}", std::process::id()));
    let git = root.join(".git");
    let _ = fs::remove_dir_all(&git);
    for name in NAMES {
        fs::create_dir_all(git.join(name).parent().unwrap()).unwrap();
    }
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|four| four == b"=== ") {
        rest = &rest[at + 4..];
        let end = rest.windows(4).position(|four| four == b"=== ").unwrap_or(rest.len());
        let line = rest[..end].iter().position(|byte| *byte == b'\n').unwrap_or(end);
        if let Some(name) = NAMES.iter().find(|name| name.as_bytes() == &rest[..line]) {
            fs::write(git.join(name), &rest[(line + 1).min(end)..end]).unwrap();
        }
    }
    let options = repo::Options { alone: true, ..repo::Options::default() };
    for rev in [None, Some("HEAD"), Some("a~1^2"), Some("abcdabcd")] {
        let options = repo::Options { rev: rev.map(str::to_owned), ..options.clone() };
        let _ = repo::open::open_with(&root, &options);
    }
});
