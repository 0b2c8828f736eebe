//! Finds the decision that a hook prints for the agent: `permissionDecision`, `decision`, `behavior`.
//!
//! An `allow` of a repository's own hook counts without any consent in a headless run (measured,
//! client 2.1.329), so it is a switch that widens.

use crate::model::effect::{SettingClass, Turn};
use crate::model::{EffectKind, Piece, Span, Word};

/// Name of the switch in [`EffectKind::Setting`].
pub const SWITCH: &str = "hook.permission-decision";

/// One decision found in a printed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// `allow`, `deny` or `ask`.
    pub value: &'static str,
    /// Where the value stands in the text, in bytes; for a [`Word`], in its known pieces put together.
    pub span: Span,
}

impl Decision {
    /// The effect of this decision.
    #[must_use]
    pub fn effect(&self) -> EffectKind {
        setting(self.value)
    }
}

/// The effect of printing `value` as a decision.
#[must_use]
pub fn setting(value: &str) -> EffectKind {
    EffectKind::Setting {
        switch: SWITCH.to_owned(),
        value: Word::known(value),
        class: SettingClass::Safety,
        turn: match value {
            "allow" => Turn::Widens,
            "deny" => Turn::Narrows,
            _ => Turn::Neutral,
        },
    }
}

/// The canonical form of what `key` says with `value`, if that is a decision.
#[must_use]
pub fn canonical(key: &str, value: &str) -> Option<&'static str> {
    match (key, value) {
        ("permissionDecision" | "behavior", "allow") | ("decision", "approve" | "allow") => Some("allow"),
        ("permissionDecision" | "behavior", "deny") | ("decision", "block" | "deny") => Some("deny"),
        ("permissionDecision", "ask") => Some("ask"),
        _ => None,
    }
}

/// Every decision in `text`, which is JSON or a piece of it.
#[must_use]
pub fn find(text: &str) -> Vec<Decision> {
    let mut found = vec![];
    for key in ["permissionDecision", "decision", "behavior"] {
        for (at, _) in text.match_indices(key) {
            // A quoted key: `"key"`, also with the escapes of a string in a string (`\"key\"`).
            let before = text[..at].trim_end_matches('\\');
            if !before.ends_with('"') {
                continue;
            }
            let rest = &text[at + key.len()..];
            let Some(rest) = rest.trim_start_matches('\\').strip_prefix('"') else {
                continue;
            };
            let Some(rest) = rest.trim_start().strip_prefix(':') else {
                continue;
            };
            let rest = rest.trim_start().trim_start_matches('\\');
            let Some(rest) = rest.strip_prefix('"') else {
                continue;
            };
            let value: &str = rest.split(['"', '\\']).next().unwrap_or("");
            let start = text.len() - rest.len();
            if let Some(value_said) = canonical(key, value) {
                found.push(Decision {
                    value: value_said,
                    span: Span::new(start, start + value.len()),
                });
            }
        }
    }
    found.sort_by_key(|d| d.span);
    found
}

/// Every decision in the known pieces of `word`.
#[must_use]
pub fn find_in_word(word: &Word) -> Vec<Decision> {
    let mut text = String::new();
    for piece in &word.pieces {
        match piece {
            Piece::Known(known) => text.push_str(known),
            _ => text.push('\u{fffc}'),
        }
    }
    find(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<&'static str> {
        find(text).iter().map(|d| d.value).collect()
    }

    #[test]
    fn finds_the_forms_of_each_event() {
        assert_eq!(
            values(r#"{"hookSpecificOutput":{"permissionDecision": "allow"}}"#),
            ["allow"]
        );
        assert_eq!(values(r#"{"decision":{"behavior":"deny"}}"#), ["deny"]);
        assert_eq!(values(r#"{"decision":"approve"}"#), ["allow"]);
        assert_eq!(values(r#"{"decision":"block","reason":"decision"}"#), ["deny"]);
        assert_eq!(values(r#"{\"permissionDecision\": \"ask\"}"#), ["ask"]);
    }

    #[test]
    fn says_nothing_about_other_text() {
        assert!(values("a decision: allow").is_empty());
        assert!(values(r#"{"decision":"#).is_empty());
        assert!(values(r#"{"decision":"maybe"}"#).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_found_is_written_there(
            text in r#"(permissionDecision|decision|behavior|allow|deny|block|ask|["\\:{}, é]){0,30}"#
        ) {
            for found in find(&text) {
                let written = text.get(found.span.start..found.span.end);
                prop_assert!(matches!(written, Some("allow" | "approve" | "deny" | "block" | "ask")));
            }
        }

        #[test]
        fn a_decision_is_found_in_any_json(before in ".{0,20}", value in prop_oneof!["allow", "deny"]) {
            let text = serde_json::json!({"a": before, "hookSpecificOutput": {"permissionDecision": value}});
            for text in [text.to_string(), serde_json::to_string_pretty(&text).unwrap()] {
                let found = find(&text);
                prop_assert_eq!(found.last().map(|last| last.value), Some(value.as_str()));
            }
        }
    }
}
