//! Lowered text as lines for tests: one a effect, flow, reference or gap.

use crate::lang::{Context, Lower};
use crate::model::effect::{EnvAct, How, Understood};
use crate::model::lowered::Target;
use crate::model::tree::{Entry, EntryKind, ReadError};
use crate::model::{EffectKind, Limits, Location, Lowered, Origin, RepoPath, Sources, Tree, Word};

/// Files in memory.
pub struct Files {
    entries: Vec<Entry>,
    texts: Vec<(RepoPath, String)>,
}

impl Files {
    /// A tree of these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let mut texts: Vec<(RepoPath, String)> = files
            .iter()
            .map(|(path, text)| (RepoPath::new(path).unwrap_or_default(), (*text).to_owned()))
            .collect();
        texts.sort();
        let entry = |path: &RepoPath| Entry {
            path: path.clone(),
            kind: EntryKind::File { executable: false },
            size: None,
            tracked: None,
        };
        Self {
            entries: texts.iter().map(|(path, _)| entry(path)).collect(),
            texts,
        }
    }
}

impl Tree for Files {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        if self.entry(path).is_some() || self.is_dir(path) {
            Ok(path.clone())
        } else {
            Err(ReadError::Missing)
        }
    }

    fn read(&self, path: &RepoPath, _limit: u64) -> Result<Vec<u8>, ReadError> {
        let found = self.texts.iter().find(|(p, _)| p == path);
        found
            .map(|(_, text)| text.clone().into_bytes())
            .ok_or(ReadError::Missing)
    }
}

/// The lines of what the first of `files` would do.
pub fn files(lower: Lower, files: &[(&str, &str)]) -> Vec<String> {
    let tree = Files::new(files);
    let limits = Limits::default();
    let mut context = Context::new(&limits);
    context.tree = Some(&tree);
    let path = RepoPath::new(files[0].0).unwrap_or_default();
    context.script = Some(Location::Tree(path.clone()));
    let mut sources = Sources::new();
    let source = sources.file(path, files[0].1);
    let lowered = lower(source, &mut sources, &context);
    lines(&lowered, &sources)
}

/// The lines of what `code` would do.
pub fn code(lower: Lower, code: &str) -> Vec<String> {
    files(lower, &[("hooks/run", code)])
}

fn lines(lowered: &Lowered, sources: &Sources) -> Vec<String> {
    let mut out = vec![];
    for (id, effect) in lowered.iter() {
        let mut line = format!("{} {}", id.0, effect_line(&effect.kind));
        for gate in &effect.gates {
            let op = if gate.holds { "=" } else { "!=" };
            line.push_str(&format!(
                " if {}{op}{}",
                gate.variable,
                gate.value.as_deref().unwrap_or("set")
            ));
        }
        let flows: Vec<String> = lowered
            .flows
            .iter()
            .filter(|f| f.to == id)
            .map(|f| origin(&f.from))
            .collect();
        if !flows.is_empty() {
            line.push_str(&format!(" <- {}", flows.join(", ")));
        }
        out.push(line);
    }
    for reference in &lowered.references {
        let by = reference.by.0;
        out.push(match &reference.target {
            Target::Code { source, language } => {
                let env: String = reference
                    .env
                    .iter()
                    .map(|(n, w)| format!(" {n}={}", w.display()))
                    .collect();
                format!("{by} runs {language}: {}{env}", sources.text(*source))
            }
            Target::Script { path, .. } => format!("{by} runs script {}", path.display()),
            other => format!("{by} runs {other:?}"),
        });
    }
    if !lowered.output.is_empty() {
        let all: Vec<String> = lowered.output.iter().map(origin).collect();
        out.push(format!("prints {}", all.join(", ")));
    }
    if let Some(text) = &lowered.output_text {
        out.push(format!("prints {:?}", text.display()));
    }
    for gap in &lowered.coverage.gaps {
        out.push(format!("gap {:?}: {}", gap.reason, gap.detail));
    }
    out
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Effect(id) => id.0.to_string(),
        Origin::Decoded(scheme) => format!("{scheme:?}"),
        other => format!("{other:?}"),
    }
}

fn words(words: &[Word]) -> String {
    words.iter().map(|w| format!(" {}", w.display())).collect()
}

fn effect_line(kind: &EffectKind) -> String {
    match kind {
        EffectKind::Exec(exec) => {
            let how = match exec.how {
                How::Direct => "exec",
                How::Shell => "shell",
                How::Interpreter => "code",
                How::Load => "load",
                _ => "exec by",
            };
            let opaque = if exec.understood == Understood::Opaque {
                "?"
            } else {
                ""
            };
            format!("{how}{opaque} {}{}", exec.program.display(), words(&exec.argv))
        }
        EffectKind::Read { path } => format!("read {}", path.at.display()),
        EffectKind::Write { path, act } => format!("write {act:?} {}", path.at.display()).to_lowercase(),
        EffectKind::Connect(c) => {
            let port = c.port.map(|p| format!(":{p}")).unwrap_or_default();
            let path = c.path.as_ref().map(Word::display).unwrap_or_default();
            let scheme = c.scheme.clone().unwrap_or_default();
            format!(
                "connect {:?} {scheme}://{}{port}{path}",
                c.traffic,
                c.host.display()
            )
        }
        EffectKind::Env { name, value, act, .. } => {
            let act = match act {
                EnvAct::Read => "env",
                EnvAct::Set => "set",
                EnvAct::Unset => "unset",
            };
            let value = value
                .as_ref()
                .map(|v| format!("={}", v.display()))
                .unwrap_or_default();
            format!("{act} {}{value}", name.display())
        }
        EffectKind::Setting { switch, value, .. } => format!("setting {switch} {}", value.display()),
        EffectKind::Instruct { text, .. } => format!("instruct {text}"),
        EffectKind::Query { dialect, class, .. } => format!("query {dialect} {class:?}"),
    }
}
