//! `echo` and `printf`.

use super::super::command::Run;
use super::super::conditions::Tested;
use super::super::state::State;
use super::super::walk::Walk;
use crate::lang::programs::Output;
use crate::lang::shell::ast::Dialect;
use crate::model::{Origin, Piece, Scheme, Word};

impl Walk<'_> {
    pub(super) fn echo(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let mut newline = true;
        let mut escapes = state.dialect != Dialect::Bash;
        let mut rest = args;
        while let Some((first, more)) = rest.split_first() {
            let Some(flags) = first.as_known().and_then(|text| text.strip_prefix('-')) else {
                break;
            };
            let valid = !flags.is_empty() && flags.chars().all(|c| matches!(c, 'n' | 'e' | 'E'));
            if !valid || (state.dialect == Dialect::Dash && flags != "n") {
                break;
            }
            newline &= !flags.contains('n');
            if let Some(last) = flags.chars().rev().find(|c| matches!(c, 'e' | 'E')) {
                escapes = last == 'e';
            }
            rest = more;
        }
        let mut text = Word::default();
        for (i, word) in rest.iter().enumerate() {
            if i > 0 {
                text.push_str(" ");
            }
            text.append(&if escapes {
                unescaped_word(word)
            } else {
                word.clone()
            });
        }
        if newline {
            text.push_str("\n");
        }
        self.print(state, text);
        Tested::status(true)
    }

    /// Sends a text that the shell prints.
    fn print(&mut self, state: &mut State, text: Word) {
        let output = Output {
            origins: text.origins(),
            text: Some(text),
            decoded: vec![],
        };
        self.emit(state, 1, &output);
    }

    pub(super) fn printf(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let mut args = args;
        let mut variable = None;
        loop {
            match args {
                [flag, name, rest @ ..] if flag.as_known() == Some("-v") => {
                    variable = name.as_known().map(str::to_owned);
                    args = rest;
                }
                [flag, rest @ ..] if flag.as_known() == Some("--") => args = rest,
                _ => break,
            }
        }
        let Some((format, args)) = args.split_first() else {
            return Tested::default();
        };
        let text = match format.as_known() {
            Some(known) => {
                let mut text = formatted(known, args);
                super::super::channel::add_origins(&mut text.from, &format.from);
                text
            }
            None => {
                let mut text = format.clone();
                args.iter().for_each(|arg| text.append(arg));
                Word::unknown_from(crate::model::Why::Output, text.origins())
            }
        };
        match variable {
            Some(name) => match name.strip_suffix(']').and_then(|n| n.split_once('[')) {
                Some((name, index)) => {
                    self.hidden_code(state, &Word::known(index), run.place.span);
                    state.set(name, text);
                }
                None => state.set(&name, text),
            },
            None => self.print(state, text),
        }
        Tested::status(true)
    }
}

/// A word with the escapes of `echo -e` decoded.
fn unescaped_word(word: &Word) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for piece in &word.pieces {
        match piece {
            Piece::Known(text) => {
                let (text, hidden) = unescape(text);
                out.push_str(&text);
                if hidden {
                    super::super::channel::add_origins(&mut out.from, &[Origin::Decoded(Scheme::Escapes)]);
                }
            }
            piece => out.push(piece.clone()),
        }
    }
    out
}

/// Decodes backslash escapes. The flag says that an escape hid a printable character.
pub(in super::super) fn unescape(text: &str) -> (String, bool) {
    let mut bytes: Vec<u8> = vec![];
    let mut hidden = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let Some(next) = chars.next() else {
            bytes.push(b'\\');
            break;
        };
        let mut number = |first: Option<char>, base: u32, most: usize| -> Option<u32> {
            let mut value = first.and_then(|c| c.to_digit(base));
            let mut count = usize::from(value.is_some());
            while count < most {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(base)) else {
                    break;
                };
                value = Some(value.unwrap_or(0).wrapping_mul(base).wrapping_add(digit));
                chars.next();
                count += 1;
            }
            value
        };
        let decoded = match next {
            'n' => b'\n',
            't' => b'\t',
            'r' => b'\r',
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'v' => 11,
            'e' | 'E' => 27,
            '\\' => b'\\',
            '"' => b'"',
            '\'' => b'\'',
            'c' => break,
            'x' => match number(None, 16, 2) {
                Some(value) => {
                    hidden |= (0x20..0x7f).contains(&value);
                    u8::try_from(value & 0xff).unwrap_or(0)
                }
                None => {
                    bytes.extend_from_slice(b"\\x");
                    continue;
                }
            },
            'u' | 'U' => {
                let most = if next == 'u' { 4 } else { 8 };
                if let Some(c) = number(None, 16, most).and_then(char::from_u32) {
                    hidden = true;
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                continue;
            }
            '0'..='7' => {
                let first = if next == '0' { None } else { Some(next) };
                let value = number(first, 8, 3).unwrap_or(0);
                hidden |= (0x20..0x7f).contains(&value);
                u8::try_from(value & 0xff).unwrap_or(0)
            }
            other => {
                bytes.push(b'\\');
                bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        bytes.push(decoded);
    }
    (String::from_utf8_lossy(&bytes).into_owned(), hidden)
}

/// What `printf` makes of a format: it starts again as long as arguments are left.
fn formatted(format: &str, args: &[Word]) -> Word {
    let mut out = Word::default();
    let mut args = args.iter();
    for _ in 0..1024 {
        let before = args.len();
        once(format, &mut args, &mut out);
        if args.len() == 0 || args.len() == before {
            break;
        }
    }
    out
}

fn once<'w>(format: &str, args: &mut impl Iterator<Item = &'w Word>, out: &mut Word) {
    let mut literal = String::new();
    let mut chars = format.chars().peekable();
    let flush = |literal: &mut String, out: &mut Word| {
        let (text, hidden) = unescape(literal);
        literal.clear();
        out.push_str(&text);
        if hidden {
            super::super::channel::add_origins(&mut out.from, &[Origin::Decoded(Scheme::Escapes)]);
        }
    };
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            if c == '\\'
                && let Some(next) = chars.next()
            {
                literal.push(next);
            }
            continue;
        }
        let mut spec = String::new();
        let mut widths = vec![];
        let letter = loop {
            match chars.next() {
                Some('*') => {
                    let width = args.next().and_then(Word::as_known).unwrap_or("").to_owned();
                    widths.push(width.clone());
                    spec.push_str(&width);
                }
                Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | ' ' | '#' | '.' | '\'') => {
                    spec.push(c)
                }
                Some('(') => {
                    for c in chars.by_ref() {
                        if c == ')' {
                            break;
                        }
                    }
                }
                Some(c) => break c,
                None => {
                    literal.push('%');
                    break '\0';
                }
            }
        };
        if letter == '\0' {
            break;
        }
        flush(&mut literal, out);
        if letter == '%' {
            out.push_str("%");
            continue;
        }
        let empty = Word::default();
        let arg = args.next().unwrap_or(&empty);
        match letter {
            'b' => out.append(&unescaped_word(arg)),
            'q' => match arg.as_known() {
                Some(text)
                    if text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_./-=:,@%+".contains(c))
                        && !text.is_empty() =>
                {
                    out.append(arg);
                }
                _ => {
                    // Quoting keeps the words of an unknown text together.
                    out.push_str("'");
                    out.append(&quoted(arg));
                    out.push_str("'");
                }
            },
            'c' => {
                let first: String = arg.as_known().unwrap_or("").chars().take(1).collect();
                out.push_str(&first);
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => out.append(&number(arg, letter, &spec)),
            _ => out.append(&padded(arg, &spec)),
        }
    }
    flush(&mut literal, out);
}

fn quoted(arg: &Word) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: arg.from.clone(),
    };
    for piece in &arg.pieces {
        match piece {
            Piece::Known(text) => out.push_str(&text.replace('\'', "'\\''")),
            piece => out.push(piece.clone()),
        }
    }
    out
}

fn number(arg: &Word, letter: char, spec: &str) -> Word {
    let Some(text) = arg.as_known() else {
        return arg.clone();
    };
    let value = match text.strip_prefix(['\'', '"']) {
        Some(rest) => rest.chars().next().map(|c| i64::from(u32::from(c))),
        None if text.is_empty() => Some(0),
        None => match text.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16).ok(),
            None if text.len() > 1 && text.starts_with('0') => i64::from_str_radix(text, 8).ok(),
            None => text.parse().ok(),
        },
    };
    let Some(value) = value else {
        return Word::known("0");
    };
    let width = spec.trim_start_matches(['-', '+', ' ', '#']);
    let zero = width.starts_with('0') || width.starts_with('.');
    let width: usize = width.trim_start_matches(['0', '.']).parse().unwrap_or(0).min(64);
    let digits = match letter {
        'x' => format!("{value:x}"),
        'X' => format!("{value:X}"),
        'o' => format!("{value:o}"),
        _ => value.to_string(),
    };
    Word::known(if zero {
        format!("{digits:0>width$}")
    } else {
        format!("{digits:>width$}")
    })
}

/// `%s` with width and precision.
fn padded(arg: &Word, spec: &str) -> Word {
    let Some(text) = arg.as_known().filter(|_| !spec.is_empty()) else {
        return arg.clone();
    };
    let left = spec.starts_with('-');
    let (width, precision) = match spec.trim_start_matches(['-', '+', ' ', '#', '0']).split_once('.') {
        Some((width, precision)) => (width, precision.parse().ok()),
        None => (spec.trim_start_matches(['-', '+', ' ', '#', '0']), None),
    };
    let text: String = text.chars().take(precision.unwrap_or(usize::MAX)).collect();
    let width: usize = width.parse().unwrap_or(0).min(4096);
    let mut word = Word::known(if left {
        format!("{text:<width$}")
    } else {
        format!("{text:>width$}")
    });
    word.from.clone_from(&arg.from);
    word
}
