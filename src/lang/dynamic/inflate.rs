//! Compressed constants that scripts unpack, bounded.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// Unpacks zlib, gzip or raw DEFLATE data. `None` where it is none of these or gives more than `limit` bytes.
#[must_use]
pub fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = vec![];
    let read = match data {
        [0x1f, 0x8b, ..] => GzDecoder::new(data).take(most).read_to_end(&mut out),
        [0x78, ..] => ZlibDecoder::new(data).take(most).read_to_end(&mut out),
        _ => DeflateDecoder::new(data).take(most).read_to_end(&mut out),
    };
    // What a script would run is of interest even where a checksum at its end is wrong.
    ((read.is_ok() || !out.is_empty()) && !out.is_empty() && out.len() <= limit).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `zlib.compress(b"print('hello hello hello hello')", 9)`, as Python makes it.
    const ZLIB: &[u8] = &[
        120, 218, 43, 40, 202, 204, 43, 209, 80, 207, 72, 205, 201, 201, 87, 192, 32, 213, 53, 1, 195, 83,
        11, 125,
    ];

    #[test]
    fn unpacks_what_python_packed() {
        assert_eq!(
            inflate(ZLIB, 1000).as_deref(),
            Some(&b"print('hello hello hello hello')"[..])
        );
    }

    #[test]
    fn never_gives_more_than_the_limit() {
        assert_eq!(inflate(ZLIB, 8), None);
        assert_eq!(inflate(b"", 8), None);
        assert_eq!(inflate(&[0xff; 64], 1000), None);
    }
}
