//! A repository of its own, a store of its own, the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt as _;
use serde_json::Value;
use tempfile::TempDir;

/// A folder to work in.
pub struct Bench {
    folder: TempDir,
}

/// What a run said.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// An empty repository folder `repo`, not yet git's.
    pub fn new() -> Self {
        let bench = Self {
            folder: TempDir::new().unwrap(),
        };
        fs::create_dir(bench.repo()).unwrap();
        bench
    }

    /// The bundled sample as a git work tree with everything committed.
    pub fn sample() -> Self {
        let bench = Self::new();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/poisoned-webshop");
        copy(&sample, &bench.repo());
        bench.init();
        bench
    }

    pub fn repo(&self) -> PathBuf {
        self.path("repo")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.path("state/claude-guard")
    }

    pub fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.repo().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.repo().join(path)).unwrap()
    }

    /// Replaces text that must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from}");
        self.write(path, &text.replacen(from, to, 1))
    }

    /// Makes the folder a repository and commits all of it.
    pub fn init(&self) -> &Self {
        self.git(&["init", "-q", "-b", "main"]);
        self.commit("first")
    }

    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.repo(), arguments)
    }

    /// Real git, without the configuration of whoever runs the tests.
    pub fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@mail.example",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The program, in a session without a terminal.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = Command::cargo_bin("claude-guard").unwrap();
        // A session of its own has no controlling terminal, whoever runs the tests.
        let mut command = Command::new("setsid");
        command
            .arg("--wait")
            .arg(program.get_program())
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.path("home"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Exit code and report of `verify` of a folder.
    pub fn verify_at(&self, folder: &str) -> (i32, Value) {
        let ran = self.run(&["verify", folder, "--format", "json"]);
        let report =
            serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {} {}", ran.out, ran.err));
        (ran.code, report)
    }

    pub fn verify(&self) -> (i32, Value) {
        self.verify_at("repo")
    }

    /// The state and the names of entries that are not as approved, but for the lists of names.
    pub fn drift(&self) -> (String, Vec<String>) {
        let (_, report) = self.verify();
        let entries = report["entries"].as_array().unwrap().iter();
        let changed = entries
            .filter(|e| e["state"] != "approved")
            .map(|e| e["id"].as_str().unwrap().to_owned())
            .filter(|id| !id.starts_with("index"));
        (report["state"].as_str().unwrap().to_owned(), changed.collect())
    }

    pub fn digest(&self) -> String {
        self.verify().1["digest"].as_str().unwrap().to_owned()
    }

    /// Approves what is there.
    pub fn approve(&self) -> &Self {
        let ran = self.run(&["approve", "repo", "--yes", &self.digest()]);
        assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
        self
    }
}

/// The same into a folder that need not exist.
pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    copy(from, to);
}

pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
