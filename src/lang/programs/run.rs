//! One call being lowered: what it has read, sent and written so far, and the effects of each operand.

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

/// Standard streams and devices that hold nothing.
fn is_no_file(text: &str) -> bool {
    matches!(
        text,
        "/dev/null" | "/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/tty" | "/dev/stderr"
    ) || text.starts_with("/dev/fd/")
        || text.starts_with("/proc/self/fd/")
}
