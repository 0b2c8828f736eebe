//! The permission rule allows every shell command.

use crate::rules::matching::Subject;
use crate::rules::permission;

/// Whether it does.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let rules = permission::of(subject);
    rules
        .iter()
        .any(|rule| rule.is_shell() && rule.is_unlimited())
        .then(String::new)
}
