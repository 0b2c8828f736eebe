//! From a tree to its [`Closure`]: every file of a surface, split into entries, with every file that its
//! triggers reach.
//!
//! What is hashed is what stands in the configuration, whole: a part that no reader knows is covered as
//! well as one that is understood. What is reached is what was asked for while the triggers were lowered.

use std::collections::{BTreeMap, HashMap};

use crate::model::closure::{Closure, Entry, EntryClass, EntryId, Member, Role};
use crate::model::digest::{Digest, Domain};
use crate::model::effect::{How, Understood};
use crate::model::{EffectKind, Location, RepoPath, Sources, Tree, Trigger};
use crate::surface::covers::{Covers, Taken, Touched};
use crate::surface::{self, Surfaced};

mod acts;
mod client;
mod components;
mod hooks;
mod locks;
mod members;
mod split;
mod view;

use members::{Hasher, Parts};
use view::{Stored, is_local};

/// The entry of what protects the agent; it always exists.
const PROTECTIONS: &[&str] = &["claude", "protections"];

/// What was hashed, by the digest of its member: small texts only.
pub type Texts = BTreeMap<String, Vec<u8>>;

/// The closure of `tree`, whose surfaces were read as `surfaced`.
///
/// A part of the entries cannot be told from that reading alone where tracked files lead to untracked
/// ones, where there are submodules, or where git may have converted line ends: then the tree is read once
/// more as its commit would show it.
#[must_use]
pub fn close(tree: &dyn Tree, surfaced: &Surfaced, options: &surface::Options<'_>) -> Closure {
    build(tree, surfaced, options, None).0
}

/// [`close`], with the texts that were hashed.
#[must_use]
pub fn close_with_texts(
    tree: &dyn Tree,
    surfaced: &Surfaced,
    options: &surface::Options<'_>,
) -> (Closure, Texts) {
    build(tree, surfaced, options, Some(Texts::new()))
}

fn build(
    tree: &dyn Tree,
    surfaced: &Surfaced,
    options: &surface::Options<'_>,
    texts: Option<Texts>,
) -> (Closure, Texts) {
    let full = Builder::new(tree, texts.clone()).build(surfaced);
    let converted = surfaced.carriage_returns
        && tree
            .entries()
            .iter()
            .any(|entry| tree.is_tracked(&entry.path) == Some(true));
    if !converted && tree.submodules().is_empty() && !full.is_mixed() {
        return full.finish(tree);
    }
    let stored = Stored::new(tree);
    let again = surface::read(&stored, &mut Sources::new(), options);
    let shared = Builder::new(&stored, texts).build(&again);
    shared.with_local(full).finish(tree)
}

/// One entry while it is made.
struct Draft {
    class: EntryClass,
    local: bool,
    parts: Parts,
}

struct Builder<'a> {
    hasher: Hasher<'a>,
    drafts: BTreeMap<EntryId, Draft>,
    acts: Vec<crate::model::closure::Act>,
    /// Which entry covers which part of a file, by the file and the pointer.
    covered: HashMap<RepoPath, HashMap<String, EntryId>>,
    /// How a file is covered, and the folder of its project.
    taken: HashMap<RepoPath, (Covers, RepoPath)>,
    /// Settings that git does not track set variables, under which everything is read.
    environment: bool,
}

impl<'a> Builder<'a> {
    fn new(tree: &'a dyn Tree, texts: Option<Texts>) -> Self {
        let mut hasher = Hasher::new(tree);
        hasher.texts = texts;
        Self {
            hasher,
            drafts: BTreeMap::new(),
            acts: vec![],
            covered: HashMap::new(),
            taken: HashMap::new(),
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
            let found = &taken.found;
            self.taken
                .insert(found.file.clone(), (taken.covers, found.root.clone()));
            self.taken(taken);
        }
        for (i, trigger) in surfaced.triggers.iter().enumerate() {
            let touched = surfaced.touched.get(i).map_or(&[][..], Vec::as_slice);
            self.trigger(trigger, touched);
        }
        for path in &surfaced.submodules {
            let mut parts = Parts::default();
            self.hasher.submodule(&path.child("x"), &mut parts);
            self.add(
                EntryId::new(["submodule", path.as_str()]),
                EntryClass::Runs,
                parts,
            );
        }
        self.protections();
        self
    }

    fn add(&mut self, id: EntryId, class: EntryClass, mut parts: Parts) {
        let draft = self.draft(id, class);
        draft.parts.members.append(&mut parts.members);
        draft.parts.files.append(&mut parts.files);
    }

    fn draft(&mut self, id: EntryId, class: EntryClass) -> &mut Draft {
        self.drafts.entry(id).or_insert_with(|| Draft {
            class,
            local: false,
            parts: Parts::default(),
        })
    }

    fn taken(&mut self, taken: &Taken) {
        let found = &taken.found;
        let local = is_local(self.hasher.tree(), &found.file);
        if local && self.installed(taken) {
            return;
        }
        let items = split::split(taken, &mut self.hasher);
        self.environment |= local && items.iter().any(|item| item.pointer.starts_with("/env/"));
        let mut rest = &taken.touched[..];
        for item in items {
            let mut parts = Parts::default();
            if let Some(value) = &item.value {
                let _ = self.hasher.links(&found.path, &mut parts);
                let name = format!("{}#{}", found.file, item.pointer);
                self.hasher.value(&mut parts, name, value, &item.written);
                parts.files.insert(found.file.clone());
            }
            for touched in item.touched.iter().chain(std::mem::take(&mut rest)) {
                self.hasher.touched(touched, &mut parts);
            }
            let pointers = self.covered.entry(found.file.clone()).or_default();
            pointers.insert(item.pointer, item.id.clone());
            self.add(item.id, item.class, parts);
        }
    }

    /// Covers a file of an installed package by what the lock file says of the package, if it does.
    fn installed(&mut self, taken: &Taken) -> bool {
        let file = &taken.found.file;
        if !members::is_installed(file) {
            return false;
        }
        let locked = self.hasher.locks.installed(file);
        if locked.is_empty() {
            return false;
        }
        let class = match taken.covers {
            Covers::Text(_) | Covers::ValueText(_) => EntryClass::Instructs,
            _ => EntryClass::Runs,
        };
        let id = EntryId::new(["installed", file.as_str()]);
        let pointers = self.covered.entry(file.clone()).or_default();
        pointers.insert(String::new(), id.clone());
        let parts = Parts {
            members: locked.into_iter().collect(),
            files: [file.clone()].into(),
        };
        self.add(id, class, parts);
        true
    }

    fn trigger(&mut self, trigger: &Trigger, touched: &[Touched]) {
        let mut parts = Parts::default();
        for touched in touched {
            self.hasher.touched(touched, &mut parts);
        }
        self.operands(trigger, &mut parts);
        let id = match self.entry_of(trigger) {
            Some(id) => id,
            // A part that no entry covers on purpose.
            None if parts.members.is_empty() && !self.by_triggers(trigger) => return,
            None => self.own(trigger),
        };
        self.acts.push(acts::act(trigger, &id));
        if !parts.members.is_empty() {
            parts.files.insert(trigger.path.clone());
            self.add(id, EntryClass::Runs, parts);
        }
    }

    fn by_triggers(&self, trigger: &Trigger) -> bool {
        let taken = self.taken.get(&trigger.path);
        taken.is_none_or(|(covers, _)| matches!(covers, Covers::Triggers(_)))
    }

    /// The entry that covers the part of the file where the trigger is written: the nearest above it. Of a
    /// file of a plug-in, that of the plug-in.
    fn entry_of(&self, trigger: &Trigger) -> Option<EntryId> {
        if let Some(pointers) = self.covered.get(&trigger.path) {
            let mut pointer = &*trigger.pointer;
            loop {
                if let Some(id) = pointers.get(pointer) {
                    return Some(id.clone());
                }
                let Some(at) = pointer.rfind('/') else { break };
                pointer = pointer.get(..at).unwrap_or("");
            }
        }
        let mut folder = trigger.path.parent();
        while let Some(at) = folder {
            let manifest = at.join(".claude-plugin/plugin.json")?;
            if let Some(id) = self.covered.get(&manifest).and_then(|pointers| pointers.get("")) {
                return Some(id.clone());
            }
            folder = at.parent();
        }
        None
    }

    /// An entry of its own, of what the trigger says: for files that are covered by their triggers only.
    fn own(&mut self, trigger: &Trigger) -> EntryId {
        let prefix = match self.taken.get(&trigger.path) {
            Some((Covers::Triggers(prefix), _)) => prefix,
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
        let name = format!("{}#{}", trigger.path, trigger.pointer);
        self.hasher.value(&mut parts, name, &value, &trigger.what);
        parts.files.insert(trigger.path.clone());
        self.add(id.clone(), EntryClass::Runs, parts);
        id
    }

    /// Files and packages that the effects name and no reader asked for: programs, what is loaded, what
    /// an opaque program is given, what flows into one.
    fn operands(&mut self, trigger: &Trigger, parts: &mut Parts) {
        let root = self
            .taken
            .get(&trigger.path)
            .map_or(RepoPath::root(), |(_, root)| root.clone());
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
            let tree = full.hasher.tree();
            let local = full.environment || draft.parts.files.iter().any(|file| is_local(tree, file));
            if let Some(shared) = self.drafts.get(&id) {
                // Line ends that git converted can make names that lead nowhere; that alone is no entry.
                let known = |member: &Member| {
                    shared.parts.members.contains(member)
                        || (!local && matches!(member.role, Role::Missing | Role::Outside))
                };
                let fewer = local && shared.parts.members != draft.parts.members;
                if !fewer && draft.parts.members.iter().all(known) {
                    continue;
                }
            }
            draft.local = true;
            self.drafts.insert(id.local(), draft);
        }
        self.acts = full.acts;
        self.hasher.gaps.extend(full.hasher.gaps);
        if let (Some(texts), Some(more)) = (&mut self.hasher.texts, full.hasher.texts) {
            texts.extend(more);
        }
        self
    }

    fn finish(self, tree: &dyn Tree) -> (Closure, Texts) {
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
        let closure = Closure {
            entries,
            gaps: self.hasher.gaps.into_iter().collect(),
            acts,
        };
        (closure, self.hasher.texts.unwrap_or_default())
    }
}
