//! `claude-guard completions SHELL`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Exit};

/// Print completions for a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let mut text = vec![];
        clap_complete::generate(self.shell, &mut Cli::command(), "claude-guard", &mut text);
        super::terminal::print(&text)?;
        Ok(Exit::Ok)
    }
}
