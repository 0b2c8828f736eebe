//! Hooks: every event and every type of handler.

use super::data::{self, Event};
use super::owner::Owner;
use super::template::Allowed;
use crate::lang::data::{Kind, Value};
use crate::lang::decision;
use crate::model::digest::{Digest, Domain};
use crate::model::effect::{Traffic, Visibility};
use crate::model::trigger::{Class, Consent, Consents, When};
use crate::model::{Effect, EffectKind, Lowered, Origin, Place, SourceId, Via};
use crate::surface::{Found, Reader, instruct};

/// Tools that change files: a hook after one of these acts after every edit.
const EDITS: &[&str] = &["Edit", "Write", "MultiEdit", "NotebookEdit"];

/// Reads a `hooks` map: event → matchers → handlers.
pub fn read(reader: &mut Reader<'_>, found: &Found, source: SourceId, hooks: Value<'_>, owner: &Owner) {
    for (name, groups) in hooks.entries() {
        let Some(event) = data::event(name) else { continue };
        for group in groups.items() {
            let matcher = group.get("matcher").and_then(Value::as_str).unwrap_or("");
            for handler in group.get("hooks").into_iter().flat_map(Value::items) {
                let hook = Hook {
                    name,
                    event,
                    matcher,
                    handler,
                };
                hook.read(reader, found, source, owner);
            }
        }
    }
}

struct Hook<'h> {
    name: &'h str,
    event: &'static Event,
    matcher: &'h str,
    handler: Value<'h>,
}

impl Hook<'_> {
    fn read(&self, reader: &mut Reader<'_>, found: &Found, source: SourceId, owner: &Owner) {
        let handler = self.handler;
        let text = |key: &str| handler.get(key).and_then(Value::as_str);
        let kind = text("type").unwrap_or("command");
        let key = match kind {
            "command" => "command",
            "http" => "url",
            "mcp_tool" => "tool",
            "prompt" | "agent" => "prompt",
            _ => {
                let place = Place::new(source, handler.span());
                reader.observe(
                    "settings-void",
                    found,
                    Some(place),
                    format!("a hook of the unknown type `{kind}`"),
                );
                return;
            }
        };
        let Some(main) = handler.get(key).filter(|v| v.kind() == Kind::String) else {
            let place = Place::new(source, handler.span());
            reader.observe(
                "settings-void",
                found,
                Some(place),
                format!("a hook without `{key}`"),
            );
            return;
        };
        let wrong_time = handler
            .get("timeout")
            .filter(|t| !t.as_f64().is_some_and(|t| t > 0.0));
        let wrong_failure = handler
            .get("onFailure")
            .filter(|f| !matches!(f.as_str(), Some("block" | "continue")));
        if let Some(wrong) = wrong_time.or(wrong_failure) {
            // Measured: one invalid value voids the whole file.
            let detail = format!("a hook with the invalid value {}", wrong.written());
            reader.observe(
                "settings-void",
                found,
                Some(Place::new(source, wrong.span())),
                detail,
            );
        }
        let place = Place::new(source, main.span());
        let mut trigger = reader.trigger(found, Class::Hook, self.when(), place);
        let digest = Digest::of(Domain::Value, [handler.canonical().as_bytes()]).short();
        let matcher = if self.matcher.is_empty() {
            "*"
        } else {
            self.matcher
        };
        trigger.id = format!("{}/hooks/{}/{matcher}-{digest}", owner.id, self.name);
        trigger.pointer = format!("{}/{}[{matcher}]/{digest}", owner.pointer, self.name);
        trigger.when_text = self.when_text();
        trigger.what = text(key).unwrap_or("").to_owned();
        let mut attribute =
            |name: &str, value: &str| trigger.attributes.push((name.to_owned(), value.to_owned()));
        attribute("event", self.name);
        attribute("matcher", matcher);
        attribute("type", kind);
        for (key, name) in [
            ("async", "async"),
            ("timeout", "timeout"),
            ("onFailure", "on-failure"),
            ("if", "if"),
            ("once", "once"),
            ("asyncRewake", "async-rewake"),
        ] {
            if let Some(value) = handler.get(key).and_then(Value::as_text) {
                attribute(name, value);
            }
        }
        owner.mark(&mut trigger);
        if self.is_dead() {
            trigger.consent = Consents {
                interactive: Consent::Never,
                headless: Consent::Never,
            };
            trigger.attributes.push(("dead".to_owned(), "true".to_owned()));
        }
        let start = owner.start.clone().as_hook();
        trigger.lowered = match kind {
            "command" => match handler.get("args") {
                Some(args) => {
                    let words: Vec<(String, Place)> = [main]
                        .into_iter()
                        .chain(args.items())
                        .map(|v| (v.as_text().unwrap_or("").to_owned(), Place::new(source, v.span())))
                        .collect();
                    trigger.what = words
                        .iter()
                        .map(|(w, _)| w.as_str())
                        .collect::<Vec<_>>()
                        .join(" ");
                    reader.argv(&words, true, &start).unwrap_or_default()
                }
                None => match main.string_source(reader.sources, source) {
                    Some(text) => reader.command(text, &start),
                    None => Lowered::default(),
                },
            },
            "http" => self.http(main, source),
            "mcp_tool" => {
                let mut lowered = Lowered::default();
                let server = text("server").unwrap_or("");
                trigger.what = format!("{server}: {}", main.as_str().unwrap_or(""));
                trigger.attributes.push(("server".to_owned(), server.to_owned()));
                let exec = lowered.push(Effect::stated(
                    super::tool_call(server, main.as_str().unwrap_or("")),
                    place,
                ));
                lowered.flow(Origin::Payload, exec, Via::Argument);
                lowered
            }
            _ => {
                let mut lowered = Lowered::default();
                lowered.push(instruct(main.as_str().unwrap_or(""), Visibility::Visible, place));
                lowered
            }
        };
        answers(&mut trigger.lowered, place);
        reader.push(found, trigger);
    }

    fn when(&self) -> When {
        let only_edits =
            !self.matcher.is_empty() && self.matcher.split('|').all(|name| EDITS.contains(&name.trim()));
        if self.name == "PostToolUse" && only_edits {
            return When::Edit;
        }
        self.event.when
    }

    fn when_text(&self) -> Option<String> {
        let around = |what: &str| match self.matcher {
            "" | "*" => format!("{what} every tool call"),
            tool => format!("{what} {tool}"),
        };
        match self.name {
            "PreToolUse" => Some(around("before")),
            "PostToolUse" if self.when() == When::Edit => Some("after every edit".to_owned()),
            "PostToolUse" => Some(around("after")),
            "SessionStart" | "Stop" | "UserPromptSubmit" | "PermissionRequest" => None,
            name => Some(format!("on {name}")),
        }
    }

    /// Whether it can never fire: the matcher or the condition is none, or names nothing (measured).
    fn is_dead(&self) -> bool {
        let condition = self.handler.get("if").and_then(Value::as_str);
        if condition.is_some_and(|rule| !is_rule(rule)) {
            return true;
        }
        let matcher = self.matcher;
        let exact = |c: char| c.is_ascii_alphanumeric() || "_|, -".contains(c);
        if matcher.is_empty() || matcher == "*" {
            return false;
        }
        if matcher.chars().all(exact) {
            let mut names = matcher.split(['|', ',']).map(str::trim).filter(|n| !n.is_empty());
            return match self.event.matcher.as_deref() {
                // Tools start with a capital letter; tools of servers are called `mcp__…`.
                Some("tool") => {
                    !names.any(|n| n.starts_with(|c: char| c.is_ascii_uppercase()) || n.starts_with("mcp__"))
                }
                _ => !self.event.names.is_empty() && !names.any(|n| self.event.names.iter().any(|e| e == n)),
            };
        }
        // What only JavaScript's expressions have is taken for valid.
        let other_dialect = ["(?=", "(?!", "(?<", "\\1", "\\k", "\\c", "\\/"]
            .iter()
            .any(|s| matcher.contains(s));
        match regex::Regex::new(matcher) {
            Ok(regex) => {
                !self.event.names.is_empty() && !self.event.names.iter().any(|name| regex.is_match(name))
            }
            Err(regex::Error::CompiledTooBig(_)) => false,
            Err(_) => !other_dialect && is_no_expression(matcher),
        }
    }

    /// The whole payload goes to the URL; `$NAME` in headers is filled in where it is listed.
    fn http(&self, url: Value<'_>, source: SourceId) -> Lowered {
        let mut lowered = Lowered::default();
        let listed = self
            .handler
            .get("allowedEnvVars")
            .into_iter()
            .flat_map(Value::items);
        let allowed = Allowed::Listed(listed.filter_map(Value::as_str).map(str::to_owned).collect());
        super::send(
            url,
            self.handler.get("headers"),
            &allowed,
            source,
            Traffic::Send,
            &mut lowered,
        );
        let connects: Vec<_> = lowered
            .iter()
            .filter(|(_, e)| matches!(e.kind, EffectKind::Connect(_)))
            .map(|(id, _)| id)
            .collect();
        for id in connects {
            lowered.flow(Origin::Payload, id, Via::Pipe);
        }
        lowered
    }
}

/// Whether `text` has the form of a permission rule: `Tool`, `Tool(content)`, `mcp__server__tool`.
fn is_rule(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or("");
    let starts =
        name.starts_with(|c: char| c.is_ascii_uppercase()) || name.starts_with("mcp__") || name == "*";
    let content = text.get(name.len()..).unwrap_or("");
    let closed = content.is_empty() || (content.len() > 2 && content.ends_with(')'));
    starts
        && closed
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-*".contains(c))
}

/// Whether no dialect of regular expressions takes `text`: brackets that do not pair, nothing to repeat.
fn is_no_expression(text: &str) -> bool {
    let (mut round, mut square, mut escaped) = (0_i32, false, false);
    for c in text.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' => escaped = true,
            '[' => square = true,
            ']' => square = false,
            '(' if !square => round += 1,
            ')' if !square => {
                round -= 1;
                if round < 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    round != 0 || square || escaped || text.starts_with(['*', '+', '?'])
}

/// Adds the decisions that a hook prints as known text: the client takes its output for the answer.
fn answers(lowered: &mut Lowered, place: Place) {
    let Some(output) = &lowered.output_text else {
        return;
    };
    for decision in decision::find_in_word(output) {
        let kind = decision.effect();
        if !lowered.effects.iter().any(|e| e.kind == kind) {
            lowered.push(Effect::stated(kind, place));
        }
    }
}
