//! Encodings that scripts hide text in, decoded with bounds.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 in either alphabet, with or without padding; other characters are passed over, as Node and
/// Python do.
#[must_use]
pub fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let url = text.iter().any(|b| matches!(b, b'-' | b'_'));
    let clean: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_'))
        .map(|b| match (url, b) {
            (true, b'+') => b'-',
            (true, b'/') => b'_',
            (_, b) => b,
        })
        .collect();
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = if url {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    let end = if clean.len() % 4 == 1 {
        clean.len() - 1
    } else {
        clean.len()
    };
    GeneralPurpose::new(alphabet, config)
        .decode(clean.get(..end)?)
        .ok()
}

/// Base32 of RFC 4648.
#[must_use]
pub fn base32(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![];
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.iter().filter(|b| !b.is_ascii_whitespace() && **b != b'=') {
        let digit = match byte.to_ascii_uppercase() {
            b @ b'A'..=b'Z' => b - b'A',
            b @ b'2'..=b'7' => b - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(digit)) & 0xffff;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff).to_le_bytes()[0]);
        }
    }
    Some(out)
}

/// Base85 of Python's `b85decode` (`false`) or Ascii85 (`true`).
#[must_use]
pub fn base85(text: &[u8], ascii85: bool) -> Option<Vec<u8>> {
    const DIGITS: &[u8] =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let mut out = vec![];
    let mut group: Vec<u32> = vec![];
    let finish = |group: &mut Vec<u32>, out: &mut Vec<u8>| -> Option<()> {
        let missing = 5 - group.len();
        group.resize(5, 84);
        let value = group
            .iter()
            .try_fold(0u64, |sum, d| sum.checked_mul(85)?.checked_add(u64::from(*d)))?;
        let bytes = u32::try_from(value).ok()?.to_be_bytes();
        out.extend_from_slice(bytes.get(..4 - missing.min(4))?);
        group.clear();
        Some(())
    };
    for byte in text.iter().filter(|b| !b.is_ascii_whitespace()) {
        match byte {
            b'~' if ascii85 && out.is_empty() && group.is_empty() => continue,
            b'~' if ascii85 => break,
            b'<' if ascii85 && out.is_empty() && group.is_empty() => continue,
            b'z' if ascii85 && group.is_empty() => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' if ascii85 => group.push(u32::from(byte - b'!')),
            _ if !ascii85 => group.push(u32::try_from(DIGITS.iter().position(|d| d == byte)?).ok()?),
            _ => {}
        }
        if group.len() == 5 {
            finish(&mut group, &mut out)?;
        }
    }
    if group.len() > 1 {
        finish(&mut group, &mut out)?;
    }
    Some(out)
}

/// Hexadecimal digits; white space is passed over.
#[must_use]
pub fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace() && *b != b':')
        .collect();
    if digits.is_empty() {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            Some((high << 4 | low).to_le_bytes()[0])
        })
        .collect()
}

/// Letters moved on by 13.
#[must_use]
pub fn rot13(text: &str) -> String {
    text.chars()
        .map(|c| {
            let turn = |base: u8| char::from((c.to_string().as_bytes()[0] - base + 13) % 26 + base);
            match c {
                'a'..='z' => turn(b'a'),
                'A'..='Z' => turn(b'A'),
                c => c,
            }
        })
        .collect()
}

/// `%41` escapes of URLs.
#[must_use]
pub fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes
            .get(at + 1..at + 3)
            .and_then(|p| std::str::from_utf8(p).ok());
        match pair
            .and_then(|p| u8::from_str_radix(p, 16).ok())
            .filter(|_| *byte == b'%')
        {
            Some(code) => {
                out.push(code);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_the_interpreters_decode() {
        assert_eq!(base64(b"aGVs\nbG8").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64(b"-_8=").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(base32(b"NBSWY3DP").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base85(b"Xk~0{Zv", false).as_deref(), Some(&b"hello"[..]));
        assert_eq!(base85(b"<~BOu!rDZ~>", true).as_deref(), Some(&b"hello"[..]));
        assert_eq!(hex(b"68 65").as_deref(), Some(&b"he"[..]));
        assert_eq!(hex(b"zz"), None);
        assert_eq!(rot13("Uryyb, 1!"), "Hello, 1!");
        assert_eq!(percent("a%2Fb%"), "a/b%");
    }
}
