//! The word lists of `lang/prose/`, compiled once.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder, bytes};

use super::Act;

/// One file an act. A new act is one file and one line.
const FILES: [&str; 14] = [
    include_str!("../../../lang/prose/secret.toml"),
    include_str!("../../../lang/prose/conversation.toml"),
    include_str!("../../../lang/prose/send.toml"),
    include_str!("../../../lang/prose/download.toml"),
    include_str!("../../../lang/prose/conceal.toml"),
    include_str!("../../../lang/prose/override.toml"),
    include_str!("../../../lang/prose/skip-consent.toml"),
    include_str!("../../../lang/prose/persist.toml"),
    include_str!("../../../lang/prose/publish.toml"),
    include_str!("../../../lang/prose/destroy.toml"),
    include_str!("../../../lang/prose/decode.toml"),
    include_str!("../../../lang/prose/disarm.toml"),
    include_str!("../../../lang/prose/lure.toml"),
    include_str!("../../../lang/prose/timing.toml"),
];
const WORDS: &str = include_str!("../../../lang/prose/words.toml");

/// The word list of one act.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub act: Act,
    /// For people who read the file.
    #[serde(rename = "about")]
    pub _about: String,
    /// Sentences in which it must be found.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests"))]
    pub examples: Vec<String>,
    /// Sentences in which it must not.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests"))]
    pub ordinary: Vec<String>,
    phrases: BTreeMap<String, Vec<String>>,
}

/// The words of one language.
#[derive(Debug, Default, serde::Deserialize)]
struct Words {
    #[serde(default)]
    negation: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    describing: Vec<String>,
    /// A letter of its script; a text without one is not in this language.
    script: Option<String>,
    /// Common words; a text without any of them is not in this language.
    #[serde(default)]
    common: Vec<String>,
    #[serde(flatten)]
    named: BTreeMap<String, String>,
}

pub(super) struct Lexicon {
    pub acts: Vec<Entry>,
    pub languages: Vec<Language>,
    /// Words that turn a clause round.
    pub negation: Option<Regex>,
    /// Words after which a negation asks for the thing all the same.
    pub unless: Option<Regex>,
    /// Words of a sentence that describes.
    pub describing: Option<Regex>,
    /// URLs.
    pub url: Option<Regex>,
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

/// A pattern that is compiled when it is first needed: most texts need one language only.
pub(super) struct Phrase {
    pattern: String,
    compiled: OnceLock<Option<bytes::Regex>>,
}

impl Phrase {
    fn new(pattern: String) -> Self {
        Self {
            pattern,
            compiled: OnceLock::new(),
        }
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
        bytes::RegexBuilder::new(&self.pattern)
            .unicode(!is_of_bytes(&self.pattern))
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
    marks: Option<Regex>,
    script: Option<Regex>,
}

impl Language {
    /// Whether phrases of this language are worth looking for in the normal form of a text.
    pub fn may_be(&self, text: &str) -> bool {
        if let Some(script) = &self.script {
            return script.is_match(text);
        }
        self.marks.as_ref().is_none_or(|marks| marks.is_match(text))
    }
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| load().unwrap_or_else(|_| empty()));

fn empty() -> Lexicon {
    Lexicon {
        acts: vec![],
        languages: vec![],
        negation: None,
        unless: None,
        describing: None,
        url: None,
    }
}

/// The word lists as they are written.
pub(super) fn pages() -> Result<Vec<Page>, String> {
    FILES
        .iter()
        .map(|text| toml::from_str(text).map_err(|error| error.to_string()))
        .collect()
}

/// Compiles all lists. A test makes sure that it succeeds for those compiled in.
pub(super) fn load() -> Result<Lexicon, String> {
    let words: BTreeMap<String, Words> = toml::from_str(WORDS).map_err(|error| error.to_string())?;
    let common = words
        .get("*")
        .map(|words| words.named.clone())
        .unwrap_or_default();
    let fill = |language: &str, phrase: &str| {
        let own = words.get(language).into_iter().flat_map(|words| &words.named);
        own.chain(&common)
            .fold(phrase.to_owned(), |phrase, (name, value)| {
                phrase.replace(&format!("{{{name}}}"), value)
            })
    };
    let names: Vec<&String> = words.keys().collect();
    let mut acts = vec![];
    for page in pages()? {
        let mut entry = Entry {
            act: page.act,
            raw: vec![],
            words: vec![],
        };
        for (language, list) in &page.phrases {
            let number = names.iter().position(|name| *name == language).unwrap_or(0);
            for phrase in list {
                let phrase = fill(language, phrase);
                if language == "*" {
                    let phrase = lower_case(&phrase);
                    let bytes = is_of_bytes(&phrase);
                    entry.raw.push(Phrase::new(ascii_classes(&phrase, bytes)));
                } else {
                    let phrase = pattern(&phrase, has_borders(language));
                    entry.words.push((number, Phrase::new(phrase)));
                }
            }
        }
        acts.push(entry);
    }
    let mut languages = vec![];
    for (language, words) in &words {
        let marks: Vec<String> = words
            .common
            .iter()
            .map(|word| pattern(word, has_borders(language)))
            .collect();
        languages.push(Language {
            marks: compile(&marks)?,
            script: compile(words.script.as_slice())?,
        });
    }
    let every = |pick: fn(&Words) -> &Vec<String>| {
        let all: Vec<String> = words
            .iter()
            .flat_map(|(language, words)| {
                pick(words)
                    .iter()
                    .map(move |word| pattern(word, has_borders(language)))
            })
            .collect();
        compile(&all)
    };
    Ok(Lexicon {
        acts,
        languages,
        negation: every(|words| &words.negation)?,
        unless: every(|words| &words.unless)?,
        describing: every(|words| &words.describing)?,
        url: compile(&[common.get("url").cloned().unwrap_or_default()])?,
    })
}

/// Whether a pattern says the same over bytes: no class of it names a character of several bytes.
fn is_of_bytes(pattern: &str) -> bool {
    let mut in_class = false;
    let mut escaped = false;
    for c in pattern.chars() {
        match c {
            _ if escaped => {}
            '[' => in_class = true,
            ']' => in_class = false,
            c if in_class && !c.is_ascii() => return false,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    !pattern.contains(r"\x{")
}

/// Whether words of a language are parted by blanks.
fn has_borders(language: &str) -> bool {
    !matches!(language, "zh" | "ja")
}

/// Never without regard to case: folding a class such as `[^ ]` goes over all of Unicode, which took
/// longer than the rest of a scan. The texts are lowered instead.
fn compile(alternatives: &[String]) -> Result<Option<Regex>, String> {
    if alternatives.is_empty() {
        return Ok(None);
    }
    RegexBuilder::new(&alternatives.join("|"))
        .size_limit(64 << 20)
        .dfa_size_limit(16 << 20)
        .build()
        .map(Some)
        .map_err(|error| error.to_string())
}

/// A phrase as a pattern over the normal form: lower case, ` .. ` for up to six words.
fn pattern(phrase: &str, borders: bool) -> String {
    let phrase = phrase.replace(" .. .. ", "\u{2}").replace(" .. ", "\u{1}");
    let out = lower_case(&phrase)
        .replace('\u{1}', r"[^ \n.!?]{0,4}(?: [^ \n]*[^ \n.!?]){0,6}? ")
        .replace('\u{2}', r"[^ \n]{0,4}(?: [^ \n]+){0,14}? ");
    let out = ascii_classes(&out, is_of_bytes(&out));
    // A border that knows all letters would be slow, one that knows only ASCII misses Cyrillic.
    let ascii_start = phrase.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '{'));
    match (borders, ascii_start && phrase.chars().all(|c| !is_cyrillic(c))) {
        (true, true) => format!(r"(?-u:\b)(?:{out})(?:(?-u:\b)|$|[^a-z0-9_])"),
        (true, false) => format!(r"(?:^|[ \n(\[,.;:!?'-])(?:{out})(?:$|[ \n)\],.;:!?'-])"),
        (false, _) => format!("(?:{out})"),
    }
}

/// A pattern in lower case, but for classes: `\S` and `\W` mean something else than `\s` and `\w`.
fn lower_case(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut escaped = false;
    for c in pattern.chars() {
        if escaped {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4ff}')
}

/// `\b`, `\w` and `\d` in forms that keep the automata small: ASCII, with any other letter in `\w`.
fn ascii_classes(pattern: &str, bytes: bool) -> String {
    let letters = if bytes {
        r"0-9A-Za-z_\x80-\xff"
    } else {
        r"0-9A-Za-z_\x{80}-\x{10ffff}"
    };
    let mut out = String::new();
    let mut in_class = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some('w') if in_class => out.push_str(letters),
                Some('w') => out.extend(["[", letters, "]"]),
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some(c) => {
                    out.push('\\');
                    out.push(c);
                }
                None => out.push('\\'),
            },
            '[' if !in_class => {
                in_class = true;
                out.push(c);
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
