//! Bytes to text, as Claude Code reads its files. Never fails.
//!
//! Measured, client 2.1.329: hooks run from settings with a byte order mark, in UTF-16LE with a mark,
//! and with invalid UTF-8, which becomes U+FFFD.

/// How bytes were taken for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16, low byte first, by its mark.
    Utf16Le,
    /// UTF-16, high byte first, by its mark.
    Utf16Be,
}

/// A decoded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without a byte order mark.
    pub text: String,
    /// Whether there was a byte order mark.
    pub bom: bool,
    /// The encoding.
    pub encoding: Encoding,
    /// Bytes that are no text of the encoding were replaced by U+FFFD.
    pub invalid: bool,
    /// The text holds U+0000: probably no text at all.
    pub nul: bool,
}

/// Decodes the bytes of a file.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let (encoding, body) = match bytes {
        [0xff, 0xfe, body @ ..] => (Encoding::Utf16Le, body),
        [0xfe, 0xff, body @ ..] => (Encoding::Utf16Be, body),
        [0xef, 0xbb, 0xbf, body @ ..] => (Encoding::Utf8, body),
        body => (Encoding::Utf8, body),
    };
    let (text, invalid) = match encoding {
        Encoding::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (String::from_utf8_lossy(body).into_owned(), true),
        },
        Encoding::Utf16Le => utf16(body, u16::from_le_bytes),
        Encoding::Utf16Be => utf16(body, u16::from_be_bytes),
    };
    Decoded {
        nul: text.contains('\0'),
        text,
        bom: body.len() < bytes.len(),
        encoding,
        invalid,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, bool) {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut invalid = !odd.is_empty();
    let mut text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|c| {
            c.unwrap_or_else(|_| {
                invalid = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, invalid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_are_removed_and_named() {
        let decoded = decode(b"\xef\xbb\xbf{}");
        assert_eq!(
            (decoded.text.as_str(), decoded.bom, decoded.encoding),
            ("{}", true, Encoding::Utf8)
        );
        let decoded = decode(b"\xff\xfe{\0}\0");
        assert_eq!(
            (decoded.text.as_str(), decoded.bom, decoded.encoding),
            ("{}", true, Encoding::Utf16Le)
        );
        assert_eq!(decode(b"\xfe\xff\0{\0}").text, "{}");
    }

    #[test]
    fn invalid_bytes_are_replaced_and_told() {
        let decoded = decode(b"a\xffb");
        assert_eq!((decoded.text.as_str(), decoded.invalid), ("a\u{fffd}b", true));
        let decoded = decode(b"\xff\xfe\x00\xd8a");
        assert_eq!(
            (decoded.text.as_str(), decoded.invalid),
            ("\u{fffd}\u{fffd}", true)
        );
        assert!(decode(b"a\0b").nul);
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_that_reads_as_itself(bytes in any::<Vec<u8>>(), mark in 0..4usize) {
            let marks: [&[u8]; 4] = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
            let decoded = decode(&[marks[mark], &bytes].concat());
            prop_assert_eq!(decoded.nul, decoded.text.contains('\0'));
            if !decoded.text.starts_with('\u{feff}') {
                let again = decode(decoded.text.as_bytes());
                prop_assert_eq!((again.text, again.invalid, again.bom), (decoded.text, false, false));
            }
        }

        #[test]
        fn text_comes_back_from_each_encoding(text in any::<String>()) {
            let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
            for (mark, body) in [
                (&b"\xef\xbb\xbf"[..], text.as_bytes().to_vec()),
                (b"\xff\xfe", wide(u16::to_le_bytes)),
                (b"\xfe\xff", wide(u16::to_be_bytes)),
            ] {
                let decoded = decode(&[mark, &body].concat());
                prop_assert_eq!((&decoded.text, decoded.bom, decoded.invalid), (&text, true, false));
            }
        }
    }
}
