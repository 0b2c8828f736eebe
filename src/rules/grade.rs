//! The one place where a severity is decided. A page says what happens when no step lies between
//! opening the repository and the effect; here the steps are counted.

use crate::model::effect::Gate;
use crate::model::trigger::{Consent, Distance};
use crate::model::{Effect, Severity, Trigger};

/// The severity of a finding about `trigger` whose page says `page`, given the effects it is about.
/// `reached`: something live leads to it, though it lies among samples.
#[must_use]
pub fn grade<'a>(
    page: Severity,
    trigger: &Trigger,
    reached: bool,
    effects: impl IntoIterator<Item = &'a Effect>,
) -> Severity {
    let mut severity = page.min(ceiling(trigger));
    if effects.into_iter().any(|e| e.gates.iter().any(elsewhere_only)) {
        severity = severity.min(Severity::Low);
    }
    if trigger.sample && !reached {
        severity = severity.lowered();
    }
    severity
}

/// The most that anything about this trigger can be.
fn ceiling(trigger: &Trigger) -> Severity {
    let by_consent = match trigger.consent.weaker() {
        // Passing the trust dialog counts as opening.
        Consent::None | Consent::TrustDialog => Severity::Critical,
        Consent::ApprovalByName | Consent::PersonsAct => Severity::High,
        Consent::Never => Severity::Low,
    };
    let by_distance = match trigger.distance() {
        Distance::NoStep => Severity::Critical,
        Distance::OneStep => Severity::High,
        Distance::NoTrigger => Severity::Low,
    };
    by_consent.min(by_distance)
}

/// A condition that holds only away from the person's machine: the vendor's remote sandbox, or CI.
fn elsewhere_only(gate: &Gate) -> bool {
    let truthy = gate
        .value
        .as_deref()
        .is_none_or(|v| matches!(v, "true" | "1" | "yes"));
    let remote = matches!(
        gate.variable.as_str(),
        "CLAUDE_CODE_REMOTE"
            | "CI"
            | "GITHUB_ACTIONS"
            | "GITLAB_CI"
            | "CODESPACES"
            | "BUILDKITE"
            | "CIRCLECI"
    );
    remote && gate.holds && truthy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trigger::{Class, When};
    use crate::rules::testing::trigger as sample_trigger;

    #[test]
    fn a_step_lowers_to_high_and_a_sample_one_level_more() {
        let mut trigger = sample_trigger(Class::Hook, When::SessionStart);
        assert_eq!(grade(Severity::Critical, &trigger, false, []), Severity::Critical);
        trigger.nested = true;
        assert_eq!(grade(Severity::Critical, &trigger, false, []), Severity::High);
        assert_eq!(grade(Severity::Medium, &trigger, false, []), Severity::Medium);
        trigger.sample = true;
        assert_eq!(grade(Severity::Critical, &trigger, false, []), Severity::Medium);
    }

    #[test]
    fn the_weaker_consent_decides() {
        let mut trigger = sample_trigger(Class::McpServer, When::SessionStart);
        trigger.consent.interactive = Consent::ApprovalByName;
        trigger.consent.headless = Consent::None;
        assert_eq!(grade(Severity::Critical, &trigger, false, []), Severity::Critical);
        trigger.consent.headless = Consent::ApprovalByName;
        assert_eq!(grade(Severity::Critical, &trigger, false, []), Severity::High);
    }

    #[test]
    fn what_holds_only_in_the_remote_sandbox_is_low() {
        let trigger = sample_trigger(Class::Hook, When::SessionStart);
        let gate = |holds| Gate {
            variable: "CLAUDE_CODE_REMOTE".into(),
            value: Some("true".into()),
            holds,
        };
        let mut effect = crate::rules::testing::connect(&trigger, "h.example");
        effect.gates = vec![gate(true)];
        assert_eq!(
            grade(Severity::Critical, &trigger, false, [&effect]),
            Severity::Low
        );
        effect.gates = vec![gate(false)];
        assert_eq!(
            grade(Severity::Critical, &trigger, false, [&effect]),
            Severity::Critical
        );
    }
}
