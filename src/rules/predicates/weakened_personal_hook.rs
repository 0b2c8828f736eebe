//! A hook entry names a program outside the repository and gives it no time, or does not wait for it.

use crate::model::trigger::When;
use crate::model::{EffectKind, Location, Piece, RepoPath};
use crate::rules::matching::Subject;

/// Whether it does; says how.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let trigger = subject.case.trigger;
    let guards = matches!(
        trigger.when,
        When::ToolUse | When::Prompt | When::PermissionAsked | When::Edit | When::Event | When::Stop
    );
    if !guards {
        return None;
    }
    let is_async = trigger.attribute("async") == Some("true");
    let hurried = super::tiny_timeout::holds(subject);
    let how = match (is_async, &hurried) {
        (true, Some(seconds)) => format!("without waiting, with {seconds}"),
        (true, None) => "without waiting for it".to_owned(),
        (false, Some(seconds)) => format!("with {seconds} to answer"),
        (false, None) => return None,
    };
    let (_, first) = trigger
        .lowered
        .iter()
        .find(|(_, e)| matches!(e.kind, EffectKind::Exec(_)))?;
    let EffectKind::Exec(exec) = &first.kind else {
        return None;
    };
    if exec.followed {
        return None;
    }
    let root = RepoPath::root();
    let outside = [&exec.program].into_iter().chain(exec.argv.first()).any(|word| {
        let at = Location::resolve(word, &Location::Tree(root.clone()), &root);
        matches!(at, Location::Home(_) | Location::Absolute(_) | Location::Above(_))
            && word.display().contains('/')
    });
    // A bare name is looked up on the person's search path. Only a guard's event makes that a guard.
    let by_name = matches!(trigger.when, When::ToolUse | When::Prompt | When::PermissionAsked)
        && matches!(exec.program.pieces.as_slice(), [Piece::Known(name)] if !name.contains('/'))
        && exec.argv.iter().all(|w| !w.display().contains('/'));
    (outside || by_name).then_some(how)
}
