//! `.claude/settings.json` and `.claude/settings.local.json`.

use super::owner::Owner;
use super::switches::{self, File};
use super::{env, helpers, hooks, shown, sources};
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
    if let Some(map) = settings.get("hooks") {
        let owner = Owner::new("claude", "/hooks", start.clone());
        hooks::read(reader, found, source, map, &owner);
    }
    helpers::read(reader, found, source, settings, &start);
    if let Some(map) = settings.get("env") {
        env::read(reader, found, source, map, &start);
    }
    switches::read(reader, found, source, settings, file);
    sources::read(reader, found, source, settings);
    shown::read(reader, found, source, settings);
}
