//! Imports, by name and by computed name.

use super::node::Found;

use super::{Machine, name};
use crate::lang::dynamic::tree::{Import, Imported};
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::{Bound, GapReason, Location, Piece, RepoPath, Span, Why, Word};

/// Files that one computed import may name.
const MATCHED: usize = 40;

impl Machine<'_, '_> {
    /// The module or modules that `value` names, loaded.
    pub(super) fn require(&mut self, value: &Value, at: Span, span: Span) -> Value {
        let mut result: Option<Value> = None;
        for one in value.each() {
            let assembled = super::member::is_assembled(&one);
            let word = self.word(&one);
            let loaded = match word.as_known() {
                Some(known) => {
                    let known = known.to_owned();
                    self.load_named(&known, at, assembled)
                }
                None => self.load_computed(&word, at),
            };
            let _ = span;
            result = Some(match result {
                Some(there) => there.or(loaded),
                None => loaded,
            });
        }
        result.unwrap_or_default()
    }

    pub(super) fn load_named(&mut self, specifier: &str, at: Span, assembled: bool) -> Value {
        if self.dialect.local_by_assignment {
            return match self.python_module(specifier, at) {
                Some(value) => value,
                None => self.native(specifier, at, assembled),
            };
        }
        match self.script_file(specifier) {
            Found::File(path) => self.load(&path, at),
            Found::Missing => {
                self.gap(
                    at,
                    GapReason::Missing,
                    &format!("module {specifier} is not in the tree"),
                );
                Value::unknown(Why::Output, vec![])
            }
            Found::Outside => {
                self.load_opaque(&Word::known(specifier), at);
                self.gap(
                    at,
                    GapReason::Outside,
                    &format!("module {specifier} lies outside the tree"),
                );
                Value::unknown(Why::Output, vec![])
            }
            Found::Package => self.native(
                specifier.strip_prefix("node:").unwrap_or(specifier),
                at,
                assembled,
            ),
        }
    }

    /// A module whose name is computed: every file of the tree that it can name.
    pub(super) fn load_computed(&mut self, word: &Word, at: Span) -> Value {
        let files = self.matching(word);
        if files.is_empty() {
            self.load_opaque(word, at);
            self.gap(
                at,
                GapReason::UnknownCode,
                "which module is loaded is decided at run time",
            );
            return Value::unknown(Why::Output, word.origins());
        }
        if files.len() > MATCHED {
            self.gap(
                at,
                GapReason::Limit,
                "more modules than the limit may be loaded here",
            );
        }
        let mut result: Option<Value> = None;
        for path in files.into_iter().take(MATCHED) {
            let one = self.branched(|m| m.load(&path, at));
            result = Some(match result {
                Some(there) => there.or(one),
                None => one,
            });
        }
        result.unwrap_or_default()
    }

    /// Files that a word with an unknown part can name: those in the folder before that part, or in
    /// the folder the part was listed from.
    pub(super) fn matching(&self, word: &Word) -> Vec<RepoPath> {
        let Some(tree) = self.context.tree else {
            return vec![];
        };
        let mut head = Word::default();
        let mut folder: Option<Location> = None;
        let mut tail = String::new();
        for piece in &word.pieces {
            match (piece, &folder) {
                (Piece::Unknown(unknown), None) => {
                    let own = match &unknown.bound {
                        Some(Bound::Under { dir, .. }) if head.is_empty() => Some((**dir).clone()),
                        _ => None,
                    };
                    let dir = own.unwrap_or_else(|| {
                        let mut dir = head.clone();
                        dir.push_str("/.");
                        dir
                    });
                    let base =
                        match dir.known_prefix().starts_with("./") || dir.known_prefix().starts_with("../") {
                            true => self.module_folder(),
                            false => self.cwd.clone(),
                        };
                    if dir.is_empty() || matches!(dir.pieces.first(), Some(Piece::Unknown(_))) {
                        return vec![];
                    }
                    folder = Some(Location::resolve(&strip_file(&dir), &base, &self.context.root));
                }
                (Piece::Known(text), Some(_)) => tail.push_str(text),
                (piece, None) => head.push(piece.clone()),
                _ => {}
            }
        }
        let Some(Location::Tree(folder)) = folder else {
            return vec![];
        };
        let known: &[&str] = match self.dialect.local_by_assignment {
            true => &["py"],
            false => &["js", "mjs", "cjs", "ts", "mts", "cts"],
        };
        tree.below(&folder)
            .filter(|e| e.path.parent().as_ref() == Some(&folder))
            .filter(|e| e.path.extension().is_some_and(|x| known.contains(&x)))
            .filter(|e| tail.is_empty() || e.path.as_str().ends_with(&tail) || !tail.contains('.'))
            .map(|e| e.path.clone())
            .take(MATCHED + 1)
            .collect()
    }

    pub(super) fn import(&mut self, import: &Import, span: Span) {
        let specifier = import.module.to_string();
        let module = self.load_named(&specifier, span, false);
        for (imported, local) in &import.names {
            let value = match imported {
                Imported::Whole => module.clone(),
                Imported::Top => self.top_package(&specifier, &module, span),
                Imported::Member(member) => self.imported(&specifier, &module, member, span),
                Imported::All => {
                    self.import_all(&module, import.export);
                    continue;
                }
            };
            if import.export {
                if let Some(Value::Object(exports)) = self.modules.get(self.module).map(|m| m.exports.clone())
                {
                    exports.state.borrow_mut().set(local, value, false);
                }
            } else {
                self.assign_name(local, value, true);
            }
        }
    }

    pub(super) fn imported(&mut self, specifier: &str, module: &Value, member: &str, span: Span) -> Value {
        if let Value::Object(object) = module {
            if let Some(value) = object.state.borrow().get(member) {
                return value.clone();
            }
            // `from package import module`
            if self.dialect.local_by_assignment {
                let dots = if specifier.ends_with('.') { "" } else { "." };
                if let Some(value) = self.python_module(&format!("{specifier}{dots}{member}"), span) {
                    return value;
                }
                return Value::unknown(Why::Output, vec![]);
            }
        }
        if member == "default" && !matches!(module, Value::Native(_)) {
            return module.clone();
        }
        self.member(module, &Value::text(member), span, false)
    }

    pub(super) fn import_all(&mut self, module: &Value, export: bool) {
        let members = match module {
            Value::Object(object) => object.state.borrow().members.clone(),
            Value::Native(native) => {
                let names = (self.dialect.apis)().members_of(&native.name);
                names
                    .into_iter()
                    .map(|member| {
                        let full = format!("{}.{member}", native.name);
                        (name(&member), self.native(&full, native.place.span, false))
                    })
                    .collect()
            }
            _ => vec![],
        };
        for (key, value) in members {
            if &*key == "default" && export {
                continue;
            }
            if export {
                if let Some(Value::Object(exports)) = self.modules.get(self.module).map(|m| m.exports.clone())
                {
                    exports.state.borrow_mut().set(&key, value, false);
                }
            } else {
                self.assign_name(&key, value, true);
            }
        }
    }

    /// `import a.b` binds `a`.
    pub(super) fn top_package(&mut self, specifier: &str, module: &Value, span: Span) -> Value {
        let Some((top, rest)) = specifier.split_once('.') else {
            return module.clone();
        };
        if let Value::Native(_) = module {
            return self.native(top, span, false);
        }
        let top_value = match self.python_module(top, span) {
            Some(value @ Value::Object(_)) => value,
            _ => Value::object(Shape::Dict, State::default()),
        };
        let mut at = top_value.clone();
        let parts: Vec<&str> = rest.split('.').collect();
        for (i, part) in parts.iter().enumerate() {
            let Value::Object(object) = &at else { break };
            let next = if i + 1 == parts.len() {
                module.clone()
            } else {
                let there = object.state.borrow().get(part).cloned();
                there.unwrap_or_else(|| Value::object(Shape::Dict, State::default()))
            };
            object.state.borrow_mut().set(&name(part), next.clone(), false);
            at = next;
        }
        top_value
    }
}

/// A word without `file://` before it.
pub(super) fn strip_file(word: &Word) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for (i, piece) in word.pieces.iter().enumerate() {
        match piece {
            Piece::Known(text) if i == 0 => out.push_str(text.strip_prefix("file://").unwrap_or(text)),
            piece => out.push(piece.clone()),
        }
    }
    out
}
