//! Lines and columns chosen, sorted or joined.

use super::super::arguments::Arguments;
use super::option;
use super::print::escapes;
use crate::model::Scheme;

type Output = Option<(String, Option<Scheme>)>;

/// The number of `-n 5`, `-5`, `--lines=5`; `None`: a form that is not computed.
fn count(all: &Arguments<'_>, names: &[&str]) -> Option<(char, usize)> {
    let numeric = all
        .given
        .iter()
        .find(|g| g.spelling == "-#")
        .and_then(|g| g.value.as_known());
    let text = option(all, names)
        .or_else(|| numeric.and_then(|n| n.strip_prefix('-')))
        .unwrap_or("10");
    let (sign, digits) = match text.chars().next()? {
        sign @ ('+' | '-') => (sign, text.get(1..)?),
        _ => (' ', text),
    };
    Some((sign, digits.parse().ok()?))
}

pub(super) fn head(all: &Arguments<'_>, input: &str) -> Output {
    if let Some(bytes) = option(all, &["-c", "--bytes"]) {
        let n: usize = bytes.parse().ok()?;
        return Some((input.get(..n.min(input.len()))?.to_owned(), None));
    }
    let (sign, n) = count(all, &["-n", "--lines"])?;
    let lines: Vec<&str> = input.split_inclusive('\n').collect();
    let n = if sign == '-' {
        lines.len().saturating_sub(n)
    } else {
        n
    };
    Some((lines.iter().take(n).copied().collect(), None))
}

pub(super) fn tail(all: &Arguments<'_>, input: &str) -> Output {
    if let Some(bytes) = option(all, &["-c", "--bytes"]) {
        let start = match bytes.strip_prefix('+') {
            Some(n) => n.parse::<usize>().ok()?.saturating_sub(1),
            None => input
                .len()
                .saturating_sub(bytes.trim_start_matches('-').parse().ok()?),
        };
        return Some((input.get(start.min(input.len())..)?.to_owned(), None));
    }
    let (sign, n) = count(all, &["-n", "--lines"])?;
    let lines: Vec<&str> = input.split_inclusive('\n').collect();
    let skip = if sign == '+' {
        n.saturating_sub(1)
    } else {
        lines.len().saturating_sub(n)
    };
    Some((lines.into_iter().skip(skip).collect(), None))
}

pub(super) fn cut(all: &Arguments<'_>, input: &str) -> Output {
    if all.has("--complement --output-delimiter -z") {
        return None;
    }
    let by_field = option(all, &["-f", "--fields"]);
    let list = by_field
        .or_else(|| option(all, &["-c", "--characters"]))
        .or_else(|| option(all, &["-b", "--bytes"]))?;
    let ranges = ranges(list)?;
    let wanted = |n: usize| ranges.iter().any(|(from, to)| (*from..=*to).contains(&n));
    let delimiter = option(all, &["-d", "--delimiter"]).unwrap_or("\t");
    let lines: Vec<String> = input
        .split('\n')
        .map(|line| match by_field {
            None => line
                .chars()
                .enumerate()
                .filter(|(i, _)| wanted(i + 1))
                .map(|(_, c)| c)
                .collect(),
            Some(_) if !line.contains(delimiter) => {
                if all.has("-s --only-delimited") {
                    String::new()
                } else {
                    line.to_owned()
                }
            }
            Some(_) => {
                let fields: Vec<&str> = line
                    .split(delimiter)
                    .enumerate()
                    .filter(|(i, _)| wanted(i + 1))
                    .map(|(_, f)| f)
                    .collect();
                fields.join(delimiter)
            }
        })
        .collect();
    Some((lines.join("\n"), None))
}

fn ranges(list: &str) -> Option<Vec<(usize, usize)>> {
    list.split(',')
        .map(|part| match part.split_once('-') {
            None => part.parse().ok().map(|n| (n, n)),
            Some((from, to)) => {
                let from = if from.is_empty() { 1 } else { from.parse().ok()? };
                let to = if to.is_empty() {
                    usize::MAX
                } else {
                    to.parse().ok()?
                };
                Some((from, to))
            }
        })
        .collect()
}

pub(super) fn sort(all: &Arguments<'_>, input: &str) -> Output {
    let plain = all
        .given
        .iter()
        .filter(|g| !g.spelling.is_empty())
        .all(|g| matches!(g.spelling, "-r" | "--reverse" | "-u" | "--unique"));
    if !plain {
        return None;
    }
    let mut lines: Vec<&str> = input.lines().collect();
    lines.sort_unstable();
    if all.has("-u --unique") {
        lines.dedup();
    }
    if all.has("-r --reverse") {
        lines.reverse();
    }
    Some((lines.iter().map(|l| format!("{l}\n")).collect(), None))
}

pub(super) fn uniq(all: &Arguments<'_>, input: &str) -> Output {
    if all.given.iter().any(|g| !g.spelling.is_empty()) {
        return None;
    }
    let mut lines: Vec<&str> = input.lines().collect();
    lines.dedup();
    Some((lines.iter().map(|l| format!("{l}\n")).collect(), None))
}

/// `paste -s -d X`: lines joined.
pub(super) fn paste(all: &Arguments<'_>, input: &str) -> Output {
    if !all.has("-s --serial") {
        return None;
    }
    let by = escapes(option(all, &["-d", "--delimiters"]).unwrap_or("\t"));
    if by.chars().count() > 1 {
        return None;
    }
    let lines: Vec<&str> = input.lines().collect();
    Some((format!("{}\n", lines.join(by.trim_matches('\0'))), None))
}

pub(super) fn fold(all: &Arguments<'_>, input: &str) -> Output {
    if all.has("-s --spaces") {
        return None;
    }
    let width: usize = option(all, &["-w", "--width"]).unwrap_or("80").parse().ok()?;
    if width == 0 {
        return None;
    }
    let lines: Vec<String> = input
        .split('\n')
        .map(|line| {
            let chars: Vec<char> = line.chars().collect();
            let parts: Vec<String> = chars.chunks(width).map(|c| c.iter().collect()).collect();
            parts.join("\n")
        })
        .collect();
    Some((lines.join("\n"), None))
}
