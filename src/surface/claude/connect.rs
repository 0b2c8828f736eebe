//! Connections that the client itself makes, and calls of server tools.

use super::template::{self, Allowed};
use crate::lang::data::Value;
use crate::lang::programs::address;
use crate::model::effect::{Exec, How, Traffic, Understood};
use crate::model::{Effect, EffectId, EffectKind, Lowered, Place, SourceId, Via, Word};

/// A connection to `url` with `headers`; variables in both are read and go there.
pub(super) fn send(
    url: Value<'_>,
    headers: Option<Value<'_>>,
    allowed: &Allowed,
    source: SourceId,
    traffic: Traffic,
    lowered: &mut Lowered,
) -> Option<EffectId> {
    let place = Place::new(source, url.span());
    let word = template::word(url.as_str()?, allowed, place, lowered);
    let connect = address::url(&word, "https", traffic)?;
    let mut given: Vec<Word> = vec![];
    for (_, value) in headers.into_iter().flat_map(Value::entries) {
        if let Some(text) = value.as_text() {
            given.push(template::word(
                text,
                allowed,
                Place::new(source, value.span()),
                lowered,
            ));
        }
    }
    let connect = lowered.push(Effect::stated(EffectKind::Connect(connect), place));
    for word in given.iter().chain([&word]) {
        template::flows(word, connect, Via::Address, lowered);
    }
    Some(connect)
}

/// A call of a tool that a server offers: what it does is not known.
pub(super) fn tool_call(server: &str, tool: &str) -> EffectKind {
    EffectKind::Exec(Exec {
        program: Word::known(format!("mcp__{server}__{tool}")),
        argv: vec![],
        how: How::Direct,
        understood: Understood::Opaque,
        followed: false,
        package: None,
    })
}
