//! Simple commands: assignments, aliases, functions, builtins, and everything that is a program.

use std::rc::Rc;

use super::channel::Channel;
use super::conditions::Tested;
use super::expand::settle;
use super::state::{Function, Next, State, Variable, choices, put};
use super::walk::Walk;
use crate::lang::programs::{Call, Output, Stdin, Then, lower_call};
use crate::lang::shell::ast::{Dialect, Part, Simple};
use crate::model::effect::{EnvAct, How, Reach};
use crate::model::{Effect, EffectId, EffectKind, GapReason, Location, Piece, Place, Via, Word};

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

    /// Starts a program.
    fn program(&mut self, state: &mut State, mut run: Run<'_>) {
        for word in &mut run.words {
            *word = settle(word);
        }
        self.by_path(state, &mut run);
        let open = |piece: &Piece| matches!(piece, Piece::Unknown(_) | Piece::Pattern(_));
        if run.words[0].pieces.iter().any(open) {
            let place = run.places.first().copied().unwrap_or(run.place);
            let detail = format!("the program `{}` is decided at run time", run.words[0].display());
            self.out.coverage.note(place, GapReason::UnknownProgram, detail);
        }
        let mut assignments = state.exported();
        assignments.retain(|given| given.0 == "PATH" || !self.applied.contains(given));
        for (name, value) in &run.assignments {
            put(&mut assignments, name, value.clone());
        }
        self.applied.extend(assignments.iter().cloned());
        let stdin = self.stdin(state);
        let before = self.out.effects.len();
        let references = self.out.references.len();
        let outcome = lower_call(
            &Call {
                program: &run.words[0],
                argv: &run.words[1..],
                places: &run.places,
                place: run.place,
                assignments: &assignments,
                cwd: &state.cwd,
                stdin: &stdin,
                how: run.how,
                gates: &state.gates,
                by: state.by,
                context: self.context,
            },
            &mut self.out,
            self.sources,
        );
        let mut output = outcome.output;
        let exec = outcome.exec;
        self.set_for(state, &run, before, exec);
        let origins = run.words[0].origins();
        self.flows(&origins, exec, Via::Argument);
        self.through_descriptors(state, &run, exec, &mut output);
        self.note_files(state, &run, before, exec, &mut output);
        self.made_references(references);
        let starts = !outcome.then.is_empty();
        for then in outcome.then {
            self.then(state, then, exec, &run);
        }
        if starts && output.text.is_none() {
            // What it prints is what the things it starts print.
            if let Some(id) = state.fds.get(&1).copied() {
                super::channel::add_origins(&mut self.channels[id].origins, &output.origins);
            }
        } else {
            self.emit(state, 1, &output);
        }
        state.status = None;
    }

    /// The assignments before a program, as effects: those that its page did not tell already.
    fn set_for(&mut self, state: &State, run: &Run<'_>, before: usize, exec: EffectId) {
        for (name, value) in &run.assignments {
            let told = self.out.effects[before..].iter().any(|effect| {
                matches!(&effect.kind, EffectKind::Env { name: told, act: EnvAct::Set, .. }
                    if told.as_known() == Some(name))
            });
            if !told {
                let id = self.set_variable(state, name, value, Reach::Command, run.place);
                self.out.get_mut(id).by = Some(exec);
            }
        }
    }

    fn then(&mut self, state: &mut State, then: Then, exec: EffectId, run: &Run<'_>) {
        if !self.step(state, run.place.span) || !self.enter(state, run.place.span) {
            return;
        }
        match then {
            Then::Command {
                words,
                places,
                how,
                stdin,
                assignments,
                cwd,
            } => {
                let mut child = self.child(state, exec, &run.assignments);
                if stdin.connected || stdin.text.is_some() || !stdin.origins.is_empty() {
                    let id = self.open(Channel::reading(stdin));
                    child.fds.insert(0, id);
                }
                if let Some(cwd) = cwd {
                    child.cwd = cwd;
                }
                if !words.is_empty() {
                    let mut places = places;
                    places.resize(words.len(), run.place);
                    let run = Run {
                        words,
                        places,
                        place: run.place,
                        assignments,
                        syntax: None,
                        how,
                        inside: false,
                    };
                    self.run(&mut child, run);
                }
            }
            Then::Shell {
                text,
                place,
                argv,
                stdin,
                dialect,
                exec,
            } => {
                let mut child = self.child(state, exec, &run.assignments);
                child.dialect = dialect.unwrap_or(child.dialect);
                let mut argv = argv.into_iter();
                child.script = argv.next().unwrap_or_else(|| Word::known("sh"));
                child.positional = argv.collect();
                self.give(&mut child, stdin);
                self.run_text(&mut child, &text, place, Some(exec));
                self.run_traps(&mut child, 0);
            }
            Then::Script {
                path,
                argv,
                stdin,
                dialect,
                exec,
                place,
            } => {
                let mut child = self.child(state, exec, &run.assignments);
                if let Some(dialect) = dialect {
                    child.dialect = dialect;
                }
                child.script = path.written.clone();
                child.positional = argv;
                self.give(&mut child, stdin);
                self.run_script(&mut child, &path, dialect.is_some(), exec, place);
            }
        }
        self.leave();
    }

    fn give(&mut self, child: &mut State, stdin: Stdin) {
        let id = self.open(Channel::reading(stdin));
        child.fds.insert(0, id);
    }

    /// The state of a program that `state` starts: exported variables, nothing else.
    fn child(&self, state: &State, exec: EffectId, assignments: &[(String, Word)]) -> State {
        let mut child = state.clone();
        Rc::make_mut(&mut child.variables).retain(|_, variable| variable.exported);
        child.aliases.clear();
        Rc::make_mut(&mut child.functions).clear();
        child.hashed.clear();
        child.locals.clear();
        child.traps.clear();
        child.positional.clear();
        child.positional_open = false;
        child.options = super::state::Options::default();
        child.next = Next::Go;
        child.tainted = false;
        child.kept = false;
        child.by = Some(exec);
        for (name, value) in assignments {
            let mut variable = Variable::scalar(value.clone());
            variable.exported = true;
            Rc::make_mut(&mut child.variables).insert(name.clone(), variable);
        }
        child
    }

    /// Bytes that reach a program by `/dev/fd/N` of a `<(…)`.
    fn through_descriptors(&mut self, state: &State, run: &Run<'_>, exec: EffectId, output: &mut Output) {
        for word in &run.words[1..] {
            let number = word.as_known().and_then(|text| {
                let at = text.find("/dev/fd/")?;
                text.get(at + "/dev/fd/".len()..)?.parse::<u32>().ok()
            });
            let Some(number) = number else { continue };
            let Some(id) = state.fds.get(&number).copied() else {
                continue;
            };
            let origins = self.channels[id].input.origins.clone();
            self.flows(&origins, exec, Via::File);
            super::channel::add_origins(&mut output.origins, &origins);
            // `>(…)`: what the program prints or reads may reach it.
            let stdin = self.stdin(state);
            let mut written = Output {
                origins: stdin.origins,
                text: stdin.text,
                decoded: stdin.decoded,
            };
            super::channel::add_origins(&mut written.origins, &output.origins);
            self.write_channel(state, id, &written);
        }
    }

    /// A program that is found in a folder of the tree because `PATH` was set to lead there, or by `hash -p`.
    fn by_path(&mut self, state: &State, run: &mut Run<'_>) {
        let Some(name) = run.words[0].as_known().map(str::to_owned) else {
            return;
        };
        if name.contains('/') {
            // A copy of a program, or a link to one, is that program.
            let at = self.operand(state, &run.words[0]).at;
            let real = self.overlay.resolve(&at);
            if let (true, Location::Absolute(path)) = (real != at, real) {
                run.words[0] = Word::known(path);
            }
            return;
        }
        if name.is_empty() {
            return;
        }
        if let Some(path) = state.hashed.get(&name) {
            run.words[0] = path.clone();
            return;
        }
        let prefixed = run
            .assignments
            .iter()
            .find(|(n, _)| n == "PATH")
            .map(|(_, w)| w.clone());
        let Some(path) = prefixed.or_else(|| state.scalar("PATH").cloned()) else {
            return;
        };
        let mut entry = Word::default();
        let mut entries = vec![];
        for piece in path.pieces {
            let Piece::Known(text) = &piece else {
                entry.push(piece);
                continue;
            };
            for (i, part) in text.split(':').enumerate() {
                if i > 0 {
                    entries.push(std::mem::take(&mut entry));
                }
                entry.push_str(part);
            }
        }
        entries.push(entry);
        for mut entry in entries {
            if entry.has_unknown() {
                continue;
            }
            entry.push_str("/");
            entry.push_str(&name);
            let at = Location::resolve(&entry, &state.cwd, &self.context.root);
            if self.is_file(&at) {
                run.words[0] = entry;
                return;
            }
        }
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
