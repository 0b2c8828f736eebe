//! Paths and URLs put together.

use super::Machine;
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::{Anchor, Location, Piece, Word};

impl Machine<'_, '_> {
    /// Parts of a path put together. An absolute part starts anew where `anew` is set (Python, `resolve`).
    pub(super) fn join_path(&mut self, parts: &[Value], anew: bool) -> Value {
        let mut words: Vec<Word> = vec![];
        for part in parts {
            let mut choices = self.words(part);
            choices.truncate(8);
            if words.is_empty() {
                words = choices;
                continue;
            }
            let mut next = vec![];
            for start in &words {
                for word in &choices {
                    if next.len() < 24 {
                        next.push(joined(start, word, anew));
                    }
                }
            }
            words = next;
        }
        let handle = |word: Word| {
            Value::object(
                Shape::Handle("path"),
                State {
                    text: Some(word),
                    ..State::default()
                },
            )
        };
        words
            .into_iter()
            .map(handle)
            .reduce(Value::or)
            .unwrap_or_default()
    }

    pub(super) fn path_value(&mut self, word: Word) -> Value {
        if self.dialect.local_by_assignment {
            return Value::object(
                Shape::Handle("path"),
                State {
                    text: Some(word),
                    ..State::default()
                },
            );
        }
        Value::Text(word)
    }

    /// A path as plain text.
    pub(super) fn plain(&mut self, value: Value) -> Value {
        self.words(&value)
            .into_iter()
            .map(Value::Text)
            .reduce(Value::or)
            .unwrap_or_default()
    }

    pub(super) fn seen_from_cwd(&mut self, value: Value) -> Value {
        let words = self.words(&value);
        let cwd = self.cwd.clone();
        let cwd = self.location_word(&cwd);
        words
            .into_iter()
            .map(|word| {
                Value::Text(if relative(&word) {
                    joined(&cwd, &word, true)
                } else {
                    word
                })
            })
            .reduce(Value::or)
            .unwrap_or_default()
    }

    pub(super) fn expand_home(&mut self, value: &Value) -> Value {
        let path = matches!(value, Value::Object(_));
        let words = self.words(value);
        let expanded = words.into_iter().map(|word| {
            let rest = ["~", "$HOME", "${HOME}"]
                .iter()
                .find_map(|p| word.known_prefix().strip_prefix(p));
            let rest = rest
                .filter(|r| r.is_empty() || r.starts_with('/'))
                .map(str::to_owned);
            match rest {
                Some(rest) => {
                    let mut out = Word::anchor(Anchor::Home);
                    out.push_str(&rest);
                    word.pieces.iter().skip(1).for_each(|p| out.push(p.clone()));
                    out.from = word.from.clone();
                    out
                }
                None => word,
            }
        });
        let values: Vec<Value> = expanded
            .map(|word| match path {
                true => Value::object(
                    Shape::Handle("path"),
                    State {
                        text: Some(word),
                        ..State::default()
                    },
                ),
                false => Value::Text(word),
            })
            .collect();
        values.into_iter().reduce(Value::or).unwrap_or_default()
    }

    /// `new URL(text, base)`.
    pub(super) fn url(&mut self, text: &Value, base: Option<&Value>) -> Value {
        let base_word = base
            .filter(|b| !matches!(b, Value::Nothing))
            .map(|b| self.word(b));
        let mut result: Option<Value> = None;
        for word in self.words(text) {
            let known = word.known_prefix();
            let whole = match &base_word {
                Some(base)
                    if !known.contains("://")
                        && !known.starts_with("file:")
                        && !matches!(word.pieces.first(), Some(Piece::Anchor(_))) =>
                {
                    against(base, &word)
                }
                _ => word,
            };
            let url = Value::object(
                Shape::Handle("url"),
                State {
                    text: Some(whole),
                    ..State::default()
                },
            );
            result = Some(match result {
                Some(there) => there.or(url),
                None => url,
            });
        }
        result.unwrap_or_default()
    }

    /// The folder of a location, for paths relative to a file.
    pub(super) fn folder_of(at: &Location) -> Location {
        at.join("..")
    }
}

pub(super) fn relative(word: &Word) -> bool {
    match word.pieces.first() {
        Some(Piece::Known(text)) => !text.starts_with('/'),
        Some(Piece::Anchor(_)) => false,
        Some(_) => true,
        None => true,
    }
}

pub(super) fn joined(start: &Word, word: &Word, anew: bool) -> Word {
    if word.is_empty() {
        return start.clone();
    }
    if anew && !start.is_empty() && !relative(word) {
        return word.clone();
    }
    if start.is_empty() {
        return word.clone();
    }
    let mut whole = start.clone();
    let ends = matches!(start.pieces.last(), Some(Piece::Known(text)) if text.ends_with('/'));
    let begins = word.known_prefix().starts_with('/');
    if !ends && !begins {
        whole.push_str("/");
    }
    whole.append(word);
    whole
}

/// A URL against its base: an absolute path replaces the path, else the last part is replaced.
pub(super) fn against(base: &Word, word: &Word) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: base.from.clone(),
    };
    let from_root = word.known_prefix().starts_with('/');
    let count = base.pieces.len();
    for (i, piece) in base.pieces.iter().enumerate() {
        match piece {
            Piece::Known(text) => {
                let text = text.as_str();
                let authority = text.find("://").map(|at| at + 3);
                let cut = match (authority, from_root) {
                    (Some(start), true) => text[start..].find('/').map(|at| start + at),
                    (Some(start), false) => text[start..].rfind('/').map(|at| start + at),
                    (None, true) => None,
                    (None, false) => text.rfind('/'),
                };
                match cut {
                    Some(at) if from_root || i + 1 == count => {
                        out.push_str(&text[..at]);
                        break;
                    }
                    _ => out.push_str(text),
                }
            }
            piece => out.push(piece.clone()),
        }
    }
    if !from_root {
        out.push_str("/");
    }
    out.append(word);
    out
}
