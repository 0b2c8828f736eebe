//! How a repository stands to what was approved, for people and for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::closure::{Checked, EntryClass, EntryState, TrustState, Verification};

use super::{Style, escape};

/// Entries listed one by one.
const ROWS: usize = 40;

fn paint(style: &Style, code: &str, text: &str) -> String {
    if style.colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Colour and words of a state.
fn words(state: TrustState) -> (&'static str, &'static str) {
    match state {
        TrustState::Approved => ("32", "approved: everything that runs is as it was approved"),
        TrustState::Unknown => ("33", "unknown: nothing was approved for this repository"),
        TrustState::Drift => ("31", "drift: not as it was approved"),
        TrustState::Blocked => ("1;31", "blocked: this repository was refused"),
    }
}

/// For people: the state, what differs, and the digest.
///
/// # Errors
/// The writer failed.
pub fn text(verification: &Verification, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (code, words) = words(verification.state);
    writeln!(out, "{}", paint(style, code, words))?;
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

/// In a few lines: which repository, how it stands, when it was approved, what an approval covers.
///
/// # Errors
/// The writer failed.
pub fn status(
    repository: &str,
    verification: &Verification,
    approved_at: Option<u64>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "repository  {}", escape::terminal_cut(repository, 160))?;
    let (code, words) = words(verification.state);
    writeln!(out, "approval    {}", paint(style, code, words))?;
    if let Some(at) = approved_at {
        writeln!(out, "            last approved on {}", day(at))?;
    }
    let differs = |class| {
        let of = verification.entries.iter().filter(|e| e.class == class);
        let of: Vec<&Checked> = of.filter(|e| !e.id.as_str().starts_with("index")).collect();
        (
            of.len(),
            of.iter().filter(|e| e.state != EntryState::Approved).count(),
        )
    };
    let (runs, runs_differ) = differs(EntryClass::Runs);
    let (text, text_differs) = differs(EntryClass::Instructs);
    let known = !matches!(verification.state, TrustState::Unknown | TrustState::Blocked);
    let changed = |count: usize| {
        if known {
            format!(" ({count} not as approved)")
        } else {
            String::new()
        }
    };
    writeln!(
        out,
        "covers      {runs} entries that run{}, {text} that instruct{}",
        changed(runs_differ),
        changed(text_differs)
    )?;
    for note in verification.notes.iter().take(2) {
        writeln!(out, "note        {}", escape::terminal_cut(note, 160))?;
    }
    Ok(())
}

/// A time as `YYYY-MM-DD`, in UTC.
#[must_use]
pub fn day(seconds: u64) -> String {
    // Days of the proleptic Gregorian calendar, in eras of 400 years from 1 March 0000.
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
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

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_735_689_599), "2024-12-31");
        assert_eq!(day(4_107_542_400), "2100-03-01");
    }
}
