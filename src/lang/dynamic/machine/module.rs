//! Imports: modules of the tree are read and walked in place, so that flows cross files.

use std::rc::Rc;

use super::{Machine, Module, name};
use crate::lang::dynamic::value::{Scope, Shape, State, Value};
use crate::model::effect::{Exec, How, Understood};
use crate::model::source::Hop;
use crate::model::{EffectKind, GapReason, Location, RepoPath, SourceId, Span, Via, Why, Word};

impl Machine<'_, '_> {
    /// Walks the text that is lowered.
    pub(super) fn main(&mut self, source: SourceId) {
        let text = self.sources.text(source).clone();
        let path = match &self.context.script {
            Some(Location::Tree(path)) => Some(path.clone()),
            _ => None,
        };
        if let Some(path) = &path {
            self.by_path.insert(path.clone(), 0);
        }
        let scope = self.scope.clone();
        let exports = self.open_module(source, path.clone(), &scope, None);
        let here = path.unwrap_or_else(|| self.sources.get(source).path.clone());
        let program = (self.dialect.read)(&text, &here, self.context.limits, self.context.clock);
        self.read_gaps(&program);
        if self.dialect.local_by_assignment {
            self.assign_name(&name("__name__"), Value::text("__main__"), true);
        }
        self.block(&program.body);
        self.offered(exports, &here);
    }

    fn open_module(
        &mut self,
        source: SourceId,
        path: Option<RepoPath>,
        scope: &Rc<Scope>,
        load: Option<crate::model::EffectId>,
    ) -> usize {
        let exports = Value::object(Shape::Dict, State::default());
        let module = Module {
            source,
            path,
            scope: scope.clone(),
            exports: exports.clone(),
            load,
        };
        self.modules.push(module);
        if !self.dialect.local_by_assignment {
            scope.vars.borrow_mut().insert(
                name("exports"),
                crate::lang::dynamic::value::Variable {
                    value: exports,
                    branch: 0,
                },
            );
        }
        self.modules.len() - 1
    }

    fn read_gaps(&mut self, program: &crate::lang::dynamic::parse::Program) {
        for (span, reason, detail) in &program.gaps {
            self.gap(*span, *reason, detail);
        }
    }

    /// What the main text offers to a tool that loads it may be called by that tool.
    fn offered(&mut self, main: usize, path: &RepoPath) {
        let Some(module) = self.modules.get(main) else {
            return;
        };
        let exports = module.exports.clone();
        let scope = module.scope.clone();
        self.module = main;
        self.escape(&exports, &[], Span::default());
        let file = path.name();
        if self.dialect.local_by_assignment
            && (file == "conftest.py" || file.starts_with("test_") || file.ends_with("_test.py"))
        {
            let functions: Vec<Value> = scope
                .vars
                .borrow()
                .iter()
                .filter(|(n, _)| {
                    n.starts_with("pytest_")
                        || n.starts_with("test")
                        || n.starts_with("setup")
                        || n.starts_with("Test")
                })
                .map(|(_, v)| v.value.clone())
                .collect();
            for function in functions {
                self.escape(&function, &[], Span::default());
            }
        }
    }

    pub(super) fn load_opaque(&mut self, word: &Word, at: Span) {
        let exec = Exec {
            program: word.clone(),
            argv: vec![],
            how: How::Load,
            understood: Understood::Opaque,
            followed: false,
            package: None,
        };
        let id = self.emit(EffectKind::Exec(exec), at);
        self.flow_word(word, id, Via::Argument);
    }

    /// Reads and walks the module at `path`, once.
    pub(super) fn load(&mut self, path: &RepoPath, at: Span) -> Value {
        if let Some(index) = self.by_path.get(path) {
            return self
                .modules
                .get(*index)
                .map(|m| m.exports.clone())
                .unwrap_or_default();
        }
        let limits = self.context.limits;
        let source = self.source();
        if self.sources.depth(source) >= limits.hops || self.modules.len() >= limits.references {
            self.gap(at, GapReason::Limit, "imports go deeper than the limit");
            return Value::unknown(Why::Limit, vec![]);
        }
        let Some(tree) = self.context.tree else {
            return Value::unknown(Why::Output, vec![]);
        };
        let bytes = match tree.read(path, limits.file_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.gap(at, GapReason::Unreadable, &error.to_string());
                return Value::unknown(Why::Output, vec![]);
            }
        };
        let place = self.place(at);
        let extension = path.extension().unwrap_or("").to_owned();
        let word = self.location_word(&Location::Tree(path.clone()));
        if matches!(
            extension.as_str(),
            "node" | "so" | "wasm" | "pyc" | "pyd" | "dylib"
        ) || bytes.contains(&0)
        {
            self.load_opaque(&word, at);
            self.gap(at, GapReason::Binary, "the module is no text");
            return Value::unknown(Why::Output, vec![]);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if extension == "json" {
            let value = self.parse_json(&Value::text(text));
            return value;
        }
        let exec = Exec {
            program: word,
            argv: vec![],
            how: How::Load,
            understood: Understood::Told,
            followed: true,
            package: None,
        };
        let id = self.emit(EffectKind::Exec(exec), at);
        let source = self
            .sources
            .reached(place, Hop::Include, path.clone(), text.clone());
        let scope = Rc::new(Scope::default());
        self.scopes.push(scope.clone());
        let index = self.open_module(source, Some(path.clone()), &scope, Some(id));
        self.by_path.insert(path.clone(), index);
        self.deeper(at, |m| m.walk_module(index, &scope, &text, path));
        self.modules
            .get(index)
            .map(|m| m.exports.clone())
            .unwrap_or_default()
    }

    fn walk_module(&mut self, index: usize, scope: &Rc<Scope>, text: &str, path: &RepoPath) {
        let before = (
            std::mem::replace(&mut self.scope, scope.clone()),
            std::mem::replace(&mut self.module, index),
            std::mem::replace(&mut self.branch, 0),
        );
        let program = (self.dialect.read)(text, path, self.context.limits, self.context.clock);
        self.read_gaps(&program);
        if self.dialect.local_by_assignment {
            let dotted = path.as_str().trim_end_matches(".py").replace('/', ".");
            self.assign_name(&name("__name__"), Value::text(dotted), true);
        }
        self.frames.push(super::Frame::default());
        self.block(&program.body);
        self.frames.pop();
        if self.dialect.local_by_assignment {
            self.publish(index, scope);
        }
        (self.scope, self.module, self.branch) = before;
    }

    /// A Python module exports all its variables.
    fn publish(&mut self, index: usize, scope: &Rc<Scope>) {
        let vars: Vec<_> = scope
            .vars
            .borrow()
            .iter()
            .map(|(n, v)| (n.clone(), v.value.clone()))
            .collect();
        if let Some(Value::Object(exports)) = self.modules.get(index).map(|m| m.exports.clone()) {
            let mut state = exports.state.borrow_mut();
            for (key, value) in vars {
                state.set(&key, value, false);
            }
        }
    }
}
