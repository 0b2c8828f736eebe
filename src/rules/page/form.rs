//! What the front matter of a rule page may say. Unknown keys and values are refused.
//!
//! This file is compiled twice: here, and into the build script, which checks every built-in page
//! with it and stores the front matter as JSON, so that no YAML is read at run time.

use serde::{Deserialize, Serialize};

use super::list::{Text, one_or_many};
use crate::model::coverage::GapReason;
use crate::model::effect::{EnvAct, How, QueryClass, Reach, SettingClass, Traffic, Turn, Understood};
use crate::model::effect::{Visibility, WriteAct};
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::flow::Scheme;
use crate::model::trigger::{Class, Starter, When};

/// The front matter of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Front {
    /// Kebab-case name of the danger; equals the file name. Never reused.
    pub id: String,
    /// One line, as a heading of a finding.
    pub title: String,
    /// What happens when no step lies between opening the repository and the effect.
    pub severity: Severity,
    /// How sure a match is.
    #[serde(default = "high", skip_serializing_if = "is_high")]
    pub confidence: Confidence,
    /// For whom it is shown.
    #[serde(default = "regular", skip_serializing_if = "is_regular")]
    pub persona: Persona,
    /// Version of claude-guard that brought it.
    pub since: String,
    /// Where the facts come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The sentence of a finding, with places to fill (`{trigger}`, `{host}`, `{path}` …).
    pub message: String,
    /// What it matches: any of these.
    #[serde(rename = "match", deserialize_with = "one_or_many")]
    pub clauses: Vec<Clause>,
}

/// One way to match. All that it says must hold, of one trigger.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Clause {
    /// Which triggers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerTest>,
    /// An effect of the trigger; the finding is about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<EffectTest>,
    /// A flow inside the trigger; the finding is about the effect that receives the bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowTest>,
    /// Kinds of observations about files; without `trigger`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub observation: Vec<String>,
    /// Something about the trigger was not understood, for one of these reasons.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub gap: Vec<GapReason>,
    /// What the observation or gap says.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub detail: Text,
    /// Named predicates on what was matched; all must hold.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub predicate: Vec<String>,
    /// Further things the same trigger must do; each must hold.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub with: Vec<Condition>,
    /// No match where one of these holds.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub unless: Vec<Condition>,
    /// What some trigger of the repository must do; each must hold.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub elsewhere: Vec<Condition>,
    /// Another severity than the page's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Another persona than the page's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
    /// Another sentence than the page's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A side condition; all that it says must hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Condition {
    /// The trigger is such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerTest>,
    /// It has such an effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<EffectTest>,
    /// It has such a flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowTest>,
    /// A named predicate holds on what was matched.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub predicate: Vec<String>,
}

/// A test on a trigger.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TriggerTest {
    /// Kind: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub class: Vec<Class>,
    /// Kind: none of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub not_class: Vec<Class>,
    /// When it acts: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub when: Vec<When>,
    /// When it acts: none of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub not_when: Vec<When>,
    /// Who starts it: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub who: Vec<Starter>,
    /// Attributes by name, each with a test on its value.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub attributes: std::collections::BTreeMap<String, Text>,
    /// The file it is written in.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub path: Text,
    /// The structural pointer inside the file.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub pointer: Text,
}

/// A test on one effect: exactly one kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EffectTest {
    /// A program is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecTest>,
    /// A file is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<PathTest>,
    /// A file is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<WriteTest>,
    /// A connection is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<ConnectTest>,
    /// A variable is read or set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<EnvTest>,
    /// A switch of the agent is turned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<SettingTest>,
    /// Text reaches the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruct: Option<InstructTest>,
    /// A data store is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryTest>,
}

/// A test on a program start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExecTest {
    /// Base name of the program.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub program: Text,
    /// Some argument.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub argument: Text,
    /// How it is started: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub how: Vec<How>,
    /// Told or opaque.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understood: Option<Understood>,
    /// Its code was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<bool>,
    /// Where the program file lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<PathTest>,
    /// It fetches and runs a package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageTest>,
}

/// A test on a fetched package.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PackageTest {
    /// `npm`, `pypi`, `docker` …
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub ecosystem: Text,
    /// Name.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub name: Text,
    /// Pinned to one content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// From a registry other than the ecosystem's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign_registry: Option<bool>,
}

/// A test on a path.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PathTest {
    /// A class of `rules/classes`: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub class: Vec<String>,
    /// A class of `rules/classes`: none of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub not_class: Vec<String>,
    /// Where it leads: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub at: Vec<Region>,
    /// Patterns (`*.png`, `~/.config/**`); a pattern without `/` matches the base name.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub glob: Text,
}

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Inside the tree.
    Tree,
    /// Below the home folder.
    Home,
    /// Below a folder for temporary files.
    Temp,
    /// Another absolute path.
    Absolute,
    /// Upwards out of the tree.
    Above,
    /// Decided at run time.
    Unknown,
}

/// A test on a change of a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WriteTest {
    /// Which file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathTest>,
    /// How: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub act: Vec<WriteAct>,
}

/// A test on a connection.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ConnectTest {
    /// Kind of host: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub host: Vec<HostClass>,
    /// Name of the host.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub host_name: Text,
    /// Scheme.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub scheme: Text,
    /// Direction: one of these. `both` in an effect meets `fetch` and `send`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub traffic: Vec<Traffic>,
}

/// What kind of host a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostClass {
    /// The agent's vendor.
    Vendor,
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// Any other host.
    Foreign,
    /// Decided at run time.
    Unknown,
}

/// A test on a variable.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EnvTest {
    /// A class of names of `rules/classes`: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub class: Vec<String>,
    /// Names.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub name: Text,
    /// The whole environment counts too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Read, set or unset: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub act: Vec<EnvAct>,
    /// Who sees it: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub reach: Vec<Reach>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueTest>,
}

/// A test on a value.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ValueTest {
    /// The text.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub text: Text,
    /// It is a URL or a host of this kind.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub host: Vec<HostClass>,
    /// It is a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathTest>,
}

/// A test on a switch.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SettingTest {
    /// Its name.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub switch: Text,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueTest>,
    /// What it is about: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub class: Vec<SettingClass>,
    /// Which way it turns: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub turn: Vec<Turn>,
}

/// A test on text for the model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct InstructTest {
    /// How a person sees it: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub visibility: Vec<Visibility>,
    /// Acts of `lang/prose` that all stand together, within a few sentences: none of them forbidden,
    /// described or quoted. The finding is placed there.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub says: Vec<String>,
    /// Acts of which at least one stands with them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub says_any: Vec<String>,
    /// Acts of which none stands with them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub not_says: Vec<String>,
    /// Hosts named there: one of these kinds.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub host: Vec<HostClass>,
}

/// A test on a query.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct QueryTest {
    /// Dialect.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub dialect: Text,
    /// Class: one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub class: Vec<QueryClass>,
}

/// A test on the way of bytes, over any number of effects in between.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FlowTest {
    /// Where they come from: one of these.
    #[serde(deserialize_with = "one_or_many")]
    pub from: Vec<FromTest>,
    /// What they reach.
    pub to: EffectTest,
    /// They reach a program start as the code that it runs, not as data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub as_code: bool,
    /// They are decoded on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded: Option<bool>,
}

/// Where bytes come from: an effect, or one of the marks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FromTest {
    /// A file that is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<PathTest>,
    /// A connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<ConnectTest>,
    /// A variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<EnvTest>,
    /// The output of a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecTest>,
    /// The answer of a data store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryTest>,
    /// A constant that stood encoded, by one of these.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub encoded: Vec<Scheme>,
    /// What the agent hands over: tool input, prompt, conversation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub payload: bool,
}

fn high() -> Confidence {
    Confidence::High
}

fn is_high(confidence: &Confidence) -> bool {
    *confidence == Confidence::High
}

fn regular() -> Persona {
    Persona::Regular
}

fn is_regular(persona: &Persona) -> bool {
    *persona == Persona::Regular
}
