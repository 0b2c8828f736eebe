//! What the trigger prints, as far as it is known, holds the decision `allow`.

use crate::lang::decision;
use crate::rules::matching::Subject;

/// Whether it does.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let printed = subject.case.trigger.lowered.output_text.as_ref()?;
    decision::find_in_word(printed)
        .iter()
        .any(|d| d.value == "allow")
        .then(String::new)
}
