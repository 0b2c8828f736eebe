//! Files as the text meets them: scripts it starts or includes, files it wrote before.

use super::channel::add_origins;
use super::overlay::Made;
use super::state::State;
use super::walk::Walk;
use crate::lang::programs::Output;
use crate::lang::shell::ast::Dialect;
use crate::lang::{encoding, language_of, of_interpreter};
use crate::model::effect::{Effect, WriteAct};
use crate::model::lowered::{Reference, Target};
use crate::model::source::Hop;
use crate::model::tree::{EntryKind, ReadError};
use crate::model::{
    EffectId, EffectKind, GapReason, Location, Origin, PathOperand, Piece, Place, RepoPath, Unknown, Via,
    Why, Word,
};

impl Walk<'_> {
    /// Runs a script file in the child shell `state`.
    pub fn run_script(
        &mut self,
        state: &mut State,
        path: &PathOperand,
        dialect_given: bool,
        exec: EffectId,
        place: Place,
    ) {
        let before = state.by.replace(exec);
        self.include(state, path, Hop::Script, Some(dialect_given), exec, place);
        self.run_traps(state, 0);
        state.by = before;
    }

    /// Reads the shell file at `path` and runs it in `state`. `script` is set where the file is
    /// started, not included: then its first line decides, unless the dialect is given.
    pub fn include(
        &mut self,
        state: &mut State,
        path: &PathOperand,
        hop: Hop,
        script: Option<bool>,
        exec: EffectId,
        place: Place,
    ) {
        self.flows(&path.written.origins(), exec, Via::Argument);
        let at = self.overlay.resolve(&path.at);
        if let Some(made) = self.overlay.get(&at).cloned() {
            self.run_made(state, &made, exec, place, script);
            return;
        }
        let name = path.at.display();
        let tree_path = match (self.context.in_tree(&at), &at) {
            (Some(path), _) => path,
            (None, Location::Unknown) => {
                let detail = format!("the script `{}` is decided at run time", path.written.display());
                self.out.coverage.note(place, GapReason::UnknownCode, detail);
                state.tainted = true;
                return;
            }
            _ => {
                let detail = format!("the script `{name}` lies outside the tree");
                self.out.coverage.note(place, GapReason::Outside, detail);
                state.tainted = true;
                return;
            }
        };
        if self.context.tree.is_none() {
            self.reference(state, &tree_path, script, exec, place);
            return;
        }
        let text = match self.file_text(&tree_path) {
            Ok(text) => text,
            Err((reason, why)) => {
                let detail = format!("the script `{name}` {why}");
                self.out.coverage.note(place, reason, detail);
                state.tainted = true;
                return;
            }
        };
        let first = text.lines().next().unwrap_or("").to_owned();
        if script == Some(false) {
            let language = language_of(&tree_path, &first);
            if let Some(other) = language.filter(|language| *language != "shell") {
                self.push_reference(state, &tree_path, Some(other), exec, place);
                return;
            }
            state.dialect = dialect_of(&first).unwrap_or(state.dialect);
        }
        let key = tree_path.as_str().to_owned();
        if self.running.iter().filter(|running| **running == key).count() >= 2 {
            // It starts itself: one more round shows nothing new.
            return;
        }
        self.running.push(key);
        let source = self.sources.reached(place, hop, tree_path, text);
        if let EffectKind::Exec(exec) = &mut self.out.get_mut(exec).kind {
            exec.followed = true;
        }
        self.run_source(state, source);
        self.running.pop();
    }

    /// Without a tree at hand, the follower of references reads the script.
    fn reference(
        &mut self,
        state: &State,
        path: &RepoPath,
        script: Option<bool>,
        exec: EffectId,
        place: Place,
    ) {
        let language = match script {
            Some(false) => None,
            _ => Some("shell"),
        };
        self.push_reference(state, path, language, exec, place);
    }

    fn push_reference(
        &mut self,
        state: &State,
        path: &RepoPath,
        language: Option<&str>,
        exec: EffectId,
        place: Place,
    ) {
        let stdin = self.stdin(state).origins;
        self.out.references.push(Reference {
            by: exec,
            target: Target::Script {
                path: Location::Tree(path.clone()),
                language: language.map(str::to_owned),
            },
            argv: state.positional.clone(),
            cwd: state.cwd.clone(),
            env: state.exported(),
            stdin,
            place,
        });
    }

    /// Runs a file that the text itself wrote.
    fn run_made(
        &mut self,
        state: &mut State,
        made: &Made,
        exec: EffectId,
        place: Place,
        script: Option<bool>,
    ) {
        let mut text = made.text.clone();
        for origin in made.writes.iter().map(|id| Origin::Effect(*id)) {
            self.out.flow(origin, exec, Via::File);
        }
        self.flows(&made.origins, exec, Via::File);
        let first = text.known_prefix().lines().next().unwrap_or("").to_owned();
        if script == Some(false) {
            let interpreter = first.strip_prefix("#!").map(|rest| {
                let mut words = rest.split_whitespace();
                let program = words.next().unwrap_or("");
                if program.ends_with("/env") {
                    words.next().unwrap_or("")
                } else {
                    program
                }
                .to_owned()
            });
            if let Some(language) = interpreter
                .as_deref()
                .and_then(of_interpreter)
                .filter(|l| *l != "shell")
                && let Some(known) = text.as_known()
            {
                let mapping = crate::model::source::Mapping::Whole(place.span);
                let source = self.sources.within(place.source, Hop::Inline, mapping, known);
                let stdin = self.stdin(state).origins;
                self.out.references.push(Reference {
                    by: exec,
                    target: Target::Code {
                        source,
                        language: language.to_owned(),
                    },
                    argv: state.positional.clone(),
                    cwd: state.cwd.clone(),
                    env: state.exported(),
                    stdin,
                    place,
                });
                return;
            }
            state.dialect = dialect_of(&first).unwrap_or(state.dialect);
        }
        text.from.clear();
        add_origins(
            &mut text.from,
            &made
                .origins
                .iter()
                .filter(|origin| matches!(origin, Origin::Decoded(_)))
                .cloned()
                .collect::<Vec<_>>(),
        );
        let depth = self.running.len();
        if depth > self.context.limits.hops {
            self.out.coverage.note(
                place,
                GapReason::Limit,
                "a file that the text wrote starts itself",
            );
            return;
        }
        self.running.push(String::new());
        self.run_text(state, &text, place, Some(exec));
        self.running.pop();
    }

    /// The text of a file of the tree.
    fn file_text(&self, path: &RepoPath) -> Result<String, (GapReason, String)> {
        let Some(tree) = self.context.tree else {
            return Err((GapReason::Missing, "cannot be read here".to_owned()));
        };
        let limit = self
            .context
            .limits
            .file_bytes
            .min(self.context.limits.code_bytes as u64);
        let bytes = tree.read(path, limit).map_err(|error| {
            let reason = match &error {
                ReadError::Missing => GapReason::Missing,
                ReadError::Outside(_) => GapReason::Outside,
                ReadError::TooLarge { .. } => GapReason::Limit,
                _ => GapReason::Unreadable,
            };
            (reason, error.to_string())
        })?;
        let decoded = encoding::decode(&bytes);
        if decoded.nul {
            return Err((GapReason::Binary, "is no text".to_owned()));
        }
        Ok(decoded.text)
    }

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

/// The dialect that a first line asks for.
pub(super) fn dialect_of(first_line: &str) -> Option<Dialect> {
    let rest = first_line.trim_start_matches('\u{feff}').strip_prefix("#!")?;
    let names = rest
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    names.into_iter().find_map(|name| match name {
        "bash" | "rbash" | "ksh" => Some(Dialect::Bash),
        "zsh" => Some(Dialect::Zsh),
        "dash" | "ash" => Some(Dialect::Dash),
        _ => None,
    })
}
