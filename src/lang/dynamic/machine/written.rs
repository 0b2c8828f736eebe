//! Files that the text writes and then starts: what was written is what runs.

use super::Machine;
use crate::lang::of_interpreter;
use crate::model::effect::{Exec, How};
use crate::model::{EffectId, EffectKind, Location, Origin, Via, Word};

impl Machine<'_, '_> {
    /// Adds the flows from written files to the starts of these files.
    pub(super) fn run_written(&mut self) {
        let mut written: Vec<(EffectId, Location, String)> = vec![];
        let mut starts: Vec<(EffectId, Exec)> = vec![];
        for (id, effect) in self.lowered.iter() {
            match &effect.kind {
                EffectKind::Write { path, .. } if path.at != Location::Unknown && written.len() < 200 => {
                    written.push((id, path.at.clone(), path.written.display()));
                }
                EffectKind::Exec(exec) if exec.how != How::Load && starts.len() < 200 => {
                    starts.push((id, exec.clone()))
                }
                _ => {}
            }
        }
        for (start, exec) in starts {
            for (write, at, shown) in &written {
                if !self.starts(&exec, at, shown) {
                    continue;
                }
                let into: Vec<Origin> = self
                    .lowered
                    .flows
                    .iter()
                    .filter(|f| f.to == *write && f.via != Via::Address)
                    .map(|f| f.from.clone())
                    .collect();
                for origin in into {
                    self.flow(origin, start, Via::File);
                }
                self.flow(Origin::Effect(*write), start, Via::File);
            }
        }
    }

    fn starts(&self, exec: &Exec, at: &Location, shown: &str) -> bool {
        if exec.how == How::Shell {
            return exec
                .argv
                .last()
                .is_some_and(|text| starts_file(&text.display(), shown));
        }
        let names = |word: &Word| Location::resolve(word, &self.cwd, &self.context.root) == *at;
        let program = exec.program.display();
        let operand = exec
            .argv
            .iter()
            .find(|word| !word.known_prefix().starts_with('-'));
        names(&exec.program) || of_interpreter(&program).is_some() && operand.is_some_and(names)
    }
}

/// Whether a command line starts the file `path`: itself, or as the first operand of an interpreter.
fn starts_file(line: &str, path: &str) -> bool {
    let mut command = true;
    let mut interpreter = false;
    for word in line.split_whitespace() {
        let ends = word.ends_with([';', '&', '|']);
        let bare = word.trim_matches(|c| matches!(c, ';' | '&' | '|' | '"' | '\'' | '(' | ')'));
        if bare.is_empty() {
            (command, interpreter) = (true, false);
            continue;
        }
        if bare == path && (command || interpreter) {
            return true;
        }
        let starts =
            command && (of_interpreter(bare).is_some() || matches!(bare, "source" | "." | "exec" | "nohup"));
        interpreter = starts || interpreter && bare.starts_with('-');
        command = ends;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_started_only_where_a_command_stands() {
        assert!(starts_file("sh /tmp/x", "/tmp/x"));
        assert!(starts_file("chmod +x ./x && ./x -v", "./x"));
        assert!(starts_file("bash -e '/tmp/x'", "/tmp/x"));
        assert!(!starts_file("jq . /tmp/x", "/tmp/x"));
        assert!(!starts_file("sh a.sh /tmp/x", "/tmp/x"));
    }
}
