//! Two texts that a reader reads differently never have one canonical form; two that it reads alike do.

use claude_guard::lang::json;
use claude_guard::trust::canonical::canonical;
use proptest::prelude::*;
use serde_json::Value;

fn of(text: &str) -> Vec<u8> {
    let document = json::read(text.to_owned());
    assert!(!document.is_void(), "{text}: {:?}", document.void);
    canonical(document.root())
}

/// Values as `JSON.parse` makes them; numbers that floating point holds exactly.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-c\"\\\\/ \\n\u{e4}\u{1f600}]{0,4}", "[:,{}\\[\\]0-9tfn]{0,4}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_000_i64..1_000).prop_map(Value::from),
        any::<f32>()
            .prop_filter("finite", |n| n.is_finite())
            .prop_map(|n| Value::from(f64::from(n))),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((text.clone(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// The same value written another way: white space, order of keys, escapes, a key that is overridden.
fn other_writing(value: &Value, seed: u64, out: &mut String) {
    let pad = |out: &mut String, n: u64| out.push_str(["", " ", "\n\t", "\r\n"][(n % 4) as usize]);
    pad(out, seed);
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                other_writing(item, seed.rotate_left(7) ^ i as u64, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            if seed.is_multiple_of(2) {
                entries.reverse();
            }
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                if seed.is_multiple_of(5) {
                    out.push_str(&format!("{}:0,", serde_json::to_string(key).unwrap()));
                }
                text(key, seed, out);
                pad(out, seed / 3);
                out.push(':');
                other_writing(value, seed.rotate_left(9) ^ i as u64, out);
            }
            out.push('}');
        }
        Value::String(value) => text(value, seed, out),
        other => out.push_str(&other.to_string()),
    }
    pad(out, seed / 7);
}

fn text(value: &str, seed: u64, out: &mut String) {
    if !seed.is_multiple_of(3) {
        out.push_str(&serde_json::to_string(value).unwrap());
        return;
    }
    out.push('"');
    for unit in value.encode_utf16() {
        out.push_str(&format!("\\u{unit:04X}"));
    }
    out.push('"');
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn values_that_differ_never_share_a_form(a in value(), b in value()) {
        let (left, right) = (of(&a.to_string()), of(&b.to_string()));
        // serde_json tells 1.0 from 1 as we do.
        prop_assert_eq!(a == b, left == right, "{} and {}", a, b);
    }

    #[test]
    fn one_change_anywhere_changes_the_form(a in value(), at in any::<prop::sample::Index>(), to in value()) {
        let mut places: Vec<String> = vec![];
        pointers(&a, String::new(), &mut places);
        let mut b = a.clone();
        *b.pointer_mut(at.get::<String>(&places)).unwrap() = to;
        prop_assert_eq!(a == b, of(&a.to_string()) == of(&b.to_string()));
    }

    #[test]
    fn another_writing_of_a_value_has_its_form(a in value(), seed in any::<u64>()) {
        let mut written = String::new();
        other_writing(&a, seed, &mut written);
        prop_assert_eq!(of(&a.to_string()), of(&written), "{}", written);
    }
}

fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    let below = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                pointers(item, below(&i.to_string()), out);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                pointers(value, below(key), out);
            }
        }
        _ => {}
    }
    out.push(at);
}

#[test]
fn what_readers_see_differently_differs() {
    // A pair each: a lone surrogate is no replacement character, large numbers are not alike to a reader
    // with integers, `-0` is not `0`, a number is no text.
    for (a, b) in [
        (r#""\ud800""#, "\"\u{fffd}\""),
        (r#""\ud800""#, r#""\ud801""#),
        ("9007199254740993", "9007199254740992"),
        ("-0", "0"),
        ("1", "\"1\""),
        ("1e999", "1e998"),
        ("[]", "{}"),
        ("[[],[]]", "[[[]]]"),
        ("null", "[]"),
        (r#"{"a":{"b":1}}"#, r#"{"a":{},"b":1}"#),
        (r#"["a","b"]"#, r#"["ab",""]"#),
        (r#"{"a":"b"}"#, r#"["a","b"]"#),
    ] {
        assert_ne!(of(a), of(b), "{a} {b}");
    }
    // And alike what JavaScript reads alike.
    for (a, b) in [
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{"b":1,"a":2}"#, r#"{ "a" : 2 , "b" : 1 }"#),
        (r#""\u0061""#, r#""a""#),
        ("1e2", "100.0e0"),
    ] {
        assert_eq!(of(a), of(b), "{a} {b}");
    }
}
