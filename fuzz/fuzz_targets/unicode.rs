//! Spans of hidden characters lie in the text.
#![no_main]

use claude_guard::lang::unicode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for hidden in unicode::find(text) {
        assert!(text.get(hidden.span.start..hidden.span.end).is_some_and(|part| !part.is_empty()));
    }
    let _ = (unicode::visible(text), unicode::disguise(text));
});
