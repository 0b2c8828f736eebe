//! [`Clock`]: time is handed in, so that results repeat.

use std::time::Instant;

/// A deadline on a monotonic clock; `None` never passes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    deadline: Option<Instant>,
}

impl Clock {
    /// A clock whose deadline is `deadline`.
    #[must_use]
    pub fn until(deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
        }
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.deadline.is_some_and(|d| Instant::now() >= d)
    }
}
