//! The one tree that readers of dynamic languages make and [`super::machine`] walks.
//!
//! It keeps what decides effects and drops the rest: types, loop kinds, operator details. A form a
//! reader does not know becomes [`Kind::Opaque`] over its parts, so that effects inside are still seen.

use std::rc::Rc;

use crate::model::Span;

/// A name of a variable, member or module.
pub type Name = Rc<str>;

/// An expression with its place.
#[derive(Debug)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What an expression is.
#[derive(Debug)]
pub enum Kind {
    /// `undefined`, `null`, `None`.
    Nothing,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text constant, and whether it was spelled in escapes that hide it (`"\x63\x75"`).
    Text(Name, bool),
    /// A constant of bytes that are no UTF-8.
    Bytes(Rc<[u8]>),
    /// A variable.
    Name(Name),
    /// `this`.
    This,
    /// Texts put one after the other (template, f-string, `.` of Perl).
    Template(Vec<Expr>),
    /// Operands of `+`.
    Plus(Vec<Expr>),
    /// `of.key` or `of[key]`.
    Member(Box<Expr>, Box<Expr>),
    /// `of[start:end:step]`.
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    /// A call.
    Call(Box<Call>),
    /// A list, tuple or set.
    List(Vec<Arg>),
    /// An object or dictionary.
    Dict(Vec<Entry>),
    /// A function.
    Function(Rc<Function>),
    /// A class.
    Class(Rc<Class>),
    /// Any other operator with two sides, as spelled.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `!x`, `not x`.
    Not(Box<Expr>),
    /// `test ? a : b`.
    Conditional(Box<[Expr; 3]>),
    /// One of several (`||`, `??`, `or`; `&&`, `and` where the flag is set).
    Either(Vec<Expr>, bool),
    /// An assignment; the operator of `+=` and kin.
    Assign(Box<Pattern>, Option<&'static str>, Box<Expr>),
    /// Evaluated in turn; the last is the value.
    Sequence(Vec<Expr>),
    /// A comprehension: a loop that collects.
    Collect(Box<Collect>),
    /// A module loaded by a computed name.
    Import(Box<Expr>),
    /// Not understood; parts that are evaluated for their effects and whose bytes it carries.
    Opaque(Vec<Expr>),
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// What is called.
    pub callee: Expr,
    /// Arguments.
    pub args: Vec<Arg>,
    /// With `new`.
    pub new: bool,
}

/// An argument or list item.
#[derive(Debug)]
pub struct Arg {
    /// Keyword.
    pub name: Option<Name>,
    /// `...x`, `*x`, `**x`.
    pub spread: bool,
    /// The value.
    pub value: Expr,
}

/// A member of an object or dictionary.
#[derive(Debug)]
pub enum Entry {
    /// Key and value.
    Pair(Expr, Expr),
    /// All members of another.
    Spread(Expr),
}

/// What is assigned to.
#[derive(Debug)]
pub enum Pattern {
    /// A variable.
    Name(Name),
    /// A member; the expression is a [`Kind::Member`].
    Member(Expr),
    /// Items of a list in order.
    List(Vec<Pattern>),
    /// Members of an object by key.
    Dict(Vec<(Expr, Pattern)>),
    /// With a value for when nothing is given.
    Default(Box<Pattern>, Box<Expr>),
    /// All remaining items.
    Rest(Box<Pattern>),
    /// All remaining keyword arguments.
    Keywords(Name),
    /// Not kept.
    Ignore,
}

impl Pattern {
    /// The variable it binds, if it is a plain one.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Name(name) | Self::Keywords(name) => Some(name),
            Self::Default(inner, _) | Self::Rest(inner) => inner.name(),
            _ => None,
        }
    }
}

/// A comprehension: `element for target in over if test`.
#[derive(Debug)]
pub struct Collect {
    /// Key, for one that makes a dictionary.
    pub key: Option<Expr>,
    /// What is collected.
    pub element: Expr,
    /// The loops, outermost first.
    pub loops: Vec<(Pattern, Expr)>,
    /// Conditions.
    pub tests: Vec<Expr>,
}

/// A function.
#[derive(Debug)]
pub struct Function {
    /// Name, if it has one.
    pub name: Option<Name>,
    /// Parameters.
    pub params: Vec<Pattern>,
    /// Body.
    pub body: Vec<Stmt>,
    /// Decorators.
    pub decorators: Vec<Expr>,
    /// Its documentation text and where that stands.
    pub doc: Option<(Name, Span)>,
    /// Where it stands.
    pub span: Span,
    /// Takes `this` from around it.
    pub arrow: bool,
    /// A method that is no static one.
    pub method: bool,
    /// Takes its arguments as one list, by this name (Perl's `@_`).
    pub rest_name: Option<Name>,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Name, if it has one.
    pub name: Option<Name>,
    /// What it extends.
    pub bases: Vec<Expr>,
    /// Methods and static methods.
    pub methods: Vec<Rc<Function>>,
    /// Fields with values; the flag says static.
    pub fields: Vec<(Name, Expr, bool)>,
    /// Other statements of the body.
    pub body: Vec<Stmt>,
    /// Decorators.
    pub decorators: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// A statement with its place.
#[derive(Debug)]
pub struct Stmt {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement is.
#[derive(Debug)]
pub enum StmtKind {
    /// An expression.
    Expr(Expr),
    /// A declaration.
    Let(Pattern, Option<Expr>),
    /// A condition.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// A loop over values (`true`: over keys).
    For(Pattern, Expr, Vec<Stmt>, bool),
    /// Any other loop: test, body, step.
    While(Option<Expr>, Vec<Stmt>, Option<Expr>),
    /// Branches of which one runs.
    Branches(Expr, Vec<Vec<Stmt>>),
    /// try: body, handlers with what they bind, finally.
    Try(Vec<Stmt>, Vec<(Option<Pattern>, Vec<Stmt>)>, Vec<Stmt>),
    /// with: what is opened under which name, body.
    With(Vec<(Expr, Option<Pattern>)>, Vec<Stmt>),
    /// return or yield.
    Return(Option<Expr>),
    /// throw, raise.
    Throw(Option<Expr>),
    /// break, continue.
    Jump,
    /// A named function.
    Function(Rc<Function>),
    /// A named class.
    Class(Rc<Class>),
    /// A block.
    Block(Vec<Stmt>),
    /// Variables of an outer scope that are assigned here (`global`).
    Outer(Vec<Name>),
    /// An import.
    Import(Import),
    /// Names of this module that others may import: local, exported.
    Export(Vec<(Name, Name)>),
}

/// An import.
#[derive(Debug)]
pub struct Import {
    /// The module, as written; Python's leading dots stay.
    pub module: Name,
    /// What is bound to which name.
    pub names: Vec<(Imported, Name)>,
    /// The names are exported, not bound.
    pub export: bool,
}

/// What an import takes.
#[derive(Debug, Clone)]
pub enum Imported {
    /// The whole module.
    Whole,
    /// Its outermost package (`import a.b` binds `a`).
    Top,
    /// A member.
    Member(Name),
    /// All members, each under its own name.
    All,
}

impl Expr {
    /// An expression at a place.
    pub fn new(span: Span, kind: Kind) -> Self {
        Self { span, kind }
    }

    /// A text constant.
    pub fn text(span: Span, text: &str) -> Self {
        Self::new(span, Kind::Text(text.into(), false))
    }

    /// A variable.
    pub fn name(span: Span, name: &str) -> Self {
        Self::new(span, Kind::Name(name.into()))
    }

    /// A call with positional arguments.
    pub fn call(span: Span, callee: Self, args: Vec<Self>) -> Self {
        let args = args.into_iter().map(Arg::plain).collect();
        Self::new(
            span,
            Kind::Call(Box::new(Call {
                callee,
                args,
                new: false,
            })),
        )
    }
}

impl Arg {
    /// A positional argument.
    pub fn plain(value: Expr) -> Self {
        Self {
            name: None,
            spread: false,
            value,
        }
    }
}
