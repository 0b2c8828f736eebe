//! [`Effect`]: what something would do, in the seven kinds that the whole product speaks.

use super::path::PathOperand;
use super::source::Place;
use super::word::Word;

/// Index of an effect in its [`super::Lowered`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId(pub u32);

/// Whether the text says it, or the nature of the program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// An operand, option, redirect or environment entry says it.
    Stated,
    /// The program does so by its nature: `npm ci` connects and writes `node_modules`.
    Implied,
}

/// How a program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// As a simple command or by an exec call.
    Direct,
    /// As text of a shell (`sh -c`, `eval`, `system()`).
    Shell,
    /// As program text of another interpreter (`node -e`, `exec()`, `Function()`).
    Interpreter,
    /// By a wrapper (`env`, `sudo`, `xargs`, `timeout`).
    Wrapper,
    /// By an option or a setting of another program (`git -c core.pager=…`, `find -exec`).
    Option,
    /// Loaded as code by an interpreter (`require`, `source`, `LD_PRELOAD`).
    Load,
}

/// How well a started program is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Understood {
    /// Its page covers every option and operand used; its other effects are all listed.
    Told,
    /// No page, an option that the page does not cover, or an act that the model cannot say.
    Opaque,
}

/// What a program start says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exec {
    /// The program word, as written (`curl`, `./x.sh`, unknown). For code given as text: the interpreter.
    pub program: Word,
    /// All words after the program.
    pub argv: Vec<Word>,
    /// How it is started.
    pub how: How,
    /// Told or opaque.
    pub understood: Understood,
    /// The program or its code stands in the tree and was followed: what it does is in the effects after it.
    pub followed: bool,
    /// A package that is fetched and run (`npx x`, `uvx x`), with what pins it.
    pub package: Option<Package>,
}

/// A package that a program start fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// `npm`, `pypi`, `docker`, `git`, `url`, `go`, …
    pub ecosystem: String,
    /// Name without version.
    pub name: String,
    /// Version, tag or revision as written.
    pub version: Option<String>,
    /// An exact version, a full commit or a digest.
    pub pinned: bool,
    /// A registry or index other than the ecosystem's own, as written.
    pub registry: Option<String>,
}

/// How a write changes what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteAct {
    /// Makes a file or folder that is not there, or leaves what is.
    Create,
    /// Adds at the end.
    Append,
    /// Replaces the content.
    Overwrite,
    /// Removes.
    Delete,
    /// Changes mode, owner or times.
    Mode,
    /// Makes a link here.
    Link,
    /// Moves something here or away from here.
    Rename,
}

/// Which way bytes go over a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Traffic {
    /// Bytes come in.
    Fetch,
    /// Bytes go out.
    Send,
    /// Both ways, or not known.
    Both,
    /// Only a name look-up (which can carry bytes in the name).
    Lookup,
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// `https`, `ssh`, `tcp`, `dns`, … if known.
    pub scheme: Option<String>,
    /// Host, as a word.
    pub host: Word,
    /// Port, if said.
    pub port: Option<u16>,
    /// Path and query, if said.
    pub path: Option<Word>,
    /// User and password part, if said.
    pub userinfo: Option<Word>,
    /// Direction.
    pub traffic: Traffic,
}

/// What happens to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvAct {
    /// Its value is used.
    Read,
    /// It gets a value.
    Set,
    /// It is removed.
    Unset,
}

/// Who sees a variable that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// One command.
    Command,
    /// The rest of this script and its children.
    Children,
    /// Whatever starts later (a settings `env` block, `CLAUDE_ENV_FILE`, a shell start file).
    Kept,
}

/// In which direction a switch of the agent turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// The agent may do more, or is guarded less.
    Widens,
    /// The agent may do less. Never graded.
    Narrows,
    /// Neither.
    Neutral,
}

/// What a switch is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingClass {
    /// What runs without a question.
    Permission,
    /// Hooks, sandbox, guards, consent dialogs.
    Safety,
    /// Where requests and keys go: API endpoint, proxy, certificates, telemetry.
    Endpoint,
    /// Where code comes from: marketplaces, plug-ins, registries.
    CodeSource,
    /// Pre-approval of servers and plug-ins by name.
    Approval,
    /// What is shown to the person or kept of the session.
    Presentation,
    /// Which model, agent or style acts.
    Behaviour,
}

/// How a text for the model is seen by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Plain text.
    Visible,
    /// Text that a rendered page does not show: HTML comments, reference definitions, attributes.
    NotRendered,
    /// Characters that no screen shows: zero-width, tag characters, bidi tricks.
    Invisible,
    /// Encoded text together with words that tell the model to decode it.
    Encoded,
}

/// The class of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryClass {
    /// Reads rows.
    Read,
    /// Changes rows.
    Write,
    /// Changes the schema.
    Schema,
    /// Changes rights.
    Grant,
    /// Not known.
    Unknown,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectKind {
    /// A program or code is started.
    Exec(Exec),
    /// A file's bytes are read.
    Read {
        /// Which file.
        path: PathOperand,
    },
    /// A file is changed.
    Write {
        /// Which file.
        path: PathOperand,
        /// How.
        act: WriteAct,
    },
    /// A connection is made.
    Connect(Connect),
    /// A variable is read, set or unset.
    Env {
        /// Its name; `*` stands for the whole environment.
        name: Word,
        /// The value given.
        value: Option<Word>,
        /// Read, set or unset.
        act: EnvAct,
        /// Who sees it.
        reach: Reach,
    },
    /// A switch of the agent is turned.
    Setting {
        /// Name of the switch as its reader spells it (`permissions.allow`, `disableAllHooks`).
        switch: String,
        /// The value, as written.
        value: Word,
        /// What it is about.
        class: SettingClass,
        /// Which way.
        turn: Turn,
    },
    /// Text reaches the model as instructions.
    Instruct {
        /// The text.
        text: String,
        /// How a person sees it.
        visibility: Visibility,
    },
    /// A data store is asked.
    Query {
        /// `postgres`, `mysql`, `sqlite`, `aws`, …
        dialect: String,
        /// What it does.
        class: QueryClass,
        /// Objects named (`connection/database.schema.object`).
        objects: Vec<Word>,
    },
}

impl EffectKind {
    /// Calls `each` on every word inside.
    pub fn words_mut(&mut self, mut each: impl FnMut(&mut Word)) {
        match self {
            Self::Exec(exec) => {
                each(&mut exec.program);
                exec.argv.iter_mut().for_each(each);
            }
            Self::Read { path } | Self::Write { path, .. } => each(&mut path.written),
            Self::Connect(connect) => {
                each(&mut connect.host);
                connect.path.iter_mut().for_each(&mut each);
                connect.userinfo.iter_mut().for_each(each);
            }
            Self::Env { name, value, .. } => {
                each(name);
                value.iter_mut().for_each(each);
            }
            Self::Setting { value, .. } => each(value),
            Self::Query { objects, .. } => objects.iter_mut().for_each(each),
            Self::Instruct { .. } => {}
        }
    }
}

/// A condition on the environment that the text tests before it acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Gate {
    /// The variable tested.
    pub variable: String,
    /// The value it must have; `None`: any value that is not empty.
    pub value: Option<String>,
    /// The condition must hold (`true`) or must not hold (`false`) for the effect to happen.
    pub holds: bool,
}

/// One effect with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub kind: EffectKind,
    /// Stated or implied.
    pub nature: Nature,
    /// Where the text that causes it stands.
    pub place: Place,
    /// Conditions on variables under which it happens, outermost first.
    pub gates: Vec<Gate>,
    /// The program start that does it, if one does.
    pub by: Option<EffectId>,
}

impl Effect {
    /// An effect that is stated, without conditions.
    #[must_use]
    pub fn stated(kind: EffectKind, place: Place) -> Self {
        Self {
            kind,
            nature: Nature::Stated,
            place,
            gates: vec![],
            by: None,
        }
    }

    /// An effect that is implied, without conditions.
    #[must_use]
    pub fn implied(kind: EffectKind, place: Place) -> Self {
        Self {
            kind,
            nature: Nature::Implied,
            place,
            gates: vec![],
            by: None,
        }
    }
}
