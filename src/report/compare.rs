//! What the text formats say of a comparison.

use crate::model::report::{Change, Comparison, Report};
use crate::model::{EffectKind, Lowered, Trigger};

use super::{escape, summary};

/// What is new about trigger `n`, if the report is a comparison.
fn change(report: &Report, n: usize) -> Option<&Change> {
    report.comparison.as_ref()?.changes.get(n)
}

/// `compared with main (where they part, 1a2b3c4d5e6f)`.
pub(super) fn beside(report: &Report, comparison: &Comparison) -> String {
    let short: String = comparison.base.chars().take(12).collect();
    let base = escape::terminal_cut(report.target.base.as_deref().unwrap_or(""), 40);
    match comparison.not_merge_base {
        None => format!("compared with {base} (where they part, {short})"),
        Some(why) => format!("compared with {base} itself ({short}; {why})"),
    }
}

/// Whether trigger `n` belongs into the section of `pick`: one that was there counts by what it gained.
pub(super) fn picks(report: &Report, n: usize, trigger: &Trigger, pick: fn(&Trigger) -> bool) -> bool {
    match change(report, n) {
        Some(Change::Changed { added, why }) if why.is_empty() && !added.is_empty() => {
            let effects = added.iter().map(|id| {
                let mut effect = trigger.lowered.get(*id).clone();
                // What its starter is decides nothing here: the starter is not among the effects.
                if !matches!(
                    effect.kind,
                    EffectKind::Instruct { .. } | EffectKind::Setting { .. }
                ) {
                    effect.by = None;
                }
                effect
            });
            let mut gained = trigger.clone();
            gained.lowered = Lowered {
                effects: effects.collect(),
                ..Lowered::default()
            };
            pick(&gained)
        }
        _ => pick(trigger),
    }
}

/// What trigger `n` does; of one that was there, what it gained.
pub(super) fn what(report: &Report, n: usize, trigger: &Trigger, arrow: &str) -> String {
    match change(report, n) {
        Some(Change::Changed { added, why }) => {
            let mut parts: Vec<String> = vec![];
            for id in added {
                let part = gained(trigger, *id);
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            let more = parts.len().saturating_sub(3);
            parts.truncate(3);
            if more > 0 {
                parts.push(format!("{more} more"));
            }
            let gained = if parts.is_empty() {
                String::new()
            } else {
                format!(", now also {}", parts.join("; "))
            };
            let changed = if why.is_empty() {
                String::new()
            } else {
                format!(", changed: {}", why.join(", "))
            };
            format!("{}{gained}{changed}", trigger.what)
        }
        Some(Change::Moved { from }) => {
            format!("moved from {from}: {}", summary::what(trigger, arrow))
        }
        _ => summary::what(trigger, arrow),
    }
}

/// One effect in a few words.
fn gained(trigger: &Trigger, id: crate::model::EffectId) -> String {
    match &trigger.lowered.get(id).kind {
        EffectKind::Exec(exec) => {
            let words = std::iter::once(&exec.program).chain(exec.argv.iter().take(4));
            let words: Vec<String> = words.map(crate::model::Word::display).collect();
            format!("runs {}", words.join(" "))
        }
        EffectKind::Read { path } => format!("reads {}", path.written.display()),
        EffectKind::Write { path, .. } => format!("writes {}", path.written.display()),
        EffectKind::Connect(connect) => format!("connects to {}", connect.host.display()),
        EffectKind::Instruct { .. } => "other text".to_owned(),
        _ => trigger.lowered.describe_effect(id),
    }
}
