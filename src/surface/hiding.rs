//! What hides: files that do not look like what they are used for, things that stand where nobody looks.

use std::collections::{BTreeSet, HashMap};

use super::Surfaced;
use crate::model::source::{Hop, Parent};
use crate::model::trigger::Observation;
use crate::model::{EffectKind, Place, RepoPath, SourceId, Sources, Tree};

/// A line longer than this is shown to nobody in a review, in bytes.
const LONG_LINE: usize = 100_000;
/// Blank lines in a row after which a file looks as if it ended.
const BLANK_LINES: usize = 120;
/// Blanks in a row after which a line looks as if it ended.
const BLANKS: usize = 180;

/// Extensions of files that no interpreter is meant to be started on.
const NO_SCRIPT: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "svg", "woff", "woff2", "ttf", "otf", "eot", "pdf",
    "mp3", "mp4", "wav", "ogg", "webm", "zip", "gz", "tgz", "xz", "bz2", "7z", "css", "lock", "log", "csv",
    "md", "license",
];

/// The ending of a file that is no script by its name.
fn no_script(path: &RepoPath) -> Option<String> {
    let ending = path.extension()?.to_ascii_lowercase();
    NO_SCRIPT.contains(&ending.as_str()).then_some(ending)
}

/// How a file that is started is disguised: `named` as it is started, `real` the file itself, `binary`
/// what its bytes are if they are no text.
pub(super) fn disguise(named: &RepoPath, real: &RepoPath, binary: Option<&str>) -> Option<String> {
    if let Some(ending) = no_script(named).or_else(|| no_script(real)) {
        return Some(format!(
            "is started as a program, with the ending of `.{ending}` files"
        ));
    }
    let hidden = real.parts().any(|part| part.starts_with('.'));
    let what = binary.filter(|_| hidden || real.extension().is_some())?;
    Some(format!("is {what} and is started"))
}

/// Notes what hides among the texts that triggers stand in and reach.
pub(super) fn note(out: &mut Surfaced, sources: &Sources, tree: &dyn Tree) {
    let mut seen = BTreeSet::new();
    for source in sources.iter() {
        let loads = matches!(
            source.parent,
            Parent::Reached {
                hop: Hop::Script | Hop::Include | Hop::Loaded,
                ..
            }
        );
        if !loads || !seen.insert(source.path.clone()) {
            continue;
        }
        let real = tree.resolve(&source.path).unwrap_or_else(|_| source.path.clone());
        if let Some(detail) = disguise(&source.path, &real, None) {
            add(out, "binary-in-disguise", real.clone(), None, detail);
        }
        if let Some(long) = source.text.lines().map(str::len).find(|len| *len > LONG_LINE) {
            add(
                out,
                "long-line",
                real,
                None,
                format!("is started and has a line of {long} bytes"),
            );
        }
    }
    far(out, sources);
}

/// Notes triggers, program starts and connections that stand after very many blanks.
fn far(out: &mut Surfaced, sources: &Sources) {
    let mut gaps: HashMap<SourceId, Gaps> = HashMap::new();
    let mut found: Vec<(RepoPath, Place)> = vec![];
    for trigger in &out.triggers {
        let effects = trigger.lowered.effects.iter();
        let acts = effects.filter(|e| matches!(e.kind, EffectKind::Exec(_) | EffectKind::Connect(_)));
        for place in [trigger.place].into_iter().chain(acts.map(|e| e.place)) {
            let place = sources.in_file(place);
            let text = sources.text(place.source);
            let gaps = gaps.entry(place.source).or_insert_with(|| Gaps::of(text));
            if gaps.hide(place.span.start) {
                found.push((sources.get(place.source).path.clone(), place));
            }
        }
    }
    for (path, place) in found {
        let detail = "stands after very many blank lines or blanks";
        add(out, "hidden-by-space", path, Some(place), detail.to_owned());
    }
}

/// Notes something about a file, once.
fn add(out: &mut Surfaced, kind: &'static str, path: RepoPath, place: Option<Place>, detail: String) {
    if !out.observations.iter().any(|o| o.kind == kind && o.path == path) {
        out.observations.push(Observation {
            kind,
            path,
            place,
            detail,
            trigger: None,
        });
    }
}

/// Where a text looks as if it had ended.
#[derive(Debug, Default)]
struct Gaps {
    /// What comes after this stands below very many blank lines.
    below: Option<usize>,
    /// Ends of long runs of blanks, with the ends of their lines.
    beside: Vec<(usize, usize)>,
}

impl Gaps {
    fn of(text: &str) -> Self {
        let mut gaps = Self::default();
        let (mut lines, mut blanks) = (0, 0);
        for (i, b) in text.bytes().enumerate() {
            match b {
                b'\n' => (lines, blanks) = (lines + 1, 0),
                b' ' | b'\t' => blanks += 1,
                b'\r' => {}
                _ => {
                    if lines > BLANK_LINES && gaps.below.is_none() {
                        gaps.below = Some(i);
                    }
                    if blanks > BLANKS {
                        let rest = text.get(i..).unwrap_or("");
                        gaps.beside.push((i, i + rest.find('\n').unwrap_or(rest.len())));
                    }
                    (lines, blanks) = (0, 0);
                }
            }
        }
        gaps
    }

    fn hide(&self, at: usize) -> bool {
        let next = self.beside.partition_point(|(start, _)| *start <= at);
        let beside = next.checked_sub(1).and_then(|i| self.beside.get(i));
        self.below.is_some_and(|start| at >= start) || beside.is_some_and(|(_, end)| at < *end)
    }
}

#[cfg(test)]
mod tests {
    use super::Gaps;

    #[test]
    fn only_what_stands_behind_blanks_is_hidden() {
        let text = format!("a{}b\nc", " ".repeat(300));
        let gaps = Gaps::of(&text);
        assert!(!gaps.hide(0) && gaps.hide(301) && !gaps.hide(303));
        let text = format!("a{}b\nc", "\n".repeat(300));
        let gaps = Gaps::of(&text);
        assert!(!gaps.hide(0) && gaps.hide(301) && gaps.hide(303));
    }
}
