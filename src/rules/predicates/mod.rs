//! What the vocabulary of pages cannot say: one named predicate a file. Users' rules may call them too.
//!
//! A predicate looks at what was matched so far and answers `None` (does not hold) or `Some(detail)`;
//! a detail that is not empty fills `{detail}` in the message.

use super::matching::Subject;

/// The signature of a predicate.
pub type Predicate = fn(&Subject<'_>) -> Option<String>;

/// Every predicate by name. The build script knows them by their file names.
const ALL: &[(&str, Predicate)] = &[];

/// The predicate called `name`.
#[must_use]
pub fn by_name(name: &str) -> Option<Predicate> {
    ALL.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
}

/// The names of all predicates.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
