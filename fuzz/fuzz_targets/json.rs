//! Any bytes are read as JSON; spans lie in the text; the canonical form is JSON and stays as it is.
#![no_main]

use claude_guard::lang::{encoding, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = encoding::decode(bytes).text;
    for document in [json::read(text.as_str()), json::read_with_comments(text.as_str())] {
        for value in document.values() {
            let span = value.span();
            assert!(text.get(span.start..span.end).is_some());
            if let (Some(inner), Some(mapping)) = (value.as_str(), value.mapping()) {
                let up = mapping.up(claude_guard::model::Span::new(0, inner.len()));
                assert!(text.get(up.start..up.end).is_some());
            }
        }
        let canonical = document.root().canonical();
        let again = json::read(canonical.as_str());
        assert!(!again.is_void());
        assert_eq!(again.root().canonical(), canonical);
    }
});
