//! Simple commands: assignments, aliases, functions, builtins; programs are in `program`.

use std::rc::Rc;

use super::conditions::Tested;
use super::expand::settle;
use super::state::{Function, Next, State, Variable, choices};
use super::walk::Walk;
use crate::lang::shell::ast::{Dialect, Part, Simple};
use crate::model::effect::{EnvAct, How, Reach};
use crate::model::{Effect, EffectId, EffectKind, GapReason, Place, Word};

/// Words about to be run as a command.
pub(super) struct Run<'r> {
    pub words: Vec<Word>,
    pub places: Vec<Place>,
    pub place: Place,
    pub assignments: Vec<(String, Word)>,
    /// The syntax of the words, where they were not computed.
    pub syntax: Option<&'r Simple>,
    pub how: How,
    /// Functions and builtins count.
    pub inside: bool,
}

impl Walk<'_> {
    /// Runs a simple command.
    pub fn simple(&mut self, state: &mut State, simple: &Simple) -> Tested {
        if !self.step(state, simple.span) {
            return Tested::default();
        }
        if let Some(tested) = self.alias(state, simple) {
            return tested;
        }
        let later = self.later.len();
        let (words, places) = self.words(state, &simple.words);
        let fds = state.fds.clone();
        self.redirects(state, &simple.redirects);
        if words.is_empty() {
            for assignment in &simple.assignments {
                self.assign(state, assignment);
            }
            state.fds = fds;
            self.run_later(state, later);
            // The status is that of the last substitution, if there was one.
            return Tested::default();
        }
        if state.next != Next::Go {
            return Tested::default();
        }
        let assignments = self.prefix(state, &simple.assignments);
        let keeps = matches!(words.first().and_then(Word::as_known), Some("exec")) && words.len() == 1;
        let run = Run {
            words,
            places,
            place: self.place(state, simple.span),
            assignments,
            syntax: Some(simple),
            how: How::Direct,
            inside: true,
        };
        let tested = self.run(state, run);
        if !keeps {
            // Descriptors that `eval` or a function opened stay, those of this command's redirects do not.
            if !simple.redirects.is_empty() {
                state.fds = fds;
            }
        }
        self.run_later(state, later);
        tested
    }

    /// Runs words: an alternative at a time where the program is one of several.
    pub fn run(&mut self, state: &mut State, mut run: Run<'_>) -> Tested {
        let Some(first) = run.words.first() else {
            return Tested::default();
        };
        let first = settle(first);
        if first.as_known() == Some("") && run.words.len() > 1 && run.syntax.is_none() {
            run.words.remove(0);
        }
        if first.as_known().is_none()
            && let Some(texts) = choices(&first)
        {
            for text in texts {
                let mut child = state.clone();
                let mut words: Vec<Word> = text
                    .split([' ', '\t', '\n'])
                    .filter(|part| !part.is_empty())
                    .map(Word::known)
                    .collect();
                if words.is_empty() {
                    continue;
                }
                let place = run.places.first().copied().unwrap_or(run.place);
                let mut places = vec![place; words.len()];
                words.extend_from_slice(&run.words[1..]);
                places.extend_from_slice(run.places.get(1..).unwrap_or(&[]));
                self.run(
                    &mut child,
                    Run {
                        words,
                        places,
                        place: run.place,
                        assignments: run.assignments.clone(),
                        syntax: None,
                        how: run.how,
                        inside: run.inside,
                    },
                );
                child.next = Next::Go;
                state.join(child);
            }
            return Tested::default();
        }
        run.words[0] = first;
        let name = run.words[0].as_known().map(str::to_owned);
        if let Some(name) = name.filter(|_| run.inside) {
            if let Some(function) = state.functions.get(&name).cloned() {
                return self.call(state, &function, &run);
            }
            if let Some(tested) = self.builtin(state, &name, &run) {
                return tested;
            }
        } else if let Some(name) = run.words[0].as_known() {
            // A wrapper starts programs, of which these print what the builtins print.
            if matches!(
                name.rsplit('/').next(),
                Some("echo" | "printf" | "true" | "false" | "test" | "[" | "pwd")
            ) {
                let name = name.rsplit('/').next().unwrap_or("").to_owned();
                if let Some(tested) = self.builtin(state, &name, &run) {
                    return tested;
                }
            }
        }
        self.program(state, run);
        Tested::default()
    }

    /// Calls a function: its body runs here with its own parameters.
    fn call(&mut self, state: &mut State, function: &Function, run: &Run<'_>) -> Tested {
        if state.locals.len() >= 32 || !self.enter(state, run.place.span) {
            self.gap(
                state,
                run.place.span,
                GapReason::Limit,
                "functions call each other too deeply to follow",
            );
            return Tested::default();
        }
        let saved = self.overlaid(state, &run.assignments);
        let positional = std::mem::replace(&mut state.positional, run.words[1..].to_vec());
        let open = std::mem::replace(&mut state.positional_open, false);
        let source = std::mem::replace(&mut state.source, function.source);
        state.locals.push(std::collections::BTreeMap::new());
        let tested = self.command(state, &function.body);
        for (name, old) in state.locals.pop().unwrap_or_default() {
            restore(state, &name, old);
        }
        state.source = source;
        state.positional = positional;
        state.positional_open = open;
        if state.next == Next::Return {
            state.next = Next::Go;
        }
        for (name, old) in saved {
            restore(state, &name, old);
        }
        self.leave();
        tested
    }

    /// Sets the assignments before a command; what they hid is handed back.
    pub fn overlaid(
        &mut self,
        state: &mut State,
        assignments: &[(String, Word)],
    ) -> Vec<(String, Option<Variable>)> {
        let mut saved = vec![];
        for (name, value) in assignments {
            saved.push((name.clone(), state.variables.get(name).cloned()));
            let mut variable = Variable::scalar(value.clone());
            variable.exported = true;
            Rc::make_mut(&mut state.variables).insert(name.clone(), variable);
        }
        saved
    }

    /// Replaces an alias by its text.
    fn alias(&mut self, state: &mut State, simple: &Simple) -> Option<Tested> {
        if state.aliases.is_empty() || (state.dialect == Dialect::Bash && !state.options.aliases) {
            return None;
        }
        let first = simple.words.first()?;
        let [Part::Literal(name)] = first.parts.as_slice() else {
            return None;
        };
        let name = name.clone();
        let text = state.aliases.get(&name)?.clone();
        let rest = self
            .sources
            .text(state.source)
            .get(first.span.end..simple.span.end)
            .unwrap_or("")
            .to_owned();
        let place = self.place(state, simple.span);
        state.aliases.remove(&name);
        self.run_text(state, &Word::known(format!("{text}{rest}")), place, None);
        state.aliases.insert(name, text);
        Some(Tested::default())
    }

    /// Adds an Exec that the shell itself is: `eval` of unknown text, `source` of a file.
    pub fn push_exec(&mut self, state: &State, place: Place, exec: crate::model::effect::Exec) -> EffectId {
        self.out.push(Effect {
            gates: state.gates.clone(),
            by: state.by,
            ..Effect::stated(EffectKind::Exec(exec), place)
        })
    }

    /// All variables of the environment are printed or handed on.
    pub fn read_environment(&mut self, state: &State, place: Place) -> EffectId {
        self.push(
            state,
            place,
            EffectKind::Env {
                name: Word::known("*"),
                value: None,
                act: EnvAct::Read,
                reach: Reach::Command,
            },
        )
    }
}

/// Puts back what a name was.
pub(super) fn restore(state: &mut State, name: &str, old: Option<Variable>) {
    match old {
        Some(variable) => {
            Rc::make_mut(&mut state.variables).insert(name.to_owned(), variable);
        }
        None => {
            Rc::make_mut(&mut state.variables).remove(name);
        }
    }
}
