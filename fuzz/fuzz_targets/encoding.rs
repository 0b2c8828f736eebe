//! Any bytes are text: what is decoded again stays as it is, and what was valid comes back.
#![no_main]

use claude_guard::lang::encoding::{Encoding, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let decoded = decode(bytes);
    if !decoded.text.starts_with('\u{feff}') {
        let again = decode(decoded.text.as_bytes());
        assert!(again.text == decoded.text && !again.invalid && !again.bom);
    }
    if !decoded.invalid {
        let body: Vec<u8> = match decoded.encoding {
            Encoding::Utf8 => decoded.text.bytes().collect(),
            Encoding::Utf16Le => decoded.text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => decoded.text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        };
        assert!(bytes.ends_with(&body));
    }
});
