//! Running the examples of a page: Bad must raise it, Good must not.

use super::page::{ExampleFile, Page};
use crate::model::Finding;
#[cfg(test)]
use crate::model::effect::{Connect, Traffic};
#[cfg(test)]
use crate::model::trigger::{Class, Consent, Consents, Starter, When};
#[cfg(test)]
use crate::model::{Effect, EffectKind, Lowered, RepoPath, Sources, Span, Trigger, Word};

/// Runs both examples of `page` through `scan`, which turns a small tree into findings.
///
/// # Errors
/// One sentence for each example that does not show what it should.
pub fn test_page(page: &Page, scan: impl Fn(&[ExampleFile]) -> Vec<Finding>) -> Result<(), Vec<String>> {
    let raised = |name: &str| -> Vec<Finding> {
        scan(&page.example(name))
            .into_iter()
            .filter(|f| f.rule == page.id())
            .collect()
    };
    let mut wrong = vec![];
    if raised("Bad").is_empty() {
        wrong.push(format!("{}: the Bad example does not raise it", page.id()));
    }
    for finding in raised("Good") {
        wrong.push(format!(
            "{}: the Good example raises it: {}",
            page.id(),
            finding.message
        ));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// A trigger of the agent in force after the trust dialog, for tests.
#[cfg(test)]
pub(crate) fn trigger(class: Class, when: When) -> Trigger {
    let mut sources = Sources::new();
    let source = sources.file(RepoPath::new(".claude/settings.json").unwrap_or_default(), "{}");
    Trigger {
        id: "test/trigger".into(),
        class,
        when,
        when_text: None,
        who: Starter::Agent,
        consent: Consents {
            interactive: Consent::TrustDialog,
            headless: Consent::None,
        },
        place: crate::model::Place::new(source, Span::new(0, 2)),
        path: RepoPath::new(".claude/settings.json").unwrap_or_default(),
        pointer: "/hooks/SessionStart".into(),
        what: "x".into(),
        nested: false,
        sample: false,
        attributes: vec![],
        lowered: Lowered::default(),
    }
}

/// A connection to `host`, for tests.
#[cfg(test)]
pub(crate) fn connect(trigger: &Trigger, host: &str) -> Effect {
    Effect::stated(
        EffectKind::Connect(Connect {
            scheme: Some("https".into()),
            host: Word::known(host),
            port: None,
            path: None,
            userinfo: None,
            traffic: Traffic::Both,
        }),
        trigger.place,
    )
}
