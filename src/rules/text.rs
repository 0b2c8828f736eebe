//! Texts for the model: which orders a page means, and where they stand.

use super::case::Case;
use super::hosts;
use super::matching::Match;
use super::page::form::InstructTest;
use super::phrase::shorten;
use crate::lang::prose::{Act, Order};
use crate::model::{EffectId, EffectKind, Place, Span};

/// The acts that pages may name.
#[must_use]
pub fn acts() -> Vec<String> {
    let all = [
        Act::Secret,
        Act::Conversation,
        Act::Send,
        Act::Download,
        Act::Conceal,
        Act::Override,
        Act::SkipConsent,
        Act::Persist,
        Act::Publish,
        Act::Destroy,
        Act::Decode,
        Act::Disarm,
        Act::Lure,
        Act::Timing,
    ];
    all.iter()
        .filter_map(|a| serde_json::to_value(a).ok()?.as_str().map(str::to_owned))
        .collect()
}

fn act(name: &str) -> Option<Act> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// The orders in the text of effect `id` that meet the test, each at its place.
#[must_use]
pub fn orders(test: &InstructTest, id: EffectId, case: &Case<'_>) -> Vec<Match> {
    let EffectKind::Instruct { text, .. } = case.kind(id) else {
        return vec![];
    };
    let wanted: Vec<Act> = test.says.iter().filter_map(|name| act(name)).collect();
    let found = case.reading(id).together(&wanted);
    let matches = found.into_iter().filter(|order| meant(test, order));
    matches
        .map(|order| Match {
            effect: Some(id),
            place: place(id, text, order.span, case),
            detail: text.get(order.span.start..order.span.end).map(shorten),
            ..Match::default()
        })
        .collect()
}

fn meant(test: &InstructTest, order: &Order) -> bool {
    let says = |name: &String| act(name).is_some_and(|a| order.acts.contains(&a));
    !order.negated
        && !order.quoted
        && !order.described
        && (test.says_any.is_empty() || test.says_any.iter().any(says))
        && !test.not_says.iter().any(says)
        && (test.host.is_empty()
            || order
                .hosts
                .iter()
                .any(|h| test.host.contains(&hosts::of_name(&h.host))))
}

/// Where a part of the text stands: in step with the source, if the effect's place holds the text as it is.
fn place(id: EffectId, text: &str, span: Span, case: &Case<'_>) -> Option<Place> {
    let whole = case.trigger.lowered.get(id).place;
    let source = case.sources.text(whole.source);
    let there = source.get(whole.span.start..whole.span.end)?;
    // What a rendered page does not show may be blanked, in step with the source.
    if there.len() == text.len() {
        return Some(Place::new(whole.source, span.shift(whole.span.start)));
    }
    // The text may be the body of what the place covers.
    let offset = there.find(text).filter(|_| !text.is_empty())?;
    Some(Place::new(whole.source, span.shift(whole.span.start + offset)))
}
