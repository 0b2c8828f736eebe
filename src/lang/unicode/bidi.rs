//! Direction controls that show text in another order than it is read.

use super::ranges::{is_direction_control, is_rtl};
use super::{Hidden, HiddenKind};
use crate::model::Span;

pub(super) fn find(text: &str) -> Vec<Hidden> {
    let mut out = vec![];
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\u{2028}', '\u{2029}']) {
        if line.chars().any(is_direction_control)
            && let Some((start, end)) = reordered(line)
        {
            let body = line.get(start..end).unwrap_or("");
            out.push(Hidden {
                span: Span::new(at + start, at + end),
                kind: HiddenKind::Bidi,
                decoded: Some(body.chars().filter(|c| !is_direction_control(*c)).collect()),
            });
        }
        at += line.len();
    }
    out
}

/// A run that is open.
struct Open {
    at: usize,
    control: char,
    rtl: bool,
    marks: bool,
}

/// From the first to the last control of a line that reorders. Ordinary are runs that are closed
/// before the line ends and either hold text of their own direction or nothing that could move.
fn reordered(line: &str) -> Option<(usize, usize)> {
    let mut open: Vec<Open> = vec![];
    let mut bad: Option<(usize, usize)> = None;
    let mut note = |start: usize, end: usize| {
        bad = Some(bad.map_or((start, end), |(a, b): (usize, usize)| (a.min(start), b.max(end))));
    };
    for (at, c) in line.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '\u{202a}'..='\u{202b}' | '\u{202d}'..='\u{202e}' | '\u{2066}'..='\u{2068}' => open.push(Open {
                at,
                control: c,
                rtl: false,
                marks: false,
            }),
            '\u{202c}' | '\u{2069}' => {
                let isolate = c == '\u{2069}';
                let is_isolate = |open: &Open| matches!(open.control, '\u{2066}'..='\u{2068}');
                match open.pop() {
                    Some(run) if is_isolate(&run) == isolate => {
                        let overrides = matches!(run.control, '\u{202d}' | '\u{202e}');
                        let turns = matches!(run.control, '\u{202b}' | '\u{2067}') && !run.rtl && run.marks;
                        if overrides || turns {
                            note(run.at, end);
                        }
                        if let Some(outer) = open.last_mut() {
                            outer.rtl |= run.rtl;
                            outer.marks |= run.marks;
                        }
                    }
                    Some(run) => note(run.at, end),
                    None => note(at, end),
                }
            }
            c => {
                if let Some(run) = open.last_mut() {
                    run.rtl |= is_rtl(c);
                    run.marks |= c.is_ascii_punctuation();
                }
            }
        }
    }
    if let Some(run) = open.first() {
        note(
            run.at,
            line.trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}']).len(),
        );
    }
    bad
}
