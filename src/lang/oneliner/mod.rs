//! Perl, awk, Ruby and PHP.

use super::Context;
use crate::model::{GapReason, Lowered, Place, SourceId, Sources, Span};

/// Lowers Perl.
#[must_use]
pub fn lower_perl(source: SourceId, sources: &mut Sources, _context: &Context<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let end = sources.text(source).len();
    lowered.coverage.note(
        Place::new(source, Span::new(0, end)),
        GapReason::Language,
        "not lowered yet",
    );
    lowered
}

/// Lowers awk.
#[must_use]
pub fn lower_awk(source: SourceId, sources: &mut Sources, _context: &Context<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let end = sources.text(source).len();
    lowered.coverage.note(
        Place::new(source, Span::new(0, end)),
        GapReason::Language,
        "not lowered yet",
    );
    lowered
}

/// Lowers Ruby.
#[must_use]
pub fn lower_ruby(source: SourceId, sources: &mut Sources, _context: &Context<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let end = sources.text(source).len();
    lowered.coverage.note(
        Place::new(source, Span::new(0, end)),
        GapReason::Language,
        "not lowered yet",
    );
    lowered
}

/// Lowers PHP.
#[must_use]
pub fn lower_php(source: SourceId, sources: &mut Sources, _context: &Context<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let end = sources.text(source).len();
    lowered.coverage.note(
        Place::new(source, Span::new(0, end)),
        GapReason::Language,
        "not lowered yet",
    );
    lowered
}
