//! Builtins that run code: `eval`, `source`, `exec`, `command`, `trap`, `alias`, `enable`, `complete`.

use std::rc::Rc;

use super::super::command::Run;
use super::super::conditions::Tested;
use super::super::state::{Next, State};
use super::super::walk::Walk;
use super::{is_option, settled};
use crate::lang::programs::Output;
use crate::model::effect::{Exec, How, Understood};
use crate::model::source::Hop;
use crate::model::{EffectKind, Location, Origin, Word};

/// Builtins that programs of the same name do not stand in for.
const OWN: [&str; 14] = [
    "cd", "eval", "exec", "exit", "export", "read", "return", "set", "shift", "source", "trap", "type",
    "unset", "wait",
];

impl Walk<'_> {
    pub(super) fn eval(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let args = match args.first().and_then(Word::as_known) {
            Some("--") => &args[1..],
            _ => args,
        };
        let mut text = Word::default();
        for (i, word) in args.iter().enumerate() {
            if i > 0 {
                text.push_str(" ");
            }
            text.append(word);
        }
        if self.is_getopt(&text) {
            // `eval set -- "$(getopt …)"`: quoted arguments become arguments again.
            state.positional = vec![Word::unknown_from(crate::model::Why::Parameter, text.origins())];
            state.positional_open = true;
            return Tested::default();
        }
        // One argument that stands in the text keeps its places.
        let place = match (args.len(), run.places.last()) {
            (1, Some(place)) => *place,
            _ => run.place,
        };
        self.run_text(state, &text, place, None);
        Tested::default()
    }

    /// `set -- ` and what `getopt` printed: it quotes its words, so that no code hides in them.
    fn is_getopt(&self, text: &Word) -> bool {
        let origins = text.origins();
        text.pieces.len() == 2
            && text.known_prefix().trim() == "set --"
            && !origins.is_empty()
            && origins.iter().all(|origin| match origin {
                Origin::Effect(id) => match &self.out.get(*id).kind {
                    EffectKind::Exec(exec) => exec.program.as_known() == Some("getopt"),
                    _ => false,
                },
                Origin::Arguments | Origin::Input | Origin::Payload => true,
                Origin::Decoded(_) => false,
            })
    }

    pub(super) fn source(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let args = settled(args);
        let args: &[Word] = match args.first().and_then(Word::as_known) {
            Some("--") => &args[1..],
            _ => &args,
        };
        let Some((file, rest)) = args.split_first() else {
            return Tested::default();
        };
        let path = self.operand(state, file);
        let exec = self.push_exec(
            state,
            run.place,
            Exec {
                program: run.words[0].clone(),
                argv: args.to_vec(),
                how: How::Load,
                understood: Understood::Told,
                followed: false,
                package: None,
            },
        );
        let stdin = match file.as_known() {
            Some("/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0") => Some(self.stdin(state)),
            _ => None,
        };
        if let Some(stdin) = stdin {
            let text = stdin
                .text
                .unwrap_or_else(|| Word::unknown_from(crate::model::Why::Input, stdin.origins.clone()));
            self.flows(&stdin.origins, exec, crate::model::Via::Pipe);
            self.run_text(state, &text, run.place, Some(exec));
            return Tested::default();
        }
        let is_pipe = matches!(&path.at, Location::Absolute(at) if at.starts_with("/dev/fd/"));
        if !is_pipe {
            let place = run.places.get(1).copied().unwrap_or(run.place);
            let read = self.read_file(state, &path, place);
            self.out.flow(Origin::Effect(read), exec, crate::model::Via::File);
        }
        let saved = (!rest.is_empty()).then(|| std::mem::replace(&mut state.positional, rest.to_vec()));
        let by = state.by.replace(exec);
        self.include(state, &path, Hop::Include, None, exec, run.place);
        state.by = by;
        if let Some(saved) = saved {
            state.positional = saved;
        }
        if state.next == Next::Return {
            state.next = Next::Go;
        }
        Tested::default()
    }

    pub(super) fn exec(&mut self, state: &mut State, run: &Run<'_>) -> Tested {
        let mut rest = &run.words[1..];
        let mut skipped = 1;
        while let Some((first, more)) = rest.split_first() {
            if !is_option(first) && first.as_known() != Some("--") {
                break;
            }
            let takes = first.as_known().is_some_and(|text| text.ends_with('a'));
            let last = first.as_known() == Some("--");
            rest = more;
            skipped += 1;
            if takes {
                rest = rest.get(1..).unwrap_or(&[]);
                skipped += 1;
            }
            if last {
                break;
            }
        }
        if rest.is_empty() {
            return Tested::status(true);
        }
        let inner = inner_run(run, skipped, false);
        let tested = self.run(state, inner);
        state.next = Next::Exit;
        tested
    }

    pub(super) fn command_builtin(&mut self, state: &mut State, run: &Run<'_>) -> Option<Tested> {
        let mut skipped = 1;
        for word in &run.words[1..] {
            match word.as_known() {
                Some("--") => {
                    skipped += 1;
                    break;
                }
                Some("-p") => skipped += 1,
                Some(text) if text.starts_with('-') && text.contains(['v', 'V']) => {
                    let name = run.words.get(skipped + 1)?;
                    let known = name.as_known()?.to_owned();
                    self.lookup_program(state, &known);
                    return Some(Tested::default());
                }
                _ => break,
            }
        }
        if run.words.len() <= skipped {
            return Some(Tested::default());
        }
        let inner = inner_run(run, skipped, true);
        // Functions do not count after `command`.
        let name = inner.words[0].as_known().map(str::to_owned);
        let hidden = name
            .as_ref()
            .and_then(|name| Rc::make_mut(&mut state.functions).remove(name));
        let tested = self.run(state, inner);
        if let (Some(name), Some(function)) = (name, hidden) {
            Rc::make_mut(&mut state.functions).entry(name).or_insert(function);
        }
        Some(tested)
    }

    /// `command -v NAME` prints the name of what the shell knows itself, else where the program is:
    /// in which folder differs, the base name does not.
    fn lookup_program(&mut self, state: &mut State, name: &str) {
        let own =
            state.functions.contains_key(name) || state.aliases.contains_key(name) || name.contains('/');
        let text = if own || OWN.contains(&name) {
            format!("{name}\n")
        } else {
            format!("/usr/bin/{name}\n")
        };
        let output = Output {
            origins: vec![],
            text: Some(Word::known(text)),
            decoded: vec![],
        };
        self.emit(state, 1, &output);
    }

    pub(super) fn builtin_builtin(&mut self, state: &mut State, run: &Run<'_>) -> Option<Tested> {
        let name = run.words.get(1)?.as_known()?.to_owned();
        let inner = inner_run(run, 1, true);
        self.builtin(state, &name, &inner)
    }

    pub(super) fn trap(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let first = args.iter().position(|word| word.as_known() != Some("--"));
        let Some(index) = first else {
            return Tested::default();
        };
        let text = &args[index];
        let resets = matches!(text.as_known(), Some("-" | "" | "-p" | "-l"));
        if !resets && args.len() > index + 1 {
            let place = run.places.get(index + 1).copied().unwrap_or(run.place);
            let trap = (text.clone(), place);
            if !state.traps.contains(&trap) && state.traps.len() < 64 {
                state.traps.push(trap);
            }
        }
        Tested::status(true)
    }

    pub(super) fn define_alias(&mut self, state: &mut State, args: &[Word]) -> Tested {
        for word in args {
            if let Some((name, text)) = word.as_known().and_then(|text| text.split_once('=')) {
                state.aliases.insert(name.to_owned(), text.to_owned());
            }
        }
        Tested::default()
    }

    pub(super) fn remove_alias(&mut self, state: &mut State, args: &[Word]) -> Tested {
        for word in args {
            match word.as_known() {
                Some("-a") => state.aliases.clear(),
                Some(name) => {
                    state.aliases.remove(name);
                }
                None => {}
            }
        }
        Tested::default()
    }

    /// `hash -p PATH NAME`.
    pub(super) fn hash(&mut self, state: &mut State, args: &[Word]) -> Tested {
        if let [flag, path, name] = args
            && let (Some("-p"), Some(name)) = (flag.as_known(), name.as_known())
        {
            state.hashed.insert(name.to_owned(), path.clone());
        }
        Tested::default()
    }

    /// `enable -f FILE NAME` loads native code; `enable -n NAME` switches a builtin off.
    pub(super) fn enable(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        if let Some(i) = args.iter().position(|word| word.as_known() == Some("-f"))
            && let Some(file) = args.get(i + 1)
        {
            let path = self.operand(state, file);
            self.read_file(state, &path, run.place);
            self.push_exec(
                state,
                run.place,
                Exec {
                    program: file.clone(),
                    argv: args.to_vec(),
                    how: How::Load,
                    understood: Understood::Opaque,
                    followed: false,
                    package: None,
                },
            );
        }
        Tested::default()
    }

    /// `complete -C` and `compgen -C` run a command, `-F` a function, `-W` expands a text.
    pub(super) fn complete(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_known() {
                Some("-C" | "-F") => {
                    if let Some(text) = words.next() {
                        self.run_text(&mut state.clone(), text, run.place, None);
                    }
                }
                Some("-W") => {
                    if let Some(text) = words.next() {
                        self.hidden_code(&mut state.clone(), text, run.place.span);
                        let output = Output {
                            origins: text.origins(),
                            text: Some(text.clone()),
                            decoded: vec![],
                        };
                        self.emit(state, 1, &output);
                    }
                }
                _ => {}
            }
        }
        Tested::default()
    }

    /// `history -r FILE` and kin read and write files; `fc -s` runs an old command.
    pub(super) fn history(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let flag = args.first().and_then(Word::as_known).unwrap_or("");
        let file = args.get(1).filter(|_| matches!(flag, "-r" | "-n" | "-a" | "-w"));
        if let Some(file) = file {
            let path = self.operand(state, file);
            if matches!(flag, "-r" | "-n") {
                let read = self.read_file(state, &path, run.place);
                let output = Output {
                    origins: vec![Origin::Effect(read)],
                    ..Output::default()
                };
                self.emit(state, 1, &output);
            } else {
                let act = crate::model::effect::WriteAct::Append;
                self.push(state, run.place, EffectKind::Write { path, act });
            }
        }
        Tested::default()
    }
}

/// The command that stands behind the first `skipped` words.
fn inner_run<'r>(run: &Run<'r>, skipped: usize, inside: bool) -> Run<'r> {
    Run {
        words: run.words[skipped..].to_vec(),
        places: run.places.get(skipped..).unwrap_or(&[]).to_vec(),
        place: run.place,
        assignments: run.assignments.clone(),
        syntax: None,
        how: run.how,
        inside,
    }
}
