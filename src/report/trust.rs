//! How a repository stands to what was approved, for people and for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::closure::{Checked, EntryClass, EntryState, TrustState, Verification};

use super::{Style, escape};

/// Entries listed one by one.
const ROWS: usize = 40;

/// For people: the state, what differs, and the digest.
///
/// # Errors
/// The writer failed.
pub fn text(verification: &Verification, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = |code: &str, text: &str| {
        if style.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let (code, words) = match verification.state {
        TrustState::Approved => ("32", "approved: everything that runs is as it was approved"),
        TrustState::Unknown => ("33", "unknown: nothing was approved for this repository"),
        TrustState::Drift => ("31", "drift: not as it was approved"),
        TrustState::Blocked => ("1;31", "blocked: this repository was refused"),
    };
    writeln!(out, "{}", paint(code, words))?;
    let by: BTreeSet<&str> = verification
        .entries
        .iter()
        .filter_map(|e| e.by.as_deref())
        .collect();
    if verification.state == TrustState::Approved && !by.is_empty() {
        let by: Vec<&str> = by.into_iter().collect();
        writeln!(out, "by {}", escape::terminal_cut(&by.join(", "), 200))?;
    }
    if verification.state != TrustState::Unknown {
        changed(verification, out)?;
    }
    for note in &verification.notes {
        writeln!(out, "  note: {}", escape::terminal_cut(note, 200))?;
    }
    let count = |class| verification.entries.iter().filter(|e| e.class == class).count();
    writeln!(
        out,
        "{} entries that run, {} that instruct",
        count(EntryClass::Runs),
        count(EntryClass::Instructs)
    )?;
    writeln!(out, "digest {}", verification.digest)
}

/// The entries that are not as approved. The lists of names follow from the others.
fn changed(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    let differs = |e: &&Checked| e.state != EntryState::Approved && !e.id.as_str().starts_with("index");
    let all: Vec<&Checked> = verification.entries.iter().filter(differs).collect();
    for entry in all.iter().take(ROWS) {
        let state = match entry.state {
            EntryState::Approved => "as approved",
            EntryState::Unknown => "new",
            EntryState::Changed => "changed",
            EntryState::Missing => "gone",
        };
        let class = match entry.class {
            EntryClass::Runs => "runs",
            EntryClass::Instructs => "instructs",
        };
        writeln!(
            out,
            "  {state:<8} {class:<10} {}",
            escape::terminal_cut(entry.id.as_str(), 120)
        )?;
    }
    if all.len() > ROWS {
        writeln!(out, "  … and {} more; --format json lists all", all.len() - ROWS)?;
    }
    Ok(())
}

/// What could not be looked at, so that nothing can be approved.
///
/// # Errors
/// The writer failed.
pub fn gaps(gaps: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "error: a part of the repository could not be looked at, so it cannot be approved"
    )?;
    for gap in gaps.iter().take(ROWS) {
        writeln!(out, "  {}", escape::terminal_cut(gap, 200))?;
    }
    Ok(())
}

/// For programs: `state`, `digest`, `entries` with `id`, `class`, `state`, `by`. Additive only.
///
/// # Errors
/// The writer failed.
pub fn json(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<Value> = verification
        .entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id,
                "class": entry.class,
                "state": entry.state,
                "by": entry.by,
                "local": entry.local,
            })
        })
        .collect();
    let whole = json!({
        "version": 1,
        "state": verification.state,
        "digest": verification.digest,
        "complete": verification.complete,
        "entries": entries,
        "notes": verification.notes,
    });
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}
