//! Classes of paths and of variable names: data in `rules/classes/*.toml`. Compiled into the build script too.

use serde::{Deserialize, Serialize};

/// One class: what the patterns of `paths` or `variables` match and those of `except` do not.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedClass {
    /// Kebab-case name; equals the file name.
    pub name: String,
    /// What belongs to it, in a sentence.
    pub about: String,
    /// Patterns of paths: `~/x` in the home, `/x` absolute, `**/x/y` anywhere, `x` a base name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Patterns of variable names, upper case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// What does not belong to it all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// Names that belong to it, for the tests.
    pub yes: Vec<String>,
    /// Names that do not, for the tests.
    pub no: Vec<String>,
}
