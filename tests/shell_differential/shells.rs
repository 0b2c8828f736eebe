//! The real shells. Nothing here runs a text that is not made of probes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Dash,
    /// Only asked what it accepts, and only where it is installed.
    Zsh,
}

impl Shell {
    fn program(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Dash => "dash",
            Self::Zsh => "zsh",
        }
    }
}

/// The probes: `p` prints its arguments, `h` the lines of its input.
const PROBES: &str = r#"p() { printf '<%s>' "$@"; printf '\n'; }
h() { while IFS= read -r line || [ -n "$line" ]; do printf '[%s]' "$line"; line=; done; printf '\n'; }
"#;

/// Texts for one process.
const BATCH: usize = 200;
/// How long a batch may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether bash and dash are here. Says so if not.
pub fn present() -> bool {
    let all = is_installed("bash") && is_installed("dash");
    if !all {
        eprintln!("SKIPPED: bash and dash are not both installed");
    }
    all
}

/// Whether zsh is here. Says so if not.
pub fn zsh_is_present() -> bool {
    let here = is_installed("zsh");
    if !here {
        eprintln!("SKIPPED: zsh is not installed");
    }
    here
}

fn is_installed(shell: &str) -> bool {
    Command::new(shell)
        .args(["-c", ":"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/h")
        .env("LC_ALL", "C.UTF-8");
    command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// The absolute path of a shell, found while PATH is still the caller's.
fn path_of(program: &str) -> std::path::PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .unwrap_or_else(|| program.into())
}

/// Whether the shell's parser accepts each text (`-n`: it runs nothing).
pub fn accepted(shell: Shell, texts: &[String]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    let program = path_of(shell.program());
    let half = texts.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = texts
            .chunks(half)
            .enumerate()
            .map(|(worker, texts)| {
                let (folder, program) = (folder.path(), program.as_path());
                scope.spawn(move || {
                    let file = folder.join(format!("text{worker}"));
                    let check = |text: &String| {
                        std::fs::write(&file, text).unwrap();
                        let mut command = command(program, folder);
                        // With `-n` bash does not run the `shopt` that would change how it reads on.
                        if shell == Shell::Bash && text.contains("shopt -s extglob") {
                            command.args(["-O", "extglob"]);
                        }
                        if shell == Shell::Zsh {
                            // `! x` ends with 1 though nothing ran, and words are expanded: what it
                            // says of the text counts.
                            command.args(["-f", "-n"]).arg(&file).stderr(Stdio::piped());
                            let said = command.output().unwrap().stderr;
                            let said = String::from_utf8_lossy(&said);
                            let of_running = [
                                "not found",
                                "bad math expression",
                                "no matches found",
                                "not enough directory stack entries",
                            ];
                            return said
                                .lines()
                                .all(|line| of_running.iter().any(|words| line.contains(words)));
                        }
                        command.arg("-n").arg(&file).status().unwrap().success()
                    };
                    texts.iter().map(check).collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    })
}

/// What each text of probes prints.
pub fn run(shell: Shell, texts: &[String]) -> Vec<String> {
    let program = path_of(shell.program());
    let mut outputs = vec![];
    for batch in texts.chunks(BATCH) {
        let folder = tempfile::tempdir().unwrap();
        let (texts_at, empty) = (folder.path().join("texts"), folder.path().join("empty"));
        std::fs::create_dir(&texts_at).unwrap();
        std::fs::create_dir(&empty).unwrap();
        let mut driver = format!("PATH=\n{PROBES}");
        let output_of = |n: usize| folder.path().join(format!("output{n}"));
        for (n, text) in batch.iter().enumerate() {
            std::fs::write(texts_at.join(n.to_string()), text).unwrap();
            driver.push_str(&format!("( . ../texts/{n} ) >../output{n}\n"));
        }
        let mut command = command(&program, &empty);
        command.arg("-c").arg(driver);
        patiently(&mut command);
        let printed = |n| std::fs::read(output_of(n)).unwrap_or_default();
        outputs.extend((0..batch.len()).map(|n| String::from_utf8_lossy(&printed(n)).into_owned()));
    }
    outputs
}

/// How bash prints each text, defined as the body of a function that is not called. Only for texts
/// that bash accepts on their own: these cannot close the function's brace. The shell is restricted,
/// its PATH holds the texts alone.
pub fn printed(texts: &[String]) -> Vec<Option<String>> {
    let program = path_of("bash");
    let mut outputs = vec![];
    for batch in texts.chunks(BATCH) {
        let folder = tempfile::tempdir().unwrap();
        let mut driver = String::new();
        for (n, text) in batch.iter().enumerate() {
            let file = folder.path().join(format!("text{n}"));
            std::fs::write(file, format!("_printed() {{\n{text}\n}}\n")).unwrap();
            driver.push_str(&format!(
                "echo; echo '{}'; . text{n} && declare -f _printed; unset -f _printed\n",
                mark(n)
            ));
        }
        let mut command = command(&program, folder.path());
        command.env("PATH", folder.path()).args(["-r", "-c"]).arg(driver);
        let output = patiently(&mut command);
        let mut rest = output.as_str();
        for n in 0..batch.len() {
            rest = rest
                .split_once(&format!("{}\n", mark(n)))
                .map_or("", |(_, rest)| rest);
            let text = rest
                .split_once(&format!("\n{}\n", mark(n + 1)))
                .map_or(rest, |(text, _)| text);
            outputs.push((!text.is_empty()).then(|| text.to_owned()));
        }
    }
    outputs
}

/// What stands before the printing of a text.
fn mark(n: usize) -> String {
    format!("=== printing of text {n} ===")
}

fn patiently(command: &mut Command) -> String {
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut bytes = vec![];
        std::io::Read::read_to_end(&mut stdout, &mut bytes).unwrap();
        bytes
    });
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the shell did not finish");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    String::from_utf8_lossy(&reader.join().unwrap()).into_owned()
}
