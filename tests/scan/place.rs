//! A folder with files, and what the program says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A folder `tree` in a temporary folder, which is the home of every program started here.
pub struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("tree")).unwrap();
        Self { dir }
    }

    pub fn home(&self) -> &Path {
        self.dir.path()
    }

    pub fn tree(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    /// Writes a file at `path` below the home.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let at = self.dir.path().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, bytes).unwrap();
    }

    /// Copies the folder `from` into the tree.
    pub fn copy(&self, from: &Path) {
        for entry in walkdir::WalkDir::new(from).min_depth(1) {
            let entry = entry.unwrap();
            let at = self.tree().join(entry.path().strip_prefix(from).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir(at).unwrap();
            } else {
                fs::copy(entry.path(), at).unwrap();
            }
        }
    }

    /// Runs git in the tree, without anybody's configuration, at a fixed time.
    pub fn git(&self, args: &[&str]) -> String {
        let out = Command::new("git")
            .args(["-c", "init.defaultBranch=main"])
            .args(args)
            .current_dir(self.tree())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["AUTHOR", "COMMITTER"].iter().flat_map(|who| {
                [
                    (format!("GIT_{who}_NAME"), "a"),
                    (format!("GIT_{who}_EMAIL"), "a@host.example"),
                    (format!("GIT_{who}_DATE"), "2024-01-02T03:04:05Z"),
                ]
            }))
            .output()
            .unwrap();
        assert!(
            out.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// `claude-guard scan --format json` with `args`, in the home: exit code and report.
    pub fn scan(&self, args: &[&str]) -> (i32, Value) {
        let out = assert_cmd::Command::cargo_bin("claude-guard")
            .unwrap()
            .env_clear()
            .env("HOME", self.dir.path())
            .current_dir(self.dir.path())
            .timeout(std::time::Duration::from_secs(60))
            .args(["scan", "--format", "json"])
            .args(args)
            .output()
            .unwrap();
        let json = serde_json::from_slice(&out.stdout);
        let json = json.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
        (out.status.code().unwrap(), json)
    }
}

/// The ids of all triggers of a report.
pub fn ids(report: &Value) -> Vec<&str> {
    let triggers = report["triggers"].as_array().unwrap();
    triggers.iter().map(|t| t["id"].as_str().unwrap()).collect()
}

/// Rule, severity and path of each finding of a report.
pub fn findings(report: &Value) -> Vec<(&str, &str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|f| {
            let of = |key: &str| f[key].as_str().unwrap_or_default();
            (of("rule"), of("severity"), of("path"))
        })
        .collect()
}
