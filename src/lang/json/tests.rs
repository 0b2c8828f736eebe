use proptest::prelude::*;

use super::*;
use crate::model::{Place, RepoPath, Sources, Span, source::Mapping};

fn kinds(text: &str) -> Vec<DefectKind> {
    read(text).void.iter().map(|defect| defect.kind).collect()
}

#[test]
fn values_keys_and_spans() {
    let text = r#"{"hooks": {"Stop": [{"command": "a b", "timeout": 5, "async": true}]}}"#;
    let document = read(text);
    assert!(!document.is_void());
    let entry = document
        .root()
        .path(&["hooks", "Stop"])
        .and_then(|list| list.items().next())
        .unwrap();
    let command = entry.get("command").unwrap();
    assert_eq!(command.as_str(), Some("a b"));
    assert_eq!(command.written(), "\"a b\"");
    assert_eq!(
        command.key_span().map(|span| &text[span.start..span.end]),
        Some("\"command\"")
    );
    assert_eq!(command.pointer(), "/hooks/Stop/0/command");
    assert_eq!(entry.get("timeout").and_then(Value::as_f64), Some(5.0));
    assert_eq!(entry.get("async").and_then(Value::as_bool), Some(true));
    assert_eq!(entry.entries().count(), 3);
    assert!(entry.get("nothing").is_none() && command.get("x").is_none());
}

#[test]
fn the_client_takes_what_strict_parsers_refuse() {
    let document = read(r#"{"n": 1e999, "s": "\ud800x", "pair": "\ud83d\ude00"}"#);
    assert!(!document.is_void());
    let root = document.root();
    assert_eq!(root.get("n").and_then(Value::as_f64), Some(f64::INFINITY));
    assert_eq!(root.get("s").and_then(Value::as_str), Some("\u{fffd}x"));
    assert_eq!(root.get("pair").and_then(Value::as_str), Some("\u{1f600}"));
}

#[test]
fn any_depth_is_read_and_dropped() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = open.repeat(100_000) + "1" + &close.repeat(100_000);
        let document = read(text.as_str());
        assert!(!document.is_void());
        assert_eq!(document.values().count(), 100_001);
        assert_eq!(document.root().canonical(), text);
    }
    assert_eq!(kinds(&"[".repeat(100_000)), [DefectKind::Truncated]);
    assert_eq!(kinds(&("[".repeat(50_000) + &"}".repeat(50_000))).len(), 64);
}

#[test]
fn the_last_of_equal_keys_counts() {
    let text = r#"{"a": {"deep": 1}, "b": 2, "\u0061": 3}"#;
    let document = read(text);
    let root = document.root();
    assert_eq!(root.get("a").and_then(Value::as_f64), Some(3.0));
    assert_eq!(root.entries().count(), 2);
    assert_eq!(root.all_entries().count(), 3);
    let deep = document
        .values()
        .find(|value| value.key() == Some("deep"))
        .unwrap();
    assert!(deep.is_overridden());
    let duplicate = document.duplicates[0];
    assert_eq!(
        &text[duplicate.overridden.start..duplicate.overridden.end],
        "\"a\""
    );
    assert_eq!(
        &text[duplicate.in_force.start..duplicate.in_force.end],
        "\"\\u0061\""
    );
    let many: String = (0..40).map(|i| format!("\"k{}\":{i},", i % 20)).collect();
    let document = read(format!("{{{}}}", many.trim_end_matches(',')));
    assert_eq!(
        (document.duplicates.len(), document.root().entries().count()),
        (20, 20)
    );
    assert_eq!(document.root().get("k0").and_then(Value::as_f64), Some(20.0));
}

#[test]
fn strings_map_back_to_the_bytes_written() {
    let text = r#"["x\ty\u00e9z \"q\""]"#;
    let mut sources = Sources::new();
    let file = sources.file(RepoPath::new("a.json").unwrap(), text);
    let document = read(text);
    let item = document.root().items().next().unwrap();
    let id = item.string_source(&mut sources, file).unwrap();
    let decoded = sources.text(id).to_string();
    assert_eq!(decoded, "x\tyéz \"q\"");
    for (inner, written) in [
        ("\t", "\\t"),
        ("é", "\\u00e9"),
        ("z", "z"),
        ("q", "q"),
        ("\"q", "\\\"q"),
        ("x\ty", "x\\ty"),
    ] {
        let start = decoded.find(inner).unwrap();
        let place = sources.in_file(Place::new(id, Span::new(start, start + inner.len())));
        assert_eq!(&text[place.span.start..place.span.end], written, "{inner:?}");
    }
}

#[test]
fn a_void_file_is_read_on() {
    let text = "{\n // why\n \"a\": [1, 2,], /* x */ \"b\": 3,\n}";
    assert_eq!(
        kinds(text),
        [
            DefectKind::Comment,
            DefectKind::TrailingComma,
            DefectKind::Comment,
            DefectKind::TrailingComma
        ]
    );
    assert_eq!(read(text).root().get("b").and_then(Value::as_f64), Some(3.0));
    assert!(!read_with_comments(text).is_void());
}

#[test]
fn broken_files_keep_what_can_be_read() {
    for (text, kind, canonical) in [
        ("", DefectKind::Empty, "null"),
        ("  // only\n", DefectKind::Comment, "null"),
        (r#"{"a": 1 "b": 2}"#, DefectKind::MissingComma, r#"{"a":1,"b":2}"#),
        (r#"{"a": {"b": "c"#, DefectKind::Truncated, r#"{"a":{"b":"c"}}"#),
        ("{'a': 'b'}", DefectKind::Quotes, r#"{"a":"b"}"#),
        ("{a: b}", DefectKind::Quotes, r#"{"a":"b"}"#),
        (r#"{"a": , "b": 1}"#, DefectKind::MissingValue, r#"{"b":1}"#),
        (r#"{"a" 1}"#, DefectKind::Syntax, r#"{"a":1}"#),
        (r#"{"a": [1}, "b": 2}"#, DefectKind::Bracket, r#"{"a":[1]}"#),
        (
            "{\"a\": \"x,\n\"b\": 1}",
            DefectKind::Escape,
            r#"{"a":"x,","b":1}"#,
        ),
        ("{} {}", DefectKind::TrailingText, "{}"),
        ("x [1]", DefectKind::Quotes, "[1]"),
        ("[01]", DefectKind::Number, r#"["01"]"#),
        (r#"["\q"]"#, DefectKind::Escape, r#"["q"]"#),
        ("[,,1]", DefectKind::MissingValue, "[1]"),
        ("[\u{a0}1]", DefectKind::Syntax, ""),
    ] {
        let document = read(text);
        assert!(document.is_void(), "{text}");
        if !canonical.is_empty() {
            assert_eq!(document.root().canonical(), canonical, "{text}");
            assert_eq!(document.void[0].kind, kind, "{text}");
        }
    }
}

#[test]
fn any_top_level_value_is_legal() {
    assert_eq!(read("[1, 2]").root().kind(), Kind::List);
    assert_eq!(read(" \"x\" ").root().as_str(), Some("x"));
    assert!(!read("null").is_void());
}

#[test]
fn the_canonical_form_forgets_order_and_space() {
    let one = read("{ \"b\": [1.0, \"\\u0041\"], \"a\": null }");
    let two = read("{\"a\":null,\"b\":[1,\"A\"]}");
    assert_eq!(one.root().canonical(), two.root().canonical());
}

fn check(document: &Document) {
    let text = document.text().clone();
    for value in document.values() {
        let span = value.span();
        assert!(text.get(span.start..span.end).is_some());
        if let Some(key) = value.key_span() {
            assert!(text.get(key.start..key.end).is_some());
        }
        if let (Some(inner), Some(Mapping::Pieces(pieces, end))) = (value.as_str(), value.mapping()) {
            assert!(pieces.is_sorted() && end <= text.len());
            for (here, there) in pieces {
                assert!(inner.is_char_boundary(here) && text.is_char_boundary(there));
            }
        }
        let _ = value.pointer();
    }
    let canonical = document.root().canonical();
    let again = read(canonical.as_str());
    assert!(!again.is_void());
    for defect in &document.void {
        assert!(text.get(defect.span.start..defect.span.end).is_some());
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        check(&read(text.as_str()));
    }

    #[test]
    fn json_like_text_is_read(text in r#"([\[\]{},:]|"[a-z\\\\u0]{0,4}"?|'|é|//|/\*|\*/|1e9|-|true|\n| |\\){0,60}"#) {
        check(&read(text.as_str()));
        check(&read_with_comments(text.as_str()));
    }

    #[test]
    fn agrees_with_serde_json(value in any_json()) {
        let text = value.to_string();
        let document = read(text.as_str());
        prop_assert!(!document.is_void());
        let again: serde_json::Value = serde_json::from_str(&document.root().canonical()).unwrap();
        prop_assert_eq!(again, value);
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "\\PC{0,6}[\"\\\\\n\u{1}]?".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec(("[a-z\"]{0,3}", inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}
