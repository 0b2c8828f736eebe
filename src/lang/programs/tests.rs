//! The examples of the pages, run.

use super::*;
use crate::lang::Context;
use crate::model::effect::{Connect, Traffic};
use crate::model::{Limits, Nature, RepoPath, Span};
use page::Example;

/// Words of an example: quotes and backslashes as in the shell, `~/` is the home folder.
fn words(command: &str) -> Vec<Word> {
    special::shell_fields(&Word::known(command))
        .into_iter()
        .map(|word| match words::strip(&word, "~/") {
            Some(rest) => words::join(&Word::anchor(crate::model::Anchor::Home), &rest),
            None => match words::strip(&word, "$") {
                Some(name) if !name.is_empty() => Word::unknown(crate::model::Why::Variable(name.display())),
                _ => word,
            },
        })
        .collect()
}

struct Ran {
    stated: Vec<String>,
    lines: Vec<String>,
    output: Output,
}

fn run(example: &Example) -> Ran {
    let limits = Limits::default();
    let context = Context::new(&limits);
    let mut sources = Sources::new();
    let source = sources.file(
        RepoPath::new("example.sh").unwrap_or_default(),
        example.command.as_str(),
    );
    let place = Place::new(source, Span::new(0, example.command.len()));
    let mut out = Lowered::default();
    let mut stdin = Stdin::default();
    match example.stdin.as_deref() {
        Some("fetch") => {
            let connect = Connect {
                scheme: Some("https".into()),
                host: Word::known("in.example"),
                port: None,
                path: None,
                userinfo: None,
                traffic: Traffic::Fetch,
            };
            let id = out.push(Effect::stated(EffectKind::Connect(connect), place));
            stdin = Stdin {
                origins: vec![Origin::Effect(id)],
                connected: true,
                ..Stdin::default()
            };
        }
        Some(text) => {
            stdin = Stdin {
                text: Some(Word::known(text)),
                connected: true,
                ..Stdin::default()
            }
        }
        None => {}
    }
    let before = out.effects.len();
    let mut all = words(&example.command);
    let mut assignments = vec![];
    while let Some((name, value)) = all.first().and_then(|w| words::split_once(w, '=')) {
        assignments.push((name.display(), value));
        all.remove(0);
    }
    let program = all.remove(0);
    let places = vec![place; all.len() + 1];
    let call = Call {
        program: &program,
        argv: &all,
        places: &places,
        place,
        assignments: &assignments,
        cwd: &Location::Tree(RepoPath::root()),
        stdin: &stdin,
        how: How::Direct,
        gates: &[],
        by: None,
        context: &context,
    };
    let outcome = lower_call(&call, &mut out, &mut sources);
    let effects = || {
        out.iter()
            .skip(before)
            .map(|(id, effect)| (effect.nature, out.describe_effect(id)))
    };
    let stated = effects()
        .filter(|(n, _)| *n == Nature::Stated)
        .map(|(_, line)| line)
        .collect();
    let mut lines: Vec<String> = effects().map(|(_, line)| line).collect();
    lines.extend(out.describe().into_iter().skip(out.effects.len()));
    lines.extend(outcome.then.iter().map(describe_then));
    if let EffectKind::Exec(Exec { package: Some(p), .. }) = &out.get(outcome.exec).kind {
        let pin = if p.pinned { " pinned" } else { "" };
        lines.push(format!(
            "package {} {} {}{pin}",
            p.ecosystem,
            p.name,
            p.version.as_deref().unwrap_or("-")
        ));
    }
    Ran {
        stated,
        lines,
        output: outcome.output,
    }
}

fn describe_then(then: &Then) -> String {
    let list = |words: &[Word]| words.iter().map(Word::display).collect::<Vec<_>>().join(" ");
    match then {
        Then::Command {
            words, assignments, ..
        } => {
            let set: String = assignments
                .iter()
                .map(|(n, v)| format!("{n}={} ", v.display()))
                .collect();
            format!("then {set}{}", list(words))
        }
        Then::Shell { text, .. } => format!("then shell {}", text.display()),
        Then::Script { path, argv, .. } => format!("then script {} {}", path.at.display(), list(argv))
            .trim_end()
            .to_owned(),
    }
}

fn examples() -> Vec<(String, Example)> {
    let text = include_str!(concat!(env!("OUT_DIR"), "/program-examples.json"));
    serde_json::from_str(text).expect("the build wrote them")
}

#[test]
fn every_example_of_a_page_comes_to_what_it_says() {
    let mut wrong = vec![];
    for (program, example) in examples() {
        let ran = run(&example);
        let n = ran.stated.len();
        let stated = example
            .effects
            .get(..n.min(example.effects.len()))
            .unwrap_or_default();
        let rest_ok = example
            .effects
            .iter()
            .skip(n)
            .all(|line| ran.lines.contains(line));
        let output = ran
            .output
            .text
            .as_ref()
            .and_then(Word::as_known)
            .map(ToOwned::to_owned);
        let output_ok = example.output.is_none() || example.output == output;
        if stated != ran.stated || !rest_ok || !output_ok {
            wrong.push(format!(
                "{program}: {}\n  page: {:#?}\n  is:   {:#?}\n  output {:?}, is {:?}",
                example.command, example.effects, ran.lines, example.output, output
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} examples are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A tree of one file.
struct OneFile(Vec<crate::model::tree::Entry>, &'static str);

impl OneFile {
    fn new(path: &str, text: &'static str) -> Self {
        let kind = crate::model::tree::EntryKind::File { executable: true };
        let path = RepoPath::new(path).unwrap_or_default();
        Self(
            vec![crate::model::tree::Entry {
                path,
                kind,
                size: None,
                tracked: None,
            }],
            text,
        )
    }
}

impl crate::model::Tree for OneFile {
    fn entries(&self) -> &[crate::model::tree::Entry] {
        &self.0
    }
    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, crate::model::tree::ReadError> {
        match self.entry(path) {
            Some(_) => Ok(path.clone()),
            None => Err(crate::model::tree::ReadError::Missing),
        }
    }
    fn read(&self, path: &RepoPath, _: u64) -> Result<Vec<u8>, crate::model::tree::ReadError> {
        self.resolve(path).map(|_| self.1.as_bytes().to_vec())
    }
}

/// Lowers words one call after another into the same result.
fn lower_all(tree: Option<&dyn crate::model::Tree>, calls: &[(Vec<Word>, Stdin)]) -> (Lowered, Vec<Outcome>) {
    let limits = Limits::default();
    let mut context = Context::new(&limits);
    context.tree = tree;
    let mut sources = Sources::new();
    let source = sources.file(RepoPath::new("x.sh").unwrap_or_default(), "");
    let place = Place::new(source, Span::default());
    let (mut out, mut outcomes) = (Lowered::default(), vec![]);
    for (words, stdin) in calls {
        let Some((program, argv)) = words.split_first() else {
            continue;
        };
        let call = Call {
            program,
            argv,
            places: &[],
            place,
            assignments: &[],
            cwd: &Location::Tree(RepoPath::root()),
            stdin,
            how: How::Direct,
            gates: &[],
            by: None,
            context: &context,
        };
        outcomes.push(lower_call(&call, &mut out, &mut sources));
    }
    (out, outcomes)
}

fn call(line: &str) -> (Vec<Word>, Stdin) {
    (words(line), Stdin::default())
}

#[test]
fn a_file_of_the_tree_is_decoded_on_its_way() {
    let tree = OneFile::new("assets/logo.txt", "ZGF0ZSAtdQo=");
    let (_, outcomes) = lower_all(Some(&tree), &[call("base64 -d assets/logo.txt")]);
    let output = &outcomes[0].output;
    assert_eq!(output.text.as_ref().and_then(Word::as_known), Some("date -u\n"));
    assert_eq!(output.decoded, vec![Scheme::Base64]);
}

#[test]
fn a_file_written_before_is_no_longer_what_the_tree_holds() {
    let tree = OneFile::new("a.txt", "date");
    let (_, outcomes) = lower_all(Some(&tree), &[call("cp b.txt a.txt"), call("cat a.txt")]);
    assert_eq!(outcomes[1].output.text, None);
}

#[test]
fn a_fetched_file_that_is_run_is_a_flow_from_the_fetch() {
    let fetch_and_run = [call("curl -so x.py https://cdn.example/x"), call("python3 x.py")];
    let (out, outcomes) = lower_all(None, &fetch_and_run);
    let connect = out
        .iter()
        .find(|(_, e)| matches!(e.kind, EffectKind::Connect(_)))
        .map(|(id, _)| id);
    let from = connect.map(Origin::Effect);
    assert!(
        out.flows
            .iter()
            .any(|f| Some(&f.from) == from.as_ref() && f.to == outcomes[1].exec && f.via == Via::File)
    );
}

#[test]
fn decoding_steps_are_kept_from_filter_to_filter() {
    let fetched = Stdin {
        origins: vec![Origin::Payload],
        decoded: vec![Scheme::Base64],
        connected: true,
        ..Stdin::default()
    };
    let (out, outcomes) = lower_all(
        None,
        &[(words("gunzip"), fetched.clone()), (words("python3 -"), fetched)],
    );
    assert_eq!(
        outcomes[0].output.decoded,
        vec![Scheme::Base64, Scheme::Compressed]
    );
    assert!(
        out.flows
            .iter()
            .any(|f| f.to == outcomes[1].exec && f.decoded == vec![Scheme::Base64])
    );
}

#[test]
fn an_option_that_no_page_knows_makes_the_program_opaque() {
    let told = |line: &str| {
        let (out, outcomes) = lower_all(None, &[call(line)]);
        matches!(&out.get(outcomes[0].exec).kind, EffectKind::Exec(e) if e.understood == Understood::Told)
    };
    assert!(told("curl --silent https://in.example/"));
    assert!(told("curl --sil https://in.example/") || !told("curl --no-such-option https://in.example/"));
    assert!(!told("curl --no-such-option https://in.example/"));
    assert!(!told("no-such-program x"));
    assert!(!told("git no-such-verb"));
}

#[test]
fn a_program_in_the_tree_is_a_script_even_with_the_name_of_a_known_one() {
    let tree = OneFile::new("bin/curl", "#!/usr/bin/env python3\n");
    let (out, outcomes) = lower_all(Some(&tree), &[call("bin/curl https://in.example/")]);
    assert!(!out.iter().any(|(_, e)| matches!(e.kind, EffectKind::Connect(_))));
    assert!(matches!(&out.references[0].target, Target::Script { language: Some(l), .. } if l == "python"));
    assert!(outcomes[0].then.is_empty());
}

#[test]
fn a_name_that_is_not_known_is_a_gap_unless_the_starter_hands_it_in() {
    let unknown = |from: Vec<Origin>| {
        let file = Word::unknown_from(crate::model::Why::Output, from);
        let (out, _) = lower_all(None, &[(vec![Word::known("cat"), file], Stdin::default())]);
        out.coverage.is_complete()
    };
    assert!(!unknown(vec![]));
    assert!(unknown(vec![Origin::Arguments]));
}

#[test]
fn every_filter_that_a_page_names_is_there() {
    for name in table::names() {
        let page = table::page(name).expect("a page");
        assert!(
            page.filter.is_empty() || filters::named(&page.filter).is_some(),
            "{name}"
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn no_words_make_it_panic(
        which in 0usize..10_000,
        operands in proptest::collection::vec("[-+@=:/.,*{}'\"\\\\ a-z0-9é😀$|;!%]{0,12}", 0..6),
        text in proptest::option::of("[-=%\\\\a-z0-9 é\n]{0,40}"),
    ) {
        let names: Vec<&str> = table::names().collect();
        let name = names[which % names.len()];
        let mut line = vec![Word::known(name)];
        line.extend(operands.iter().map(|o| Word::known(o.as_str())));
        let stdin = Stdin { text: text.map(Word::known), connected: true, ..Stdin::default() };
        let (out, outcomes) = lower_all(None, &[(line, stdin)]);
        proptest::prop_assert!(outcomes[0].exec.0 < u32::try_from(out.effects.len()).unwrap_or(0));
    }
}
