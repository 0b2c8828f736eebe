//! What a call starts in its turn: commands, shell text, scripts, code, modules, packages, targets.

use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::Run;
use super::words::{self};
use super::{Stdin, Then, address};
use crate::lang::shell::ast::Dialect;
use crate::model::effect::{Connect, How, Traffic};
use crate::model::{Nature, Origin, Piece, Place, Unknown, Via, Why, Word};

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
            Kind::PackageScript => self.package_script(word, place, arguments_of(all), false),
            Kind::PackageScriptOrProgram => self.package_script(word, place, arguments_of(all), true),
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

    pub(super) fn dialect(&self) -> Option<Dialect> {
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

fn has_extension(text: &str) -> bool {
    !text.starts_with('@')
        && text.contains('/')
        && text.rsplit('/').next().is_some_and(|name| name.contains('.'))
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
