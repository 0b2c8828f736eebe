//! String constants of Python.

/// What a string constant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The bytes; text is UTF-8.
    pub bytes: Vec<u8>,
    /// Spelled in escapes that hide it.
    pub hidden: bool,
}

/// The prefix (`rb`, `f`) and the body of a string token.
#[must_use]
pub fn parts(token: &str) -> (String, &str) {
    let quote = token.find(['"', '\'']).unwrap_or(0);
    let prefix = token[..quote].to_ascii_lowercase();
    let rest = &token[quote..];
    let width = if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
        3
    } else {
        1
    };
    (
        prefix,
        rest.get(width..rest.len().saturating_sub(width)).unwrap_or(""),
    )
}

/// The value of a body under its prefix.
#[must_use]
pub fn unescape(prefix: &str, body: &str) -> Literal {
    let bytes_only = prefix.contains('b');
    if prefix.contains('r') {
        return Literal {
            bytes: body.as_bytes().to_vec(),
            hidden: false,
        };
    }
    let mut out: Vec<u8> = Vec::with_capacity(body.len());
    let mut hidden = 0;
    let mut put = |code: u32, out: &mut Vec<u8>| {
        hidden += usize::from((0x20..0x7f).contains(&code));
        if bytes_only {
            out.push(code.to_le_bytes()[0]);
        } else {
            let c = char::from_u32(code).unwrap_or('\u{fffd}');
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    };
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let Some(escape) = chars.next() else {
            out.push(b'\\');
            break;
        };
        let simple = match escape {
            'n' => Some(b'\n'),
            't' => Some(b'\t'),
            'r' => Some(b'\r'),
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'v' => Some(11),
            '\\' | '\'' | '"' => Some(escape.to_string().as_bytes()[0]),
            _ => None,
        };
        if let Some(byte) = simple {
            out.push(byte);
            continue;
        }
        let mut digits = |radix: u32, most: usize, start: u32| {
            let mut code = start;
            for _ in 0..most {
                let Some(digit) = chars.next_if(|c| c.is_digit(radix)) else {
                    break;
                };
                code = code
                    .wrapping_mul(radix)
                    .wrapping_add(digit.to_digit(radix).unwrap_or(0));
            }
            code
        };
        match escape {
            '\n' => {}
            'x' => put(digits(16, 2, 0), &mut out),
            'u' if !bytes_only => put(digits(16, 4, 0), &mut out),
            'U' if !bytes_only => put(digits(16, 8, 0), &mut out),
            '0'..='7' => put(digits(8, 2, escape.to_digit(8).unwrap_or(0)), &mut out),
            other => {
                out.push(b'\\');
                out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    Literal {
        bytes: out,
        hidden: hidden > 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_the_interpreter_reads_them() {
        let text =
            |prefix: &str, body: &str| String::from_utf8_lossy(&unescape(prefix, body).bytes).into_owned();
        assert_eq!(text("", r"\x61\142\u0063\d"), r"abc\d");
        assert_eq!(text("r", r"\x61"), r"\x61");
        assert_eq!(unescape("b", r"\xff\x00").bytes, [0xff, 0]);
        assert_eq!(text("", "a\\\nb"), "ab");
        assert_eq!(text("", r"\u00e9"), "é");
    }

    #[test]
    fn tokens_come_apart() {
        assert_eq!(parts("rb'''a'b'''"), ("rb".to_owned(), "a'b"));
        assert_eq!(parts("\"\""), (String::new(), ""));
        assert_eq!(parts("'"), (String::new(), ""));
    }
}
