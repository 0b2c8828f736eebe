//! Texts with `${NAME}` in them that the client fills in: URLs, headers.

use super::data;
use crate::model::effect::{EnvAct, Reach};
use crate::model::{Effect, EffectId, EffectKind, Lowered, Origin, Piece, Place, Unknown, Via, Why, Word};

/// Which variables a text may use.
#[derive(Debug, Clone)]
pub(super) enum Allowed {
    /// Every one (a server that is a program).
    Every,
    /// Every one but those that the client blanks (servers).
    NotBlanked,
    /// Those of a list, minus those that the client blanks (http hooks).
    Listed(Vec<String>),
}

impl Allowed {
    fn allows(&self, name: &str) -> bool {
        let kept = !data::is_in(&data::variables().blanked, name);
        match self {
            Self::Every => true,
            Self::NotBlanked => kept,
            Self::Listed(list) => kept && list.iter().any(|n| n == name),
        }
    }
}

/// The word of a text in which `${NAME}`, `${NAME:-default}` and, for hooks, `$NAME` are filled in.
/// Each variable that is used is an effect of `lowered`.
pub(super) fn word(text: &str, allowed: &Allowed, place: Place, lowered: &mut Lowered) -> Word {
    let mut word = Word::default();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        word.push_str(before);
        let Some((name, default, len)) = reference(from, matches!(allowed, Allowed::Listed(_))) else {
            word.push_str("$");
            rest = from.get(1..).unwrap_or("");
            continue;
        };
        if allowed.allows(name) {
            let read = lowered.push(Effect::stated(
                EffectKind::Env {
                    name: Word::known(name),
                    value: None,
                    act: EnvAct::Read,
                    reach: Reach::Command,
                },
                place,
            ));
            word.push(Piece::Unknown(Unknown {
                why: Why::Variable(name.to_owned()),
                bound: None,
                from: vec![Origin::Effect(read)],
            }));
        } else {
            word.push_str(default);
        }
        rest = from.get(len..).unwrap_or("");
    }
    word.push_str(rest);
    word
}

/// Name, default and length of the reference that `text` starts with.
fn reference(text: &str, bare: bool) -> Option<(&str, &str, usize)> {
    if let Some(whole) = crate::surface::start::variable(text) {
        let inside = whole.get(2..whole.len() - 1)?;
        let (name, default) = inside.split_once(":-").unwrap_or((inside, ""));
        return Some((name, default, whole.len()));
    }
    let name = text.strip_prefix('$').filter(|_| bare)?;
    let end = name
        .find(|c: char| !(c == '_' || c.is_ascii_alphanumeric()))
        .unwrap_or(name.len());
    (end > 0).then(|| (name.get(..end).unwrap_or(""), "", end + 1))
}

/// Lets every origin of `word` flow into `to`.
pub(super) fn flows(word: &Word, to: EffectId, via: Via, lowered: &mut Lowered) {
    for origin in word.origins() {
        lowered.flow(origin, to, via);
    }
}
