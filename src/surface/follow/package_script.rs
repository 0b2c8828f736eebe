//! Scripts of a `package.json`.

use super::file::no_text;
use super::{Follower, NoStep, Step, Steps};
use crate::lang::json;
use crate::model::lowered::Reference;
use crate::model::source::{Hop, Mapping};
use crate::model::tree::ReadError;
use crate::model::{GapReason, Location, Word};
use crate::surface::covers::Touched;
use crate::surface::files::Fault;

/// Events of an installation: a reference each, without `pre` and `post` of their own.
const LIFE_CYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
    "prepublish",
    "prepublishOnly",
    "prepack",
    "postpack",
    "dependencies",
];

impl Follower<'_, '_> {
    /// The member `name` of the nearest manifest, with the members before and after it.
    pub(super) fn package_script(
        &mut self,
        reference: &Reference,
        dir: &Location,
        name: &str,
        or_program: bool,
    ) -> Steps {
        let (steps, missing) = self.members(reference, dir, name);
        let file = reference.cwd.join(name);
        // `bun run x.ts` runs a file where there is no such member.
        if steps.is_empty()
            && missing.is_empty()
            && name.contains(['.', '/'])
            && file
                .in_tree()
                .is_some_and(|path| self.files.tree().resolve(path).is_ok())
        {
            return super::one(self.script(reference, &file, None));
        }
        // `yarn tsx x.ts` starts the program of a dependency where there is no such member.
        if or_program && steps.is_empty() && missing.is_empty() {
            return self.program(reference, name);
        }
        (steps, missing)
    }

    fn program(&mut self, reference: &Reference, name: &str) -> Steps {
        let words: Vec<Word> = std::iter::once(Word::known(name))
            .chain(reference.argv.iter().cloned())
            .collect();
        let (line, missing) = line(&words, name);
        let mapping = Mapping::Whole(reference.place.span);
        let source = self
            .sources
            .within(reference.place.source, Hop::Inline, mapping, line);
        let step = Step {
            source,
            language: "shell".to_owned(),
            cwd: reference.cwd.clone(),
            script: None,
            env: vec![],
            key: format!("program {name}"),
        };
        (vec![step], missing)
    }

    fn members(&mut self, reference: &Reference, dir: &Location, name: &str) -> Steps {
        let mut at = match self.in_tree(dir) {
            Ok(dir) => dir,
            Err(no) => return (vec![], vec![no]),
        };
        // The manager looks for a manifest here and above.
        let text = loop {
            let Some(path) = at.join("package.json") else {
                return (vec![], vec![]);
            };
            match self.files.glance(&path) {
                Err(Fault::Read(ReadError::Missing)) => match at.parent() {
                    Some(up) => at = up,
                    // Without a manifest nothing runs.
                    None => return (vec![], vec![]),
                },
                Err(fault) => return (vec![], vec![no_text(&path, &fault)]),
                Ok(text) => break text,
            }
        };
        let document = json::read(text.text.clone());
        let names = if LIFE_CYCLE.contains(&name) {
            vec![name.to_owned()]
        } else {
            vec![format!("pre{name}"), name.to_owned(), format!("post{name}")]
        };
        let mut steps = vec![];
        let mut missing = vec![];
        for member in names {
            self.files.note(Touched::Member(
                text.path.clone(),
                vec!["scripts".to_owned(), member.clone()],
            ));
            let Some(value) = document.root().path(&["scripts", &member]) else {
                continue;
            };
            let (Some(command), Some(mapping)) = (value.as_str(), value.mapping()) else {
                continue;
            };
            let manifest = self.sources.reached(
                reference.place,
                Hop::PackageScript,
                text.path.clone(),
                text.text.clone(),
            );
            // Arguments after the name are put at the end of the script that was named.
            let mut arguments = String::new();
            if member == name {
                let (text, open) = line(&reference.argv, name);
                arguments = text;
                missing.extend(open);
            }
            let source = self
                .sources
                .within(manifest, Hop::Value, mapping, format!("{command} {arguments}"));
            steps.push(Step {
                source,
                language: "shell".to_owned(),
                cwd: Location::Tree(at.clone()),
                script: None,
                env: vec![],
                key: format!("package {} {member}", text.path),
            });
        }
        (steps, missing)
    }
}

/// Words as they stand on a command line, quoted. One that is decided at run time is left out, and told.
fn line(words: &[Word], name: &str) -> (String, Vec<NoStep>) {
    let mut out = vec![];
    for word in words {
        match word.as_known() {
            Some(text) => out.push(format!("'{}'", text.replace('\'', "'\\''"))),
            None => {
                let detail = format!("what `{name}` is given is decided at run time");
                return (out.join(" "), vec![NoStep::new(GapReason::UnknownCode, detail)]);
            }
        }
    }
    (out.join(" "), vec![])
}
