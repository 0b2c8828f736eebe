//! Modules by name.

use super::{Follower, NoStep, Step, Steps};
use crate::model::lowered::Reference;
use crate::model::source::Hop;
use crate::model::{Location, RepoPath, Word};

impl Follower<'_, '_> {
    /// The files of the module `name`, looked for beside the script that names it, in the working
    /// folder, in `PYTHONPATH` and in `src`. A module that is not in the tree is an installed one:
    /// its start stays opaque.
    pub(super) fn module(&mut self, reference: &Reference, name: &str, language: &str) -> Steps {
        let relative = name.replace('.', "/");
        if relative.is_empty() || relative.contains("..") || relative.starts_with('/') {
            return (vec![], vec![]);
        }
        let beside = self.sources.get(reference.place.source).path.parent();
        let mut dirs: Vec<RepoPath> = vec![];
        if let Location::Tree(cwd) = &reference.cwd {
            dirs.push(cwd.clone());
        }
        dirs.extend(beside);
        for (_, value) in reference
            .env
            .iter()
            .filter(|(name, _)| name == "PYTHONPATH" || name == "NODE_PATH")
        {
            dirs.extend(folders(value, &reference.cwd));
        }
        dirs.extend(dirs.first().and_then(|dir| dir.join("src")));
        let endings: &[&str] = if language == "python" {
            &[".py", "/__init__.py", "/__main__.py"]
        } else {
            &[".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.ts"]
        };
        let (mut steps, mut missing): (Vec<Step>, Vec<NoStep>) = (vec![], vec![]);
        for dir in dirs {
            for ending in endings {
                let Some(path) = dir.join(&format!("{relative}{ending}")) else {
                    continue;
                };
                let Ok(text) = self.files.text(&path) else {
                    continue;
                };
                match self.step(reference, Hop::Include, &path, text, Some(language)) {
                    Ok(step) => steps.push(step),
                    Err(no) => missing.push(no),
                }
            }
            if !steps.is_empty() {
                // A package's parents are loaded before it.
                let mut parent = String::new();
                for part in relative.split('/') {
                    let init = dir.join(&format!("{parent}{part}/__init__.py"));
                    parent = format!("{parent}{part}/");
                    if language == "python"
                        && let Some(path) = init
                        && let Ok(text) = self.files.text(&path)
                        && let Ok(step) = self.step(reference, Hop::Include, &path, text, Some(language))
                        && !steps.iter().any(|s| s.key == step.key)
                    {
                        steps.push(step);
                    }
                }
                break;
            }
        }
        (steps, missing)
    }
}

/// The folders of a search path that lie in the tree.
fn folders(value: &Word, cwd: &Location) -> Vec<RepoPath> {
    let Some(text) = value.as_known() else {
        let at = Location::resolve(value, cwd, &RepoPath::root());
        return at.in_tree().cloned().into_iter().collect();
    };
    text.split(':')
        .filter(|part| !part.is_empty())
        .filter_map(|part| cwd.join(part).in_tree().cloned())
        .collect()
}
