//! Settings given as options, package scripts, targets, queries.

use super::address;
use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::Run;
use super::{special, start, words};
use crate::model::effect::{QueryClass, Traffic};
use crate::model::lowered::Target;
use crate::model::{EffectKind, GapReason, Nature, Place, Via, Word};

impl Run<'_, '_> {
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
                .any(|p| start::wildcard(p, &name))
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

    pub(super) fn package_script(&mut self, word: &Word, place: Place, argv: Vec<Word>, or_program: bool) {
        let Some(name) = word.as_known() else {
            self.gap(
                place,
                GapReason::UnknownCode,
                "the package script to be run is decided at run time",
            );
            return;
        };
        for name in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
            let itself = name == word.display();
            let argv = if itself { argv.clone() } else { vec![] };
            self.reference(
                Target::PackageScript {
                    dir: self.cwd.clone(),
                    name,
                    or_program: or_program && itself,
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
        self.reference(target, start::arguments_of(all), place);
    }

    pub(super) fn query(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
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

    pub(super) fn database(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
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
}
