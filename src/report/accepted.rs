//! Accepted findings in words, for the text formats.

use std::io::{self, Write};

use super::escape;
use crate::model::report::{Accepted, AcceptedState, Report};

/// Writes at most `most` lines below `heading`, escaped for a terminal; nothing where there is nothing.
pub(super) fn write(report: &Report, heading: &str, most: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = lines(report);
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    for line in lines.iter().take(most) {
        writeln!(out, "  {}", escape::terminal_cut(line, 200))?;
    }
    if lines.len() > most {
        writeln!(
            out,
            "  … and {} more; --format json lists all",
            lines.len() - most
        )?;
    }
    Ok(())
}

/// One line a file and state, then one for each entry that a person should look at. Not escaped.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    let mut files: Vec<&str> = vec![];
    for accepted in &report.accepted {
        if !files.contains(&accepted.file.as_str()) {
            files.push(&accepted.file);
        }
    }
    for file in files {
        let of = |state: AcceptedState| {
            report
                .accepted
                .iter()
                .filter(move |a| a.file == file && a.state == state)
        };
        let told = of(AcceptedState::NotHonoured).count();
        if told > 0 {
            out.push(format!(
                "{told} not honoured: {file} lies in what is scanned and nobody has pinned it"
            ));
        }
        let accepted = of(AcceptedState::Accepted).count();
        if accepted > 0 {
            out.push(format!("{accepted} accepted by {file}"));
        }
        out.extend(of(AcceptedState::Expired).map(|a| entry("expired", a)));
        out.extend(of(AcceptedState::Unused).map(|a| entry("unused", a)));
    }
    out
}

fn entry(state: &str, accepted: &Accepted) -> String {
    let short: String = accepted.fingerprint.chars().take(12).collect();
    let what = accepted
        .finding
        .as_ref()
        .map_or(short, |f| format!("{} in {}", f.rule, f.path));
    let on = accepted.expires.as_deref().filter(|_| state == "expired");
    let on = on.map_or(String::new(), |day| format!(" on {day}"));
    format!("{state}{on}: {what} ({}), in {}", accepted.reason, accepted.file)
}
