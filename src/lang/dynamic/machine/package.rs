//! Where Python looks for a module.

use super::Machine;
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::{GapReason, Location, RepoPath, Span};

impl Machine<'_, '_> {
    /// The module of the tree that Python finds for a dotted name.
    pub(super) fn python_module(&mut self, dotted: &str, at: Span) -> Option<Value> {
        self.context.tree?;
        let dots = dotted.chars().take_while(|c| *c == '.').count();
        let parts: Vec<&str> = dotted[dots..]
            .split('.')
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        let mut roots: Vec<(Location, bool)> = vec![];
        if dots > 0 {
            let mut folder = self.module_folder();
            for _ in 1..dots {
                folder = folder.join("..");
            }
            roots.push((folder, true));
        } else {
            if let Some(script) = &self.context.script {
                roots.push((Self::folder_of(script), true));
            } else {
                roots.push((self.context.cwd.clone(), true));
            }
            roots.extend(self.search.iter().map(|s| (s.clone(), true)));
            roots.push((self.context.cwd.clone(), false));
            roots.push((Location::Tree(self.context.root.clone()), false));
        }
        let native = (self.dialect.apis)().knows(parts.first().copied().unwrap_or(""));
        for (root, first) in roots {
            if native && !first {
                continue;
            }
            let Location::Tree(root) = root else { continue };
            if let Some(value) = self.python_in(&root, &parts, at) {
                return Some(value);
            }
        }
        if dots > 0 {
            self.gap(
                at,
                GapReason::Missing,
                &format!("module {dotted} is not in the tree"),
            );
        }
        None
    }

    pub(super) fn python_in(&mut self, root: &RepoPath, parts: &[&str], at: Span) -> Option<Value> {
        let tree = self.context.tree?;
        let file = |path: Option<RepoPath>| {
            let at = tree.resolve(&path?).ok()?;
            (!tree.is_dir(&at)).then_some(at)
        };
        let mut folder = root.clone();
        let mut chain = vec![];
        for (i, part) in parts.iter().enumerate() {
            let last = i + 1 == parts.len();
            let package = folder.join(part)?;
            let init = file(package.join("__init__.py"));
            let module =
                file(folder.join(&format!("{part}.py"))).or_else(|| file(folder.join(&format!("{part}.so"))));
            if last {
                match (init, module) {
                    (Some(path), _) | (None, Some(path)) => chain.push(path),
                    (None, None) if tree.is_dir(&package) && !package.is_root() => {
                        // A package without `__init__.py`: its modules are loaded by name.
                        if chain.is_empty() && parts.len() == 1 && !self.has_python(&package) {
                            return None;
                        }
                        for path in chain {
                            self.load(&path, at);
                        }
                        return Some(Value::object(Shape::Dict, State::default()));
                    }
                    (None, None) => return None,
                }
            } else {
                match init {
                    Some(path) => chain.push(path),
                    None if tree.is_dir(&package) => {}
                    None => return None,
                }
                folder = package;
            }
        }
        if parts.is_empty() {
            let path = file(root.join("__init__.py"))?;
            return Some(self.load(&path, at));
        }
        let mut last = None;
        for path in chain {
            last = Some(self.load(&path, at));
        }
        last
    }

    pub(super) fn has_python(&self, folder: &RepoPath) -> bool {
        self.context
            .tree
            .is_some_and(|tree| tree.below(folder).any(|e| e.path.extension() == Some("py")))
    }
}
