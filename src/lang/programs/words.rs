//! Taking words apart without losing what is unknown in them.

use crate::model::{Anchor, Location, Piece, Word};

/// First of the private-use characters that stand for pieces that are no text.
const FIRST: u32 = 0x000F_0000;

/// A word as text in which every piece that is not known is one private-use character.
pub(super) struct Flat {
    /// The text.
    pub(super) text: String,
    pieces: Vec<Piece>,
    word: Word,
}

impl Flat {
    /// Flattens `word`.
    pub(super) fn new(word: &Word) -> Self {
        let mut text = String::new();
        let mut pieces = vec![];
        for piece in &word.pieces {
            if let Piece::Known(known) = piece {
                text.push_str(known);
            } else {
                let number = FIRST + u32::try_from(pieces.len()).unwrap_or(0).min(0xFFF0);
                text.push(char::from_u32(number).unwrap_or('\u{F0000}'));
                pieces.push(piece.clone());
            }
        }
        Self {
            text,
            pieces,
            word: word.clone(),
        }
    }

    /// Whether a character of [`Flat::text`] stands for a piece that is not known.
    pub(super) fn is_open(c: char) -> bool {
        c as u32 >= FIRST
    }

    /// The word that a part of [`Flat::text`] stands for.
    pub(super) fn word(&self, part: &str) -> Word {
        let mut word = Word {
            pieces: vec![],
            from: self.word.from.clone(),
        };
        let mut known = String::new();
        for c in part.chars() {
            let piece = (c as u32)
                .checked_sub(FIRST)
                .and_then(|i| self.pieces.get(usize::try_from(i).ok()?));
            if let Some(piece) = piece {
                word.push_str(&std::mem::take(&mut known));
                word.push(piece.clone());
            } else {
                known.push(c);
            }
        }
        word.push_str(&known);
        word
    }
}

/// The rest of `word` after the known text `prefix`.
pub(super) fn strip(word: &Word, prefix: &str) -> Option<Word> {
    let flat = Flat::new(word);
    Some(flat.word(flat.text.strip_prefix(prefix)?))
}

/// Whether `word` may turn out to be `text`: what is known of it stands there, in order.
pub(super) fn may_be(word: &Word, text: &str) -> bool {
    let mut rest = text;
    word.pieces.iter().all(|piece| match piece {
        Piece::Known(known) => match rest.find(known.as_str()) {
            Some(at) => {
                rest = rest.get(at + known.len()..).unwrap_or_default();
                true
            }
            None => false,
        },
        _ => true,
    })
}

/// `word` split at the first `at` in its known text.
pub(super) fn split_once(word: &Word, at: char) -> Option<(Word, Word)> {
    let flat = Flat::new(word);
    let (left, right) = flat.text.split_once(at)?;
    Some((flat.word(left), flat.word(right)))
}

/// The words of a text, split at white space.
pub(super) fn fields(word: &Word) -> Vec<Word> {
    let flat = Flat::new(word);
    flat.text
        .split_whitespace()
        .map(|field| flat.word(field))
        .collect()
}

/// The last part of a path.
pub(super) fn base_name(word: &Word) -> Option<Word> {
    let flat = Flat::new(word);
    let name = flat.text.trim_end_matches('/').rsplit('/').next()?;
    (!matches!(name, "" | "." | "..")).then(|| flat.word(name))
}

/// `dir` with `/name` after it.
pub(super) fn join(dir: &Word, name: &Word) -> Word {
    let mut path = dir.clone();
    let ends = matches!(path.pieces.last(), Some(Piece::Known(text)) if text.ends_with('/'));
    if !ends && !path.is_empty() {
        path.push_str("/");
    }
    path.append(name);
    path
}

/// A location as a word that means the same in every folder, where it can be said.
pub(super) fn anchored(at: &Location) -> Option<Word> {
    let below = |anchor, rest: &str| {
        let mut word = Word::anchor(anchor);
        if !rest.is_empty() {
            word.push_str("/");
            word.push_str(rest);
        }
        word
    };
    match at {
        Location::Tree(path) => Some(if path.is_root() {
            Word::known(".")
        } else {
            Word::known(path.as_str())
        }),
        Location::Home(rest) => Some(below(Anchor::Home, rest)),
        Location::Temp(rest) => Some(below(Anchor::Temp, rest)),
        Location::Absolute(path) | Location::Above(path) => Some(Word::known(path.as_str())),
        Location::Unknown => None,
    }
}
