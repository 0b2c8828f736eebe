//! A JSON file writes plain letters as escapes, at this trigger.

use crate::rules::matching::Subject;

/// Whether it does; says which.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let place = subject.case.sources.in_file(subject.case.trigger.place);
    if !matches!(subject.case.trigger.path.extension(), Some("json" | "jsonc")) {
        return None;
    }
    let text = subject.case.sources.text(place.source);
    text.get(place.span.start..place.span.end)?
        .match_indices("\\u00")
        .find_map(|(at, _)| {
            let digits = text.get(place.span.start + at + 2..place.span.start + at + 6)?;
            let char = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            char.is_ascii_alphanumeric()
                .then(|| format!("\\u{digits} is `{char}`"))
        })
}
