//! `claude-guard run`.

use std::ffi::OsString;

use clap::Args;

use super::ask::Person;
use super::look::{self, Eyes};
use super::terminal::tell;
use super::{Exit, trusted};
use crate::doors::Looked;
use crate::doors::run::{Start, StartError};
use crate::model::closure::{EntryClass, EntryState};
use crate::report::escape;
use crate::trust::Identity;

/// Start an agent here, once what the repository would run is approved.
///
/// Approved: silent. Not approved: on a terminal the report and a question, else a refusal (exit 1). The
/// agent gets an environment without what a repository could have put there; exit code and signals are
/// the agent's.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    store: trusted::StoreFolder,

    #[command(flatten)]
    signers: super::signers::SignerFiles,

    /// The agent and its arguments.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true,
        value_name = "AGENT"
    )]
    command: Vec<OsString>,
}

impl Run {
    /// Returns only where the agent was not started, or where the system cannot become it.
    pub(super) fn run(&self) -> anyhow::Result<Ended> {
        let environment = super::environment::all();
        let here = super::environment::here()?;
        let eyes = Eyes {
            book: super::rules::book(None)?,
            store: self.store.open()?,
            signers: &self.signers,
        };
        let (opened, first) = eyes.look_around(&here)?;
        let start = match Start::ready(&self.command, &environment, opened.root()) {
            Ok(start) => start,
            Err(error) => {
                let inside = matches!(error, StartError::Inside(_));
                super::report_error(&error.into());
                return Ok(Ended::Not(if inside { Exit::No } else { Exit::Incomplete }));
            }
        };
        if !(first.is_approved() || first.nothing_acts()) {
            let answer = self.let_in(&first, &start)?;
            if answer == Answer::No {
                return Ok(Ended::Not(Exit::No));
            }
            // The person took time to read: what is there now must be what was shown.
            if answer == Answer::Approve {
                let now = match trusted::Current::read_with_texts(&here, None) {
                    Ok(now) => now,
                    Err(exit) => return Ok(Ended::Not(exit)),
                };
                if now.closure.digest() != first.closure.digest() {
                    return Ok(Ended::Not(changed_meanwhile()));
                }
                let identity = Identity::of(&opened);
                eyes.store
                    .approve(&identity, &now.closure, &now.texts, trusted::now())?;
            }
            let (_, now) = eyes.look_around(&here)?;
            if !now.is_same(&first) {
                return Ok(Ended::Not(changed_meanwhile()));
            }
        }
        Ok(Ended::Agent(start.go()?))
    }

    /// Shows what is not approved and asks.
    fn let_in(&self, looked: &Looked, start: &Start) -> anyhow::Result<Answer> {
        let person = if looked.is_blocked() { None } else { Person::find() };
        let Some(mut person) = person else {
            refuse(looked);
            return Ok(Answer::No);
        };
        look::show_beside(looked)?;
        for variable in &start.left_out {
            let part = if variable.in_part { "parts of " } else { "" };
            let name = escape::terminal(&variable.name);
            tell(&format!("note: {part}{name} not handed on: {}", variable.why));
        }
        let agent = self
            .command
            .first()
            .map(|c| c.to_string_lossy().into_owned())
            .unwrap_or_default();
        let agent = escape::terminal_cut(&agent, 60);
        let whole = looked.closure.is_complete();
        let approve = if whole { ", [a]pprove and start" } else { "" };
        let answers: &[char] = if whole { &['y', 'a'] } else { &['y'] };
        let question = format!("\nStart {agent} here? [y]es, this once{approve}, [N]o: ");
        Ok(match person.chooses(&question, answers) {
            Some('a') => Answer::Approve,
            Some(_) => Answer::Once,
            None => Answer::No,
        })
    }
}

/// What a person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    No,
    Once,
    Approve,
}

fn changed_meanwhile() -> Exit {
    tell("The repository changed while you looked: not started. Run it again to see what is there now.");
    Exit::No
}

/// How it ended.
pub(super) enum Ended {
    /// The agent was not started.
    Not(Exit),
    /// The agent ran and ended with this code.
    Agent(u8),
}

/// Says why nothing is started, and the way out.
fn refuse(looked: &Looked) {
    let verification = &looked.verification;
    let state = verification.state.as_str();
    tell(&format!(
        "claude-guard: not started: what this repository runs is not approved ({state})."
    ));
    for (state, id) in changed(looked).into_iter().take(8) {
        tell(&format!("  {state:<8} {}", escape::terminal_cut(&id, 120)));
    }
    if looked.is_blocked() {
        tell("You refused it. To take that back: claude-guard forget");
        return;
    }
    tell("See what it would run: claude-guard scan. Approve it: claude-guard approve");
}

/// What runs and is not as approved, in words.
pub(super) fn changed(looked: &Looked) -> Vec<(&'static str, String)> {
    let entries = looked.verification.entries.iter();
    entries
        .filter(|entry| entry.class == EntryClass::Runs && entry.id.as_str() != "index")
        .filter_map(|entry| {
            let state = match entry.state {
                EntryState::Approved => return None,
                EntryState::Unknown => "new",
                EntryState::Changed => "changed",
                EntryState::Missing => "gone",
            };
            Some((state, entry.id.to_string()))
        })
        .collect()
}
