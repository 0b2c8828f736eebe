//! One call being lowered: what it has read, sent and written so far, and the effects of each operand.

use super::address;
use super::arguments::{Arguments, Given};
use super::page::Kind;
use super::words;
use super::{Call, Then};
use crate::model::effect::{Connect, EnvAct, Reach, Traffic, WriteAct};
use crate::model::lowered::{Reference, Target};
use crate::model::{
    Bound, Effect, EffectId, EffectKind, GapReason, Location, Lowered, Nature, Origin, PathOperand, Piece,
    Place, Scheme, Sources, Unknown, Via, Why, Word,
};

/// Bytes that go through the program.
pub(super) struct Input {
    pub(super) origin: Origin,
    pub(super) via: Via,
    pub(super) decoded: Vec<Scheme>,
}

/// A call being lowered.
pub(super) struct Run<'c, 'a> {
    pub(super) call: &'c Call<'a>,
    pub(super) out: &'c mut Lowered,
    pub(super) sources: &'c mut Sources,
    pub(super) exec: EffectId,
    /// Working folder once `-C` and kin are followed.
    pub(super) cwd: Location,
    pub(super) then: Vec<Then>,
    /// What goes through the program to its output, its files and its connections.
    pub(super) inputs: Vec<Input>,
    /// Files read, for those that compute their output.
    pub(super) files: Vec<PathOperand>,
    /// Text operands, headers and data: they go to connections only.
    pub(super) sent: Vec<(Origin, Via)>,
    pub(super) sends: bool,
    pub(super) connects: Vec<EffectId>,
    pub(super) writes: Vec<EffectId>,
    /// `-` was given as a file.
    pub(super) reads_stdin: bool,
    /// Writes its result to standard output after all (`-o -`).
    pub(super) to_stdout: bool,
    /// Variables given by options or operands, for what is started.
    pub(super) assignments: Vec<(String, Word)>,
    pub(super) told: bool,
}

impl Run<'_, '_> {
    /// Adds an effect of this program.
    pub(super) fn push(&mut self, nature: Nature, kind: EffectKind, place: Place) -> EffectId {
        self.out.push(Effect {
            kind,
            nature,
            place,
            gates: self.call.gates.to_vec(),
            by: Some(self.exec),
        })
    }

    /// Notes something not understood.
    pub(super) fn gap(&mut self, place: Place, reason: GapReason, detail: impl Into<String>) {
        self.out.coverage.note(place, reason, detail);
    }

    /// The operand that `word` names.
    pub(super) fn path(&self, word: &Word) -> PathOperand {
        PathOperand {
            written: word.clone(),
            at: Location::resolve(word, &self.cwd, &self.call.context.root),
        }
    }

    /// Notes that a path matters and is not known; paths handed in by the starter are its business.
    fn path_gap(&mut self, path: &PathOperand, place: Place, what: &str) {
        let open = path.written.pieces.iter().any(|piece| match piece {
            Piece::Unknown(Unknown {
                why,
                bound: None,
                from,
            }) => {
                let handed = !from.is_empty()
                    && from
                        .iter()
                        .all(|o| matches!(o, Origin::Input | Origin::Arguments | Origin::Payload));
                !handed && *why != Why::Parameter
            }
            _ => false,
        });
        if open && path.at == Location::Unknown {
            let detail = format!(
                "the file to be {what} is decided at run time: {}",
                path.written.display()
            );
            self.gap(place, GapReason::UnknownOperand, detail);
        }
    }

    /// A file is read; its bytes go on when `through`.
    pub(super) fn read(
        &mut self,
        word: &Word,
        place: Place,
        through: bool,
        nature: Nature,
    ) -> Option<EffectId> {
        match word.as_known() {
            Some("-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0") => {
                if through {
                    self.reads_stdin = true;
                } else {
                    self.use_stdin(false);
                }
                return None;
            }
            Some("") => return None,
            Some(text) if is_no_file(text) => return None,
            _ => {}
        }
        let path = self.path(word);
        self.path_gap(&path, place, "read");
        let at = path.at.clone();
        let id = self.push(nature, EffectKind::Read { path: path.clone() }, place);
        self.written_before(&at, id);
        // The name of the file may itself carry bytes (process substitution).
        for origin in word.origins() {
            self.out.flow(origin, id, Via::Argument);
        }
        if through {
            self.inputs.push(Input {
                origin: Origin::Effect(id),
                via: Via::Argument,
                decoded: vec![],
            });
            self.files.push(path);
        }
        Some(id)
    }

    /// A folder with all below it, or a file, is read.
    pub(super) fn read_tree(&mut self, word: &Word, place: Place, glob: Option<String>, nature: Nature) {
        let path = self.path(word);
        let folder = match (&path.at, self.call.context.tree) {
            (Location::Tree(at), Some(tree)) => tree.is_dir(at),
            _ => !word
                .known_prefix()
                .rsplit('/')
                .next()
                .unwrap_or("")
                .trim_start_matches('.')
                .contains('.'),
        };
        if !folder || matches!(word.as_known(), Some("-")) {
            self.read(word, place, true, nature);
            return;
        }
        self.path_gap(&path, place, "read");
        let path = PathOperand {
            written: under(word, &path.at, glob),
            at: path.at,
        };
        let id = self.push(nature, EffectKind::Read { path }, place);
        self.inputs.push(Input {
            origin: Origin::Effect(id),
            via: Via::Argument,
            decoded: vec![],
        });
    }

    /// A file is changed; what goes through the program goes into it when the act carries content.
    pub(super) fn write(
        &mut self,
        word: &Word,
        place: Place,
        act: WriteAct,
        nature: Nature,
    ) -> Option<EffectId> {
        match word.as_known() {
            Some("-") if matches!(act, WriteAct::Overwrite | WriteAct::Append) => {
                self.to_stdout = true;
                return None;
            }
            Some("/dev/stdout" | "/dev/fd/1") => {
                self.to_stdout = true;
                return None;
            }
            Some("") => return None,
            Some(text) if is_no_file(text) => return None,
            _ => {}
        }
        let path = self.path(word);
        self.path_gap(&path, place, "written");
        let id = self.push(nature, EffectKind::Write { path, act }, place);
        self.writes.push(id);
        Some(id)
    }

    /// A connection is made.
    pub(super) fn connect(
        &mut self,
        connect: Connect,
        place: Place,
        nature: Nature,
        word: &Word,
    ) -> EffectId {
        let open = connect.host.has_unknown();
        let id = self.push(nature, EffectKind::Connect(connect), place);
        if open && nature == Nature::Stated {
            let detail = format!("the host is decided at run time: {}", word.display());
            self.gap(place, GapReason::UnknownOperand, detail);
        }
        for origin in word.origins() {
            self.out.flow(origin, id, Via::Address);
        }
        self.connects.push(id);
        id
    }

    /// Standard input goes through the program.
    pub(super) fn use_stdin(&mut self, through: bool) {
        if !through {
            return;
        }
        for origin in self.stdin_origins() {
            let decoded = self.call.stdin.decoded.clone();
            self.inputs.push(Input {
                origin,
                via: Via::Pipe,
                decoded,
            });
        }
    }

    /// Whose bytes standard input carries, those of a known text included.
    pub(super) fn stdin_origins(&self) -> Vec<Origin> {
        let mut all = self.call.stdin.origins.clone();
        for origin in self.call.stdin.text.iter().flat_map(Word::origins) {
            if !all.contains(&origin) {
                all.push(origin);
            }
        }
        all
    }

    /// The effects that wrote `at` earlier flow into `id`, with what went into them.
    pub(super) fn written_before(&mut self, at: &Location, id: EffectId) {
        if *at == Location::Unknown {
            return;
        }
        let writes: Vec<EffectId> = self
            .out
            .iter()
            .filter(|(other, effect)| {
                *other != id
                    && matches!(&effect.kind, EffectKind::Write { path, act } if path.at == *at
                        && !matches!(act, WriteAct::Delete | WriteAct::Mode))
            })
            .map(|(other, _)| other)
            .collect();
        for write in writes {
            let into: Vec<_> = self.out.flows.iter().filter(|f| f.to == write).cloned().collect();
            for flow in into {
                self.out.flow_decoded(flow.from, id, Via::File, flow.decoded);
            }
            self.out.flow(Origin::Effect(write), id, Via::File);
        }
    }

    /// Adds a reference to be followed.
    pub(super) fn reference(&mut self, target: Target, argv: Vec<Word>, place: Place) {
        let mut env = self.call.assignments.to_vec();
        env.extend(self.assignments.iter().cloned());
        let reference = Reference {
            by: self.exec,
            target,
            argv,
            cwd: self.cwd.clone(),
            env,
            stdin: self.stdin_origins(),
            place,
        };
        self.out.references.push(reference);
    }

    /// A variable is set for this command.
    pub(super) fn set_variable(&mut self, name: &str, value: &Word, place: Place) {
        let kind = EffectKind::Env {
            name: Word::known(name),
            value: Some(value.clone()),
            act: EnvAct::Set,
            reach: Reach::Command,
        };
        let id = self.push(Nature::Stated, kind, place);
        for origin in value.origins() {
            self.out.flow(origin, id, Via::Variable);
        }
    }

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
    fn revision(&mut self, word: &Word, place: Place) {
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

    fn edit_tree(&mut self, word: &Word, place: Place) {
        self.read_tree(word, place, None, Nature::Stated);
        let path = self.path(word);
        let written = under(word, &path.at, None);
        let path = PathOperand { written, at: path.at };
        let act = WriteAct::Overwrite;
        self.push(Nature::Stated, EffectKind::Write { path, act }, place);
    }

    fn write_into(&mut self, word: &Word, place: Place, act: WriteAct) {
        self.write(word, place, act, Nature::Stated);
    }

    /// Text that leaves with the connections of this call, if there are any.
    fn sent_text(&mut self, word: &Word) {
        for origin in word.origins() {
            self.sent.push((origin, Via::Argument));
        }
    }

    fn data(&mut self, word: &Word, place: Place) {
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

    fn host(&mut self, word: &Word, place: Place, all: &Arguments<'_>) {
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
    fn repository(&mut self, word: &Word, place: Place) {
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

    /// The remote that the repository's own configuration names.
    pub(super) fn unnamed_remote(&mut self, place: Place, word: &Word) {
        let connect = Connect {
            scheme: None,
            host: Word::unknown(Why::Variable("remote".into())),
            port: None,
            path: None,
            userinfo: None,
            traffic: Traffic::Both,
        };
        self.connect(connect, place, Nature::Implied, word);
    }

    fn env_name(&mut self, word: &Word, place: Place) {
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
    fn copy_into(&mut self, word: &Word, place: Place, all: &Arguments<'_>, folder: bool) {
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

/// A word for all that lies below a folder.
pub(super) fn under(word: &Word, at: &Location, glob: Option<String>) -> Word {
    let dir = words::anchored(at).unwrap_or_else(|| word.clone());
    let bound = Some(Bound::Under {
        dir: Box::new(dir),
        glob,
    });
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Control,
            bound,
            from: word.origins(),
        })],
        from: vec![],
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

/// Standard streams and devices that hold nothing.
fn is_no_file(text: &str) -> bool {
    matches!(
        text,
        "/dev/null" | "/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/tty" | "/dev/stderr"
    ) || text.starts_with("/dev/fd/")
        || text.starts_with("/proc/self/fd/")
}
