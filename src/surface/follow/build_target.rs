//! Targets of build files.

use std::collections::HashSet;

use super::file::no_text;
use super::{Follower, NoStep, Step, Steps};
use crate::lang::{language_of, of_interpreter};
use crate::model::lowered::Reference;
use crate::model::source::{Hop, Mapping};
use crate::model::tree::ReadError;
use crate::model::{GapReason, Location, RepoPath, Span, glob::Glob};
use crate::surface::files::{Fault, Text};
use crate::surface::packages::{self, Line, Recipe};

/// Most build files that include one another.
const FILES: usize = 24;
/// Most recipes of one run.
const RECIPES: usize = 400;

/// A build file that was read.
struct File {
    text: Text,
    recipes: packages::Recipes,
}

impl Follower<'_, '_> {
    /// The recipe of a target, after those that it needs.
    pub(super) fn build_target(
        &mut self,
        reference: &Reference,
        tool: &str,
        dir: &Location,
        file: Option<&Location>,
        name: Option<&str>,
    ) -> Steps {
        let dir = match self.in_tree(dir) {
            Ok(dir) => dir,
            Err(no) => return (vec![], vec![no]),
        };
        if tool == "rake" {
            return self.rakefile(reference, &dir, file);
        }
        let Some((names, _)) = packages::tool(tool) else {
            let no = NoStep::new(GapReason::Language, format!("the build files of {tool}"));
            return (vec![], vec![no]);
        };
        let first = match file {
            Some(at) => match self.in_tree(at) {
                Ok(path) => Some(path),
                Err(no) => return (vec![], vec![no]),
            },
            None => self.nearest(&dir, names, tool != "make"),
        };
        // Without a file the tool says so and ends.
        let Some(first) = first else {
            return (vec![], vec![]);
        };
        let (files, mut missing) = self.build_files(tool, &first);
        let base = first.parent().unwrap_or_default();
        let cwd = if tool == "make" { dir } else { base };
        let mut steps = vec![];
        for file in &files {
            let lines: Vec<&Line> = file.recipes.at_reading.iter().collect();
            steps.extend(self.shell_step(reference, file, &lines, &cwd, "reading"));
        }
        let default = files.iter().find_map(|f| f.recipes.default.clone());
        let Some(target) = name.map(str::to_owned).or(default) else {
            return (steps, missing);
        };
        let order = order(&files, &target, &mut missing);
        let mut run: Vec<(usize, Option<String>, Vec<&Line>)> = vec![];
        for (at, recipe) in order {
            let Some(file) = files.get(at) else { continue };
            if let Some(script) = &recipe.script {
                steps.extend(self.script_step(reference, file, script, &cwd));
            }
            match run.last_mut() {
                Some((last, dir, lines)) if *last == at && *dir == recipe.dir => lines.extend(&recipe.lines),
                _ => run.push((at, recipe.dir.clone(), recipe.lines.iter().collect())),
            }
        }
        for (at, folder, lines) in run {
            let Some(file) = files.get(at) else { continue };
            let cwd = folder.and_then(|f| cwd.join(&f)).unwrap_or_else(|| cwd.clone());
            steps.extend(self.shell_step(reference, file, &lines, &cwd, &target));
        }
        (steps, missing)
    }

    /// The tool's file in `dir`, or above it where the tool looks there.
    fn nearest(&self, dir: &RepoPath, names: &[&str], upwards: bool) -> Option<RepoPath> {
        let mut at = Some(dir.clone());
        while let Some(folder) = at {
            let here = names.iter().filter_map(|name| folder.join(name));
            if let Some(path) = here
                .into_iter()
                .find(|path| self.files.tree().resolve(path).is_ok())
            {
                return Some(path);
            }
            at = folder.parent().filter(|_| upwards);
        }
        None
    }

    /// A build file and those that it includes.
    fn build_files(&mut self, tool: &str, first: &RepoPath) -> (Vec<File>, Vec<NoStep>) {
        let (mut files, mut missing) = (vec![], vec![]);
        let mut open = vec![first.clone()];
        let mut seen = HashSet::new();
        while let Some(path) = open.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            if files.len() >= FILES {
                missing.push(NoStep::new(
                    GapReason::Limit,
                    format!("more than {FILES} build files"),
                ));
                break;
            }
            let text = match self.files.text(&path) {
                Ok(text) => text,
                // What an include names may be made by a rule, or be optional.
                Err(Fault::Read(ReadError::Missing)) if path != *first => continue,
                Err(fault) => {
                    missing.push(no_text(&path, &fault));
                    continue;
                }
            };
            if text.text.len() > self.limits.code_bytes {
                missing.push(NoStep::new(
                    GapReason::Limit,
                    format!("{path} is longer than is read"),
                ));
                continue;
            }
            let Some((names, read)) = packages::tool(tool) else {
                continue;
            };
            let recipes = read(&text.text, self.limits.text_bytes);
            let folder = path.parent().unwrap_or_default();
            for include in &recipes.includes {
                let at = folder.join(include).filter(|at| !at.is_root());
                let Some(at) = at else { continue };
                if include.contains(['*', '?', '[']) {
                    if let Ok(glob) = Glob::new(&format!("/{at}")) {
                        let fits = self
                            .files
                            .tree()
                            .entries()
                            .iter()
                            .filter(|e| glob.matches(e.path.as_str()));
                        open.extend(fits.take(FILES).map(|e| e.path.clone()));
                    }
                    continue;
                }
                if self.files.tree().is_dir(&at) {
                    open.extend(
                        names
                            .iter()
                            .filter_map(|name| at.join(name))
                            .find(|p| self.files.tree().resolve(p).is_ok()),
                    );
                } else {
                    open.push(at);
                }
            }
            files.push(File { text, recipes });
        }
        (files, missing)
    }

    /// Lines of one file as one shell text: each in a shell of its own, files kept between them.
    fn shell_step(
        &mut self,
        reference: &Reference,
        file: &File,
        lines: &[&Line],
        cwd: &RepoPath,
        what: &str,
    ) -> Option<Step> {
        if lines.is_empty() {
            return None;
        }
        let (mut text, mut pieces) = (String::new(), vec![]);
        for line in lines {
            text.push_str("( ");
            pieces.push((text.len(), line.span.start));
            text.push_str(&line.text);
            // Between two pieces nothing stands for the file.
            pieces.push((text.len(), line.span.end));
            text.push_str("\n)\n");
        }
        let source = self.recipe_source(
            reference,
            file,
            Mapping::Pieces(pieces, file.text.text.len()),
            text,
        );
        Some(Step {
            source,
            language: "shell".to_owned(),
            cwd: Location::Tree(cwd.clone()),
            script: None,
            env: vec![],
            key: format!(
                "target {} {what} {:?}",
                file.text.path,
                lines.first().map(|l| l.span)
            ),
        })
    }

    /// A recipe that is a script with a first line of its own.
    fn script_step(
        &mut self,
        reference: &Reference,
        file: &File,
        script: &Line,
        cwd: &RepoPath,
    ) -> Option<Step> {
        let first = script.text.lines().next().unwrap_or("");
        let language = language_of(&RepoPath::root(), first)
            .or_else(|| of_interpreter(first.trim_start_matches("#!").trim()))
            .unwrap_or("");
        let Span { start, end } = script.span;
        let mapping = Mapping::Pieces(vec![(0, start)], end);
        let source = self.recipe_source(reference, file, mapping, script.text.clone());
        Some(Step {
            source,
            language: language.to_owned(),
            cwd: Location::Tree(cwd.clone()),
            script: None,
            env: vec![],
            key: format!("target {} {start}", file.text.path),
        })
    }

    fn recipe_source(
        &mut self,
        reference: &Reference,
        file: &File,
        mapping: Mapping,
        text: String,
    ) -> crate::model::SourceId {
        let whole = self.sources.reached(
            reference.place,
            Hop::Target,
            file.text.path.clone(),
            file.text.text.clone(),
        );
        self.sources.within(whole, Hop::Value, mapping, text)
    }

    /// rake runs its whole file as a Ruby script.
    fn rakefile(&mut self, reference: &Reference, dir: &RepoPath, file: Option<&Location>) -> Steps {
        let named = file.and_then(|at| self.in_tree(at).ok());
        let names = ["Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"];
        let Some(path) = named.or_else(|| self.nearest(dir, &names, true)) else {
            return (vec![], vec![]);
        };
        match self.files.text(&path) {
            Ok(text) => super::one(self.step(reference, Hop::Target, &path, text, Some("ruby"))),
            Err(fault) => (vec![], vec![no_text(&path, &fault)]),
        }
    }
}

/// Recipes in the order they run: what a target needs, the target, what comes after.
fn order<'f>(files: &'f [File], target: &str, missing: &mut Vec<NoStep>) -> Vec<(usize, &'f Recipe)> {
    enum Open<'o> {
        Target(String),
        Recipe(usize, &'o Recipe),
    }
    let mut out = vec![];
    let mut seen = HashSet::new();
    let mut open = vec![Open::Target(target.to_owned())];
    while let Some(next) = open.pop() {
        let name = match next {
            Open::Recipe(at, recipe) => {
                out.push((at, recipe));
                continue;
            }
            Open::Target(name) => name,
        };
        if !seen.insert(name.clone()) {
            continue;
        }
        if seen.len() > RECIPES {
            missing.push(NoStep::new(
                GapReason::Limit,
                format!("more than {RECIPES} targets"),
            ));
            break;
        }
        let all = files.iter().enumerate();
        let makes = all.flat_map(|(at, file)| file.recipes.all.iter().map(move |r| (at, r)));
        let recipes: Vec<(usize, &Recipe)> = makes.filter(|(_, r)| r.makes(&name)).collect();
        for (_, recipe) in recipes.iter().rev() {
            open.extend(recipe.then.iter().rev().cloned().map(Open::Target));
        }
        for (at, recipe) in recipes.iter().rev() {
            open.push(Open::Recipe(*at, recipe));
            open.extend(recipe.needs.iter().rev().cloned().map(Open::Target));
        }
    }
    out
}
