//! What a call starts in its turn: commands, shell text, scripts, code, modules, packages, targets.

use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::Run;
use super::words::{self, Flat};
use super::{Stdin, Then, address, special, table};
use crate::lang::shell::ast::Dialect;
use crate::model::effect::{Connect, How, QueryClass, Traffic};
use crate::model::lowered::Target;
use crate::model::source::{Hop, Mapping};
use crate::model::{
    EffectKind, GapReason, Location, Nature, Origin, Piece, Place, Span, Unknown, Via, Why, Word,
};

impl Run<'_, '_> {
    /// Applies an option or operand that starts or loads something. Returns whether it was one.
    pub(super) fn start(&mut self, given: &Given<'_>, all: &Arguments<'static>) -> bool {
        let (word, place) = (&given.value, given.place);
        let language = given.argument.unwrap_or_else(|| all.language());
        match given.kind {
            Kind::Shell => {
                let dialect = given.argument.and_then(dialect);
                self.shell(word.clone(), place, vec![], dialect);
            }
            Kind::Program => self.program_option(word, place),
            Kind::Script => self.script(word, place, language, arguments_of(all)),
            Kind::Code => self.code(word, place, language, arguments_of(all)),
            Kind::Module => self.module(word, place, all),
            Kind::Load => self.load(word, place, language),
            Kind::Require => {
                let text = word.known_prefix();
                let path = text.starts_with(['.', '/']) || text.starts_with("data:") || address::is_url(word);
                if path || !matches!(word.pieces.first(), Some(Piece::Known(_))) || has_extension(text) {
                    self.load(word, place, language);
                } else if !matches!(language, "ruby" | "perl") {
                    // An installed package: its code is not here to be read.
                    self.told = false;
                }
            }
            Kind::Setting => self.setting(word, place, all),
            Kind::PackageScript => self.package_script(word, place, arguments_of(all)),
            Kind::Target => self.target(Some(word), place, all),
            Kind::TargetFile => {}
            Kind::Query => self.query(word, place, all),
            Kind::Database => self.database(word, place, all),
            _ => return false,
        }
        true
    }

    /// Text that a shell parses.
    pub(super) fn shell(&mut self, text: Word, place: Place, argv: Vec<Word>, dialect: Option<Dialect>) {
        for origin in text.origins() {
            self.out.flow(origin, self.exec, Via::Argument);
        }
        let stdin = self.call.stdin.clone();
        self.then.push(Then::Shell {
            text,
            place,
            argv,
            stdin,
            dialect,
            exec: self.exec,
        });
    }

    /// A program named by an option: started, with arguments that are not ours.
    fn program_option(&mut self, word: &Word, place: Place) {
        self.option_command(words::fields(word), place);
    }

    /// A command given as the value of an option or a variable.
    pub(super) fn option_command(&mut self, words: Vec<Word>, place: Place) {
        if words.is_empty() {
            return;
        }
        let places = vec![place; words.len()];
        let stdin = Stdin::default();
        self.then.push(Then::Command {
            words,
            places,
            how: How::Option,
            stdin,
            assignments: vec![],
            cwd: None,
        });
    }

    /// The words of an inner command.
    pub(super) fn command(&mut self, words: Vec<Word>, places: Vec<Place>, stdin: Stdin) {
        if words.is_empty() {
            return;
        }
        let cwd = (self.cwd != *self.call.cwd).then(|| self.cwd.clone());
        let assignments = self.assignments.clone();
        self.then.push(Then::Command {
            words,
            places,
            how: How::Wrapper,
            stdin,
            assignments,
            cwd,
        });
    }

    /// A script file in a language.
    pub(super) fn script(&mut self, word: &Word, place: Place, language: &str, argv: Vec<Word>) {
        if matches!(
            word.as_known(),
            Some("-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
        ) {
            self.stdin_code(place, language, argv);
            return;
        }
        if address::is_url(word) && address::file_url(word).is_none() {
            self.remote_code(word, place);
            return;
        }
        let word = address::file_url(word).unwrap_or_else(|| word.clone());
        let path = self.path(&word);
        for origin in word.origins() {
            self.out.flow(origin, self.exec, Via::Argument);
        }
        let exec = self.exec;
        self.written_before(&path.at, exec);
        if language == "shell" {
            let stdin = self.call.stdin.clone();
            let dialect = self.dialect();
            self.then.push(Then::Script {
                path,
                argv,
                stdin,
                dialect,
                exec,
                place,
            });
            return;
        }
        if path.at == Location::Unknown {
            let detail = format!(
                "the {language} script to be run is decided at run time: {}",
                word.display()
            );
            self.gap(place, GapReason::UnknownCode, detail);
            return;
        }
        let language = by_extension(&path.at).unwrap_or(language);
        let target = Target::Script {
            path: path.at,
            language: (!language.is_empty()).then(|| language.to_owned()),
        };
        self.reference(target, argv, place);
    }

    /// Code that is fetched and run.
    fn remote_code(&mut self, word: &Word, place: Place) {
        if let Some(connect) = address::url(word, "https", Traffic::Fetch) {
            let id = self.connect(connect, place, Nature::Stated, word);
            self.out.flow(Origin::Effect(id), self.exec, Via::Argument);
        }
        self.gap(
            place,
            GapReason::UnknownCode,
            format!("code from the network is run: {}", word.display()),
        );
    }

    /// Program text given as a word.
    fn code(&mut self, word: &Word, place: Place, language: &str, argv: Vec<Word>) {
        match language {
            "shell" => {
                let dialect = self.dialect();
                self.shell(word.clone(), place, argv, dialect);
                return;
            }
            "sed" => {
                special::sed::script(self, word, place);
                return;
            }
            "vim" => {
                special::vim::command(self, word, place);
                return;
            }
            "socat" => {
                special::socat(self, word, place);
                return;
            }
            "awk" if word.as_known().is_some_and(special::awk_only_prints) => return,
            _ => {}
        }
        self.code_text(word, place, language, argv, Via::Argument, &[]);
    }

    /// Standard input is program text.
    pub(super) fn stdin_code(&mut self, place: Place, language: &str, argv: Vec<Word>) {
        let stdin = self.call.stdin;
        let origins = self.stdin_origins();
        for origin in &origins {
            self.out
                .flow_decoded(origin.clone(), self.exec, Via::Pipe, stdin.decoded.clone());
        }
        let text = stdin.text.clone();
        if language == "shell" {
            if stdin.connected || !origins.is_empty() {
                let text = text.unwrap_or_else(|| Word::unknown_from(Why::Input, origins));
                let (dialect, exec) = (self.dialect(), self.exec);
                let stdin = Stdin {
                    connected: true,
                    ..Stdin::default()
                };
                self.then.push(Then::Shell {
                    text,
                    place,
                    argv,
                    stdin,
                    dialect,
                    exec,
                });
            }
            return;
        }
        match text {
            Some(text) => self.code_text(&text, place, language, argv, Via::Pipe, &[]),
            None if stdin.connected || !origins.is_empty() => {
                self.gap(
                    place,
                    GapReason::UnknownCode,
                    format!("the {language} code run comes from standard input"),
                );
            }
            None => {}
        }
    }

    fn code_text(
        &mut self,
        word: &Word,
        place: Place,
        language: &str,
        argv: Vec<Word>,
        via: Via,
        before: &[Origin],
    ) {
        for origin in word.origins().into_iter().chain(before.iter().cloned()) {
            self.out.flow(origin, self.exec, via);
        }
        if word.as_known().is_none() {
            let detail = format!("parts of the {language} code run are decided at run time");
            self.gap(place, GapReason::UnknownCode, detail);
            if !matches!(word.pieces.iter().find(|p| matches!(p, Piece::Known(_))), Some(Piece::Known(t)) if t.len() > 3)
            {
                return;
            }
        }
        let text = word.display();
        let mapping = mapping(self.sources.text(place.source), place.span, &text);
        let source = self.sources.within(place.source, Hop::Inline, mapping, text);
        self.reference(
            Target::Code {
                source,
                language: language.to_owned(),
            },
            argv,
            place,
        );
    }

    fn module(&mut self, word: &Word, place: Place, all: &Arguments<'static>) {
        let rest: Vec<&Given<'_>> = all.given.iter().filter(|g| g.kind == Kind::Args).collect();
        let argv: Vec<Word> = rest.iter().map(|g| g.value.clone()).collect();
        let places: Vec<Place> = rest.iter().map(|g| g.place).collect();
        let Some(name) = word.as_known() else {
            self.gap(
                place,
                GapReason::UnknownCode,
                "the module to be run is decided at run time",
            );
            return;
        };
        let own = all
            .page()
            .module
            .iter()
            .find(|(names, _)| names.split_whitespace().any(|n| n == name));
        let shadowed = self.call.context.tree.is_some_and(|tree| {
            let at = |text: String| match self.cwd.join(&text) {
                Location::Tree(path) => tree.entry(&path).is_some(),
                _ => false,
            };
            let path = name.replace('.', "/");
            at(format!("{path}.py")) || at(format!("{path}/__main__.py"))
        });
        if let (Some((_, page)), false) = (own, shadowed) {
            self.by_page(page, &argv, &places);
        } else if table::page(name).is_some() && !shadowed {
            let words = std::iter::once(word.clone()).chain(argv).collect();
            let places = std::iter::once(place).chain(places).collect();
            self.command(words, places, self.call.stdin.clone());
        } else {
            if !shadowed {
                self.told = false;
            }
            let target = Target::Module {
                name: name.to_owned(),
                language: all.language().to_owned(),
            };
            self.reference(target, argv, place);
        }
    }

    /// A file loaded as code.
    pub(super) fn load(&mut self, word: &Word, place: Place, language: &str) {
        if language == "vim" && matches!(word.as_known(), Some("NONE" | "NORC" | "DEFAULTS")) {
            return;
        }
        for origin in word.origins() {
            self.out.flow(origin, self.exec, Via::Argument);
        }
        let text = Flat::new(word);
        let code = text
            .text
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(','));
        if let Some((head, code)) = code {
            self.told = false;
            let code = if head.ends_with(";base64") {
                super::filters::encode::base64_decode(code).unwrap_or_default()
            } else {
                code.to_owned()
            };
            self.code_text(&Word::known(code), place, language, vec![], Via::Argument, &[]);
            return;
        }
        if address::is_url(word) && address::file_url(word).is_none() {
            self.remote_code(word, place);
            return;
        }
        let word = address::file_url(word).unwrap_or_else(|| word.clone());
        let path = self.path(&word);
        let exec = self.exec;
        self.written_before(&path.at, exec);
        if path.at == Location::Unknown {
            let detail = format!(
                "the file loaded as code is decided at run time: {}",
                word.display()
            );
            self.gap(place, GapReason::UnknownCode, detail);
            return;
        }
        let language = by_extension(&path.at).unwrap_or(language);
        let language = (!language.is_empty()).then(|| language.to_owned());
        self.reference(
            Target::Script {
                path: path.at,
                language,
            },
            vec![],
            place,
        );
    }

    /// `NAME=VALUE` of an option like `-c` of git or `-o` of ssh.
    pub(super) fn setting(&mut self, word: &Word, place: Place, all: &Arguments<'static>) {
        let (name, value) = words::split_once(word, '=')
            .or_else(|| words::split_once(word, ' '))
            .map_or_else(|| (word.clone(), Word::known("true")), |(n, v)| (n, v));
        let name = name.display().trim().to_ascii_lowercase();
        let page = all.pages[0];
        let found = page.settings.iter().find_map(|(kind, patterns)| {
            patterns
                .split_whitespace()
                .any(|p| wildcard(p, &name))
                .then(|| Kind::parse(kind))
                .flatten()
        });
        let Some((kind, argument)) = found else {
            self.told = false;
            return;
        };
        // An alias or helper of git is a shell line when it starts with `!`.
        let value = match (kind, words::strip(&value, "!")) {
            (Kind::Shell, Some(text)) => text,
            (Kind::Shell, None) if name.starts_with("alias.") => return,
            (Kind::Shell, None) if name.starts_with("credential") => {
                if !value.known_prefix().starts_with('/') {
                    self.told = false;
                    return;
                }
                value
            }
            (Kind::Shell, None)
                if matches!(value.as_known(), Some("true" | "false" | "0" | "1" | "none" | "")) =>
            {
                return;
            }
            _ => value,
        };
        let given = Given {
            spelling: "",
            kind,
            argument,
            value,
            place,
        };
        if !self.start(&given, all) {
            self.apply(&given, all);
        }
    }

    fn package_script(&mut self, word: &Word, place: Place, argv: Vec<Word>) {
        let Some(name) = word.as_known() else {
            self.gap(
                place,
                GapReason::UnknownCode,
                "the package script to be run is decided at run time",
            );
            return;
        };
        for name in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
            let argv = if name == word.display() {
                argv.clone()
            } else {
                vec![]
            };
            self.reference(
                Target::PackageScript {
                    dir: self.cwd.clone(),
                    name,
                },
                argv,
                place,
            );
        }
    }

    /// A target or recipe; `None`: the default one.
    pub(super) fn target(&mut self, word: Option<&Word>, place: Place, all: &Arguments<'_>) {
        let name = match word {
            None => None,
            Some(word) => match word.as_known() {
                // `make CC=x` sets a variable.
                Some(text) if text.contains('=') => return,
                Some(text) => Some(text.to_owned()),
                None => {
                    self.gap(
                        place,
                        GapReason::UnknownCode,
                        "the target to be made is decided at run time",
                    );
                    return;
                }
            },
        };
        let file = all
            .given
            .iter()
            .find(|g| g.kind == Kind::TargetFile)
            .map(|g| self.path(&g.value).at);
        let tool = self.call.program.display();
        let tool = tool.rsplit('/').next().unwrap_or(&tool);
        let tool = if matches!(tool, "gmake" | "bmake") {
            "make"
        } else {
            tool
        }
        .to_owned();
        let target = Target::BuildTarget {
            tool,
            dir: self.cwd.clone(),
            file,
            name,
        };
        self.reference(target, arguments_of(all), place);
    }

    fn query(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
        let dialect = if all.language().is_empty() {
            "sql"
        } else {
            all.language()
        }
        .to_owned();
        let kind = EffectKind::Query {
            dialect,
            class: QueryClass::Unknown,
            objects: vec![],
        };
        let id = self.push(Nature::Stated, kind, place);
        for origin in word.origins() {
            self.out.flow(origin, id, Via::Argument);
        }
        special::query_escapes(self, word, place);
    }

    fn database(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
        if address::is_url(word) {
            if let Some(connect) = address::url(word, all.language(), Traffic::Both) {
                self.sends = true;
                self.connect(connect, place, Nature::Stated, word);
            }
        } else if all.language() == "sqlite" && word.as_known() != Some(":memory:") {
            self.read(word, place, true, Nature::Stated);
            if !all.has("-readonly") {
                self.write(
                    word,
                    place,
                    crate::model::effect::WriteAct::Overwrite,
                    Nature::Stated,
                );
            }
        }
    }

    /// A connection implied by the page; `*` is a host that is not said.
    pub(super) fn implied_connect(&mut self, scheme: &str, host: &str, traffic: Traffic) {
        let connect = Connect {
            scheme: (scheme != "*").then(|| scheme.to_owned()),
            host: if host == "*" {
                Word::unknown(Why::NotUnderstood)
            } else {
                Word::known(host)
            },
            port: None,
            path: None,
            userinfo: None,
            traffic,
        };
        let place = self.call.place;
        let id = self.connect(connect, place, Nature::Implied, &Word::default());
        if traffic != Traffic::Lookup {
            self.inputs.push(super::run::Input {
                origin: Origin::Effect(id),
                via: Via::Pipe,
                decoded: vec![],
            });
        }
    }

    fn dialect(&self) -> Option<Dialect> {
        let name = self.call.program.as_known()?;
        dialect(name.rsplit('/').next().unwrap_or(name))
    }
}

fn dialect(name: &str) -> Option<Dialect> {
    Some(
        match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "bash" | "rbash" => Dialect::Bash,
            "zsh" => Dialect::Zsh,
            "sh" | "dash" | "ash" => Dialect::Dash,
            _ => return None,
        },
    )
}

/// What the operands hand to a script.
pub(super) fn arguments_of(all: &Arguments<'_>) -> Vec<Word> {
    all.given
        .iter()
        .filter(|g| matches!(g.kind, Kind::Args | Kind::Passed))
        .map(|g| g.value.clone())
        .collect()
}

fn by_extension(at: &Location) -> Option<&'static str> {
    let (Location::Tree(_)
    | Location::Home(_)
    | Location::Temp(_)
    | Location::Absolute(_)
    | Location::Above(_)) = at
    else {
        return None;
    };
    let name = at.display();
    let end = name.rsplit('/').next()?.rsplit_once('.')?.1.to_owned();
    Some(match end.as_str() {
        "ts" | "mts" | "cts" | "tsx" => "typescript",
        "js" | "mjs" | "cjs" | "jsx" => "javascript",
        _ => return None,
    })
}

fn has_extension(text: &str) -> bool {
    !text.starts_with('@')
        && text.contains('/')
        && text.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Where `text` lies in `span` of its parent: in step where it stands there as such, else as a whole.
fn mapping(parent: &str, span: Span, text: &str) -> Mapping {
    let found = parent.get(span.start..span.end).and_then(|part| part.find(text));
    match found {
        Some(at) if !text.is_empty() => {
            let start = span.start + at;
            Mapping::Pieces(vec![(0, start)], start + text.len())
        }
        _ => Mapping::Whole(span),
    }
}

/// `*` stands for anything.
pub(super) fn wildcard(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or("");
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

/// A piece for bytes that come from standard input.
pub(super) fn from_stdin(origins: Vec<Origin>) -> Word {
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Input,
            bound: None,
            from: origins,
        })],
        from: vec![],
    }
}
