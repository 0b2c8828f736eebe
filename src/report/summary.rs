//! What a trigger does, in one line for people.

use crate::model::effect::{Connect, Exec, Traffic, Turn, WriteAct};
use crate::model::trigger::Class;
use crate::model::{EffectId, EffectKind, Lowered, Origin, Trigger, Word};

/// Whether a trigger starts or reaches something.
pub(super) fn runs(trigger: &Trigger) -> bool {
    let acts = trigger.lowered.effects.iter().any(|e| {
        matches!(
            e.kind,
            EffectKind::Exec(_) | EffectKind::Connect(_) | EffectKind::Query { .. }
        )
    });
    acts && !matches!(
        trigger.class,
        Class::Env | Class::Permission | Class::Setting | Class::EditorSetting
    ) || matches!(
        trigger.class,
        Class::Hook | Class::Helper | Class::McpServer | Class::EditorTask
    )
}

/// Whether a trigger changes how the agent works.
pub(super) fn changes(trigger: &Trigger) -> bool {
    trigger.lowered.effects.iter().any(|e| match &e.kind {
        EffectKind::Setting { turn, .. } => *turn != Turn::Narrows && e.by.is_none(),
        _ => false,
    }) || trigger.class == Class::Env
}

/// Whether a trigger brings text to the model.
pub(super) fn tells(trigger: &Trigger) -> bool {
    trigger
        .lowered
        .effects
        .iter()
        .any(|e| matches!(e.kind, EffectKind::Instruct { .. }) && e.by.is_none())
}

/// What it does: the command, what is fetched and run, what is sent where, counts of the rest.
pub(super) fn what(trigger: &Trigger, arrow: &str) -> String {
    let lowered = &trigger.lowered;
    let mut parts = vec![trigger.what.clone()];
    for (id, effect) in lowered.iter() {
        match &effect.kind {
            EffectKind::Exec(exec) => {
                if let Some(text) = started(lowered, id, exec) {
                    parts.push(text);
                }
            }
            EffectKind::Connect(connect)
                if matches!(connect.traffic, Traffic::Send | Traffic::Both | Traffic::Lookup) =>
            {
                let sent: Vec<String> = sources(lowered, id)
                    .into_iter()
                    .filter_map(|o| carried(lowered, &o))
                    .collect();
                if !sent.is_empty() {
                    parts.push(format!("sends {} to {}", listed(sent), connect.host.display()));
                }
            }
            _ => {}
        }
        if parts.len() > 4 {
            break;
        }
    }
    parts.dedup();
    let mut line = parts.join(&format!(" {arrow} "));
    let counts = counts(lowered);
    if !counts.is_empty() {
        line.push_str("   ");
        line.push_str(&counts);
    }
    line
}

/// `sh (fetched from cdn.example)`, `sh (decoded text)`: only for code that comes from elsewhere.
fn started(lowered: &Lowered, id: EffectId, exec: &Exec) -> Option<String> {
    let from = sources(lowered, id);
    let name = exec.program.display();
    let hosts: Vec<String> = from
        .iter()
        .filter_map(|o| match o {
            Origin::Effect(e) => match &lowered.get(*e).kind {
                EffectKind::Connect(Connect { host, traffic, .. }) if *traffic != Traffic::Send => {
                    Some(host.display())
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    if !hosts.is_empty() {
        return Some(format!("{name} (fetched from {})", listed(hosts)));
    }
    from.iter()
        .any(|o| matches!(o, Origin::Decoded(_)))
        .then(|| format!("{name} (decoded text)"))
}

/// Everything whose bytes reach `id`, over any number of flows.
pub(super) fn sources(lowered: &Lowered, id: EffectId) -> Vec<Origin> {
    let mut seen: Vec<Origin> = vec![];
    let mut open = vec![id];
    let mut steps = 0;
    while let Some(at) = open.pop() {
        steps += 1;
        if steps > 2_000 {
            break;
        }
        for flow in lowered.flows.iter().filter(|f| f.to == at) {
            if !seen.contains(&flow.from) {
                seen.push(flow.from.clone());
                if let Origin::Effect(next) = flow.from {
                    open.push(next);
                }
            }
        }
    }
    seen
}

fn carried(lowered: &Lowered, origin: &Origin) -> Option<String> {
    match origin {
        Origin::Payload => Some("what the agent hands it".to_owned()),
        Origin::Effect(id) => match &lowered.get(*id).kind {
            EffectKind::Read { path } => Some(path.at.display()),
            EffectKind::Env { name, .. } if name.as_known() == Some("*") => {
                Some("the environment".to_owned())
            }
            EffectKind::Env { name, .. } => Some(format!("${}", name.display())),
            _ => None,
        },
        _ => None,
    }
}

fn counts(lowered: &Lowered) -> String {
    let mut out = vec![];
    let count = |pick: fn(&EffectKind) -> bool| lowered.effects.iter().filter(|e| pick(&e.kind)).count();
    let reads = count(|k| matches!(k, EffectKind::Read { .. }));
    let writes = count(|k| matches!(k, EffectKind::Write { act, .. } if *act != WriteAct::Mode));
    if reads > 0 {
        out.push(format!("reads {reads}"));
    }
    if writes > 0 {
        out.push(format!("writes {writes}"));
    }
    let mut hosts: Vec<String> = lowered
        .effects
        .iter()
        .filter_map(|e| match &e.kind {
            EffectKind::Connect(c) => Some(host_name(&c.host)),
            _ => None,
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    match hosts.len() {
        0 => {}
        1..=2 => out.push(format!("connects to {}", hosts.join(" and "))),
        n => out.push(format!("connects to {n} hosts")),
    }
    if !lowered.coverage.is_complete() {
        out.push("not fully understood".to_owned());
    }
    out.join(", ")
}

fn host_name(host: &Word) -> String {
    if host.is_empty() {
        "a host".to_owned()
    } else {
        host.display()
    }
}

fn listed(mut all: Vec<String>) -> String {
    all.dedup();
    let more = all.len().saturating_sub(3);
    all.truncate(3);
    let mut text = all.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
