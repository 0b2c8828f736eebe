//! Programs that print their operands.

use super::super::arguments::Arguments;
use super::{operands, option};
use crate::model::{Scheme, Word};

type Output = Option<(String, Option<Scheme>)>;

/// Backslash escapes as `printf` and `echo -e` read them. Bytes that are no UTF-8 become U+FFFD.
#[must_use]
pub fn escapes(text: &str) -> String {
    decode_escapes(text, false).0
}

/// The text, whether a number escape was decoded, and whether `\c` ended it.
fn decode_escapes(text: &str, zero_first: bool) -> (String, bool, bool) {
    let mut bytes: Vec<u8> = vec![];
    let mut numbers = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let Some(next) = chars.next() else {
            bytes.push(b'\\');
            break;
        };
        let mut digits = |radix: u32, most: usize, first: Option<u32>| {
            let mut value = first.unwrap_or(0);
            let mut n = 0;
            while n < most {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else {
                    break;
                };
                value = value.wrapping_mul(radix).wrapping_add(digit);
                n += 1;
                chars.next();
            }
            (value, n)
        };
        match next {
            'n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            'r' => bytes.push(b'\r'),
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'v' => bytes.push(11),
            'e' | 'E' => bytes.push(27),
            '\\' => bytes.push(b'\\'),
            '"' => bytes.push(b'"'),
            '\'' => bytes.push(b'\''),
            'c' => return (String::from_utf8_lossy(&bytes).into_owned(), numbers, true),
            'x' => {
                let (value, n) = digits(16, 2, None);
                if n == 0 {
                    bytes.extend(b"\\x");
                } else {
                    numbers = true;
                    bytes.push(u8::try_from(value & 0xFF).unwrap_or(0));
                }
            }
            'u' | 'U' => {
                let (value, _) = digits(16, if next == 'u' { 4 } else { 8 }, None);
                numbers = true;
                let c = char::from_u32(value).unwrap_or('\u{FFFD}');
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            '0' => {
                let (value, _) = digits(8, 3, None);
                numbers = true;
                bytes.push(u8::try_from(value & 0xFF).unwrap_or(0));
            }
            '1'..='7' if !zero_first => {
                let (value, _) = digits(8, 2, next.to_digit(8));
                numbers = true;
                bytes.push(u8::try_from(value & 0xFF).unwrap_or(0));
            }
            other => {
                bytes.push(b'\\');
                bytes.extend(other.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    (String::from_utf8_lossy(&bytes).into_owned(), numbers, false)
}

pub(super) fn printf(all: &Arguments<'_>, _: &str) -> Output {
    let words = operands(all);
    let (text, numbers) = format_printf(&words)?;
    Some((text, numbers.then_some(Scheme::Escapes)))
}

/// What `printf FORMAT ARGUMENTS…` prints, and whether characters were given by number.
#[must_use]
pub fn format_printf(words: &[&str]) -> Option<(String, bool)> {
    let (format, arguments) = words.split_first()?;
    let mut left = arguments.iter();
    let mut out = String::new();
    let mut numbers = false;
    for _ in 0..1000 {
        let before = left.len();
        let mut chars = format.chars().peekable();
        let mut literal = String::new();
        let flush = |literal: &mut String, out: &mut String, numbers: &mut bool| {
            let (text, by_number, ends) = decode_escapes(literal, false);
            out.push_str(&text);
            *numbers |= by_number;
            literal.clear();
            ends
        };
        while let Some(c) = chars.next() {
            if c == '\\' {
                literal.push(c);
                literal.extend(chars.next());
                continue;
            }
            if c != '%' {
                literal.push(c);
                continue;
            }
            if chars.peek() == Some(&'%') {
                chars.next();
                literal.push('%');
                continue;
            }
            if flush(&mut literal, &mut out, &mut numbers) {
                return Some((out, numbers));
            }
            let mut flags = String::new();
            while let Some(c) =
                chars.next_if(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | ' ' | '.' | '#'))
            {
                flags.push(c);
            }
            let argument = left.next().copied();
            let text = argument.unwrap_or("");
            match chars.next()? {
                's' => out.push_str(&pad(text, &flags)?),
                'b' => {
                    let (text, by_number, ends) = decode_escapes(text, false);
                    numbers |= by_number;
                    out.push_str(&text);
                    if ends {
                        return Some((out, numbers));
                    }
                }
                'd' | 'i' | 'u' => out.push_str(&pad(&integer(text)?.to_string(), &flags)?),
                'c' => out.extend(text.chars().next()),
                'x' => out.push_str(&pad(&format!("{:x}", integer(text)?), &flags)?),
                'X' => out.push_str(&pad(&format!("{:X}", integer(text)?), &flags)?),
                'o' => out.push_str(&pad(&format!("{:o}", integer(text)?), &flags)?),
                'q' if text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_./-".contains(c)) =>
                {
                    out.push_str(text)
                }
                _ => return None,
            }
        }
        if flush(&mut literal, &mut out, &mut numbers) || left.len() == 0 || left.len() == before {
            return Some((out, numbers));
        }
        if out.len() > 1 << 20 {
            return None;
        }
    }
    None
}

fn integer(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    if let Some(c) = text.strip_prefix(['\'', '"']) {
        return c.chars().next().map(|c| i64::from(u32::from(c)));
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// Width and precision.
fn pad(text: &str, flags: &str) -> Option<String> {
    if flags.is_empty() {
        return Some(text.to_owned());
    }
    let left = flags.contains('-');
    let zero = flags.starts_with('0');
    let flags = flags.trim_start_matches(['-', '+', ' ', '#']);
    let (width, precision) = flags.split_once('.').map_or((flags, None), |(w, p)| (w, Some(p)));
    let cut: String = match precision {
        Some(p) => text.chars().take(p.parse().unwrap_or(0)).collect(),
        None => text.to_owned(),
    };
    let width: usize = if width.is_empty() { 0 } else { width.parse().ok()? };
    if width > 4096 {
        return None;
    }
    let fill: String = std::iter::repeat_n(
        if zero && !left { '0' } else { ' ' },
        width.saturating_sub(cut.chars().count()),
    )
    .collect();
    Some(if left { cut + &fill } else { fill + &cut })
}

pub(super) fn echo(all: &Arguments<'_>, _: &str) -> Output {
    let text = operands(all).join(" ");
    let end = if all.has("-n") { "" } else { "\n" };
    if all.has("-e") {
        let (text, numbers, ends) = decode_escapes(&text, true);
        let end = if ends { "" } else { end };
        return Some((text + end, numbers.then_some(Scheme::Escapes)));
    }
    Some((text + end, None))
}

/// `echo` and `printf` of words that are known in part.
pub(super) fn assembled(name: &str, words: &[&Word], all: &Arguments<'_>) -> Option<Word> {
    let mut out = Word::default();
    match name {
        "echo" => {
            for (i, word) in words.iter().enumerate() {
                if i > 0 {
                    out.push_str(" ");
                }
                out.append(word);
            }
            if !all.has("-n") {
                out.push_str("\n");
            }
        }
        "printf" => {
            let (format, arguments) = words.split_first()?;
            let format = format.as_known()?;
            let mut left = arguments.iter();
            for (i, part) in format.split('%').enumerate() {
                if i == 0 {
                    out.push_str(&escapes(part));
                    continue;
                }
                let rest = part.strip_prefix(['s', 'b'])?;
                if let Some(word) = left.next() {
                    out.append(word);
                }
                out.push_str(&escapes(rest));
            }
            if left.len() > 0 {
                return None;
            }
        }
        _ => return None,
    }
    Some(out)
}

pub(super) fn seq(all: &Arguments<'_>, _: &str) -> Output {
    let numbers: Vec<i64> = operands(all)
        .iter()
        .map(|n| n.parse().ok())
        .collect::<Option<_>>()?;
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] => (*first, *step, *last),
        _ => return None,
    };
    let ends = |n: i64| if step > 0 { n > last } else { n < last };
    if step == 0 || all.has("-f --format -w --equal-width") {
        return None;
    }
    let by = option(all, &["-s", "--separator"]).unwrap_or("\n").to_owned();
    let mut all = vec![];
    let mut n = first;
    while !ends(n) {
        all.push(n.to_string());
        if all.len() > 10_000 {
            return None;
        }
        n = n.checked_add(step)?;
    }
    Some((format!("{}\n", all.join(&by)), None))
}

pub(super) fn dirname(all: &Arguments<'_>, _: &str) -> Output {
    let each = operands(all).into_iter().map(|path| {
        let path = path.trim_end_matches('/');
        match path.rsplit_once('/') {
            Some(("", _)) => "/\n".to_owned(),
            Some((dir, _)) => format!("{}\n", dir.trim_end_matches('/')),
            None => ".\n".to_owned(),
        }
    });
    Some((each.collect(), None))
}

pub(super) fn basename(all: &Arguments<'_>, _: &str) -> Output {
    let words = operands(all);
    let path = words.first()?.trim_end_matches('/');
    let name = path.rsplit('/').next()?;
    let suffix = option(all, &["-s", "--suffix"])
        .or_else(|| words.get(1).copied())
        .unwrap_or("");
    let cut = name
        .strip_suffix(suffix)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name);
    Some((format!("{cut}\n"), None))
}
