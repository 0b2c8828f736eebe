//! Where Node looks for a module.

use super::Machine;
use crate::model::{Location, RepoPath};

impl Machine<'_, '_> {
    pub(super) fn module_folder(&self) -> Location {
        match self.script() {
            Some(at) => Self::folder_of(&at),
            None => self.cwd.clone(),
        }
    }

    /// Where Node looks for `specifier`.
    pub(super) fn script_file(&self, specifier: &str) -> Found {
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

    pub(super) fn script_at(&self, base: &Location) -> Found {
        let Location::Tree(base) = base else {
            return Found::Outside;
        };
        if self.context.tree.is_none() {
            return Found::Missing;
        }
        self.candidates(base).map_or(Found::Missing, Found::File)
    }

    pub(super) fn candidates(&self, base: &RepoPath) -> Option<RepoPath> {
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
            if let Some(stem) = text.strip_suffix(written)
                && let Some(found) = RepoPath::new(&format!("{stem}{real}")).and_then(|p| file(&p))
            {
                return Some(found);
            }
        }
        if let Some(found) = self.manifest_main(base) {
            return Some(found);
        }
        ["js", "mjs", "cjs", "ts", "json"]
            .iter()
            .find_map(|x| base.join(&format!("index.{x}")).and_then(|p| file(&p)))
    }

    pub(super) fn manifest(&self, folder: &RepoPath) -> Option<serde_json::Value> {
        let tree = self.context.tree?;
        let bytes = tree.read(&folder.join("package.json")?, 1 << 20).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    pub(super) fn manifest_main(&self, folder: &RepoPath) -> Option<RepoPath> {
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
    pub(super) fn package_entry(&self, specifier: &str) -> Option<RepoPath> {
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
}

/// What "imports" or "exports" of a manifest map `key` to: strings, conditions, one `*`.
pub(super) fn target(map: &serde_json::Value, key: &str) -> Option<String> {
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

/// Where a specifier leads.
pub(super) enum Found {
    File(RepoPath),
    Missing,
    Outside,
    Package,
}
