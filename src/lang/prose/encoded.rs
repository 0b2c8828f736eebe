//! Encoded text that a person cannot read at a glance.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::model::{Scheme, Span};

/// A text that stands encoded in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Where.
    pub span: Span,
    /// How.
    pub scheme: Scheme,
    /// What it says.
    pub text: String,
}

/// Bytes of one encoded text that are decoded.
const LIMIT: usize = 64 << 10;

/// Every run of base64 or hexadecimal digits that decodes to readable text with words in it.
#[must_use]
pub fn encoded(text: &str) -> Vec<Encoded> {
    let mut found = vec![];
    let mut start = 0;
    let digit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let bytes = text.as_bytes();
    while start < bytes.len() {
        let run = bytes
            .get(start..)
            .unwrap_or(&[])
            .iter()
            .position(|b| !digit(*b))
            .unwrap_or(bytes.len() - start);
        let end = start + run;
        if (20..LIMIT).contains(&run)
            && let Some((scheme, decoded)) = text.get(start..end).and_then(decode)
        {
            found.push(Encoded {
                span: Span::new(start, end),
                scheme,
                text: decoded,
            });
        }
        start = end + 1;
    }
    found
}

fn decode(run: &str) -> Option<(Scheme, String)> {
    if run.len().is_multiple_of(2) && run.bytes().all(|b| b.is_ascii_hexdigit()) {
        let bytes = run.as_bytes().as_chunks::<2>().0.iter().filter_map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        });
        return readable(bytes.collect()).map(|text| (Scheme::Hex, text));
    }
    let bytes = STANDARD_NO_PAD
        .decode(run)
        .or_else(|_| URL_SAFE_NO_PAD.decode(run))
        .ok()?;
    readable(bytes).map(|text| (Scheme::Base64, text))
}

/// The bytes as text, if they look like words.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t' | '\r');
    let good = text.chars().all(plain) && text.contains([' ', '/', '.']);
    good.then_some(text)
}
