//! `claude-guard approve`.

use std::io::{self, BufWriter, Write as _};

use clap::Args;

use super::trusted::{self, Consent, Current, Repository};
use super::{Exit, terminal};
use crate::model::closure::TrustState;
use crate::model::report::Target;
use crate::report;

/// Rows shown of each section: whoever approves should see all that a person can read.
const ROWS: usize = 400;

/// Approve a repository as it is: show what it would run, ask, and keep the answer with its digest.
#[derive(Debug, Args)]
pub(super) struct Approve {
    #[command(flatten)]
    repository: Repository,

    /// Approve this commit instead of the files.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,

    /// Do not ask: approve exactly the state with this digest (`verify` prints it).
    #[arg(long, value_name = "DIGEST")]
    yes: Option<String>,
}

impl Approve {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let mut current = match Current::read_with_texts(&self.repository.path, self.rev.as_deref()) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let verification = current.verify(&store, &self.repository.signers)?;
        let last = store.approvals(&current.identity)?.pop();
        if !current.closure.is_complete() {
            report::trust::gaps(&current.closure.gaps, &mut anstream::stderr().lock())?;
            return Ok(Exit::Incomplete);
        }
        let style = terminal::style(false, false);
        let mut out = BufWriter::new(io::stdout().lock());
        let files = current.tree().entries().len();
        let target = Target {
            kind: current.opened.kind(),
            path: current.opened.root().display().to_string(),
            rev: self.rev.clone(),
            base: None,
            digest: None,
        };
        let book = super::rules::book(None)?;
        let (surfaced, sources) = (
            std::mem::take(&mut current.surfaced),
            std::mem::take(&mut current.sources),
        );
        let report = crate::scan::judge(surfaced, sources, files, target, &book);
        report::text::overview(&report, &style, ROWS, &mut out)?;
        writeln!(out)?;
        if let Some(last) = last.filter(|_| verification.state == TrustState::Drift) {
            writeln!(out, "Since you approved it on {}:", report::trust::day(last.at))?;
            trusted::show_changes(&store, &last, &current, &style, &mut out)?;
            writeln!(out)?;
        }
        report::trust::text(&verification, &style, &mut out)?;
        out.flush()?;
        drop(out);
        let question = format!("Approve {}?", report::escape::terminal(current.identity.as_str()));
        match trusted::consent(self.yes.as_deref(), &verification.digest, &question) {
            Consent::Refused(exit) => return Ok(exit),
            Consent::Given => {}
        }
        store.approve(
            &current.identity,
            &current.closure,
            &current.texts,
            trusted::now(),
        )?;
        terminal::print(format!("approved {}\n", verification.digest).as_bytes())?;
        Ok(Exit::Ok)
    }
}
