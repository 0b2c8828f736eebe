//! A decision found in a printed text is written there.
#![no_main]

use claude_guard::lang::decision;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for found in decision::find(text) {
        let written = &text[found.span.start..found.span.end];
        let keys = ["permissionDecision", "decision", "behavior"];
        assert!(keys.iter().any(|key| decision::canonical(key, written) == Some(found.value)));
    }
});
