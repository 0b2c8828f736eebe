//! Programs whose operands are a language of their own.

pub(super) mod find;
pub(super) mod sed;
pub(super) mod vim;

use super::Stdin;
use super::arguments::Arguments;
use super::run::{Input, Run};
use super::start::from_stdin;
use super::words::{self, Flat};
use super::{filters, is_variable};
use crate::model::effect::{Traffic, WriteAct};
use crate::model::{GapReason, Nature, Origin, Place, Via, Word};

/// `env`, `sudo`: assignments before the command; `-S` splits one word into several. Without a
/// command the environment is printed.
pub(super) fn env(
    run: &mut Run<'_, '_>,
    all: &Arguments<'_>,
    words: &mut Vec<Word>,
    places: &mut Vec<Place>,
) {
    let split: Vec<_> = all
        .given
        .iter()
        .filter(|g| g.spelling == "-S" || g.spelling == "--split-string")
        .collect();
    for (i, given) in split.iter().enumerate() {
        let parts = shell_fields(&given.value);
        places.splice(i..i, vec![given.place; parts.len()]);
        words.splice(i..i, parts);
    }
    while let Some((name, value)) = words.first().and_then(|word| words::split_once(word, '=')) {
        let known = name.as_known().is_some_and(is_variable);
        if !known {
            break;
        }
        let (name, place) = (name.display(), places.first().copied().unwrap_or(run.call.place));
        run.set_variable(&name, &value, place);
        super::variables::apply(run, &name, &value, place);
        run.assignments.push((name, value));
        words.remove(0);
        if !places.is_empty() {
            places.remove(0);
        }
    }
    let prints = run
        .call
        .program
        .as_known()
        .is_some_and(|p| p.rsplit('/').next() == Some("env"));
    if words.is_empty() && prints {
        run.reads_environment("*");
        run.to_stdout = true;
    }
}

/// `xargs`: the words of its input become arguments, or take the place of the `-I` text.
pub(super) fn xargs(
    run: &mut Run<'_, '_>,
    all: &Arguments<'_>,
    words: &mut Vec<Word>,
    places: &mut Vec<Place>,
) -> Stdin {
    let option = |names: &[&str]| {
        all.given
            .iter()
            .find(|g| names.contains(&g.spelling))
            .map(|g| g.value.clone())
    };
    let mut text = run.call.stdin.text.clone();
    let mut origins = run.stdin_origins();
    if let Some(given) = all.given.iter().find(|g| g.spelling == "-a") {
        // The page reads the file; its words are the arguments.
        let path = run.path(&given.value);
        text = filters::file_text(run, &path).map(Word::known);
        let id = run.read(&given.value, given.place, true, Nature::Stated);
        origins = id.map(Origin::Effect).into_iter().collect();
    }
    if words.is_empty() {
        run.to_stdout = true;
        run.use_stdin(true);
        return Stdin::default();
    }
    let place = places.last().copied().unwrap_or(run.call.place);
    let items: Vec<Word> = match &text {
        Some(text) => {
            let by = if all.has("-0 --null") {
                Some("\0".to_owned())
            } else {
                option(&["-d", "--delimiter"]).map(|d| filters::escapes(&d.display()))
            };
            let flat = Flat::new(text);
            match by {
                Some(by) if !by.is_empty() => flat
                    .text
                    .split(by.as_str())
                    .filter(|p| !p.is_empty())
                    .map(|p| flat.word(p))
                    .collect(),
                _ => words::fields(text),
            }
        }
        None => vec![from_stdin(origins.clone())],
    };
    let items: Vec<Word> = items
        .into_iter()
        .map(|mut item| {
            for origin in &origins {
                if !item.origins().contains(origin) {
                    item.from.push(origin.clone());
                }
            }
            item
        })
        .collect();
    if let Some(mark) = option(&["-I", "-i", "--replace", "-i?", "--replace?", "-J"]) {
        let mark = mark
            .as_known()
            .filter(|m| !m.starts_with('-'))
            .unwrap_or("{}")
            .to_owned();
        let each: Vec<Vec<Word>> = items
            .iter()
            .take(50)
            .map(|item| words.iter().map(|w| replace(w, &mark, item)).collect())
            .collect();
        let last = each.len().saturating_sub(1);
        for (i, inner) in each.into_iter().enumerate() {
            if i == last {
                *words = inner;
            } else {
                run.command(inner, places.clone(), Stdin::default());
            }
        }
    } else {
        for item in items.into_iter().take(500) {
            words.push(item);
            places.push(place);
        }
    }
    Stdin::default()
}

/// `word` with every `mark` in its known text replaced.
pub(super) fn replace(word: &Word, mark: &str, by: &Word) -> Word {
    let flat = Flat::new(word);
    let mut out = Word::default();
    for (i, part) in flat.text.split(mark).enumerate() {
        if i > 0 {
            out.append(by);
        }
        out.append(&flat.word(part));
    }
    out
}

/// Words of a text with quotes and backslashes, without any expansion.
pub(super) fn shell_fields(word: &Word) -> Vec<Word> {
    let flat = Flat::new(word);
    let mut all = vec![];
    let mut current: Option<String> = None;
    let mut quote = None;
    let mut chars = flat.text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => current.get_or_insert_default().extend(chars.next()),
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => current.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                current.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => all.extend(current.take()),
            (c, None) => current.get_or_insert_default().push(c),
        }
    }
    all.extend(current);
    all.iter().map(|part| flat.word(part)).collect()
}

/// Whether an awk program only computes and prints to its output: it starts nothing, and reads
/// and writes no file of its own.
pub(super) fn awk_only_prints(text: &str) -> bool {
    ![
        "system", "getline", "|", "/inet", "@load", "@include", "close", "ENVIRON", "-f",
    ]
    .iter()
    .any(|word| text.contains(word))
        && !text.split(['{', ';', '\n']).any(|part| {
            let part = part.trim_start();
            (part.contains("print"))
                && part
                    .split_once("print")
                    .is_some_and(|(_, rest)| rest.contains('>'))
        })
}

/// Ways out of a query client: shell lines, files read and written.
pub(super) fn query_escapes(run: &mut Run<'_, '_>, word: &Word, place: Place) {
    let flat = Flat::new(word);
    for line in flat.text.split(['\n', ';']) {
        let line = line.trim();
        let lower = line.to_ascii_lowercase();
        let after = |prefix: &str| {
            lower
                .starts_with(prefix)
                .then(|| flat.word(line.get(prefix.len()..).unwrap_or("").trim()))
        };
        if let Some(text) = [".shell ", ".system ", "\\! ", "\\!", "system "]
            .iter()
            .find_map(|p| after(p))
        {
            run.shell(text, place, vec![], None);
        } else if let Some(file) = [".read ", "\\i ", "\\ir ", "source "]
            .iter()
            .find_map(|p| after(p))
        {
            run.read(&file, place, true, Nature::Stated);
            run.gap(place, GapReason::NotModelled, "a file of queries is run");
        } else if let Some(file) = [".output ", ".once ", "\\o ", ".backup ", ".save ", ".dump "]
            .iter()
            .find_map(|p| after(p))
        {
            run.write(&file, place, WriteAct::Overwrite, Nature::Stated);
        } else if let Some(file) = [".load ", "load "].iter().find_map(|p| after(p)) {
            run.load(&file, place, "native");
        }
        for (at, _) in lower.match_indices("program") {
            if let Some(text) = lower
                .get(..at)
                .is_some_and(|b| b.contains("copy"))
                .then(|| quoted(line.get(at..).unwrap_or("")))
                .flatten()
            {
                run.shell(flat.word(text), place, vec![], None);
            }
        }
        for function in [
            "readfile(",
            "load_file(",
            "pg_read_file(",
            "read_csv(",
            "read_text(",
            "infile ",
        ] {
            for (at, _) in lower.match_indices(function) {
                if let Some(text) = quoted(line.get(at..).unwrap_or("")) {
                    run.read(&flat.word(text), place, true, Nature::Stated);
                } else {
                    run.gap(
                        place,
                        GapReason::UnknownOperand,
                        "a file that a query reads is put together at run time",
                    );
                    let id = run.read(
                        &Word::unknown(crate::model::Why::Output),
                        place,
                        true,
                        Nature::Stated,
                    );
                    run.told &= id.is_some();
                }
            }
        }
        for function in ["writefile(", "outfile ", "dumpfile "] {
            for (at, _) in lower.match_indices(function) {
                if let Some(text) = quoted(line.get(at..).unwrap_or("")) {
                    run.write(&flat.word(text), place, WriteAct::Overwrite, Nature::Stated);
                }
            }
        }
    }
}

/// The first text between single quotes.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('\'')?;
    let (inner, after) = rest.split_once('\'')?;
    (!after.trim_start().starts_with("||")).then_some(inner)
}

/// `socat`: two addresses, each a file, a program or a connection.
pub(super) fn socat(run: &mut Run<'_, '_>, word: &Word, place: Place) {
    let flat = Flat::new(word);
    let (name, rest) = flat.text.split_once(':').unwrap_or((flat.text.as_str(), ""));
    let value = rest.split(',').next().unwrap_or("");
    match name.to_ascii_uppercase().as_str() {
        "-" | "STDIO" | "STDIN" | "STDOUT" => {
            run.reads_stdin = true;
            run.use_stdin(true);
        }
        "EXEC" => {
            let words = shell_fields(&flat.word(value));
            run.option_command(words, place);
        }
        "SYSTEM" | "SHELL" => run.shell(flat.word(rest), place, vec![], None),
        "OPEN" | "FILE" | "GOPEN" => {
            run.read(&flat.word(value), place, true, Nature::Stated);
            run.write(&flat.word(value), place, WriteAct::Append, Nature::Stated);
        }
        "CREATE" => {
            run.write(&flat.word(value), place, WriteAct::Overwrite, Nature::Stated);
        }
        "PTY" | "PIPE" | "FD" | "UNIX-CONNECT" | "UNIX-LISTEN" | "ABSTRACT-CONNECT" => run.told = false,
        name if name.starts_with("TCP")
            || name.starts_with("UDP")
            || name.starts_with("OPENSSL")
            || name.starts_with("SSL")
            || name.starts_with("SCTP") =>
        {
            run.sends = true;
            if name.contains("LISTEN") || name.contains("RECV") {
                run.told = false;
                return;
            }
            let connect = super::address::host(&flat.word(value), "tcp", Traffic::Both);
            let id = run.connect(connect, place, Nature::Stated, word);
            run.inputs.push(Input {
                origin: Origin::Effect(id),
                via: Via::Pipe,
                decoded: vec![],
            });
        }
        _ => run.told = false,
    }
}
