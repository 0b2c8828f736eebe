//! A hook hands its event to a tool of a server that lies elsewhere.

use crate::model::EffectKind;
use crate::model::trigger::Class;
use crate::rules::hosts;
use crate::rules::matching::Subject;
use crate::rules::page::form::HostClass;

/// Whether it does; says to which host.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let server = subject.case.trigger.attribute("server")?;
    let servers = subject.all.iter().filter(|case| {
        let trigger = case.trigger;
        matches!(trigger.class, Class::McpServer | Class::Plugin) && trigger.attribute("name") == Some(server)
    });
    servers
        .flat_map(|case| case.trigger.lowered.effects.iter())
        .find_map(|effect| match &effect.kind {
            EffectKind::Connect(c)
                if matches!(hosts::of_word(&c.host), HostClass::Foreign | HostClass::Unknown) =>
            {
                Some(c.host.display())
            }
            _ => None,
        })
}
