//! Helper commands: shell commands whose output is a credential, headers or a line to show.

use super::Owner;
use crate::lang::data::Value;
use crate::model::trigger::{Class, When};
use crate::model::{Place, SourceId};
use crate::surface::{Found, Reader};

/// Name, when it runs, and whether it is handed the session on standard input.
const HELPERS: &[(&str, When, bool, &str)] = &[
    ("apiKeyHelper", When::FirstRequest, false, "at the first request"),
    (
        "awsAuthRefresh",
        When::FirstRequest,
        false,
        "at the first request to Bedrock",
    ),
    (
        "awsCredentialExport",
        When::FirstRequest,
        false,
        "at the first request to Bedrock",
    ),
    (
        "gcpAuthRefresh",
        When::FirstRequest,
        false,
        "at the first request to Vertex",
    ),
    (
        "otelHeadersHelper",
        When::SessionStart,
        false,
        "when telemetry starts",
    ),
    (
        "proxyAuthHelper",
        When::FirstRequest,
        false,
        "when a proxy asks for a login",
    ),
    (
        "statusLine",
        When::StatusLine,
        true,
        "whenever the status line is drawn",
    ),
    (
        "subagentStatusLine",
        When::StatusLine,
        true,
        "whenever the line of a subagent is drawn",
    ),
    ("fileSuggestion", When::Prompt, true, "when somebody types @"),
];

/// Reads the helper commands of a settings file.
pub(super) fn read(
    reader: &mut Reader<'_>,
    found: &Found,
    source: SourceId,
    settings: Value<'_>,
    owner: &Owner,
) {
    for (name, when, payload, when_text) in HELPERS {
        let Some(value) = settings.get(name) else { continue };
        let (command, pointer) = match value.get("command") {
            Some(command) => (command, format!("/{name}/command")),
            None => (value, format!("/{name}")),
        };
        let Some(text) = command.string_source(reader.sources, source) else {
            continue;
        };
        let mut trigger = reader.trigger(found, Class::Helper, *when, Place::new(source, command.span()));
        trigger.id = format!("claude/{name}");
        trigger.pointer = pointer;
        trigger.when_text = Some((*when_text).to_owned());
        trigger.what = command.as_str().unwrap_or("").to_owned();
        trigger.attributes.push(("name".to_owned(), (*name).to_owned()));
        // A line that is drawn is a kind of hook to the client.
        if *when == When::StatusLine {
            owner.mark(&mut trigger);
        }
        let mut start = owner.start.clone();
        start.payload = *payload;
        trigger.lowered = reader.command(text, &start);
        reader.push(found, trigger);
    }
}
