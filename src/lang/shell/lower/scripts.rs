//! Scripts that the text starts or includes: from the tree, or written by the text itself.

use super::channel::add_origins;
use super::overlay::Made;
use super::state::State;
use super::walk::Walk;
use crate::lang::shell::ast::Dialect;
use crate::lang::{encoding, language_of, of_interpreter};
use crate::model::lowered::{Reference, Target};
use crate::model::source::Hop;
use crate::model::tree::ReadError;
use crate::model::{EffectId, EffectKind, GapReason, Location, Origin, PathOperand, Place, RepoPath, Via};

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
                ReadError::Missing | ReadError::NotAFile => GapReason::Missing,
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
