//! What a program does without being told: by its nature, by default.

use super::arguments::Arguments;
use super::page::Kind;
use super::run::{Input, Run};
use super::{run, words};
use crate::model::effect::{Traffic, WriteAct};
use crate::model::lowered::Target;
use crate::model::{EffectKind, Nature, Origin, Via, Word};

impl Run<'_, '_> {
    /// Operands that are taken for granted: the folder that is searched, the remote.
    pub(super) fn unspoken(&mut self, all: &Arguments<'_>) {
        let place = self.call.place;
        let forced = all.whens().map(|w| w.default.as_str()).find(|d| !d.is_empty());
        let own = Some(all.page().default.as_str()).filter(|d| !d.is_empty() && !self.call.stdin.connected);
        if let Some(default) = forced.or(own).filter(|_| !self.has_files(all)) {
            self.read_tree(&Word::known(default), place, None, Nature::Implied);
        }
        if all.takes(Kind::Repository) && !all.any(&[Kind::Repository]) {
            self.unnamed_remote(place, &Word::default());
        }
    }

    /// What the program does by its nature.
    pub(super) fn nature(&mut self, all: &Arguments<'_>) {
        let whens: Vec<_> = all.whens().collect();
        let page = all.page();
        let place = self.call.place;
        let own = !whens.iter().any(|w| w.instead);
        let lines = page
            .does
            .iter()
            .filter(|_| own)
            .chain(whens.iter().flat_map(|w| &w.does));
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["fetch", scheme, host] => self.implied_connect(scheme, host, Traffic::Fetch),
                ["send", scheme, host] => self.implied_connect(scheme, host, Traffic::Send),
                ["both", scheme, host] => self.implied_connect(scheme, host, Traffic::Both),
                ["lookup", scheme, host] => self.implied_connect(scheme, host, Traffic::Lookup),
                ["overwrite", "@url"] => self.named_by_url(all),
                [act, path] => {
                    let word = match path.strip_prefix("~/") {
                        Some(rest) => {
                            words::join(&Word::anchor(crate::model::Anchor::Home), &Word::known(rest))
                        }
                        None => Word::known(*path),
                    };
                    match *act {
                        "read" => {
                            self.read(&word, place, false, Nature::Implied);
                        }
                        "read-tree" => self.read_tree(&word, place, None, Nature::Implied),
                        "env-read" => self.reads_environment(path),
                        act => {
                            let below = words::anchored(&self.cwd).unwrap_or_default();
                            let below = run::under(&below, &self.cwd, None);
                            let word = if *path == "*" { below } else { word };
                            let act = match act {
                                "create" => WriteAct::Create,
                                "append" => WriteAct::Append,
                                "delete" => WriteAct::Delete,
                                _ => WriteAct::Overwrite,
                            };
                            self.write(&word, place, act, Nature::Implied);
                        }
                    }
                }
                _ => {}
            }
        }
        if !own {
            return;
        }
        for loads in &page.loads {
            let names = loads.names.split_whitespace().map(ToOwned::to_owned).collect();
            let target = Target::Loaded {
                dir: self.cwd.clone(),
                names,
                language: loads.language.clone(),
            };
            self.reference(target, vec![], place);
        }
        for name in &page.scripts {
            let target = Target::PackageScript {
                dir: self.cwd.clone(),
                name: name.clone(),
                or_program: false,
            };
            self.reference(target, vec![], place);
        }
    }

    /// A fetched file keeps the name it has in its URL.
    pub(super) fn named_by_url(&mut self, all: &Arguments<'_>) {
        let folder = all
            .given
            .iter()
            .find(|g| matches!(g.spelling, "-P" | "--directory-prefix" | "--output-dir"));
        for given in all.given.iter().filter(|g| g.kind == Kind::Url) {
            let flat = words::Flat::new(&given.value);
            let path = flat.text.split(['?', '#']).next().unwrap_or_default();
            let path = path.split_once("://").map_or(path, |(_, rest)| rest);
            let name = path
                .split_once('/')
                .and_then(|(_, path)| path.rsplit('/').next())
                .filter(|n| !n.is_empty());
            let name = flat.word(name.unwrap_or("index.html"));
            let word = folder.map_or_else(|| name.clone(), |folder| words::join(&folder.value, &name));
            self.write(&word, given.place, WriteAct::Overwrite, Nature::Implied);
        }
    }

    pub(super) fn reads_environment(&mut self, name: &str) {
        let kind = EffectKind::Env {
            name: Word::known(name),
            value: None,
            act: crate::model::effect::EnvAct::Read,
            reach: crate::model::effect::Reach::Command,
        };
        let id = self.push(Nature::Implied, kind, self.call.place);
        self.inputs.push(Input {
            origin: Origin::Effect(id),
            via: Via::Environment,
            decoded: vec![],
        });
    }
}
