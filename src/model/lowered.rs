//! [`Lowered`]: effects, flows and coverage of one text, with the references still to be followed.

use super::coverage::Coverage;
use super::effect::{Effect, EffectId, Gate};
use super::flow::{Flow, Origin, Via};
use super::path::Location;
use super::source::{Place, SourceId};
use super::word::Word;

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::enum_variant_names,
    reason = "a build target is what build tools call it"
)]
pub enum Target {
    /// A script file run by an interpreter: `shell`, `javascript`, `python`, … or `None` when the
    /// file's own first line or name decides (`./x`, `exec x`).
    Script {
        /// Where the file is.
        path: Location,
        /// Language the starter decides.
        language: Option<String>,
    },
    /// Program text given as a word or by standard input (`sh -c`, `node -e`, a here-document, `exec(...)`).
    Code {
        /// The text; a source of its own, already in the arena.
        source: SourceId,
        /// Its language.
        language: String,
    },
    /// A module by dotted or slashed name (`python -m a.b`, `require("./x")` resolves to a script instead).
    Module {
        /// Name as written.
        name: String,
        /// Language.
        language: String,
    },
    /// A member of a package manifest: `npm run NAME` (with pre and post), a life-cycle event of an install.
    PackageScript {
        /// Folder of the manifest.
        dir: Location,
        /// Member name; for life-cycle runs one reference each.
        name: String,
        /// Where there is no such member, the manager starts a program of that name (yarn, pnpm, bun).
        or_program: bool,
    },
    /// A target of a Makefile or a recipe of a justfile.
    BuildTarget {
        /// `make` or `just`, `task`, `mise`, `rake` …
        tool: String,
        /// Folder it is looked up in.
        dir: Location,
        /// File named on the command line, if any.
        file: Option<Location>,
        /// Target or recipe; `None` is the default one.
        name: Option<String>,
    },
    /// A file that a tool loads by itself when it works in `dir` (`pytest` → `conftest.py`,
    /// `eslint` → `eslint.config.js`, `.envrc`, `build.rs`).
    Loaded {
        /// Folder in which it is looked up.
        dir: Location,
        /// Names or globs to look for, relative to `dir`.
        names: Vec<String>,
        /// Language.
        language: String,
    },
}

/// A text that some effect starts or loads and that has not been lowered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The Exec that starts or loads it.
    pub by: EffectId,
    /// What it leads to.
    pub target: Target,
    /// Arguments the started text receives.
    pub argv: Vec<Word>,
    /// Working folder at the start.
    pub cwd: Location,
    /// Variables given for this start, besides the inherited ones.
    pub env: Vec<(String, Word)>,
    /// What its standard input carries.
    pub stdin: Vec<Origin>,
    /// Where the reference stands.
    pub place: Place,
}

/// What one text would do.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// Effects, in the order of the text. [`EffectId`] is the index.
    pub effects: Vec<Effect>,
    /// Flows between them.
    pub flows: Vec<Flow>,
    /// What was not understood.
    pub coverage: Coverage,
    /// Texts to be followed. The follower takes them out and absorbs what it finds.
    pub references: Vec<Reference>,
    /// Whose bytes reach standard output of the whole text.
    pub output: Vec<Origin>,
    /// Known texts among the output, when the whole output is known (`echo x`): used by `$(...)` and pipes.
    pub output_text: Option<Word>,
}

impl Lowered {
    /// Adds an effect.
    pub fn push(&mut self, effect: Effect) -> EffectId {
        let id = EffectId(u32::try_from(self.effects.len()).unwrap_or(u32::MAX));
        self.effects.push(effect);
        id
    }

    /// The effect with this id.
    #[must_use]
    pub fn get(&self, id: EffectId) -> &Effect {
        &self.effects[id.0 as usize]
    }

    /// The effect with this id, to change.
    pub fn get_mut(&mut self, id: EffectId) -> &mut Effect {
        &mut self.effects[id.0 as usize]
    }

    /// All effects with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (EffectId, &Effect)> {
        self.effects
            .iter()
            .enumerate()
            .map(|(i, e)| (EffectId(u32::try_from(i).unwrap_or(u32::MAX)), e))
    }

    /// Adds a flow, once. A flow of an effect into itself is dropped.
    pub fn flow(&mut self, from: Origin, to: EffectId, via: Via) {
        self.flow_decoded(from, to, via, vec![]);
    }

    /// Adds a flow with decoding steps, once.
    pub fn flow_decoded(&mut self, from: Origin, to: EffectId, via: Via, decoded: Vec<super::Scheme>) {
        if from == Origin::Effect(to) {
            return;
        }
        let flow = Flow {
            from,
            to,
            via,
            decoded,
        };
        // The same flow comes again soon or never: looking at all would take quadratic time.
        if !self.flows.iter().rev().take(512).any(|known| *known == flow) {
            self.flows.push(flow);
        }
    }

    /// Takes in what a sibling does that starts beside this text, not from it: the same command for
    /// another platform, a second hook of one folder.
    pub fn join(&mut self, mut other: Self) {
        let base = u32::try_from(self.effects.len()).unwrap_or(u32::MAX);
        let (input, given) = ([Origin::Input], [Origin::Arguments]);
        let remap = Remap {
            base,
            input: &input,
            given: &given,
        };
        for effect in &mut other.effects {
            effect.by = effect.by.map(|EffectId(n)| EffectId(n + base));
            effect.kind.words_mut(|word| remap.word(word));
        }
        self.effects.append(&mut other.effects);
        for mut flow in other.flows {
            if let Origin::Effect(EffectId(n)) = &mut flow.from {
                *n += base;
            }
            flow.to.0 += base;
            self.flows.push(flow);
        }
        self.coverage.gaps.append(&mut other.coverage.gaps);
        for mut reference in other.references {
            reference.by.0 += base;
            reference.argv.iter_mut().for_each(|word| remap.word(word));
            reference.env.iter_mut().for_each(|(_, word)| remap.word(word));
            remap.origins(&mut reference.stdin);
            self.references.push(reference);
        }
        remap.origins(&mut other.output);
        for origin in other.output {
            if !self.output.contains(&origin) {
                self.output.push(origin);
            }
        }
        self.output_text = None;
    }

    /// Takes in what a followed text does, as done by `reference.by` under its conditions. The
    /// text's own input and arguments become what the reference feeds it; what the text prints
    /// flows on to everything that `by` flowed to. Returns the number added to every id of `other`.
    pub fn absorb(&mut self, reference: &Reference, other: Self) -> u32 {
        let by = reference.by;
        let base = u32::try_from(self.effects.len()).unwrap_or(u32::MAX);
        let gates: Vec<Gate> = self.get(by).gates.clone();
        let given: Vec<Origin> = reference
            .argv
            .iter()
            .chain(reference.env.iter().map(|(_, word)| word))
            .flat_map(Word::origins)
            .collect();
        let moved = |origin: &Origin| -> Vec<Origin> {
            match origin {
                Origin::Effect(EffectId(n)) => vec![Origin::Effect(EffectId(n + base))],
                Origin::Input => reference.stdin.clone(),
                Origin::Arguments => given.clone(),
                other => vec![other.clone()],
            }
        };
        let remap = Remap {
            base,
            input: &reference.stdin,
            given: &given,
        };
        for mut effect in other.effects {
            let mut all = gates.clone();
            all.append(&mut effect.gates);
            effect.gates = all;
            effect.by = Some(effect.by.map_or(by, |EffectId(n)| EffectId(n + base)));
            effect.kind.words_mut(|word| remap.word(word));
            self.effects.push(effect);
        }
        for flow in other.flows {
            for from in moved(&flow.from) {
                self.flow_decoded(from, EffectId(flow.to.0 + base), flow.via, flow.decoded.clone());
            }
        }
        let onward: Vec<Flow> = self
            .flows
            .iter()
            .filter(|f| f.from == Origin::Effect(by))
            .cloned()
            .collect();
        for origin in other.output.iter().flat_map(&moved) {
            for flow in &onward {
                self.flow_decoded(origin.clone(), flow.to, flow.via, flow.decoded.clone());
            }
            if self.output.contains(&Origin::Effect(by)) && !self.output.contains(&origin) {
                self.output.push(origin);
            }
        }
        for gap in other.coverage.gaps {
            self.coverage.note(gap.place, gap.reason, gap.detail);
        }
        for mut inner in other.references {
            inner.by = EffectId(inner.by.0 + base);
            inner.argv.iter_mut().for_each(|word| remap.word(word));
            inner.env.iter_mut().for_each(|(_, word)| remap.word(word));
            inner.stdin = inner.stdin.iter().flat_map(&moved).collect();
            self.references.push(inner);
        }
        base
    }
}

/// How origins of an absorbed text are renamed.
struct Remap<'a> {
    base: u32,
    input: &'a [Origin],
    given: &'a [Origin],
}

impl Remap<'_> {
    fn word(&self, word: &mut Word) {
        self.origins(&mut word.from);
        for piece in &mut word.pieces {
            if let super::Piece::Unknown(unknown) = piece {
                self.origins(&mut unknown.from);
            }
        }
    }

    fn origins(&self, origins: &mut Vec<Origin>) {
        let mut out: Vec<Origin> = vec![];
        for origin in origins.drain(..) {
            let new = match origin {
                Origin::Effect(EffectId(n)) => vec![Origin::Effect(EffectId(n + self.base))],
                Origin::Input => self.input.to_vec(),
                Origin::Arguments => self.given.to_vec(),
                other => vec![other],
            };
            for origin in new {
                if !out.contains(&origin) {
                    out.push(origin);
                }
            }
        }
        *origins = out;
    }
}
