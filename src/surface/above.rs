//! What acts on a sub-folder from the folders above it, up to the git root.

use super::{Found, Options, SURFACES, Surfaced, read_selected, select};
use crate::model::{RepoPath, Sources, Tree};

/// Folders of settings that a program reads only where it is opened, not from above.
const ONLY_WHERE_OPENED: [&str; 5] = [".vscode", ".idea", ".zed", ".devcontainer", ".github"];

/// Reads what acts on `folder` of `whole` from the folders above it. All paths are as seen from `folder`
/// (`../../CLAUDE.md`).
#[must_use]
pub fn read_above(
    whole: &dyn Tree,
    folder: &RepoPath,
    sources: &mut Sources,
    options: &Options<'_>,
) -> Surfaced {
    let mut selected = select::select(whole, SURFACES, options.scope);
    selected.found.retain(|(_, found)| acts(found, folder));
    for (_, found) in &mut selected.found {
        // From here it is no other project: the agent reads it when it starts in the folder.
        found.nested = false;
        found.sample = false;
    }
    selected
        .observations
        .retain(|o| o.kind == "link-leaves-tree" && owner(&o.path, folder));
    selected.unread.clear();
    let kept = sources.count();
    let mut out = read_selected(selected, whole, sources, options, SURFACES);
    let show = |path: &RepoPath| path.seen_from(folder);
    sources.rename_after(kept, show);
    for trigger in &mut out.triggers {
        let place = RepoPath::root().seen_from(folder);
        trigger.path = show(&trigger.path);
        trigger.id = format!("{}@{place}", trigger.id);
    }
    for observation in &mut out.observations {
        observation.path = show(&observation.path);
    }
    // Parts of other folders that could not be listed are no matter of this one.
    out.unread
        .retain(|u| RepoPath::new(&u.path).is_some_and(|p| folder.is_in(&p) || owner(&p, folder)));
    for unread in &mut out.unread {
        if let Some(path) = RepoPath::new(&unread.path) {
            unread.path = show(&path).to_string();
        }
    }
    out.read = out.read.iter().map(show).collect();
    out
}

fn acts(found: &Found, folder: &RepoPath) -> bool {
    let rest = found.path.as_str().get(found.root.as_str().len()..).unwrap_or("");
    let first = rest.trim_start_matches('/').split('/').next().unwrap_or("");
    folder.is_in(&found.root) && !found.path.is_in(folder) && !ONLY_WHERE_OPENED.contains(&first)
}

/// Whether `path` lies in a dot folder of a folder above.
fn owner(path: &RepoPath, folder: &RepoPath) -> bool {
    let parts: Vec<&str> = path.parts().take_while(|part| !part.starts_with('.')).collect();
    let owner = RepoPath::new(&parts.join("/")).unwrap_or_default();
    folder.is_in(&owner) && !path.is_in(folder)
}
