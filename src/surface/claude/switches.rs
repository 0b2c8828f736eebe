//! Switches of the settings, by the table `surface/claude/settings.toml`.

use super::data::{FromRepo, Shape, Switch, switches};
use crate::lang::data::Value;
use crate::model::effect::SettingClass;
use crate::model::trigger::{Class, Consent, Consents, When};
use crate::model::{Effect, EffectKind, Place, SourceId, Word};
use crate::surface::{Found, Reader, Scope};

/// Which settings file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Project,
    Local,
}

/// Reads every switch of the table.
pub(super) fn read(
    reader: &mut Reader<'_>,
    found: &Found,
    source: SourceId,
    settings: Value<'_>,
    file: File,
) {
    for switch in switches() {
        let keys: Vec<&str> = switch.key.split('.').collect();
        let Some(value) = settings.path(&keys) else {
            continue;
        };
        match switch.shape {
            Shape::Flag | Shape::Text => {
                if switch.shape == Shape::Flag && value.as_bool().is_none() {
                    let detail = format!("`{}` is no truth value", switch.key);
                    reader.observe(
                        "settings-void",
                        found,
                        Some(Place::new(source, value.span())),
                        detail,
                    );
                }
                if let Some(text) = value.as_text() {
                    let place = Place::new(source, value.entry_span());
                    one(reader, found, switch, file, place, text, None);
                }
            }
            Shape::List => {
                for item in value.items() {
                    if let Some(text) = item.as_text() {
                        let place = Place::new(source, item.span());
                        one(reader, found, switch, file, place, text, Some(text));
                    }
                }
            }
            Shape::Map => {
                for (key, item) in value.entries() {
                    let place = Place::new(source, item.entry_span());
                    one(reader, found, switch, file, place, key, Some(key));
                }
            }
        }
    }
}

fn one(
    reader: &mut Reader<'_>,
    found: &Found,
    switch: &Switch,
    file: File,
    place: Place,
    value: &str,
    item: Option<&str>,
) {
    let class = if switch.class == SettingClass::Permission {
        Class::Permission
    } else {
        Class::Setting
    };
    let mut trigger = reader.trigger(found, class, When::InForce, place);
    let item = item.map(|item| format!("/{item}")).unwrap_or_default();
    let path = switch.key.replace('.', "/");
    trigger.id = format!("claude/{path}{item}");
    trigger.pointer = format!("/{path}{item}");
    trigger.what = format!("{} = {value}", switch.key);
    trigger.attributes.push(("switch".to_owned(), switch.key.clone()));
    if reader.scope() == Scope::Project {
        let ignored = switch.repo == FromRepo::No
            || (switch.repo == FromRepo::Local && file != File::Local)
            || switch.ignored.iter().any(|v| v == value);
        // Measured: rules that allow count headless only where the folder is trusted, or where git does
        // not track the local file.
        let needs_trust = matches!(
            switch.key.as_str(),
            "permissions.allow" | "permissions.additionalDirectories"
        );
        let untracked = file == File::Local && reader.tree().is_tracked(&found.file) != Some(true);
        if ignored {
            trigger.consent = Consents {
                interactive: Consent::Never,
                headless: Consent::Never,
            };
            trigger.attributes.push(("ignored".to_owned(), "true".to_owned()));
        } else if needs_trust && !untracked {
            trigger.consent.headless = Consent::Never;
        }
    }
    trigger.lowered.push(Effect::stated(
        EffectKind::Setting {
            switch: switch.key.clone(),
            value: Word::known(value),
            class: switch.class,
            turn: switch.turn(value),
        },
        place,
    ));
    reader.push(found, trigger);
}
