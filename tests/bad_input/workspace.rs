//! A folder to scan, and what a scan of it said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

/// A scan that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that always holds one good settings file, whose hook must never be lost.
pub struct Workspace {
    dir: tempfile::TempDir,
}

/// What the program said about a workspace.
pub struct Scan {
    pub code: i32,
    pub json: Value,
    pub stderr: String,
}

/// Settings whose one hook runs `command` when a session starts.
pub fn hook(command: &str) -> String {
    format!(r#"{{"hooks":{{"SessionStart":[{{"hooks":[{{"type":"command","command":"{command}"}}]}}]}}}}"#)
}

impl Workspace {
    pub fn new() -> Self {
        let workspace = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        workspace.write("sub/.claude/settings.json", hook("echo the-rest"));
        workspace
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let at = self.path(file);
        fs::create_dir_all(at.parent().expect("a parent")).expect("folders");
        fs::write(at, bytes).expect("a file");
    }

    /// Runs git in the workspace, without anybody's configuration, at a fixed time.
    pub fn git(&self, args: &[&str]) -> String {
        let out = Command::new("git")
            .args(["-c", "init.defaultBranch=main"])
            .args(args)
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "a")
            .env("GIT_AUTHOR_EMAIL", "a@host.example")
            .env("GIT_COMMITTER_NAME", "a")
            .env("GIT_COMMITTER_EMAIL", "a@host.example")
            .env("GIT_AUTHOR_DATE", "2024-01-02T03:04:05Z")
            .env("GIT_COMMITTER_DATE", "2024-01-02T03:04:05Z")
            .output()
            .expect("git starts");
        assert!(
            out.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    /// All that is here as one commit.
    pub fn commit(&self) {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "one"]);
    }

    /// Runs `claude-guard scan` with `args` on the workspace: exit code, stdout, stderr.
    pub fn run(&self, args: &[&str]) -> (i32, String, String) {
        self.run_on(&self.root(), args)
    }

    pub fn run_on(&self, path: &Path, args: &[&str]) -> (i32, String, String) {
        let out = assert_cmd::Command::cargo_bin("claude-guard")
            .expect("the program is built")
            .env_clear()
            .env("HOME", self.dir.path())
            .timeout(PATIENCE)
            .arg("scan")
            .args(args)
            .arg(path)
            .output()
            .expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        let code = out
            .status
            .code()
            .expect("it ends by itself, not by a signal or a time-out");
        (code, text(&out.stdout), text(&out.stderr))
    }

    /// A scan in JSON that keeps the hook of the good file.
    pub fn scan(&self) -> Scan {
        let scan = self.scan_with(&[]);
        assert!(scan.runs("echo the-rest"), "the rest is reported: {}", scan.json);
        scan
    }

    pub fn scan_with(&self, args: &[&str]) -> Scan {
        let args: Vec<&str> = ["--format", "json"].iter().chain(args).copied().collect();
        let (code, stdout, stderr) = self.run(&args);
        let json = serde_json::from_str(&stdout).unwrap_or(Value::Null);
        Scan { code, json, stderr }
    }
}

impl Scan {
    /// Whether some trigger is said to run a text with `part` in it.
    pub fn runs(&self, part: &str) -> bool {
        self.rows("triggers")
            .any(|t| t["what"].as_str().is_some_and(|what| what.contains(part)))
    }

    /// Reasons given for `path`: in errors, in what was not read, in findings.
    pub fn said_of(&self, path: &str) -> Vec<&str> {
        let unread = self.json["coverage"]["unread"].as_array().into_iter().flatten();
        self.rows("errors")
            .chain(unread)
            .chain(self.rows("findings"))
            .filter(|row| row["path"] == path)
            .filter_map(|row| row["reason"].as_str().or(row["message"].as_str()))
            .collect()
    }

    pub fn rows(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.json[name].as_array().into_iter().flatten()
    }
}
