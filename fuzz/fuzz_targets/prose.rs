//! Acts, sentences and hosts lie in the text.
#![no_main]

use claude_guard::lang::{markdown, prose};
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reading = prose::read_page(&markdown::read(text));
    inside(text, reading.marks.iter().map(|mark| mark.span));
    inside(text, reading.sentences.iter().copied());
    inside(text, reading.hosts.iter().map(|host| host.span));
    inside(text, reading.orders().iter().map(|order| order.span));
    inside(text, prose::encoded(text).iter().map(|found| found.span));
});
