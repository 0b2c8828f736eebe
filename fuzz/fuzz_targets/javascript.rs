//! Any text is JavaScript and TypeScript: it is lowered, every place lies in its text.
#![no_main]

use claude_guard::lang::javascript;
use claude_guard_fuzz::lowers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    lowers(javascript::lower, text, None);
    lowers(javascript::lower_typescript, text, None);
});
