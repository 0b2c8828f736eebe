//! MCP servers: `.mcp.json`, and the same map in plug-ins, agents and other agents' files.

use super::owner::Owner;
use super::send;
use super::template::Allowed;
use crate::lang::data::Value;
use crate::lang::json;
use crate::model::effect::{EnvAct, Reach, SettingClass, Traffic, Turn};
use crate::model::trigger::{Class, Consent, Consents, When};
use crate::model::{Anchor, Effect, EffectKind, Lowered, Place, SourceId, Word};
use crate::surface::{Found, Reader, Scope};

/// Reads `.mcp.json`.
pub fn read(reader: &mut Reader<'_>, found: &Found) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let Some(map) = document.root().get("mcpServers") else {
        return;
    };
    let approval = Approval::of(reader, found);
    let owner = Owner::new("mcp", "/mcpServers", reader.start(&found.root));
    for (name, server) in map.entries() {
        let mut owner = owner.clone();
        owner.consent = Some(approval.consent(name));
        one(reader, found, source, name, server, &owner);
    }
}

/// Reads a map of servers that lies in another file, as `owner` says.
pub fn servers(reader: &mut Reader<'_>, found: &Found, source: SourceId, map: Value<'_>, owner: &Owner) {
    for (name, server) in map.entries() {
        one(reader, found, source, name, server, owner);
    }
}

/// What the repository's own settings say about its servers.
#[derive(Debug, Default)]
struct Approval {
    all: bool,
    enabled: Vec<String>,
    disabled: Vec<String>,
}

impl Approval {
    fn of(reader: &mut Reader<'_>, found: &Found) -> Self {
        let mut approval = Self::default();
        if reader.scope() != Scope::Project {
            return approval;
        }
        for name in ["settings.json", "settings.local.json"] {
            let path = found.root.child(".claude").child(name);
            let Ok(text) = reader.files.glance(&path) else {
                continue;
            };
            let document = json::read(text.text);
            let list = |key: &str| -> Vec<String> {
                let items = document.root().get(key).into_iter().flat_map(Value::items);
                items.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            approval.all |= document
                .root()
                .get("enableAllProjectMcpServers")
                .and_then(Value::as_bool)
                .unwrap_or(false);
            approval.enabled.extend(list("enabledMcpjsonServers"));
            approval.disabled.extend(list("disabledMcpjsonServers"));
        }
        approval
    }

    /// Interactive, a server is approved by name, once; the repository's settings can do that after the
    /// trust dialog. Headless, servers start with no approval at all (measured).
    fn consent(&self, name: &str) -> Consents {
        let is = |list: &[String]| list.iter().any(|n| n == name);
        if is(&self.disabled) {
            return Consents {
                interactive: Consent::Never,
                headless: Consent::Never,
            };
        }
        let interactive = if self.all || is(&self.enabled) {
            Consent::TrustDialog
        } else {
            Consent::ApprovalByName
        };
        Consents {
            interactive,
            headless: Consent::None,
        }
    }
}

fn one(
    reader: &mut Reader<'_>,
    found: &Found,
    source: SourceId,
    name: &str,
    server: Value<'_>,
    owner: &Owner,
) {
    let place_of = |value: Value<'_>| Place::new(source, value.span());
    let url = ["url", "serverUrl", "httpUrl"]
        .iter()
        .find_map(|key| server.get(key));
    let command = server.get("command");
    let Some(main) = command.or(url) else { return };
    let mut trigger = reader.trigger(found, Class::McpServer, When::Open, place_of(main));
    trigger.id = format!("{}/{name}", owner.id);
    trigger.pointer = format!("{}/{name}", owner.pointer);
    let transport = match server.get("type").and_then(Value::as_str) {
        Some("streamable-http" | "streamableHttp") => "http",
        Some(kind) => kind,
        None if command.is_some() => "stdio",
        None => "http",
    };
    for (key, value) in [("name", name), ("transport", transport)] {
        trigger.attributes.push((key.to_owned(), value.to_owned()));
    }
    owner.mark(&mut trigger);
    if trigger.consent.interactive == Consent::ApprovalByName {
        trigger.when_text = Some(format!("once \"{name}\" is approved"));
    }
    trigger.lowered = match (command, url) {
        (Some(command), _) => {
            let (lowered, what) = started(reader, source, command, server, owner);
            trigger.what = what;
            lowered
        }
        (None, Some(url)) => {
            trigger.what = url.as_str().unwrap_or("").to_owned();
            let mut lowered = Lowered::default();
            let headers = server.get("headers").or_else(|| server.get("http_headers"));
            send(
                url,
                headers,
                &Allowed::NotBlanked,
                source,
                Traffic::Both,
                &mut lowered,
            );
            lowered
        }
        (None, None) => Lowered::default(),
    };
    permissions(server, source, &mut trigger.lowered);
    let consent = trigger.consent;
    reader.push(found, trigger);
    headers_helper(reader, found, source, name, server, owner, consent);
}

/// A server that is a program: its start, with the variables it is given.
fn started(
    reader: &mut Reader<'_>,
    source: SourceId,
    command: Value<'_>,
    server: Value<'_>,
    owner: &Owner,
) -> (Lowered, String) {
    // Some agents take one list for program and arguments.
    let words: Vec<(String, Place)> = command
        .each()
        .chain(server.get("args").into_iter().flat_map(Value::each))
        .filter_map(|v| Some((v.as_text()?.to_owned(), Place::new(source, v.span()))))
        .collect();
    let what = words
        .iter()
        .map(|(w, _)| w.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let mut start = owner.start.clone();
    if let Some(cwd) = server.get("cwd").and_then(Value::as_str)
        && !cwd.contains('$')
    {
        start.cwd = start.cwd.join(cwd);
    }
    let mut lowered = Lowered::default();
    for (name, value) in server.get("env").into_iter().flat_map(Value::entries) {
        let Some(text) = value.as_text() else { continue };
        let place = Place::new(source, value.entry_span());
        let word = filled(text, place, &mut lowered);
        start = start.with_env(name, word.handed_over());
        lowered.push(Effect::stated(
            EffectKind::Env {
                name: Word::known(name),
                value: Some(word),
                act: EnvAct::Set,
                reach: Reach::Command,
            },
            place,
        ));
    }
    if let Some(run) = reader.argv(&words, true, &start) {
        lowered.join(run);
    }
    (lowered, what)
}

/// A value of a server's own environment: the client fills in variables, the project's folder among them.
fn filled(text: &str, place: Place, lowered: &mut Lowered) -> Word {
    let folder = text
        .strip_prefix("${CLAUDE_PROJECT_DIR}")
        .or_else(|| text.strip_prefix("${PWD}"));
    match folder {
        Some(rest) => {
            let mut word = Word::anchor(Anchor::Root);
            word.push_str(rest);
            word
        }
        None => super::template::word(text, &Allowed::Every, place, lowered),
    }
}

/// Tools of a server that the repository approves.
fn permissions(server: Value<'_>, source: SourceId, lowered: &mut Lowered) {
    let mut allow = |switch: &str, value: &str, at: Value<'_>, turn: Turn| {
        lowered.push(Effect::stated(
            EffectKind::Setting {
                switch: switch.to_owned(),
                value: Word::known(value),
                class: SettingClass::Permission,
                turn,
            },
            Place::new(source, at.entry_span()),
        ));
    };
    let turn = |answer: &str| match answer {
        "allow" | "always_allow" => Turn::Widens,
        "ask" | "always_ask" => Turn::Neutral,
        _ => Turn::Narrows,
    };
    for (tool, answer) in server.get("toolPermissions").into_iter().flat_map(Value::entries) {
        allow(
            "toolPermissions",
            tool,
            answer,
            turn(answer.as_str().unwrap_or("")),
        );
    }
    for tool in server.get("tools").into_iter().flat_map(Value::items) {
        let name = tool.get("name").and_then(Value::as_str).unwrap_or("*");
        if let Some(policy) = tool.get("permission_policy") {
            allow(
                "tools.permission_policy",
                name,
                policy,
                turn(policy.as_str().unwrap_or("")),
            );
        }
    }
    for key in ["alwaysAllow", "autoApprove", "trust"] {
        for item in server.get(key).into_iter().flat_map(Value::each) {
            match item.as_text() {
                Some("false") | None => {}
                Some(text) => allow(key, text, item, Turn::Widens),
            }
        }
    }
}

/// A shell command that prints headers. A repository's runs only where the folder is trusted (measured).
fn headers_helper(
    reader: &mut Reader<'_>,
    found: &Found,
    source: SourceId,
    name: &str,
    server: Value<'_>,
    owner: &Owner,
    consent: Consents,
) {
    let Some(helper) = server.get("headersHelper") else {
        return;
    };
    let Some(text) = helper.string_source(reader.sources, source) else {
        return;
    };
    let place = Place::new(source, helper.span());
    let mut trigger = reader.trigger(found, Class::Helper, When::Open, place);
    trigger.id = format!("{}/{name}/headersHelper", owner.id);
    trigger.pointer = format!("{}/{name}/headersHelper", owner.pointer);
    trigger.what = helper.as_str().unwrap_or("").to_owned();
    owner.mark(&mut trigger);
    trigger.class = Class::Helper;
    trigger.consent = Consents {
        interactive: consent.interactive,
        headless: if reader.scope() == Scope::User {
            consent.headless
        } else {
            consent.headless.max(Consent::TrustDialog)
        },
    };
    trigger
        .attributes
        .push(("name".to_owned(), "headersHelper".to_owned()));
    trigger.lowered = reader.command(text, &owner.start);
    // What it prints goes to the server as headers.
    if let Some(url) = server.get("url") {
        let connect = send(
            url,
            None,
            &Allowed::NotBlanked,
            source,
            Traffic::Send,
            &mut trigger.lowered,
        );
        if let Some(connect) = connect {
            for origin in trigger.lowered.output.clone() {
                trigger.lowered.flow(origin, connect, crate::model::Via::Address);
            }
        }
    }
    reader.push(found, trigger);
}
