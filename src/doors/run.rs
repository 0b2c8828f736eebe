//! `run`: hands over to an agent, with an environment that a repository had no hand in.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::program;
use super::shim;
use super::variables::{self, Door, LeftOut, Variable};

/// Why an agent is not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// No such program.
    #[error(
        "`{0}` is in no folder of PATH that lies outside the repository: install it, or give its whole path"
    )]
    NotFound(String),
    /// The program is the repository's own.
    #[error(
        "`{0}` lies in the repository, so its code is the repository's: start one that is installed elsewhere"
    )]
    Inside(String),
    /// The system said no.
    #[error("cannot start `{program}`: {why}")]
    NotStarted {
        /// The program.
        program: String,
        /// In the system's words.
        why: String,
    },
}

/// An agent that is ready to be started: nothing is left to do but to hand over.
#[derive(Debug)]
pub struct Start {
    program: PathBuf,
    name: OsString,
    args: Vec<OsString>,
    environment: Vec<Variable>,
    /// What of the environment it does not get.
    pub left_out: Vec<LeftOut>,
}

impl Start {
    /// Gets `command` (a program and its arguments) ready, for work in the repository `root`.
    ///
    /// # Errors
    /// There is no such program outside the repository.
    pub fn ready(command: &[OsString], environment: &[Variable], root: &Path) -> Result<Self, StartError> {
        let (name, args) = match command.split_first() {
            Some((name, args)) => (name.clone(), args.to_vec()),
            None => (OsString::new(), vec![]),
        };
        let (environment, left_out) = variables::scrub(Door::Agent, environment, &[root]);
        let program = find(&name, &environment, root)?;
        Ok(Self {
            program,
            name,
            args,
            environment,
            left_out,
        })
    }

    /// Hands over. Where the system can, this process becomes the agent, so that its signals and its exit
    /// code are the agent's; elsewhere the agent is waited for and its exit code returned.
    ///
    /// # Errors
    /// The system did not start it. Without an error this returns only where it waited.
    pub fn go(self) -> Result<u8, StartError> {
        #[allow(
            clippy::disallowed_methods,
            reason = "what a person asked to run, found outside the repository"
        )]
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().envs(self.environment);
        let not_started = |error: std::io::Error| StartError::NotStarted {
            program: self.program.display().to_string(),
            why: error.to_string(),
        };
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.arg0(&self.name);
            Err(not_started(command.exec()))
        }
        #[cfg(not(unix))]
        {
            let status = command.status().map_err(not_started)?;
            Ok(status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(1))
        }
    }
}

fn find(name: &OsStr, environment: &[Variable], root: &Path) -> Result<PathBuf, StartError> {
    let shown = || name.to_string_lossy().into_owned();
    if Path::new(name).components().count() > 1 {
        let path = Path::new(name)
            .canonicalize()
            .map_err(|_| StartError::NotFound(shown()))?;
        if path.starts_with(root) {
            return Err(StartError::Inside(shown()));
        }
        return Ok(path);
    }
    let path = environment
        .iter()
        .find(|(name, _)| name == "PATH")
        .map(|(_, value)| value.as_os_str());
    let path = path.unwrap_or_default();
    // A shim of ours in front of the real program would start us again, and so would another one behind it.
    let mut passed: Vec<PathBuf> = vec![];
    let text = name.to_str().ok_or_else(|| StartError::NotFound(shown()))?;
    loop {
        let not_in: Vec<&Path> = passed.iter().map(PathBuf::as_path).collect();
        let found = program::find(text, path, &not_in).ok_or_else(|| StartError::NotFound(shown()))?;
        let real = found.canonicalize().unwrap_or_else(|_| found.clone());
        if !is_shim(&found) && !real.starts_with(root) {
            return Ok(found);
        }
        match found.parent() {
            Some(folder) if !passed.iter().any(|p| p == folder) => passed.push(folder.to_owned()),
            _ => return Err(StartError::NotFound(shown())),
        }
    }
}

/// Whether a program is a shim of ours, wherever it was put.
fn is_shim(file: &Path) -> bool {
    let mut start = vec![];
    let read = std::fs::File::open(file).and_then(|file| file.take(256).read_to_end(&mut start));
    read.is_ok() && String::from_utf8_lossy(&start).contains(shim::MARK)
}
