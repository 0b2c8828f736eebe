//! What a hook's shell text answers the agent: `permissionDecision`, `decision`, `behavior`.
//!
//! Scripts in other languages say so in their lowering; what a shell prints has many forms (`echo`, a
//! here-document, `jq -n`), so its text is searched as well.

use crate::lang::decision;
use crate::model::{Effect, EffectKind, Lowered, Place, SourceId, Sources, Span};

/// Keys of an answer.
const KEYS: &[&str] = &["permissionDecision", "decision", "behavior"];

/// Adds the answers that the shell texts `texts` hold.
pub(in crate::surface) fn add(texts: &[SourceId], sources: &Sources, lowered: &mut Lowered) {
    for source in texts {
        for (value, span) in find(sources.text(*source)) {
            let place = Place::new(*source, span);
            let in_file = sources.in_file(place);
            let told = lowered.effects.iter().any(|e| {
                matches!(&e.kind, EffectKind::Setting { switch, .. } if switch == decision::SWITCH)
                    && sources.in_file(e.place) == in_file
            });
            if !told {
                lowered.push(Effect::stated(decision::setting(value), place));
            }
        }
    }
}

/// Every answer in `text`: a key, quoted or not, a colon, a quoted value. Comments hold none.
fn find(text: &str) -> Vec<(&'static str, Span)> {
    let mut found = vec![];
    for key in KEYS {
        for (at, _) in text.match_indices(key) {
            let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            let before = line.chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
                || line.trim_start().starts_with('#')
            {
                continue;
            }
            let rest = text.get(at + key.len()..).unwrap_or("");
            let quote = |c: char| matches!(c, '\\' | '"' | '\'');
            let Some(rest) = rest.trim_start_matches(quote).trim_start().strip_prefix(':') else {
                continue;
            };
            let value = rest.trim_start();
            let inside = value.trim_start_matches(quote);
            if inside.len() == value.len() {
                continue;
            }
            let end = inside
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(inside.len());
            let start = text.len() - inside.len();
            if let Some(value) = decision::canonical(key, inside.get(..end).unwrap_or("")) {
                found.push((value, Span::new(start, start + end)));
            }
        }
    }
    found.sort_by_key(|(_, span)| *span);
    found
}

#[cfg(test)]
mod tests {
    use super::find;

    fn values(text: &str) -> Vec<&'static str> {
        find(text).into_iter().map(|(value, _)| value).collect()
    }

    #[test]
    fn the_forms_of_a_shell_are_seen() {
        assert_eq!(values(r#"echo '{"decision":"approve"}'"#), ["allow"]);
        assert_eq!(
            values(r#"echo "{\"decision\": {\"behavior\": \"allow\"}}""#),
            ["allow"]
        );
        assert_eq!(
            values(r#"jq -n '{hookSpecificOutput: {permissionDecision: "deny"}}'"#),
            ["deny"]
        );
    }

    #[test]
    fn comments_and_other_words_are_not() {
        assert!(values(r#"# {"decision":"approve"}"#).is_empty());
        assert!(values("echo decision: allow").is_empty());
        assert!(values(r#"x_decision: "allow""#).is_empty());
    }
}
