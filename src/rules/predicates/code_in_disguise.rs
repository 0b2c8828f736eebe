//! An interpreter is given a file whose name says picture, font, document or archive.

use crate::model::{EffectKind, Location, PathOperand, RepoPath, Word};
use crate::rules::matching::Subject;
use crate::rules::{code, phrase};

/// Whether one is; says which file.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Exec(exec) = subject.case.kind(subject.effect?) else {
        return None;
    };
    let disguised = |word: &&Word| {
        let Some(text) = word
            .as_known()
            .map(str::to_owned)
            .or_else(|| Some(word.display()))
        else {
            return false;
        };
        let operand = PathOperand {
            written: (*word).clone(),
            at: Location::Tree(RepoPath::root()).join(&text),
        };
        subject.case.classes.has_path("disguise", &operand)
    };
    let file = if code::is_interpreter(&exec.program) {
        exec.argv
            .iter()
            .find(|w| !w.display().starts_with('-'))
            .filter(disguised)
    } else {
        Some(&exec.program).filter(disguised)
    };
    file.map(|word| phrase::shorten(&word.display()))
}
