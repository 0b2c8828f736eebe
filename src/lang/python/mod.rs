//! Python.

use super::Context;
use crate::model::{GapReason, Lowered, Place, SourceId, Sources, Span};

/// Lowers Python.
#[must_use]
pub fn lower(source: SourceId, sources: &mut Sources, _context: &Context<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let end = sources.text(source).len();
    lowered.coverage.note(
        Place::new(source, Span::new(0, end)),
        GapReason::Language,
        "not lowered yet",
    );
    lowered
}
