//! JSON, version 1: additive only, its shape fixed here and in `docs/scan.schema.json`.
//! Internal types are converted, never dumped, so that they can change.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::model::effect::{Connect, Exec, Gate, Package};
use crate::model::report::{Accepted, Change, Comparison, Report};
use crate::model::{Effect, EffectId, EffectKind, Finding, Flow, Origin, PathOperand, Place, Trigger, Word};

/// Version of the shape.
pub const VERSION: u32 = 1;

/// Writes the report as one JSON object and a line end.
///
/// # Errors
/// The writer failed.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &value(report))?;
    writeln!(out)
}

/// The report as a JSON value.
#[must_use]
pub fn value(report: &Report) -> Value {
    let target = &report.target;
    json!({
        "version": VERSION,
        "tool": {"name": "claude-guard", "version": env!("CARGO_PKG_VERSION")},
        "target": {
            "kind": target.kind,
            "path": target.path,
            "rev": target.rev,
            "base": target.base,
            "digest": target.digest.map(|d| format!("sha256:{}", d.hex())),
        },
        "verdict": report.verdict(),
        "comparison": report.comparison.as_ref().map(comparison),
        "triggers": report.triggers.iter().enumerate().map(|(n, t)| {
            let change = report.comparison.as_ref().and_then(|c| c.changes.get(n));
            trigger(report, t, change)
        }).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(|f| finding(report, f)).collect::<Vec<_>>(),
        "rules": report.rules.iter().map(|r| json!({"id": r.id, "title": r.title, "help": r.help})).collect::<Vec<_>>(),
        "coverage": {
            "files": report.files,
            "read": report.read,
            "unread": report.unread.iter().map(|u| json!({
                "path": u.path,
                "reason": u.reason,
                "referenced_by": u.referenced_by.as_ref().map(|(path, line)| json!({"path": path, "line": line})),
            })).collect::<Vec<_>>(),
            "partial": report.triggers.iter().filter(|t| !t.lowered.coverage.is_complete())
                .map(|t| t.id.as_str()).collect::<Vec<_>>(),
        },
        "errors": report.errors.iter().map(|e| json!({"path": e.path, "reason": e.reason})).collect::<Vec<_>>(),
        "suppressed": report.accepted.iter().map(|a| accepted(report, a)).collect::<Vec<_>>(),
    })
}

fn accepted(report: &Report, accepted: &Accepted) -> Value {
    let mut out = json!({
        "state": accepted.state,
        "file": accepted.file,
        "fingerprint": accepted.fingerprint,
        "reason": accepted.reason,
        "expires": accepted.expires,
        "finding": null,
    });
    if let Some(about) = &accepted.finding {
        // Its trigger may be none of the report's.
        let about = Finding {
            trigger: None,
            ..about.clone()
        };
        out["finding"] = finding(report, &about);
    }
    out
}

fn comparison(comparison: &Comparison) -> Value {
    json!({
        "base": comparison.base,
        "head": comparison.head,
        "against": if comparison.not_merge_base.is_some() { "base" } else { "merge-base" },
        "why": comparison.not_merge_base,
        "lost": comparison.lost.iter().map(|l| json!({"path": l.path, "line": l.line, "what": l.what})).collect::<Vec<_>>(),
        "notes": comparison.notes,
    })
}

/// What is new about a trigger: keys that only a comparison has.
fn change(change: &Change, out: &mut Map<String, Value>) {
    let (kind, added, why, from) = match change {
        Change::New => ("new", vec![], vec![], None),
        Change::Moved { from } => ("moved", vec![], vec![], Some(from)),
        Change::Changed { added, why } => ("changed", added.clone(), why.clone(), None),
    };
    out.insert("change".into(), json!(kind));
    out.insert(
        "added".into(),
        json!(added.iter().map(|id| id.0).collect::<Vec<_>>()),
    );
    out.insert("why".into(), json!(why));
    out.insert("moved_from".into(), json!(from));
}

fn trigger(report: &Report, trigger: &Trigger, changed: Option<&Change>) -> Value {
    let mut out = whole_trigger(report, trigger);
    if let (Value::Object(out), Some(changed)) = (&mut out, changed) {
        change(changed, out);
    }
    out
}

fn whole_trigger(report: &Report, trigger: &Trigger) -> Value {
    let (line, column) = report.lines(trigger.place).start;
    let lowered = &trigger.lowered;
    let gaps: Vec<Value> = lowered
        .coverage
        .gaps
        .iter()
        .map(|gap| {
            let mut at = place(report, gap.place);
            at.insert("reason".into(), json!(gap.reason));
            at.insert("detail".into(), json!(gap.detail));
            Value::Object(at)
        })
        .collect();
    let mut files: Vec<String> = vec![];
    for effect in &lowered.effects {
        for (_, at) in report.sources.chain(effect.place) {
            let path = report.sources.get(at.source).path.to_string();
            if !files.contains(&path) {
                files.push(path);
            }
        }
    }
    json!({
        "id": trigger.id,
        "class": trigger.class,
        "when": trigger.when,
        "when_text": trigger.when_text,
        "who": trigger.who,
        "consent": {"interactive": trigger.consent.interactive, "headless": trigger.consent.headless},
        "distance": trigger.distance(),
        "nested": trigger.nested,
        "sample": trigger.sample,
        "path": trigger.path,
        "line": line,
        "column": column,
        "pointer": trigger.pointer,
        "what": trigger.what,
        "attributes": trigger.attributes.iter().map(|(k, v)| (k.clone(), json!(v))).collect::<Map<_, _>>(),
        "coverage": {"complete": lowered.coverage.is_complete(), "gaps": gaps},
        "chain": files,
        "effects": lowered.iter().map(|(id, e)| effect(report, id, e)).collect::<Vec<_>>(),
        "flows": lowered.flows.iter().map(flow).collect::<Vec<_>>(),
    })
}

fn place(report: &Report, place: Place) -> Map<String, Value> {
    let at = report.sources.in_file(place);
    let lines = report.lines(at);
    let mut out = Map::new();
    out.insert("path".into(), json!(report.sources.get(at.source).path));
    out.insert("line".into(), json!(lines.start.0));
    out.insert("column".into(), json!(lines.start.1));
    out.insert("end_line".into(), json!(lines.end.0));
    out.insert("end_column".into(), json!(lines.end.1));
    out
}

fn effect(report: &Report, id: EffectId, effect: &Effect) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(id.0));
    let (kind, detail) = kind(&effect.kind);
    out.insert("kind".into(), json!(kind));
    out.insert("nature".into(), json!(effect.nature));
    if let Value::Object(detail) = detail {
        out.extend(detail);
    }
    out.insert("by".into(), json!(effect.by.map(|b| b.0)));
    out.insert(
        "gates".into(),
        json!(effect.gates.iter().map(gate).collect::<Vec<_>>()),
    );
    out.insert("place".into(), Value::Object(place(report, effect.place)));
    Value::Object(out)
}

fn gate(gate: &Gate) -> Value {
    json!({"variable": gate.variable, "value": gate.value, "holds": gate.holds})
}

fn words(words: &[Word]) -> Vec<String> {
    words.iter().map(Word::display).collect()
}

fn path(operand: &PathOperand) -> Value {
    json!({"written": operand.written.display(), "at": operand.at.display()})
}

fn package(package: &Package) -> Value {
    json!({
        "ecosystem": package.ecosystem,
        "name": package.name,
        "version": package.version,
        "pinned": package.pinned,
        "registry": package.registry,
    })
}

fn kind(kind: &EffectKind) -> (&'static str, Value) {
    match kind {
        EffectKind::Exec(Exec {
            program,
            argv,
            how,
            understood,
            followed,
            package: p,
        }) => (
            "exec",
            json!({
                "program": program.display(),
                "argv": words(argv),
                "how": how,
                "understood": understood,
                "followed": followed,
                "package": p.as_ref().map(package),
            }),
        ),
        EffectKind::Read { path: p } => ("read", json!({"file": path(p)})),
        EffectKind::Write { path: p, act } => ("write", json!({"file": path(p), "act": act})),
        EffectKind::Connect(Connect {
            scheme,
            host,
            port,
            path,
            userinfo,
            traffic,
        }) => (
            "connect",
            json!({
                "scheme": scheme,
                "host": host.display(),
                "port": port,
                "url_path": path.as_ref().map(Word::display),
                "userinfo": userinfo.is_some(),
                "traffic": traffic,
            }),
        ),
        EffectKind::Env {
            name,
            value,
            act,
            reach,
        } => (
            "env",
            json!({"name": name.display(), "value": value.as_ref().map(Word::display), "act": act, "reach": reach}),
        ),
        EffectKind::Setting {
            switch,
            value,
            class,
            turn,
        } => (
            "setting",
            json!({"switch": switch, "value": value.display(), "class": class, "turn": turn}),
        ),
        EffectKind::Instruct { text, visibility } => {
            ("instruct", json!({"text": cut(text), "visibility": visibility}))
        }
        EffectKind::Query {
            dialect,
            class,
            objects,
        } => (
            "query",
            json!({"dialect": dialect, "class": class, "objects": words(objects)}),
        ),
    }
}

/// Long texts for the model are cut: the place says where the whole stands.
fn cut(text: &str) -> String {
    const MOST: usize = 400;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(MOST).collect();
    out.push('…');
    out
}

fn flow(flow: &Flow) -> Value {
    let from = match &flow.from {
        Origin::Effect(id) => json!({"effect": id.0}),
        Origin::Decoded(scheme) => json!({"decoded": scheme}),
        Origin::Input => json!({"source": "input"}),
        Origin::Arguments => json!({"source": "arguments"}),
        Origin::Payload => json!({"source": "payload"}),
    };
    json!({"from": from, "to": flow.to.0, "via": flow.via, "decoded": flow.decoded})
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let mut out = Map::new();
    out.insert("rule".into(), json!(finding.rule));
    out.insert("severity".into(), json!(finding.severity));
    out.insert("confidence".into(), json!(finding.confidence));
    out.insert("persona".into(), json!(finding.persona));
    out.insert("title".into(), json!(finding.title));
    out.insert("message".into(), json!(finding.message));
    out.insert("path".into(), json!(finding.path));
    let at = finding.place.map(|p| report.lines(p));
    out.insert("line".into(), json!(at.map(|l| l.start.0)));
    out.insert("column".into(), json!(at.map(|l| l.start.1)));
    out.insert("end_line".into(), json!(at.map(|l| l.end.0)));
    out.insert("end_column".into(), json!(at.map(|l| l.end.1)));
    out.insert("pointer".into(), json!(finding.pointer));
    let places: Vec<Value> = finding
        .related
        .iter()
        .map(|(at, label)| {
            let mut at = place(report, *at);
            at.insert("label".into(), json!(label));
            Value::Object(at)
        })
        .collect();
    out.insert("places".into(), json!(places));
    let chain: Vec<Value> = finding
        .chain
        .iter()
        .map(|step| {
            json!({
                "hop": step.hop,
                "path": step.path,
                "line": step.place.map(|p| report.lines(p).start.0),
            })
        })
        .collect();
    out.insert("chain".into(), json!(chain));
    out.insert("fix".into(), json!(finding.fix));
    out.insert("fingerprint".into(), json!(finding.fingerprint.hex()));
    let trigger = finding.trigger.and_then(|t| report.triggers.get(t.0 as usize));
    out.insert("trigger".into(), json!(trigger.map(|t| t.id.as_str())));
    Value::Object(out)
}
