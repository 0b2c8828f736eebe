//! Program text that a call runs or loads: as a word, from standard input, from a file, by name.

use super::address;
use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::Run;
use super::{Stdin, Then, special, table, words};
use crate::model::effect::Traffic;
use crate::model::lowered::Target;
use crate::model::source::{Hop, Mapping};
use crate::model::{GapReason, Location, Nature, Origin, Piece, Place, Span, Via, Why, Word};

impl Run<'_, '_> {
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
    pub(super) fn remote_code(&mut self, word: &Word, place: Place) {
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
    pub(super) fn code(&mut self, word: &Word, place: Place, language: &str, argv: Vec<Word>) {
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

    pub(super) fn code_text(
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

    pub(super) fn module(&mut self, word: &Word, place: Place, all: &Arguments<'static>) {
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
        let text = words::Flat::new(word);
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
