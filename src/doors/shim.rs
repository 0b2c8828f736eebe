//! A `claude` on the search path that is `run`: a folder with one script, and a line for each shell.

use std::fs;
use std::path::{Path, PathBuf};

use super::install::{self, Done, InstallError};

/// What a shim of ours says of itself.
pub const MARK: &str = "# claude-guard shim";

const START: &str = "# >>> claude-guard shim >>>";
/// The line before had no end: it is given one, and loses it again with the block.
const START_ENDED: &str = "# >>> claude-guard shim (line end added) >>>";
const END: &str = "# <<< claude-guard shim <<<";

/// The agents that get a shim.
const AGENTS: &[&str] = &["claude"];

/// A shell that reads a start file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The start file.
    pub file: PathBuf,
    /// It is written as fish reads it.
    pub fish: bool,
}

/// Where things lie.
#[derive(Debug, Clone)]
pub struct Shims {
    /// The folder for the scripts.
    pub folder: PathBuf,
    /// The start files.
    pub shells: Vec<Shell>,
}

impl Shims {
    /// Puts shims that start `program` into the folder, and the folder in front of the search path.
    ///
    /// # Errors
    /// A file could not be read or written.
    pub fn set_up(&self, program: &Path) -> Result<Vec<Done>, InstallError> {
        let mut done = vec![];
        for agent in AGENTS {
            let text = format!(
                "#!/bin/sh\n{MARK}: `claude-guard unsetup --shim` removes it.\nexec {} run -- {agent} \"$@\"\n",
                install::quoted(program)
            );
            done.push(install::write(&self.folder.join(agent), &text, true)?);
        }
        for shell in &self.shells {
            let before = install::read(&shell.file)?;
            let after = with_block(&without_block(&before), &self.line(shell));
            done.push(install::change(&shell.file, &before, &after)?);
        }
        Ok(done)
    }

    /// Takes away what [`Shims::set_up`] made.
    ///
    /// # Errors
    /// A file could not be read or written.
    pub fn take_down(&self) -> Result<Vec<Done>, InstallError> {
        let mut done = vec![];
        for agent in AGENTS {
            let file = self.folder.join(agent);
            if install::read(&file)?.contains(MARK) {
                done.push(install::remove(&file)?);
            }
        }
        let _ = fs::remove_dir(&self.folder);
        for shell in &self.shells {
            let before = install::read(&shell.file)?;
            let after = without_block(&before);
            // A file that holds nothing but our block was made for it.
            done.push(if after.is_empty() && !before.is_empty() {
                install::remove(&shell.file)?
            } else {
                install::change(&shell.file, &before, &after)?
            });
        }
        Ok(done)
    }

    fn line(&self, shell: &Shell) -> String {
        let folder = install::quoted(&self.folder);
        if shell.fish {
            format!("set -gx PATH {folder} $PATH\n")
        } else {
            format!("PATH={folder}:$PATH; export PATH\n")
        }
    }
}

fn with_block(text: &str, line: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{START}\n{line}{END}\n")
    } else {
        format!("{text}\n{START_ENDED}\n{line}{END}\n")
    }
}

fn without_block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        match line.trim_end() {
            START => inside = true,
            START_ENDED => {
                inside = true;
                out.pop();
            }
            END if inside => inside = false,
            _ if inside => {}
            _ => out.push_str(line),
        }
    }
    // A block without an end is not ours to judge: nothing is lost.
    if inside { text.to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_and_goes_without_a_trace() {
        for text in ["", "a\n", "a", "a\n\n", "a\r\nb"] {
            let with = with_block(text, "x\n");
            assert!(with.contains("x\n"));
            assert_eq!(without_block(&with), text);
            assert_eq!(with_block(&without_block(&with), "x\n"), with);
        }
        let cut = format!("a\n{START}\nx\nrest");
        assert_eq!(without_block(&cut), cut);
    }
}
