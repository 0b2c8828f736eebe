//! Abstract values: what is known of a variable before anything runs, and whose bytes it holds.

use std::cell::RefCell;
use std::rc::Rc;

use super::tree::{Class, Function, Name};
use crate::model::{EffectId, Origin, Piece, Place, Scheme, Unknown, Why, Word};

/// Alternatives kept for one value; past that it is one unknown.
const ALTERNATIVES: usize = 12;
/// Members kept by name in one object; past that they run together.
const MEMBERS: usize = 1024;
/// Items kept apart in one list; past that they run together.
pub const ITEMS: usize = 4096;

/// A value.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Nothing,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text, known or not.
    Text(Word),
    /// Known bytes that are no UTF-8.
    Bytes(Rc<Blob>),
    /// Something of the platform, by dotted name.
    Native(Rc<Native>),
    /// A method of a value, not called yet.
    Bound(Rc<Bound>),
    /// A function of the program.
    Function(Rc<Closure>),
    /// A class of the program.
    Class(Rc<ClassValue>),
    /// A list, dictionary, instance or handle.
    Object(Rc<Object>),
    /// One of these.
    Any(Rc<Vec<Value>>),
}

/// Known bytes.
#[derive(Debug)]
pub struct Blob {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whose they are.
    pub from: Vec<Origin>,
}

/// Something of the platform.
#[derive(Debug)]
pub struct Native {
    /// Dotted, canonical name.
    pub name: String,
    /// Where it was mentioned.
    pub place: Place,
    /// Its name was put together so that it stands nowhere in the source.
    pub assembled: bool,
}

/// A method of a value.
#[derive(Debug)]
pub struct Bound {
    /// The value.
    pub of: Value,
    /// Name of the method.
    pub name: Name,
    /// Its name was put together so that it stands nowhere in the source.
    pub assembled: bool,
}

/// A function with what it closes over.
#[derive(Debug)]
pub struct Closure {
    /// The function.
    pub function: Rc<Function>,
    /// Variables around it.
    pub scope: Rc<Scope>,
    /// Module it stands in.
    pub module: usize,
    /// What `this` is.
    pub this: Option<Value>,
}

/// A class with what it closes over.
#[derive(Debug)]
pub struct ClassValue {
    /// The class.
    pub class: Rc<Class>,
    /// Variables around it.
    pub scope: Rc<Scope>,
    /// Module it stands in.
    pub module: usize,
    /// Values of its bases.
    pub bases: Vec<Value>,
    /// Static members.
    pub members: Rc<Object>,
}

/// What an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Object or dictionary.
    Dict,
    /// List, tuple or set.
    List,
    /// Something of the platform with state, by the name of its class in the tables.
    Handle(&'static str),
}

/// A list, dictionary, instance or handle. Shared: who holds it sees changes.
#[derive(Debug)]
pub struct Object {
    /// What it is.
    pub shape: Shape,
    /// Its state.
    pub state: RefCell<State>,
}

/// State of an object.
#[derive(Debug, Default)]
pub struct State {
    /// Members by name, in order.
    pub members: Vec<(Name, Value)>,
    /// Items in order.
    pub items: Vec<Value>,
    /// What it holds under names or positions that are not known.
    pub rest: Vec<Value>,
    /// Effects that what is written to it reaches, and that what is read from it comes from.
    pub effects: Vec<EffectId>,
    /// The class of an instance.
    pub class: Option<Rc<ClassValue>>,
    /// The text it stands for (a URL, a path).
    pub text: Option<Word>,
}

/// Variables of one function call or module.
#[derive(Debug, Default)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<Rc<Scope>>,
    /// Variables.
    pub vars: RefCell<std::collections::HashMap<Name, Variable>>,
    /// Names that belong to the outermost scope.
    pub outer: RefCell<Vec<Name>>,
}

/// A variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// What it holds.
    pub value: Value,
    /// The branch in which it was set last.
    pub branch: u32,
}

impl Value {
    /// Known text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Word::known(text))
    }

    /// Text that is not known, with whose bytes it holds.
    pub fn unknown(why: Why, from: Vec<Origin>) -> Self {
        Self::Text(Word::unknown_from(why, from))
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        let mut state = State::default();
        for item in items {
            state.add(item);
        }
        Self::object(Shape::List, state)
    }

    /// An object of this shape and state.
    pub fn object(shape: Shape, state: State) -> Self {
        Self::Object(Rc::new(Object {
            shape,
            state: RefCell::new(state),
        }))
    }

    /// A handle of the class `class` on `effects`.
    pub fn handle(class: &'static str, effects: Vec<EffectId>) -> Self {
        Self::object(
            Shape::Handle(class),
            State {
                effects,
                ..State::default()
            },
        )
    }

    /// Known bytes: text where they are UTF-8.
    pub fn bytes(bytes: Vec<u8>, from: Vec<Origin>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(Word {
                from,
                ..Word::known(text)
            }),
            Err(error) => Self::Bytes(Rc::new(Blob {
                bytes: error.into_bytes(),
                from,
            })),
        }
    }

    /// The text, if it is known whole.
    pub fn known(&self) -> Option<String> {
        match self {
            Self::Text(word) => word.as_known().map(str::to_owned),
            Self::Number(number) => Some(number_text(*number)),
            Self::Bool(flag) => Some(flag.to_string()),
            Self::Object(object) => object.state.borrow().text.as_ref()?.as_known().map(str::to_owned),
            _ => None,
        }
    }

    /// The bytes, if they are known.
    pub fn known_bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(blob) => Some(blob.bytes.clone()),
            Self::Text(word) => word.as_known().map(|t| t.as_bytes().to_vec()),
            Self::Object(object) if object.shape == Shape::List => {
                let state = object.state.borrow();
                if !state.rest.is_empty() || state.items.is_empty() {
                    return None;
                }
                state
                    .items
                    .iter()
                    .map(|item| match item {
                        Self::Number(n) if (0.0..256.0).contains(n) => Some(*n as u8),
                        _ => None,
                    })
                    .collect()
            }
            _ => None,
        }
    }

    /// Truth, if it is known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Nothing => Some(false),
            Self::Bool(flag) => Some(*flag),
            Self::Number(number) => Some(*number != 0.0),
            Self::Text(word) => word.as_known().map(|t| !t.is_empty()),
            Self::Function(_) | Self::Class(_) | Self::Bound(_) | Self::Bytes(_) => Some(true),
            Self::Native(_) | Self::Object(_) | Self::Any(_) => None,
        }
    }

    /// One of `self` and `other`.
    pub fn or(self, other: Self) -> Self {
        if self.same(&other) {
            return self;
        }
        let mut all = vec![];
        for value in [self, other] {
            match value {
                Self::Any(values) => values.iter().for_each(|v| add_alternative(&mut all, v.clone())),
                value => add_alternative(&mut all, value),
            }
        }
        if all.len() > ALTERNATIVES {
            all = crowd(all);
        }
        match all.len() {
            1 => all.remove(0),
            _ => Self::Any(Rc::new(all)),
        }
    }

    /// The alternatives: itself, or each of [`Value::Any`].
    pub fn each(&self) -> Vec<Self> {
        match self {
            Self::Any(values) => values.as_ref().clone(),
            value => vec![value.clone()],
        }
    }

    /// Whether both are the same as far as can be told cheaply.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => Rc::ptr_eq(a, b) || a.bytes == b.bytes,
            (Self::Native(a), Self::Native(b)) => a.name == b.name,
            (Self::Bound(a), Self::Bound(b)) => Rc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => {
                Rc::ptr_eq(a, b) || (Rc::ptr_eq(&a.function, &b.function) && Rc::ptr_eq(&a.scope, &b.scope))
            }
            (Self::Class(a), Self::Class(b)) => Rc::ptr_eq(&a.class, &b.class),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            (Self::Any(a), Self::Any(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The same value with more origins on its bytes.
    pub fn with_origins(self, from: &[Origin]) -> Self {
        if from.is_empty() {
            return self;
        }
        match self {
            Self::Text(word) => Self::Text(tainted(word, from)),
            Self::Bytes(blob) => {
                let mut all = blob.from.clone();
                merge(&mut all, from);
                Self::Bytes(Rc::new(Blob {
                    bytes: blob.bytes.clone(),
                    from: all,
                }))
            }
            Self::Number(number) => Self::Text(tainted(Word::known(number_text(number)), from)),
            Self::Any(values) => Self::Any(Rc::new(
                values.iter().map(|v| v.clone().with_origins(from)).collect(),
            )),
            value => value,
        }
    }

    /// The same value marked as decoded by `scheme`.
    pub fn decoded(self, scheme: Scheme) -> Self {
        self.with_origins(&[Origin::Decoded(scheme)])
    }
}

/// `word` with more origins.
pub fn tainted(mut word: Word, from: &[Origin]) -> Word {
    if word.has_unknown() {
        for piece in &mut word.pieces {
            if let Piece::Unknown(Unknown { from: there, .. }) = piece {
                merge(there, from);
                return word;
            }
        }
    }
    merge(&mut word.from, from);
    word
}

/// Adds to `all` what it lacks.
pub fn merge(all: &mut Vec<Origin>, more: &[Origin]) {
    for origin in more {
        if !all.contains(origin) {
            all.push(origin.clone());
        }
    }
}

fn add_alternative(all: &mut Vec<Value>, value: Value) {
    if !all.iter().any(|v| v.same(&value)) {
        all.push(value);
    }
}

/// Too many alternatives: texts run together into one unknown; the rest stays, up to the limit.
fn crowd(all: Vec<Value>) -> Vec<Value> {
    let mut from = vec![];
    let mut kept = vec![];
    for value in all {
        match value {
            Value::Text(word) => merge(&mut from, &word.origins()),
            Value::Bytes(blob) => merge(&mut from, &blob.from),
            Value::Number(_) | Value::Bool(_) | Value::Nothing => {}
            value => kept.push(value),
        }
    }
    kept.truncate(ALTERNATIVES - 1);
    kept.push(Value::unknown(Why::Control, from));
    kept
}

/// A number as text: whole numbers without a fraction.
pub fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{}", number as i64)
    } else {
        format!("{number}")
    }
}

impl State {
    /// The member called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members
            .iter()
            .rev()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| v)
    }

    /// Sets the member called `name`; `weak` keeps what was there as an alternative.
    pub fn set(&mut self, name: &Name, value: Value, weak: bool) {
        if let Some((_, old)) = self.members.iter_mut().find(|(n, _)| n == name) {
            *old = if weak {
                std::mem::take(old).or(value)
            } else {
                value
            };
        } else if self.members.len() < MEMBERS {
            self.members.push((name.clone(), value));
        } else {
            self.put_rest(value);
        }
    }

    /// Adds an item at the end.
    pub fn add(&mut self, item: Value) {
        if self.items.len() < ITEMS {
            self.items.push(item);
        } else {
            self.put_rest(item);
        }
    }

    /// Adds something under a name or position that is not known.
    pub fn put_rest(&mut self, value: Value) {
        if self.rest.len() < ALTERNATIVES * 4 && !self.rest.iter().any(|v| v.same(&value)) {
            self.rest.push(value);
        }
    }
}

impl Scope {
    /// A scope inside `parent`.
    pub fn inside(parent: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self {
            parent: Some(parent.clone()),
            ..Self::default()
        })
    }

    /// The variable `name` and what it holds, looked up outwards.
    pub fn get(self: &Rc<Self>, name: &str) -> Option<Value> {
        let mut scope = Some(self);
        while let Some(at) = scope {
            if let Some(variable) = at.vars.borrow().get(name) {
                return Some(variable.value.clone());
            }
            scope = at.parent.as_ref();
        }
        None
    }

    /// The scope that holds `name`, looked up outwards.
    pub fn holder(self: &Rc<Self>, name: &str) -> Option<Rc<Self>> {
        let mut scope = Some(self);
        while let Some(at) = scope {
            if at.vars.borrow().contains_key(name) {
                return Some(at.clone());
            }
            scope = at.parent.as_ref();
        }
        None
    }

    /// The outermost scope.
    pub fn outermost(self: &Rc<Self>) -> Rc<Self> {
        let mut at = self.clone();
        while let Some(parent) = at.parent.clone() {
            at = parent;
        }
        at
    }
}
