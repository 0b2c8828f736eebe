//! The examples of the pages, run.

use super::*;
use crate::lang::Context;
use crate::model::effect::Connect;
use crate::model::{Limits, RepoPath, Span};
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
