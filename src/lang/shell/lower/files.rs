//! Files as the text meets them: what it reads, writes, links and copies, and what is in them later.

use super::channel::add_origins;
use super::overlay::Made;
use super::state::State;
use super::walk::Walk;
use crate::lang::programs::Output;
use crate::lang::{encoding, language_of};
use crate::model::effect::{Effect, WriteAct};
use crate::model::lowered::Target;
use crate::model::source::Hop;
use crate::model::tree::EntryKind;
use crate::model::{
    EffectId, EffectKind, GapReason, Location, Origin, PathOperand, Piece, Unknown, Via, Why, Word,
};

impl Walk<'_> {
    /// The text of a small file of the tree, for commands that read it.
    pub fn tree_text(&self, at: &Location) -> Option<String> {
        let tree = self.context.tree?;
        let path = at.in_tree()?;
        let limit = (self.context.limits.text_bytes as u64).min(64 << 10);
        let bytes = tree.read(path, limit).ok()?;
        let decoded = encoding::decode(&bytes);
        (!decoded.nul && !decoded.invalid).then_some(decoded.text)
    }

    /// Whether a file is known to be at `at`.
    pub fn is_file(&self, at: &Location) -> bool {
        if self.overlay.get(at).is_some() {
            return true;
        }
        let (Some(tree), Location::Tree(path)) = (self.context.tree, self.overlay.resolve(at)) else {
            return false;
        };
        tree.resolve(&path)
            .ok()
            .and_then(|path| tree.entry(&path))
            .is_some_and(|entry| matches!(entry.kind, EntryKind::File { .. }))
    }

    /// A read of what was written, linked or copied before.
    pub fn follow_read(&mut self, state: &State, id: EffectId) {
        let EffectKind::Read { path } = &self.out.get(id).kind else {
            return;
        };
        let path = path.clone();
        let real = self.overlay.resolve(&path.at);
        if let Some(made) = self.overlay.get(&real).cloned() {
            for origin in made.writes.iter().map(|write| Origin::Effect(*write)) {
                self.out.flow(origin, id, Via::File);
            }
            self.flows(&made.origins, id, Via::File);
        }
        if real != path.at {
            let place = self.out.get(id).place;
            let path = PathOperand {
                written: path.written,
                at: real,
            };
            let read = self.push(state, place, EffectKind::Read { path });
            self.out.flow(Origin::Effect(read), id, Via::File);
        }
    }

    /// Takes in what a program did to files: its effects from number `before` on.
    pub fn note_files(
        &mut self,
        state: &State,
        run: &super::command::Run<'_>,
        before: usize,
        exec: EffectId,
        output: &mut Output,
    ) {
        let name = run.words[0]
            .as_known()
            .and_then(|text| text.rsplit('/').next())
            .unwrap_or("")
            .to_owned();
        let mut reads = vec![];
        let mut writes = vec![];
        for index in before..self.out.effects.len() {
            let id = EffectId(u32::try_from(index).unwrap_or(u32::MAX));
            match &self.out.get(id).kind {
                EffectKind::Read { path } => reads.push((id, path.clone())),
                EffectKind::Write { path, act } => writes.push((id, path.clone(), *act)),
                _ => {}
            }
        }
        for (id, _) in &reads {
            self.follow_read(state, *id);
        }
        self.printed(state, run, &name, output);
        self.read_text(&name, &reads, output);
        let copies = matches!(
            name.as_str(),
            "cp" | "mv" | "ln" | "install" | "rsync" | "link" | "symlink"
        );
        if copies {
            self.copies(state, run, &name);
        }
        for (id, path, act) in writes {
            let real = self.overlay.resolve(&path.at);
            if real != path.at
                && !matches!(act, WriteAct::Link | WriteAct::Rename | WriteAct::Delete)
                && !copies
            {
                let path = PathOperand {
                    written: path.written.clone(),
                    at: real.clone(),
                };
                let effect = self.out.get(id).clone();
                self.out.push(Effect {
                    kind: EffectKind::Write { path, act },
                    ..effect
                });
            }
            if matches!(act, WriteAct::Create | WriteAct::Append | WriteAct::Overwrite) && !copies {
                self.written(&name, state, &real, id, exec, act);
            }
        }
    }

    /// A program wrote a file.
    fn written(
        &mut self,
        name: &str,
        state: &State,
        at: &Location,
        id: EffectId,
        exec: EffectId,
        act: WriteAct,
    ) {
        if matches!(name, "touch" | "mkdir" | "chmod" | "chown") {
            return;
        }
        // Flows into an effect stand near it.
        let into: Vec<Origin> = self
            .out
            .flows
            .iter()
            .rev()
            .take(512)
            .filter(|flow| flow.to == id)
            .map(|flow| flow.from.clone())
            .collect();
        let stdin = self.stdin(state);
        let text = match stdin.text {
            Some(text) if name == "tee" => text,
            _ => Word {
                pieces: vec![Piece::Unknown(Unknown {
                    why: Why::Output,
                    bound: None,
                    from: vec![Origin::Effect(id)],
                })],
                from: vec![],
            },
        };
        let mut made = match self.overlay.get(at).cloned() {
            Some(made) if act == WriteAct::Append => made,
            _ => Made::default(),
        };
        made.text.append(&text);
        made.writes.push(id);
        add_origins(&mut made.origins, &into);
        if into.is_empty() {
            add_origins(&mut made.origins, &[Origin::Effect(exec)]);
        }
        self.overlay.replace(at, made);
    }

    /// References from number `before` on that lead to files the text wrote itself: to their text,
    /// where it is known.
    pub fn made_references(&mut self, before: usize) {
        for index in before..self.out.references.len() {
            let reference = &self.out.references[index];
            let (by, place) = (reference.by, reference.place);
            let Target::Script { path, language } = &reference.target else {
                continue;
            };
            let at = self.overlay.resolve(path);
            let Some(made) = self.overlay.get(&at).cloned() else {
                continue;
            };
            let named = language.clone().or_else(|| {
                let first = made.text.known_prefix().lines().next().unwrap_or("");
                language_of(at.in_tree()?, first).map(str::to_owned)
            });
            for origin in made.writes.iter().map(|id| Origin::Effect(*id)) {
                self.out.flow(origin, by, Via::File);
            }
            self.flows(&made.origins, by, Via::File);
            if let (Some(text), Some(language)) = (made.text.as_known(), named) {
                let mapping = crate::model::source::Mapping::Whole(place.span);
                let source = self.sources.within(place.source, Hop::Inline, mapping, text);
                self.out.references[index].target = Target::Code { source, language };
            } else {
                let detail = format!("the script `{}` is written before it is started", at.display());
                self.out.coverage.note(place, GapReason::UnknownCode, detail);
            }
        }
    }

    /// Links, copies and moves: the new name stands for the old content.
    fn copies(&mut self, state: &State, run: &super::command::Run<'_>, name: &str) {
        let mut operands: Vec<&Word> = vec![];
        let mut folder: Option<&Word> = None;
        let mut words = run.words[1..].iter();
        let mut options = true;
        while let Some(word) = words.next() {
            match word.as_known() {
                Some("--") => options = false,
                Some("-t") if options => folder = words.next(),
                Some(text) if options && text.starts_with('-') && text.len() > 1 => {
                    if matches!(text, "-m" | "-o" | "-g" | "-S") {
                        words.next();
                    }
                }
                _ => operands.push(word),
            }
        }
        let target = match folder {
            Some(folder) => folder,
            None if operands.len() < 2 => return,
            None => operands.pop().unwrap_or(&run.words[0]),
        };
        let at = Location::resolve(target, &state.cwd, &self.context.root);
        let into_folder =
            folder.is_some() || operands.len() > 1 || self.is_folder(&at) || target.display().ends_with('/');
        for source in operands {
            let old = match (name, at.clone()) {
                // The target of a symbolic link counts from the link's own folder.
                ("ln" | "symlink", Location::Tree(link)) if is_symbolic(run) => {
                    let dir = if into_folder {
                        link
                    } else {
                        link.parent().unwrap_or_default()
                    };
                    Location::resolve(source, &Location::Tree(dir), &self.context.root)
                }
                _ => Location::resolve(source, &state.cwd, &self.context.root),
            };
            let new = if into_folder {
                let base = source.display();
                let base = base
                    .trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or("")
                    .to_owned();
                if name == "rsync" && source.display().ends_with('/') {
                    at.clone()
                } else {
                    at.join(&base)
                }
            } else {
                at.clone()
            };
            self.overlay.alias(&new, &old);
        }
    }

    fn is_folder(&self, at: &Location) -> bool {
        match (self.context.tree, at) {
            (Some(tree), Location::Tree(path)) => tree.resolve(path).is_ok_and(|path| tree.is_dir(&path)),
            (None, Location::Tree(path)) => path.is_root(),
            _ => false,
        }
    }
}

fn is_symbolic(run: &super::command::Run<'_>) -> bool {
    run.words[1..].iter().any(|word| {
        word.as_known().is_some_and(|text| {
            text == "--symbolic" || (text.starts_with('-') && !text.starts_with("--") && text.contains('s'))
        })
    })
}
