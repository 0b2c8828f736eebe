//! Compound commands: groups, subshells, branches and loops.

use std::rc::Rc;

use super::channel::Channel;
use super::conditions::{Operand, Tested, test};
use super::state::{Function, Next, State, Value, Variable};
use super::walk::Walk;
use crate::lang::shell::ast::{self, Command, Compound, List, Part};
use crate::model::{Bound, Piece, Span, Unknown, Why, Word};

/// Rounds of a loop whose end is known.
const ROUNDS: usize = 256;

impl Walk<'_> {
    /// Runs a command.
    pub fn command(&mut self, state: &mut State, command: &Command) -> Tested {
        match command {
            Command::Simple(simple) => self.simple(state, simple),
            Command::Function { name, body, .. } => {
                let name = self.word(state, name);
                if let Some(name) = name.as_known() {
                    let function = Function {
                        body: Rc::new((**body).clone()),
                        source: state.source,
                    };
                    Rc::make_mut(&mut state.functions).insert(name.to_owned(), function);
                }
                Tested::status(true)
            }
            Command::Compound {
                kind,
                redirects,
                span,
            } => {
                if !self.step(state, *span) || !self.enter(state, *span) {
                    return Tested::default();
                }
                let later = self.later.len();
                let fds = state.fds.clone();
                self.redirects(state, redirects);
                let tested = self.compound(state, kind, *span);
                if !redirects.is_empty() {
                    state.fds = fds;
                }
                self.run_later(state, later);
                self.leave();
                tested
            }
        }
    }

    fn compound(&mut self, state: &mut State, kind: &Compound, span: Span) -> Tested {
        match kind {
            Compound::Brace(list) => {
                self.list(state, list);
                state.status.map_or_else(Tested::default, Tested::status)
            }
            Compound::Subshell(list) => {
                let mut child = state.clone();
                self.list(&mut child, list);
                self.run_traps(&mut child, state.traps.len());
                child.status.map_or_else(Tested::default, Tested::status)
            }
            Compound::If { branches, otherwise } => {
                self.branches(state, branches, otherwise.as_ref());
                Tested::default()
            }
            Compound::While {
                until,
                condition,
                body,
            } => {
                self.while_loop(state, *until, condition, body);
                Tested::default()
            }
            Compound::For { name, words, body } => {
                let values = self.loop_values(state, words.as_deref(), span);
                self.for_loop(state, name, values, body);
                Tested::default()
            }
            Compound::Select { name, words, body } => {
                let values = self.loop_values(state, words.as_deref(), span);
                state.set("REPLY", Word::unknown(Why::Input));
                self.for_loop(state, name, values, body);
                Tested::default()
            }
            Compound::ArithmeticFor { head, body } => {
                self.arithmetic_for(state, head, body);
                Tested::default()
            }
            Compound::Case { word, arms } => {
                self.case(state, word, arms);
                Tested::default()
            }
            Compound::Arithmetic(text) => {
                let text = self.word(state, text);
                let value = self.arithmetic(state, &text);
                match value.as_known() {
                    Some(number) => Tested::status(number != "0"),
                    None => Tested::default(),
                }
            }
            Compound::Test(words) => self.double_brackets(state, words),
            Compound::Coproc { name, body } => {
                self.coproc(state, name.as_deref().unwrap_or("COPROC"), body);
                Tested::status(true)
            }
        }
    }

    /// Runs a list as a condition: what its last command tells.
    fn condition(&mut self, state: &mut State, list: &List) -> Tested {
        let Some((last, before)) = list.items.split_last() else {
            return Tested::default();
        };
        if !before.is_empty() {
            self.list(
                state,
                &List {
                    items: before.to_vec(),
                },
            );
        }
        if state.next != Next::Go {
            return Tested::default();
        }
        if last.background {
            self.list(
                state,
                &List {
                    items: vec![last.clone()],
                },
            );
            return Tested::default();
        }
        self.chain(state, last)
    }

    fn branches(&mut self, state: &mut State, branches: &[(List, List)], otherwise: Option<&List>) {
        let gates = state.gates.clone();
        let mut joined: Option<State> = None;
        let add = |joined: &mut Option<State>, branch: State| match joined {
            Some(all) => all.join(branch),
            None => *joined = Some(branch),
        };
        let mut open = true;
        for (condition, body) in branches {
            let tested = self.condition(state, condition);
            let status = tested.status.filter(|_| !state.tainted);
            if status != Some(false) {
                let mut taken = state.clone();
                tested.assume(&mut taken, true);
                self.list(&mut taken, body);
                if taken.next == Next::Go {
                    taken.gates.clone_from(&gates);
                }
                add(&mut joined, taken);
            }
            if status == Some(true) {
                open = false;
                break;
            }
            tested.assume(state, false);
        }
        if open {
            let mut rest = state.clone();
            if let Some(list) = otherwise {
                self.list(&mut rest, list);
                if rest.next == Next::Go {
                    rest.gates.clone_from(&gates);
                }
            } else if joined.as_ref().is_none_or(|branch| branch.next == Next::Go) {
                rest.gates.clone_from(&gates);
            }
            // Where a branch ended the shell, the rest runs under the opposite condition.
            match joined {
                Some(mut branch) if branch.next == Next::Exit || branch.next == Next::Return => {
                    let kept = rest.gates.clone();
                    branch.next = if rest.next == Next::Go {
                        Next::Exit
                    } else {
                        branch.next
                    };
                    rest.join(branch);
                    rest.gates = kept;
                    *state = rest;
                }
                Some(mut branch) => {
                    branch.join(rest);
                    *state = branch;
                }
                None => *state = rest,
            }
        } else if let Some(branch) = joined {
            *state = branch;
        }
        state.status = None;
    }

    /// Runs a loop body as long as the condition is known to hold; else once, and once more with
    /// what one round may have changed.
    fn while_loop(&mut self, state: &mut State, until: bool, condition: &List, body: &List) {
        let before = state.clone();
        for round in 0..ROUNDS {
            let mut tested = self.condition(state, condition);
            if until {
                tested.negate();
            }
            match tested.status.filter(|_| !state.tainted) {
                Some(false) => return,
                Some(true) if round + 1 < ROUNDS => {
                    self.list(state, body);
                    match state.next {
                        // `continue` goes on, `break` ends: without knowing which, both.
                        Next::Loop => {
                            state.next = Next::Go;
                            return;
                        }
                        Next::Go => {}
                        _ => return,
                    }
                }
                _ => {
                    self.open_rounds(state, &before, &tested, until, condition, body);
                    return;
                }
            }
            if self.halted {
                return;
            }
        }
    }

    fn open_rounds(
        &mut self,
        state: &mut State,
        before: &State,
        tested: &Tested,
        until: bool,
        condition: &List,
        body: &List,
    ) {
        let first = state.variables.clone();
        let mut once = state.clone();
        tested.assume(&mut once, true);
        self.list(&mut once, body);
        let again = matches!(once.next, Next::Go | Next::Loop);
        if once.next == Next::Loop {
            once.next = Next::Go;
        }
        once.gates.clone_from(&before.gates);
        let changed = once.variables != state.variables;
        state.join(once);
        if again && changed {
            let mut tested = self.condition(state, condition);
            if state.variables == first {
                // The round starts as the one before did: it shows nothing new.
                state.gates.clone_from(&before.gates);
                return;
            }
            if until {
                tested.negate();
            }
            let mut twice = state.clone();
            tested.assume(&mut twice, true);
            self.list(&mut twice, body);
            if twice.next == Next::Loop {
                twice.next = Next::Go;
            }
            state.join(twice);
        }
        state.gates.clone_from(&before.gates);
    }

    fn loop_values(&mut self, state: &mut State, words: Option<&[ast::Word]>, span: Span) -> Vec<Word> {
        match words {
            Some(words) => self.words(state, words).0,
            None => self.lookup(state, "@", span).words,
        }
    }

    fn for_loop(&mut self, state: &mut State, name: &str, values: Vec<Word>, body: &List) {
        let gates = state.gates.clone();
        let many = values.len() > ROUNDS;
        let values = if many { vec![any_of(&values)] } else { values };
        for value in values {
            state.set(name, value);
            self.list(state, body);
            match state.next {
                // Whether `break` or `continue`: a later value may still get its turn.
                Next::Loop => state.next = Next::Go,
                Next::Go => {}
                _ => break,
            }
            state.gates.clone_from(&gates);
            if self.halted {
                break;
            }
        }
    }

    fn arithmetic_for(&mut self, state: &mut State, head: &ast::Word, body: &List) {
        let text = self.word(state, head);
        let known = text.as_known().unwrap_or("").to_owned();
        let parts: Vec<&str> = known.split(';').collect();
        let [start, condition, next] = parts.as_slice() else {
            self.list(state, body);
            return;
        };
        self.arithmetic(state, &Word::known(*start));
        for round in 0..ROUNDS {
            let value = if condition.trim().is_empty() {
                Word::known("1")
            } else {
                self.arithmetic(state, &Word::known(*condition))
            };
            match value.as_known() {
                Some("0") => return,
                Some(_) if round + 1 < ROUNDS => {}
                // Not known, or too many rounds: one more with an open counter.
                _ => {
                    let before = state.clone();
                    self.list(state, body);
                    if state.next == Next::Loop {
                        state.next = Next::Go;
                    }
                    self.arithmetic(state, &Word::known(*next));
                    state.join(before);
                    self.list(state, body);
                    if state.next == Next::Loop {
                        state.next = Next::Go;
                    }
                    return;
                }
            }
            self.list(state, body);
            match state.next {
                Next::Loop => {
                    state.next = Next::Go;
                    // `break` is as likely as `continue`: an endless head ends here.
                    if condition.trim().is_empty() {
                        return;
                    }
                }
                Next::Go => {}
                _ => return,
            }
            if self.halted {
                return;
            }
            self.arithmetic(state, &Word::known(*next));
        }
    }

    fn double_brackets(&mut self, state: &mut State, words: &[ast::Word]) -> Tested {
        let mut operands = vec![];
        for word in words {
            let variable = plain_variable(word);
            let word = self.word(state, word);
            operands.push(Operand { word, variable });
        }
        for pair in operands.windows(3) {
            let numeric = matches!(
                pair[1].word.as_known(),
                Some("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge")
            );
            if numeric {
                // `[[` evaluates both sides as arithmetic, substitutions in them included.
                self.hidden_code(state, &pair[0].word, Span::default());
                self.hidden_code(state, &pair[2].word, Span::default());
            }
        }
        test(&operands, true)
    }

    fn coproc(&mut self, state: &mut State, name: &str, body: &Command) {
        let output = self.open(Channel::captured());
        let mut child = state.clone();
        child.fds.insert(1, output);
        self.command(&mut child, body);
        let stdin = self.channels[output].as_stdin();
        let reader = self.open(Channel::reading(stdin));
        let writer = self.open(Channel::captured());
        let (read, write) = (self.next_fd, self.next_fd + 1);
        self.next_fd += 2;
        state.fds.insert(read, reader);
        state.fds.insert(write, writer);
        Rc::make_mut(&mut state.variables).insert(
            name.to_owned(),
            Variable {
                value: Value::List {
                    items: vec![
                        ("0".to_owned(), Word::known(read.to_string())),
                        ("1".to_owned(), Word::known(write.to_string())),
                    ],
                    associative: false,
                },
                ..Variable::scalar(Word::default())
            },
        );
    }
}

/// The variable that a word is the plain value of: `$x`, `"$x"`, `${x}`.
pub(super) fn plain_variable(word: &ast::Word) -> Option<String> {
    let part = match word.parts.as_slice() {
        [Part::Double(inner)] => match inner.as_slice() {
            [part] => part,
            _ => return None,
        },
        [part] => part,
        _ => return None,
    };
    match part {
        Part::Parameter(parameter)
            if parameter.op == ast::ParameterOp::Plain && parameter.index.is_none() =>
        {
            Some(parameter.name.clone())
        }
        _ => None,
    }
}

fn any_of(values: &[Word]) -> Word {
    let known: Option<Vec<String>> = values.iter().map(|w| w.as_known().map(str::to_owned)).collect();
    let mut from = vec![];
    for value in values {
        super::channel::add_origins(&mut from, &value.origins());
    }
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Control,
            bound: known.map(Bound::OneOf),
            from,
        })],
        from: vec![],
    }
}
