//! The trigger is written far to the right of blanks, or after a long run of empty lines.

use crate::rules::matching::Subject;

/// Blanks in one line that push a text out of a window.
const BLANKS: usize = 150;
/// Empty lines that push a text out of sight.
const LINES: usize = 60;

/// Whether it is; says where.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let place = subject.case.sources.in_file(subject.case.trigger.place);
    let before = subject.case.sources.text(place.source).get(..place.span.start)?;
    let line = before.rsplit('\n').next().unwrap_or(before);
    let blanks = line
        .split(|c: char| c != ' ' && c != '\t')
        .map(str::len)
        .max()
        .unwrap_or(0);
    if blanks >= BLANKS {
        return Some(format!("to the right of {blanks} blanks"));
    }
    let (mut empty, mut most) = (0, 0);
    // Only what comes shortly before it: a list of sections far above hides nothing here.
    for line in before.rsplit('\n').take(20_000 + 4 * LINES) {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        most = most.max(empty);
    }
    (most >= LINES).then(|| format!("after {most} empty lines"))
}
