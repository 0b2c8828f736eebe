//! What a sentence does with an act: forbids it, or talks about it.

use super::Act;
use super::lexicon::Lexicon;

/// Where a clause ends.
const CLAUSE_ENDS: [&str; 16] = [
    ", ",
    "; ",
    ": ",
    ". ",
    "! ",
    "? ",
    "\n",
    " but ",
    " then ",
    " instead ",
    " sondern ",
    "，",
    "。",
    "；",
    "、",
    "：",
];

/// Whether the act named at `start..end` of the normal form is turned round.
pub(super) fn is_negated(lexicon: &Lexicon, text: &str, start: usize, end: usize, act: Act) -> bool {
    let Some(negation) = lexicon.negation.get() else {
        return false;
    };
    let before = clause_before(text, start);
    if lexicon.unless.is_in(before) {
        return false;
    }
    // Two negations are an order again: *never answer without sending*.
    if negation.find_iter(before).count() % 2 == 1 {
        return true;
    }
    // Things that are named come before what is said about them: *passwords must never be stored*.
    if matches!(act, Act::Secret | Act::Conversation) {
        let after = clause_after(text, end);
        return [
            "never",
            "must not",
            "should not",
            "may not",
            "not be",
            "do not belong",
            "nicht",
            "niemals",
            "ないこと",
            "jamais",
            "nunca",
        ]
        .iter()
        .any(|word| after.contains(word));
    }
    false
}

fn clause_before(text: &str, start: usize) -> &str {
    let low = start.saturating_sub(120);
    let low = (low..=start)
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(start);
    let before = text.get(low..start).unwrap_or("");
    let cut = CLAUSE_ENDS
        .iter()
        .filter_map(|end| before.rfind(end).map(|at| at + end.len()))
        .max()
        .unwrap_or(0);
    before.get(cut..).unwrap_or("")
}

fn clause_after(text: &str, end: usize) -> &str {
    let high = (end + 80).min(text.len());
    let high = (end..=high)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(end);
    let after = text.get(end..high).unwrap_or("");
    let cut = CLAUSE_ENDS
        .iter()
        .chain(&[" and ", " und ", " et ", " y ", ".", "without"])
        .filter_map(|end| after.find(end))
        .min()
        .unwrap_or(after.len());
    after.get(..cut).unwrap_or("")
}
