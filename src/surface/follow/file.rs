//! Script files, and files that a tool loads by itself.

use super::{Follower, NoStep, Step, Steps};
use crate::lang::language_of;
use crate::model::lowered::Reference;
use crate::model::source::Hop;
use crate::model::tree::ReadError;
use crate::model::trigger::Observation;
use crate::model::{GapReason, Location, RepoPath, glob::Glob};
use crate::surface::files::{Fault, Text};
use crate::surface::hiding::disguise;

/// Most files that one tool loads by itself.
const LOADED: usize = 40;
/// Extensions that an import may leave out, in the order they are tried.
const SCRIPT_ENDINGS: &[&str] = &[
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".mts",
    ".cts",
    ".tsx",
    ".jsx",
    "/index.js",
    "/index.mjs",
    "/index.cjs",
    "/index.ts",
];

impl Follower<'_, '_> {
    /// The step into the script file at `path`.
    pub(super) fn script(
        &mut self,
        reference: &Reference,
        path: &Location,
        language: Option<&str>,
    ) -> Result<Step, NoStep> {
        let named = self.in_tree(path)?;
        let text = self.script_text(&named, language)?;
        self.note_disguise(&named, &text);
        if let Some(what) = text.binary {
            return Err(NoStep::new(GapReason::Binary, format!("{} ({what})", text.path)));
        }
        self.step(reference, Hop::Script, &named, text, language)
    }

    /// The step into a file's text: as `language`, else as its first line or name says.
    pub(super) fn step(
        &mut self,
        reference: &Reference,
        hop: Hop,
        named: &RepoPath,
        text: Text,
        language: Option<&str>,
    ) -> Result<Step, NoStep> {
        if text.text.len() > self.limits.code_bytes {
            let detail = format!("{} has {} bytes, more than are read", text.path, text.text.len());
            return Err(NoStep::new(GapReason::Limit, detail));
        }
        let first_line = text.text.lines().next().unwrap_or("");
        let by_file = || language_of(&text.path, first_line).or_else(|| language_of(named, first_line));
        // A file without a first line of its own that a shell starts is a shell script.
        let language = match language {
            // TypeScript has its own grammar, whoever starts it.
            Some("javascript") if by_file() == Some("typescript") => "typescript",
            Some(language) => language,
            None => by_file().unwrap_or(if first_line.starts_with("#!") { "" } else { "shell" }),
        };
        if super::language(language).is_none() {
            return Err(NoStep::new(GapReason::Language, text.path.to_string()));
        }
        let source = self
            .sources
            .reached(reference.place, hop, text.path.clone(), text.text);
        Ok(Step {
            source,
            language: language.to_owned(),
            cwd: reference.cwd.clone(),
            script: Some(Location::Tree(named.clone())),
            env: vec![],
            key: format!("file {} {language}", text.path),
        })
    }

    fn script_text(&mut self, named: &RepoPath, language: Option<&str>) -> Result<Text, NoStep> {
        let mut result = self.files.text(named);
        if matches!(language, Some("javascript" | "typescript"))
            && matches!(result, Err(Fault::Read(ReadError::Missing | ReadError::NotAFile)))
        {
            let stem = named.as_str();
            // An import of `./x.js` may mean the file `x.ts`.
            let bare = stem.rsplit_once('.').map_or(stem, |(bare, _)| bare);
            let tries = SCRIPT_ENDINGS
                .iter()
                .map(|end| format!("{stem}{end}"))
                .chain([".ts", ".mts", ".tsx"].iter().map(|end| format!("{bare}{end}")));
            for path in tries.filter_map(|path| RepoPath::new(&path)) {
                let other = self.files.text(&path);
                if other.is_ok() {
                    result = other;
                    break;
                }
            }
        }
        result.map_err(|fault| no_text(named, &fault))
    }

    /// Files in `dir` that a tool loads by itself.
    pub(super) fn loaded(
        &mut self,
        reference: &Reference,
        dir: &Location,
        names: &[String],
        language: &str,
    ) -> Steps {
        let dir = match self.in_tree(dir) {
            Ok(dir) => dir,
            // What a tool may load elsewhere is no more than what it is: opaque.
            Err(_) => return (vec![], vec![]),
        };
        let mut paths: Vec<RepoPath> = vec![];
        let mut more = false;
        for name in names {
            if !name.contains(['*', '?', '[', '{']) {
                paths.extend(
                    dir.join(name)
                        .filter(|path| self.files.tree().resolve(path).is_ok()),
                );
                continue;
            }
            let name = name.trim_start_matches("./");
            // Only the last part is a pattern in most: then the files of one folder are looked at.
            let (folder, last) = match name.rsplit_once('/') {
                Some((folder, last)) if !folder.contains(['*', '?', '[', '{']) => (folder, last),
                _ => ("", name),
            };
            let flat = !last.contains('/');
            // Anchored, so that a name without a folder is one of this folder.
            let (Ok(glob), Some(base)) = (Glob::new(&format!("/{last}")), dir.join(folder)) else {
                continue;
            };
            let skip = if base.is_root() {
                0
            } else {
                base.as_str().len() + 1
            };
            let fits = self.files.tree().below(&base).filter(|entry| {
                let rest = entry.path.as_str().get(skip..).unwrap_or("");
                !(flat && rest.contains('/')) && glob.matches(rest)
            });
            for entry in fits {
                if paths.len() >= LOADED {
                    more = true;
                    break;
                }
                paths.push(entry.path.clone());
            }
        }
        paths.dedup();
        let (mut steps, mut missing) = (vec![], vec![]);
        if more {
            missing.push(NoStep::new(
                GapReason::Limit,
                format!("more than {LOADED} files that are loaded here"),
            ));
        }
        for path in paths {
            let step = self.files.text(&path).map_err(|fault| no_text(&path, &fault));
            let step = step.and_then(|text| match text.binary {
                Some(what) => Err(NoStep::new(GapReason::Binary, format!("{} ({what})", text.path))),
                None => self.step(reference, Hop::Loaded, &path, text, Some(language)),
            });
            match step {
                Ok(step) => steps.push(step),
                Err(no) => missing.push(no),
            }
        }
        (steps, missing)
    }

    /// Notes a binary file that does not look like what it is used for; texts are looked at in the end.
    fn note_disguise(&mut self, named: &RepoPath, text: &Text) {
        let Some(detail) = text.binary.and_then(|_| disguise(named, &text.path, text.binary)) else {
            return;
        };
        let noted = Observation {
            kind: "binary-in-disguise",
            path: text.path.clone(),
            place: None,
            detail,
            trigger: None,
        };
        if !self.observations.contains(&noted) {
            self.observations.push(noted);
        }
    }
}

/// The gap of a file that has no text.
pub(super) fn no_text(path: &RepoPath, fault: &Fault) -> NoStep {
    let (reason, detail) = match fault {
        Fault::Read(ReadError::Missing) => (GapReason::Missing, path.to_string()),
        Fault::Read(ReadError::Outside(target)) => {
            (GapReason::Outside, format!("{path} (a link to {target})"))
        }
        Fault::Read(ReadError::NotAFile) => (GapReason::Missing, format!("{path} (no file)")),
        Fault::Read(ReadError::TooLarge { .. }) | Fault::TotalLimit(_) => {
            (GapReason::Limit, format!("{path} {fault}"))
        }
        Fault::Read(_) => (GapReason::Unreadable, path.to_string()),
    };
    NoStep::new(reason, detail)
}
