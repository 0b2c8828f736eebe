//! What the vocabulary of pages cannot say: one named predicate a file. Users' rules may call them too.
//!
//! A predicate looks at what was matched so far and answers `None` (does not hold) or `Some(detail)`;
//! a detail that is not empty fills `{detail}` in the message.

use super::matching::Subject;
use super::page::form::HostClass;

mod allows_any_bash;
mod allows_any_code;
mod allows_secret_path;
mod code_in_disguise;
mod hidden_characters;
mod hidden_words;
mod letters_escaped;
mod loads_from_tree;
mod mounts_secret;
mod names_secret_variable;
mod official_registry;
mod opening_prompt;
mod out_of_download;
mod out_of_release;
mod path_into_tree;
mod prints_fetched;
mod prints_secret;
mod read_named_by_payload;
mod secret_value;
mod shell_on_connection;
mod text_lures;
mod tiny_timeout;
mod token_of_another;
mod tool_of_foreign_server;
mod weakened_personal_hook;

/// The signature of a predicate.
pub type Predicate = fn(&Subject<'_>) -> Option<String>;

/// Every predicate by name. The build script knows them by their file names.
const ALL: &[(&str, Predicate)] = &[
    ("allows-any-bash", allows_any_bash::holds),
    ("allows-any-code", allows_any_code::holds),
    ("allows-secret-path", allows_secret_path::holds),
    ("code-in-disguise", code_in_disguise::holds),
    ("hidden-characters", hidden_characters::holds),
    ("hidden-words", hidden_words::holds),
    ("letters-escaped", letters_escaped::holds),
    ("loads-from-tree", loads_from_tree::holds),
    ("mounts-secret", mounts_secret::holds),
    ("names-secret-variable", names_secret_variable::holds),
    ("official-registry", official_registry::holds),
    ("opening-prompt", opening_prompt::holds),
    ("out-of-download", out_of_download::holds),
    ("out-of-release", out_of_release::holds),
    ("path-into-tree", path_into_tree::holds),
    ("prints-fetched", prints_fetched::holds),
    ("prints-secret", prints_secret::holds),
    ("read-named-by-payload", read_named_by_payload::holds),
    ("secret-value", secret_value::holds),
    ("shell-on-connection", shell_on_connection::holds),
    ("text-lures", text_lures::holds),
    ("tiny-timeout", tiny_timeout::holds),
    ("token-of-another", token_of_another::holds),
    ("tool-of-foreign-server", tool_of_foreign_server::holds),
    ("weakened-personal-hook", weakened_personal_hook::holds),
];

/// The predicate called `name`.
#[must_use]
pub fn by_name(name: &str) -> Option<Predicate> {
    ALL.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
}

/// The names of all predicates.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
