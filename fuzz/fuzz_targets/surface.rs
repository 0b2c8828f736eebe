//! Any files are a tree: `=== PATH` starts a file. Its surfaces are read; every place lies in its text.
#![no_main]

use claude_guard::model::clock::Clock;
use claude_guard::model::Sources;
use claude_guard::model::tree::MemoryTree;
use claude_guard::surface;
use claude_guard_fuzz::{limits, placed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut tree = MemoryTree::new();
    for file in text.split("=== ").take(20) {
        let (path, bytes) = file.split_once('\n').unwrap_or((file, ""));
        tree = match path.split_once(" -> ") {
            Some((path, target)) => tree.link(path, target),
            None => tree.file(path, bytes),
        };
    }
    let limits = limits();
    let options = surface::Options { limits: &limits, clock: Clock::default(), scope: surface::Scope::Project };
    let mut sources = Sources::new();
    let surfaced = surface::read(&tree, &mut sources, &options);
    placed(&sources, surfaced.triggers.iter().map(|trigger| trigger.place));
});
