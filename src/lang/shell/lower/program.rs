//! Programs that a command starts: found by name, given what they stand on, and what they start in turn.

use std::rc::Rc;

use super::channel::Channel;
use super::command::Run;
use super::expand::settle;
use super::state::{Next, State, Variable, put};
use super::walk::Walk;
use crate::lang::programs::{Call, Output, Stdin, Then, lower_call};
use crate::model::effect::{EnvAct, Reach};
use crate::model::{EffectId, EffectKind, GapReason, Location, Piece, Via, Word};

impl Walk<'_> {
    /// Starts a program.
    pub fn program(&mut self, state: &mut State, mut run: Run<'_>) {
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
}
