//! What the client writes by itself into a person's `settings.local.json`.

/// Whether an allow rule is of the kind that the client writes when a person answers "yes, and don't ask
/// again": it names a command, a domain, a path or one tool of a server. A rule for all of a tool is not:
/// somebody wrote it, and in a folder that came as an archive that may be anybody. The client honours
/// such rules in an untracked file with no warning (measured, client 2.1.329).
pub(super) fn writes(rule: &str) -> bool {
    let rule = rule.trim();
    if rule == "WebSearch" {
        return true;
    }
    if let Some(name) = rule.strip_prefix("mcp__") {
        let whole = name
            .split_once("__")
            .is_some_and(|(server, tool)| !server.is_empty() && !tool.is_empty());
        return whole && !name.contains(['*', '(']);
    }
    let Some((_, rest)) = rule.split_once('(') else {
        return false;
    };
    let specifier = rest.strip_suffix(')').unwrap_or(rest);
    // What is left of `*`, `:*`, `**`, `//**`, `~/**`, `domain:*` once wildcards are gone says nothing.
    let specifier = specifier.strip_prefix("domain:").unwrap_or(specifier);
    specifier.contains(|c: char| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::writes;

    #[test]
    fn rules_for_one_thing_are_the_clients_and_rules_for_all_are_not() {
        for rule in [
            "Bash(npm test:*)",
            "Bash(ls)",
            "WebFetch(domain:docs.example)",
            "Read(//srv/data/**)",
            "mcp__db__query",
            "WebSearch",
        ] {
            assert!(writes(rule), "{rule}");
        }
        for rule in [
            "Bash",
            "Bash(*)",
            "Bash(:*)",
            "Bash( * )",
            "Edit",
            "Write(**)",
            "Read(//**)",
            "Read(~/**)",
            "WebFetch(domain:*)",
            "mcp__db",
            "mcp__db__*",
            "mcp__*",
            "*",
            "",
        ] {
            assert!(!writes(rule), "{rule}");
        }
    }
}
