//! What [`super::out_of_download`] speaks of is, each time, an asset of a release that a forge publishes:
//! as much a published artefact as a package of a registry.

use super::out_of_download::archives;
use crate::lang::url::{self, OwnerKind};
use crate::model::effect::Connect;
use crate::rules::matching::Subject;

/// Whether every archive is one.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let archives = archives(subject);
    let all = !archives.is_empty() && archives.iter().all(|connect| is_release(connect));
    all.then(String::new)
}

fn is_release(connect: &Connect) -> bool {
    let forge = (connect.host.as_known())
        .and_then(url::owner)
        .is_some_and(|owner| owner.kind == OwnerKind::Forge);
    // `/OWNER/PROJECT/releases/…`, in the interface for programs below `/repos`: owner and project are known,
    // what follows may be decided at run time.
    let path = connect.path.as_ref().map_or("", |path| path.known_prefix());
    let path = path.trim_start_matches('/');
    let mut parts = path.strip_prefix("repos/").unwrap_or(path).split('/');
    forge && parts.nth(2).is_some_and(|part| part == "releases" || part == "-") && path.contains("/releases/")
}
