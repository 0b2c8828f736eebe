//! Imports: modules of the tree are read and walked in place, so that flows cross files.

use std::rc::Rc;

use super::{Machine, Module, name};
use crate::lang::dynamic::tree::{Import, Imported};
use crate::lang::dynamic::value::{Scope, Shape, State, Value};
use crate::model::effect::{Exec, How, Understood};
use crate::model::source::Hop;
use crate::model::{Bound, EffectKind, GapReason, Location, Piece, RepoPath, SourceId, Span, Via, Why, Word};

/// Files that one computed import may name.
const MATCHED: usize = 40;

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

    /// The module or modules that `value` names, loaded.
    pub(super) fn require(&mut self, value: &Value, at: Span, span: Span) -> Value {
        let mut result: Option<Value> = None;
        for one in value.each() {
            let assembled = super::expression::is_assembled(&one);
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

    fn load_named(&mut self, specifier: &str, at: Span, assembled: bool) -> Value {
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

    fn load_opaque(&mut self, word: &Word, at: Span) {
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

    /// A module whose name is computed: every file of the tree that it can name.
    fn load_computed(&mut self, word: &Word, at: Span) -> Value {
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
    fn matching(&self, word: &Word) -> Vec<RepoPath> {
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

    fn module_folder(&self) -> Location {
        match self.script() {
            Some(at) => Self::folder_of(&at),
            None => self.cwd.clone(),
        }
    }

    /// Where Node looks for `specifier`.
    fn script_file(&self, specifier: &str) -> Found {
        let apis = (self.dialect.apis)();
        let bare = specifier.strip_prefix("node:").unwrap_or(specifier);
        let root_word = bare.split('/').next().unwrap_or(bare);
        if specifier.starts_with("node:") || apis.has_module(bare) || apis.has_module(root_word) {
            return Found::Package;
        }
        let base = if specifier.starts_with("./")
            || specifier.starts_with("../")
            || specifier == "."
            || specifier == ".."
        {
            self.module_folder().join(specifier)
        } else if let Some(path) = specifier.strip_prefix("file://") {
            Location::Absolute(path.to_owned())
        } else if specifier.starts_with('/') {
            Location::Absolute(specifier.to_owned())
        } else {
            return match self.package_entry(specifier) {
                Some(path) => Found::File(path),
                None => Found::Package,
            };
        };
        self.script_at(&base)
    }

    fn script_at(&self, base: &Location) -> Found {
        let Location::Tree(base) = base else {
            return Found::Outside;
        };
        if self.context.tree.is_none() {
            return Found::Missing;
        }
        self.candidates(base).map_or(Found::Missing, Found::File)
    }

    fn candidates(&self, base: &RepoPath) -> Option<RepoPath> {
        let tree = self.context.tree?;
        let file = |path: &RepoPath| {
            let at = tree.resolve(path).ok()?;
            (!tree.is_dir(&at)).then_some(at)
        };
        if let Some(found) = file(base) {
            return Some(found);
        }
        let text = base.as_str();
        for extension in [
            "js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "json", "node",
        ] {
            if let Some(found) = RepoPath::new(&format!("{text}.{extension}")).and_then(|p| file(&p)) {
                return Some(found);
            }
        }
        // TypeScript writes `./x.js` for `./x.ts`.
        for (written, real) in [
            (".js", ".ts"),
            (".mjs", ".mts"),
            (".cjs", ".cts"),
            (".js", ".tsx"),
        ] {
            if let Some(stem) = text.strip_suffix(written) {
                if let Some(found) = RepoPath::new(&format!("{stem}{real}")).and_then(|p| file(&p)) {
                    return Some(found);
                }
            }
        }
        if let Some(found) = self.manifest_main(base) {
            return Some(found);
        }
        ["js", "mjs", "cjs", "ts", "json"]
            .iter()
            .find_map(|x| base.join(&format!("index.{x}")).and_then(|p| file(&p)))
    }

    fn manifest(&self, folder: &RepoPath) -> Option<serde_json::Value> {
        let tree = self.context.tree?;
        let bytes = tree.read(&folder.join("package.json")?, 1 << 20).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    fn manifest_main(&self, folder: &RepoPath) -> Option<RepoPath> {
        let manifest = self.manifest(folder)?;
        let main = manifest
            .get("exports")
            .and_then(|e| target(e, "."))
            .or_else(|| manifest.get("main")?.as_str().map(str::to_owned))?;
        let path = folder.join(&main)?;
        let tree = self.context.tree?;
        let at = tree.resolve(&path).ok()?;
        (!tree.is_dir(&at)).then_some(at).or_else(|| {
            ["js", "mjs", "cjs"]
                .iter()
                .find_map(|x| tree.resolve(&path.join(&format!("index.{x}"))?).ok())
        })
    }

    /// `#name` by the "imports" of the nearest manifest, and the package's own name by its "exports".
    fn package_entry(&self, specifier: &str) -> Option<RepoPath> {
        let Location::Tree(mut folder) = self.module_folder() else {
            return None;
        };
        for _ in 0..64 {
            if let Some(manifest) = self.manifest(&folder) {
                let mapped = if specifier.starts_with('#') {
                    manifest.get("imports").and_then(|i| target(i, specifier))
                } else {
                    let own = manifest.get("name").and_then(|n| n.as_str()).unwrap_or("");
                    let rest = specifier.strip_prefix(own).filter(|_| !own.is_empty());
                    match rest {
                        Some("") => manifest.get("exports").and_then(|e| target(e, ".")),
                        Some(rest) if rest.starts_with('/') => manifest
                            .get("exports")
                            .and_then(|e| target(e, &format!(".{rest}"))),
                        _ => None,
                    }
                };
                return self.candidates(&folder.join(&mapped?)?);
            }
            folder = folder.parent()?;
        }
        None
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

    fn imported(&mut self, specifier: &str, module: &Value, member: &str, span: Span) -> Value {
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

    fn import_all(&mut self, module: &Value, export: bool) {
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
    fn top_package(&mut self, specifier: &str, module: &Value, span: Span) -> Value {
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

    /// The module of the tree that Python finds for a dotted name.
    fn python_module(&mut self, dotted: &str, at: Span) -> Option<Value> {
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

    fn python_in(&mut self, root: &RepoPath, parts: &[&str], at: Span) -> Option<Value> {
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

    fn has_python(&self, folder: &RepoPath) -> bool {
        self.context
            .tree
            .is_some_and(|tree| tree.below(folder).any(|e| e.path.extension() == Some("py")))
    }
}

/// Where a specifier leads.
enum Found {
    File(RepoPath),
    Missing,
    Outside,
    Package,
}

/// A word without `file://` before it.
fn strip_file(word: &Word) -> Word {
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

/// What "imports" or "exports" of a manifest map `key` to: strings, conditions, one `*`.
fn target(map: &serde_json::Value, key: &str) -> Option<String> {
    let first = |value: &serde_json::Value| -> Option<String> {
        let mut at = value;
        for _ in 0..8 {
            match at {
                serde_json::Value::String(text) => return Some(text.clone()),
                serde_json::Value::Object(map) => {
                    at = ["node", "import", "require", "module", "default"]
                        .iter()
                        .find_map(|c| map.get(*c))
                        .or_else(|| map.values().next())?;
                }
                serde_json::Value::Array(items) => at = items.first()?,
                _ => return None,
            }
        }
        None
    };
    match map {
        serde_json::Value::Object(entries)
            if entries.keys().any(|k| k.starts_with('.') || k.starts_with('#')) =>
        {
            if let Some(value) = entries.get(key) {
                return first(value);
            }
            entries.iter().find_map(|(pattern, value)| {
                let (start, end) = pattern.split_once('*')?;
                let middle = key.strip_prefix(start)?.strip_suffix(end)?;
                Some(first(value)?.replace('*', middle))
            })
        }
        value if key == "." => first(value),
        _ => None,
    }
}
