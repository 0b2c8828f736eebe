//! `sed` scripts: the commands that read, write or execute.

use super::super::run::Run;
use super::super::start::from_stdin;
use super::super::words::Flat;
use crate::model::effect::WriteAct;
use crate::model::{GapReason, Nature, Place, Word};

/// Adds what the script `word` does besides editing.
pub(in super::super) fn script(run: &mut Run<'_, '_>, word: &Word, place: Place) {
    let flat = Flat::new(word);
    let mut rest = flat.text.as_str();
    let mut steps = 0;
    while let Some(next) = command(run, &flat, rest, place) {
        rest = next;
        steps += 1;
        if rest.is_empty() {
            return;
        }
        if steps > 10_000 {
            run.told = false;
            run.gap(place, GapReason::Limit, "the sed script has too many commands");
            return;
        }
    }
    run.told = false;
    run.gap(place, GapReason::Syntax, "the sed script was not understood");
}

/// One command; returns what follows. `None`: not understood.
fn command<'t>(run: &mut Run<'_, '_>, flat: &Flat, text: &'t str, place: Place) -> Option<&'t str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '}' | '{'));
    if text.is_empty() {
        return Some("");
    }
    if text.starts_with('#') {
        return Some(text.split_once('\n').map_or("", |(_, rest)| rest));
    }
    let mut rest = address(text)?;
    if let Some(after) = rest.strip_prefix(',') {
        rest = address(after.trim_start_matches([' ', '+', '~']))?;
    }
    let rest = rest.trim_start_matches([' ', '\t', '!']);
    let mut chars = rest.chars();
    let Some(name) = chars.next() else { return Some("") };
    let after = chars.as_str();
    let line = |text: &'t str| text.split_once('\n').unwrap_or((text, ""));
    match name {
        '{' | '}' => Some(after),
        's' | 'y' => {
            let mark = after.chars().next()?;
            let body = after.get(mark.len_utf8()..)?;
            let (pattern, body) = until(body, mark)?;
            let (replacement, flags) = until(body, mark)?;
            if name == 'y' {
                return Some(flags);
            }
            substitute_flags(run, flat, (pattern, replacement), flags, place)
        }
        'r' | 'R' => {
            let (file, next) = line(after);
            run.read(&flat.word(file.trim()), place, true, Nature::Stated);
            Some(next)
        }
        'w' | 'W' => {
            let (file, next) = line(after);
            run.write(
                &flat.word(file.trim()),
                place,
                WriteAct::Overwrite,
                Nature::Stated,
            );
            Some(next)
        }
        'e' => {
            let (text, next) = line(after);
            let text = text.trim();
            let shell = if text.is_empty() {
                from_stdin(run.stdin_origins())
            } else {
                flat.word(text)
            };
            run.shell(shell, place, vec![], None);
            Some(next)
        }
        'a' | 'i' | 'c' => {
            let mut rest = after;
            loop {
                let (first, next) = line(rest);
                rest = next;
                if !first.ends_with('\\') || rest.is_empty() {
                    return Some(rest);
                }
            }
        }
        'b' | 't' | 'T' | ':' => Some(
            after
                .find([';', '\n', '}'])
                .map_or("", |i| after.get(i..).unwrap_or("")),
        ),
        'q' | 'Q' | 'l' | 'L' => Some(after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')),
        '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | 'F' => Some(after),
        _ => None,
    }
}

/// Flags of `s`: `e` runs the result, `w` writes it to a file.
fn substitute_flags<'t>(
    run: &mut Run<'_, '_>,
    flat: &Flat,
    (pattern, replacement): (&str, &str),
    flags: &'t str,
    place: Place,
) -> Option<&'t str> {
    for (i, c) in flags.char_indices() {
        let rest = flags.get(i + c.len_utf8()..)?;
        match c {
            'w' => {
                let (file, next) = rest.split_once('\n').unwrap_or((rest, ""));
                run.write(
                    &flat.word(file.trim()),
                    place,
                    WriteAct::Overwrite,
                    Nature::Stated,
                );
                return Some(next);
            }
            'e' => {
                let whole = matches!(pattern, ".*" | "^.*$" | "^" | "$" | ".*$" | "^.*");
                let shell = if whole && !replacement.contains(['&', '\\']) {
                    flat.word(replacement)
                } else {
                    from_stdin(run.stdin_origins())
                };
                run.shell(shell, place, vec![], None);
            }
            'g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9' | ' ' => {}
            ';' | '\n' | '}' | '#' => return flags.get(i..),
            _ => return None,
        }
    }
    Some("")
}

/// The text after an address, if one stands there.
fn address(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let first = text.chars().next();
    let rest = match first {
        Some('0'..='9') => text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '~'),
        Some('$') => text.get(1..)?,
        Some('/') => until(text.get(1..)?, '/')?.1,
        Some('\\') => {
            let mark = text.get(1..)?.chars().next()?;
            until(text.get(1 + mark.len_utf8()..)?, mark)?.1
        }
        _ => return Some(text),
    };
    Some(rest.trim_start_matches(['I', 'M', ' ']))
}

/// Text up to `mark` and after it; a backslash and brackets protect.
fn until(text: &str, mark: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return Some((text.get(..i)?, text.get(i + c.len_utf8()..)?));
        }
    }
    None
}
