//! Options and operands that are paths, addresses or plain values.

use super::address;
use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::run::{Input, Run};
use super::{run, words};
use crate::model::effect::{EnvAct, Reach, Traffic, WriteAct};
use crate::model::{EffectKind, Location, Nature, Origin, PathOperand, Place, Via, Word};

impl Run<'_, '_> {
    /// Applies one option or operand that is a path, an address or a plain value. Starts of programs
    /// and code are applied by [`super::start`].
    pub(super) fn apply(&mut self, given: &Given<'_>, all: &Arguments<'_>) {
        use Nature::Stated;
        let (word, place) = (&given.value, given.place);
        match given.kind {
            Kind::Read => {
                self.read(word, place, true, Stated);
            }
            Kind::Uses => {
                self.read(word, place, false, Stated);
            }
            Kind::ReadTree => self.read_tree(word, place, None, Stated),
            Kind::ReadList => {
                self.read(word, place, true, Stated);
            }
            Kind::Upload => {
                self.sends = true;
                self.read(word, place, true, Stated);
            }
            Kind::Edit => {
                self.read(word, place, true, Stated);
                if word.as_known() != Some("-") {
                    self.write(word, place, WriteAct::Overwrite, Stated);
                }
            }
            Kind::EditTree if !given.spelling.is_empty() => {
                if let Some(folder) = mounted(word) {
                    self.edit_tree(&folder, place);
                }
            }
            Kind::EditTree => self.edit_tree(word, place),
            Kind::Overwrite => self.write_into(word, place, WriteAct::Overwrite),
            Kind::Append => self.write_into(word, place, WriteAct::Append),
            Kind::Create => self.write_into(word, place, WriteAct::Create),
            Kind::Delete => self.write_into(word, place, WriteAct::Delete),
            Kind::Mode => self.write_into(word, place, WriteAct::Mode),
            Kind::Link => self.write_into(word, place, WriteAct::Link),
            Kind::Move => {
                self.read(word, place, true, Stated);
                self.write(word, place, WriteAct::Rename, Stated);
            }
            Kind::Into => self.copy_into(word, place, all, false),
            Kind::IntoFolder => self.copy_into(word, place, all, true),
            Kind::Url => {
                let file = address::file_url(word);
                if let Some(path) = file {
                    self.read(&path, place, true, Stated);
                } else if let Some(connect) = address::url(word, "http", Traffic::Fetch) {
                    let id = self.connect(connect, place, Stated, word);
                    self.inputs.push(Input {
                        origin: Origin::Effect(id),
                        via: Via::Pipe,
                        decoded: vec![],
                    });
                }
            }
            Kind::Send if address::is_url(word) => {
                self.sends = true;
                if let Some(connect) = address::url(word, "http", Traffic::Send) {
                    self.connect(connect, place, Stated, word);
                }
            }
            Kind::Host => self.host(word, place, all),
            Kind::Lookup => {
                let mut connect = address::host(word, "dns", Traffic::Lookup);
                connect.port = None;
                self.connect(connect, place, Stated, word);
            }
            Kind::Proxy => {
                if let Some(connect) = address::url(word, "http", Traffic::Both) {
                    self.connect(connect, place, Stated, word);
                }
            }
            Kind::RemoteSource => match address::remote(word, "ssh", Traffic::Fetch) {
                Some(connect) => {
                    let id = self.connect(connect, place, Stated, word);
                    self.inputs.push(Input {
                        origin: Origin::Effect(id),
                        via: Via::Pipe,
                        decoded: vec![],
                    });
                }
                None => self.read_tree(word, place, None, Stated),
            },
            Kind::RemoteTarget => match address::remote(word, "ssh", Traffic::Send) {
                Some(connect) => {
                    self.sends = true;
                    self.connect(connect, place, Stated, word);
                }
                None => self.write_into(word, place, WriteAct::Overwrite),
            },
            Kind::Repository => self.repository(word, place),
            Kind::Registry => {
                if let Some(connect) = address::is_url(word)
                    .then(|| address::url(word, "https", Traffic::Fetch))
                    .flatten()
                {
                    self.connect(connect, place, Stated, word);
                }
            }
            Kind::Revision => self.revision(word, place),
            Kind::Data => self.data(word, place),
            Kind::Form => {
                self.sends = true;
                let value = words::split_once(word, '=').map_or(word.clone(), |(_, value)| value);
                let file = words::strip(&value, "@").or_else(|| words::strip(&value, "<"));
                match file
                    .as_ref()
                    .map(|f| words::split_once(f, ';').map_or(f.clone(), |(f, _)| f))
                {
                    Some(file) => {
                        self.read(&file, place, true, Stated);
                    }
                    None => self.sent_text(&value),
                }
            }
            Kind::Header => match words::strip(word, "@") {
                Some(file) => {
                    self.read(&file, place, true, Stated);
                }
                None => self.sent_text(word),
            },
            Kind::EnvName => self.env_name(word, place),
            Kind::Unset => {
                let kind = EffectKind::Env {
                    name: word.clone(),
                    value: None,
                    act: EnvAct::Unset,
                    reach: Reach::Command,
                };
                self.push(Stated, kind, place);
            }
            Kind::Never => self.told = false,
            Kind::Text | Kind::Args | Kind::Passed | Kind::Port => self.sent_text(word),
            _ => {}
        }
    }

    /// A file in a commit or in the index counts as the file.
    pub(super) fn revision(&mut self, word: &Word, place: Place) {
        if let Some((_, path)) = words::split_once(word, ':').filter(|(_, path)| !path.is_empty()) {
            // Seen from the root, unless it starts with a dot.
            let dotted = path.known_prefix().starts_with('.') && path.known_prefix().contains("./");
            let folder = self.cwd.clone();
            if !dotted {
                self.cwd = Location::Tree(self.call.context.root.clone());
            }
            self.read(&path, place, true, Nature::Stated);
            self.cwd = folder;
            return;
        }
        let path = self.path(word);
        let known = match (&path.at, self.call.context.tree) {
            (Location::Tree(at), Some(tree)) => {
                tree.entry(at).is_some() || (tree.is_dir(at) && !at.is_root())
            }
            (Location::Home(_) | Location::Absolute(_) | Location::Above(_), _) => true,
            _ => false,
        };
        if known {
            self.read_tree(word, place, None, Nature::Stated);
        }
    }

    pub(super) fn edit_tree(&mut self, word: &Word, place: Place) {
        self.read_tree(word, place, None, Nature::Stated);
        let path = self.path(word);
        let written = run::under(word, &path.at, None);
        let path = PathOperand { written, at: path.at };
        let act = WriteAct::Overwrite;
        self.push(Nature::Stated, EffectKind::Write { path, act }, place);
    }

    pub(super) fn write_into(&mut self, word: &Word, place: Place, act: WriteAct) {
        self.write(word, place, act, Nature::Stated);
    }

    /// Text that leaves with the connections of this call, if there are any.
    pub(super) fn sent_text(&mut self, word: &Word) {
        for origin in word.origins() {
            self.sent.push((origin, Via::Argument));
        }
    }

    pub(super) fn data(&mut self, word: &Word, place: Place) {
        self.sends = true;
        let file = words::strip(word, "@").or_else(|| {
            let (name, file) = words::split_once(word, '@')?;
            // `--data-urlencode name@file`
            name.as_known()
                .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric()))
                .then_some(file)
        });
        match file {
            Some(file) => {
                self.read(&file, place, true, Nature::Stated);
            }
            None => self.sent_text(word),
        }
    }

    pub(super) fn host(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
        let scheme = match self
            .call
            .program
            .as_known()
            .map(|p| p.rsplit('/').next().unwrap_or(p))
        {
            Some("ssh" | "scp" | "sftp" | "mosh" | "ssh-copy-id" | "ssh-keyscan") => "ssh",
            Some("ftp" | "lftp") => "ftp",
            Some("telnet") => "telnet",
            Some("ping" | "ping6" | "traceroute" | "mtr" | "tracepath") => "icmp",
            _ => "tcp",
        };
        let mut connect = address::host(word, scheme, Traffic::Both);
        if let Some(port) = all.given.iter().find(|g| g.kind == Kind::Port) {
            connect.port = connect.port.or_else(|| port.value.as_known()?.parse().ok());
        }
        let id = self.connect(connect, place, Nature::Stated, word);
        self.sends = true;
        self.inputs.push(Input {
            origin: Origin::Effect(id),
            via: Via::Pipe,
            decoded: vec![],
        });
    }

    /// A URL, `host:path`, a local path, or the name of a configured remote.
    pub(super) fn repository(&mut self, word: &Word, place: Place) {
        if address::file_url(word).is_some() {
            return;
        }
        if let Some(connect) = address::remote(word, "ssh", Traffic::Both) {
            let id = self.connect(connect, place, Nature::Stated, word);
            self.inputs.push(Input {
                origin: Origin::Effect(id),
                via: Via::Pipe,
                decoded: vec![],
            });
            return;
        }
        let path = word.as_known().is_some_and(|t| t.starts_with(['.', '/', '~']));
        if !path {
            self.unnamed_remote(place, word);
        }
    }

    pub(super) fn env_name(&mut self, word: &Word, place: Place) {
        let value = words::split_once(word, '=');
        if let Some((_, value)) = &value {
            self.sent_text(value);
            return;
        }
        let kind = EffectKind::Env {
            name: word.clone(),
            value: None,
            act: EnvAct::Read,
            reach: Reach::Command,
        };
        let id = self.push(Nature::Stated, kind, place);
        self.sent.push((Origin::Effect(id), Via::Environment));
        self.inputs.push(Input {
            origin: Origin::Effect(id),
            via: Via::Environment,
            decoded: vec![],
        });
    }

    /// The target of a copy, a move or a link: itself, or an entry for each source in it.
    pub(super) fn copy_into(&mut self, word: &Word, place: Place, all: &Arguments<'_>, folder: bool) {
        let sources: Vec<(Word, Kind)> = all
            .given
            .iter()
            .filter(|g| g.spelling.is_empty() && g.value != *word)
            .filter(|g| matches!(g.kind, Kind::Read | Kind::ReadTree | Kind::Move | Kind::List))
            .map(|g| (g.value.clone(), g.kind))
            .collect();
        let path = self.path(word);
        let folder = folder
            || sources.len() > 1
            || word.display().ends_with('/')
            || matches!(word.as_known(), Some("." | ".."))
            || word.display().ends_with("/..")
            || word.display().ends_with("/.")
            || match (&path.at, self.call.context.tree) {
                (Location::Tree(at), Some(tree)) => tree.is_dir(at),
                (Location::Home(rest), _) => rest.is_empty(),
                (Location::Temp(rest), _) => rest.is_empty(),
                _ => false,
            };
        let act = if sources.iter().any(|(_, kind)| *kind == Kind::List) {
            WriteAct::Link
        } else if sources.iter().any(|(_, kind)| *kind == Kind::Move) {
            WriteAct::Rename
        } else {
            WriteAct::Overwrite
        };
        if !folder {
            self.write_into(word, place, act);
            return;
        }
        for (source, _) in &sources {
            match words::base_name(source) {
                Some(name) => self.write_into(&words::join(word, &name), place, act),
                None => self.write_into(word, place, act),
            }
        }
        if sources.is_empty() {
            self.write_into(word, place, act);
        }
    }
}

/// The folder of the host in `-v HOST:INSIDE` and `--mount type=bind,source=HOST,…`; a named volume is none.
fn mounted(word: &Word) -> Option<Word> {
    let flat = words::Flat::new(word);
    let bind = flat
        .text
        .split(',')
        .find_map(|part| part.strip_prefix("source=").or_else(|| part.strip_prefix("src=")));
    let host = match bind {
        Some(host) => host,
        None => flat.text.split_once(':')?.0,
    };
    let named = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (!named).then(|| flat.word(host))
}
