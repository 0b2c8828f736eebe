//! The syntax tree of a shell text. Spans are byte ranges of the text that was parsed; texts of
//! command substitutions and bodies are parsed in place, so their spans count from the same start.

use crate::model::Span;

/// Which shell reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// POSIX `sh` as dash reads it.
    Dash,
    /// bash.
    Bash,
    /// zsh.
    Zsh,
}

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// Its commands.
    pub list: List,
    /// What could not be parsed, with the reason; empty means the tree is complete.
    pub gaps: Vec<(Span, String)>,
}

/// Commands one after another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// The items in order.
    pub items: Vec<Item>,
}

/// One and-or list with its terminator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The first pipeline.
    pub first: Pipeline,
    /// Further pipelines, each with the operator before it.
    pub rest: Vec<(AndOr, Pipeline)>,
    /// Ended by `&`.
    pub background: bool,
}

/// The operator between two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AndOr {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// `!` stands before it.
    pub negated: bool,
    /// `time` stands before it.
    pub timed: bool,
    /// The commands; never empty.
    pub stages: Vec<Stage>,
    /// All of it.
    pub span: Span,
}

/// A command of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The command.
    pub command: Command,
    /// Followed by `|&`: standard error goes along.
    pub with_stderr: bool,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Assignments, words and redirects.
    Simple(Simple),
    /// A compound command with its redirects.
    Compound {
        /// Which.
        kind: Box<Compound>,
        /// Redirects after it.
        redirects: Vec<Redirect>,
        /// All of it.
        span: Span,
    },
    /// A function definition.
    Function {
        /// Its name.
        name: Word,
        /// Its body.
        body: Box<Command>,
        /// All of it.
        span: Span,
    },
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// Assignments before the first word.
    pub assignments: Vec<Assignment>,
    /// The words; arguments of declaration builtins (`export x=(1 2)`) that are array assignments are in `declared`.
    pub words: Vec<Word>,
    /// Array assignments among the arguments of `declare`, `local`, `export`, `readonly`, `typeset`.
    pub declared: Vec<Assignment>,
    /// Redirects, wherever they stand.
    pub redirects: Vec<Redirect>,
    /// All of it.
    pub span: Span,
}

/// A compound command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compound {
    /// `{ …; }`
    Brace(List),
    /// `( … )`
    Subshell(List),
    /// `if`, with each condition and its body.
    If {
        /// Conditions and bodies in order.
        branches: Vec<(List, List)>,
        /// The `else` part.
        otherwise: Option<List>,
    },
    /// `while` or `until`.
    While {
        /// `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// The body.
        body: List,
    },
    /// `for NAME in …` (`None`: the positional parameters).
    For {
        /// The variable.
        name: String,
        /// What it runs over.
        words: Option<Vec<Word>>,
        /// The body.
        body: List,
    },
    /// `for ((…;…;…))`.
    ArithmeticFor {
        /// The text between the parentheses, with expansions.
        head: Word,
        /// The body.
        body: List,
    },
    /// `select NAME in …`.
    Select {
        /// The variable.
        name: String,
        /// What it offers.
        words: Option<Vec<Word>>,
        /// The body.
        body: List,
    },
    /// `case`.
    Case {
        /// The subject.
        word: Word,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `(( … ))`
    Arithmetic(Word),
    /// `[[ … ]]`: operators and operands as words, in order.
    Test(Vec<Word>),
    /// `coproc`.
    Coproc {
        /// Name, if given.
        name: Option<String>,
        /// The command.
        body: Box<Command>,
    },
}

/// One arm of a `case`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Patterns.
    pub patterns: Vec<Word>,
    /// Body.
    pub body: List,
    /// How it ends.
    pub end: ArmEnd,
}

/// The terminator of a `case` arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArmEnd {
    /// `;;` or the end.
    Break,
    /// `;&`: the next body runs too.
    Fall,
    /// `;;&` (zsh `;|`): the next patterns are tried.
    Continue,
}

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The subscript.
    pub index: Option<Word>,
    /// `+=`
    pub append: bool,
    /// The value.
    pub value: Value,
    /// All of it.
    pub span: Span,
}

/// The value of an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word.
    Scalar(Word),
    /// `( … )` with optional subscripts.
    Array(Vec<(Option<Word>, Word)>),
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The descriptor written before it.
    pub fd: Option<Descriptor>,
    /// The operator.
    pub op: RedirectOp,
    /// The word after it; for here-documents the body.
    pub target: Word,
    /// All of it (for here-documents: operator and delimiter).
    pub span: Span,
}

/// The descriptor before a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Descriptor {
    /// A number.
    Number(u32),
    /// `{name}`.
    Variable(String),
}

/// The operator of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectOp {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `>|` (zsh also `>!`)
    Clobber,
    /// `<>`
    ReadWrite,
    /// `<&`
    DupIn,
    /// `>&`
    DupOut,
    /// `&>`
    Both,
    /// `&>>`
    BothAppend,
    /// `<<`: `quoted` delimiters stop expansion of the body.
    HereDoc {
        /// The delimiter was quoted.
        quoted: bool,
        /// `<<-`
        strip_tabs: bool,
    },
    /// `<<<`
    HereString,
}

/// A word before expansion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its parts in order; quotes are gone, their meaning is in the parts.
    pub parts: Vec<Part>,
    /// All of it, quotes included.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Plain text, unquoted: it takes part in field splitting of neighbours only. Inside
    /// [`Part::Double`] and [`Part::Arithmetic`]: their plain text.
    Literal(String),
    /// Text whose quoting made it literal: `\x`, `'…'`, `$'…'` decoded.
    Quoted {
        /// The text after removal of quotes and decoding of escapes.
        text: String,
        /// It was `$'…'` with escapes that hide characters.
        escaped: bool,
    },
    /// `"…"` or `$"…"`: no splitting, no globs inside. The body of a here-document with an unquoted
    /// delimiter is one `Double`, with a quoted delimiter one `Quoted`; an empty body has no parts.
    Double(Vec<Part>),
    /// `$x`, `${…}`.
    Parameter(Box<Parameter>),
    /// `$(…)` or backticks.
    Command {
        /// What runs. Backticks are parsed after removal of one level of backslashes; spans still lie in
        /// the text as written.
        list: List,
        /// Written with backticks.
        backticks: bool,
        /// All of it.
        span: Span,
    },
    /// `$((…))` or `$[…]`, with the expansions inside.
    Arithmetic(Vec<Part>),
    /// `<(…)`, `>(…)`, zsh `=(…)`.
    Process {
        /// `>(…)`: what is written goes to the command.
        output: bool,
        /// What runs.
        list: List,
        /// All of it.
        span: Span,
    },
    /// `~` or `~name` at the start of a word or after `:` or `=` where the shell expands it.
    Tilde(String),
    /// An unquoted `*`, `?`, `[…]` or extended glob, as written; what is quoted inside has backslashes
    /// instead. If something inside expands, the pattern comes in pieces: `[`, its parts, `]`. It is a
    /// glob also where the shell matches no paths (the value of an assignment).
    Glob(String),
    /// `{a,b}` or `{1..9}`; bash and zsh only.
    Brace(Brace),
}

/// A brace expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brace {
    /// `{a,b,c}`: each alternative is a word.
    List(Vec<Word>),
    /// `{1..9..2}`, `{a..f}`: start, end, step as written.
    Range(String, String, Option<String>),
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name, number or special character. Indirection (`${!x}`) is in `op`.
    pub name: String,
    /// Subscript.
    pub index: Option<Word>,
    /// What is done with the value.
    pub op: ParameterOp,
    /// All of it.
    pub span: Span,
}

/// What a parameter expansion does with the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterOp {
    /// Nothing.
    Plain,
    /// `${#x}`
    Length,
    /// `${!x}`
    Indirect,
    /// `${!x:-w}` and kin: the operator works on the value of the parameter that `x` names.
    Through(Box<ParameterOp>),
    /// `${!prefix*}`, `${!x[@]}`
    Names,
    /// `${x:-w}`, `${x-w}`
    Default {
        /// With colon: also when empty.
        colon: bool,
        /// The word.
        word: Word,
    },
    /// `${x:=w}`
    Assign {
        /// With colon.
        colon: bool,
        /// The word.
        word: Word,
    },
    /// `${x:?w}`
    Error {
        /// With colon.
        colon: bool,
        /// The word.
        word: Word,
    },
    /// `${x:+w}`
    Alternative {
        /// With colon.
        colon: bool,
        /// The word.
        word: Word,
    },
    /// `${x#p}`, `${x##p}`
    RemovePrefix {
        /// Longest match.
        longest: bool,
        /// The pattern.
        pattern: Word,
    },
    /// `${x%p}`, `${x%%p}`
    RemoveSuffix {
        /// Longest match.
        longest: bool,
        /// The pattern.
        pattern: Word,
    },
    /// `${x/p/r}` and kin.
    Replace {
        /// `/`, `//`, `/#`, `/%`.
        kind: ReplaceKind,
        /// The pattern.
        pattern: Word,
        /// The replacement.
        with: Word,
    },
    /// `${x:off:len}`
    Substring {
        /// Offset.
        offset: Word,
        /// Length.
        length: Option<Word>,
    },
    /// `${x^}`, `${x^^}`, `${x,}`, `${x,,}`: first or all characters, upper or lower.
    Case {
        /// To upper case.
        upper: bool,
        /// All characters.
        all: bool,
        /// Only characters that match.
        pattern: Option<Word>,
    },
    /// `${x@Q}` and kin: the letter.
    Transform(char),
    /// zsh flags and forms that are kept as text; coverage is partial where the value matters.
    Other(String),
}

/// Which matches `${x/p/r}` replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceKind {
    /// The first.
    First,
    /// All.
    All,
    /// At the start.
    Prefix,
    /// At the end.
    Suffix,
}
