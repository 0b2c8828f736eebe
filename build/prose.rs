//! Compiles the word lists of `lang/prose` into patterns, each with the texts that must occur where it
//! matches, so that a run compiles only the patterns that a text calls for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "prose/needs.rs"]
mod needs;

/// The word list of one act.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    act: String,
    #[serde(rename = "about")]
    _about: String,
    examples: Vec<String>,
    ordinary: Vec<String>,
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
    #[serde(default)]
    script: String,
    /// Common words; a text without any of them is not in this language.
    #[serde(default)]
    common: Vec<String>,
    #[serde(flatten)]
    named: BTreeMap<String, String>,
}

/// Builds the table.
pub fn build(root: &Path, out: &Path) -> Result<(), String> {
    let folder = root.join("lang/prose");
    println!("cargo::rerun-if-changed={}", folder.display());
    let words: BTreeMap<String, Words> = read(&folder.join("words.toml"))?;
    let names: Vec<&String> = words.keys().collect();
    let mut table = String::from("/// Every act with its phrases.\npub static ACTS: &[ActData] = &[\n");
    for file in files(&folder)? {
        let page: Page = read(&file)?;
        let fail = |why: String| format!("{}: {why}", file.display());
        if page.examples.is_empty() || page.ordinary.is_empty() {
            return Err(fail("an act has examples and ordinary sentences".to_owned()));
        }
        let (mut raw, mut spoken) = (String::new(), String::new());
        for (language, list) in &page.phrases {
            let Some(number) = names.iter().position(|name| *name == language) else {
                return Err(fail(format!("`{language}` has no words")));
            };
            for phrase in list {
                let phrase = fill(&words, language, phrase);
                if language == "*" {
                    let phrase = lower_case(&phrase);
                    let phrase = ascii_classes(&phrase, is_of_bytes(&phrase));
                    let _ = writeln!(raw, "            {},", literal(&phrase));
                } else {
                    let phrase = pattern(&phrase, has_borders(language));
                    let _ = writeln!(spoken, "            ({number}, {}),", literal(&phrase));
                }
            }
        }
        // `skip-consent` is `SkipConsent`; rustc refuses an act that is none.
        let act: String = page
            .act
            .split('-')
            .flat_map(|part| {
                let mut chars = part.chars();
                let first = chars.next().into_iter().flat_map(char::to_uppercase);
                first.chain(chars).collect::<Vec<_>>()
            })
            .collect();
        let _ = writeln!(
            table,
            "    ActData {{\n        act: Act::{act},\n        raw: &[\n{raw}        ],\n        words: &[\n{spoken}        ],\n    }},"
        );
    }
    table.push_str("];\n/// Every language: its common words, and a letter of its script.\npub static LANGUAGES: &[(&str, &str)] = &[\n");
    for (language, words) in &words {
        let marks = patterns(language, &words.common);
        let _ = writeln!(table, "    ({marks:?}, {:?}),", words.script);
    }
    table.push_str("];\n");
    let every = |pick: fn(&Words) -> &Vec<String>| {
        let all = words
            .iter()
            .map(|(language, words)| patterns(language, pick(words)));
        let all: Vec<String> = all.filter(|pattern| !pattern.is_empty()).collect();
        all.join("|")
    };
    let url = words.get("*").and_then(|words| words.named.get("url"));
    for (name, about, pattern) in [
        (
            "NEGATION",
            "Words that turn a clause round.",
            every(|w| &w.negation),
        ),
        (
            "UNLESS",
            "Words after which a negation asks all the same.",
            every(|w| &w.unless),
        ),
        (
            "DESCRIBING",
            "Words of a sentence that describes.",
            every(|w| &w.describing),
        ),
        ("URL", "URLs.", url.cloned().unwrap_or_default()),
    ] {
        let _ = writeln!(table, "/// {about}\npub static {name}: &str = {pattern:?};");
    }
    fs::write(out.join("prose.rs"), table).map_err(|e| format!("prose.rs: {e}"))
}

/// A phrase as Rust: its pattern, whether it is one over bytes, and what it needs.
fn literal(pattern: &str) -> String {
    let needs = needs::of(pattern);
    format!("({pattern:?}, {}, &{})", is_of_bytes(pattern), lists(&needs))
}

/// Lists of lists as Rust slices.
fn lists(needs: &[Vec<String>]) -> String {
    let inner: Vec<String> = needs.iter().map(|set| format!("&{set:?}")).collect();
    format!("[{}]", inner.join(", "))
}

fn patterns(language: &str, words: &[String]) -> String {
    let all = words.iter().map(|word| pattern(word, has_borders(language)));
    all.collect::<Vec<_>>().join("|")
}

/// A phrase with the words that it names put in.
fn fill(words: &BTreeMap<String, Words>, language: &str, phrase: &str) -> String {
    let own = [language, "*"].into_iter().filter_map(|name| words.get(name));
    own.flat_map(|words| &words.named)
        .fold(phrase.to_owned(), |phrase, (name, value)| {
            phrase.replace(&format!("{{{name}}}"), value)
        })
}

/// The files of acts.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = listed
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter(|path| path.file_stem().is_some_and(|name| name != "words"))
        .collect();
    files.sort();
    Ok(files)
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    toml::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))
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
