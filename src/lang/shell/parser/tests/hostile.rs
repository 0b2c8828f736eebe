//! Broken, odd and hostile texts.

use super::*;
use proptest::prelude::*;

#[test]
fn carriage_returns_and_marks_are_characters_as_in_the_shells() {
    assert_eq!(commands(&bash("echo hi\r\n")), [vec!["echo", "hi\r"]]);
    assert!(!read("if a\r\nthen b\r\nfi\r\n", Dialect::Bash).gaps.is_empty());
    assert_eq!(commands(&bash("\u{feff}echo a")), [vec!["\u{feff}echo", "a"]]);
    let script = bash("ec\0ho a\0b; id");
    assert_eq!(commands(&script), [vec!["echo", "ab"], vec!["id"]]);
    assert_eq!(script.list.items[1].first.span, crate::model::Span::new(11, 13));
}

#[test]
fn after_an_error_the_rest_is_still_read() {
    for (text, last) in [
        ("a ;; b\nid x", vec!["id", "x"]),
        (")\nid x", vec!["id", "x"]),
        ("echo (a)\nid x", vec!["id", "x"]),
        ("fi; id x", vec!["id", "x"]),
        ("a |\n| id x", vec!["id", "x"]),
    ] {
        let script = read(text, Dialect::Bash);
        assert!(!script.gaps.is_empty(), "{text}");
        assert_eq!(commands(&script).last().unwrap(), &last, "{text}");
    }
}

#[test]
fn a_backslash_at_the_end_is_read_by_each_shell_in_its_way() {
    assert!(!read("cat f\\", Dialect::Bash).gaps.is_empty());
    assert_eq!(commands(&read("cat f\\", Dialect::Dash)), [vec!["cat", "f\\"]]);
    assert_eq!(commands(&read("cat f\\", Dialect::Zsh)), [vec!["cat", "f"]]);
}

#[test]
fn what_is_not_closed_is_a_gap() {
    for text in [
        "echo 'a",
        "echo \"a",
        "echo `a",
        "echo $(a",
        "echo ${a",
        "x=(a",
        "if a; then b",
        "{ a",
        "( a",
        "[[ a",
        "case x in a) b",
    ] {
        assert!(!read(text, Dialect::Bash).gaps.is_empty(), "{text}");
    }
}

#[test]
fn nothing_hides_in_what_the_shell_closes_earlier() {
    for dialect in ALL {
        for text in [
            "echo ${x[}\ncat f\necho ]}",
            "echo \"$x[\"\ncat f\necho \"]\"",
            "echo ${x/a}\ncat f\necho b}",
        ] {
            let script = read(text, dialect);
            let found = commands(&script).iter().any(|words| words[..] == ["cat", "f"]);
            assert!(found, "{dialect:?} {text}");
        }
    }
}

#[test]
fn nesting_beyond_the_limit_is_a_gap_and_ends_soon() {
    let many = 20_000;
    for open in [
        "$(",
        "${x:-",
        "(",
        "{ ",
        "if ",
        "\"$(",
        "`",
        "$((",
        "((",
        "<(",
        "[[ ( ",
        "case x in a) ",
        "f() ",
        "{a,",
        "x=(",
        "!(",
        "[",
        "$[",
        "coproc ",
        "<<A $(",
        "while ",
        "<<-A\n\t$(\n",
        "((a) ",
    ] {
        for dialect in ALL {
            let script = read(&format!("e {}", open.repeat(many)), dialect);
            drop(script);
            let script = read(&open.repeat(many), dialect);
            drop(script);
        }
    }
    assert!(!read(&"$(".repeat(many), Dialect::Bash).gaps.is_empty());
    let closed = format!("e {}{}; id", "$(e ".repeat(300), ")".repeat(300));
    let script = read(&closed, Dialect::Bash);
    assert!(!script.gaps.is_empty());
    assert_eq!(commands(&script).last().unwrap(), &["id"]);
}

#[test]
fn the_end_of_a_long_text_is_a_gap() {
    let limits = Limits {
        code_bytes: 8,
        ..Limits::default()
    };
    let script = parse("echo äöü; id", Dialect::Bash, &limits);
    assert_eq!(script.gaps.len(), 1);
    assert_eq!(script.gaps[0].0.end, "echo äöü; id".len());
}

/// Every span of the debug form of a tree.
fn spans(script: &Script) -> Vec<(usize, usize)> {
    let debug = format!("{script:?}");
    debug
        .split("Span { start: ")
        .skip(1)
        .filter_map(|rest| {
            let (start, rest) = rest.split_once(", end: ")?;
            let (end, _) = rest.split_once(' ')?;
            Some((start.parse().ok()?, end.parse().ok()?))
        })
        .collect()
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$(",
        "${",
        "`",
        "\"",
        "'",
        "\\",
        "\n",
        ";",
        ";;",
        "&",
        "&&",
        "|",
        "<<E",
        "<<-'E'",
        "\nE\n",
        "(",
        ")",
        "((",
        "))",
        "{",
        "}",
        "[[",
        "]]",
        "[",
        "]",
        "if ",
        "then ",
        "fi",
        "case ",
        " in ",
        "esac",
        "for ",
        "do ",
        "done",
        "x=",
        "x=(",
        "$'",
        "\\x41",
        "é",
        "\0",
        "\r",
        "\u{feff}",
        "#",
        " ",
        "\t",
        "a",
        ",",
        "..",
        "~",
        "*",
        "?",
        "!",
        "@(",
        "<(",
        ">",
        "&>",
        "2>",
        "{fd}>",
        "=~",
        "$((",
        "$[",
        ":-",
        "//",
        "function ",
        "coproc ",
        "time ",
        "\\\n",
        "$x",
        "x[",
        "%",
        ":",
        "esac\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_gap_at_the_end_of_the_text_lies_in_it() {
    for text in ["case { in ", "case x in \u{e9}", "case x in a|"] {
        for dialect in ALL {
            for (start, end) in spans(&read(text, dialect)) {
                assert!(text.get(start..end).is_some(), "{start}..{end} in {text:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_tree_whose_spans_lie_in_it(text in prop_oneof![pieces(), any::<String>()]) {
        for dialect in ALL {
            let script = read(&text, dialect);
            for (start, end) in spans(&script) {
                prop_assert!(start <= end && end <= text.len(), "{start}..{end} in {text:?}");
                prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end} in {text:?}");
            }
        }
    }

    #[test]
    fn quoted_text_comes_back(plain in "[^\0]{0,20}") {
        let single = format!("'{}'", plain.replace('\'', r"'\''"));
        let double = plain.replace('\\', r"\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`");
        for dialect in ALL {
            for quoted in [single.clone(), format!("\"{double}\"")] {
                let script = read(&format!("p {quoted}; q"), dialect);
                prop_assert_eq!(&script.gaps, &vec![]);
                prop_assert_eq!(commands(&script), [vec!["p", &plain], vec!["q"]]);
            }
        }
    }
}
