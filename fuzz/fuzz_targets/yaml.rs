//! Any text is read as YAML and TOML; spans lie in the text.
#![no_main]

use claude_guard::lang::{toml, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for document in [yaml::read(text), toml::read(text)] {
        for value in document.values() {
            let span = value.span();
            assert!(text.get(span.start..span.end).is_some());
            let _ = (value.mapping(), value.key_span());
        }
        let _ = document.root().canonical();
    }
});
