//! The interpreter over abstract values: bounded in steps, depth and effects, it walks the tree of a
//! program once (loops over unknown values twice) and adds what it would do.

mod acts;
mod assign;
mod bytes;
mod call;
mod class;
mod code;
mod collect;
mod command;
mod compute;
mod decoded;
mod escape;
mod expression;
mod files;
mod import;
mod instruct;
mod json;
mod list;
mod member;
mod method;
mod module;
mod network;
mod node;
mod operator;
mod output;
mod package;
mod paths;
mod pick;
mod place;
mod script;
mod statement;
mod test;
mod text;
mod written;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::api::Apis;
use super::parse::Program;
use super::tree::{Function, Name};
use super::value::{Native, Scope, Shape, Value};
use crate::lang::Context;
use crate::model::effect::Gate;
use crate::model::{
    Effect, EffectId, EffectKind, Flow, GapReason, Limits, Location, Lowered, Origin, Place, RepoPath,
    SourceId, Sources, Span, Via, Word, clock::Clock,
};

/// Nested evaluations: each takes some of the stack.
const DEPTH: usize = 220;
/// Nested calls of functions of the program.
const CALLS: usize = 16;

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
    /// Callbacks, called again at the end: by then the variables they use are set.
    later: Vec<(Value, Vec<Value>, Span)>,
    /// What standard input and output were replaced by (`dup2`).
    stdio: Vec<Value>,
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
        later: vec![],
        stdio: vec![],
    };
    machine.main(source);
    machine.call_later();
    machine.run_written();
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
        if self.steps == 0 || (self.steps.is_multiple_of(1024) && self.context.clock.is_over()) {
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

/// A name made from text.
fn name(text: &str) -> Name {
    text.into()
}
