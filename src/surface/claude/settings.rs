//! `.claude/settings.json` and `.claude/settings.local.json`.

use super::owner::Owner;
use super::switches::{self, File};
use super::{env, helpers, hooks, shown, sources};
use crate::lang::data::Value;
use crate::lang::json;
use crate::surface::{Found, Reader};

/// Reads the settings of a project.
pub fn project(reader: &mut Reader<'_>, found: &Found) {
    read(reader, found, File::Project);
}

/// Reads the local settings of a project: like the others, where a repository ships them.
pub fn local(reader: &mut Reader<'_>, found: &Found) {
    read(reader, found, File::Local);
}

fn read(reader: &mut Reader<'_>, found: &Found, file: File) {
    let Some((source, document)) = reader.json(found) else {
        return;
    };
    let settings = document.root();
    let start = reader.start(&found.root);
    let off = document.void.is_empty() && switched_off(settings) && !reopened(reader, found, file);
    let owner = Owner::new("claude", "/hooks", start.clone());
    let owner = if off { owner.switched_off() } else { owner };
    if let Some(map) = settings.get("hooks") {
        hooks::read(reader, found, source, map, &owner);
    }
    helpers::read(reader, found, source, settings, &owner);
    if let Some(map) = settings.get("env") {
        env::read(reader, found, source, map, &start);
    }
    switches::read(reader, found, source, settings, file);
    sources::read(reader, found, source, settings);
    shown::read(reader, found, source, settings);
}

fn switched_off(settings: Value<'_>) -> bool {
    settings.get("disableAllHooks").and_then(Value::as_bool) == Some(true)
}

/// Whether the local settings, which win over the project's, switch hooks on again. They count as doing
/// so whenever they name the switch and do not turn it off: a file that another fault voids says nothing.
fn reopened(reader: &mut Reader<'_>, found: &Found, file: File) -> bool {
    if file == File::Local {
        return false;
    }
    let folder = found.path.parent().unwrap_or_default();
    let Ok(text) = reader.files.glance(&folder.child("settings.local.json")) else {
        return false;
    };
    let local = json::read(text.text);
    local.root().get("disableAllHooks").is_some() && !switched_off(local.root())
}
