//! The hook gets less time than a program needs to start.

use crate::rules::matching::Subject;

/// Whether it does.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let seconds: f64 = subject.case.trigger.attribute("timeout")?.parse().ok()?;
    (seconds < 1.0).then(|| format!("{seconds} s"))
}
