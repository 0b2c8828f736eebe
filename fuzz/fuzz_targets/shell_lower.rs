//! Any text is a script of each shell: it is lowered within limits, every place lies in its text.
#![no_main]

use claude_guard::lang::shell::{ast::Dialect, lower};
use claude_guard_fuzz::lowers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for shell in [None, Some(Dialect::Bash), Some(Dialect::Zsh)] {
        lowers(lower, text, shell);
    }
});
