//! Acts, sentences and hosts lie in the text.
#![no_main]

use claude_guard::lang::{markdown, prose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reading = prose::read_page(&markdown::read(text));
    let (orders, encoded) = (reading.orders(), prose::encoded(text));
    let spans = reading.marks.iter().map(|mark| mark.span)
        .chain(reading.sentences.iter().copied())
        .chain(reading.hosts.iter().map(|host| host.span))
        .chain(orders.iter().map(|order| order.span))
        .chain(encoded.iter().map(|found| found.span));
    for span in spans {
        assert!(text.get(span.start..span.end).is_some());
    }
});
