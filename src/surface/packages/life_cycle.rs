//! Scripts of the root `package.json` that a package manager runs by itself at an installation.

use crate::model::Place;
use crate::model::trigger::{Class, Consent, Consents, Starter, When};
use crate::surface::{Found, Reader};

/// Members that `npm install`, `pnpm install` and `yarn` run in the project itself (npm documentation, "scripts").
const EVENTS: [&str; 6] = [
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
];

/// One trigger a script.
pub fn read(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let Some(scripts) = document.root().get("scripts") else {
        return;
    };
    for event in EVENTS {
        let Some(command) = scripts.get(event) else {
            continue;
        };
        let Some(text) = command.string_source(reader.sources, source) else {
            continue;
        };
        let mut trigger = reader.trigger(
            found,
            Class::PackageScript,
            When::PackageInstall,
            Place::new(source, command.span()),
        );
        trigger.who = Starter::PackageManager;
        trigger.consent = Consents {
            interactive: Consent::PersonsAct,
            headless: Consent::PersonsAct,
        };
        trigger.id = format!("packages/npm/{event}");
        trigger.pointer = format!("/scripts/{event}");
        trigger.what = command.as_str().unwrap_or("").to_owned();
        trigger.when_text = Some("when somebody installs the packages".to_owned());
        trigger.attributes.push(("name".to_owned(), event.to_owned()));
        let start = crate::surface::Start::project(&found.root);
        trigger.lowered = reader.command(text, &start);
        reader.push(found, trigger);
    }
}
