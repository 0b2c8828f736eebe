//! File names as bytes and as text: a name that is not UTF-8 has its odd bytes written `\xNN`.

use std::borrow::Cow;

/// The name as text. In a name that is not UTF-8 a backslash is escaped too, so that two odd names never
/// read the same.
pub(super) fn escaped(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(name.utf8_chunks().fold(String::new(), |mut out, chunk| {
            out.push_str(&chunk.valid().replace('\\', "\\x5c"));
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
            out
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_bytes_are_escaped_and_never_collide_among_themselves() {
        assert_eq!(escaped(b"plain\\x"), "plain\\x");
        assert_eq!(escaped(b"a\xffb"), "a\\xffb");
        assert_eq!(escaped(b"\\xff\xff"), "\\x5cxff\\xff");
    }
}
