//! A person's home, repositories elsewhere, and the program between them.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct House {
    dir: tempfile::TempDir,
}

/// How the program ended and what it said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Fails unless the program ended with `code`.
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    pub fn says(self, part: &str) -> Self {
        assert!(
            self.out.contains(part) || self.err.contains(part),
            "`{part}` in\n{}\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// Settings whose one hook runs `command` when a session starts.
pub fn hook(command: &str) -> String {
    format!(r#"{{"hooks":{{"SessionStart":[{{"hooks":[{{"type":"command","command":"{command}"}}]}}]}}}}"#)
}

impl House {
    pub fn new() -> Self {
        let house = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        for folder in ["home", "work", "srv", "bin"] {
            fs::create_dir(house.path(folder)).expect("a folder");
        }
        house.write(
            "home/.gitconfig",
            "[user]\n\tname = a\n\temail = a@host.example\n[init]\n\tdefaultBranch = main\n",
        );
        house
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.dir.path().join(inside)
    }

    pub fn exists(&self, inside: &str) -> bool {
        self.path(inside).symlink_metadata().is_ok()
    }

    pub fn write(&self, inside: &str, bytes: impl AsRef<[u8]>) {
        let at = self.path(inside);
        fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
        fs::write(at, bytes).expect("a file");
    }

    /// A program that writes the canary `name` and does what a filter does.
    pub fn canary_program(&self, inside: &str, name: &str) -> PathBuf {
        let canary = self.path(name);
        self.program(
            inside,
            &format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\nexec cat\n", canary.display()),
        )
    }

    pub fn program(&self, inside: &str, text: &str) -> PathBuf {
        self.write(inside, text);
        let at = self.path(inside);
        fs::set_permissions(&at, fs::Permissions::from_mode(0o755)).expect("its mode");
        at
    }

    /// Adds to the person's own git configuration.
    pub fn configure(&self, text: &str) {
        let file = self.path("home/.gitconfig");
        let before = fs::read_to_string(&file).expect("the configuration");
        fs::write(file, format!("{before}{text}\n")).expect("written");
    }

    fn environment(&self) -> Vec<(OsString, OsString)> {
        let own = Path::new(env!("CARGO_BIN_EXE_claude-guard"));
        let mut path = vec![own.parent().expect("a folder").to_owned(), self.path("bin")];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let path = std::env::join_paths(path).expect("a search path");
        [
            ("PATH", path),
            ("HOME", self.path("home").into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_TERMINAL_PROMPT", "0".into()),
        ]
        .map(|(n, v)| (OsString::from(n), v))
        .into()
    }

    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>, folder: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment())
            .current_dir(self.path(folder))
            .stdin(Stdio::null());
        command
    }

    pub fn git(&self, folder: &str, args: &[&str]) -> String {
        let mut command = self.command("git", folder);
        command
            .args(["-c", "protocol.file.allow=always"])
            .args(args)
            .env("GIT_AUTHOR_DATE", "2024-01-02T03:04:05Z")
            .env("GIT_COMMITTER_DATE", "2024-01-02T03:04:05Z");
        let out = command.output().expect("git starts");
        let says = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "git {args:?}: {says}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    /// Makes `srv/NAME` a repository whose one commit holds what lies there.
    pub fn repository(&self, name: &str, files: &[(&str, &str)]) -> String {
        let folder = format!("srv/{name}");
        fs::create_dir_all(self.path(&folder)).expect("a folder");
        for (file, text) in files {
            self.write(&format!("{folder}/{file}"), text);
        }
        self.git(&folder, &["init", "-q"]);
        self.git(&folder, &["add", "-A"]);
        self.git(&folder, &["commit", "-q", "--allow-empty", "-m", "one"]);
        format!("file://{}", self.path(&folder).display())
    }

    /// Runs `claude-guard` in `work` without a terminal.
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = self.command(env!("CARGO_BIN_EXE_claude-guard"), "work");
        command.args(args).envs(variables.iter().copied());
        self.finish(command)
    }

    /// Runs a command that has no controlling terminal, even where the test has one.
    pub fn finish(&self, mut command: Command) -> Said {
        use std::os::unix::process::CommandExt as _;
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // `setsid` takes the terminal away.
        let program = command.get_program().to_owned();
        let mut alone = Command::new("setsid");
        alone.arg("-w").arg(program).args(command.get_args());
        alone.env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                alone.env(name, value);
            }
        }
        if let Some(folder) = command.get_current_dir() {
            alone.current_dir(folder);
        }
        alone
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let child = alone.spawn().expect("the program starts");
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        let out = receiver
            .recv_timeout(PATIENCE)
            .expect("it ends in time")
            .expect("it can be waited for");
        Said {
            code: out.status.code().expect("it ends by itself"),
            out: String::from_utf8_lossy(&out.stdout).into_owned(),
            err: String::from_utf8_lossy(&out.stderr).into_owned(),
        }
    }

    /// Runs `claude-guard` on a terminal of its own; at the first question `meanwhile` is called, then
    /// `answer` typed. `None` where the machine has no `script` to make a terminal.
    pub fn on_terminal(&self, args: &[&str], answer: &str, meanwhile: impl FnOnce()) -> Option<Said> {
        self.on_terminal_in("work", args, answer, meanwhile)
    }

    /// The same in another folder.
    pub fn on_terminal_in(
        &self,
        folder: &str,
        args: &[&str],
        answer: &str,
        meanwhile: impl FnOnce(),
    ) -> Option<Said> {
        let line = std::iter::once(env!("CARGO_BIN_EXE_claude-guard"))
            .chain(args.iter().copied())
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(" ");
        let mut command = self.command("script", folder);
        command.args(["-qec", &line, "/dev/null"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else {
            eprintln!("SKIPPED: no `script` here, so nothing can be asked on a terminal");
            return None;
        };
        let mut input = child.stdin.take().expect("its input");
        let mut output = child.stdout.take().expect("its output");
        let mut text = vec![];
        let mut meanwhile = Some(meanwhile);
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = output.read(&mut buffer) {
            text.extend_from_slice(&buffer[..read]);
            if meanwhile.is_some() && String::from_utf8_lossy(&text).contains("[y") {
                meanwhile.take().expect("once")();
                writeln!(input, "{answer}").expect("typed");
            }
        }
        let status = child.wait().expect("it ends");
        assert!(
            meanwhile.is_none(),
            "no question: {}",
            String::from_utf8_lossy(&text)
        );
        Some(Said {
            code: status.code().expect("it ends by itself"),
            out: String::from_utf8_lossy(&text).into_owned(),
            err: String::new(),
        })
    }

    /// All names in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .expect("a folder")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}
