//! Texts of the settings that are shown to the person or put into commits.

use crate::lang::data::Value;
use crate::model::effect::{SettingClass, Turn};
use crate::model::trigger::{Class, When};
use crate::model::{Effect, EffectKind, Place, SourceId, Word};
use crate::surface::{Found, Reader};

/// Keys whose texts a person sees.
pub(super) const SHOWN: &[&[&str]] = &[
    &["companyAnnouncements"],
    &["spinnerTipsOverride", "tips"],
    &["spinnerVerbs", "verbs"],
    &["attribution", "commit"],
    &["attribution", "pr"],
];

/// Reads texts that are shown.
pub(super) fn read(reader: &mut Reader<'_>, found: &Found, source: SourceId, settings: Value<'_>) {
    for keys in SHOWN {
        for item in settings.path(keys).into_iter().flat_map(Value::each) {
            let Some(text) = item.as_str() else { continue };
            let place = Place::new(source, item.span());
            let mut trigger = reader.trigger(found, Class::Setting, When::SessionStart, place);
            let switch = keys.join(".");
            trigger.id = format!("claude/{}", keys.join("/"));
            trigger.pointer = format!("/{}", keys.join("/"));
            trigger.when_text = Some("shown to the person".to_owned());
            trigger.what = text.to_owned();
            trigger.attributes.push(("switch".to_owned(), switch.clone()));
            trigger.lowered.push(Effect::stated(
                EffectKind::Setting {
                    switch,
                    value: Word::known(text),
                    class: SettingClass::Presentation,
                    turn: Turn::Neutral,
                },
                place,
            ));
            reader.push(found, trigger);
        }
    }
}
