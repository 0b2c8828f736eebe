//! The interpreter over abstract values: bounded in steps, depth and effects, it walks the tree of a
//! program once (loops over unknown values twice) and adds what it would do.

mod acts;
mod assign;
mod call;
mod command;
mod compute;
mod expression;
mod json;
mod method;
mod module;
mod script;
mod statement;
mod test;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::api::Apis;
use super::parse::Program;
use super::tree::{Function, Name};
use super::value::{Native, Scope, Shape, Value, merge, number_text};
use crate::lang::Context;
use crate::model::effect::{EnvAct, Gate, Reach};
use crate::model::{
    Anchor, Effect, EffectId, EffectKind, Flow, GapReason, Limits, Location, Lowered, Origin, PathOperand,
    Piece, Place, RepoPath, SourceId, Sources, Span, Via, Why, Word, clock::Clock,
};

/// Nested evaluations: each takes some of the stack.
const DEPTH: usize = 220;
/// Nested calls of functions of the program.
const CALLS: usize = 16;
/// Values looked at when the origins of a structure are collected.
const SPREAD: usize = 2_000;

/// What differs between languages.
pub struct Dialect {
    /// Name of the language (`javascript`).
    pub language: &'static str,
    /// The program that runs it (`node`).
    pub interpreter: &'static str,
    /// What the functions of the platform do.
    pub apis: fn() -> &'static Apis,
    /// Reads a text.
    pub read: fn(text: &str, path: &RepoPath, limits: &Limits, clock: Clock) -> Program,
    /// An assignment makes a variable of the function it stands in (Python).
    pub local_by_assignment: bool,
}

impl Dialect {
    /// Files are opened by URL too (PHP's streams, Ruby's open-uri), and by the paths of awk for sockets.
    fn reads_urls(&self) -> bool {
        matches!(self.language, "php" | "ruby" | "awk")
    }
}

/// A module: the text that is lowered, or one it imports.
pub struct Module {
    /// Its text.
    pub source: SourceId,
    /// Its file.
    pub path: Option<RepoPath>,
    /// Its variables.
    pub scope: Rc<Scope>,
    /// What it exports.
    pub exports: Value,
    /// The import that loaded it.
    pub load: Option<EffectId>,
}

/// Whether the statements after this one are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// They are.
    On,
    /// The function or loop is left.
    Away,
}

/// A function that is being walked.
#[derive(Default)]
struct Frame {
    returns: Option<Value>,
    yields: Vec<Value>,
    this: Option<Value>,
    function: Option<Rc<Function>>,
}

/// The interpreter.
pub struct Machine<'a, 'c> {
    /// Texts.
    pub sources: &'a mut Sources,
    /// What the text starts with.
    pub context: &'a Context<'c>,
    /// The language.
    pub dialect: &'static Dialect,
    /// The result.
    pub lowered: Lowered,
    modules: Vec<Module>,
    by_path: HashMap<RepoPath, usize>,
    module: usize,
    frames: Vec<Frame>,
    scopes: Vec<Rc<Scope>>,
    scope: Rc<Scope>,
    gates: Vec<Gate>,
    branch: u32,
    branches: u32,
    steps: usize,
    turns: usize,
    depth: usize,
    seen: HashMap<Place, Vec<EffectId>>,
    flows: HashSet<Flow>,
    escaped: HashMap<*const Function, u32>,
    files: HashMap<EffectId, RepoPath>,
    cwd: Location,
    search: Vec<Location>,
    in_schema: usize,
    printed: Vec<Word>,
    prints_unknown: bool,
}

/// Lowers the text of `source`.
pub fn lower(
    source: SourceId,
    sources: &mut Sources,
    context: &Context<'_>,
    dialect: &'static Dialect,
) -> Lowered {
    let scope = Rc::new(Scope::default());
    let mut machine = Machine {
        sources,
        context,
        dialect,
        lowered: Lowered::default(),
        modules: vec![],
        by_path: HashMap::new(),
        module: 0,
        frames: vec![],
        scopes: vec![scope.clone()],
        scope,
        gates: vec![],
        branch: 0,
        branches: 0,
        steps: context.limits.steps,
        turns: 20_000,
        depth: 0,
        seen: HashMap::new(),
        flows: HashSet::new(),
        escaped: HashMap::new(),
        files: HashMap::new(),
        cwd: context.cwd.clone(),
        search: vec![],
        in_schema: 0,
        printed: vec![],
        prints_unknown: false,
    };
    machine.main(source);
    machine.finish()
}

impl Machine<'_, '_> {
    fn finish(mut self) -> Lowered {
        // Functions hold their scope and scopes hold functions: the circle is cut here.
        for scope in std::mem::take(&mut self.scopes) {
            let vars = std::mem::take(&mut *scope.vars.borrow_mut());
            drop(vars);
        }
        if !self.prints_unknown && !self.printed.is_empty() {
            let mut whole = Word::default();
            self.printed.iter().for_each(|word| whole.append(word));
            if whole.as_known().is_some() {
                self.lowered.output_text = Some(whole);
            }
        }
        self.lowered
    }

    /// Counts a step; `false` once the budget is used up.
    fn step(&mut self, span: Span) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        if self.steps == 0 || (self.steps % 1024 == 0 && self.context.clock.is_over()) {
            self.steps = 0;
            self.gap(span, GapReason::Limit, "too many steps");
            return false;
        }
        true
    }

    /// Runs `work` one level deeper, or notes the limit.
    fn deeper<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            self.gap(
                span,
                GapReason::Limit,
                "calls and expressions are nested too deep",
            );
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }

    fn place(&self, span: Span) -> Place {
        Place::new(self.source(), span)
    }

    fn source(&self) -> SourceId {
        match self.modules.get(self.module) {
            Some(module) => module.source,
            None => self.modules[0].source,
        }
    }

    fn gap(&mut self, span: Span, reason: GapReason, detail: &str) {
        let place = self.place(span);
        if self.lowered.coverage.gaps.len() < 200 {
            self.lowered.coverage.note(place, reason, detail);
        }
    }

    fn new_scope(&mut self, parent: &Rc<Scope>) -> Rc<Scope> {
        let scope = Scope::inside(parent);
        self.scopes.push(scope.clone());
        scope
    }

    /// Adds a stated effect at `span`, or finds the same one.
    fn emit(&mut self, kind: EffectKind, span: Span) -> EffectId {
        let place = self.place(span);
        self.emit_at(kind, place)
    }

    fn emit_at(&mut self, kind: EffectKind, place: Place) -> EffectId {
        if let Some(ids) = self.seen.get(&place) {
            for id in ids {
                let there = self.lowered.get(*id);
                if there.kind == kind && there.gates == self.gates {
                    return *id;
                }
            }
        }
        if self.lowered.effects.len() >= self.context.limits.effects {
            self.gap(place.span, GapReason::Limit, "too many effects");
            let last = self.lowered.effects.len().saturating_sub(1);
            if !self.lowered.effects.is_empty() {
                return EffectId(u32::try_from(last).unwrap_or(u32::MAX));
            }
        }
        let by = self.modules.get(self.module).and_then(|m| m.load);
        let effect = Effect {
            gates: self.gates.clone(),
            by,
            ..Effect::stated(kind, place)
        };
        let id = self.lowered.push(effect);
        self.seen.entry(place).or_default().push(id);
        id
    }

    fn flow(&mut self, from: Origin, to: EffectId, via: Via) {
        if from == Origin::Effect(to) {
            return;
        }
        let flow = Flow {
            from,
            to,
            via,
            decoded: vec![],
        };
        if self.flows.len() < self.context.limits.effects * 4 && self.flows.insert(flow.clone()) {
            self.lowered.flows.push(flow);
        }
    }

    /// All bytes of `value` reach `to`.
    fn flow_value(&mut self, value: &Value, to: EffectId, via: Via) {
        for origin in self.origins(value) {
            self.flow(origin, to, via);
        }
    }

    fn flow_word(&mut self, word: &Word, to: EffectId, via: Via) {
        for origin in word.origins() {
            self.flow(origin, to, via);
        }
    }

    /// Whose bytes `value` holds, at any depth.
    fn origins(&mut self, value: &Value) -> Vec<Origin> {
        let mut all = vec![];
        let mut pending = vec![value.clone()];
        let mut visited: HashSet<*const super::value::Object> = HashSet::new();
        let mut looked = 0;
        while let Some(value) = pending.pop() {
            looked += 1;
            if looked > SPREAD {
                break;
            }
            match value {
                Value::Text(word) => merge(&mut all, &word.origins()),
                Value::Bytes(blob) => merge(&mut all, &blob.from),
                Value::Any(values) => pending.extend(values.iter().cloned()),
                Value::Bound(bound) => pending.push(bound.of.clone()),
                Value::Native(native) => {
                    let found = self.native_origins(&native);
                    merge(&mut all, &found);
                }
                Value::Object(object) => {
                    if !visited.insert(Rc::as_ptr(&object)) {
                        continue;
                    }
                    let state = object.state.borrow();
                    for id in &state.effects {
                        merge(&mut all, &[Origin::Effect(*id)]);
                    }
                    if let Some(text) = &state.text {
                        merge(&mut all, &text.origins());
                    }
                    pending.extend(state.members.iter().map(|(_, v)| v.clone()));
                    pending.extend(state.items.iter().cloned());
                    pending.extend(state.rest.iter().cloned());
                }
                _ => {}
            }
        }
        all
    }

    fn native_origins(&mut self, native: &Native) -> Vec<Origin> {
        match (self.dialect.apis)().value(&native.name) {
            Some("env") => {
                let id = self.env_at(Word::known("*"), None, EnvAct::Read, native.place);
                vec![Origin::Effect(id)]
            }
            Some("input") => vec![Origin::Input],
            Some("argv") => vec![Origin::Arguments],
            _ => vec![],
        }
    }

    fn env_at(&mut self, name: Word, value: Option<Word>, act: EnvAct, place: Place) -> EffectId {
        let kind = EffectKind::Env {
            name,
            value,
            act,
            reach: Reach::Children,
        };
        self.emit_at(kind, place)
    }

    /// The value of a variable of the environment.
    fn env_read(&mut self, name: &Value, span: Span) -> Value {
        let Some(known) = name.known() else {
            let id = self.env_at(Word::known("*"), None, EnvAct::Read, self.place(span));
            return Value::unknown(Why::Output, vec![Origin::Effect(id)]);
        };
        match known.as_str() {
            "CLAUDE_PROJECT_DIR" => return Value::Text(Word::anchor(Anchor::Root)),
            "HOME" | "USERPROFILE" | "HOMEPATH" => return Value::Text(Word::anchor(Anchor::Home)),
            "TMPDIR" | "TEMP" | "TMP" => return Value::Text(Word::anchor(Anchor::Temp)),
            _ => {}
        }
        let id = self.env_at(Word::known(&known), None, EnvAct::Read, self.place(span));
        if let Some((_, word)) = self.context.env.iter().rev().find(|(n, _)| *n == known) {
            return Value::Text(super::value::tainted(word.clone(), &[Origin::Effect(id)]));
        }
        Value::unknown(Why::Variable(known), vec![Origin::Effect(id)])
    }

    /// The value as one word.
    fn word(&mut self, value: &Value) -> Word {
        match value {
            Value::Text(word) => word.clone(),
            Value::Nothing => Word::default(),
            Value::Number(number) => Word::known(number_text(*number)),
            Value::Bool(flag) => Word::known(flag.to_string()),
            Value::Bytes(blob) => Word {
                from: blob.from.clone(),
                ..Word::known(String::from_utf8_lossy(&blob.bytes))
            },
            Value::Object(object) => {
                let text = object.state.borrow().text.clone();
                match text {
                    Some(text) => text,
                    None => Word::unknown_from(Why::Output, self.origins(value)),
                }
            }
            _ => Word::unknown_from(Why::Control, self.origins(value)),
        }
    }

    /// Each alternative as a word.
    fn words(&mut self, value: &Value) -> Vec<Word> {
        value.each().iter().map(|v| self.word(v)).collect()
    }

    fn path(&self, word: Word) -> PathOperand {
        // `file://` URLs are paths to whoever opens them.
        let plain = match word.pieces.first() {
            Some(Piece::Known(text)) if text.starts_with("file://") => {
                let mut out = Word {
                    pieces: vec![],
                    from: word.from.clone(),
                };
                out.push_str(text.trim_start_matches("file://"));
                word.pieces.iter().skip(1).for_each(|p| out.push(p.clone()));
                out
            }
            _ => word,
        };
        let at = Location::resolve(&plain, &self.cwd, &self.context.root);
        PathOperand {
            written: plain,
            at: self.inside(at),
        }
    }

    /// `~` at the start is the home folder only to who expands it; an absolute path stays one.
    fn inside(&self, at: Location) -> Location {
        at
    }

    fn script(&self) -> Option<Location> {
        let module = self.modules.get(self.module)?;
        match (&module.path, self.module) {
            (Some(path), _) => Some(Location::Tree(path.clone())),
            (None, 0) => self.context.script.clone(),
            _ => None,
        }
    }

    /// A location as a word that resolves to it again.
    fn location_word(&self, at: &Location) -> Word {
        match at {
            Location::Tree(path) => {
                let root = &self.context.root;
                let mut word = Word::anchor(Anchor::Root);
                let below = if root.is_root() {
                    Some(path.as_str())
                } else {
                    path.as_str()
                        .strip_prefix(root.as_str())
                        .map(|rest| rest.trim_start_matches('/'))
                };
                match below {
                    Some("") => {}
                    Some(rest) if path.is_in(root) => {
                        word.push_str("/");
                        word.push_str(rest);
                    }
                    _ => {
                        let ups = root.parts().count();
                        word.push_str(&"/..".repeat(ups));
                        word.push_str("/");
                        word.push_str(path.as_str());
                    }
                }
                word
            }
            Location::Home(rest) => anchored(Anchor::Home, rest),
            Location::Temp(rest) => anchored(Anchor::Temp, rest),
            Location::Absolute(path) => Word::known(path.clone()),
            Location::Above(path) => {
                let mut word = Word::anchor(Anchor::Root);
                word.push_str("/");
                word.push_str(path);
                word
            }
            Location::Unknown => Word::unknown(Why::NotUnderstood),
        }
    }

    fn native(&self, name: &str, span: Span, assembled: bool) -> Value {
        let name = (self.dialect.apis)().canonical(name);
        Value::Native(Rc::new(Native {
            name,
            place: self.place(span),
            assembled,
        }))
    }

    /// The names that a handle's class may have in the table.
    fn shape_name(value: &Value) -> Option<&'static str> {
        match value {
            Value::Object(object) => match object.shape {
                Shape::Handle(class) => Some(class),
                _ => None,
            },
            _ => None,
        }
    }
}

fn anchored(anchor: Anchor, rest: &str) -> Word {
    let mut word = Word::anchor(anchor);
    if !rest.is_empty() {
        word.push_str("/");
        word.push_str(rest);
    }
    word
}

/// A name made from text.
fn name(text: &str) -> Name {
    text.into()
}
