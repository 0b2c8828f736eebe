//! MCP servers in the files of other agents: one shape, many names.

use crate::lang::data::{Document, Value};
use crate::model::effect::{Connect, Effect, EffectKind, Traffic};
use crate::model::trigger::{Class, Consent, Consents, Starter, When};
use crate::model::{Lowered, Place, SourceId, Word};
use crate::surface::draft::{self, Draft, Run};

/// A file in which an agent keeps servers.
pub(crate) struct ServerFile {
    /// Short name of the agent, for ids.
    pub agent: &'static str,
    /// End of the path, compared without case.
    pub path: &'static str,
    /// Keys under which the servers stand; the first that is there counts.
    pub keys: &'static [&'static str],
}

/// Sources: the agents' own configuration references; CVE-2025-54135 and -54136 (Cursor),
/// CVE-2025-61260 (Codex), CVE-2026-12537 (Gemini CLI) for what such a file can start.
pub(crate) const FILES: &[ServerFile] = &[
    ServerFile {
        agent: "cursor",
        path: ".cursor/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "vscode",
        path: ".vscode/mcp.json",
        keys: &["servers", "mcpServers"],
    },
    ServerFile {
        agent: "gemini",
        path: ".gemini/settings.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "codex",
        path: ".codex/config.toml",
        keys: &["mcp_servers"],
    },
    ServerFile {
        agent: "windsurf",
        path: ".windsurf/mcp_config.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "roo",
        path: ".roo/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "kiro",
        path: ".kiro/settings/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "amazonq",
        path: ".amazonq/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "junie",
        path: ".junie/mcp/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "qwen",
        path: ".qwen/settings.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "zed",
        path: ".zed/settings.json",
        keys: &["context_servers"],
    },
    ServerFile {
        agent: "opencode",
        path: "opencode.json",
        keys: &["mcp"],
    },
    ServerFile {
        agent: "opencode",
        path: "opencode.jsonc",
        keys: &["mcp"],
    },
    ServerFile {
        agent: "opencode",
        path: ".opencode/opencode.json",
        keys: &["mcp"],
    },
    ServerFile {
        agent: "factory",
        path: ".factory/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "trae",
        path: ".trae/mcp.json",
        keys: &["mcpServers"],
    },
    ServerFile {
        agent: "agents",
        path: ".agents/mcp.json",
        keys: &["mcpServers"],
    },
];

/// All servers of the file.
pub(crate) fn read(document: &Document, source: SourceId, file: &ServerFile) -> Vec<Draft> {
    let root = document.root();
    let Some(servers) = file.keys.iter().find_map(|k| root.get(k)) else {
        return vec![];
    };
    servers
        .entries()
        .filter_map(|(name, server)| one(name, server, source, file.agent))
        .collect()
}

fn one(name: &str, server: Value<'_>, source: SourceId, agent: &str) -> Option<Draft> {
    if server.get("disabled").and_then(Value::as_bool) == Some(true)
        || server.get("enabled").and_then(Value::as_bool) == Some(false)
    {
        return None;
    }
    let env: Vec<(String, Word)> = server
        .get("env")
        .or_else(|| server.get("environment"))
        .into_iter()
        .flat_map(Value::entries)
        .map(|(key, value)| (key.to_owned(), draft::value(value.as_text().unwrap_or_default())))
        .collect();
    let (place, what, run) = if let Some(command) = server.get("command").filter(|c| !c.is_null()) {
        // A list holds program and arguments; Zed nests `{path, args}`.
        let program = command.get("path").unwrap_or(command);
        let mut values: Vec<Value<'_>> = program.each().collect();
        let arguments = server.get("args").or_else(|| command.get("args"));
        values.extend(arguments.into_iter().flat_map(Value::items));
        let words = draft::words(&values, source);
        if words.is_empty() {
            return None;
        }
        (
            draft::at(source, command.span()),
            draft::line(&words),
            Run::Program(words),
        )
    } else {
        let url = ["url", "httpUrl", "serverUrl", "uri"]
            .iter()
            .find_map(|k| server.get(k))?;
        let text = url.as_str().filter(|u| !u.is_empty())?;
        let place = draft::at(source, url.span());
        (place, text.to_owned(), Run::Effects(remote(text, place)?))
    };
    Some(Draft {
        id: format!("{agent}/mcp/{name}"),
        class: Class::OtherAgent,
        when: When::Open,
        when_text: Some(format!("when {agent} opens it")),
        who: Starter::OtherAgent,
        consent: Consents {
            interactive: Consent::ApprovalByName,
            headless: Consent::None,
        },
        place,
        pointer: format!(
            "/{}/{name}",
            server.parent().and_then(Value::key).unwrap_or("mcpServers")
        ),
        what,
        runs: vec![run],
        cwd: server.get("cwd").and_then(Value::as_str).map(str::to_owned),
        env,
        attributes: vec![("type".into(), "mcp".into()), ("agent".into(), agent.to_owned())],
    })
}

fn remote(url: &str, place: Place) -> Option<Lowered> {
    let mut lowered = Lowered::default();
    let connect = match url::Url::parse(url) {
        Ok(url) => Connect {
            scheme: Some(url.scheme().to_owned()),
            host: Word::known(url.host_str()?),
            port: url.port(),
            path: Some(Word::known(url.path())),
            userinfo: (!url.username().is_empty()).then(|| Word::known(url.username())),
            traffic: Traffic::Both,
        },
        Err(_) => Connect {
            scheme: None,
            host: draft::value(url),
            port: None,
            path: None,
            userinfo: None,
            traffic: Traffic::Both,
        },
    };
    lowered.push(Effect::stated(EffectKind::Connect(connect), place));
    Some(lowered)
}
