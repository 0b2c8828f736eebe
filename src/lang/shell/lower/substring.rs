//! `${x:offset:length}` and `${x@letter}`.

use super::pattern::Pattern;
use super::state::{State, choices, join_words};
use super::value::{Found, Set};
use super::walk::Walk;
use crate::model::{Span, Why, Word};

impl Walk<'_> {
    pub fn slice(
        &mut self,
        state: &State,
        found: Found,
        name: &str,
        offset: &Word,
        length: Option<&Word>,
    ) -> Found {
        let number = |word: &Word| word.as_known().and_then(|text| text.parse::<i64>().ok());
        let from: Vec<_> = found.words.iter().flat_map(Word::origins).collect();
        let unknown = Found::one(Word::unknown_from(Why::NotUnderstood, from));
        let Some(offset) = number(offset) else {
            return unknown;
        };
        let count = match length.map(number) {
            Some(None) => return unknown,
            Some(Some(n)) => Some(n),
            None => None,
        };
        if found.list.is_some() {
            let mut words = found.words;
            if matches!(name, "@" | "*") {
                words.insert(0, state.script.clone());
            }
            let range = bounds(words.len(), offset, count);
            let words: Vec<Word> = words.drain(range).collect();
            return Found {
                set: Set::Yes,
                words,
                list: found.list,
            };
        }
        let Some(texts) = found
            .words
            .first()
            .and_then(|word| choices(&super::expand::settle(word)))
        else {
            return unknown;
        };
        let cut = |text: &String| -> String {
            let chars: Vec<char> = text.chars().collect();
            chars[bounds(chars.len(), offset, count)].iter().collect()
        };
        let mut cuts = texts.iter().map(cut).map(Word::known);
        let first = cuts.next().unwrap_or_default();
        let mut word = cuts.fold(first, |a, b| join_words(&a, &b));
        if let Some(old) = found.words.first() {
            super::channel::add_origins(&mut word.from, &old.from);
        }
        Found::one(word)
    }

    pub fn transform(&mut self, state: &mut State, found: Found, letter: char, span: Span) -> Found {
        if letter == 'P' {
            // Prompt expansion runs the substitutions in the value.
            for word in found.words.clone() {
                self.hidden_code(state, &word, span);
            }
            return found;
        }
        self.each(found, Some("?".to_owned()), |pattern, text, _| {
            let text = text?;
            Some(Word::known(match letter {
                'U' => change_case(text, true, true, pattern),
                'L' => change_case(text, false, true, pattern),
                'u' => change_case(text, true, false, pattern),
                'Q' => format!("'{}'", text.replace('\'', "'\\''")),
                'E' => super::builtins::print::unescape(text).0,
                _ => return None,
            }))
        })
    }
}

/// The range of `${x:offset:length}` in `len` items, negative numbers counted from the end.
fn bounds(len: usize, offset: i64, count: Option<i64>) -> std::ops::Range<usize> {
    let len_signed = i64::try_from(len).unwrap_or(i64::MAX);
    let start = if offset < 0 {
        len_signed.saturating_add(offset).max(0)
    } else {
        offset.min(len_signed)
    };
    let end = match count {
        None => len_signed,
        Some(n) if n < 0 => len_signed.saturating_add(n),
        Some(n) => start.saturating_add(n),
    };
    let end = end.clamp(start, len_signed);
    usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0)
}

pub(super) fn change_case(text: &str, upper: bool, all: bool, pattern: &Pattern) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if (all || i == 0) && pattern.matches(&c.to_string()) {
            if upper {
                out.extend(c.to_uppercase());
            } else {
                out.extend(c.to_lowercase());
            }
        } else {
            out.push(c);
        }
    }
    out
}
