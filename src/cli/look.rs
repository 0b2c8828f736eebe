//! How the doors look at a tree: the rules, limits and clock of `scan`.

use std::io::{self, BufWriter, Write as _};
use std::time::Instant;

use super::scan::DEADLINE;
use super::terminal;
use crate::doors::Looked;
use crate::model::clock::Clock;
use crate::model::report::{Report, Target};
use crate::model::{Limits, Tree};
use crate::report::{self, Format};
use crate::rules::Book;
use crate::surface::Scope;

/// Looks at a whole tree.
pub(super) fn look(book: &Book, tree: &dyn Tree, target: Target) -> Looked {
    let clock = Clock::until(Instant::now() + DEADLINE);
    let report = crate::scan::scan(tree, target, book, Scope::Project, &Limits::default(), clock);
    Looked { report }
}

/// Writes a report for people to standard output.
pub(super) fn show(report: &Report) -> io::Result<()> {
    let style = terminal::style(false, false);
    let mut out = BufWriter::new(io::stdout().lock());
    report::write(Format::Text, report, &style, &mut out)?;
    out.flush()
}
