//! The few lines around a place, escaped, with the place mapped: what miette is given instead of a file.
//!
//! Measured on miette 7.6: it panics on labels beyond about column 65,535, prints long lines whole
//! and passes ESC and bidi characters through. So it never sees raw text.

use crate::model::Span;

use super::escape;

/// Columns kept around a label.
const COLUMNS: usize = 160;
/// Lines shown of a label; the rest is cut.
const LINES: usize = 5;

/// Escaped lines around a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The escaped text, lines joined by `\n`.
    pub text: String,
    /// The label in `text`, as bytes.
    pub label: Span,
    /// 0-based number of the first line in its file.
    pub line: usize,
}

impl Window {
    /// The window of `span` in `text`: one line before, the labelled lines (at most five), one line after.
    pub(super) fn around(text: &str, span: Span) -> Self {
        let start = floor(text, span.start);
        let end = floor(text, span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line = text[..line_start].bytes().filter(|b| *b == b'\n').count();
        let column = text[line_start..start].chars().count();
        let mut out = Self {
            text: String::new(),
            label: Span::default(),
            line,
        };
        // Neighbours that are short give context; long or blank ones do not.
        if let Some(before) = line_start.checked_sub(1) {
            let previous = text[..before].rfind('\n').map_or(0, |i| i + 1);
            let previous = &text[previous..before];
            if !previous.trim().is_empty() && previous.chars().take(COLUMNS + 1).count() <= COLUMNS {
                push_line(&mut out.text, previous);
                out.text.push('\n');
                out.line -= 1;
            }
        }
        // All labelled lines are cut by the same number of columns at the left.
        let skip = column.saturating_sub(if column < COLUMNS / 2 { column } else { COLUMNS / 4 });
        let mut at = line_start;
        let (mut label_start, mut label_end) = (None, out.text.len());
        for n in 0..LINES {
            let line_end = text[at..].find('\n').map_or(text.len(), |i| at + i);
            if n > 0 {
                out.text.push('\n');
            }
            let mut offset = at;
            for (shown, c) in text[at..line_end].chars().enumerate() {
                let next = offset + c.len_utf8();
                if shown >= skip && shown < skip + COLUMNS && c != '\r' {
                    if shown == skip && skip > 0 {
                        out.text.push('…');
                    }
                    if offset >= start && offset < end && label_start.is_none() {
                        label_start = Some(out.text.len());
                    }
                    escape::push(&mut out.text, c);
                    if offset >= start && offset < end {
                        label_end = out.text.len();
                    }
                } else if shown >= skip + COLUMNS {
                    out.text.push('…');
                    break;
                }
                offset = next;
            }
            if line_end >= end || line_end >= text.len() {
                at = line_end;
                break;
            }
            at = line_end + 1;
        }
        let first = label_start.unwrap_or(out.text.len());
        out.label = Span::new(first, label_end.max(first));
        if let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix('\n')) {
            let next = rest.split('\n').next().unwrap_or("");
            if !next.trim().is_empty() && next.chars().take(COLUMNS + 1).count() <= COLUMNS {
                out.text.push('\n');
                push_line(&mut out.text, next);
            }
        }
        out
    }
}

fn push_line(out: &mut String, line: &str) {
    for c in line.chars().filter(|c| *c != '\r') {
        escape::push(out, c);
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(window: &Window) -> &str {
        &window.text[window.label.start..window.label.end]
    }

    #[test]
    fn a_label_in_the_middle_of_a_million_columns_is_shown() {
        let text = format!("{}bad{}", "x".repeat(1_000_000), "y".repeat(1_000_000));
        let window = Window::around(&text, Span::new(1_000_000, 1_000_003));
        assert_eq!(labelled(&window), "bad");
        assert!(window.text.chars().count() < 200);
    }

    #[test]
    fn neighbours_and_line_numbers() {
        let window = Window::around("one\ntwo\nthree\nfour", Span::new(4, 7));
        assert_eq!(
            (window.text.as_str(), labelled(&window), window.line),
            ("one\ntwo\nthree", "two", 0)
        );
    }

    #[test]
    fn escapes_move_the_label() {
        let window = Window::around("a\u{1b}b", Span::new(2, 3));
        assert_eq!(labelled(&window), "b");
        assert_eq!(window.text, "a\\u{1b}b");
    }

    #[test]
    fn a_label_of_many_lines_is_cut() {
        let text = "l\n".repeat(100);
        let window = Window::around(&text, Span::new(0, 200));
        assert!(window.text.lines().count() <= LINES + 2);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_labels_lie_inside(text in ".{0,80}", a in 0usize..300, b in 0usize..300) {
            let window = Window::around(&text, Span::new(a, b));
            proptest::prop_assert!(window.text.get(window.label.start..window.label.end).is_some());
        }
    }
}
