//! The owners of `lang/hosts/`.

use std::sync::LazyLock;

use super::normal_host;

/// One file an owner. A new owner is one file and one line.
const FILES: [&str; 13] = [
    include_str!(concat!(env!("OUT_DIR"), "/tables/anthropic.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/aws.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/azure.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/bitbucket.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/crates-io.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/docker.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/github.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/gitlab.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/go.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/google-cloud.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/npm.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/pypi.json")),
    include_str!(concat!(env!("OUT_DIR"), "/tables/rubygems.json")),
];

/// What an owner does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerKind {
    /// Makes the agent: keys and requests may go there.
    Agent,
    /// Hosts models for the agent.
    Cloud,
    /// Hosts repositories.
    Forge,
    /// Hosts packages.
    Registry,
}

/// Somebody to whom hosts belong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Owner {
    /// For people.
    pub name: String,
    /// What they do.
    pub kind: OwnerKind,
    /// For a registry: the ecosystem as [`crate::model::effect::Package::ecosystem`] spells it.
    #[serde(default)]
    pub ecosystem: Option<String>,
    /// Their hosts, with everything below them.
    pub hosts: Vec<String>,
    /// Names that are not theirs; the tests try them.
    look_alikes: Vec<String>,
}

static OWNERS: LazyLock<Vec<Owner>> = LazyLock::new(|| load().unwrap_or_default());

/// Reads the files compiled in; a test makes sure that all can be read.
pub(super) fn load() -> serde_json::Result<Vec<Owner>> {
    FILES.iter().map(|text| serde_json::from_str(text)).collect()
}

/// Whose `host` is. Takes any spelling.
#[must_use]
pub fn owner(host: &str) -> Option<&'static Owner> {
    let host = normal_host(host)?;
    OWNERS.iter().find(|owner| {
        let own = |name: &String| {
            host.strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        owner.hosts.iter().any(own)
    })
}

#[cfg(test)]
impl Owner {
    /// Names that are not theirs.
    pub(super) fn look_alikes(&self) -> &[String] {
        &self.look_alikes
    }
}
