//! One pass over the entries of a tree: which file is wanted by which surface.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::pattern::Pattern;
use super::{Found, Scope, Surface, samples};
use crate::model::report::Unread;
use crate::model::tree::{Entry, EntryKind, ReadError};
use crate::model::trigger::Observation;
use crate::model::{RepoPath, Tree};

/// Most files looked at through linked folders.
const LINKED: usize = 20_000;
/// Most linked folders inside one another.
const LINK_DEPTH: usize = 4;
/// Most links noted that leave the tree.
const LEAVING: usize = 200;

/// What a pass found.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Index of the surface and the file, in the order of the table, outermost projects first.
    pub found: Vec<(usize, Found)>,
    /// Links that leave the tree where a surface looks.
    pub observations: Vec<Observation>,
    /// Folders of a surface that are not there to be read.
    pub unread: Vec<Unread>,
    /// Submodules where a surface looks.
    pub submodules: Vec<RepoPath>,
}

/// Finds the files that `surfaces` want.
pub(super) fn select(tree: &dyn Tree, surfaces: &[Surface], scope: Scope) -> Selected {
    let mut pass = Pass::new(surfaces, scope);
    let mut linked = vec![];
    for entry in tree.entries() {
        pass.entry(tree, &entry.path, entry, &mut linked);
    }
    // Folders reached through a link, and links in them.
    let mut budget = LINKED;
    let mut opened = HashSet::new();
    while let Some((at, target, depth)) = linked.pop() {
        if depth > LINK_DEPTH || !opened.insert((at.clone(), target.clone())) {
            continue;
        }
        let first_new = linked.len();
        for entry in tree.below(&target) {
            let Some(left) = budget.checked_sub(1) else {
                pass.out.unread.push(Unread {
                    path: at.to_string(),
                    reason: format!("links lead to more than {LINKED} files"),
                    referenced_by: None,
                    is_error: true,
                });
                return pass.finish();
            };
            budget = left;
            let rest = entry.path.as_str().get(target.as_str().len()..).unwrap_or("");
            if let Some(path) = at.join(rest.trim_start_matches('/')) {
                pass.entry(tree, &path, entry, &mut linked);
            }
        }
        for new in linked.iter_mut().skip(first_new) {
            new.2 = depth + 1;
        }
    }
    pass.finish()
}

struct Pass {
    scope: Scope,
    by_name: HashMap<&'static str, Vec<(usize, Pattern)>>,
    by_folder: Vec<(usize, Pattern)>,
    /// Every folder name that a pattern holds.
    folders: HashSet<&'static str>,
    /// The folder of the entry before, and the patterns of `by_folder` that may match in it.
    dir: Option<String>,
    open: Vec<usize>,
    out: Selected,
}

impl Pass {
    fn new(surfaces: &[Surface], scope: Scope) -> Self {
        let mut pass = Self {
            scope,
            by_name: HashMap::new(),
            by_folder: vec![],
            folders: HashSet::new(),
            dir: None,
            open: vec![],
            out: Selected::default(),
        };
        for (index, surface) in surfaces.iter().enumerate() {
            if scope == Scope::User && !surface.user {
                continue;
            }
            for path in surface.paths {
                let pattern = Pattern::new(path);
                pass.folders.extend(pattern.folders());
                match pattern.literal_name() {
                    Some(name) => pass.by_name.entry(name).or_default().push((index, pattern)),
                    None => pass.by_folder.push((index, pattern)),
                }
            }
        }
        pass
    }

    /// Looks at one entry, found at `path` (which differs from its own path below a linked folder).
    fn entry(
        &mut self,
        tree: &dyn Tree,
        path: &RepoPath,
        entry: &Entry,
        linked: &mut Vec<(RepoPath, RepoPath, usize)>,
    ) {
        match &entry.kind {
            EntryKind::File { .. } | EntryKind::Special => self.file(path, &entry.path),
            EntryKind::Link { target } => match tree.resolve(&entry.path) {
                Ok(real) if tree.is_dir(&real) => {
                    if self.is_surface_folder(path) {
                        linked.push((path.clone(), real, 0));
                    }
                }
                Ok(real) => self.file(path, &real),
                Err(ReadError::Outside(_)) => {
                    let used = self.is_surface_folder(path) || self.wanted(path);
                    if self.out.observations.len() < LEAVING {
                        self.out.observations.push(Observation {
                            kind: match (used, leads_to_keys(target)) {
                                (_, true) => "link-to-secret",
                                (true, false) => "link-leaves-tree",
                                (false, false) => "unused-link-leaves-tree",
                            },
                            path: entry.path.clone(),
                            place: None,
                            detail: format!("leads to `{target}`, out of the tree"),
                            trigger: None,
                        });
                    }
                }
                // What a dangling link names is not there for the real reader either.
                Err(_) => {}
            },
            EntryKind::Submodule { .. } => {
                if self.is_surface_folder(path) {
                    self.out.submodules.push(entry.path.clone());
                    self.out.unread.push(Unread {
                        path: path.to_string(),
                        reason: "a submodule: scan it by itself".to_owned(),
                        referenced_by: None,
                        is_error: false,
                    });
                }
            }
        }
    }

    /// Whether a surface may look below `path`.
    fn is_surface_folder(&self, path: &RepoPath) -> bool {
        self.scope == Scope::User || path.parts().any(|part| self.folders.contains(&*lower(part)))
    }

    fn wanted(&mut self, path: &RepoPath) -> bool {
        let before = self.out.found.len();
        self.file(path, path);
        let found = self.out.found.len() > before;
        self.out.found.truncate(before);
        found
    }

    fn file(&mut self, path: &RepoPath, real: &RepoPath) {
        let text = match self.scope {
            Scope::Project => Cow::Borrowed(path.as_str()),
            // The tree is the folder `.claude` itself.
            Scope::User => Cow::Owned(format!(".claude/{path}")),
        };
        let (dir, name) = text.rsplit_once('/').unwrap_or(("", &text));
        if self.dir.as_deref() != Some(dir) {
            let lowered = lower(dir);
            let parts: Vec<&str> = lowered.split('/').collect();
            let fits = |pattern: &Pattern| pattern.folders().all(|folder| parts.contains(&folder));
            let open = self.by_folder.iter().enumerate();
            self.open = open
                .filter(|(_, (_, pattern))| fits(pattern))
                .map(|(i, _)| i)
                .collect();
            self.dir = Some(dir.to_owned());
        }
        let named = self.by_name.get(&*lower(name));
        if named.is_none() && self.open.is_empty() {
            return;
        }
        let lowered = lower(&text);
        let parts: Vec<&str> = lowered.split('/').collect();
        let open = self.open.iter().filter_map(|i| self.by_folder.get(*i));
        let mut hits: Vec<(usize, usize)> = vec![];
        for (surface, pattern) in named.into_iter().flatten().chain(open) {
            let Some(root) = pattern.root_of(&parts) else {
                continue;
            };
            // `.claude/CLAUDE.md` is memory of the folder above, not of a project called `.claude`.
            match hits.iter_mut().find(|(s, _)| s == surface) {
                Some((_, outermost)) => *outermost = root.min(*outermost),
                None => hits.push((*surface, root)),
            }
        }
        for (surface, root) in hits {
            let root = match self.scope {
                Scope::User if root > 0 => continue,
                Scope::User => RepoPath::root(),
                Scope::Project => {
                    let parts: Vec<&str> = path.parts().take(root).collect();
                    RepoPath::new(&parts.join("/")).unwrap_or_default()
                }
            };
            let sample = root.parts().any(samples::is_sample_folder);
            let found = Found {
                path: path.clone(),
                file: real.clone(),
                nested: !root.is_root(),
                sample,
                root,
            };
            self.out.found.push((surface, found));
        }
    }

    fn finish(mut self) -> Selected {
        let key =
            |(surface, found): &(usize, Found)| (*surface, found.root.parts().count(), found.path.clone());
        self.out.found.sort_by_cached_key(key);
        // One real file counts once for a surface, for the outermost project.
        let mut seen = HashSet::new();
        self.out
            .found
            .retain(|(surface, found)| seen.insert((*surface, found.file.clone())));
        self.out.observations.sort_by(|a, b| a.path.cmp(&b.path));
        self.out
    }
}

/// Whether a link leads to keys or logins of the person.
fn leads_to_keys(target: &str) -> bool {
    const KEYS: &[&str] = &[
        ".ssh",
        ".gnupg",
        ".aws",
        ".azure",
        ".kube",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".git-credentials",
        ".docker",
        ".config/gh",
        ".config/gcloud",
        ".claude.json",
        ".credentials.json",
        "/etc/shadow",
        "/proc/self",
        ".password-store",
        ".local/share/keyrings",
        ".mozilla",
        "Keychains",
        ".vault-token",
        ".pgpass",
        ".env",
    ];
    let padded = format!("/{}/", target.trim_start_matches("../"));
    KEYS.iter()
        .any(|key| padded.contains(&format!("/{}/", key.trim_start_matches('/'))))
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::MemoryTree;
    use crate::surface::covers::Covers;

    const SURFACES: &[Surface] = &[
        Surface {
            name: "settings",
            paths: &[".claude/settings.json"],
            user: true,
            covers: Covers::File("x"),
            read: |_, _| {},
        },
        Surface {
            name: "skills",
            paths: &[".claude/skills/*/skill.md"],
            user: true,
            covers: Covers::File("x"),
            read: |_, _| {},
        },
        Surface {
            name: "agents",
            paths: &[".claude/agents/**/*.md"],
            user: false,
            covers: Covers::File("x"),
            read: |_, _| {},
        },
    ];

    fn found(tree: &MemoryTree, scope: Scope) -> Vec<String> {
        let selected = select(tree, SURFACES, scope);
        let found = selected.found.iter();
        found
            .map(|(s, f)| {
                format!(
                    "{s} {} {} {}{}",
                    f.path,
                    f.file,
                    f.root,
                    if f.sample { " sample" } else { "" }
                )
            })
            .collect()
    }

    #[test]
    fn any_depth_and_any_case_count() {
        let tree = MemoryTree::new()
            .file(".Claude/Settings.JSON", "")
            .file("web/.claude/settings.json", "")
            .file("tests/fixtures/a/.claude/settings.json", "")
            .file("x/{{cookiecutter.slug}}/.claude/settings.json", "")
            .file(".claude/agents/a/b/c.md", "")
            .file("settings.json", "");
        assert_eq!(
            found(&tree, Scope::Project),
            [
                "0 .Claude/Settings.JSON .Claude/Settings.JSON .",
                "0 web/.claude/settings.json web/.claude/settings.json web",
                "0 x/{{cookiecutter.slug}}/.claude/settings.json x/{{cookiecutter.slug}}/.claude/settings.json x/{{cookiecutter.slug}} sample",
                "0 tests/fixtures/a/.claude/settings.json tests/fixtures/a/.claude/settings.json tests/fixtures/a sample",
                "2 .claude/agents/a/b/c.md .claude/agents/a/b/c.md .",
            ]
        );
    }

    #[test]
    fn links_are_seen_through_and_those_that_leave_are_noted() {
        let tree = MemoryTree::new()
            .file("config/agent/settings.json", "")
            .file("skills/deploy/SKILL.md", "")
            .link(".claude", "config/agent")
            .link("config/agent/skills", "../../skills")
            .link("sub/.claude/settings.json", "/etc/x")
            .link("notes", "../../x");
        assert_eq!(
            found(&tree, Scope::Project),
            [
                "0 .claude/settings.json config/agent/settings.json .",
                "1 .claude/skills/deploy/SKILL.md skills/deploy/SKILL.md .",
            ]
        );
        let kinds: Vec<(&str, String)> = select(&tree, SURFACES, Scope::Project)
            .observations
            .into_iter()
            .map(|o| (o.kind, o.path.to_string()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("unused-link-leaves-tree", "notes".to_owned()),
                ("link-leaves-tree", "sub/.claude/settings.json".to_owned()),
            ]
        );
    }

    #[test]
    fn circles_of_links_end() {
        let tree = MemoryTree::new()
            .file("a/settings.json", "")
            .link(".claude", "a")
            .link("a/agents", "../.claude")
            .link("a/x", "../a");
        assert!(!found(&tree, Scope::Project).is_empty());
    }

    #[test]
    fn the_persons_own_folder_is_read_as_such() {
        let tree = MemoryTree::new()
            .file("settings.json", "")
            .file("agents/a.md", "");
        assert_eq!(found(&tree, Scope::User), ["0 settings.json settings.json ."]);
    }
}
