//! How the doors look at a tree: the rules, limits and clock of `scan`, the approvals of the person.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use super::scan::DEADLINE;
use super::signers::SignerFiles;
use super::terminal;
use crate::doors::{LookError, Looked};
use crate::model::clock::Clock;
use crate::model::report::{Report, Target};
use crate::model::{Limits, Sources, Tree};
use crate::repo::{self, Opened};
use crate::report::{self, Format};
use crate::rules::Book;
use crate::surface::{self, Scope, Surfaced};
use crate::trust::{self, Closure, Identity, Store};

/// Rules and approvals.
pub(super) struct Eyes<'a> {
    pub book: Book,
    pub store: Store,
    pub signers: &'a SignerFiles,
}

impl Eyes<'_> {
    /// Looks at a whole tree of the repository `opened`.
    pub(super) fn look(&self, opened: &Opened, tree: &dyn Tree, target: Target) -> Result<Looked, LookError> {
        let (surfaced, sources, closure) = close(tree);
        let report = crate::scan::judge(surfaced, sources, tree.entries().len(), target, &self.book);
        let seen = super::trusted::Seen {
            opened,
            identity: &Identity::of(opened),
            tree,
            closure: &closure,
        };
        let verification = seen
            .verify(&self.store, self.signers)
            .map_err(|error| LookError(format!("{error:#}")))?;
        Ok(Looked {
            report,
            closure,
            verification,
        })
    }

    /// Looks at the work tree around `path`, all of it.
    pub(super) fn look_around(&self, path: &Path) -> anyhow::Result<(Opened, Looked)> {
        let opened = repo::open(path, None)?;
        let target = Target {
            kind: opened.kind(),
            path: opened.root().display().to_string(),
            rev: None,
            base: None,
            digest: None,
        };
        let looked = self.look(&opened, whole(&opened), target)?;
        Ok((opened, looked))
    }
}

/// All files of a repository, whatever folder of it was named.
pub(super) fn whole(opened: &Opened) -> &dyn Tree {
    match opened.whole() {
        Some(whole) => whole,
        None => opened.tree(),
    }
}

/// Reads a tree and closes over it.
pub(super) fn close(tree: &dyn Tree) -> (Surfaced, Sources, Closure) {
    let limits = Limits::default();
    let mut sources = Sources::new();
    let options = surface::Options {
        limits: &limits,
        clock: Clock::until(Instant::now() + DEADLINE),
        scope: Scope::Project,
    };
    let surfaced = surface::read(tree, &mut sources, &options);
    let closure = trust::close(tree, &surfaced, &options);
    (surfaced, sources, closure)
}

/// Writes a report for people to standard output.
pub(super) fn show(report: &Report) -> io::Result<()> {
    let style = terminal::style(false, false);
    let mut out = BufWriter::new(io::stdout().lock());
    report::write(Format::Text, report, &style, &mut out)?;
    out.flush()
}

/// Writes a look for people to standard error: standard output is the agent's.
pub(super) fn show_beside(looked: &Looked) -> io::Result<()> {
    let style = terminal::style_beside();
    let mut out = BufWriter::new(anstream::stderr().lock());
    report::write(Format::Text, &looked.report, &style, &mut out)?;
    writeln!(out)?;
    report::trust::text(&looked.verification, &style, &mut out)?;
    out.flush()
}
