//! Redirects: descriptors led to files, connections, texts and each other.

use super::channel::{Channel, ChannelId, Destination};
use super::expand::settle;
use super::overlay::Made;
use super::state::State;
use super::walk::Walk;
use crate::lang::programs::{Output, Stdin};
use crate::lang::shell::ast::{Descriptor, Dialect, Redirect, RedirectOp};
use crate::model::effect::{Connect, Traffic, WriteAct};
use crate::model::{
    EffectId, EffectKind, GapReason, Location, Origin, PathOperand, Piece, Place, Unknown, Via, Why, Word,
};

impl Walk<'_> {
    /// Applies redirects to the descriptors of `state`, from left to right.
    pub fn redirects(&mut self, state: &mut State, redirects: &[Redirect]) {
        for redirect in redirects {
            self.redirect(state, redirect);
        }
    }

    fn redirect(&mut self, state: &mut State, redirect: &Redirect) {
        let reads = matches!(
            redirect.op,
            RedirectOp::Read
                | RedirectOp::ReadWrite
                | RedirectOp::DupIn
                | RedirectOp::HereDoc { .. }
                | RedirectOp::HereString
        );
        let fd = match &redirect.fd {
            Some(Descriptor::Number(n)) => *n,
            Some(Descriptor::Variable(name)) => {
                let number = self.next_fd;
                self.next_fd += 1;
                state.set(name, Word::known(number.to_string()));
                number
            }
            None if reads => 0,
            None => 1,
        };
        let place = self.place(state, redirect.span);
        match redirect.op {
            RedirectOp::HereDoc { .. } => {
                let text = self.word(state, &redirect.target);
                self.feed(state, fd, text);
            }
            RedirectOp::HereString => {
                let mut text = self.word(state, &redirect.target);
                text.push_str("\n");
                self.feed(state, fd, text);
            }
            RedirectOp::Read => {
                let stdin = self.read_redirect(state, redirect);
                let id = self.open(Channel::reading(stdin));
                state.fds.insert(fd, id);
            }
            RedirectOp::DupIn | RedirectOp::DupOut => {
                let target = self.target(state, &redirect.target);
                self.duplicate(state, fd, &target, redirect, place);
            }
            RedirectOp::ReadWrite => {
                let target = self.target(state, &redirect.target);
                let id = self.read_write(state, &target, place);
                state.fds.insert(fd, id);
            }
            op => {
                let target = self.target(state, &redirect.target);
                let append = matches!(op, RedirectOp::Append | RedirectOp::BothAppend);
                let id = self.write_target(state, &target, append, place);
                state.fds.insert(fd, id);
                if matches!(op, RedirectOp::Both | RedirectOp::BothAppend) {
                    state.fds.insert(2, id);
                }
            }
        }
    }

    /// `<<` and `<<<`: a text becomes the input.
    fn feed(&mut self, state: &mut State, fd: u32, text: Word) {
        let stdin = Stdin {
            origins: text.origins(),
            text: Some(text),
            decoded: vec![],
            connected: true,
        };
        let id = self.open(Channel::reading(stdin));
        state.fds.insert(fd, id);
    }

    /// `>&` and `<&`: another descriptor, or for `>&` a file.
    fn duplicate(&mut self, state: &mut State, fd: u32, target: &Word, redirect: &Redirect, place: Place) {
        let text = target.as_known().unwrap_or("");
        let (number, moved) = match text.strip_suffix('-') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        if text == "-" {
            state.fds.remove(&fd);
            return;
        }
        if let Ok(number) = number.parse::<u32>() {
            if let Some(id) = state.fds.get(&number).copied() {
                state.fds.insert(fd, id);
            } else {
                state.fds.remove(&fd);
            }
            if moved {
                state.fds.remove(&number);
            }
            return;
        }
        if redirect.op == RedirectOp::DupOut && redirect.fd.is_none() {
            let id = self.write_target(state, target, false, place);
            state.fds.insert(1, id);
            state.fds.insert(2, id);
            return;
        }
        if target.has_unknown() {
            // Which descriptor is not known: all that are open may be read or written.
            let mut channel = Channel::to(Destination::Captured);
            channel.input = self.all_inputs(state);
            let id = self.open(channel);
            state.fds.insert(fd, id);
        }
    }

    fn all_inputs(&self, state: &State) -> Stdin {
        let mut stdin = Stdin {
            connected: true,
            ..Stdin::default()
        };
        for id in state.fds.values() {
            super::channel::add_origins(&mut stdin.origins, &self.channels[*id].input.origins);
        }
        stdin
    }

    /// `< target`: what reading gives.
    pub fn read_redirect(&mut self, state: &mut State, redirect: &Redirect) -> Stdin {
        let target = self.target(state, &redirect.target);
        let place = self.place(state, redirect.span);
        self.read_target(state, &target, place)
    }

    fn read_target(&mut self, state: &mut State, target: &Word, place: Place) -> Stdin {
        let target = settle(target);
        if let Some(id) = self.descriptor(state, &target, false) {
            return self.channels[id].input.clone();
        }
        if let Some(effect) = self.connection(state, &target, Traffic::Both, place) {
            return Stdin {
                origins: vec![Origin::Effect(effect)],
                connected: true,
                ..Stdin::default()
            };
        }
        if target.as_known() == Some("/dev/null") {
            return Stdin {
                text: Some(Word::default()),
                connected: true,
                ..Stdin::default()
            };
        }
        let path = self.operand(state, &target);
        let id = self.read_file(state, &path, place);
        let mut origins = vec![Origin::Effect(id)];
        let mut text = None;
        if let Some(made) = self.overlay.get(&path.at) {
            super::channel::add_origins(&mut origins, &made.origins);
            text = Some(made.text.clone()).filter(super::channel::known_in_part);
        }
        let text = text.or_else(|| self.tree_text(&path.at).map(Word::known));
        Stdin {
            origins,
            text,
            decoded: vec![],
            connected: true,
        }
    }

    /// Adds the read of a file, with the flows of what was written to it before.
    pub fn read_file(&mut self, state: &State, path: &PathOperand, place: Place) -> EffectId {
        self.note_unknown(path, place);
        let id = self.push(state, place, EffectKind::Read { path: path.clone() });
        self.flows(&path.written.origins(), id, Via::Argument);
        self.follow_read(state, id);
        id
    }

    fn read_write(&mut self, state: &mut State, target: &Word, place: Place) -> ChannelId {
        let target = settle(target);
        if let Some(effect) = self.connection(state, &target, Traffic::Both, place) {
            let mut channel = Channel::to(Destination::Connection(effect));
            channel.input = Stdin {
                origins: vec![Origin::Effect(effect)],
                connected: true,
                ..Stdin::default()
            };
            return self.open(channel);
        }
        let input = self.read_target(state, &target, place);
        let id = self.write_target(state, &target, true, place);
        self.channels[id].input = input;
        id
    }

    /// `> target`: a channel whose bytes go to the file.
    fn write_target(&mut self, state: &mut State, target: &Word, append: bool, place: Place) -> ChannelId {
        let target = settle(target);
        if let Some(id) = self.descriptor(state, &target, true) {
            return id;
        }
        if let Some(effect) = self.connection(state, &target, Traffic::Both, place) {
            return self.open(Channel::to(Destination::Connection(effect)));
        }
        if matches!(target.as_known(), Some("/dev/null" | "/dev/full")) {
            return self.open(Channel::to(Destination::Dropped));
        }
        if target.as_known() == Some("/dev/tty") {
            return self.open(Channel::to(Destination::Captured));
        }
        let path = self.operand(state, &target);
        let act = if append {
            WriteAct::Append
        } else {
            WriteAct::Overwrite
        };
        let env_file = is_env_file(&target);
        if !env_file {
            self.note_unknown(&path, place);
        }
        let written = self.overlay.resolve(&path.at);
        let effect = self.push(
            state,
            place,
            EffectKind::Write {
                path: path.clone(),
                act,
            },
        );
        if written != path.at {
            let path = PathOperand {
                written: path.written.clone(),
                at: written.clone(),
            };
            self.push(state, place, EffectKind::Write { path, act });
        }
        if env_file {
            return self.open(Channel::to(Destination::EnvFile { effect }));
        }
        if !append {
            let made = Made {
                writes: vec![effect],
                ..Made::default()
            };
            self.overlay.replace(&written, made);
        } else if self.overlay.get(&written).is_none() {
            // What is appended to stays, whatever it is.
            let old = self.tree_text(&written).map(Word::known);
            let made = Made {
                writes: vec![effect],
                text: old.unwrap_or_default(),
                ..Made::default()
            };
            self.overlay.replace(&written, made);
        }
        self.open(Channel::to(Destination::File { at: written, effect }))
    }

    /// The descriptor that `/dev/stdin`, `/dev/stdout`, `/dev/fd/N` and kin name.
    fn descriptor(&self, state: &State, target: &Word, output: bool) -> Option<ChannelId> {
        let number = match target.as_known()? {
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            "-" if !output => return None,
            text => text
                .strip_prefix("/dev/fd/")
                .or_else(|| text.strip_prefix("/proc/self/fd/"))?
                .parse()
                .ok()?,
        };
        state.fds.get(&number).copied()
    }

    /// `/dev/tcp/HOST/PORT` and `/dev/udp/HOST/PORT` of bash.
    fn connection(
        &mut self,
        state: &State,
        target: &Word,
        traffic: Traffic,
        place: Place,
    ) -> Option<EffectId> {
        let prefix = target.known_prefix();
        let scheme = ["tcp", "udp"]
            .into_iter()
            .find(|scheme| prefix.starts_with(&format!("/dev/{scheme}/")))?;
        if state.dialect == Dialect::Dash {
            return None;
        }
        let mut host = Word {
            pieces: vec![],
            from: target.from.clone(),
        };
        let mut port = String::new();
        let mut in_port = false;
        for (i, piece) in target.pieces.iter().enumerate() {
            match piece {
                Piece::Known(text) => {
                    let text = if i == 0 {
                        text.get("/dev/tcp/".len()..).unwrap_or("")
                    } else {
                        text
                    };
                    match text.split_once('/').filter(|_| !in_port) {
                        Some((before, after)) => {
                            host.push_str(before);
                            in_port = true;
                            port.push_str(after);
                        }
                        None if in_port => port.push_str(text),
                        None => host.push_str(text),
                    }
                }
                piece if !in_port => host.push(piece.clone()),
                _ => {}
            }
        }
        let origins = host.origins();
        let effect = self.push(
            state,
            place,
            EffectKind::Connect(Connect {
                scheme: Some(scheme.to_owned()),
                host,
                port: port.parse().ok(),
                path: None,
                userinfo: None,
                traffic,
            }),
        );
        self.flows(&origins, effect, Via::Address);
        Some(effect)
    }

    /// A path that is decided at run time and has no bound is a gap.
    fn note_unknown(&mut self, path: &PathOperand, place: Place) {
        let open = path
            .written
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Unknown(Unknown { bound: None, .. })));
        if path.at == Location::Unknown && open {
            let detail = format!("the file `{}` is decided at run time", path.written.display());
            self.out.coverage.note(place, GapReason::UnknownOperand, detail);
        }
    }

    /// Takes bytes that a command wrote to a channel.
    pub fn write_channel(&mut self, state: &State, id: ChannelId, output: &Output) {
        let limit = self.context.limits.text_bytes;
        let Some(channel) = self.channels.get_mut(id) else {
            return;
        };
        channel.take(output, limit);
        let to = channel.to.clone();
        let flow = |walk: &mut Self, effect: EffectId| {
            for origin in &output.origins {
                walk.out
                    .flow_decoded(origin.clone(), effect, Via::Pipe, output.decoded.clone());
            }
        };
        match to {
            Destination::Captured | Destination::Dropped => {}
            Destination::Connection(effect) => flow(self, effect),
            Destination::File { at, effect } => {
                flow(self, effect);
                self.overlay.append(&at, output, effect, limit);
            }
            Destination::EnvFile { effect } => {
                flow(self, effect);
                self.env_file(state, output, effect);
            }
        }
    }

    /// The agent reads this file as shell code before each command: what it sets is kept.
    fn env_file(&mut self, state: &State, output: &Output, effect: EffectId) {
        let place = self.out.get(effect).place;
        let text = output
            .text
            .clone()
            .unwrap_or_else(|| Word::unknown_from(Why::Output, output.origins.clone()));
        let mut child = state.clone();
        child.kept = true;
        child.fds.clear();
        self.run_text(&mut child, &text, place, None);
    }
}

/// `$CLAUDE_ENV_FILE`, which the client hands to session-start hooks.
fn is_env_file(target: &Word) -> bool {
    matches!(
        target.pieces.as_slice(),
        [Piece::Unknown(Unknown { why: Why::Variable(name), .. })] if name == "CLAUDE_ENV_FILE"
    )
}
