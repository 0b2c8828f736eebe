//! Changes since an approval: in words, then the text.

use std::io::{self, Write};

use crate::model::change::{Change, Part};
use crate::model::closure::{EntryClass, EntryState, Role};

use super::{Style, escape};

/// Lines of one file's text that are shown.
const LINES: usize = 60;
/// Lines around a changed one.
const AROUND: usize = 2;
/// Lines compared one with another; of longer texts the middle is shown as a whole.
const COMPARED: usize = 3_000;

/// Where texts come from: the digest of a member, and what it stood for, if that is known.
pub type Text<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// Writes `changes`; `before` and `after` know the texts.
///
/// # Errors
/// The writer failed.
pub fn write(
    changes: &[Change],
    before: Text<'_>,
    after: Text<'_>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for change in changes {
        let (mark, code) = match change.state {
            EntryState::Unknown => ("+", "32"),
            EntryState::Missing => ("-", "31"),
            _ => ("~", "33"),
        };
        let class = match change.class {
            EntryClass::Runs => "runs",
            EntryClass::Instructs => "instructs",
        };
        let head = format!(
            "{mark} {}   {class}",
            escape::terminal_cut(change.id.as_str(), 120)
        );
        writeln!(out, "{}", paint(style, code, &head))?;
        for sentence in &change.words {
            writeln!(out, "    {}", escape::terminal_cut(sentence, 400))?;
        }
        for part in &change.parts {
            text(part, before, after, style, out)?;
        }
    }
    Ok(())
}

fn paint(style: &Style, code: &str, text: &str) -> String {
    if style.colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

fn text(
    part: &Part,
    before: Text<'_>,
    after: Text<'_>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if !matches!(part.role, Role::File | Role::Value | Role::Link) || part.before == part.after {
        return Ok(());
    }
    let of = |digest: &Option<String>, from: Text<'_>| match digest {
        Some(digest) => from(digest).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        None => Some(String::new()),
    };
    writeln!(
        out,
        "    {}",
        paint(style, "1", &escape::terminal_cut(&part.name, 120))
    )?;
    let (Some(old), Some(new)) = (of(&part.before, before), of(&part.after, after)) else {
        return writeln!(out, "      (the text was not kept: no text, or too large)");
    };
    for (shown, (mark, line)) in lines(&old, &new).into_iter().enumerate() {
        if shown == LINES {
            return writeln!(out, "      …");
        }
        let code = match mark {
            '+' => "32",
            '-' => "31",
            _ => "2",
        };
        let line = format!("{mark} {}", escape::terminal_cut(line, 160));
        writeln!(out, "      {}", paint(style, code, &line))?;
    }
    Ok(())
}

/// The lines that differ with those around them: `-`, `+`, ` `, and `…` for what is left out.
fn lines<'a>(old: &'a str, new: &'a str) -> Vec<(char, &'a str)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let same = |range: std::ops::Range<usize>| old.get(range).unwrap_or_default().iter().map(|l| (' ', *l));
    let a = old.get(start..old.len() - end).unwrap_or_default();
    let b = new.get(start..new.len() - end).unwrap_or_default();
    let mut all: Vec<(char, &str)> = same(start.saturating_sub(AROUND)..start).collect();
    all.extend(middle(a, b));
    all.extend(same(old.len() - end..(old.len() - end + AROUND).min(old.len())));
    // What stayed the same in between is left out.
    let near = |at: usize| {
        let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(all.len());
        all.get(around)
            .unwrap_or_default()
            .iter()
            .any(|(mark, _)| *mark != ' ')
    };
    let mut out: Vec<(char, &str)> = vec![];
    for (at, line) in all.iter().enumerate() {
        if near(at) {
            out.push(*line);
        } else if out.last().is_some_and(|(mark, _)| *mark != '…') {
            out.push(('…', ""));
        }
    }
    out
}

/// The longest common lines kept, others removed and added.
fn middle<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<(char, &'a str)> {
    let removed = |lines: &[&'a str]| lines.iter().map(|l| ('-', *l)).collect::<Vec<_>>();
    let added = |lines: &[&'a str]| lines.iter().map(|l| ('+', *l)).collect::<Vec<_>>();
    if a.len().saturating_mul(b.len()) > COMPARED * COMPARED / 4 {
        return [removed(a), added(b)].concat();
    }
    // Lengths of the longest common part of the lines from `i` and from `j` on.
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let value = if a.get(i) == b.get(j) {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j, mut out) = (0, 0, vec![]);
    while let (Some(old), Some(new)) = (a.get(i), b.get(j)) {
        if old == new {
            out.push((' ', *old));
            (i, j) = (i + 1, j + 1);
        } else if at(&longest, i + 1, j) >= at(&longest, i, j + 1) {
            out.push(('-', *old));
            i += 1;
        } else {
            out.push(('+', *new));
            j += 1;
        }
    }
    out.extend(removed(a.get(i..).unwrap_or_default()));
    out.extend(added(b.get(j..).unwrap_or_default()));
    out
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_that_differ_are_shown_with_their_neighbours() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\n2\n3\nx\n5\n6\n7\n8\n9\n10\n";
        let shown: Vec<String> = lines(old, new).iter().map(|(m, l)| format!("{m}{l}")).collect();
        assert_eq!(
            shown,
            [" 2", " 3", "-4", "+x", " 5", " 6", "…", " 8", " 9", "+10"]
        );
        assert!(lines(old, old).is_empty());
        assert_eq!(lines("", "a\n"), [('+', "a")]);
    }
}
