//! One settings file in every odd form. What the client reads is read, what voids it for the client is
//! scanned all the same (measured, client 2.1.329), and a hook in it is never lost.

use crate::workspace::{Scan, Workspace, hook};

const FILE: &str = ".claude/settings.json";

fn scan(bytes: impl AsRef<[u8]>) -> Scan {
    let workspace = Workspace::new();
    workspace.write(FILE, bytes);
    workspace.scan()
}

/// The hook is shown and the scan is complete.
fn shown(name: &str, bytes: impl AsRef<[u8]>) {
    let scan = scan(bytes);
    assert!(scan.runs("echo odd-form"), "{name}: {}", scan.json["triggers"]);
    assert!(
        matches!(scan.code, 0 | 1),
        "{name}: exit {} {}",
        scan.code,
        scan.json["errors"]
    );
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

fn with(extra: &str) -> String {
    hook("echo odd-form").replacen('{', &format!("{{{extra},"), 1)
}

#[test]
fn encodings_that_the_client_reads() {
    let plain = hook("echo odd-form");
    shown("BOM", format!("\u{feff}{plain}"));
    shown("UTF-16LE with BOM", utf16(&plain, false, true));
    shown(
        "invalid UTF-8",
        [b"{\"x\":\"\xff\xc3\",", &plain.as_bytes()[1..]].concat(),
    );
    shown("half an emoji", with(r#""x":"\ud83d""#));
    shown("CR line ends", plain.replace(',', ",\r"));
    shown("escaped keys", plain.replace("hooks", r"\u0068ooks"));
}

#[test]
fn a_duplicate_key_counts_as_the_client_counts_it() {
    let first = hook("echo first-of-two");
    let last = hook("echo odd-form");
    shown(
        "the last one",
        format!("{},{}", &first[..first.len() - 1], &last[1..]),
    );
}

#[test]
fn numbers_and_nesting_beyond_any_reader() {
    shown("a number beyond double", with(r#""x":1e999"#));
    shown(
        "a number of 10,000 digits",
        with(&format!("\"x\":{}", "9".repeat(10_000))),
    );
    for depth in [3_000, 100_000] {
        let nest = format!("\"x\":{}{}", "[".repeat(depth), "]".repeat(depth));
        shown("nested arrays", with(&nest));
    }
    shown(
        "nested objects",
        with(&format!(
            "\"x\":{}1{}",
            "{\"a\":".repeat(20_000),
            "}".repeat(20_000)
        )),
    );
}

#[test]
fn a_single_line_of_20_mb() {
    let long = "a".repeat(20 << 20);
    shown("before the hook", with(&format!("\"x\":\"{long}\"")));
    let scan = scan(hook(&format!("echo odd-form {}", "b".repeat(2 << 20))));
    assert!(scan.runs("echo odd-form"));
}

#[test]
fn forms_that_void_a_file_for_the_client_are_scanned_and_told() {
    let plain = hook("echo odd-form");
    let forms = [
        ("trailing comma", plain.replace("]}]}}", "],}]}}")),
        ("comment", plain.replacen('{', "{ // note\n", 1)),
    ];
    for (name, text) in forms {
        let scan = scan(text);
        assert!(scan.runs("echo odd-form"), "{name}: {}", scan.json["triggers"]);
        assert!(!scan.said_of(FILE).is_empty(), "{name} is told");
    }
}

#[test]
fn what_is_no_settings_at_all_neither_fails_nor_hides() {
    for (name, bytes) in [
        ("empty", vec![]),
        ("blank", b" \n\t ".to_vec()),
        ("only a BOM", vec![0xef, 0xbb, 0xbf]),
        ("NULs", vec![0; 4096]),
        ("null", b"null".to_vec()),
        ("a list", b"[1, 2]".to_vec()),
        (
            "hooks of an odd type",
            br#"{"hooks":7,"env":[],"permissions":"x"}"#.to_vec(),
        ),
        ("cut off", hook("echo x").into_bytes()[..40].to_vec()),
        ("odd bytes", (0..=255).collect()),
    ] {
        let scan = scan(&bytes);
        assert!(
            (0..=3).contains(&scan.code) && scan.code != 2,
            "{name}: exit {} {}",
            scan.code,
            scan.stderr
        );
    }
}

#[test]
fn a_nul_in_the_text_does_not_end_it() {
    let scan = scan(hook("echo odd-form\\u0000 x"));
    assert!(scan.runs("echo odd-form"));
}

#[test]
fn a_file_beyond_the_size_limit_is_told_with_exit_3() {
    let workspace = Workspace::new();
    workspace.write(FILE, "{");
    let file = std::fs::File::options()
        .write(true)
        .open(workspace.path(FILE))
        .expect("the file");
    file.set_len(1 << 31).expect("a sparse file");
    let scan = workspace.scan();
    assert_eq!(scan.code, 3, "{}", scan.json["errors"]);
    assert!(!scan.said_of(FILE).is_empty());
}
