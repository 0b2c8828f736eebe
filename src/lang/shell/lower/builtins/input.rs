//! `read` and `mapfile`.

use super::super::channel::add_origins;
use super::super::command::Run;
use super::super::conditions::Tested;
use super::super::state::{State, Value};
use super::super::walk::Walk;
use crate::lang::programs::Stdin;
use crate::model::{Bound, Piece, Unknown, Why, Word};

impl Walk<'_> {
    pub(super) fn read(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let mut names = vec![];
        let mut array = None;
        let mut fd = 0;
        let mut raw = false;
        let mut end = '\n';
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let Some(text) = word.as_known() else { continue };
            let Some(flags) = text.strip_prefix('-').filter(|flags| !flags.is_empty()) else {
                names.push(text.to_owned());
                continue;
            };
            for (i, flag) in flags.char_indices() {
                raw |= flag == 'r';
                if !matches!(flag, 'a' | 'A' | 'd' | 'i' | 'n' | 'N' | 'p' | 't' | 'u') {
                    continue;
                }
                let glued = flags
                    .get(i + 1..)
                    .filter(|rest| !rest.is_empty())
                    .map(str::to_owned);
                let value = glued.or_else(|| words.next().and_then(Word::as_known).map(str::to_owned));
                let value = value.unwrap_or_default();
                match flag {
                    'a' | 'A' => array = Some(value),
                    'd' => end = value.chars().next().unwrap_or('\0'),
                    'u' => fd = value.parse().unwrap_or(0),
                    _ => {}
                }
                break;
            }
        }
        if names.is_empty() && array.is_none() {
            names.push("REPLY".to_owned());
        }
        let Some(channel) = state.fds.get(&fd).copied() else {
            return Tested::status(false);
        };
        let input = &mut self.channels[channel].input;
        let (line, tested) = take_line(input, end, raw);
        let separators = self.separators(state);
        if let Some(array) = array {
            let items = split(&line, &separators, usize::MAX);
            let items = items
                .into_iter()
                .enumerate()
                .map(|(i, word)| (i.to_string(), word));
            let value = Value::List {
                items: items.collect(),
                associative: false,
            };
            state.set_value(&array, value);
            return tested;
        }
        let mut fields = split(&line, &separators, names.len()).into_iter();
        for name in names {
            if let Some((plain, index)) = name.strip_suffix(']').and_then(|n| n.split_once('[')) {
                self.hidden_code(state, &Word::known(index), crate::model::Span::default());
                state.set(plain, fields.next().unwrap_or_default());
            } else {
                state.set(&name, fields.next().unwrap_or_default());
            }
        }
        tested
    }

    pub(super) fn mapfile(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let mut name = "MAPFILE".to_owned();
        let mut trim = false;
        let mut fd = 0;
        let mut callback = None;
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_known() {
                Some("-t") => trim = true,
                Some("-C") => callback = words.next().cloned(),
                Some("-u") => {
                    fd = words
                        .next()
                        .and_then(Word::as_known)
                        .and_then(|n| n.parse().ok())
                        .unwrap_or(0)
                }
                Some("-d" | "-n" | "-O" | "-s" | "-c") => {
                    words.next();
                }
                Some(text) if !text.starts_with('-') => name = text.to_owned(),
                _ => {}
            }
        }
        let input = state
            .fds
            .get(&fd)
            .map(|id| self.channels[*id].input.clone())
            .unwrap_or_default();
        let items = match input.text.as_ref().and_then(Word::as_known) {
            Some(text) => text
                .split_inclusive('\n')
                .take(4096)
                .map(|line| {
                    let mut word = Word::known(if trim { line.trim_end_matches('\n') } else { line });
                    add_origins(&mut word.from, &input.origins);
                    word
                })
                .collect(),
            None => vec![unknown_line(&input)],
        };
        let items = items
            .into_iter()
            .enumerate()
            .map(|(i, word)| (i.to_string(), word));
        let value = Value::List {
            items: items.collect(),
            associative: false,
        };
        state.set_value(&name, value);
        if let Some(callback) = callback {
            self.run_text(state, &callback, run.place, None);
        }
        Tested::default()
    }
}

/// The next line of an input, and whether there was one.
fn take_line(input: &mut Stdin, end: char, raw: bool) -> (Word, Tested) {
    let Some(text) = &mut input.text else {
        return (unknown_line(input), Tested::default());
    };
    if text.is_empty() {
        return (Word::default(), Tested::status(false));
    }
    let mut line = Word {
        pieces: vec![],
        from: vec![],
    };
    let mut rest = Word::default();
    let mut ended = false;
    let mut open = false;
    for piece in &text.pieces {
        if ended {
            rest.push(piece.clone());
            continue;
        }
        match piece {
            Piece::Known(known) => match known.split_once(end) {
                Some((before, after)) => {
                    line.push_str(before);
                    rest.push_str(after);
                    ended = true;
                }
                None => line.push_str(known),
            },
            piece => {
                open |= matches!(piece, Piece::Unknown(_));
                line.push(piece.clone());
            }
        }
    }
    add_origins(&mut line.from, &input.origins);
    if !raw {
        for piece in &mut line.pieces {
            if let Piece::Known(text) = piece {
                *text = text.replace('\\', "");
            }
        }
        line.pieces.retain(|piece| *piece != Piece::Known(String::new()));
    }
    if open {
        // An unknown piece may hold any number of lines.
        return (line, Tested::default());
    }
    *text = rest;
    // A last line without its end is read, but the status says that the input is over.
    (
        line,
        if ended {
            Tested::status(true)
        } else {
            Tested::default()
        },
    )
}

/// A line of which only the origins, and a bound of the whole input, are known.
fn unknown_line(input: &Stdin) -> Word {
    let bound: Option<Bound> = match input.text.as_ref().map(|text| text.pieces.as_slice()) {
        Some(
            [Piece::Unknown(Unknown { bound, .. })]
            | [Piece::Unknown(Unknown { bound, .. }), Piece::Known(_)],
        ) => bound.clone(),
        _ => None,
    };
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Input,
            bound,
            from: input.origins.clone(),
        })],
        from: vec![],
    }
}

/// Cuts a line into at most `most` fields; the last one keeps the rest.
fn split(line: &Word, ifs: &str, most: usize) -> Vec<Word> {
    let white = |c: char| ifs.contains(c) && matches!(c, ' ' | '\t' | '\n');
    let Some(text) = line.as_known() else {
        let mut word = line.clone();
        for piece in &mut word.pieces {
            if let Piece::Unknown(unknown) = piece {
                unknown.why = Why::Input;
            }
        }
        return vec![word; most.min(16)];
    };
    let mut out = vec![];
    let mut rest = text.trim_matches(white);
    while !rest.is_empty() {
        let cut = if out.len() + 1 >= most {
            None
        } else {
            rest.find(|c| ifs.contains(c))
        };
        let Some(at) = cut else {
            out.push(rest);
            break;
        };
        out.push(&rest[..at]);
        rest = rest[at..].trim_start_matches(white);
        let next = rest.chars().next().filter(|c| ifs.contains(*c));
        if let Some(c) = next {
            rest = rest[c.len_utf8()..].trim_start_matches(white);
        }
    }
    out.into_iter()
        .map(|text| {
            let mut word = Word::known(text);
            word.from.clone_from(&line.from);
            word
        })
        .collect()
}
