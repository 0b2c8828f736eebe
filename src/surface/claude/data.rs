//! The tables of `surface/claude/`, read once.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::When;

/// How the value of a switch is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Shape {
    Flag,
    Text,
    List,
    Map,
}

/// Whether a repository may set a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FromRepo {
    #[default]
    Yes,
    Local,
    No,
}

/// One switch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    pub key: String,
    pub class: SettingClass,
    pub shape: Shape,
    #[serde(default)]
    pub widens: Vec<String>,
    #[serde(default)]
    pub narrows: Vec<String>,
    #[serde(default)]
    pub ignored: Vec<String>,
    #[serde(default)]
    pub repo: FromRepo,
}

impl Switch {
    /// Which way `value` turns.
    pub fn turn(&self, value: &str) -> Turn {
        let in_list = |list: &[String]| list.iter().any(|v| v == "*" || v == value);
        if in_list(&self.widens) {
            Turn::Widens
        } else if in_list(&self.narrows) {
            Turn::Narrows
        } else {
            Turn::Neutral
        }
    }
}

#[derive(Debug, Deserialize)]
struct SwitchFile {
    switch: Vec<Switch>,
}

/// Every switch of the settings.
pub(super) fn switches() -> &'static [Switch] {
    static TABLE: OnceLock<Vec<Switch>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let file: Result<SwitchFile, _> =
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/tables/settings.json")));
        file.map(|file| file.switch).unwrap_or_default()
    })
}

/// What a repository's `env` block cannot do, and what the client keeps back.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variables {
    pub ignored: Vec<String>,
    pub older_clients: Vec<String>,
    pub before_trust: Vec<String>,
    pub blanked: Vec<String>,
}

/// The table of variables.
pub(super) fn variables() -> &'static Variables {
    static TABLE: OnceLock<Variables> = OnceLock::new();
    TABLE.get_or_init(|| {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/tables/env.json"))).unwrap_or_default()
    })
}

/// Whether `name` is in a list of names with stars; compared in upper case.
pub(super) fn is_in(list: &[String], name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    list.iter()
        .any(|pattern| super::super::pattern::star(pattern, &name))
}

/// One hook event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    pub when: When,
    #[serde(default)]
    pub matcher: Option<String>,
    #[serde(default)]
    pub names: Vec<String>,
}

/// The event called `name`, if the client knows it.
pub(super) fn event(name: &str) -> Option<&'static Event> {
    static TABLE: OnceLock<std::collections::BTreeMap<String, Event>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/tables/events.json")))
                .unwrap_or_default()
        })
        .get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_read() {
        assert!(switches().len() > 40);
        assert!(is_in(&variables().ignored, "XDG_CONFIG_HOME"));
        assert!(is_in(&variables().older_clients, "otel_exporter_otlp_endpoint"));
        assert!(!is_in(&variables().blanked, "HF_TOKEN"));
        assert_eq!(
            event("PermissionRequest").map(|e| e.when),
            Some(When::PermissionAsked)
        );
        assert!(event("BeforeLunch").is_none());
    }
}
