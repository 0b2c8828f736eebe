//! What Claude Code reads from a repository. Facts: measured with client 2.1.329 where it says so,
//! else read in its code.

pub(super) mod answers;
pub(super) mod components;
mod connect;
mod data;
pub mod env;
mod helpers;
pub mod hooks;
mod instructions;
pub mod mcp;
pub(super) mod memory;
pub mod owner;
pub(super) mod plugins;
pub mod settings;
mod shown;
mod sources;
mod switches;
mod template;
#[cfg(test)]
mod tests;
pub mod timed;

pub use owner::Owner;

use connect::{send, tool_call};

/// Whether the settings key `key` only holds texts that are shown to the person.
#[must_use]
pub fn is_shown(key: &str) -> bool {
    shown::SHOWN.iter().any(|keys| keys.first() == Some(&key))
}

/// What the settings key `key` (parts joined by dots) is about, if the client knows it.
#[must_use]
pub fn switch_class(key: &str) -> Option<crate::model::effect::SettingClass> {
    data::switches()
        .iter()
        .find(|switch| switch.key == key)
        .map(|switch| switch.class)
}
