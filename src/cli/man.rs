//! `claude-guard man`: the manual page, from the same definitions as the help.

use clap::CommandFactory as _;

use super::{Cli, Exit};

pub(super) fn run() -> anyhow::Result<Exit> {
    let mut text = vec![];
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    // Every verb follows as a page of its own, so that one file holds all options.
    for verb in command.get_subcommands() {
        clap_mangen::Man::new(verb.clone()).render(&mut text)?;
    }
    super::terminal::print(&text)?;
    Ok(Exit::Ok)
}
