//! Whole runs of the program against its budgets: `cargo bench --bench whole_process`.
//!
//! Each figure is a ratio to another process of the same run on the same machine, in turn A B A B, so
//! that a machine that slows down slows both. Medians are printed; `benches/README.md` explains them.

#![allow(clippy::disallowed_methods, reason = "a bench starts what it measures")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Counted runs of each command, after one that is not counted.
const RUNS: usize = 15;
const FOLDERS: usize = 1_000;
const FILES_A_FOLDER: usize = 50;
/// 50,000 of them are 300 MB.
const FILE_BYTES: usize = 6_000;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    // Started by itself as the other process of the large tree.
    if args.get(1).map(String::as_str) == Some("bare-walk") {
        return bare_walk(Path::new(&args[2]));
    }
    let dir = tempfile::tempdir()?;
    let guard = env!("CARGO_BIN_EXE_claude-guard");
    let hello = hello_world(dir.path())?;

    let small = dir.path().join("small");
    write_candidates(&small)?;
    for i in 0..160 {
        write(&small.join(format!("src/m{}/f{i}.rs", i % 12)), "fn main() {}\n")?;
    }
    let large = dir.path().join("large");
    write_candidates(&large)?;
    let filler = "x = 1  # a line of code like any other\n".repeat(FILE_BYTES / 39);
    for i in 0..FOLDERS {
        let folder = large.join(format!("part{:02}/group{i}", i % 40));
        fs::create_dir_all(&folder)?;
        for k in 0..FILES_A_FOLDER {
            fs::write(folder.join(format!("file{k}.py")), &filler)?;
        }
    }

    let scan = |tree: &Path| {
        let mut command = Command::new(guard);
        command.arg("scan").arg(tree);
        command
    };
    let myself = std::env::current_exe()?;
    let bare = || {
        let mut command = Command::new(&myself);
        command.arg("bare-walk").arg(&large);
        command
    };
    println!(
        "{:<44}{:>10}{:>10}{:>8}{:>10}",
        "", "median", "other", "ratio", "budget"
    );
    row(
        "scan of a small repository / hello-world",
        || scan(&small),
        || Command::new(&hello),
        5.0,
    )?;
    row("scan of 50,000 files / bare walk", || scan(&large), bare, 1.5)?;
    for (name, tree) in [("small repository", &small), ("50,000 files", &large)] {
        match peak_kib(guard, tree) {
            Some(kib) => println!("peak memory, {name:<31}{:>8} MB", kib / 1024),
            None => println!("peak memory, {name:<31}not measured: no GNU /usr/bin/time here"),
        }
    }
    Ok(())
}

/// Prints one ratio: the median of the ratios of neighbouring runs.
fn row(name: &str, ours: impl Fn() -> Command, other: impl Fn() -> Command, budget: f64) -> io::Result<()> {
    let (mut a, mut b, mut ratios) = (vec![], vec![], vec![]);
    for i in 0..=RUNS {
        let (x, y) = (time(ours())?, time(other())?);
        if i > 0 {
            ratios.push(x.as_secs_f64() / y.as_secs_f64());
            a.push(x);
            b.push(y);
        }
    }
    ratios.sort_by(f64::total_cmp);
    a.sort();
    b.sort();
    let (a, b, ratio) = (a[RUNS / 2], b[RUNS / 2], ratios[RUNS / 2]);
    let ms = |d: Duration| format!("{:.1} ms", d.as_secs_f64() * 1000.0);
    println!("{name:<44}{:>10}{:>10}{ratio:>8.2}{budget:>10.1}", ms(a), ms(b));
    Ok(())
}

fn time(mut command: Command) -> io::Result<Duration> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let took = start.elapsed();
    // A scan that finds something ends with 1.
    match status.code() {
        Some(0 | 1) => Ok(took),
        _ => Err(io::Error::other(format!("{command:?} ended with {status}"))),
    }
}

/// The largest resident size of a scan, as the system accounts for it.
fn peak_kib(guard: &str, tree: &Path) -> Option<u64> {
    let out = Command::new("/usr/bin/time")
        .args(["-f", "%M", guard, "scan"])
        .arg(tree)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8_lossy(&out.stderr)
        .lines()
        .last()?
        .trim()
        .parse()
        .ok()
}

/// A release build of a `println`, dynamically linked.
fn hello_world(dir: &Path) -> io::Result<PathBuf> {
    let (source, program) = (dir.join("hello.rs"), dir.join("hello"));
    fs::write(&source, "fn main() { println!(\"hello\"); }\n")?;
    let built = Command::new("rustc")
        .args(["--edition", "2024", "-O", "-o"])
        .arg(&program)
        .arg(&source)
        .status()?;
    if built.success() {
        Ok(program)
    } else {
        Err(io::Error::other("rustc did not build hello-world"))
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Twenty files that some agent, editor or tool reads, and what they lead to.
fn candidates() -> [(&'static str, String); 20] {
    let settings = r#"{"hooks":{"PostToolUse":[{"matcher":"Edit","hooks":[{"type":"command",
        "command":"\"$CLAUDE_PROJECT_DIR\"/scripts/format.sh"}]}]},"permissions":{"allow":["Bash(make test)"]}}"#;
    let skill = |name: &str| {
        format!(
            "---\nname: {name}\ndescription: Checks {name}.\n---\n\nRun `make {name}` and read the result.\n"
        )
    };
    [
        (".claude/settings.json", settings.to_owned()),
        (".claude/commands/test.md", "Run the tests and explain each failure.\n".to_owned()),
        (".claude/commands/release.md", "Write the change log.\n".to_owned()),
        (".claude/agents/reviewer.md", skill("reviewer")),
        (".claude/skills/lint/SKILL.md", skill("lint")),
        (".claude/skills/docs/SKILL.md", skill("docs")),
        (".mcp.json", r#"{"mcpServers":{"local":{"command":"node","args":["tools/server.mjs"]}}}"#.to_owned()),
        ("CLAUDE.md", "# Notes\n\nUse `make test`. See @docs/style.md.\n".to_owned()),
        ("AGENTS.md", "Write tests first.\n".to_owned()),
        ("docs/style.md", "Short functions.\n".to_owned()),
        (".vscode/tasks.json", r#"{"version":"2.0.0","tasks":[{"label":"build","type":"shell","command":"make"}]}"#.to_owned()),
        (".vscode/settings.json", r#"{"editor.tabSize":4}"#.to_owned()),
        (".devcontainer/devcontainer.json", r#"{"image":"debian","postCreateCommand":"make setup"}"#.to_owned()),
        (".envrc", "export APP_ENV=dev\n".to_owned()),
        (".cursor/rules/style.md", "Short functions.\n".to_owned()),
        ("package.json", r#"{"name":"x","scripts":{"build":"tsc -p .","test":"node --test"}}"#.to_owned()),
        ("Makefile", "test:\n\tpython3 -m pytest\n".to_owned()),
        ("scripts/format.sh", "#!/bin/sh\nset -e\nfor f in $(git diff --name-only); do\n  prettier --write \"$f\"\ndone\n".to_owned()),
        ("tools/server.mjs", "import { readFile } from 'node:fs/promises';\nconsole.log(await readFile('package.json', 'utf8'));\n".to_owned()),
        (".gitattributes", "*.png binary\n".to_owned()),
    ]
}

fn write_candidates(root: &Path) -> io::Result<()> {
    candidates()
        .iter()
        .try_for_each(|(path, text)| write(&root.join(path), text))
}

/// The other process: lists all folders with as many threads as the machine has, and reads the candidates.
fn bare_walk(root: &Path) -> io::Result<()> {
    let queue = Mutex::new((vec![root.to_owned()], 1usize));
    let count = Mutex::new(0usize);
    let take = || loop {
        let mut queue = queue.lock().ok()?;
        if let Some(folder) = queue.0.pop() {
            return Some(folder);
        }
        if queue.1 == 0 {
            return None;
        }
        drop(queue);
        std::thread::yield_now();
    };
    let work = || {
        let mut files: Vec<PathBuf> = vec![];
        while let Some(folder) = take() {
            let mut below = vec![];
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|t| t.is_dir()) {
                    below.push(entry.path());
                } else {
                    files.push(entry.path());
                }
            }
            if let Ok(mut queue) = queue.lock() {
                queue.1 = queue.1 + below.len() - 1;
                queue.0.extend(below);
            }
        }
        if let Ok(mut count) = count.lock() {
            *count += files.len();
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut bytes = 0;
    for (name, _) in candidates() {
        bytes += fs::read(root.join(name))?.len();
    }
    println!("{} files, {bytes} bytes", count.into_inner().unwrap_or_default());
    Ok(())
}
