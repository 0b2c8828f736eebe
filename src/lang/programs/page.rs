//! The form of a program page (`lang/programs/*.toml`). Shared by the build script, which checks
//! every page and embeds it, and by the library, which applies it to a call.
//!
//! A page is a table named after its program:
//!
//! ```toml
//! [sort]
//! about = "sorts lines"
//! operands = "read*"
//! stdin = "without-files"
//! stdout = "bytes"
//!
//! [sort.options]
//! flag = "-n --numeric-sort -u --unique"
//! text = "-k --key -t --field-separator"
//! overwrite = "-o --output"
//! program = "--compress-program"
//! ```
//!
//! `options` and `settings` are read "what the value means = the spellings that take such a value".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A program, or a sub-command of one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Page {
    /// What it does, in a few words.
    pub about: String,
    /// Other names of the program, separated by spaces. A version at the end of a name
    /// (`python3.12`, `clang-18`) and `.exe`, `.cmd` need no alias.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub aliases: String,
    /// Further names of a sub-command, separated by spaces.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub names: String,
    /// How options are spelled.
    #[serde(skip_serializing_if = "Style::is_default")]
    pub style: Style,
    /// Language of its scripts and code texts (`shell`, `javascript`, `python` …).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Where its packages come from (`npm`, `pypi`, `docker` …).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ecosystem: String,
    /// Meaning of a value to the options that take one (`flag`: those that take none). An option
    /// ending in `?` takes its value attached only (`-i.bak`, `--color=auto`); one ending in `:` takes a name
    /// before its value (`--arg NAME VALUE` of jq: `--arg:`); one ending in `=` is
    /// an operand (`if=FILE`); `-#` is any number (`-20`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Meaning of the value of `NAME=VALUE` in options of the meaning `setting`, to the names
    /// (lower case, `*` is a wildcard).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Meanings of the operands in order: `text read*`, `read+ into`, `number command*`. `?` may be
    /// missing, `*` any number, `+` at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operands: Option<String>,
    /// What is read below when no file operand is given and standard input is not connected.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// When standard input is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<StdinUse>,
    /// What reaches standard output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdout: Option<StdoutUse>,
    /// It decodes its input on the way to its output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decodes: Option<super::Scheme>,
    /// The function that computes its output from known input (`src/lang/programs/filters`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// What it does by its nature: `fetch https HOST`, `send SCHEME HOST`, `create PATH` … (`*`: not known which).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub does: Vec<String>,
    /// Files that it runs as code by itself when they lie in the working folder.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub loads: Vec<Loads>,
    /// Members of the package manifest in the working folder that it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Its act cannot be said by effects (signals, services, schedules, devices, remote changes),
    /// or it does more than the page says: never told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
    /// The function that lowers what data cannot say (`src/lang/programs/special`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub special: String,
    /// What changes when certain options are given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// Sub-commands by name; a key may hold several names separated by spaces (so may `names` of the
    /// sub-command); `*` is any other.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sub: BTreeMap<String, Page>,
    /// Modules run by name (`python -m NAME`), in the form of sub-commands.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub module: BTreeMap<String, Page>,
    /// Commands with their effects: tests.
    #[serde(skip_serializing)]
    pub example: Vec<Example>,
}

/// How options are spelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// `-x`, `-xyz`, `-xVALUE`, `--long`, `--long=VALUE`, shortened long names, `--`.
    #[default]
    Gnu,
    /// Long names with one dash (`-connect HOST`, `-connect=HOST`); no clusters.
    Long,
    /// The first word is a cluster even without a dash (`tar xzf FILE`).
    Bundled,
}

impl Style {
    fn is_default(&self) -> bool {
        *self == Self::Gnu
    }
}

/// When a program reads its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StdinUse {
    /// Always.
    Always,
    /// When no file operand is given. `-` as a file means it in any case.
    WithoutFiles,
    /// As program text, when neither script nor code is given.
    Code,
    /// Never, except by `-`.
    Never,
}

/// What a program prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StdoutUse {
    /// Words of its own (counts, names, reports): no bytes of its inputs.
    Own,
    /// Bytes of what it read: standard input, files, connections.
    Bytes,
    /// Nothing.
    Nothing,
    /// Its operands.
    Operands,
}

/// Files that a program runs by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loads {
    /// Their language.
    pub language: String,
    /// Names or globs, relative to the working folder, separated by spaces.
    pub names: String,
}

/// What changes when certain options are given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct When {
    /// Options, any of which must be given.
    pub given: String,
    /// Further options, any of which must be given too.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub and: String,
    /// Options of which none may be given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub without: String,
    /// Replaces the meanings of the operands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operands: Option<String>,
    /// What is read below when no file operand is given, standard input or not.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// Other meanings for options that the page has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Replaces the use of standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<StdinUse>,
    /// Replaces what is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdout: Option<StdoutUse>,
    /// Replaces the decoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decodes: Option<super::Scheme>,
    /// Options end here: all that follows are operands.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
    /// Adds implied effects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub does: Vec<String>,
    /// The implied effects, loaded files and package scripts of the page do not happen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub instead: bool,
    /// Its act cannot be said by effects.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
}

/// A command and what it comes to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// The command: words separated by spaces, quotes as in the shell, nothing else of it.
    pub command: String,
    /// What standard input is, if connected: text, or `fetch` for bytes from a connection.
    pub stdin: Option<String>,
    /// All stated effects in order, then any lines of interest out of the rest: implied effects,
    /// flows (`1 -> 2 argument`), references, gaps, `then …` for what is started next.
    pub effects: Vec<String>,
    /// The text it prints, where that is known.
    pub output: Option<String>,
}

/// What a value or an operand means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// No value.
    Flag,
    /// A value without effect: a pattern, a number, a name, a format.
    Text,
    /// An act that effects cannot say.
    Never,
    /// A file whose bytes go through the program (`-`: standard input).
    Read,
    /// A file, or a folder and all below it, whose bytes go through the program.
    ReadTree,
    /// A file that steers the program; its bytes go nowhere.
    Uses,
    /// A file that lists further files to be read.
    ReadList,
    /// A file whose bytes are sent over the connection.
    Upload,
    /// A file that is read and written again.
    Edit,
    /// A folder all below which is read and written again.
    EditTree,
    /// A file that is replaced (`-`: standard output).
    Overwrite,
    /// A file that is added to.
    Append,
    /// A file or folder that is made.
    Create,
    /// Something that is removed.
    Delete,
    /// Something whose mode, owner or times change.
    Mode,
    /// The name of a link that is made.
    Link,
    /// Something that is moved away; its bytes go to the target.
    Move,
    /// The target of copying, moving or linking: a file, or a folder for the other operands.
    Into,
    /// The folder that receives copies of the operands.
    IntoFolder,
    /// A path that is looked at without being read.
    List,
    /// The working folder.
    Folder,
    /// A URL or host that is fetched from; both ways when something is sent.
    Url,
    /// A URL that is opened and so receives what it spells; other words mean nothing.
    Send,
    /// A host, or `user@host`, `host:port`, spoken to both ways.
    Host,
    /// A port for the host before it.
    Port,
    /// A name that is looked up.
    Lookup,
    /// A proxy.
    Proxy,
    /// `host:path`, a URL, or a local path that is read.
    RemoteSource,
    /// `host:path`, a URL, or a local path that is written.
    RemoteTarget,
    /// A repository: URL, `host:path`, a path, or the name of a remote.
    Repository,
    /// A revision, `REVISION:PATH`, or a path of the working tree.
    Revision,
    /// Text sent over the connection; `@FILE` reads a file.
    Data,
    /// `name=@FILE` or `name=<FILE` reads a file that is sent; other text is sent.
    Form,
    /// Text sent over the connection.
    Header,
    /// Text that a shell parses.
    Shell,
    /// Words that another machine or container runs.
    RemoteCommand,
    /// The words of a command started from here.
    Command,
    /// One program, started without arguments of ours.
    Program,
    /// A script file in the page's language.
    Script,
    /// Program text in the page's language, or `code:LANGUAGE`.
    Code,
    /// A module run by name.
    Module,
    /// A file loaded as code.
    Load,
    /// A module loaded as code: a path if it looks like one.
    Require,
    /// Arguments of the script before; options among them are the script's.
    Args,
    /// Arguments of the script before; options among them are still the program's own.
    Passed,
    /// `NAME=VALUE` for the environment of the command.
    Assign,
    /// `NAME` handed on or `NAME=VALUE` for the environment of something else.
    EnvName,
    /// `NAME` removed from the environment of the command.
    Unset,
    /// `NAME=VALUE`, answered by `settings`.
    Setting,
    /// A package that is fetched and run; further words are its arguments.
    Package,
    /// A package that is fetched.
    Fetched,
    /// A registry or index that packages come from.
    Registry,
    /// A member of the package manifest.
    PackageScript,
    /// A member of the package manifest, else a program (`yarn tsc`).
    PackageScriptOrProgram,
    /// A target or recipe.
    Target,
    /// The file that targets stand in.
    TargetFile,
    /// Text of a query.
    Query,
    /// A data store.
    Database,
}

impl Kind {
    /// Reads `read-tree` or `code:sed`; the second part is the argument.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Self, Option<&str>)> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let kind: Self = Deserialize::deserialize(
            serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name),
        )
        .ok()?;
        let takes = matches!(
            kind,
            Self::Code | Self::Script | Self::Load | Self::Require | Self::Shell
        );
        (argument.is_none() || takes).then_some((kind, argument))
    }
}

/// An option as it is written, without the mark that says how its value stands.
#[must_use]
pub fn bare(spelling: &str) -> &str {
    spelling.trim_end_matches(['?', ':'])
}

/// How often an operand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Once.
    One,
    /// Once or not at all.
    Maybe,
    /// Any number of times, or with `+` at least once.
    Many,
}

/// Meaning of one operand: kind, its argument, how often.
pub type Operand<'p> = (Kind, Option<&'p str>, Times);

/// Reads `read+ into`. `None`: a word of it is not known, or more than one may stand any number of times.
#[must_use]
pub fn operands(text: &str) -> Option<Vec<Operand<'_>>> {
    let mut all = vec![];
    for word in text.split_whitespace() {
        let (name, times) = if let Some(name) = word.strip_suffix(['*', '+']) {
            (name, Times::Many)
        } else if let Some(name) = word.strip_suffix('?') {
            (name, Times::Maybe)
        } else {
            (word, Times::One)
        };
        let (kind, argument) = Kind::parse(name)?;
        all.push((kind, argument, times));
    }
    (all.iter().filter(|(_, _, times)| *times == Times::Many).count() <= 1).then_some(all)
}
