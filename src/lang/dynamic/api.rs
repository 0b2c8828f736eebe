//! What the functions of a platform do, as data: `src/lang/apis/*.toml`, one file a language.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::Scheme;
use crate::model::effect::{Traffic, WriteAct};

/// What a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Reads a file (`path`); the result is its bytes.
    Read,
    /// Reads a folder (`path`); the result is names in it.
    List,
    /// Changes a file (`path`), with bytes (`data`).
    Write,
    /// Reads one file (`path`) and writes another (`to`).
    Copy,
    /// Opens a file (`path`) as `mode` says; the result is a handle.
    Open,
    /// Connects (`url`, or `host` and `port`), sends `data`; the result is what came back, or a handle.
    Connect,
    /// Sends `data` over the handle it is called on.
    Send,
    /// Runs `text` in a shell.
    Shell,
    /// Runs the program and words in `words`, or `program` and `words`.
    Run,
    /// Runs `text` as program text of `language` (its own, if not said).
    Code,
    /// Loads the module or file `path`.
    Load,
    /// Loads native code from `path`.
    LoadNative,
    /// Runs serialised code in `data`.
    Unpickle,
    /// Reads the variable `name`.
    Env,
    /// Sets the variable `name` to `data`.
    SetEnv,
    /// Removes the variable `name`.
    UnsetEnv,
    /// Prints `data` on standard output.
    Print,
    /// The result is standard input.
    Input,
    /// Changes the working folder to `path`.
    Chdir,
    /// Ends the program.
    Exit,
    /// Asks a data store (`text`) of the dialect `language`.
    Query,
    /// Starts threads or workers that run the script `path`.
    Worker,
    /// No effect; the result is computed by the operation `op`.
    Compute,
    /// No effect; the result is a handle of `class`.
    Make,
}

/// A group of functions that do the same.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Act {
    /// What.
    pub does: Does,
    /// The functions: dotted names, or `class#method` for a method of a handle.
    pub of: Vec<String>,
    /// Arguments, the first that is given counts: a position, `self`, `=keyword`, `N.member`, `*`.
    #[serde(default)]
    pub path: Vec<String>,
    /// Second path.
    #[serde(default)]
    pub to: Vec<String>,
    /// URL.
    #[serde(default)]
    pub url: Vec<String>,
    /// Host.
    #[serde(default)]
    pub host: Vec<String>,
    /// Port.
    #[serde(default)]
    pub port: Vec<String>,
    /// HTTP method.
    #[serde(default)]
    pub method: Vec<String>,
    /// Bytes sent or written; all that are given count.
    #[serde(default)]
    pub data: Vec<String>,
    /// Headers; all that are given count.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Program text or command.
    #[serde(default)]
    pub text: Vec<String>,
    /// Program.
    #[serde(default)]
    pub program: Vec<String>,
    /// Words of a command; `N+` is all from N on.
    #[serde(default)]
    pub words: Vec<String>,
    /// Name of a variable.
    #[serde(default)]
    pub name: Vec<String>,
    /// Mode of opening, or what says that a shell runs the words.
    #[serde(default)]
    pub mode: Vec<String>,
    /// Standard input of a program.
    #[serde(default)]
    pub input: Vec<String>,
    /// Working folder of a program.
    #[serde(default)]
    pub cwd: Vec<String>,
    /// What a missing argument counts as (a mode, a method, a host).
    #[serde(default)]
    pub default: Option<String>,
    /// Scheme of a connection.
    #[serde(default)]
    pub scheme: Option<String>,
    /// Way of the bytes.
    #[serde(default)]
    pub traffic: Option<Traffic>,
    /// How a write changes the file.
    #[serde(default)]
    pub write: Option<WriteAct>,
    /// Decoding that the function does.
    #[serde(default)]
    pub decodes: Option<Scheme>,
    /// Language of code, dialect of a query.
    #[serde(default)]
    pub language: Option<String>,
    /// Operation of `compute`.
    #[serde(default)]
    pub op: Option<String>,
    /// The result is a handle of this class.
    #[serde(default)]
    pub class: Option<String>,
    /// The result is the same as this platform object.
    #[serde(default)]
    pub returns: Option<String>,
}

/// A table file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    /// Prefixes of names that mean another.
    #[serde(default)]
    alias: HashMap<String, String>,
    /// Names that stand for a value: `env`, `arguments`, `input`, `output`, `home`, `temp`, `cwd`,
    /// `script`, `script-folder`, `nothing`, or a text after `=`.
    #[serde(default)]
    value: HashMap<String, String>,
    /// Modules of the platform.
    #[serde(default)]
    modules: Vec<String>,
    /// The functions.
    #[serde(default)]
    act: Vec<Act>,
}

/// The table of a language.
#[derive(Debug, Default)]
pub struct Apis {
    alias: HashMap<String, String>,
    value: HashMap<String, String>,
    modules: Vec<String>,
    acts: Vec<Act>,
    by_name: HashMap<String, usize>,
}

impl Apis {
    fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut by_name = HashMap::new();
        for (i, act) in file.act.iter().enumerate() {
            for name in &act.of {
                if by_name.insert(name.clone(), i).is_some() {
                    return Err(format!("`{name}` is described twice"));
                }
            }
        }
        Ok(Self {
            alias: file.alias,
            value: file.value,
            modules: file.modules,
            acts: file.act,
            by_name,
        })
    }

    /// What the function called `name` does.
    #[must_use]
    pub fn act(&self, name: &str) -> Option<&Act> {
        self.by_name.get(name).and_then(|i| self.acts.get(*i))
    }

    /// What value the name stands for.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.value.get(name).map(String::as_str)
    }

    /// Whether the platform has a module called `name`.
    #[must_use]
    pub fn has_module(&self, name: &str) -> bool {
        self.modules.iter().any(|m| m == name)
    }

    /// Whether the table says anything of the module called `name`.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let starts = |k: &String| k.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        !name.is_empty()
            && (self.by_name.keys().any(starts)
                || self.value.keys().any(starts)
                || self.alias.keys().any(starts))
    }

    /// Names of the functions that the table tells of the module `name`.
    #[must_use]
    pub fn members_of(&self, name: &str) -> Vec<String> {
        let member = |k: &String| {
            let rest = k.strip_prefix(name)?.strip_prefix('.')?;
            (!rest.contains('.') && rest != "*").then(|| rest.to_owned())
        };
        let mut all: Vec<String> = self
            .by_name
            .keys()
            .chain(self.value.keys())
            .filter_map(member)
            .collect();
        all.sort();
        all
    }

    /// The name under which the table describes `name`: the longest alias prefix is replaced, at most four times.
    #[must_use]
    pub fn canonical(&self, name: &str) -> String {
        let mut name = name.to_owned();
        for _ in 0..4 {
            let found = std::iter::once(name.len())
                .chain(
                    name.rmatch_indices(['.', ':'])
                        .map(|(at, mark)| at + usize::from(mark == ":")),
                )
                .find_map(|end| self.alias.get(name.get(..end)?).map(|to| (end, to)));
            let Some((end, to)) = found else { break };
            let rest = name[end..].trim_start_matches('.');
            name = match (to.is_empty(), rest.is_empty()) {
                (true, _) => rest.to_owned(),
                (_, true) => to.clone(),
                _ => format!("{to}.{rest}"),
            };
        }
        name
    }
}

macro_rules! table {
    ($name:ident, $file:literal, $doc:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name() -> &'static Apis {
            static TABLE: OnceLock<Apis> = OnceLock::new();
            // A broken table fails `tables_are_well_formed`, not a user.
            TABLE.get_or_init(|| {
                Apis::parse(include_str!(concat!(env!("OUT_DIR"), "/tables/", $file))).unwrap_or_default()
            })
        }
    };
}

table!(javascript, "javascript.json", "Node, Bun, Deno and browsers.");
table!(python, "python.json", "Python's own library and common packages.");
table!(perl, "perl.json", "Perl.");
table!(ruby, "ruby.json", "Ruby.");
table!(php, "php.json", "PHP.");
table!(awk, "awk.json", "awk.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_well_formed() {
        for text in [
            include_str!(concat!(env!("OUT_DIR"), "/tables/javascript.json")),
            include_str!(concat!(env!("OUT_DIR"), "/tables/python.json")),
            include_str!(concat!(env!("OUT_DIR"), "/tables/perl.json")),
            include_str!(concat!(env!("OUT_DIR"), "/tables/ruby.json")),
            include_str!(concat!(env!("OUT_DIR"), "/tables/php.json")),
            include_str!(concat!(env!("OUT_DIR"), "/tables/awk.json")),
        ] {
            if let Err(error) = Apis::parse(text) {
                panic!("{error}");
            }
        }
    }

    #[test]
    fn names_are_brought_to_one_spelling() {
        let js = javascript();
        assert_eq!(js.canonical("node:fs/promises.readFile"), "fs.readFile");
        assert_eq!(js.canonical("globalThis.process.env"), "process.env");
        assert_eq!(python().canonical("builtins.eval"), "eval");
    }
}
