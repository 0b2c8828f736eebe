//! Any text is read as TOML; spans lie in the text; the canonical form is JSON.
#![no_main]

use claude_guard::lang::{json, toml};
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = toml::read(text);
    for value in document.values() {
        inside(text, [value.span()].into_iter().chain(value.key_span()));
        let _ = (value.mapping(), value.pointer());
    }
    assert!(!json::read(document.root().canonical()).is_void());
});
