//! Programs and code that the text starts.

use super::Machine;
use super::call::Args;
use super::method::is_callable;
use crate::lang::dynamic::api::Act;
use crate::lang::dynamic::value::{Shape, Value};
use crate::lang::programs::{self, Stdin, Then};
use crate::model::effect::{Exec, How, Understood};
use crate::model::lowered::{Reference, Target};
use crate::model::{EffectId, EffectKind, GapReason, Location, Origin, Piece, Span, Via, Why, Word};

/// Wrapped commands followed inside each other.
const WRAPPED: usize = 8;

impl Machine<'_, '_> {
    pub(super) fn shell(&mut self, act: &'static Act, args: &Args, span: Span) -> Value {
        let text = self.pick(&act.text, None, args).unwrap_or_default();
        let input = self.pick(&act.input, None, args);
        let at = args.spans.first().copied().unwrap_or(span);
        // A tagged template gives its text as one argument; a list is a command with its words.
        if let Value::Object(object) = &text
            && object.shape == Shape::List
        {
            return self.run_list(&text, None, input, None, args, act, span);
        }
        let mut ids = vec![];
        let cwd = self.pick(&act.cwd, None, args);
        for word in self.words(&text) {
            ids.push(self.shell_word(&word, at, input.as_ref(), cwd.as_ref()));
        }
        self.process(act, ids, args, span)
    }

    fn process(&mut self, act: &'static Act, ids: Vec<EffectId>, args: &Args, span: Span) -> Value {
        let mut streams = self.stdio.clone();
        streams.extend(
            ["stdin", "stdout", "stderr"]
                .iter()
                .filter_map(|key| args.named(key))
                .cloned(),
        );
        for options in &args.list {
            if let Value::Object(object) = options {
                streams.extend(object.state.borrow().get("stdio").cloned());
            }
        }
        for stream in streams {
            self.join_streams(&ids, &stream);
        }
        let from: Vec<Origin> = ids.iter().map(|id| Origin::Effect(*id)).collect();
        let output = Value::unknown(Why::Output, from);
        for callback in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            let call = vec![Value::Nothing, output.clone(), output.clone()];
            self.call_back(&callback, call, span);
        }
        match act.class.as_deref() {
            Some(class) => Value::handle(class, ids),
            None => output,
        }
    }

    /// Input and output of the programs `ids` are `stream`.
    fn join_streams(&mut self, ids: &[EffectId], stream: &Value) {
        for origin in self.origins(stream) {
            let Origin::Effect(other) = origin else { continue };
            let connected = matches!(self.lowered.get(other).kind, EffectKind::Connect(_));
            for id in ids {
                self.flow(Origin::Effect(other), *id, Via::Pipe);
                if connected {
                    self.flow(Origin::Effect(*id), other, Via::Pipe);
                }
            }
        }
    }

    pub(super) fn run_words(&mut self, act: &'static Act, args: &Args, span: Span) -> Value {
        let program = self.pick(&act.program, None, args);
        let words = self.pick(&act.words, None, args);
        let input = self.pick(&act.input, None, args);
        let one = act.mode.iter().any(|m| m == "%one");
        let single = args.list.iter().filter(|v| !is_options(v)).count() == 1 && args.rest.is_empty();
        let text = args
            .list
            .iter()
            .find(|v| !is_options(v))
            .is_some_and(|v| !matches!(v, Value::Object(o) if o.shape == Shape::List));
        let through_shell = match self.pick(&act.mode, None, args) {
            _ if one => single && text,
            Some(Value::Text(word)) => !word.is_empty(),
            Some(value) => value.truth() == Some(true),
            None => false,
        };
        let cwd = self.pick(&act.cwd, None, args);
        if through_shell {
            return self.run_in_shell(program, words, input, cwd, args, act, span);
        }
        match (program, words) {
            (Some(program), words) => {
                let list = match words {
                    Some(words @ Value::Object(_)) if !is_options(&words) => Some(words),
                    Some(words @ Value::Text(_)) => Some(words),
                    _ => None,
                };
                let mut result: Option<Value> = None;
                for program in program.each() {
                    let one = self.run_list(
                        &list.clone().unwrap_or_default(),
                        Some(&program),
                        input.clone(),
                        cwd.clone(),
                        args,
                        act,
                        span,
                    );
                    result = Some(match result {
                        Some(there) => there.or(one),
                        None => one,
                    });
                }
                result.unwrap_or_default()
            }
            (None, Some(words)) => {
                let mut result: Option<Value> = None;
                for words in words.each() {
                    let one = self.run_list(&words, None, input.clone(), cwd.clone(), args, act, span);
                    result = Some(match result {
                        Some(there) => there.or(one),
                        None => one,
                    });
                }
                result.unwrap_or_default()
            }
            (None, None) => self.unknown_call(&Value::Nothing, args, span),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn run_in_shell(
        &mut self,
        program: Option<Value>,
        words: Option<Value>,
        input: Option<Value>,
        cwd: Option<Value>,
        args: &Args,
        act: &'static Act,
        span: Span,
    ) -> Value {
        let mut parts = vec![];
        for value in program.into_iter().chain(words.filter(|w| !is_options(w))) {
            match &value {
                Value::Object(object) if object.shape == Shape::List => {
                    let space = Value::text(" ");
                    parts.push(self.join(&value, &space));
                }
                _ => parts.push(value),
            }
        }
        let mut spaced = vec![];
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                spaced.push(Value::text(" "));
            }
            spaced.push(part);
        }
        let text = self.concat(&spaced);
        let at = args.spans.first().copied().unwrap_or(span);
        let mut ids = vec![];
        for word in self.words(&text) {
            ids.push(self.shell_word(&word, at, input.as_ref(), cwd.as_ref()));
        }
        self.process(act, ids, args, span)
    }

    #[allow(clippy::too_many_arguments)]
    fn run_list(
        &mut self,
        list: &Value,
        program: Option<&Value>,
        input: Option<Value>,
        cwd: Option<Value>,
        args: &Args,
        act: &'static Act,
        span: Span,
    ) -> Value {
        let mut words: Vec<Word> = vec![];
        if let Some(program) = program {
            words.push(self.word(program));
        }
        match list {
            Value::Object(object) if matches!(object.shape, Shape::List) => {
                let (items, complete) = {
                    let state = object.state.borrow();
                    (state.items.clone(), state.rest.is_empty())
                };
                for item in &items {
                    match item {
                        // `system(*list)`, `system(@list)`, `IO.popen([…])`
                        Value::Object(inner) if inner.shape == Shape::List => {
                            let (inner, _) = self.items(item);
                            for item in &inner {
                                words.push(self.word(item));
                            }
                        }
                        item if is_options(item) => {}
                        item => words.push(self.word(item)),
                    }
                }
                if !complete {
                    let from = self.origins(list);
                    words.push(Word::unknown_from(Why::Parameter, from));
                }
            }
            Value::Nothing => {}
            other => words.push(self.word(other)),
        }
        if words.is_empty() {
            return Value::Nothing;
        }
        let origins = input.as_ref().map(|v| self.origins(v)).unwrap_or_default();
        let text = match &input {
            Some(Value::Text(word)) if word.as_known().is_some() => Some(word.clone()),
            _ => None,
        };
        let stdin = Stdin {
            connected: input.is_some(),
            origins,
            text,
            ..Stdin::default()
        };
        let at = match cwd {
            Some(value) => {
                let word = self.word(&value);
                Location::resolve(&word, &self.cwd, &self.context.root)
            }
            None => self.cwd.clone(),
        };
        let id = self.start(&words, &stdin, &at, How::Direct, span, 0);
        self.process(act, vec![id], args, span)
    }

    /// Starts a program with known or unknown words.
    pub(super) fn start(
        &mut self,
        words: &[Word],
        stdin: &Stdin,
        cwd: &Location,
        how: How,
        span: Span,
        depth: usize,
    ) -> EffectId {
        let place = self.place(span);
        let Some((program, argv)) = words.split_first() else {
            return EffectId(0);
        };
        let wanted = EffectKind::Exec(Exec {
            program: program.clone(),
            argv: argv.to_vec(),
            how,
            understood: Understood::Opaque,
            followed: false,
            package: None,
        });
        // The same start again (a loop walked twice) is the same effect.
        for id in self.seen.get(&place).cloned().unwrap_or_default() {
            if let (EffectKind::Exec(there), EffectKind::Exec(new)) = (&self.lowered.get(id).kind, &wanted)
                && there.program == new.program
                && there.argv == new.argv
            {
                return id;
            }
        }
        if self.lowered.effects.len() >= self.context.limits.effects {
            return self.emit(wanted, span);
        }
        let places = vec![place; words.len()];
        let gates = self.gates.clone();
        let by = self.modules.get(self.module).and_then(|m| m.load);
        let call = programs::Call {
            program,
            argv,
            places: &places,
            place,
            assignments: &[],
            cwd,
            stdin,
            how,
            gates: &gates,
            by,
            context: self.context,
        };
        let outcome = programs::lower_call(&call, &mut self.lowered, self.sources);
        self.seen.entry(place).or_default().push(outcome.exec);
        for word in words {
            self.flow_word(word, outcome.exec, Via::Argument);
        }
        for origin in stdin.origins.clone() {
            self.flow(origin, outcome.exec, Via::Pipe);
        }
        if matches!(program.pieces.first(), Some(Piece::Unknown(_))) && program.known_prefix().is_empty() {
            self.gap(
                span,
                GapReason::UnknownProgram,
                "the program is decided at run time",
            );
        }
        for then in outcome.then {
            self.then(then, cwd, span, depth);
        }
        outcome.exec
    }

    fn then(&mut self, then: Then, cwd: &Location, span: Span, depth: usize) {
        match then {
            Then::Command {
                words,
                stdin,
                how,
                cwd: other,
                ..
            } => {
                if depth < WRAPPED {
                    let cwd = other.unwrap_or_else(|| cwd.clone());
                    self.start(&words, &stdin, &cwd, how, span, depth + 1);
                } else {
                    self.gap(span, GapReason::Limit, "commands are wrapped too deep");
                }
            }
            Then::Shell {
                text,
                place,
                argv,
                stdin,
                exec,
                ..
            } => {
                if matches!(text.pieces.first(), Some(Piece::Unknown(_))) {
                    self.flow_word(&text, exec, Via::Argument);
                    self.gap(
                        place.span,
                        GapReason::UnknownCode,
                        "the command is decided at run time",
                    );
                } else if !text.is_empty() {
                    self.shell_reference(exec, &text, place, argv, stdin.origins, None);
                }
            }
            Then::Script {
                path,
                argv,
                stdin,
                exec,
                place,
                ..
            } => {
                let target = Target::Script {
                    path: path.at,
                    language: None,
                };
                let stdin = stdin.origins;
                self.refer(Reference {
                    by: exec,
                    target,
                    argv,
                    cwd: cwd.clone(),
                    env: vec![],
                    stdin,
                    place,
                });
            }
        }
    }

    /// Starts a script file in the same language (`fork`, `new Worker`, `runpy.run_path`).
    pub(super) fn start_script(&mut self, word: Word, span: Span) -> EffectId {
        let path = self.path(word.clone());
        let exec = Exec {
            program: Word::known(self.dialect.interpreter),
            argv: vec![word.clone()],
            how: How::Direct,
            understood: Understood::Told,
            followed: false,
            package: None,
        };
        let id = self.emit(EffectKind::Exec(exec), span);
        self.flow_word(&word, id, Via::Argument);
        let place = self.place(span);
        let target = Target::Script {
            path: path.at,
            language: Some(self.dialect.language.to_owned()),
        };
        let cwd = self.cwd.clone();
        self.refer(Reference {
            by: id,
            target,
            argv: vec![],
            cwd,
            env: vec![],
            stdin: vec![],
            place,
        });
        id
    }
}

/// Whether a value is an object of options, not a list of words.
fn is_options(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.shape == Shape::Dict,
        Value::Function(_) => true,
        _ => false,
    }
}
