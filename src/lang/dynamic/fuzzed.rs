//! Words of each language thrown together: lowering ends, and every place lies in its text.

use proptest::prelude::*;

use crate::lang::{Context, Lower, javascript, oneliner, python};
use crate::model::{EffectKind, Limits, RepoPath, Sources};

fn check(lower: Lower, text: &str) {
    let limits = Limits {
        steps: 3_000,
        ..Limits::default()
    };
    let context = Context::new(&limits);
    let mut sources = Sources::new();
    let source = sources.file(RepoPath::root(), text);
    let lowered = lower(source, &mut sources, &context);
    let effects = lowered.iter().map(|(_, e)| e.place);
    let gaps = lowered.coverage.gaps.iter().map(|g| g.place);
    let references = lowered.references.iter().map(|r| r.place);
    for place in effects.chain(gaps).chain(references) {
        assert!(
            sources
                .text(place.source)
                .get(place.span.start..place.span.end)
                .is_some()
        );
    }
}

fn soup(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => prop::sample::select(words).prop_map(str::to_owned), 1 => "\\PC{0,4}"];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

const SCRIPT: &[&str] = &[
    "const",
    "x",
    "=",
    "require",
    "(",
    "\"fs\"",
    ")",
    ".",
    "readFileSync",
    "process.env",
    "[",
    "]",
    "{",
    "}",
    "=>",
    ",",
    "`a${x}b`",
    "...",
    "class",
    "extends",
    "new",
    "this",
    "\n",
    ";",
    "if",
    "for",
    "of",
    "await",
    "function",
    "return",
    "+",
    "eval",
    "exec",
    "fetch",
    "then",
    "import",
    "from",
    "export",
    "default",
    "async",
    "\"é\"",
    "?.",
    "??",
    "1e9",
    "-1",
    "while",
];

const PYTHON: &[&str] = &[
    "def",
    "f",
    "(",
    ")",
    ":",
    "\n",
    "\n    ",
    "\n        ",
    "x",
    "=",
    "import",
    "os",
    ".",
    "system",
    "open",
    "\"a\"",
    "f\"{x}é\"",
    "[",
    "]",
    "{",
    "}",
    "for",
    "in",
    "if",
    "else",
    "lambda",
    "class",
    "with",
    "as",
    "return",
    "yield",
    "*",
    "**",
    "+",
    "%",
    "[::-1]",
    "exec",
    "try",
    "except",
    "getattr",
    "@",
    "not",
    "and",
    "'''é",
    "b\"\\xff\"",
    "range(9)",
];

const OTHER: &[&str] = &[
    "$x",
    "@y",
    "%h",
    "=",
    "\"a$x{é}#{b}\"",
    "'q'",
    "`ls`",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "system",
    "open",
    "print",
    "puts",
    "do",
    "end",
    "|a|",
    "sub",
    "def",
    "function",
    "if",
    "unless",
    "eval",
    "->",
    "=>",
    "::",
    ".",
    ",",
    ";",
    "\n",
    "<<EOF",
    "EOF",
    "q(",
    "qw(a b)",
    "<STDIN>",
    "BEGIN",
    "getline",
    "|",
    ">",
    "$0",
    "<?php",
    "?>",
    "echo",
    ":s",
    "%w[a b]",
    "é",
    "\\",
    "map",
    "x",
    "for",
    "while",
    "/re/",
    "s/a/b/e",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scripts(text in soup(SCRIPT)) {
        check(javascript::lower, &text);
        check(javascript::lower_typescript, &text);
    }

    #[test]
    fn python_texts(text in soup(PYTHON)) {
        check(python::lower, &text);
    }

    #[test]
    fn other_texts(text in soup(OTHER)) {
        check(oneliner::lower_perl, &text);
        check(oneliner::lower_awk, &text);
        check(oneliner::lower_ruby, &text);
        check(oneliner::lower_php, &text);
        check(oneliner::lower_php, &format!("<?php {text}"));
    }

    #[test]
    fn a_string_means_what_was_written_in_it(text in "[ -~é\n\u{1f600}]{0,20}") {
        let json = serde_json::to_string(&text).unwrap();
        let single = format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
        for (lower, code) in [
            (javascript::lower as Lower, format!("require('child_process').execFileSync('tool', ['a', {json}])")),
            (python::lower, format!("import subprocess\nsubprocess.run(['tool', 'a', {json}])\n")),
            (oneliner::lower_perl, format!("system('tool', 'a', {single});")),
            (oneliner::lower_ruby, format!("system('tool', 'a', {single})")),
        ] {
            prop_assert_eq!(last_argument(lower, &code), Some(text.clone()), "{}", code);
        }
    }
}

/// The last argument of the first program that `code` starts.
fn last_argument(lower: Lower, code: &str) -> Option<String> {
    let limits = Limits::default();
    let mut sources = Sources::new();
    let source = sources.file(RepoPath::root(), code);
    let lowered = lower(source, &mut sources, &Context::new(&limits));
    lowered.iter().find_map(|(_, effect)| match &effect.kind {
        EffectKind::Exec(exec) => exec.argv.last()?.as_known().map(str::to_owned),
        _ => None,
    })
}
