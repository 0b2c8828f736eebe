//! [`Draft`]: a trigger as the reader of a neighbour's file makes it, before its commands are lowered.

use super::{Found, Reader};
use crate::lang::data::Value;
use crate::model::effect::{Effect, EffectKind, SettingClass, Turn};
use crate::model::trigger::{Class, Consent, Consents, Starter, When};
use crate::model::{Anchor, Location, Lowered, Place, SourceId, Sources, Span, Word};

/// What a draft starts.
#[derive(Debug)]
pub(crate) enum Run {
    /// A shell text: a source of its own.
    Shell(SourceId),
    /// A text in the language that its first line or its name says.
    Script(SourceId),
    /// A program with arguments, no shell in between, each with its place.
    Program(Vec<(String, Place)>),
    /// Nothing to lower: the effects are known.
    Effects(Lowered),
}

/// A trigger whose commands are not lowered yet.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Stable name without array indexes.
    pub id: String,
    /// Kind.
    pub class: Class,
    /// When it acts.
    pub when: When,
    /// The same in words, where `when` is too coarse.
    pub when_text: Option<String>,
    /// Who starts it.
    pub who: Starter,
    /// Consent it needs.
    pub consent: Consents,
    /// Where it is written.
    pub place: Place,
    /// Structural pointer.
    pub pointer: String,
    /// One line for people.
    pub what: String,
    /// What it starts: several where platforms differ.
    pub runs: Vec<Run>,
    /// Folder it starts in, relative to the project, as written.
    pub cwd: Option<String>,
    /// Variables it starts with.
    pub env: Vec<(String, Word)>,
    /// Attributes for rules.
    pub attributes: Vec<(String, String)>,
}

/// Names that editors and other agents have for the opened folder, as `${NAME}`.
const FOLDERS: &[&str] = &[
    "workspaceFolder",
    "workspaceRoot",
    "localWorkspaceFolder",
    "containerWorkspaceFolder",
];

impl Draft {
    /// Lowers the commands, references followed, and hands the trigger over.
    pub(crate) fn push(self, reader: &mut Reader<'_>, found: &Found) {
        let mut start = super::Start::project(&found.root);
        for name in FOLDERS {
            start = start.with_env(name, Word::anchor(Anchor::Root));
        }
        for (name, value) in &self.env {
            start = start.with_env(name, value.clone());
        }
        if let Some(cwd) = &self.cwd {
            let rest = FOLDERS
                .iter()
                .find_map(|name| cwd.strip_prefix(&format!("${{{name}}}")));
            let cwd = match rest {
                Some(rest) => start.cwd.join(rest.trim_start_matches('/')),
                None if cwd.contains("${") => Location::Unknown,
                None => start.cwd.join(cwd),
            };
            start = start.with_cwd(cwd);
        }
        let mut trigger = reader.trigger(found, self.class, self.when, self.place);
        for run in self.runs {
            let lowered = match run {
                Run::Shell(source) => reader.command(source, &start),
                Run::Script(source) => script(reader, source, &start),
                Run::Program(words) => reader.argv(&words, true, &start).unwrap_or_default(),
                Run::Effects(lowered) => lowered,
            };
            add(&mut trigger.lowered, lowered);
        }
        trigger.id = self.id;
        trigger.when_text = self.when_text;
        trigger.who = self.who;
        trigger.consent = self.consent;
        trigger.pointer = self.pointer;
        trigger.what = self.what;
        trigger.attributes = self.attributes;
        reader.push(found, trigger);
    }
}

/// A file's text in its own language; what is not lowered is a gap.
fn script(reader: &mut Reader<'_>, source: SourceId, start: &super::Start) -> Lowered {
    let text = reader.sources.text(source).clone();
    let path = reader.sources.get(source).path.clone();
    let first = text.lines().next().unwrap_or("");
    let language = crate::lang::language_of(&path, first).unwrap_or("shell");
    reader.code(source, language, start).unwrap_or_else(|| {
        let mut lowered = Lowered::default();
        let place = Place::new(source, Span::new(0, first.len()));
        lowered
            .coverage
            .note(place, crate::model::GapReason::Language, path.as_str());
        lowered
    })
}

/// Adds what a further variant of the same trigger does.
fn add(to: &mut Lowered, other: Lowered) {
    if to.effects.is_empty() {
        let gaps = std::mem::take(&mut to.coverage.gaps);
        *to = other;
        to.coverage.gaps.extend(gaps);
    } else {
        to.join(other);
    }
}

/// The same consent in both modes.
pub(crate) fn consent(both: Consent) -> Consents {
    Consents {
        interactive: both,
        headless: both,
    }
}

/// A string value as a source of its own.
pub(crate) fn text(value: Value<'_>, sources: &mut Sources, source: SourceId) -> Option<SourceId> {
    value.string_source(sources, source)
}

/// Program words from strings, each with its place in `source`; maps and lists among them are left out.
pub(crate) fn words(values: &[Value<'_>], source: SourceId) -> Vec<(String, Place)> {
    values
        .iter()
        .filter_map(|v| Some((v.as_text()?.to_owned(), at(source, v.span()))))
        .collect()
}

/// One switch turned, as the whole of what a trigger does.
pub(crate) fn setting(switch: &str, value: &str, class: SettingClass, turn: Turn, place: Place) -> Run {
    let mut lowered = Lowered::default();
    let kind = EffectKind::Setting {
        switch: switch.to_owned(),
        value: Word::known(value),
        class,
        turn,
    };
    lowered.push(Effect::stated(kind, place));
    Run::Effects(lowered)
}

/// The value of a variable as a configuration file gives it: `${…}` in it is not known.
pub(crate) fn value(text: &str) -> Word {
    let mut out = Word::default();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}').map(|e| at + e) else {
            break;
        };
        let name = rest[at + 2..end].split(":-").next().unwrap_or("");
        if FOLDERS.contains(&name) {
            out.append(&Word::anchor(Anchor::Root));
        } else {
            out.append(&Word::unknown(crate::model::Why::Variable(name.to_owned())));
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Joins words by spaces, for people.
pub(crate) fn line(words: &[(String, Place)]) -> String {
    words
        .iter()
        .map(|(w, _)| w.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The place of `span` in `source`.
pub(crate) fn at(source: SourceId, span: Span) -> Place {
    Place::new(source, span)
}

/// Whether `path` is the file `end`, or ends with it below some folder; case does not matter.
pub(crate) fn is_file(path: &str, end: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path == end || path.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'))
}
