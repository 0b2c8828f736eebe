//! `export`, `declare`, `local`, `readonly`, `unset`, `let`.

use std::rc::Rc;

use super::super::command::Run;
use super::super::conditions::Tested;
use super::super::expand::settle;
use super::super::state::{State, Value, Variable};
use super::super::walk::Walk;
use super::is_option;
use crate::lang::programs::Output;
use crate::model::effect::Reach;
use crate::model::{Origin, Word};

impl Walk<'_> {
    pub(super) fn export(&mut self, state: &mut State, name: &str, args: &[Word], run: &Run<'_>) -> Tested {
        self.declare_words(state, name, args, run)
    }

    pub(super) fn declare(&mut self, state: &mut State, name: &str, args: &[Word], run: &Run<'_>) -> Tested {
        self.declare_words(state, name, args, run)
    }

    fn declare_words(&mut self, state: &mut State, builtin: &str, args: &[Word], run: &Run<'_>) -> Tested {
        let mut on = String::new();
        let mut off = String::new();
        let mut names = vec![];
        for word in args {
            match word.as_known() {
                Some("--") => {}
                Some(text) if is_option(word) => on.push_str(&text[1..]),
                Some(text) if text.starts_with('+') && text.len() > 1 => off.push_str(&text[1..]),
                _ => names.push(word),
            }
        }
        let declared = run.syntax.map(|simple| simple.declared.as_slice()).unwrap_or(&[]);
        let prints = on.contains('p') || (names.is_empty() && declared.is_empty());
        if prints && !on.contains('f') {
            let id = self.read_environment(state, run.place);
            let output = Output {
                origins: vec![Origin::Effect(id)],
                ..Output::default()
            };
            self.emit(state, 1, &output);
            return Tested::default();
        }
        if on.contains('f') || on.contains('F') {
            return Tested::default();
        }
        let local = builtin == "local"
            || (!state.locals.is_empty()
                && builtin != "export"
                && builtin != "readonly"
                && !on.contains('g'));
        let exported = (builtin == "export" && !on.contains('n')) || on.contains('x');
        let unexported = (builtin == "export" && on.contains('n')) || off.contains('x');
        let mut touched = vec![];
        for assignment in declared {
            if local {
                remember(state, &assignment.name);
            }
            if on.contains('A') {
                let list = Value::List {
                    items: vec![],
                    associative: true,
                };
                state.set_value(&assignment.name, list);
            }
            self.assign(state, assignment);
            touched.push((assignment.name.clone(), None));
        }
        for word in names {
            let (name, value, append) = assignment_of(word);
            let Some(name) = name else {
                // Which variable is set is decided at run time.
                if exported {
                    let place = run.place;
                    self.set_variable(state, &word.display(), &Word::default(), Reach::Children, place);
                }
                continue;
            };
            if let Some((plain, index)) = name.strip_suffix(']').and_then(|n| n.split_once('[')) {
                self.hidden_code(state, &Word::known(index), run.place.span);
                state.set(plain, value.unwrap_or_default());
                continue;
            }
            if local {
                remember(state, &name);
                if value.is_none() {
                    state.unset(&name);
                }
            }
            if on.contains('n') && builtin != "export" {
                let mut variable = Variable::scalar(value.clone().unwrap_or_default());
                variable.reference = true;
                Rc::make_mut(&mut state.variables).insert(name, variable);
                continue;
            }
            if (on.contains('a') || on.contains('A')) && value.is_none() {
                let list = Value::List {
                    items: vec![],
                    associative: on.contains('A'),
                };
                state.set_value(&name, list);
            }
            if let Some(value) = &value {
                let mut value = value.clone();
                if on.contains('i') {
                    value = self.arithmetic(state, &value);
                }
                if append {
                    let mut old = state.scalar(&name).cloned().unwrap_or_default();
                    old.append(&value);
                    value = old;
                }
                state.set(&name, value);
            }
            if on.contains('i')
                && let Some(variable) = Rc::make_mut(&mut state.variables).get_mut(&name)
            {
                variable.integer = true;
            }
            touched.push((name, value));
        }
        for (name, value) in touched {
            let name = state.target(&name).to_owned();
            if let Some(variable) = Rc::make_mut(&mut state.variables).get_mut(&name) {
                variable.exported = (variable.exported || exported) && !unexported;
            }
            if exported && !unexported {
                let value = value.or_else(|| state.scalar(&name).cloned());
                if let Some(value) = value {
                    self.set_variable(state, &name, &settle(&value), Reach::Children, run.place);
                }
            }
        }
        Tested::status(true)
    }

    pub(super) fn unset(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        let functions = args.iter().any(|word| word.as_known() == Some("-f"));
        for word in args.iter().filter(|word| !is_option(word)) {
            let Some(name) = word.as_known().map(str::to_owned) else {
                continue;
            };
            if let Some((_, index)) = name.strip_suffix(']').and_then(|n| n.split_once('[')) {
                self.hidden_code(state, &Word::known(index), run.place.span);
                continue;
            }
            if functions || !state.variables.contains_key(&name) {
                Rc::make_mut(&mut state.functions).remove(&name);
            }
            if !functions {
                let inherited = !state.variables.contains_key(&name);
                let exported = state
                    .variables
                    .get(&name)
                    .is_some_and(|variable| variable.exported);
                state.unset(&name);
                if inherited || exported {
                    self.unset_variable(state, &name, run.place);
                }
            }
        }
        Tested::status(true)
    }

    pub(super) fn let_(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let mut last = None;
        for word in args {
            last = self
                .arithmetic(state, word)
                .as_known()
                .map(|number| number != "0");
        }
        last.map_or_else(Tested::default, Tested::status)
    }
}

/// Keeps what a name is outside the function.
fn remember(state: &mut State, name: &str) {
    let old = state.variables.get(name).cloned();
    if let Some(frame) = state.locals.last_mut() {
        frame.entry(name.to_owned()).or_insert(old);
    }
}

/// `NAME=value` or `NAME`: the name, the value, and whether it is added.
fn assignment_of(word: &Word) -> (Option<String>, Option<Word>, bool) {
    if let Some(text) = word.as_known()
        && !text.contains('=')
    {
        return (Some(text.to_owned()), None, false);
    }
    let Some(crate::model::Piece::Known(first)) = word.pieces.first() else {
        return (None, None, false);
    };
    let Some((name, start)) = first.split_once('=') else {
        return (None, None, false);
    };
    let mut value = Word::known(start);
    value.from.clone_from(&word.from);
    for piece in &word.pieces[1..] {
        value.push(piece.clone());
    }
    let (name, append) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    (Some(name.to_owned()), Some(value), append)
}
