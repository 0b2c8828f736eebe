//! [`State`]: what one shell process knows. Subshells and child shells work on a copy.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::channel::ChannelId;
use crate::lang::shell::ast;
use crate::model::effect::Gate;
use crate::model::{Bound, EffectId, Location, Origin, Piece, SourceId, Unknown, Why, Word};

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// One value.
    Scalar(Word),
    /// Values by subscript, in order of assignment.
    List {
        /// Subscripts and values.
        items: Vec<(String, Word)>,
        /// Subscripts are names, not numbers.
        associative: bool,
    },
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub value: Value,
    pub exported: bool,
    /// `declare -n`: the value names the variable meant.
    pub reference: bool,
    /// `declare -i`: values are arithmetic.
    pub integer: bool,
}

impl Variable {
    pub fn scalar(word: Word) -> Self {
        Self {
            value: Value::Scalar(word),
            exported: false,
            reference: false,
            integer: false,
        }
    }
}

/// A function with the text its spans belong to.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub body: Rc<ast::Command>,
    pub source: SourceId,
}

/// How the running list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// With the next command.
    Go,
    /// `break` or `continue` was met.
    Loop,
    /// `return` was met.
    Return,
    /// `exit` or `exec` was met.
    Exit,
}

/// What `set` and `shopt` turn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub allexport: bool,
    pub aliases: bool,
    pub noglob: bool,
    pub nullglob: bool,
    pub dotglob: bool,
    pub globstar: bool,
    pub nocaseglob: bool,
    pub xtrace: bool,
    pub lastpipe: bool,
}

/// What one shell process knows.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub dialect: ast::Dialect,
    /// The text whose spans are being walked.
    pub source: SourceId,
    pub variables: Rc<BTreeMap<String, Variable>>,
    pub functions: Rc<BTreeMap<String, Function>>,
    pub aliases: BTreeMap<String, String>,
    /// `hash -p`: commands with the path they stand for.
    pub hashed: BTreeMap<String, Word>,
    /// `$0`.
    pub script: Word,
    pub positional: Vec<Word>,
    /// More arguments than `positional` may follow.
    pub positional_open: bool,
    pub cwd: Location,
    pub cwd_before: Location,
    pub folders: Vec<Location>,
    pub fds: BTreeMap<u32, ChannelId>,
    pub gates: Vec<Gate>,
    /// Names that `unset` removed: they are empty, not inherited.
    pub gone: std::collections::BTreeSet<String>,
    pub options: Options,
    /// Commands that run when the shell ends or a signal comes.
    pub traps: Vec<(Word, crate::model::Place)>,
    /// Saved values of `local` names, one map a function call.
    pub locals: Vec<BTreeMap<String, Option<Variable>>>,
    pub next: Next,
    /// The last status, if it is certain.
    pub status: Option<bool>,
    /// Code that is not known ran in this shell: nothing it could have changed decides a branch.
    pub tainted: bool,
    /// The start of the shell or script that runs this.
    pub by: Option<EffectId>,
    /// Values set here reach whatever starts later.
    pub kept: bool,
}

impl State {
    /// The variable that `name` means, `declare -n` followed.
    pub fn target<'n>(&'n self, name: &'n str) -> &'n str {
        let mut at = name;
        for _ in 0..8 {
            match self.variables.get(at) {
                Some(Variable {
                    reference: true,
                    value: Value::Scalar(word),
                    ..
                }) => match word.as_known() {
                    Some(next) if !next.is_empty() && next != at => at = next,
                    _ => break,
                },
                _ => break,
            }
        }
        at
    }

    /// Sets a plain variable.
    pub fn set(&mut self, name: &str, word: Word) {
        let name = self.target(name).to_owned();
        self.gone.remove(&name);
        let export = self.options.allexport;
        match Rc::make_mut(&mut self.variables).get_mut(&name) {
            Some(variable) => {
                match &mut variable.value {
                    Value::List { items, .. } => put(items, "0", word),
                    scalar @ Value::Scalar(_) => *scalar = Value::Scalar(word),
                }
                variable.exported |= export;
            }
            None => {
                let mut variable = Variable::scalar(word);
                variable.exported = export;
                Rc::make_mut(&mut self.variables).insert(name, variable);
            }
        }
    }

    /// Replaces what the variable holds.
    pub fn set_value(&mut self, name: &str, value: Value) {
        let name = self.target(name).to_owned();
        self.gone.remove(&name);
        let export = self.options.allexport;
        let variable = Rc::make_mut(&mut self.variables)
            .entry(name)
            .or_insert_with(|| Variable::scalar(Word::default()));
        variable.value = value;
        variable.exported |= export;
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: &str) {
        let name = self.target(name).to_owned();
        Rc::make_mut(&mut self.variables).remove(&name);
        self.gone.insert(name);
    }

    /// The scalar value of a variable that this text set.
    pub fn scalar(&self, name: &str) -> Option<&Word> {
        match &self.variables.get(self.target(name))?.value {
            Value::Scalar(word) => Some(word),
            Value::List { items, .. } => items.iter().find(|(key, _)| key == "0").map(|(_, word)| word),
        }
    }

    /// The exported variables with their values.
    pub fn exported(&self) -> Vec<(String, Word)> {
        self.variables
            .iter()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| match &variable.value {
                Value::Scalar(word) => Some((name.clone(), word.clone())),
                Value::List { .. } => None,
            })
            .collect()
    }

    /// What `self` and `other` agree on, after two branches of which either may have run.
    pub fn join(&mut self, other: Self) {
        match (self.next, other.next) {
            (_, Next::Exit) => {
                self.traps_from(other);
                return;
            }
            (Next::Exit, _) => {
                let ended = std::mem::replace(self, other);
                self.traps_from(ended);
                return;
            }
            (a, b) if a != b => self.next = Next::Go,
            _ => {}
        }
        let changed = !Rc::ptr_eq(&self.variables, &other.variables);
        let names: Vec<String> = self
            .variables
            .keys()
            .chain(other.variables.keys())
            .filter(|_| changed)
            .cloned()
            .collect();
        for name in names {
            let (a, b) = (self.variables.get(&name), other.variables.get(&name));
            if a != b {
                let joined = join_variables(a, b);
                Rc::make_mut(&mut self.variables).insert(name, joined);
            }
        }
        if !Rc::ptr_eq(&self.functions, &other.functions) {
            let functions = Rc::make_mut(&mut self.functions);
            for (name, function) in other.functions.iter() {
                functions.entry(name.clone()).or_insert_with(|| function.clone());
            }
        }
        for (name, text) in &other.aliases {
            self.aliases.entry(name.clone()).or_insert_with(|| text.clone());
        }
        if self.cwd != other.cwd {
            self.cwd = Location::Unknown;
        }
        if self.positional != other.positional {
            self.positional = self
                .positional
                .iter()
                .zip(&other.positional)
                .map(|(a, b)| join_words(a, b))
                .collect();
            self.positional_open = true;
        }
        if self.status != other.status {
            self.status = None;
        }
        self.gates.retain(|gate| other.gates.contains(gate));
        self.tainted |= other.tainted;
        self.options.aliases |= other.options.aliases;
        self.options.allexport |= other.options.allexport;
        self.traps_from(other);
    }

    fn traps_from(&mut self, other: Self) {
        for trap in other.traps {
            if !self.traps.contains(&trap) {
                self.traps.push(trap);
            }
        }
    }
}

/// Sets one item of a list.
pub(super) fn put(items: &mut Vec<(String, Word)>, key: &str, word: Word) {
    match items.iter_mut().find(|(at, _)| at == key) {
        Some((_, value)) => *value = word,
        None => items.push((key.to_owned(), word)),
    }
}

fn join_variables(a: Option<&Variable>, b: Option<&Variable>) -> Variable {
    let empty = Word::default();
    let exported = a.is_some_and(|v| v.exported) || b.is_some_and(|v| v.exported);
    let joined = match (a.map(|v| &v.value), b.map(|v| &v.value)) {
        (Some(Value::List { items, associative }), Some(Value::List { items: more, .. })) => {
            let mut items = items.clone();
            for (key, word) in more {
                let new = items
                    .iter()
                    .find(|(at, _)| at == key)
                    .map_or_else(|| word.clone(), |(_, old)| join_words(old, word));
                put(&mut items, key, new);
            }
            Value::List {
                items,
                associative: *associative,
            }
        }
        (Some(list @ Value::List { .. }), _) | (_, Some(list @ Value::List { .. })) => list.clone(),
        (a, b) => {
            let scalar = |value: Option<&Value>| match value {
                Some(Value::Scalar(word)) => word.clone(),
                _ => empty.clone(),
            };
            Value::Scalar(join_words(&scalar(a), &scalar(b)))
        }
    };
    Variable {
        value: joined,
        exported,
        reference: a.or(b).is_some_and(|v| v.reference),
        integer: a.or(b).is_some_and(|v| v.integer),
    }
}

/// A word that is either of two.
pub(super) fn join_words(a: &Word, b: &Word) -> Word {
    if a == b {
        return a.clone();
    }
    let mut from: Vec<Origin> = a.origins();
    for origin in b.origins() {
        if !from.contains(&origin) {
            from.push(origin);
        }
    }
    let bound = match (choices(a), choices(b)) {
        (Some(mut all), Some(more)) => {
            for text in more {
                if !all.contains(&text) {
                    all.push(text);
                }
            }
            (all.len() <= 32).then_some(Bound::OneOf(all))
        }
        _ => None,
    };
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Control,
            bound,
            from,
        })],
        from: vec![],
    }
}

/// The texts a word may be, if they are known.
pub(super) fn choices(word: &Word) -> Option<Vec<String>> {
    if let Some(text) = word.as_known() {
        return Some(vec![text.to_owned()]);
    }
    let mut all = vec![String::new()];
    for piece in &word.pieces {
        let more: Vec<String> = match piece {
            Piece::Known(text) => vec![text.clone()],
            Piece::Unknown(Unknown {
                bound: Some(Bound::OneOf(texts)),
                ..
            }) => texts.clone(),
            _ => return None,
        };
        if all.len() * more.len() > 32 {
            return None;
        }
        all = all
            .iter()
            .flat_map(|start| more.iter().map(move |end| format!("{start}{end}")))
            .collect();
    }
    Some(all)
}
