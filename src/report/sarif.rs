//! SARIF 2.1.0, for code-scanning services. Only what the standard requires and readers use.
//!
//! Lines are 1-based, columns count Unicode scalars (`columnKind: unicodeCodePoints`). The message
//! holds title and detail, since a label alone makes a bad alert title.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::report::Report;
use crate::model::{Confidence, Finding, Persona, Place, Severity};

use super::{escape, in_repository};

/// Writes the report as one SARIF log and a line end.
///
/// # Errors
/// The writer failed.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &value(report))?;
    writeln!(out)
}

/// The report as a SARIF log.
#[must_use]
pub fn value(report: &Report) -> Value {
    let rules: Vec<Value> = report
        .rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "name": rule.id,
                "shortDescription": {"text": rule.title},
                "help": {"text": rule.help, "markdown": rule.help},
                "defaultConfiguration": {"level": level(rule.severity)},
                "properties": {"security-severity": score(rule.severity), "tags": ["security"]},
            })
        })
        .collect();
    let results: Vec<Value> = report
        .findings
        .iter()
        .filter(|f| f.persona == Persona::Regular)
        .map(|f| result(report, f))
        .collect();
    let notes: Vec<Value> = report
        .unread
        .iter()
        .map(|u| {
            note(
                &format!("not read: {}: {}", u.path, u.reason),
                if u.is_error { "error" } else { "note" },
            )
        })
        .chain(
            report
                .errors
                .iter()
                .map(|e| note(&format!("{}: {}", e.path, e.reason), "error")),
        )
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "claude-guard",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": report.errors.is_empty() && !report.unread.iter().any(|u| u.is_error),
                "toolExecutionNotifications": notes,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn note(text: &str, level: &str) -> Value {
    json!({"level": level, "message": {"text": escape::terminal(text)}})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The score that code-scanning services sort by (0.1 to 10).
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

fn result(report: &Report, finding: &Finding) -> Value {
    let confidence = match finding.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let text = format!("{}: {}", finding.title, escape::terminal(&finding.message));
    let mut out = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [location(report, finding.path.as_str(), finding.place, None)],
        "partialFingerprints": {"claudeGuard/v1": finding.fingerprint.hex()},
        "properties": {"severity": finding.severity, "confidence": confidence, "security-severity": score(finding.severity)},
    });
    if let Some(index) = report.rules.iter().position(|r| r.id == finding.rule) {
        out["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        out["relatedLocations"] = finding
            .related
            .iter()
            .map(|(place, label)| {
                let path = report.sources.get(place.source).path.to_string();
                location(report, &path, Some(*place), Some(label))
            })
            .collect();
    }
    if finding.chain.len() > 1 {
        let steps: Vec<Value> = finding
            .chain
            .iter()
            .map(|step| json!({"location": location(report, step.path.as_str(), step.place, None)}))
            .collect();
        out["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    out
}

fn location(report: &Report, path: &str, place: Option<Place>, label: Option<&String>) -> Value {
    let mut physical =
        json!({"artifactLocation": {"uri": uri(&in_repository(report, path)), "uriBaseId": "%SRCROOT%"}});
    if let Some(place) = place {
        let lines = report.lines(place);
        physical["region"] = json!({
            "startLine": lines.start.0,
            "startColumn": lines.start.1,
            "endLine": lines.end.0,
            // SARIF's end column is one past the last character.
            "endColumn": lines.end.1 + 1,
        });
    }
    let mut out = json!({"physicalLocation": physical});
    if let Some(label) = label {
        out["message"] = json!({"text": escape::terminal(label)});
    }
    out
}

/// A relative path as a URI reference: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
