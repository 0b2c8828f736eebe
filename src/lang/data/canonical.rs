//! The canonical form of a value, for digests.

use super::value::{Kind, Value};

/// What is still to be written.
enum Step<'a> {
    Value(Value<'a>),
    Text(&'static str),
    Key(&'a str),
}

/// Text that is equal for values that a JavaScript reader cannot tell apart.
pub(super) fn canonical(value: Value<'_>) -> String {
    let mut out = String::new();
    let mut steps = vec![Step::Value(value)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Text(text) => out.push_str(text),
            Step::Key(key) => {
                string(&mut out, key);
                out.push(':');
            }
            Step::Value(value) => match value.kind() {
                Kind::Null => out.push_str("null"),
                Kind::Bool => out.push_str(if value.as_bool() == Some(true) {
                    "true"
                } else {
                    "false"
                }),
                Kind::Number => match value.as_f64() {
                    // JSON has no word for these; beyond the largest number all are the same.
                    Some(number) if number.is_infinite() => {
                        out.push_str(if number > 0.0 { "1e999" } else { "-1e999" });
                    }
                    Some(number) if number.is_nan() => out.push_str("null"),
                    Some(number) => out.push_str(&number.to_string()),
                    // What a damaged text has in the place of a number.
                    None => string(&mut out, value.written()),
                },
                Kind::String => string(&mut out, value.as_str().unwrap_or("")),
                Kind::List => {
                    out.push('[');
                    steps.push(Step::Text("]"));
                    let at = steps.len();
                    for (i, item) in value.items().enumerate() {
                        if i > 0 {
                            steps.push(Step::Text(","));
                        }
                        steps.push(Step::Value(item));
                    }
                    steps.get_mut(at..).unwrap_or(&mut []).reverse();
                }
                Kind::Map => {
                    out.push('{');
                    steps.push(Step::Text("}"));
                    let mut entries: Vec<_> = value.entries().collect();
                    entries.sort_by(|(a, _), (b, _)| b.cmp(a));
                    for (i, (key, value)) in entries.into_iter().enumerate() {
                        if i > 0 {
                            steps.push(Step::Text(","));
                        }
                        steps.push(Step::Value(value));
                        steps.push(Step::Key(key));
                    }
                }
            },
        }
    }
    out
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
