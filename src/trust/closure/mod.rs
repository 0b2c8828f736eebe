//! From a tree to its [`Closure`]: every file of a surface, split into entries, with every file that its
//! triggers reach.
//!
//! What is hashed is what stands in the configuration, whole: a part that no reader knows is covered as
//! well as one that is understood. What is reached is what was asked for while the triggers were lowered.

use std::collections::BTreeMap;

use crate::model::closure::{Closure, Entry, EntryClass, EntryId, Member, Role};
use crate::model::digest::{Digest, Domain};
use crate::model::effect::{How, Understood};
use crate::model::{EffectKind, Location, RepoPath, Sources, Tree, Trigger};
use crate::surface::covers::{Covers, Taken, Touched};
use crate::surface::{self, Surfaced};

mod acts;
mod hooks;
mod locks;
mod members;
mod split;
mod view;

use members::{Hasher, Parts};
use view::{Stored, is_local};

/// The entry of what protects the agent; it always exists.
const PROTECTIONS: &[&str] = &["claude", "protections"];

/// The closure of `tree`, whose surfaces were read as `surfaced`.
///
/// A part of the entries cannot be told from that reading alone where tracked files lead to untracked
/// ones, or where git may have converted line ends: then the tree is read once more as its commit would show it.
#[must_use]
pub fn close(tree: &dyn Tree, surfaced: &Surfaced, options: &surface::Options<'_>) -> Closure {
    let full = Builder::new(tree).build(surfaced);
    let converted = surfaced.carriage_returns
        && tree
            .entries()
            .iter()
            .any(|e| tree.is_tracked(&e.path) == Some(true));
    if !converted && !full.is_mixed() {
        return full.finish(tree);
    }
    let stored = Stored::new(tree);
    let again = surface::read(&stored, &mut Sources::new(), options);
    let shared = Builder::new(&stored).build(&again);
    shared.with_local(full).finish(tree)
}

/// One entry while it is made.
struct Draft {
    class: EntryClass,
    local: bool,
    parts: Parts,
    /// Where triggers find it.
    at: Vec<(RepoPath, String)>,
}

struct Builder<'a> {
    hasher: Hasher<'a>,
    drafts: BTreeMap<EntryId, Draft>,
    acts: Vec<crate::model::closure::Act>,
    /// Settings that git does not track set variables, under which everything is read.
    environment: bool,
}

impl<'a> Builder<'a> {
    fn new(tree: &'a dyn Tree) -> Self {
        Self {
            hasher: Hasher::new(tree),
            drafts: BTreeMap::new(),
            acts: vec![],
            environment: false,
        }
    }

    fn build(mut self, surfaced: &Surfaced) -> Self {
        for error in &surfaced.errors {
            self.hasher
                .gaps
                .insert(format!("{}: {}", error.path, error.reason));
        }
        for unread in surfaced.unread.iter().filter(|unread| unread.is_error) {
            self.hasher
                .gaps
                .insert(format!("{}: {}", unread.path, unread.reason));
        }
        for taken in &surfaced.taken {
            self.taken(taken);
        }
        for (i, trigger) in surfaced.triggers.iter().enumerate() {
            let touched = surfaced.touched.get(i).map_or(&[][..], Vec::as_slice);
            self.trigger(trigger, touched, surfaced);
        }
        self.protections();
        self
    }

    fn draft(&mut self, id: EntryId, class: EntryClass) -> &mut Draft {
        self.drafts.entry(id).or_insert_with(|| Draft {
            class,
            local: false,
            parts: Parts::default(),
            at: vec![],
        })
    }

    fn taken(&mut self, taken: &Taken) {
        let found = &taken.found;
        let items = split::split(taken, &mut self.hasher);
        let local = is_local(self.hasher.tree(), &found.file);
        self.environment |= local && items.iter().any(|item| item.pointer.starts_with("/env/"));
        let mut first = true;
        for item in items {
            let mut parts = Parts::default();
            if let Some(value) = &item.value {
                let _ = self.hasher.links(&found.path, &mut parts);
                parts.value(format!("{}#{}", found.file, item.pointer), value);
                parts.files.insert(found.file.clone());
            }
            for touched in &item.touched {
                self.hasher.touched(touched, &mut parts);
            }
            if std::mem::take(&mut first) {
                for touched in &taken.touched {
                    self.hasher.touched(touched, &mut parts);
                }
            }
            let draft = self.draft(item.id, item.class);
            draft.at.push((found.file.clone(), item.pointer));
            draft.parts.members.append(&mut parts.members);
            draft.parts.files.append(&mut parts.files);
        }
    }

    fn trigger(&mut self, trigger: &Trigger, touched: &[Touched], surfaced: &Surfaced) {
        let id = self
            .entry_of(trigger)
            .unwrap_or_else(|| self.own(trigger, surfaced));
        let mut parts = Parts::default();
        for touched in touched {
            self.hasher.touched(touched, &mut parts);
        }
        self.operands(trigger, &mut parts);
        self.acts.push(acts::act(trigger, &id));
        let draft = self.draft(id, EntryClass::Runs);
        if !parts.members.is_empty() {
            parts.files.insert(trigger.path.clone());
        }
        draft.parts.members.append(&mut parts.members);
        draft.parts.files.append(&mut parts.files);
    }

    /// The entry that covers the part of the file where the trigger is written: the nearest above it.
    fn entry_of(&self, trigger: &Trigger) -> Option<EntryId> {
        let below = |pointer: &str| {
            let rest = trigger.pointer.strip_prefix(pointer)?;
            (rest.is_empty() || rest.starts_with('/')).then_some(pointer.len())
        };
        let all = self.drafts.iter().flat_map(|(id, draft)| {
            let here = draft.at.iter().filter(|(file, _)| *file == trigger.path);
            here.filter_map(move |(_, pointer)| Some((below(pointer)?, id)))
        });
        let nearest = all.max_by_key(|(len, _)| *len).map(|(_, id)| id.clone());
        nearest.or_else(|| {
            // A part of a file that has entries, but none for it.
            let here = |draft: &&Draft| draft.at.iter().any(|(file, _)| *file == trigger.path);
            let mut all = self.drafts.iter().filter(|(_, draft)| here(draft));
            all.next().map(|(id, _)| id.clone())
        })
    }

    /// An entry of its own, of what the trigger says: for files that are covered by their triggers only.
    fn own(&mut self, trigger: &Trigger, surfaced: &Surfaced) -> EntryId {
        let taken = surfaced
            .taken
            .iter()
            .find(|taken| taken.found.file == trigger.path);
        let prefix = match taken.map(|taken| taken.covers) {
            Some(Covers::Triggers(prefix)) => prefix,
            _ => "other",
        };
        let mut names = vec![prefix];
        if trigger.path.parts().count() > 1 || prefix == "git" {
            names.push(trigger.path.as_str());
        }
        names.extend(trigger.pointer.split('/').filter(|part| !part.is_empty()));
        let id = EntryId::new(names);
        let mut value = vec![];
        for text in [&trigger.pointer, &trigger.what]
            .into_iter()
            .chain(trigger.attributes.iter().flat_map(|(name, value)| [name, value]))
        {
            value.extend_from_slice(format!("{}:{text}", text.len()).as_bytes());
        }
        let mut parts = Parts::default();
        let _ = self.hasher.links(&trigger.path, &mut parts);
        parts.value(format!("{}#{}", trigger.path, trigger.pointer), &value);
        parts.files.insert(trigger.path.clone());
        let draft = self.draft(id.clone(), EntryClass::Runs);
        draft.parts.members.append(&mut parts.members);
        draft.parts.files.append(&mut parts.files);
        id
    }

    /// Files and packages that the effects name and no reader asked for: programs, what is loaded, what
    /// an opaque program is given, what flows into one.
    fn operands(&mut self, trigger: &Trigger, parts: &mut Parts) {
        let root = RepoPath::root();
        let cwd = Location::Tree(root.clone());
        let lowered = &trigger.lowered;
        let mut paths: Vec<RepoPath> = vec![];
        for effect in &lowered.effects {
            let EffectKind::Exec(exec) = &effect.kind else {
                continue;
            };
            let opaque = exec.understood == Understood::Opaque && !exec.followed;
            let at = |word: &crate::model::Word| match Location::resolve(word, &cwd, &root) {
                Location::Tree(path) if !path.is_root() => Some(path),
                _ => None,
            };
            let program = exec.program.display();
            if program.contains('/') || exec.how == How::Load {
                paths.extend(at(&exec.program));
            } else {
                let folder = trigger.path.parent().unwrap_or_default();
                parts
                    .members
                    .extend(self.hasher.locks.started(&folder, &program, false));
            }
            if let Some(package) = exec.package.as_ref().filter(|package| package.ecosystem == "npm") {
                let folder = trigger.path.parent().unwrap_or_default();
                parts
                    .members
                    .extend(self.hasher.locks.started(&folder, &package.name, true));
            }
            for word in exec.argv.iter().filter(|_| opaque) {
                paths.extend(at(word));
                // `--config=x.yml`
                let value = word.as_known().and_then(|text| text.split_once('='));
                paths.extend(
                    value
                        .and_then(|(_, value)| root.join(value))
                        .filter(|path| !path.is_root()),
                );
            }
        }
        for flow in &lowered.flows {
            let crate::model::Origin::Effect(from) = flow.from else {
                continue;
            };
            let into_code = lowered.effects.get(flow.to.0 as usize);
            let into_code = into_code.is_some_and(|to| matches!(to.kind, EffectKind::Exec(_)));
            if let Some(EffectKind::Read { path }) = lowered.effects.get(from.0 as usize).map(|e| &e.kind)
                && into_code
                && let Location::Tree(path) = &path.at
            {
                paths.push(path.clone());
            }
        }
        paths.sort();
        paths.dedup();
        for path in paths {
            // An argument that names no file is no file.
            let there = self.hasher.tree().resolve(&path);
            if there.is_ok_and(|real| !self.hasher.tree().is_dir(&real)) {
                self.hasher.file(&path, parts);
            }
        }
    }

    /// What protects the agent has an entry even where nothing does.
    fn protections(&mut self) {
        let draft = self.draft(EntryId::new(PROTECTIONS.iter().copied()), EntryClass::Runs);
        draft.parts.members.insert(Member {
            role: Role::List,
            name: String::new(),
            executable: false,
            digest: String::new(),
        });
    }

    /// Whether files that git does not track are mixed with others in an entry.
    fn is_mixed(&self) -> bool {
        let tree = self.hasher.tree();
        self.environment
            || self.drafts.values().any(|draft| {
                let mut kinds = draft.parts.files.iter().map(|file| is_local(tree, file));
                let first = kinds.next();
                kinds.any(|kind| Some(kind) != first)
            })
    }

    /// This as what a commit fixes, and of `full` what differs from it as local entries.
    fn with_local(mut self, full: Self) -> Self {
        for (id, mut draft) in full.drafts {
            let same = self.drafts.get(&id);
            if same.is_some_and(|same| same.parts.members == draft.parts.members) {
                continue;
            }
            draft.local = true;
            self.drafts.insert(id.local(), draft);
        }
        self.acts = full.acts;
        self.hasher.gaps.extend(full.hasher.gaps);
        self
    }

    fn finish(self, tree: &dyn Tree) -> Closure {
        let mut entries = vec![];
        for (mut id, mut draft) in self.drafts {
            if draft.parts.members.is_empty() {
                continue;
            }
            let files = &draft.parts.files;
            if !draft.local && !files.is_empty() && files.iter().all(|file| is_local(tree, file)) {
                draft.local = true;
                id = id.local();
            }
            entries.push(Entry {
                id,
                class: draft.class,
                local: draft.local,
                members: draft.parts.members.into_iter().collect(),
            });
        }
        for (class, id) in [
            (EntryClass::Runs, EntryId::new(["index"])),
            (EntryClass::Instructs, EntryId::new(["index", "text"])),
        ] {
            let names = entries
                .iter()
                .filter(|entry| entry.class == class && !entry.local);
            let names: Vec<&[u8]> = names.map(|entry| entry.id.as_str().as_bytes()).collect();
            entries.push(Entry {
                id,
                class,
                local: false,
                members: vec![Member {
                    role: Role::List,
                    name: String::new(),
                    executable: false,
                    digest: Digest::of(Domain::Value, names).hex(),
                }],
            });
        }
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let mut acts = self.acts;
        acts.sort();
        Closure {
            entries,
            gaps: self.hasher.gaps.into_iter().collect(),
            acts,
        }
    }
}
