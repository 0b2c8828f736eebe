//! Characters and lines put in another order or replaced.

use super::super::arguments::Arguments;
use super::operands;
use super::print::escapes;
use crate::model::Scheme;

type Output = Option<(String, Option<Scheme>)>;

pub(super) fn rev(_: &Arguments<'_>, input: &str) -> Output {
    let lines: Vec<String> = input
        .split('\n')
        .map(|line| line.chars().rev().collect())
        .collect();
    Some((lines.join("\n"), Some(Scheme::Reversed)))
}

pub(super) fn tac(all: &Arguments<'_>, input: &str) -> Output {
    if all.has("-s --separator -r --regex -b --before") {
        return None;
    }
    let mut text: String = input
        .split_inclusive('\n')
        .rev()
        .map(|l| {
            if l.ends_with('\n') {
                l.to_owned()
            } else {
                format!("{l}\n")
            }
        })
        .collect();
    if !input.ends_with('\n') {
        text.truncate(text.trim_end_matches('\n').len());
    }
    Some((text, Some(Scheme::Reversed)))
}

pub(super) fn tr(all: &Arguments<'_>, input: &str) -> Output {
    let sets = operands(all);
    let complement = all.has("-c -C --complement");
    let first = set(sets.first()?)?;
    let inside = |c: char| first.contains(&c) != complement;
    if all.has("-d --delete") {
        return Some((input.chars().filter(|c| !inside(*c)).collect(), None));
    }
    let Some(second) = sets.get(1) else {
        if !all.has("-s --squeeze-repeats") {
            return None;
        }
        let mut out = String::new();
        for c in input.chars() {
            if !(inside(c) && out.ends_with(c)) {
                out.push(c);
            }
        }
        return Some((out, None));
    };
    if all.has("-s --squeeze-repeats") {
        return None;
    }
    let second = set(second)?;
    let last = *second.last()?;
    let replace = |c: char| {
        if !inside(c) {
            return c;
        }
        let at = if complement {
            usize::MAX
        } else {
            first.iter().rposition(|f| *f == c).unwrap_or(usize::MAX)
        };
        second.get(at).copied().unwrap_or(last)
    };
    let text: String = input.chars().map(replace).collect();
    // Case and white space are ordinary; letters for other letters hide a text.
    let plain = input
        .chars()
        .zip(text.chars())
        .all(|(a, b)| a.eq_ignore_ascii_case(&b) || !a.is_ascii_alphanumeric() || !b.is_ascii_alphanumeric());
    Some((text, (!plain).then_some(Scheme::Substituted)))
}

/// The characters of a `tr` set in order.
fn set(text: &str) -> Option<Vec<char>> {
    type Class = (&'static str, fn(char) -> bool);
    let classes: &[Class] = &[
        ("[:upper:]", |c| c.is_ascii_uppercase()),
        ("[:lower:]", |c| c.is_ascii_lowercase()),
        ("[:digit:]", |c| c.is_ascii_digit()),
        ("[:alpha:]", |c| c.is_ascii_alphabetic()),
        ("[:alnum:]", |c| c.is_ascii_alphanumeric()),
        ("[:space:]", |c| c.is_ascii_whitespace() || c == '\u{b}'),
        ("[:blank:]", |c| matches!(c, ' ' | '\t')),
        ("[:punct:]", |c| c.is_ascii_punctuation()),
        ("[:cntrl:]", |c| c.is_ascii_control()),
        ("[:print:]", |c| c == ' ' || c.is_ascii_graphic()),
        ("[:graph:]", |c| c.is_ascii_graphic()),
        ("[:xdigit:]", |c| c.is_ascii_hexdigit()),
    ];
    let text = escapes(text);
    let mut out = vec![];
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((name, test)) = classes.iter().find(|(name, _)| rest.starts_with(name)) {
            out.extend((0..=127u8).map(char::from).filter(|c| test(*c)));
            rest = rest.get(name.len()..)?;
            continue;
        }
        let mut ahead = rest.get(c.len_utf8()..)?.chars();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(end)) if end >= c => {
                if u32::from(end) - u32::from(c) > 0xFFFF {
                    return None;
                }
                out.extend(c..=end);
                rest = rest.get(c.len_utf8() + 1 + end.len_utf8()..)?;
            }
            _ => {
                out.push(c);
                rest = rest.get(c.len_utf8()..)?;
            }
        }
    }
    Some(out)
}

/// One or more `s` commands with plain texts; anything else is not computed.
pub(super) fn sed(all: &Arguments<'_>, input: &str) -> Output {
    let mut scripts: Vec<&str> = all
        .given
        .iter()
        .filter(|g| matches!(g.kind, super::super::page::Kind::Code))
        .filter_map(|g| g.value.as_known())
        .collect();
    if scripts.is_empty() || all.has("-n --quiet --silent -i --in-place -z -s") {
        return None;
    }
    let mut text = input.to_owned();
    let many: Vec<&str> = scripts.drain(..).flat_map(|s| s.split(['\n'])).collect();
    for script in many {
        let mut lines: Vec<String> = text.split('\n').map(ToOwned::to_owned).collect();
        let body = script.trim().strip_prefix('s')?;
        let mark = body.chars().next()?;
        let parts: Vec<&str> = body.get(mark.len_utf8()..)?.split(mark).collect();
        let [pattern, replacement, flags] = parts.as_slice() else {
            return None;
        };
        if !matches!(*flags, "" | "g") || replacement.contains(['\\', '&']) {
            return None;
        }
        let pattern = basic_regex(pattern, all.has("-E -r --regexp-extended"))?;
        for line in &mut lines {
            *line = if *flags == "g" {
                pattern
                    .replace_all(line, regex::NoExpand(replacement))
                    .into_owned()
            } else {
                pattern.replace(line, regex::NoExpand(replacement)).into_owned()
            };
        }
        text = lines.join("\n");
        if text.len() > input.len().saturating_mul(64).max(1 << 16) {
            return None;
        }
    }
    let changed = text != input;
    Some((text, changed.then_some(Scheme::Substituted)))
}

/// A basic or extended expression of sed as one of ours, where they agree.
fn basic_regex(pattern: &str, extended: bool) -> Option<regex::Regex> {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                c @ ('.' | '*' | '[' | ']' | '^' | '$' | '\\' | '/' | '-') => out.extend(['\\', c]),
                c @ ('+' | '?' | '(' | ')' | '{' | '}' | '|') if extended => out.extend(['\\', c]),
                c @ ('+' | '?' | '(' | ')' | '{' | '}' | '|') => out.push(c),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                _ => return None,
            },
            c @ ('+' | '?' | '(' | ')' | '{' | '}' | '|') if !extended => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    regex::RegexBuilder::new(&out).size_limit(1 << 18).build().ok()
}
