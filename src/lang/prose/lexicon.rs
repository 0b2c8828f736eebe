//! The word lists of `lang/prose/`, compiled once.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};

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
    /// Commands and file names, for the raw text.
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
    ignore_case: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Phrase {
    fn new(pattern: String, ignore_case: bool) -> Self {
        Self {
            pattern,
            ignore_case,
            compiled: OnceLock::new(),
        }
    }

    /// Every place in `text`, as start and end.
    pub fn find_in(&self, text: &str) -> Vec<(usize, usize)> {
        let compile = || {
            compile(std::slice::from_ref(&self.pattern), self.ignore_case)
                .ok()
                .flatten()
        };
        let compiled = self.compiled.get_or_init(compile).as_ref();
        let found = compiled.into_iter().flat_map(|regex| regex.find_iter(text));
        found.map(|found| (found.start(), found.end())).collect()
    }

    /// Whether it is a pattern at all; for the test of the lists compiled in.
    #[cfg(test)]
    pub fn check(&self) -> Result<(), String> {
        compile(std::slice::from_ref(&self.pattern), self.ignore_case).map(|_| ())
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
                    entry.raw.push(Phrase::new(ascii_classes(&phrase), true));
                } else {
                    let phrase = pattern(&phrase, has_borders(language));
                    entry.words.push((number, Phrase::new(phrase, false)));
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
            marks: compile(&marks, false)?,
            script: compile(words.script.as_slice(), false)?,
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
        compile(&all, false)
    };
    Ok(Lexicon {
        acts,
        languages,
        negation: every(|words| &words.negation)?,
        unless: every(|words| &words.unless)?,
        describing: every(|words| &words.describing)?,
        url: compile(&[common.get("url").cloned().unwrap_or_default()], true)?,
    })
}

/// Whether words of a language are parted by blanks.
fn has_borders(language: &str) -> bool {
    !matches!(language, "zh" | "ja")
}

fn compile(alternatives: &[String], ignore_case: bool) -> Result<Option<Regex>, String> {
    if alternatives.is_empty() {
        return Ok(None);
    }
    RegexBuilder::new(&alternatives.join("|"))
        .case_insensitive(ignore_case)
        .size_limit(64 << 20)
        .dfa_size_limit(16 << 20)
        .build()
        .map(Some)
        .map_err(|error| error.to_string())
}

/// A phrase as a pattern over the normal form: lower case, ` .. ` for up to six words.
fn pattern(phrase: &str, borders: bool) -> String {
    let phrase = phrase.replace(" .. .. ", "\u{2}").replace(" .. ", "\u{1}");
    let mut out = String::new();
    let mut escaped = false;
    for c in phrase.chars() {
        match c {
            '\u{1}' => out.push_str(r"[^ \n.!?]{0,2}(?: [^ \n]*[^ \n.!?]){0,6}? "),
            '\u{2}' => out.push_str(r"[^ \n]{0,2}(?: [^ \n]+){0,14}? "),
            // `\S` and `\W` mean something else than `\s` and `\w`.
            c if escaped => out.push(c),
            c => out.extend(c.to_lowercase()),
        }
        escaped = c == '\\' && !escaped;
    }
    let out = ascii_classes(&out);
    // A border that knows all letters would be slow, one that knows only ASCII misses Cyrillic.
    let ascii_start = phrase.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '{'));
    match (borders, ascii_start && phrase.chars().all(|c| !is_cyrillic(c))) {
        (true, true) => format!(r"(?-u:\b)(?:{out})(?:(?-u:\b)|$|[^a-z0-9_])"),
        (true, false) => format!(r"(?:^|[ \n(\[,.;:!?'-])(?:{out})(?:$|[ \n)\],.;:!?'-])"),
        (false, _) => format!("(?:{out})"),
    }
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4ff}')
}

/// `\b`, `\w` and `\d` in forms that keep the automata small: ASCII, with any other letter in `\w`.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::new();
    let mut in_class = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some('w') if in_class => out.push_str(r"0-9A-Za-z_\x{80}-\x{10ffff}"),
                Some('w') => out.push_str(r"[0-9A-Za-z_\x{80}-\x{10ffff}]"),
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some(c) => out.extend(['\\', c]),
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
