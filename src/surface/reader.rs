//! [`Reader`]: what a surface reads with and hands its triggers to.

use std::collections::HashMap;

use super::claude::answers;
use super::files::{Fault, Files};
use super::follow::Follower;
use super::traced::Traced;
use super::{Found, Options, Scope, Start, Surfaced};
use crate::lang::{self, json, shell};
use crate::model::clock::Clock;
use crate::model::report::Unread;
use crate::model::source::Parent;
use crate::model::tree::ReadError;
use crate::model::trigger::{Class, Consent, Consents, Observation, Starter, Trigger, TriggerId, When};
use crate::model::{
    Effect, EffectKind, Limits, Lowered, Origin, Piece, Place, RepoPath, SourceId, Sources, Span, Tree, Word,
};

/// What a surface reads with and hands its triggers to.
pub struct Reader<'a> {
    /// All texts.
    pub sources: &'a mut Sources,
    pub(super) out: Surfaced,
    pub(super) files: Files<'a>,
    options: &'a Options<'a>,
    /// Variables of the settings of each project, by its folder.
    pub(super) settings_env: HashMap<RepoPath, Vec<(String, Word)>>,
    /// How often each id was given.
    ids: HashMap<String, usize>,
    /// Sources that were there before this reading.
    before: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tree: &'a Traced<'a>, sources: &'a mut Sources, options: &'a Options<'a>) -> Self {
        Self {
            before: sources.count(),
            sources,
            out: Surfaced::default(),
            files: Files::new(tree, options.limits),
            options,
            settings_env: HashMap::new(),
            ids: HashMap::new(),
        }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &'a dyn Tree {
        self.files.tree()
    }

    /// Bounds.
    #[must_use]
    pub fn limits(&self) -> &'a Limits {
        self.options.limits
    }

    /// Deadline.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.options.clock
    }

    /// Whose tree it is.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.options.scope
    }

    /// The text of a wanted file as a new source. A file that cannot be read is reported as unread.
    pub fn text(&mut self, found: &Found) -> Option<SourceId> {
        match self.files.glance(&found.file) {
            Ok(text) => Some(self.sources.file(text.path, text.text)),
            Err(fault) => {
                self.unread(&found.path, &fault, None);
                None
            }
        }
    }

    /// A wanted file as JSON, with its source. What voids it for the client and repeated keys are noted.
    pub fn json(&mut self, found: &Found) -> Option<(SourceId, json::Document)> {
        let source = self.text(found)?;
        let document = json::read(self.sources.text(source).clone());
        self.note_defects(found, source, &document);
        Some((source, document))
    }

    /// A wanted file as JSON with comments and trailing commas, as editors read it.
    pub fn json_with_comments(&mut self, found: &Found) -> Option<(SourceId, json::Document)> {
        let source = self.text(found)?;
        let document = json::read_with_comments(self.sources.text(source).clone());
        self.note_defects(found, source, &document);
        Some((source, document))
    }

    /// Notes what is wrong with a document: `json-void`, `json-duplicate-key`.
    pub fn note_defects(&mut self, found: &Found, source: SourceId, document: &json::Document) {
        if let Some(defect) = document.void.first() {
            let place = Place::new(source, defect.span);
            self.observe("json-void", found, Some(place), defect.message.clone());
        }
        let escaped = |v: &json::Value<'_>| {
            let text = document.text();
            let span = v.key_span()?;
            text.get(span.start..span.end)?.contains("\\u").then_some(span)
        };
        if let Some(span) = document.values().find_map(|v| escaped(&v)) {
            let detail = "a key is written with escapes, so that a search for it fails";
            self.observe("json-escaped-key", found, Some(Place::new(source, span)), detail);
        }
        for duplicate in document.duplicates.iter().take(8) {
            let place = Place::new(source, duplicate.overridden);
            let detail = "a key that is written again later, where it counts";
            self.observe("json-duplicate-key", found, Some(place), detail);
        }
    }

    /// Notes something about a file.
    pub fn observe(
        &mut self,
        kind: &'static str,
        found: &Found,
        place: Option<Place>,
        detail: impl Into<String>,
    ) {
        self.out.observations.push(Observation {
            kind,
            path: found.file.clone(),
            place,
            detail: detail.into(),
            trigger: None,
        });
    }

    /// Reports a file that a real reader would read and we could not.
    pub fn unread(&mut self, path: &RepoPath, fault: &Fault, referenced_by: Option<(RepoPath, usize)>) {
        self.out.unread.push(Unread {
            path: path.to_string(),
            reason: fault.to_string(),
            referenced_by,
            is_error: !matches!(fault, Fault::Read(ReadError::Missing | ReadError::Outside(_))),
        });
    }

    /// How a command of the project at `root` starts: its folder, and the variables of its settings.
    pub fn start(&mut self, root: &RepoPath) -> Start {
        let mut start = Start::project(root);
        if self.scope() == Scope::User {
            start.cwd = crate::model::Location::Unknown;
            start.home = Some(".claude".to_owned());
        }
        for (name, value) in super::claude::env::of_project(self, root) {
            start = start.with_env(&name, value);
        }
        start.with_env("CLAUDE_PROJECT_DIR", Word::anchor(crate::model::Anchor::Root))
    }

    /// What the shell text `source` would do, references followed.
    pub fn command(&mut self, source: SourceId, start: &Start) -> Lowered {
        let context = start.context(self.tree(), self.limits(), self.clock());
        let texts = self.sources.ids().position(|id| id == source).unwrap_or(0);
        let mut lowered = shell::lower(source, self.sources, &context);
        self.follow_from(texts, &mut lowered, start);
        lowered
    }

    /// What program text in another language would do, references followed. `None` if the language is
    /// not lowered.
    pub fn code(&mut self, source: SourceId, language: &str, start: &Start) -> Option<Lowered> {
        let lower = if language == "shell" {
            shell::lower
        } else {
            lang::language(language)?
        };
        let context = start.context(self.tree(), self.limits(), self.clock());
        let mut lowered = lower(source, self.sources, &context);
        self.follow(&mut lowered, start);
        Some(lowered)
    }

    /// What a program start without a shell would do (exec form), references followed. `words` are
    /// the program and its arguments with their places in the file. `${NAME}` and `${NAME:-default}` in
    /// them are replaced by variables where `expand` says so.
    pub fn argv(&mut self, words: &[(String, Place)], expand: bool, start: &Start) -> Option<Lowered> {
        let source = super::start::as_shell(words, expand, self.sources)?;
        Some(self.command(source, start))
    }

    /// Follows what `lowered` refers to and absorbs it.
    pub fn follow(&mut self, lowered: &mut Lowered, start: &Start) {
        let texts = self.sources.ids().count();
        self.follow_from(texts, lowered, start);
    }

    fn follow_from(&mut self, texts_before: usize, lowered: &mut Lowered, start: &Start) {
        let mut follower = Follower {
            files: &mut self.files,
            sources: self.sources,
            limits: self.options.limits,
            clock: self.options.clock,
            scope: self.options.scope,
            observations: &mut self.out.observations,
        };
        follower.follow(lowered, start);
        if start.answers {
            let new = self.sources.ids().skip(texts_before);
            let texts: Vec<SourceId> = new.filter(|source| self.is_shell(*source)).collect();
            answers::add(&texts, self.sources, lowered);
        }
        if start.payload {
            feed(lowered, &Origin::Payload);
        }
    }

    /// Whether a text that was followed is shell: a file by its first line or name, or a part of another text.
    fn is_shell(&self, source: SourceId) -> bool {
        let source = self.sources.get(source);
        let first = source.text.lines().next().unwrap_or("");
        let language = lang::language_of(&source.path, first);
        matches!(source.parent, Parent::Within { .. }) || matches!(language, None | Some("shell"))
    }

    /// A trigger of the agent in the file, to be completed and handed to [`Reader::push`]. It needs no
    /// consent beyond the trust dialog, and none headless (measured for most of what a repository sets).
    #[must_use]
    pub fn trigger(&self, found: &Found, class: Class, when: When, place: Place) -> Trigger {
        Trigger {
            id: String::new(),
            class,
            when,
            when_text: None,
            who: Starter::Agent,
            consent: Consents {
                interactive: if self.scope() == Scope::User {
                    Consent::None
                } else {
                    Consent::TrustDialog
                },
                headless: Consent::None,
            },
            place,
            path: found.file.clone(),
            pointer: String::new(),
            what: String::new(),
            nested: found.nested,
            sample: found.sample,
            attributes: vec![],
            lowered: Lowered::default(),
        }
    }

    /// Hands over a trigger. Of equal ids in one project all but the first get a counter; a nested
    /// project's id ends with `@` and its folder.
    pub fn push(&mut self, found: &Found, mut trigger: Trigger) {
        if !found.root.is_root() {
            trigger.id = format!("{}@{}", trigger.id, found.root);
        }
        let count = self.ids.entry(trigger.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            trigger.id = format!("{}#{count}", trigger.id);
        }
        self.out.triggers.push(trigger);
        self.out.touched.push(self.files.touched());
    }

    /// Notes something about a file that the last trigger handed over reaches.
    #[must_use]
    pub fn last_trigger(&self) -> Option<TriggerId> {
        let last = self.out.triggers.len().checked_sub(1)?;
        u32::try_from(last).ok().map(TriggerId)
    }

    pub(super) fn finish(mut self) -> Surfaced {
        super::hiding::note(&mut self.out, self.sources, self.files.tree());
        self.out.read = std::mem::take(&mut self.files.read);
        self.out.carriage_returns = self.files.carriage_returns();
        // Lowerings open what a script includes by themselves.
        let opened = self
            .sources
            .iter()
            .skip(self.before)
            .filter(|s| !matches!(s.parent, Parent::Within { .. }));
        self.out.read.extend(opened.map(|s| s.path.clone()));
        self.out
    }
}

/// The effect of text that reaches the model.
#[must_use]
pub fn instruct(text: &str, visibility: crate::model::effect::Visibility, place: Place) -> Effect {
    Effect::stated(
        EffectKind::Instruct {
            text: text.to_owned(),
            visibility,
        },
        place,
    )
}

/// The place of the whole text of `source`.
#[must_use]
pub fn whole(source: SourceId, sources: &Sources) -> Place {
    Place::new(source, Span::new(0, sources.text(source).len()))
}

/// Replaces the input of the text as a whole by `from`.
fn feed(lowered: &mut Lowered, from: &Origin) {
    let change = |origins: &mut Vec<Origin>| {
        for origin in origins.iter_mut().filter(|o| **o == Origin::Input) {
            *origin = from.clone();
        }
    };
    for effect in &mut lowered.effects {
        effect.kind.words_mut(|word| {
            change(&mut word.from);
            for piece in &mut word.pieces {
                if let Piece::Unknown(unknown) = piece {
                    change(&mut unknown.from);
                }
            }
        });
    }
    for flow in lowered.flows.iter_mut().filter(|f| f.from == Origin::Input) {
        flow.from = from.clone();
    }
    change(&mut lowered.output);
}
