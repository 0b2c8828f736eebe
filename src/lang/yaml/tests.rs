use proptest::prelude::*;

use super::*;
use crate::lang::data::{Kind, Value};
use crate::model::{Place, RepoPath, Sources, source::Mapping};

#[test]
fn front_matter_reads_like_json() {
    let text = "---\nname: deploy\nallowed-tools: [Bash, Read]\nhooks:\n  Stop:\n    - command: \"a \\t b\"\n      timeout: 5\n      async: true\nempty:\n---\nbody\n";
    let document = read_part(text, Span::new(4, text.find("---\nbody").unwrap()));
    assert!(!document.is_void(), "{:?}", document.void);
    let root = document.root();
    assert_eq!(root.get("name").and_then(Value::as_str), Some("deploy"));
    assert_eq!(
        root.get("allowed-tools").map(|list| list.items().count()),
        Some(2)
    );
    let entry = root
        .path(&["hooks", "Stop"])
        .and_then(|list| list.items().next())
        .unwrap();
    let command = entry.get("command").unwrap();
    assert_eq!(
        (command.as_str(), command.written()),
        (Some("a \t b"), "\"a \\t b\"")
    );
    assert_eq!(command.pointer(), "/hooks/Stop/0/command");
    assert_eq!(
        command.key_span().map(|span| &text[span.start..span.end]),
        Some("command")
    );
    assert_eq!(entry.get("timeout").and_then(Value::as_f64), Some(5.0));
    assert_eq!(entry.get("async").and_then(Value::as_bool), Some(true));
    assert!(root.get("empty").unwrap().is_null());
}

#[test]
fn strings_map_back_to_the_bytes_written() {
    let text = "run: |\n  one\n  two é x\nfold: >-\n  a\n  b\nquoted: 'it''s'\nplain: a\n  b\n";
    let document = read(text);
    let mut sources = Sources::new();
    let file = sources.file(RepoPath::new("a.yml").unwrap(), text);
    for (key, decoded, inner, written) in [
        ("run", "one\ntwo é x\n", "two", "two"),
        ("run", "one\ntwo é x\n", "x", "x"),
        ("fold", "a b", "b", "b"),
        ("quoted", "it's", "s", "s"),
        ("plain", "a b", "b", "b"),
    ] {
        let value = document.root().get(key).unwrap();
        assert_eq!(value.as_str(), Some(decoded));
        let id = value.string_source(&mut sources, file).unwrap();
        let at = decoded.find(inner).unwrap();
        let place = sources.in_file(Place::new(id, Span::new(at, at + inner.len())));
        assert_eq!(&text[place.span.start..place.span.end], written, "{key}");
        assert!(place.span.start >= value.span().start && place.span.end <= value.span().end);
    }
}

#[test]
fn what_is_no_yaml_is_read_by_lines() {
    let text = "name: x\ndescription: Use when: the user says \"go\": now\ntools: *, Read\nlist:\n  - a\n";
    let document = read(text);
    assert!(document.is_void());
    let root = document.root();
    assert_eq!(root.get("name").and_then(Value::as_str), Some("x"));
    let description = root.get("description").and_then(Value::as_str);
    assert_eq!(description, Some("Use when: the user says \"go\": now"));
    assert_eq!(root.get("tools").and_then(Value::as_str), Some("*, Read"));
    assert_eq!(root.get("list").map(|list| list.items().count()), Some(1));
}

#[test]
fn aliases_are_copied_within_bounds() {
    let document = read("a: &x {b: [1, c]}\nd: *x\n");
    assert_eq!(
        document.root().canonical(),
        r#"{"a":{"b":[1,"c"]},"d":{"b":[1,"c"]}}"#
    );
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let last = format!("*a{}", i - 1);
        bomb += &format!("a{i}: &a{i} [{}]\n", [last.as_str(); 9].join(", "));
    }
    let document = read(bomb);
    assert!(
        document
            .void
            .iter()
            .any(|defect| defect.kind == DefectKind::Limit)
    );
    assert!(document.values().count() < 30_000);
}

#[test]
fn deep_nesting_is_refused_not_fatal() {
    let document = read("[".repeat(100_000));
    assert!(document.is_void());
    assert!(read("- ".repeat(100_000)).is_void());
}

#[test]
fn only_the_first_document_counts() {
    let document = read("a: 1\n---\na: 2\n");
    assert_eq!(document.root().get("a").and_then(Value::as_f64), Some(1.0));
    assert_eq!(read("").root().kind(), Kind::Null);
}

#[test]
fn a_key_given_twice_is_noted() {
    let document = read("a: 1\na: 2\n");
    assert_eq!(document.duplicates.len(), 1);
}

#[test]
fn the_canonical_form_is_that_of_json() {
    assert_eq!(
        read("a: TRUE\nb: [0x10, Null]").root().canonical(),
        r#"{"a":true,"b":[16,null]}"#
    );
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([-:#&*!|>'"%@`{}\[\], \n\t?]|[a-cé\u{1F600}]|---\n|\r\n|\\x41|<<| {2}){0,50}"#) {
        let document = read(text.as_str());
        for value in document.values() {
            let span = value.span();
            prop_assert!(text.get(span.start..span.end).is_some());
            if let (Some(inner), Some(Mapping::Pieces(pieces, end))) = (value.as_str(), value.mapping()) {
                prop_assert!(end <= text.len());
                for (here, there) in pieces {
                    prop_assert!(inner.is_char_boundary(here) && text.is_char_boundary(there));
                }
            }
            let _ = value.pointer();
        }
        prop_assert!(!crate::lang::json::read(document.root().canonical()).is_void());
    }

    #[test]
    fn json_reads_the_same_as_yaml(value in any_json()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let document = read(text.as_str());
        prop_assert!(!document.is_void());
        prop_assert_eq!(document.root().canonical(), crate::lang::json::read(text).root().canonical());
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[a-z:#&*!|>'\" é\u{1f600}\\\\\n-]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec(("[a-z\"]{0,3}", inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}
