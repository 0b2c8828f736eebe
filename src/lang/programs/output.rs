//! Where the bytes of a call go: to its files, its connections and its output.

use super::arguments::Arguments;
use super::page::{Kind, StdinUse, StdoutUse};
use super::run::Run;
use super::{filters, remote, start};
use crate::model::effect::{Traffic, WriteAct};
use crate::model::{EffectId, EffectKind, Nature, Origin, Word};

impl Run<'_, '_> {
    pub(super) fn standard_input(&mut self, all: &Arguments<'_>) {
        let given = all.any(&[Kind::Script, Kind::Code, Kind::Module, Kind::Database]);
        match all.stdin() {
            // `ssh` hands on whatever it inherits; it leaves only where the command over there reads it.
            StdinUse::Always if !self.remote_reads(all) => {}
            StdinUse::Always => self.use_stdin(true),
            StdinUse::WithoutFiles if self.reads_stdin || !(self.has_files(all) || self.searches(all)) => {
                self.reads_stdin = true;
                self.use_stdin(true);
            }
            StdinUse::Code if !given => {
                self.stdin_code(self.call.place, all.language(), start::arguments_of(all))
            }
            _ if self.reads_stdin => self.use_stdin(true),
            _ => {}
        }
        if all.stdin() == StdinUse::Always {
            self.reads_stdin = true;
        }
    }

    fn remote_reads(&self, all: &Arguments<'_>) -> bool {
        let command: Vec<&Word> = (all.given.iter())
            .filter(|given| given.kind == Kind::RemoteCommand)
            .map(|given| &given.value)
            .collect();
        command.is_empty() || remote::reads_input(&command, self.call.place, self.call.context.limits)
    }

    /// A folder is searched although none is given.
    pub(super) fn searches(&self, all: &Arguments<'_>) -> bool {
        let page = !all.page().default.is_empty() && !self.call.stdin.connected;
        page || all.whens().any(|w| !w.default.is_empty())
    }

    pub(super) fn has_files(&self, all: &Arguments<'_>) -> bool {
        all.any(&[
            Kind::Read,
            Kind::ReadTree,
            Kind::Edit,
            Kind::Upload,
            Kind::ReadList,
            Kind::Url,
            Kind::RemoteSource,
        ])
    }

    /// What goes through the program reaches its files and its connections.
    pub(super) fn flows(&mut self) {
        for write in self.writes.clone() {
            let content = matches!(
                &self.out.get(write).kind,
                EffectKind::Write {
                    act: WriteAct::Overwrite | WriteAct::Append | WriteAct::Create | WriteAct::Rename,
                    ..
                }
            );
            if !content {
                continue;
            }
            for input in &self.inputs {
                self.out
                    .flow_decoded(input.origin.clone(), write, input.via, input.decoded.clone());
            }
        }
        for connect in self.connects.clone() {
            for (origin, via) in &self.sent {
                self.out.flow(origin.clone(), connect, *via);
            }
            if !self.sends {
                continue;
            }
            self.set_both(connect);
            for input in &self.inputs {
                // What one connection brings does not go out by the other.
                if self
                    .connects
                    .iter()
                    .any(|own| input.origin == Origin::Effect(*own))
                {
                    continue;
                }
                self.out
                    .flow_decoded(input.origin.clone(), connect, input.via, input.decoded.clone());
            }
        }
    }

    /// A stated connection that fetches carries bytes out as well.
    pub(super) fn set_both(&mut self, id: EffectId) {
        let effect = self.out.get_mut(id);
        match (&mut effect.kind, effect.nature) {
            (EffectKind::Connect(connect), Nature::Stated) if connect.traffic == Traffic::Fetch => {
                connect.traffic = Traffic::Both;
            }
            _ => {}
        }
    }

    /// What reaches standard output.
    pub(super) fn print(&mut self, all: &Arguments<'_>) -> super::Output {
        let stdout = if self.to_stdout {
            StdoutUse::Bytes
        } else {
            all.stdout()
        };
        let mut output = super::Output::default();
        match stdout {
            StdoutUse::Nothing => return output,
            StdoutUse::Own => output.origins.push(Origin::Effect(self.exec)),
            StdoutUse::Operands => {
                let words = all
                    .given
                    .iter()
                    .filter(|g| g.spelling.is_empty())
                    .flat_map(|g| g.value.origins());
                words.for_each(|origin| add(&mut output.origins, origin));
            }
            StdoutUse::Bytes => {
                self.inputs
                    .iter()
                    .for_each(|input| add(&mut output.origins, input.origin.clone()));
                if self.reads_stdin {
                    output.decoded.clone_from(&self.call.stdin.decoded);
                }
                output.decoded.extend(all.decodes());
            }
        }
        if let Some((text, scheme)) = filters::compute(self, all) {
            let new = scheme.filter(|scheme| !output.decoded.contains(scheme));
            output.decoded.extend(new);
            text.origins()
                .into_iter()
                .for_each(|origin| add(&mut output.origins, origin));
            output.text = Some(text);
        }
        output
    }
}

fn add(origins: &mut Vec<Origin>, origin: Origin) {
    if !origins.contains(&origin) {
        origins.push(origin);
    }
}
