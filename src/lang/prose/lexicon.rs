//! The word lists of `lang/prose/`, as patterns that the build script made of them. A pattern is compiled
//! when a text first calls for it: compiling all of them takes longer than a small scan.

use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder, bytes};

use super::Act;

/// What the build script made.
mod data {
    use super::{Act, ActData};

    include!(concat!(env!("OUT_DIR"), "/prose.rs"));
}

/// One act: commands and file names, and phrases with the index of their language.
struct ActData {
    act: Act,
    raw: &'static [PhraseData],
    words: &'static [(usize, PhraseData)],
}

/// A pattern, whether it is one over bytes, and sets of texts of each of which one occurs where it matches.
type PhraseData = (&'static str, bool, &'static [&'static [&'static str]]);

pub(super) struct Lexicon {
    pub acts: Vec<Entry>,
    pub languages: Vec<Language>,
    /// Words that turn a clause round.
    pub negation: Lazy,
    /// Words after which a negation asks for the thing all the same.
    pub unless: Lazy,
    /// Words of a sentence that describes.
    pub describing: Lazy,
    /// URLs.
    pub url: Lazy,
}

pub(super) struct Entry {
    pub act: Act,
    /// Commands and file names, for the raw text in ASCII lower case.
    pub raw: Vec<Phrase>,
    /// Phrases for the normal form, each with the index of its language.
    ///
    /// Each phrase is a pattern of its own: with few alternatives the engine finds its first words
    /// by literal search, which one large pattern would spoil.
    pub words: Vec<(usize, Phrase)>,
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
    acts: data::ACTS
        .iter()
        .map(|act| Entry {
            act: act.act,
            raw: act.raw.iter().map(Phrase::new).collect(),
            words: act
                .words
                .iter()
                .map(|(n, phrase)| (*n, Phrase::new(phrase)))
                .collect(),
        })
        .collect(),
    languages: data::LANGUAGES
        .iter()
        .map(|(marks, script)| Language {
            marks: Lazy::new(marks),
            script: Lazy::new(script),
        })
        .collect(),
    negation: Lazy::new(data::NEGATION),
    unless: Lazy::new(data::UNLESS),
    describing: Lazy::new(data::DESCRIBING),
    url: Lazy::new(data::URL),
});

/// A pattern that is compiled when it is first asked for.
pub(super) struct Lazy {
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Lazy {
    const fn new(pattern: &'static str) -> Self {
        Self {
            pattern,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern; `None` where there is none. A test makes sure that all compile.
    pub fn get(&self) -> Option<&Regex> {
        if self.pattern.is_empty() {
            return None;
        }
        // Never without regard to case: folding a class such as `[^ ]` goes over all of Unicode, which
        // took longer than the rest of a scan. The texts are lowered instead.
        let compile = || {
            RegexBuilder::new(self.pattern)
                .size_limit(64 << 20)
                .dfa_size_limit(16 << 20)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether the pattern occurs in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        self.get().is_some_and(|pattern| pattern.is_match(text))
    }

    /// Whether it is a pattern at all.
    #[cfg(test)]
    pub fn is_sound(&self) -> bool {
        self.pattern.is_empty() || self.get().is_some()
    }
}

/// A phrase.
pub(super) struct Phrase {
    data: &'static PhraseData,
    compiled: OnceLock<Option<bytes::Regex>>,
}

impl Phrase {
    const fn new(data: &'static PhraseData) -> Self {
        Self {
            data,
            compiled: OnceLock::new(),
        }
    }

    /// Whether it is worth looking for in a text.
    pub fn may_be_in(&self, text: &Searched<'_>) -> bool {
        let (_, _, needs) = self.data;
        needs.iter().all(|set| set.iter().any(|one| text.holds(one)))
    }

    /// Every place in `text`, as start and end.
    pub fn find_in(&self, text: &str) -> Vec<(usize, usize)> {
        let compiled = self.compiled.get_or_init(|| self.compile().ok()).as_ref();
        let found = compiled
            .into_iter()
            .flat_map(|regex| regex.find_iter(text.as_bytes()));
        // A pattern over bytes may end inside a character.
        found
            .map(|found| {
                (
                    text.floor_char_boundary(found.start()),
                    text.ceil_char_boundary(found.end()),
                )
            })
            .collect()
    }

    /// A pattern over bytes where that says the same: a class such as `[^ ]` is then one step of the
    /// automaton instead of all of UTF-8, and compiles many times sooner.
    fn compile(&self) -> Result<bytes::Regex, String> {
        let (pattern, of_bytes, _) = self.data;
        bytes::RegexBuilder::new(pattern)
            .unicode(!of_bytes)
            .size_limit(64 << 20)
            .dfa_size_limit(16 << 20)
            .build()
            .map_err(|error| error.to_string())
    }

    /// Whether it is a pattern at all; for the test of the lists compiled in.
    #[cfg(test)]
    pub fn check(&self) -> Result<(), String> {
        self.compile().map(|_| ())
    }
}

/// How to tell that a text may be in a language.
pub(super) struct Language {
    marks: Lazy,
    script: Lazy,
}

impl Language {
    /// Whether phrases of this language are worth looking for in the normal form of a text.
    pub fn may_be(&self, text: &str) -> bool {
        if let Some(script) = self.script.get() {
            return script.is_match(text);
        }
        self.marks.get().is_none_or(|marks| marks.is_match(text))
    }

    /// Whether its patterns are patterns at all.
    #[cfg(test)]
    pub fn is_sound(&self) -> bool {
        self.marks.is_sound() && self.script.is_sound()
    }
}

/// A text in which many short texts are looked for: a table of the groups of three bytes that it holds
/// answers most of the questions.
pub(super) struct Searched<'t> {
    text: &'t str,
    threes: Vec<u64>,
}

/// Bits of the table.
const BITS: usize = 1 << 15;

impl<'t> Searched<'t> {
    pub fn new(text: &'t str) -> Self {
        let mut threes = vec![0u64; BITS / 64];
        for three in text.as_bytes().windows(3) {
            let bit = place(three);
            if let Some(word) = threes.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        Self { text, threes }
    }

    fn holds(&self, one: &str) -> bool {
        let known = |three: &[u8]| {
            let bit = place(three);
            self.threes
                .get(bit / 64)
                .is_some_and(|word| word & (1 << (bit % 64)) != 0)
        };
        one.as_bytes().windows(3).all(known) && self.text.contains(one)
    }
}

/// The bit of a group of three bytes.
fn place(three: &[u8]) -> usize {
    let number = three
        .iter()
        .fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
    // Multiplied by an odd number near 2³² over the golden ratio, its upper bits are well mixed.
    (number.wrapping_mul(0x9E37_79B1) >> 17) as usize
}
