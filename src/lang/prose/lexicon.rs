//! The word lists of `lang/prose/`, compiled once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

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
    #[serde(flatten)]
    named: BTreeMap<String, String>,
}

pub(super) struct Lexicon {
    pub acts: Vec<Entry>,
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
    pub raw: Option<Regex>,
    /// Phrases of languages, for the normal form.
    pub words: Option<Regex>,
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| load().unwrap_or_else(|_| empty()));

fn empty() -> Lexicon {
    Lexicon {
        acts: vec![],
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
    let mut acts = vec![];
    for page in pages()? {
        let mut raw = vec![];
        let mut phrases = vec![];
        for (language, list) in &page.phrases {
            for phrase in list {
                let phrase = fill(language, phrase);
                if language == "*" {
                    raw.push(format!("(?:{phrase})"));
                } else {
                    phrases.push(pattern(&phrase, has_borders(language)));
                }
            }
        }
        acts.push(Entry {
            act: page.act,
            raw: compile(&raw, true)?,
            words: compile(&phrases, false)?,
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
    let mut out = String::from("(?:");
    if borders {
        out.push_str(r"(?:^|[^\p{L}\p{N}_])(?:");
    }
    let phrase = phrase.replace(" .. .. ", "\u{2}").replace(" .. ", "\u{1}");
    let mut escaped = false;
    for c in phrase.chars() {
        match c {
            '\u{1}' => out.push_str(r"[^ \n]{0,2}(?: [^ \n]+){0,6}? "),
            '\u{2}' => out.push_str(r"[^ \n]{0,2}(?: [^ \n]+){0,14}? "),
            // `\S` and `\W` mean something else than `\s` and `\w`.
            c if escaped => out.push(c),
            c => out.extend(c.to_lowercase()),
        }
        escaped = c == '\\' && !escaped;
    }
    if borders {
        out.push_str(r")(?:$|[^\p{L}\p{N}_])");
    }
    out.push(')');
    out
}
