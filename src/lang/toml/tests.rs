use proptest::prelude::*;

use super::*;
use crate::lang::data::Value;

#[test]
fn tables_read_like_json() {
    let text = "model = \"x\"\n[mcp_servers.db]\ncommand = 'npx'\nargs = [\"-y\", \"a\\tb\"]\nenabled = true\n[[hooks]]\nn = 0x10\n";
    let document = read(text);
    assert!(!document.is_void());
    let server = document.root().path(&["mcp_servers", "db"]).unwrap();
    assert_eq!(server.get("command").and_then(Value::as_str), Some("npx"));
    let args = server.get("args").unwrap();
    let last = args.items().last().unwrap();
    assert_eq!((last.as_str(), last.written()), (Some("a\tb"), "\"a\\tb\""));
    assert_eq!(last.pointer(), "/mcp_servers/db/args/1");
    let hook = document
        .root()
        .get("hooks")
        .and_then(|list| list.items().next())
        .unwrap();
    assert_eq!(hook.get("n").and_then(Value::as_f64), Some(16.0));
}

#[test]
fn a_broken_file_keeps_what_can_be_read() {
    let document = read("a = 1\nb = = 2\n[c]\nd = \"x\"\n");
    assert!(document.is_void());
    assert_eq!(
        document.root().path(&["c", "d"]).and_then(Value::as_str),
        Some("x")
    );
}

#[test]
fn deep_nesting_is_refused_not_fatal() {
    assert!(read(format!("a = {}", "[".repeat(100_000))).is_void());
    assert!(read(format!("{} = 1", vec!["a"; 100_000].join("."))).is_void());
}

#[test]
fn the_canonical_form_is_json_even_of_damage() {
    for text in ["a = 1\nb = = 2", "a = inf\nb = -inf\nc = nan", "a = 1_000"] {
        let canonical = read(text).root().canonical();
        assert!(
            !crate::lang::json::read(canonical.as_str()).is_void(),
            "{canonical}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([a-c]|[=.,"'\[\]{}\\#é ]|\n|"""|'''|1|\[\[){0,50}"#) {
        let document = read(text.as_str());
        for value in document.values() {
            let span = value.span();
            prop_assert!(text.get(span.start..span.end).is_some());
            let _ = (value.pointer(), value.mapping());
        }
        prop_assert!(!crate::lang::json::read(document.root().canonical()).is_void());
    }

    #[test]
    fn what_another_program_wrote_is_read(value in any_table(), pretty in any::<bool>()) {
        let write = if pretty { toml::to_string_pretty } else { toml::to_string };
        let document = read(write(&value).unwrap());
        prop_assert!(!document.is_void());
        let again: serde_json::Value = serde_json::from_str(&document.root().canonical()).unwrap();
        prop_assert_eq!(again, serde_json::to_value(&value).unwrap());
    }
}

fn any_table() -> impl Strategy<Value = toml::Table> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(toml::Value::from),
        any::<i32>().prop_map(toml::Value::from),
        "\\PC{0,6}[\"'\\\\\n\u{1}]?".prop_map(toml::Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(toml::Value::from),
            prop::collection::btree_map("[a-z\". é]{0,3}", inner, 0..5)
                .prop_map(|entries| toml::Value::Table(entries.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z\". é]{0,3}", value, 0..5)
        .prop_map(|entries| entries.into_iter().collect())
}
