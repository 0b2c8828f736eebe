//! The hooks of a settings file, one by one.

use std::collections::HashMap;

use crate::lang::data::{Kind, Value};
use crate::model::digest::{Digest, Domain};
use crate::trust::canonical::{canonical, canonical_without};

/// One handler.
pub(super) struct Hook<'a> {
    pub event: &'a str,
    /// Matcher and a short digest of the handler.
    pub name: String,
    /// As the trigger has it.
    pub pointer: String,
    /// What is hashed.
    pub value: Vec<u8>,
    /// As it is written.
    pub written: &'a str,
}

/// Every handler of a `hooks` map, and what is no handler as one of its own.
///
/// Hooks of one event run in parallel (measured), so their order is no part of the value. Of those with
/// the same command, arguments and condition only one runs, with the options of the last (measured): these
/// are numbered.
pub(super) fn split(hooks: Value<'_>) -> Vec<Hook<'_>> {
    let mut out = vec![];
    for (event, groups) in hooks.entries() {
        let mut alike: HashMap<Vec<u8>, u32> = HashMap::new();
        if groups.kind() != Kind::List {
            out.push(other(event, groups));
            continue;
        }
        for group in groups.items() {
            let handlers = group
                .get("hooks")
                .filter(|handlers| handlers.kind() == Kind::List);
            let Some(handlers) = handlers else {
                out.push(other(event, group));
                continue;
            };
            let written = group.get("matcher").and_then(Value::as_str).unwrap_or("");
            let matcher = if written.is_empty() { "*" } else { written };
            let around = canonical_without(group, |key| key == "hooks");
            for handler in handlers.items() {
                let key: Vec<u8> = ["command", "args", "if", "url", "prompt"]
                    .iter()
                    .flat_map(|key| handler.get(key).map_or(vec![b'-'], canonical))
                    .collect();
                let number = alike.entry(key).or_insert(0);
                *number += 1;
                let digest = Digest::of(Domain::Value, [handler.canonical().as_bytes()]).short();
                let mut value = canonical(handler);
                value.extend_from_slice(&around);
                if *number > 1 {
                    value.extend_from_slice(&number.to_be_bytes());
                }
                out.push(Hook {
                    event,
                    name: format!("{matcher}-{digest}"),
                    pointer: format!("/hooks/{event}[{matcher}]/{digest}"),
                    value,
                    written: handler.written(),
                });
            }
        }
    }
    out
}

fn other<'a>(event: &'a str, value: Value<'a>) -> Hook<'a> {
    Hook {
        event,
        name: "other".to_owned(),
        pointer: format!("/hooks/{event}"),
        value: canonical(value),
        written: value.written(),
    }
}
