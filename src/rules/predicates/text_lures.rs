//! A text that is shown to the person asks for a login or key at a foreign address.

use crate::lang::prose::{self, Act};
use crate::model::EffectKind;
use crate::rules::matching::Subject;
use crate::rules::page::form::HostClass;
use crate::rules::{hosts, phrase};

/// Whether it does; says what it asks.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let EffectKind::Setting { value, .. } = subject.case.kind(subject.effect?) else {
        return None;
    };
    let text = value.display();
    let orders = prose::read(&text).together(&[Act::Lure]);
    let found = orders.iter().any(|order| {
        let mut named = order.hosts.iter();
        !order.negated && named.any(|h| hosts::of_name(&h.host) == HostClass::Foreign)
    });
    found.then(|| phrase::shorten(&text))
}
