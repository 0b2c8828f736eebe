//! The value of a registry variable is the registry or mirror of the makers themselves.

use crate::model::EffectKind;
use crate::rules::hosts;
use crate::rules::matching::Subject;

/// Domains of registries; hosts below them too.
const OFFICIAL: [&str; 14] = [
    "npmjs.org",
    "npmjs.com",
    "yarnpkg.com",
    "jsr.io",
    "pypi.org",
    "pythonhosted.org",
    "pytorch.org",
    "golang.org",
    "go.dev",
    "crates.io",
    "rust-lang.org",
    "rubygems.org",
    "docker.io",
    "ghcr.io",
];

/// Whether it is.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Env {
        value: Some(value), ..
    } = subject.case.kind(subject.effect?)
    else {
        return None;
    };
    let text = value.as_known()?;
    let all = text
        .split([',', '|', ' '])
        .filter(|t| !matches!(*t, "" | "direct" | "off"));
    let mut hosts = all.map(hosts::in_value);
    hosts
        .all(|host| {
            host.is_some_and(|h| {
                OFFICIAL
                    .iter()
                    .any(|o| h == *o || h.strip_suffix(o).is_some_and(|r| r.ends_with('.')))
            })
        })
        .then(String::new)
}
