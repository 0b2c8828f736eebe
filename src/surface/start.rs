//! [`Start`]: what a command of a surface starts with.

use crate::lang::Context;
use crate::model::clock::Clock;
use crate::model::source::{Hop, Mapping};
use crate::model::{Anchor, Limits, Location, Origin, Piece, Place, RepoPath, SourceId, Sources, Tree, Word};

/// What a command of a surface starts with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The folder that [`Anchor::Root`] stands for.
    pub root: RepoPath,
    /// Working folder.
    pub cwd: Location,
    /// Variables besides those that the person's own environment has.
    pub env: Vec<(String, Word)>,
    /// Arguments (`$1` and on).
    pub argv: Vec<Word>,
    /// The agent hands it tool input, prompts or the conversation on standard input.
    pub payload: bool,
    /// The agent reads what it prints as an answer (a hook).
    pub answers: bool,
    /// The tree is this folder below the home folder.
    pub home: Option<String>,
}

impl Start {
    /// A start in the project at `root`, as the agent's hooks, helpers and servers have it.
    #[must_use]
    pub fn project(root: &RepoPath) -> Self {
        Self {
            root: root.clone(),
            cwd: Location::Tree(root.clone()),
            env: vec![],
            argv: vec![],
            payload: false,
            answers: false,
            home: None,
        }
    }

    /// The same with a variable more; a later one of the same name counts.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: Word) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value));
        self
    }

    /// The same with the agent's payload on standard input.
    #[must_use]
    pub fn with_payload(mut self) -> Self {
        self.payload = true;
        self
    }

    /// The same for a hook: it is handed the agent's payload, and what it prints is an answer.
    #[must_use]
    pub fn as_hook(mut self) -> Self {
        self.payload = true;
        self.answers = true;
        self
    }

    /// The same in another working folder.
    #[must_use]
    pub fn with_cwd(mut self, cwd: Location) -> Self {
        self.cwd = cwd;
        self
    }

    /// The word for a folder or file of the tree: anchored where it lies in the project.
    #[must_use]
    pub fn word_of(&self, path: &RepoPath) -> Word {
        let mut word = Word::anchor(Anchor::Root);
        let rest = if path.is_in(&self.root) {
            path.as_str().get(self.root.as_str().len()..).unwrap_or("")
        } else {
            // Above the nested project: by way of `..`.
            self.root.parts().for_each(|_| word.push_str("/.."));
            path.as_str()
        };
        let rest = rest.trim_start_matches('/');
        if !rest.is_empty() {
            word.push(Piece::Known(format!("/{rest}")));
        }
        word
    }

    /// The context a text is lowered in.
    #[must_use]
    pub fn context<'a>(&self, tree: &'a dyn Tree, limits: &'a Limits, clock: Clock) -> Context<'a> {
        Context {
            tree: Some(tree),
            root: self.root.clone(),
            cwd: self.cwd.clone(),
            argv: self.argv.clone(),
            home: self.home.clone(),
            env: self.env.clone(),
            stdin: if self.payload {
                vec![Origin::Payload]
            } else {
                vec![]
            },
            clock,
            ..Context::new(limits)
        }
    }
}

/// A program start without a shell, written as a shell command: each word quoted, so that the one
/// lowering of commands serves both forms. With `expand`, `${NAME}` and `${NAME:-default}` stay live.
/// `None` if there are no words.
pub(super) fn as_shell(words: &[(String, Place)], expand: bool, sources: &mut Sources) -> Option<SourceId> {
    let (_, first) = words.first()?;
    let mut text = String::new();
    let mut pieces = vec![];
    let mut whole = first.span;
    let mut end = first.span.end;
    for (word, place) in words {
        if place.source != first.source {
            return None;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        pieces.push((text.len(), place.span.start));
        whole = whole.cover(place.span);
        end = place.span.end;
        quote(word, expand, &mut text);
    }
    let in_order = pieces
        .windows(2)
        .all(|pair| matches!(pair, [(_, a), (_, b)] if a <= b));
    let mapping = if in_order {
        Mapping::Pieces(pieces, end)
    } else {
        Mapping::Whole(whole)
    };
    Some(sources.within(first.source, Hop::Value, mapping, text))
}

/// Appends `word` as one shell word.
fn quote(word: &str, expand: bool, text: &mut String) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        text.push_str(word);
        return;
    }
    if !(expand && word.contains("${")) {
        text.push('\'');
        text.push_str(&word.replace('\'', "'\\''"));
        text.push('\'');
        return;
    }
    text.push('"');
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if let Some(variable) = variable(rest) {
            text.push_str(variable);
            rest = rest.get(variable.len()..).unwrap_or("");
            continue;
        }
        if matches!(c, '"' | '\\' | '$' | '`') {
            text.push('\\');
        }
        text.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    text.push('"');
}

/// The reference to a variable that `text` starts with: `${NAME}` or `${NAME:-default}`, whose default
/// ends at the first `}` (measured, client 2.1.329: they do not nest).
pub(super) fn variable(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("${")?;
    let end = inside.find('}')?;
    let (name, default) = match inside.get(..end)?.split_once(":-") {
        Some((name, default)) => (name, default),
        None => (inside.get(..end)?, ""),
    };
    let valid = name
        .bytes()
        .enumerate()
        .all(|(i, b)| b == b'_' || b.is_ascii_alphabetic() || (i > 0 && b.is_ascii_digit()));
    let harmless = !default.contains(['"', '\\', '$', '`']);
    (valid && harmless && !name.is_empty())
        .then(|| text.get(..end + 3))
        .flatten()
}
