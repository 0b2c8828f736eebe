//! The command line: one file a verb. Only here are arguments and the environment read.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod approvals;
mod approve;
mod ask;
mod baseline;
mod block;
mod clone;
mod completions;
mod diff;
mod environment;
mod explain;
mod forget;
mod inside;
mod lock;
mod look;
mod man;
mod origins;
mod rules;
mod run;
mod scan;
mod setup;
mod signers;
mod status;
mod terminal;
mod trusted;
mod verify;
mod warn;

/// How a run ends, the same for every verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Ok,
    /// The answer is no: findings at or above `--fail-on`.
    No,
    /// Wrong usage.
    Usage,
    /// Could not be completed; the rest is reported.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Arguments that can be read and cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misuse(String);

const HELP: &str = "\
{before-help}{about}

{usage-heading} {usage}

Look at a repository:
  scan         Tell what a repository would run, reach and say
  clone        Clone a repository, look at it, and only then let its files in
  run          Start an agent here, once what the repository would run is approved
  warn         Warn where a work tree holds what nobody approved (git's hooks call this)

Approve it once:
  approve      Approve a repository as it is
  verify       Tell whether a repository is as you approved it
  diff         Say what changed since you approved it
  status       Tell in a few lines how a repository stands
  block        Refuse a repository
  forget       Forget what you approved or refused
  approvals    List what you approved and refused
  lock         Keep approvals of a team in the repository, signed

Understand the answer:
  explain      Print the page of one rule
  rules        List the rules, or test a folder of your own

Set up:
  setup        Put claude-guard where repositories come in: git's hooks, a `claude` on PATH
  unsetup      Take away what `setup` made
  completions  Print completions for a shell
  man          Print the manual page

Options:
{options}

Exit codes: 0 fine, 1 the answer is no (findings at or above --fail-on, not as approved), 2 wrong usage,
3 could not be completed (the rest is still reported). 1 wins over 3.";

/// Tells what a cloned repository would run, reach and say before a coding agent opens it.
#[derive(Debug, Parser)]
#[command(name = "claude-guard", version, about, help_template = HELP, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Tell what a repository would run, reach and say.
    Scan(scan::Scan),
    /// Clone a repository, look at it, and only then let its files in.
    Clone(clone::Clone),
    /// Start an agent here, once what the repository would run is approved.
    Run(run::Run),
    /// Warn where a work tree holds what nobody approved (git's hooks call this).
    Warn(warn::Warn),
    /// Approve a repository as it is.
    Approve(approve::Approve),
    /// Tell whether a repository is as you approved it.
    Verify(verify::Verify),
    /// Say what changed since you approved it.
    Diff(diff::Diff),
    /// Tell in a few lines how a repository stands.
    Status(status::Status),
    /// Refuse a repository.
    Block(block::Block),
    /// Forget what you approved or refused.
    Forget(forget::Forget),
    /// List what you approved and refused.
    Approvals(approvals::Approvals),
    /// Keep approvals of a team in the repository, signed.
    Lock(lock::Lock),
    /// Print the page of one rule.
    Explain(explain::Explain),
    /// List the rules, or test a folder of your own.
    Rules(rules::Rules),
    /// Put claude-guard where repositories come in.
    Setup(setup::Setup),
    /// Take away what `setup` made.
    Unsetup(setup::Unsetup),
    /// Print completions for a shell.
    Completions(completions::Completions),
    /// Print the manual page.
    Man(NoArgs),
}

#[derive(Debug, Args)]
struct NoArgs {}

/// Reads the arguments, does what they say, and returns the exit code. Errors go to stderr.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
            // A closed pipe is no fault of the user.
            let _ = error.print();
            return code.into();
        }
    };
    let done = match &cli.verb {
        Verb::Scan(scan) => scan.run(),
        Verb::Clone(clone) => clone.run(),
        Verb::Run(run) => match run.run() {
            Ok(run::Ended::Not(exit)) => Ok(exit),
            Ok(run::Ended::Agent(code)) => return code.into(),
            Err(error) => Err(error),
        },
        Verb::Warn(warn) => warn.run(),
        Verb::Approve(approve) => approve.run(),
        Verb::Verify(verify) => verify.run(),
        Verb::Diff(diff) => diff.run(),
        Verb::Status(status) => status.run(),
        Verb::Block(block) => block.run(),
        Verb::Forget(forget) => forget.run(),
        Verb::Approvals(approvals) => approvals.run(),
        Verb::Lock(lock) => lock.run(),
        Verb::Explain(explain) => explain.run(),
        Verb::Rules(rules) => rules.run(),
        Verb::Setup(setup) => setup.run(),
        Verb::Unsetup(unsetup) => unsetup.run(),
        Verb::Completions(completions) => completions.run(),
        Verb::Man(_) => man::run(),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Ok.into(),
        Err(error) if error.is::<Misuse>() => {
            report_error(&error);
            Exit::Usage.into()
        }
        Err(error) => {
            report_error(&error);
            Exit::Incomplete.into()
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints `error: …` and its causes, escaped, to stderr.
fn report_error(error: &anyhow::Error) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(
        err,
        "error: {}",
        crate::report::escape::terminal(&error.to_string())
    );
    for cause in error.chain().skip(1) {
        let _ = writeln!(
            err,
            "  because: {}",
            crate::report::escape::terminal(&cause.to_string())
        );
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_grouped_help_names_every_verb_and_no_other() {
        let command = Cli::command();
        let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let listed: Vec<&str> = HELP
            .lines()
            .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
            .filter_map(|l| l.split_whitespace().next())
            .collect();
        assert_eq!(listed, verbs);
    }
}
