//! For people: what would run, what would change, what the model would be told and what was not
//! read, on one screen; then the findings as diagnostics.

use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteSpanContents, SourceSpan, SpanContents,
};

use crate::model::coverage::Gap;
use crate::model::report::{Comparison, Report, Verdict};
use crate::model::{Finding, Persona, Severity, Trigger, TriggerId};

use super::window::Window;
use super::{Style, accepted, compare, counts, escape, summary};

/// Rows shown in one section.
const ROWS: usize = 12;
/// Diagnostics shown of one rule.
const SAME_RULE: usize = 8;

/// Writes the report for a terminal or a log.
///
/// # Errors
/// The writer failed.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    overview(report, style, ROWS, out)?;
    diagnostics(report, style, out)?;
    accepted::write(report, &bold(style, "Accepted"), ROWS, out)?;
    footer(report, style, out)
}

/// What would run, what would change, what the model would be told, what was not read: `rows` of each.
///
/// # Errors
/// The writer failed.
pub fn overview(report: &Report, style: &Style, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    header(report, style, out)?;
    for (title, pick) in SECTIONS {
        section(report, style, title, *pick, rows, out)?;
    }
    if let Some(comparison) = &report.comparison {
        lost(comparison, style, out)?;
    }
    unread(report, style, out)
}

/// Whether a trigger belongs into a section.
pub(super) type Pick = fn(&Trigger) -> bool;
/// The sections of every format for people.
pub(super) const SECTIONS: &[(&str, Pick)] = &[
    ("Runs", summary::runs),
    ("Changes", summary::changes),
    ("Tells the model", summary::tells),
];

fn paint(style: &Style, severity: Severity, text: &str) -> String {
    if !style.colour {
        return text.to_owned();
    }
    let code = match severity {
        Severity::Critical => "1;31",
        Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low => "36",
        Severity::Info => "2",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

fn bold(style: &Style, text: &str) -> String {
    if style.colour {
        format!("\u{1b}[1m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

fn header(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let target = &report.target;
    let name = target
        .path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(&target.path);
    let mut what = target.kind.replace('-', " ");
    if let Some(rev) = &target.rev {
        what = format!("{what} {}", escape::terminal_cut(rev, 40));
    }
    if let Some(comparison) = &report.comparison {
        what = format!("{what} {}", compare::beside(report, comparison));
    }
    let files = if report.files == 1 { "file" } else { "files" };
    let left = format!(
        "{}   {what}, {} {files}, {} read",
        escape::terminal(name),
        report.files,
        report.read
    );
    let (verdict, severity) = match report.verdict() {
        Verdict::DoNotOpen => ("do not open", Severity::Critical),
        Verdict::Review => ("review", Severity::Medium),
        Verdict::Clean => ("clean", Severity::Low),
    };
    let gap = style
        .width
        .min(120)
        .saturating_sub(left.chars().count() + verdict.len())
        .max(3);
    writeln!(
        out,
        "{}{}{}",
        bold(style, &left),
        " ".repeat(gap),
        paint(style, severity, verdict)
    )
}

/// The highest severity among the shown findings about a trigger.
fn severity_of(report: &Report, style: &Style, id: TriggerId) -> Option<Severity> {
    let about = |f: &&Finding| f.trigger == Some(id) && (style.auditor || f.persona == Persona::Regular);
    report.findings.iter().filter(about).map(|f| f.severity).max()
}

fn section(
    report: &Report,
    style: &Style,
    title: &str,
    pick: Pick,
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows: Vec<(Option<Severity>, usize, &Trigger)> = report
        .triggers
        .iter()
        .enumerate()
        .filter(|(i, t)| compare::picks(report, *i, t, pick))
        .map(|(i, t)| {
            let severity = severity_of(report, style, TriggerId(u32::try_from(i).unwrap_or(u32::MAX)));
            (severity, i, t)
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    // Stable: within a severity the order of the report stays.
    rows.sort_by_key(|(severity, ..)| std::cmp::Reverse(*severity));
    let arrow = if style.unicode { "→" } else { "->" };
    let cells: Vec<[String; 3]> = rows
        .iter()
        .take(most)
        .map(|(_, i, t)| {
            let (line, _) = report.lines(t.place).start;
            let path = report.sources.in_file(t.place);
            let path = &report.sources.get(path.source).path;
            [
                escape::terminal_cut(&t.when_words(), 28),
                format!("{}:{line}", tail(&escape::terminal(path.as_str()), 36)),
                escape::terminal(&compare::what(report, *i, t, arrow)),
            ]
        })
        .collect();
    let widest = |column: usize| cells.iter().map(|c| c[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (widest(0).max(title.len()).max(16), widest(1).max(10));
    let third = style
        .width
        .saturating_sub(first + second + 2 + 3 + 3 + 11)
        .max(24);
    writeln!(out)?;
    let head = format!(
        "{title:<width$}   {:<second$}   what it does",
        "written in",
        width = first + 2
    );
    writeln!(out, "{}", bold(style, &head))?;
    for (cell, (severity, ..)) in cells.iter().zip(&rows) {
        let what = escape::terminal_cut(&cell[2], third);
        let line = format!("  {:<first$}   {:<second$}   ", cell[0], cell[1]);
        match severity {
            Some(severity) => {
                let pad = third.saturating_sub(what.chars().count());
                writeln!(
                    out,
                    "{line}{what}{}   {}",
                    " ".repeat(pad),
                    paint(style, *severity, severity.as_str())
                )?;
            }
            None => writeln!(out, "{line}{what}")?,
        }
    }
    if rows.len() > most {
        writeln!(out, "  … and {} more; --format json lists all", rows.len() - most)?;
    }
    Ok(())
}

/// The end of a long path, which tells more than its beginning.
fn tail(path: &str, columns: usize) -> String {
    let count = path.chars().count();
    if count <= columns {
        return path.to_owned();
    }
    format!("…{}", path.chars().skip(count + 1 - columns).collect::<String>())
}

/// What guarded and does no more, and what to know about the comparison.
fn lost(comparison: &Comparison, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if !comparison.lost.is_empty() {
        writeln!(out)?;
        writeln!(out, "{}", bold(style, "Guards no more"))?;
    }
    for item in comparison.lost.iter().take(ROWS) {
        let path = tail(&escape::terminal(item.path.as_str()), 60);
        writeln!(
            out,
            "  {}   (was {path}:{})",
            escape::terminal_cut(&item.what, 100),
            item.line
        )?;
    }
    if comparison.lost.len() > ROWS {
        let more = comparison.lost.len() - ROWS;
        writeln!(out, "  … and {more} more; --format json lists all")?;
    }
    if !comparison.notes.is_empty() {
        writeln!(out)?;
    }
    for note in &comparison.notes {
        writeln!(out, "note: {}", escape::terminal_cut(note, 300))?;
    }
    Ok(())
}

/// Parts of files that were read but not to their meaning: file, line and why, once each. Where a
/// finding is placed, it says more.
pub(super) fn unseen(report: &Report) -> Vec<(String, usize, String)> {
    let told = |gap: &Gap| {
        let at = report.sources.in_file(gap.place);
        let mut shown = report.findings.iter().filter(|f| f.persona == Persona::Regular);
        shown.any(|f| {
            f.place.map(|p| report.sources.in_file(p)).is_some_and(|p| {
                p.source == at.source && p.span.start < at.span.end && at.span.start < p.span.end
            })
        })
    };
    let mut rows: Vec<_> = report
        .unseen()
        .filter(|(_, gap)| !gap.reason.is_of_a_file() && !told(gap))
        .map(|(_, gap)| {
            let source = report.sources.in_file(gap.place).source;
            let path = tail(&escape::terminal(report.sources.get(source).path.as_str()), 60);
            let line = report.lines(gap.place).start.0;
            (path, line, escape::terminal_cut(&gap.detail, 90))
        })
        .collect();
    rows.sort();
    // One line of a file is one row, however many things about it are open.
    rows.dedup_by(|b, a| a.0 == b.0 && a.1 == b.1);
    rows
}

fn unread(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let unseen = unseen(report);
    if report.unread.is_empty() && report.errors.is_empty() && unseen.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", bold(style, "Not read"))?;
    for item in report.unread.iter().take(ROWS) {
        let by = item.referenced_by.as_ref().map_or(String::new(), |(path, line)| {
            format!(", named by {}:{line}", tail(&escape::terminal(path.as_str()), 60))
        });
        let path = tail(&escape::terminal(&item.path), 70);
        writeln!(out, "  {path} ({}{by})", escape::terminal_cut(&item.reason, 120))?;
    }
    if report.unread.len() > ROWS {
        writeln!(
            out,
            "  … and {} more; --format json lists all",
            report.unread.len() - ROWS
        )?;
    }
    for (path, line, why) in unseen.iter().take(ROWS) {
        writeln!(out, "  part of {path}:{line} ({why})")?;
    }
    if unseen.len() > ROWS {
        let more = unseen.len() - ROWS;
        writeln!(out, "  … and {more} more parts; --format json lists all")?;
    }
    for error in report.errors.iter().take(ROWS) {
        writeln!(
            out,
            "  {}: {}",
            tail(&escape::terminal(&error.path), 70),
            escape::terminal_cut(&error.reason, 200)
        )?;
    }
    Ok(())
}

fn shown<'a>(report: &'a Report, style: &Style) -> impl Iterator<Item = &'a Finding> {
    let auditor = style.auditor;
    report
        .findings
        .iter()
        .filter(move |f| auditor || f.persona == Persona::Regular)
}

fn diagnostics(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut of_rule: Vec<(&str, usize)> = vec![];
    for finding in shown(report, style) {
        let seen = match of_rule.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, seen)) => {
                *seen += 1;
                *seen
            }
            None => {
                of_rule.push((&finding.rule, 1));
                1
            }
        };
        if seen <= SAME_RULE {
            diagnostic(report, style, finding, out)?;
        }
    }
    for (rule, seen) in of_rule.iter().filter(|(_, seen)| *seen > SAME_RULE) {
        writeln!(
            out,
            "\n… and {} more of {rule}; --format json lists all",
            seen - SAME_RULE
        )?;
    }
    Ok(())
}

fn diagnostic(report: &Report, style: &Style, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let severity = format!("{:<8}", finding.severity.as_str());
    writeln!(
        out,
        "\n{}  {}   {}",
        paint(style, finding.severity, &severity),
        bold(style, &finding.rule),
        escape::terminal(&finding.title)
    )?;
    match finding.place {
        Some(place) => {
            let place = report.sources.in_file(place);
            let source = report.sources.get(place.source);
            let window = Window::around(&source.text, place.span);
            let path = escape::terminal(source.path.as_str());
            let snippet = Snippet {
                window,
                path,
                label: escape::terminal_cut(&finding.message, 300),
            };
            let theme = match (style.unicode, style.colour) {
                (true, true) => GraphicalTheme::unicode(),
                (true, false) => GraphicalTheme::unicode_nocolor(),
                (false, _) => GraphicalTheme::none(),
            };
            let mut text = String::new();
            let handler = GraphicalReportHandler::new_themed(theme)
                .with_width(style.width.clamp(60, 200))
                .with_context_lines(1);
            if handler.render_report(&mut text, &snippet).is_err() {
                text = format!("   {}: {}\n", snippet.path, snippet.label);
            }
            // miette prints the (empty) message first; the heading above stands for it.
            for line in text
                .lines()
                .skip_while(|l| l.trim().is_empty() || l.trim() == "×" || l.trim() == "x")
            {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        None => {
            let path = escape::terminal(finding.path.as_str());
            writeln!(out, "   {path}: {}", escape::terminal_cut(&finding.message, 300))?;
        }
    }
    if finding.chain.len() > 1 {
        let steps: Vec<String> = finding
            .chain
            .iter()
            .map(|step| match step.place {
                Some(place) => format!(
                    "{}:{}",
                    escape::terminal(step.path.as_str()),
                    report.lines(place).start.0
                ),
                None => escape::terminal(step.path.as_str()),
            })
            .collect();
        let mut steps = steps;
        steps.dedup();
        if steps.len() > 1 {
            let arrow = if style.unicode { " → " } else { " -> " };
            writeln!(out, "   chain: {}", steps.join(arrow))?;
        }
    }
    writeln!(out, "   fix: {}", escape::terminal(&finding.fix))
}

fn footer(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let regular: Vec<Severity> = report
        .findings
        .iter()
        .filter(|f| f.persona == Persona::Regular)
        .map(|f| f.severity)
        .collect();
    let auditor: Vec<Severity> = report
        .findings
        .iter()
        .filter(|f| f.persona == Persona::Auditor)
        .map(|f| f.severity)
        .collect();
    let mut line = if regular.is_empty() {
        "no findings".to_owned()
    } else {
        counts(regular.iter())
    };
    if !auditor.is_empty() && !style.auditor {
        line.push_str(&format!(" ({} more with --persona auditor)", auditor.len()));
    } else if !auditor.is_empty() {
        line.push_str(&format!(", for auditors {}", counts(auditor.iter())));
    }
    if let Some(first) = shown(report, style).next() {
        line.push_str(&format!("     claude-guard explain {}", first.rule));
    }
    writeln!(out, "\n{line}")
}

/// A window with its label, as miette reads it.
struct Snippet {
    window: Window,
    path: String,
    label: String,
}

impl fmt::Debug for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl miette::Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.window.label;
        Some(Box::new(std::iter::once(LabeledSpan::new(
            Some(self.label.clone()),
            span.start,
            span.len(),
        ))))
    }
}

impl miette::SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, miette::MietteError> {
        let inner = self.window.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.window.line,
            inner.column(),
            inner.line_count(),
        )))
    }
}
