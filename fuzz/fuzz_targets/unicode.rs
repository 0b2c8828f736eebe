//! Spans of hidden characters lie in the text.
#![no_main]

use claude_guard::lang::unicode;
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let hidden = unicode::find(text);
    assert!(hidden.iter().all(|hidden| hidden.span.start < hidden.span.end));
    inside(text, hidden.iter().map(|hidden| hidden.span));
    let _ = (unicode::visible(text), unicode::disguise(text));
});
