//! Any text is a configuration of git; spans lie in the text.
#![no_main]

use claude_guard::repo::git::{config, facts};
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let settings = config::parse(text);
    inside(text, settings.iter().map(|setting| setting.span));
    for setting in &settings {
        assert!(config::last(&settings, &setting.key).is_some());
        let _ = facts::names_program(setting);
    }
});
