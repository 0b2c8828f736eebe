//! What a program does with its operands: a [`Call`] to effects, flows and the commands it starts in turn.
//!
//! What each program does is data, `lang/programs/*.toml`, compiled in by the build script;
//! [`page`] is its form, [`arguments`] reads a call by it, [`run`] and [`start`] turn each option
//! and operand into effects, [`filters`] compute known output from known input, [`special`] holds
//! the few programs whose operands are a language of their own (`find`, `sed`, `vim`).

pub mod address;
mod arguments;
mod code;
pub mod filters;
mod nature;
mod operands;
mod output;
mod package;
mod page;
mod project;
mod remote;
mod run;
mod special;
mod start;
mod table;
mod variables;
mod words;

#[cfg(test)]
mod tests;

use super::Context;
use super::shell::ast::Dialect;
use crate::model::effect::{Exec, Gate, How, Understood};
use crate::model::lowered::Target;
use crate::model::{
    Effect, EffectId, EffectKind, GapReason, Location, Lowered, Origin, PathOperand, Place, Scheme, Sources,
    Via, Word,
};
use arguments::Arguments;
use page::{Kind, Page};
use run::Run;

pub use variables::acts as variable_acts;

/// What a command reads from.
#[derive(Debug, Clone, Default)]
pub struct Stdin {
    /// Whose bytes it carries.
    pub origins: Vec<Origin>,
    /// The bytes, where they are known.
    pub text: Option<Word>,
    /// Decoding steps the bytes took on the way here, in order (the `decoded` of the output before the pipe).
    pub decoded: Vec<Scheme>,
    /// A pipe, a redirect or a here-document, as opposed to inherited.
    pub connected: bool,
}

/// What a command prints.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Whose bytes it carries.
    pub origins: Vec<Origin>,
    /// The bytes, where they are known (a filter over known input, `echo`).
    pub text: Option<Word>,
    /// Decoding steps the bytes took so far, those before this command included, in order: hand
    /// them on as [`Stdin::decoded`].
    pub decoded: Vec<Scheme>,
}

/// One program start.
pub struct Call<'a> {
    /// The program word.
    pub program: &'a Word,
    /// The words after it.
    pub argv: &'a [Word],
    /// Where the program word and each argument stand.
    pub places: &'a [Place],
    /// The whole command.
    pub place: Place,
    /// Assignments before the command.
    pub assignments: &'a [(String, Word)],
    /// Working folder.
    pub cwd: &'a Location,
    /// Standard input.
    pub stdin: &'a Stdin,
    /// How it is started.
    pub how: How,
    /// Conditions under which it is started.
    pub gates: &'a [Gate],
    /// The program start that starts this one.
    pub by: Option<EffectId>,
    /// What the whole text started with.
    pub context: &'a Context<'a>,
}

/// What the caller must do next, in order.
#[derive(Debug, Clone)]
pub enum Then {
    /// A wrapper's inner command (`env`, `sudo`, `xargs`, `timeout`, `find -exec`): to be lowered as a command.
    Command {
        /// Program and arguments.
        words: Vec<Word>,
        /// Where each stands.
        places: Vec<Place>,
        /// How it is started.
        how: How,
        /// Its standard input.
        stdin: Stdin,
        /// Variables set for it.
        assignments: Vec<(String, Word)>,
        /// Working folder, where the wrapper changes it.
        cwd: Option<Location>,
    },
    /// Text to be parsed as shell (`sh -c`, standard input of `sh`). The text may be unknown: then
    /// the caller notes the gap and the flow into `exec`.
    Shell {
        /// The text.
        text: Word,
        /// Where it stands.
        place: Place,
        /// `$0` and on.
        argv: Vec<Word>,
        /// Its standard input.
        stdin: Stdin,
        /// Which shell; `None`: the one that runs the text around it.
        dialect: Option<Dialect>,
        /// The shell's own start.
        exec: EffectId,
    },
    /// A shell script file, to be read from the tree and lowered in a child shell (`bash x.sh`, `./x.sh`).
    Script {
        /// The file.
        path: PathOperand,
        /// Arguments, `$1` and on.
        argv: Vec<Word>,
        /// Its standard input.
        stdin: Stdin,
        /// Which shell; `None`: the file's first line decides.
        dialect: Option<Dialect>,
        /// The start of the shell or of the script itself.
        exec: EffectId,
        /// Where the reference stands.
        place: Place,
    },
}

/// What a call came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The program's start.
    pub exec: EffectId,
    /// What the caller must do next.
    pub then: Vec<Then>,
    /// What reaches standard output.
    pub output: Output,
}

/// Adds the effects of one program start to `out`.
pub fn lower_call(call: &Call<'_>, out: &mut Lowered, sources: &mut Sources) -> Outcome {
    let exec = out.push(Effect {
        gates: call.gates.to_vec(),
        by: call.by,
        ..Effect::stated(
            EffectKind::Exec(Exec {
                program: call.program.clone(),
                argv: call.argv.to_vec(),
                how: call.how,
                understood: Understood::Opaque,
                followed: false,
                package: None,
            }),
            call.place,
        )
    });
    let mut run = Run {
        call,
        out,
        sources,
        exec,
        cwd: call.cwd.clone(),
        then: vec![],
        inputs: vec![],
        files: vec![],
        sent: vec![],
        sends: false,
        connects: vec![],
        writes: vec![],
        reads_stdin: false,
        to_stdout: false,
        assignments: vec![],
        told: true,
    };
    for (name, value) in call.assignments {
        run.set_variable(name, value, call.place);
        variables::apply(&mut run, name, value, call.place);
    }
    let output = run.lower();
    let (told, then) = (run.told, run.then);
    if let EffectKind::Exec(exec) = &mut out.get_mut(exec).kind {
        exec.understood = if told {
            Understood::Told
        } else {
            Understood::Opaque
        };
    }
    Outcome { exec, then, output }
}

/// What a program word leads to.
enum Found {
    /// A program with or without a page.
    Named(Option<&'static Page>),
    /// A file that is started by its path.
    File(PathOperand),
    /// Decided at run time.
    Unknown,
}

impl Run<'_, '_> {
    fn lower(&mut self) -> Output {
        let place = self.call.places.first().copied().unwrap_or(self.call.place);
        for origin in self.call.program.origins() {
            self.out.flow(origin, self.exec, Via::Argument);
        }
        let places: Vec<Place> = self.call.places.iter().skip(1).copied().collect();
        match self.find() {
            Found::Named(Some(page)) => {
                let argv = self.call.argv;
                self.by_page(page, argv, &places)
            }
            Found::Named(None) => self.opaque(),
            Found::File(path) => {
                self.start_file(path, place);
                self.opaque()
            }
            Found::Unknown => {
                let detail = format!(
                    "the program is decided at run time: {}",
                    self.call.program.display()
                );
                self.gap(place, GapReason::UnknownProgram, detail);
                self.opaque()
            }
        }
    }

    fn find(&self) -> Found {
        let program = self.call.program;
        let display = program.display();
        let base = display.rsplit('/').next().unwrap_or(&display);
        let Some(text) = program.as_known() else {
            let path = self.path(program);
            let known_base = words::base_name(program).is_some_and(|name| name.as_known().is_some());
            return match path.at {
                Location::Unknown if known_base && is_tool_folder(&display) => {
                    Found::Named(table::page(base))
                }
                Location::Unknown => Found::Unknown,
                _ if !self.in_tree(&path) && is_tool_folder(&display) => Found::Named(table::page(base)),
                _ => Found::File(path),
            };
        };
        if text.is_empty() {
            return Found::Unknown;
        }
        if !text.contains('/') {
            return Found::Named(table::page(text));
        }
        let system = text.strip_suffix(base).is_some_and(|dir| {
            matches!(
                dir,
                "/bin/"
                    | "/usr/bin/"
                    | "/usr/local/bin/"
                    | "/sbin/"
                    | "/usr/sbin/"
                    | "/opt/homebrew/bin/"
                    | "/usr/local/sbin/"
            )
        });
        let path = self.path(program);
        if system || (is_tool_folder(text) && !self.in_tree(&path)) {
            return Found::Named(table::page(base));
        }
        Found::File(path)
    }

    fn in_tree(&self, path: &PathOperand) -> bool {
        match (&path.at, self.call.context.tree) {
            (Location::Tree(at), Some(tree)) => tree.resolve(at).is_ok(),
            _ => false,
        }
    }

    /// A file started by its path: a shell script unless its first line or name says otherwise.
    fn start_file(&mut self, path: PathOperand, place: Place) {
        let (exec, argv) = (self.exec, self.call.argv.to_vec());
        self.written_before(&path.at, exec);
        let language = match (&path.at, self.call.context.tree) {
            (Location::Tree(at), Some(tree)) => tree
                .read(at, self.call.context.limits.file_bytes)
                .ok()
                .and_then(|bytes| {
                    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
                    super::name::language_of(at, &String::from_utf8_lossy(line))
                }),
            (Location::Tree(at), None) => super::name::language_of(at, ""),
            _ => None,
        };
        if language.is_some_and(|l| l != "shell") {
            let target = Target::Script {
                path: path.at,
                language: language.map(ToOwned::to_owned),
            };
            self.reference(target, argv, place);
        } else {
            let stdin = self.call.stdin.clone();
            self.then.push(Then::Script {
                path,
                argv,
                stdin,
                dialect: None,
                exec,
                place,
            });
        }
    }

    /// A program of which nothing is known: whatever goes in may come out.
    fn opaque(&mut self) -> Output {
        self.told = false;
        self.use_stdin(true);
        let mut origins = vec![Origin::Effect(self.exec)];
        let given = self.call.argv.iter().flat_map(Word::origins);
        for origin in self.inputs.iter().map(|i| i.origin.clone()).chain(given) {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Output {
            origins,
            text: None,
            decoded: self.call.stdin.decoded.clone(),
        }
    }

    /// Lowers `argv` by a page.
    fn by_page(&mut self, page: &'static Page, argv: &[Word], places: &[Place]) -> Output {
        if page.special == "find" {
            return special::find::lower(self, argv, places);
        }
        let all = Arguments::read(page, argv, places, self.call.place);
        let page = all.page();
        self.told &= all.uncovered.is_empty() && !page.opaque && !all.whens().any(|w| w.opaque);
        if !page.sub.is_empty() && argv.is_empty() {
            // Help text.
            return self.print(&all);
        }
        for given in all.given.iter().filter(|g| g.kind == Kind::Folder) {
            self.cwd = self.path(&given.value).at;
        }
        self.wrapped(&all);
        let folder = self.cwd.clone();
        for given in &all.given {
            // `tar -C` is for what is packed, not for the archive.
            if page.style == page::Style::Bundled {
                let option = !given.spelling.is_empty();
                self.cwd.clone_from(if option { self.call.cwd } else { &folder });
            }
            if !self.start(given, &all) && !package::apply(self, given, &all) {
                self.apply(given, &all);
            }
        }
        if all.takes(Kind::Target) && !all.any(&[Kind::Target]) {
            self.target(None, self.call.place, &all);
        }
        self.cwd = folder;
        self.unspoken(&all);
        self.nature(&all);
        self.standard_input(&all);
        self.flows();
        self.print(&all)
    }

    /// The inner command of a wrapper, with the variables that the wrapper sets.
    fn wrapped(&mut self, all: &Arguments<'_>) {
        for given in all.given.iter().filter(|g| g.kind == Kind::Assign) {
            match words::split_once(&given.value, '=') {
                Some((name, value)) if name.as_known().is_some_and(is_variable) => {
                    let name = name.display();
                    self.set_variable(&name, &value, given.place);
                    variables::apply(self, &name, &value, given.place);
                    self.assignments.push((name, value));
                }
                _ => self.told = false,
            }
        }
        let inner: Vec<_> = all.given.iter().filter(|g| g.kind == Kind::Command).collect();
        let mut words: Vec<Word> = inner.iter().map(|g| g.value.clone()).collect();
        let mut places: Vec<Place> = inner.iter().map(|g| g.place).collect();
        match all.page().special.as_str() {
            "env" => special::env(self, all, &mut words, &mut places),
            "printenv" if !all.any(&[Kind::EnvName]) => self.reads_environment("*"),
            _ => {}
        }
        // `uv run x.py` starts the interpreter.
        let script = words.first().is_some_and(|w| w.display().ends_with(".py")) && all.ecosystem() == "pypi";
        if script {
            let (word, place) = (
                words.remove(0),
                places.first().copied().unwrap_or(self.call.place),
            );
            self.script(&word, place, "python", words);
            return;
        }
        let stdin = if all.page().special == "xargs" {
            special::xargs(self, all, &mut words, &mut places)
        } else {
            self.call.stdin.clone()
        };
        self.command(words, places, stdin);
    }
}

/// Folders in which package managers put the programs of a project.
fn is_tool_folder(path: &str) -> bool {
    let Some((dir, _)) = path.rsplit_once('/') else {
        return false;
    };
    [
        "node_modules/.bin",
        "venv/bin",
        ".venv/bin",
        "env/bin",
        "vendor/bin",
    ]
    .iter()
    .any(|known| dir == *known || dir.ends_with(&format!("/{known}")))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
