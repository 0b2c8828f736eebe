//! Texts from files: our own lines, and real scripts where they are at hand.

use std::path::{Path, PathBuf};

/// Bytes of one script; longer ones are left out.
const MOST_BYTES: u64 = 2_000_000;

/// Scripts by the shells that read them.
#[derive(Default)]
pub struct Scripts {
    pub bash: Vec<String>,
    pub dash: Vec<String>,
    pub zsh: Vec<String>,
}

/// The lines in `lines/`, separated by lines of `%%`.
pub fn own_lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shell_differential/lines");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.split("\n%%\n").map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Scripts and rows of the folders that the environment names, else of `../shared`.
pub fn scripts() -> Scripts {
    let folders: Vec<PathBuf> = match std::env::var_os("SHELL_DIFFERENTIAL_SCRIPTS") {
        Some(folders) => std::env::split_paths(&folders).collect(),
        None => vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")],
    };
    let mut scripts = Scripts::default();
    for folder in folders {
        for entry in walkdir::WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .flatten()
        {
            let small = entry
                .metadata()
                .is_ok_and(|data| data.is_file() && data.len() <= MOST_BYTES);
            if small {
                add_file(entry.path(), &mut scripts);
            }
        }
    }
    scripts
}

fn add_file(path: &Path, scripts: &mut Scripts) {
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    if path.extension().is_some_and(|extension| extension == "jsonl") {
        let rows = text
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        for row in rows {
            if let Some(command) = row.pointer("/input/command").and_then(|command| command.as_str()) {
                scripts.bash.push(command.to_owned());
                scripts.dash.push(command.to_owned());
            }
        }
        return;
    }
    let first = text.lines().next().unwrap_or_default();
    let interpreter = first.strip_prefix("#!").map(|rest| {
        let mut words = rest
            .split_whitespace()
            .map(|word| word.rsplit('/').next().unwrap_or(word));
        match words.next() {
            Some("env") => words
                .find(|word| !word.starts_with('-'))
                .unwrap_or_default()
                .to_owned(),
            word => word.unwrap_or_default().to_owned(),
        }
    });
    let extension = path.extension().unwrap_or_default();
    match interpreter.as_deref() {
        Some("sh" | "dash") => {
            scripts.dash.push(text.clone());
            scripts.bash.push(text);
        }
        Some("bash") => scripts.bash.push(text),
        Some("zsh") => scripts.zsh.push(text),
        None if extension == "zsh" => scripts.zsh.push(text),
        None if extension == "sh" || extension == "bash" => scripts.bash.push(text),
        _ => {}
    }
}
