//! [`Covers`]: what of a wanted file an approval covers, and under which names; [`Touched`]: which other
//! files were asked for while it was read.

use crate::model::RepoPath;

/// How a file of a surface becomes entries of an approval. Every surface says one; `src/trust/closure`
/// makes the entries. The text in each is the start of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// Settings of the agent: an entry a hook, a variable, a helper and a plug-in, one for what permits,
    /// one for what protects, one for each other key.
    Settings(&'static str),
    /// A map of servers: an entry each, one for each other key.
    Servers(&'static str),
    /// A list of plug-ins: an entry each, one for each other key.
    Marketplace(&'static str),
    /// The folder of a plug-in with all in it.
    Plugin(&'static str),
    /// The folder of a skill with all in it.
    Skill(&'static str),
    /// Markdown whose front matter and inline shell run and whose text instructs.
    Component(&'static str),
    /// Text for the model, with what it imports.
    Text(&'static str),
    /// Configuration (JSON, TOML) as a value: order of keys, white space and comments do not matter.
    Value(&'static str),
    /// The same for what only tells the model something.
    ValueText(&'static str),
    /// Settings of an editor: the same, without families of keys that nothing starts or permits.
    EditorSettings(&'static str),
    /// The file, byte by byte.
    File(&'static str),
    /// What its triggers name, and nothing else: a file where most is no matter of the agent.
    Triggers(&'static str),
}

/// A file that was asked for while a trigger was read and lowered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touched {
    /// As it was named: it may be missing, a link, or outside.
    File(RepoPath),
    /// One member of a JSON file, by its keys; the rest of the file does not matter.
    Member(RepoPath, Vec<String>),
    /// A JSON file as a value.
    Value(RepoPath),
}

/// A file that a surface took, and what was asked for besides while its triggers were read.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What is covered of it.
    pub covers: Covers,
    /// The file.
    pub found: super::Found,
    /// Asked for by no trigger in particular.
    pub touched: Vec<Touched>,
}
