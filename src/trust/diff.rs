//! [`diff`]: what changed between two closures, in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::change::{Change, Part};
use crate::model::closure::{Act, Closure, Entry, EntryId, EntryState, Member, Role};

/// Phrases said of one change.
const PHRASES: usize = 6;

/// How `after` differs from `before`, entry by entry, those that run first. The lists of names follow from
/// the other entries and are left out.
#[must_use]
pub fn diff(before: &Closure, after: &Closure) -> Vec<Change> {
    let ids: BTreeSet<&EntryId> = before
        .entries
        .iter()
        .chain(&after.entries)
        .map(|e| &e.id)
        .collect();
    let mut changes: Vec<Change> = ids
        .into_iter()
        .filter(|id| id.as_str() != "index" && id.as_str() != "index/text")
        .filter_map(|id| change(before, after, id))
        .collect();
    changes.sort_by(|a, b| (a.class, &a.id).cmp(&(b.class, &b.id)));
    changes
}

fn change(before: &Closure, after: &Closure, id: &EntryId) -> Option<Change> {
    let (old, new) = (before.entry(id), after.entry(id));
    let (class, state) = match (old, new) {
        (Some(old), Some(new)) if old == new => return None,
        (Some(_), Some(new)) => (new.class, EntryState::Changed),
        (None, Some(new)) => (new.class, EntryState::Unknown),
        (Some(old), None) => (old.class, EntryState::Missing),
        (None, None) => return None,
    };
    let parts = parts(old, new);
    let words = words(before, after, id, state, &parts);
    Some(Change {
        id: id.clone(),
        class,
        state,
        words,
        parts,
    })
}

/// The members that differ, by kind and name. Of several with one name, all are listed.
fn parts(old: Option<&Entry>, new: Option<&Entry>) -> Vec<Part> {
    let by_name = |entry: Option<&Entry>| {
        let mut map: BTreeMap<(Role, String), Vec<Member>> = BTreeMap::new();
        for member in entry.into_iter().flat_map(|entry| &entry.members) {
            map.entry((member.role, member.name.clone()))
                .or_default()
                .push(member.clone());
        }
        map
    };
    let (old, mut new) = (by_name(old), by_name(new));
    let mut out = vec![];
    for (key, mut was) in old {
        let mut is = new.remove(&key).unwrap_or_default();
        was.retain(|member| match is.iter().position(|other| other == member) {
            Some(at) => {
                is.remove(at);
                false
            }
            None => true,
        });
        let mut is = is.into_iter();
        for member in was {
            let now = is.next();
            out.push(part(Some(&member), now.as_ref()));
        }
        out.extend(is.map(|member| part(None, Some(&member))));
    }
    out.extend(
        new.into_values()
            .flatten()
            .map(|member| part(None, Some(&member))),
    );
    out.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
    out
}

fn part(old: Option<&Member>, new: Option<&Member>) -> Part {
    let named = new.or(old);
    let mode = match (old, new) {
        (Some(old), Some(new)) if old.executable != new.executable => Some((old.executable, new.executable)),
        _ => None,
    };
    Part {
        role: named.map_or(Role::Value, |member| member.role),
        name: named.map_or(String::new(), |member| member.name.clone()),
        before: old.map(|member| member.digest.clone()),
        after: new.map(|member| member.digest.clone()),
        mode,
    }
}

fn words(before: &Closure, after: &Closure, id: &EntryId, state: EntryState, parts: &[Part]) -> Vec<String> {
    let mut out = vec![];
    let (old, new) = (acts(before, id), acts(after, id));
    for (key, act) in &new {
        let Some(was) = old.get(key) else {
            out.push(match state {
                EntryState::Unknown => format!("new: {}: {}{}", subject(id, act), act.what, does(act)),
                _ => format!("{} is new: {}{}", subject(id, act), act.what, does(act)),
            });
            continue;
        };
        if was.what != act.what {
            out.push(format!(
                "{} is now: {} (was: {})",
                subject(id, act),
                act.what,
                was.what
            ));
        }
        if was.when != act.when {
            out.push(format!(
                "{} now acts {} (before: {})",
                subject(id, act),
                act.when,
                was.when
            ));
        }
        let more: Vec<&String> = act.does.iter().filter(|does| !was.does.contains(does)).collect();
        let less: Vec<&String> = was.does.iter().filter(|does| !act.does.contains(does)).collect();
        if !more.is_empty() {
            out.push(format!("{} now also {}", subject(id, act), listed(&more)));
        }
        if !less.is_empty() {
            out.push(format!("{} no longer {}", subject(id, act), listed(&less)));
        }
    }
    for (key, act) in &old {
        if !new.contains_key(key) {
            out.push(format!("{} is gone: {}", subject(id, act), act.what));
        }
    }
    out.extend(parts.iter().filter_map(part_in_words));
    if out.is_empty() {
        out.push(match state {
            EntryState::Unknown => format!("{id} is new"),
            EntryState::Missing => format!("{id} is gone"),
            _ => format!("{id} is no longer what it was"),
        });
    }
    out
}

fn acts<'a>(closure: &'a Closure, id: &EntryId) -> BTreeMap<&'a str, &'a Act> {
    let of = closure.acts.iter().filter(|act| act.entry == *id);
    of.map(|act| (&*act.key, act)).collect()
}

/// Who does it: `the script run after every edit`, `the server "db"`.
fn subject(id: &EntryId, act: &Act) -> String {
    let text = id.as_str().strip_prefix("local/").unwrap_or(id.as_str());
    let mut parts = text.split('/');
    let (first, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    match (first, second) {
        ("claude" | "claude-local", "hooks") => format!("the script run {}", act.when),
        ("claude" | "claude-local", "env") => format!("the variable {}", parts.next().unwrap_or("")),
        ("mcp", name) => format!("the server \"{name}\""),
        ("skill", name) => format!("the skill \"{name}\""),
        ("command", _) => format!("the command \"{}\"", text.trim_start_matches("command/")),
        ("agent", _) => format!("the agent \"{}\"", text.trim_start_matches("agent/")),
        ("memory", _) => format!("the memory {}", text.trim_start_matches("memory/")),
        ("git-hook", _) => format!("the git hook {}", text.trim_start_matches("git-hook/")),
        ("packages", _) => format!("the script run {}", act.when),
        _ => format!("{id} ({})", act.when),
    }
}

fn does(act: &Act) -> String {
    let all: Vec<&String> = act.does.iter().collect();
    if all.is_empty() {
        return String::new();
    }
    format!("; it {}", listed(&all))
}

/// `a, b and c`, not too many.
fn listed(all: &[&String]) -> String {
    let mut shown: Vec<String> = all.iter().take(PHRASES).map(|text| (*text).clone()).collect();
    if all.len() > PHRASES {
        shown.push(format!("{} things more", all.len() - PHRASES));
    }
    let last = shown.pop().unwrap_or_default();
    if shown.is_empty() {
        return last;
    }
    format!("{} and {last}", shown.join(", "))
}

fn part_in_words(part: &Part) -> Option<String> {
    let name = &part.name;
    if let Some((_, now)) = part.mode {
        let how = if now {
            "can now be executed"
        } else {
            "can no longer be executed"
        };
        let also = if part.before == part.after {
            ""
        } else {
            ", and its content changed"
        };
        return Some(format!("{name} {how}{also}"));
    }
    Some(match (part.role, &part.before, &part.after) {
        (Role::File, Some(_), Some(_)) => format!("{name} changed"),
        (Role::File, None, _) => format!("{name} is reached now"),
        (Role::File, _, None) => format!("{name} is not reached any more"),
        (Role::Link, Some(_), Some(_)) => format!("the link {name} leads elsewhere"),
        (Role::Link, None, _) => format!("{name} is a link now"),
        (Role::Link, _, None) => format!("{name} is no link any more"),
        (Role::Submodule, ..) => format!("the submodule {name} is at another commit"),
        (Role::Missing, None, _) => format!("{name} is named and not there"),
        (Role::Outside, None, _) => format!("{name} leads out of the repository"),
        (Role::Locked, Some(_), Some(_)) => format!("the package {name} is locked to something else"),
        (Role::Locked, None, _) => format!("the package {name} is used now"),
        (Role::Locked, _, None) => format!("the package {name} is not used any more"),
        (Role::Value, Some(_), Some(_)) => format!("{name} has another value"),
        (Role::Value, None, _) => format!("{name} is set now"),
        (Role::Value, _, None) => format!("{name} is not set any more"),
        (Role::Unread, None, _) => format!("{name} cannot be read"),
        (Role::Missing | Role::Outside | Role::Unread | Role::List, ..) => return None,
    })
}
