//! Any text in any dialect gives a tree; gaps lie in the text.
#![no_main]

use claude_guard::lang::shell::ast::Dialect;
use claude_guard::lang::shell::parse;
use claude_guard::model::Limits;
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Bash, Dialect::Dash, Dialect::Zsh] {
        let script = parse(text, dialect, &Limits::default());
        inside(text, script.gaps.iter().map(|(span, _)| *span));
    }
});
