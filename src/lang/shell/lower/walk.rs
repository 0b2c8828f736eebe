//! [`Walk`]: lists, and-or, pipes.

use std::collections::{BTreeMap, BTreeSet};

use super::channel::{Channel, ChannelId};
use super::conditions::Tested;
use super::overlay::Overlay;
use super::state::{Next, State};
use crate::lang::Context;
use crate::lang::programs::{Output, Stdin};
use crate::lang::shell::ast::{AndOr, Item, List, Pipeline, Stage};
use crate::model::effect::Gate;
use crate::model::{
    Effect, EffectId, EffectKind, GapReason, Location, Lowered, Origin, PathOperand, Place, SourceId,
    Sources, Span, Via, Word,
};

/// A `>(…)` whose list runs once its writer is through.
pub(super) struct Later {
    pub list: List,
    pub channel: ChannelId,
    pub source: SourceId,
}

/// One lowering of one text, with all texts that it starts.
pub(super) struct Walk<'a> {
    pub context: &'a Context<'a>,
    pub sources: &'a mut Sources,
    pub out: Lowered,
    pub overlay: Overlay,
    pub channels: Vec<Channel>,
    /// Stand-ins for unknown pieces in texts that are parsed again.
    pub placeholders: Vec<Word>,
    /// Reads of variables that count only if their bytes reach something.
    pub provisional: BTreeSet<EffectId>,
    pub env_reads: BTreeMap<String, EffectId>,
    /// Exported values that programs were already told of: what they start does not start it again.
    pub applied: BTreeSet<(String, Word)>,
    /// Scripts that are running, outermost first.
    pub running: Vec<String>,
    pub later: Vec<Later>,
    pub steps: usize,
    pub depth: usize,
    pub halted: bool,
    pub next_fd: u32,
}

impl<'a> Walk<'a> {
    pub fn new(context: &'a Context<'a>, sources: &'a mut Sources) -> Self {
        Self {
            context,
            sources,
            out: Lowered::default(),
            overlay: Overlay::default(),
            channels: vec![],
            placeholders: vec![],
            provisional: BTreeSet::new(),
            env_reads: BTreeMap::new(),
            applied: BTreeSet::new(),
            running: vec![],
            later: vec![],
            steps: 0,
            depth: 0,
            halted: false,
            next_fd: 63,
        }
    }

    /// Counts a step; `false` once a limit is reached.
    pub fn step(&mut self, state: &State, span: Span) -> bool {
        if self.halted {
            return false;
        }
        self.steps += 1;
        let limits = self.context.limits;
        let over = self.steps > limits.steps
            || self.out.effects.len() > limits.effects
            || self.out.flows.len() > limits.effects.saturating_mul(4)
            || (self.steps.is_multiple_of(64) && self.context.clock.is_over());
        if over {
            self.halted = true;
            self.gap(
                state,
                span,
                GapReason::Limit,
                "the text takes too many steps to follow",
            );
        }
        !over
    }

    /// Goes one level deeper; `false` where that is too deep. Pair with [`Self::leave`].
    pub fn enter(&mut self, state: &State, span: Span) -> bool {
        // Each level is a handful of stack frames; the main thread has room for far more.
        if self.depth >= self.context.limits.depth.min(96) {
            self.gap(state, span, GapReason::Limit, "nested too deeply to follow");
            return false;
        }
        self.depth += 1;
        true
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    pub fn place(&self, state: &State, span: Span) -> Place {
        Place::new(state.source, span)
    }

    pub fn gap(&mut self, state: &State, span: Span, reason: GapReason, detail: impl Into<String>) {
        self.out
            .coverage
            .note(Place::new(state.source, span), reason, detail);
    }

    /// Adds a stated effect under the conditions that hold here.
    pub fn push(&mut self, state: &State, place: Place, kind: EffectKind) -> EffectId {
        self.out.push(Effect {
            gates: state.gates.clone(),
            by: state.by,
            ..Effect::stated(kind, place)
        })
    }

    /// The operand that `word` names from here.
    pub fn operand(&self, state: &State, word: &Word) -> PathOperand {
        PathOperand {
            written: word.clone(),
            at: Location::resolve(word, &state.cwd, &self.context.root),
        }
    }

    pub fn open(&mut self, channel: Channel) -> ChannelId {
        self.channels.push(channel);
        self.channels.len() - 1
    }

    /// What the current standard input gives.
    pub fn stdin(&self, state: &State) -> Stdin {
        state
            .fds
            .get(&0)
            .and_then(|id| self.channels.get(*id))
            .map(|channel| channel.input.clone())
            .unwrap_or_default()
    }

    /// Sends output to a descriptor.
    pub fn emit(&mut self, state: &State, fd: u32, output: &Output) {
        if let Some(id) = state.fds.get(&fd).copied() {
            self.write_channel(state, id, output);
        }
    }

    /// Runs the commands of a list in order.
    pub fn list(&mut self, state: &mut State, list: &List) {
        let span = list.items.first().map(|item| item.first.span).unwrap_or_default();
        if !self.enter(state, span) {
            return;
        }
        for item in &list.items {
            if state.next != Next::Go || self.halted {
                break;
            }
            self.item(state, item);
        }
        self.leave();
    }

    fn item(&mut self, state: &mut State, item: &Item) {
        if item.background {
            let mut child = state.clone();
            self.chain(&mut child, item);
            state.traps.clone_from(&child.traps);
            state.status = Some(true);
        } else {
            self.chain(state, item);
        }
    }

    /// A chain of `&&` and `||`, from left to right.
    pub fn chain(&mut self, state: &mut State, item: &Item) -> Tested {
        let mut tested = self.pipeline(state, &item.first);
        for (op, pipeline) in &item.rest {
            if state.next != Next::Go || self.halted {
                break;
            }
            let wanted = *op == AndOr::And;
            match tested.status.filter(|_| !state.tainted) {
                Some(status) if status != wanted => {}
                Some(_) => tested = self.pipeline(state, pipeline),
                None => tested = self.maybe(state, &tested, wanted, pipeline),
            }
        }
        tested
    }

    /// Runs `pipeline` where it is not known whether the condition before it holds.
    fn maybe(&mut self, state: &mut State, tested: &Tested, wanted: bool, pipeline: &Pipeline) -> Tested {
        let mut taken = state.clone();
        tested.assume(&mut taken, wanted);
        let inner = self.pipeline(&mut taken, pipeline);
        let before = state.gates.clone();
        let ended = taken.next == Next::Exit || taken.next == Next::Return;
        let left_loop = taken.next == Next::Loop;
        if ended || left_loop {
            // The rest runs only if the condition did not hold.
            let mut skipped = state.clone();
            tested.assume(&mut skipped, !wanted);
            let gates = skipped.gates.clone();
            if taken.next == Next::Exit {
                skipped.join(taken);
            } else {
                taken.next = Next::Go;
                skipped.join(taken);
            }
            *state = skipped;
            state.gates = gates;
        } else {
            state.join(taken);
            state.gates = before;
        }
        let mut result = tested.clone();
        if wanted {
            result.and(&inner);
        } else {
            result.or(&inner);
        }
        state.status = None;
        result
    }

    /// Commands joined by `|`.
    fn pipeline(&mut self, state: &mut State, pipeline: &Pipeline) -> Tested {
        let mut tested = match pipeline.stages.as_slice() {
            [] => Tested::default(),
            [stage] => self.command(state, &stage.command),
            stages => {
                self.stages(state, stages);
                Tested::default()
            }
        };
        if pipeline.negated {
            tested.negate();
        }
        state.status = tested.status;
        tested
    }

    fn stages(&mut self, state: &mut State, stages: &[Stage]) {
        let mut input = state.fds.get(&0).copied();
        let last = stages.len() - 1;
        for (i, stage) in stages.iter().enumerate() {
            let mut child = state.clone();
            if let Some(input) = input {
                child.fds.insert(0, input);
            }
            let mut channel = None;
            if i < last {
                let id = self.open(Channel::captured());
                child.fds.insert(1, id);
                if stage.with_stderr {
                    child.fds.insert(2, id);
                }
                channel = Some(id);
            }
            self.command(&mut child, &stage.command);
            self.run_traps(&mut child, state.traps.len());
            if let Some(id) = channel {
                let stdin = self.channels[id].as_stdin();
                input = Some(self.open(Channel::reading(stdin)));
            } else {
                // zsh runs the last stage itself, bash with `lastpipe`.
                let keeps = state.options.lastpipe || state.dialect == crate::lang::shell::ast::Dialect::Zsh;
                if keeps {
                    child.fds.clone_from(&state.fds);
                    *state = child;
                }
            }
        }
    }

    /// Runs the traps that were set after the first `known` ones.
    pub fn run_traps(&mut self, state: &mut State, known: usize) {
        let traps: Vec<_> = state.traps.drain(known.min(state.traps.len())..).collect();
        for (text, place) in traps {
            let mut child = state.clone();
            child.next = Next::Go;
            self.run_text(&mut child, &text, place, None);
        }
    }

    /// Runs the lists of `>(…)` that the command just run wrote to.
    pub fn run_later(&mut self, state: &State, from: usize) {
        while self.later.len() > from {
            let Some(later) = self.later.pop() else { break };
            let mut child = state.clone();
            child.source = later.source;
            let stdin = self.channels[later.channel].as_stdin();
            let input = self.open(Channel::reading(stdin));
            child.fds.insert(0, input);
            self.list(&mut child, &later.list);
        }
    }

    /// Flows of `origins` into an effect.
    pub fn flows(&mut self, origins: &[Origin], to: EffectId, via: Via) {
        for origin in origins {
            self.out.flow(origin.clone(), to, via);
        }
    }

    /// Adds a condition to a state, once.
    pub fn gate(state: &mut State, gate: Gate) {
        if !state.gates.contains(&gate) {
            state.gates.push(gate);
        }
    }
}
