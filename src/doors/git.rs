//! The user's own git, with everything off by which a repository could start something.

use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::variables::Variable;

/// Settings that win over every configuration file, and why.
const SETTINGS: &[(&str, &str)] = &[
    // No hook: a folder that nobody can put one in.
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.alternateRefsCommand", ""),
    ("init.templateDir", ""),
    // `ext::` runs a command, `fd::` talks to whatever is open.
    ("protocol.ext.allow", "never"),
    ("protocol.fd.allow", "never"),
    // Only where a person typed it: a submodule's address is the repository's own.
    ("protocol.file.allow", "user"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("transfer.bundleURI", "false"),
    // Nothing is left running behind.
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("advice.detachedHead", "false"),
];

/// Bytes kept of what git says when it fails.
const MOST_SAID: usize = 64 << 10;

/// Why a git command did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// It did not start.
    #[error("cannot start git (`{program}`): {why}")]
    NotStarted {
        /// The program.
        program: String,
        /// In the system's words.
        why: String,
    },
    /// It ended with another code than 0.
    #[error("`git {verb}` ended with {code}{}", said(says))]
    Failed {
        /// The verb.
        verb: String,
        /// `exit code 128`, `signal 15`.
        code: String,
        /// What it said, where that was not shown already.
        says: String,
    },
}

fn said(says: &str) -> String {
    match says.trim() {
        "" => String::new(),
        says => format!(": {says}"),
    }
}

/// git with a neutral configuration and a scrubbed environment.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    environment: Vec<Variable>,
    settings: Vec<(String, String)>,
    /// Addresses come from a repository, not from a person.
    from_repository: bool,
}

impl Git {
    /// The git at `program` with the variables `environment` and no others
    /// ([`super::variables::scrub`] makes them).
    #[must_use]
    pub fn new(program: PathBuf, environment: Vec<Variable>) -> Self {
        let settings = SETTINGS
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Self {
            program,
            environment,
            settings,
            from_repository: false,
        }
    }

    /// The same git, which takes addresses for the repository's: no files, no helpers of other protocols.
    #[must_use]
    pub fn for_addresses_of_the_repository(&self) -> Self {
        Self {
            from_repository: true,
            ..self.clone()
        }
    }

    /// The same git with the person's settings and no others: for asking what they are.
    #[must_use]
    pub fn as_configured(&self) -> Self {
        Self {
            settings: vec![],
            ..self.clone()
        }
    }

    /// The same git with further settings.
    #[must_use]
    pub fn with(&self, settings: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut git = self.clone();
        git.settings.extend(settings);
        git
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the user's git, found by an absolute path, with hooks off"
    )]
    fn command(&self, folder: Option<&Path>, args: &[OsString]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(self.environment.iter().cloned());
        // What another reader of objects does not do, git shall not do either.
        command.env("GIT_NO_REPLACE_OBJECTS", "1");
        command.env("GIT_LFS_SKIP_SMUDGE", "1");
        command.env("GIT_OPTIONAL_LOCKS", "0");
        if self.from_repository {
            command.env("GIT_PROTOCOL_FROM_USER", "0");
        }
        if let Some(folder) = folder {
            command.arg("-C").arg(folder);
            // Without a `.git` of its own, a folder is in no repository at all.
            if let Some(above) = folder.parent() {
                command.env("GIT_CEILING_DIRECTORIES", above);
            }
        }
        for (key, value) in &self.settings {
            command.arg("-c").arg(format!("{key}={value}"));
        }
        command.args(args).stdin(Stdio::null());
        command
    }

    /// Runs git and returns what it wrote to standard output.
    ///
    /// # Errors
    /// It did not start or did not end with 0; the error holds what it said.
    pub fn ask<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S]) -> Result<Vec<u8>, GitError> {
        self.feed(folder, args, None)
    }

    /// [`Git::ask`] with `input` on its standard input.
    ///
    /// # Errors
    /// See [`Git::ask`].
    pub fn feed<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        args: &[S],
        input: Option<&[u8]>,
    ) -> Result<Vec<u8>, GitError> {
        let args = owned(args);
        let mut command = self.command(Some(folder), &args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|e| self.not_started(&e))?;
        let stdin = child.stdin.take();
        let out = std::thread::scope(|scope| {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // git may end before it has read all; its exit code says so.
                scope.spawn(move || stdin.write_all(input));
            }
            child.wait_with_output()
        });
        let out = out.map_err(|e| self.not_started(&e))?;
        if out.status.success() {
            return Ok(out.stdout);
        }
        let says = String::from_utf8_lossy(&out.stderr[..out.stderr.len().min(MOST_SAID)]).into_owned();
        Err(failed(&args, &out.status, says))
    }

    /// Runs git and hands on what it says on standard error, piece by piece and raw: a server may have
    /// written it. Pieces end at line ends and carriage returns.
    ///
    /// # Errors
    /// It did not start or did not end with 0; the error does not repeat what was said.
    pub fn tell<S: AsRef<OsStr>>(
        &self,
        folder: Option<&Path>,
        args: &[S],
        said: &mut dyn FnMut(&str),
    ) -> Result<(), GitError> {
        let args = owned(args);
        let mut command = self.command(folder, &args);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| self.not_started(&e))?;
        if let Some(mut stderr) = child.stderr.take() {
            let mut buffer = [0; 4096];
            let mut waiting: Vec<u8> = vec![];
            while let Ok(read @ 1..) = stderr.read(&mut buffer) {
                waiting.extend_from_slice(buffer.get(..read).unwrap_or_default());
                let end = match waiting.iter().rposition(|b| matches!(b, b'\n' | b'\r')) {
                    Some(end) => end + 1,
                    None if waiting.len() > MOST_SAID => waiting.len(),
                    None => continue,
                };
                let rest = waiting.split_off(end);
                said(&String::from_utf8_lossy(&waiting));
                waiting = rest;
            }
            if !waiting.is_empty() {
                said(&String::from_utf8_lossy(&waiting));
            }
        }
        let status = child.wait().map_err(|e| self.not_started(&e))?;
        if status.success() {
            Ok(())
        } else {
            Err(failed(&args, &status, String::new()))
        }
    }

    fn not_started(&self, error: &std::io::Error) -> GitError {
        GitError::NotStarted {
            program: self.program.display().to_string(),
            why: error.to_string(),
        }
    }
}

fn owned<S: AsRef<OsStr>>(args: &[S]) -> Vec<OsString> {
    args.iter().map(|a| a.as_ref().to_owned()).collect()
}

fn failed(args: &[OsString], status: &std::process::ExitStatus, says: String) -> GitError {
    let verb = args.iter().find(|a| !a.as_encoded_bytes().starts_with(b"-"));
    GitError::Failed {
        verb: verb.map(|v| v.to_string_lossy().into_owned()).unwrap_or_default(),
        code: match status.code() {
            Some(code) => format!("exit code {code}"),
            None => status.to_string(),
        },
        says,
    }
}
