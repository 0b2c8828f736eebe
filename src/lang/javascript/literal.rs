//! Constants of JavaScript: strings with escapes, numbers.

/// The value of a string or template body, and whether it was spelled in escapes that hide it.
#[must_use]
pub fn unescape(body: &str) -> (String, bool) {
    let mut out = String::with_capacity(body.len());
    let mut hidden = 0;
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(escape) = chars.next() else { break };
        match escape {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            '\n' => {}
            '\r' => {
                chars.next_if_eq(&'\n');
            }
            'x' | 'u' => {
                let code = if escape == 'u' && chars.next_if_eq(&'{').is_some() {
                    let digits: String =
                        std::iter::from_fn(|| chars.next_if(char::is_ascii_hexdigit)).collect();
                    chars.next_if_eq(&'}');
                    u32::from_str_radix(&digits, 16).ok()
                } else {
                    digits(&mut chars, 16, if escape == 'x' { 2 } else { 4 }, 0)
                };
                let mut code = code.unwrap_or(0xfffd);
                // A pair of surrogates is one character.
                if (0xd800..0xdc00).contains(&code) {
                    let mut ahead = chars.clone();
                    if ahead.next() == Some('\\')
                        && ahead.next() == Some('u')
                        && let Some(low @ 0xdc00..0xe000) = digits(&mut ahead, 16, 4, 0)
                    {
                        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                        chars = ahead;
                    }
                }
                hidden += usize::from((0x20..0x7f).contains(&code));
                out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            '0'..='7' => {
                let code = digits(&mut chars, 8, 2, escape.to_digit(8).unwrap_or(0)).unwrap_or(0);
                hidden += usize::from((0x20..0x7f).contains(&code));
                out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            other => out.push(other),
        }
    }
    (out, hidden > 2)
}

fn digits(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    radix: u32,
    most: usize,
    start: u32,
) -> Option<u32> {
    let mut code = start;
    for _ in 0..most {
        let Some(digit) = chars.next_if(|c| c.is_digit(radix)) else {
            break;
        };
        code = code * radix + digit.to_digit(radix)?;
    }
    Some(code)
}

/// The value of a number as JavaScript and Python spell them.
#[must_use]
pub fn number(text: &str) -> f64 {
    let text: String = text
        .chars()
        .filter(|c| *c != '_')
        .collect::<String>()
        .to_ascii_lowercase();
    let text = text.trim_end_matches(['n', 'j', 'l']);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return u64::from_str_radix(rest, radix).map_or(f64::NAN, |n| n as f64);
        }
    }
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_the_engine_reads_them() {
        assert_eq!(unescape(r"a\x62\u0063\u{64}\145").0, "abcde");
        assert_eq!(unescape(r"\uD83D\uDE00"), ("😀".to_owned(), false));
        assert_eq!(unescape("a\\\nb\\q\\"), ("abq".to_owned(), false));
        assert!(unescape(r"\x63\x75\x72\x6c").1);
    }

    #[test]
    fn numbers_of_every_radix() {
        assert_eq!(number("0xFF"), 255.0);
        assert_eq!(number("1_000n"), 1000.0);
        assert_eq!(number("0b101"), 5.0);
        assert_eq!(number("2.5e1"), 25.0);
    }
}
