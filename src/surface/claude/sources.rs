//! Sources of plug-ins, and plug-ins that are switched on.

use crate::lang::data::Value;
use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::{Class, Consents, When};
use crate::model::{Effect, EffectKind, Place, SourceId, Word};
use crate::surface::{Found, Reader};

/// Reads `extraKnownMarketplaces` and `enabledPlugins`.
pub(super) fn read(reader: &mut Reader<'_>, found: &Found, source: SourceId, settings: Value<'_>) {
    for switch in ["extraKnownMarketplaces", "additionalMarketplaces"] {
        for (name, market) in settings.get(switch).into_iter().flat_map(Value::entries) {
            let place = Place::new(source, market.entry_span());
            let mut trigger = reader.trigger(found, Class::Plugin, When::Open, place);
            let from = market.get("source").unwrap_or(market);
            let text = |key: &str| from.get(key).and_then(Value::as_text);
            let kind = text("source").or_else(|| from.as_str()).unwrap_or("unknown");
            let at = ["repo", "url", "path", "package", "command", "installLocation"]
                .iter()
                .find_map(|key| text(key))
                .unwrap_or(name);
            trigger.id = format!("claude/{switch}/{name}");
            trigger.pointer = format!("/{switch}/{name}");
            trigger.what = format!("{name}: {kind} {at}");
            let pinned = text("sha").or_else(|| text("ref")).is_some_and(is_commit);
            for (key, value) in [
                ("name", name),
                ("source", kind),
                ("pinned", if pinned { "true" } else { "false" }),
            ] {
                trigger.attributes.push((key.to_owned(), value.to_owned()));
            }
            trigger.consent = needs_trust(trigger.consent);
            trigger
                .lowered
                .push(setting(switch, at, SettingClass::CodeSource, Turn::Widens, place));
            reader.push(found, trigger);
        }
    }
    for (name, value) in settings
        .get("enabledPlugins")
        .into_iter()
        .flat_map(Value::entries)
    {
        let place = Place::new(source, value.entry_span());
        let mut trigger = reader.trigger(found, Class::Plugin, When::Open, place);
        let on = value.as_bool() != Some(false);
        trigger.id = format!("claude/enabledPlugins/{name}");
        trigger.pointer = format!("/enabledPlugins/{name}");
        trigger.what = format!("{name} {}", if on { "on" } else { "off" });
        let plain = name.split('@').next().unwrap_or(name);
        trigger.attributes.push(("name".to_owned(), plain.to_owned()));
        trigger.consent = needs_trust(trigger.consent);
        let turn = if on { Turn::Widens } else { Turn::Narrows };
        trigger.lowered.push(setting(
            "enabledPlugins",
            name,
            SettingClass::CodeSource,
            turn,
            place,
        ));
        reader.push(found, trigger);
    }
}

/// Headless, plug-ins of a repository load only where the folder was trusted before (measured).
fn needs_trust(consent: Consents) -> Consents {
    Consents {
        headless: consent.interactive,
        ..consent
    }
}

fn setting(switch: &str, value: &str, class: SettingClass, turn: Turn, place: Place) -> Effect {
    Effect::stated(
        EffectKind::Setting {
            switch: switch.to_owned(),
            value: Word::known(value),
            class,
            turn,
        },
        place,
    )
}

/// Whether a revision is a full commit id.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}
