//! Removal of reads of variables whose bytes reach nothing (`echo $EDITOR` is no effect), and
//! renumbering of effects.

use std::collections::BTreeSet;

use crate::model::{EffectId, Lowered, Origin, Piece, Word};

/// Removes the effects in `provisional` that no flow starts from.
pub(super) fn prune(out: &mut Lowered, provisional: &BTreeSet<EffectId>) {
    let used: BTreeSet<EffectId> = out
        .flows
        .iter()
        .filter_map(|flow| match flow.from {
            Origin::Effect(id) => Some(id),
            _ => None,
        })
        .collect();
    let gone: BTreeSet<EffectId> = provisional.difference(&used).copied().collect();
    if gone.is_empty() {
        return;
    }
    let mut index = 0u32;
    out.effects.retain(|_| {
        let keep = !gone.contains(&EffectId(index));
        index += 1;
        keep
    });
    renumber(out, |id| {
        let before = u32::try_from(gone.range(..id).count()).unwrap_or(0);
        (!gone.contains(&id)).then(|| EffectId(id.0 - before))
    });
}

/// Gives every mention of an effect its new number; mentions of one without are dropped.
pub(super) fn renumber(out: &mut Lowered, new: impl Fn(EffectId) -> Option<EffectId>) {
    let origins = |all: &mut Vec<Origin>| {
        all.retain_mut(|origin| match origin {
            Origin::Effect(id) => match new(*id) {
                Some(next) => {
                    *id = next;
                    true
                }
                None => false,
            },
            _ => true,
        });
    };
    let word = |word: &mut Word| {
        origins(&mut word.from);
        for piece in &mut word.pieces {
            if let Piece::Unknown(unknown) = piece {
                origins(&mut unknown.from);
            }
        }
    };
    for effect in &mut out.effects {
        effect.by = effect.by.and_then(&new);
        effect.kind.words_mut(word);
    }
    out.flows.retain_mut(|flow| {
        if let Origin::Effect(id) = &mut flow.from {
            match new(*id) {
                Some(next) => *id = next,
                None => return false,
            }
        }
        match new(flow.to) {
            Some(next) => {
                flow.to = next;
                true
            }
            None => false,
        }
    });
    for reference in &mut out.references {
        reference.by = new(reference.by).unwrap_or(reference.by);
        reference.argv.iter_mut().for_each(word);
        reference.env.iter_mut().for_each(|(_, value)| word(value));
        origins(&mut reference.stdin);
    }
    origins(&mut out.output);
    out.output_text.iter_mut().for_each(word);
}
