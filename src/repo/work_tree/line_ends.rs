//! git's conversion of line ends at a checkout, undone.

use git2::{ObjectType, Oid};

/// The bytes that git would have written out as `bytes` with its conversion to CR LF: `None` where it
/// cannot have made them (a line feed or a carriage return alone, a NUL, or no line end at all; git leaves
/// a text that holds a carriage return as it is, gitattributes(5)).
pub(super) fn converted(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|b| matches!(b, b'\r' | b'\n' | 0));
        let Some(at) = at else {
            out.extend_from_slice(rest);
            return (out.len() < bytes.len()).then_some(out);
        };
        out.extend_from_slice(rest.get(..at)?);
        rest = rest.get(at..)?.strip_prefix(b"\r\n")?;
        out.push(b'\n');
    }
}

/// Whether `bytes` are the file with this object id.
pub(super) fn is_object(bytes: &[u8], id: [u8; 20]) -> bool {
    Oid::hash_object(ObjectType::Blob, bytes).is_ok_and(|found| found.as_bytes() == id)
}

#[cfg(test)]
mod tests {
    use super::converted;

    #[test]
    fn only_what_git_can_have_written_is_undone() {
        assert_eq!(converted(b"a\r\nb\r\n"), Some(b"a\nb\n".to_vec()));
        assert_eq!(converted(b"a\r\nb"), Some(b"a\nb".to_vec()));
        for mixed in [&b"a\r\nb\n"[..], b"a\rb\r\n", b"a\0\r\n", b"a\n", b"", b"a\r"] {
            assert_eq!(converted(mixed), None, "{mixed:?}");
        }
    }
}
