//! The canonical form of a configuration value: equal for what every reader reads alike, different for
//! what any reader reads differently.
//!
//! Every item is typed and has its length before it, so nothing runs into its neighbour. Keys are sorted;
//! of equal keys the last counts, as for the client (measured). White space, comments and quotes are not
//! in it. Where readers of one format disagree (large numbers, a lone surrogate, a bare date), what is
//! written goes in as well.

use crate::lang::data::{Kind, Value};

/// What is still to be written.
enum Step<'a> {
    Value(Value<'a>),
    Key(&'a str),
}

/// The canonical form of `value`.
#[must_use]
pub fn canonical(value: Value<'_>) -> Vec<u8> {
    canonical_without(value, |_| false)
}

/// The canonical form of `value` without the entries of its outermost map whose keys `left_out` names.
#[must_use]
pub fn canonical_without(value: Value<'_>, left_out: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut out = vec![];
    let mut steps = vec![Step::Value(value)];
    let mut outermost = true;
    while let Some(step) = steps.pop() {
        let value = match step {
            Step::Key(key) => {
                sized(&mut out, b'k', key.as_bytes());
                continue;
            }
            Step::Value(value) => value,
        };
        match value.kind() {
            Kind::Null => out.push(b'n'),
            Kind::Bool => out.push(if value.as_bool() == Some(true) { b't' } else { b'f' }),
            Kind::Number => number(&mut out, value),
            Kind::String => string(&mut out, value),
            Kind::List => {
                let items: Vec<Value<'_>> = value.items().collect();
                count(&mut out, b'[', items.len());
                steps.extend(items.into_iter().rev().map(Step::Value));
            }
            Kind::Map => {
                let mut entries: Vec<(&str, Value<'_>)> = value
                    .entries()
                    .filter(|(key, _)| !(outermost && left_out(key)))
                    .collect();
                entries.sort_by(|a, b| b.0.cmp(a.0));
                count(&mut out, b'{', entries.len());
                for (key, value) in entries {
                    steps.push(Step::Value(value));
                    steps.push(Step::Key(key));
                }
            }
        }
        outermost = false;
    }
    out
}

/// Beyond this a reader with 64-bit integers and one with floating point disagree.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number(out: &mut Vec<u8>, value: Value<'_>) {
    let written = value.written();
    match value.as_f64() {
        Some(number) if number.abs() < EXACT => {
            // Some formats tell `1` from `1.0`.
            let whole = written
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'+' || b == b'_')
                && !written.contains(['e', 'E'])
                || written.starts_with("0x");
            out.push(if whole { b'i' } else { b'd' });
            out.extend_from_slice(&number.to_bits().to_be_bytes());
        }
        _ => sized(out, b'#', written.as_bytes()),
    }
}

fn string(out: &mut Vec<u8>, value: Value<'_>) {
    let text = value.as_str().unwrap_or("");
    let written = value.written();
    let bare = written == text && !text.is_empty();
    if text.contains(char::REPLACEMENT_CHARACTER) || (bare && may_be_typed(text)) {
        // A lone surrogate is one character to JavaScript and another to everybody else; a bare date is a
        // date to some.
        sized(out, b'w', written.as_bytes());
    }
    sized(out, b's', text.as_bytes());
}

/// Whether some readers of YAML or TOML take this bare word for something else than text.
fn may_be_typed(text: &str) -> bool {
    let words = [
        "yes", "no", "on", "off", "y", "n", "~", "null", "true", "false", ".inf", ".nan",
    ];
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    count(out, tag, bytes.len());
    out.extend_from_slice(bytes);
}

fn count(out: &mut Vec<u8>, tag: u8, count: usize) {
    out.push(tag);
    out.extend_from_slice(&u64::try_from(count).unwrap_or(u64::MAX).to_be_bytes());
}
