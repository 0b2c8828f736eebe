//! A [`Report`] in the formats people and programs read. Every format
//! is a function of the report and a writer; text from a repository is escaped at each edge.

use std::io::{self, Write};

use crate::model::Severity;
use crate::model::report::Report;

mod accepted;
pub mod changes;
mod compare;
pub mod escape;
pub mod github;
pub mod json;
pub mod markdown;
pub mod sarif;
mod summary;
#[cfg(test)]
mod tests;
pub mod text;
pub mod trust;
mod window;

/// What a format may be told besides the report.
#[derive(Debug, Clone)]
pub struct Style {
    /// Terminal colours.
    pub colour: bool,
    /// Box-drawing characters and arrows; plain ASCII otherwise.
    pub unicode: bool,
    /// Columns of the terminal, or the width to assume.
    pub width: usize,
    /// Findings of the `auditor` persona too.
    pub auditor: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            unicode: true,
            width: 120,
            auditor: false,
        }
    }
}

/// A format by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// Version 1, see `docs/scan.schema.json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// One comment on a pull request.
    Markdown,
}

/// Writes `report` in `format`.
///
/// # Errors
/// The writer failed.
pub fn write(format: Format, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, style, out),
        Format::Markdown => markdown::write(report, style, out),
    }
}

/// How many findings of each severity, most severe first, without empty ones: `2 critical, 1 medium`.
#[must_use]
pub(crate) fn counts<'a>(severities: impl Iterator<Item = &'a Severity>) -> String {
    let all: Vec<Severity> = severities.copied().collect();
    [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Info,
    ]
    .into_iter()
    .filter_map(|s| match all.iter().filter(|x| **x == s).count() {
        0 => None,
        n => Some(format!("{n} {}", s.as_str())),
    })
    .collect::<Vec<_>>()
    .join(", ")
}

/// A path of the report as a path from the root of the repository, where services look for it. Not escaped.
pub(crate) fn in_repository(report: &Report, path: &str) -> String {
    let whole = report.folder.join(path);
    whole.map_or_else(|| path.to_owned(), |path| path.to_string())
}
