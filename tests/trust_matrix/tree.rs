//! A tree in memory that can be changed in all ways a repository can.

use std::collections::BTreeMap;

use claude_guard::model::clock::Clock;
use claude_guard::model::closure::Closure;
use claude_guard::model::tree::{Entry, EntryKind, ReadError, Tree, resolve_links};
use claude_guard::model::{Limits, RepoPath, Sources};
use claude_guard::{surface, trust};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    File { bytes: Vec<u8>, executable: bool },
    Link(String),
    Submodule(String),
}

/// Files by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repo {
    nodes: BTreeMap<String, Node>,
}

impl Repo {
    pub fn put(&mut self, path: &str, text: &str) -> &mut Self {
        let executable = text.starts_with("#!");
        let bytes = text.as_bytes().to_vec();
        self.nodes
            .insert(path.to_owned(), Node::File { bytes, executable });
        self
    }

    pub fn link(&mut self, path: &str, target: &str) -> &mut Self {
        self.nodes.insert(path.to_owned(), Node::Link(target.to_owned()));
        self
    }

    pub fn submodule(&mut self, path: &str, commit: &str) -> &mut Self {
        self.nodes
            .insert(path.to_owned(), Node::Submodule(commit.to_owned()));
        self
    }

    pub fn delete(&mut self, path: &str) -> &mut Self {
        let inside = format!("{path}/");
        let before = self.nodes.len();
        self.nodes.retain(|at, _| at != path && !at.starts_with(&inside));
        assert!(self.nodes.len() < before, "there is no {path}");
        self
    }

    pub fn chmod(&mut self, path: &str) -> &mut Self {
        match self.nodes.get_mut(path) {
            Some(Node::File { executable, .. }) => *executable = !*executable,
            _ => panic!("there is no {path}"),
        }
        self
    }

    pub fn text(&self, path: &str) -> String {
        match self.nodes.get(path) {
            Some(Node::File { bytes, .. }) => String::from_utf8(bytes.clone()).unwrap(),
            _ => panic!("there is no {path}"),
        }
    }

    /// Replaces the first `from`, which must be there. The mode stays.
    pub fn edit(&mut self, path: &str, from: &str, to: &str) -> &mut Self {
        let text = self.text(path);
        assert!(text.contains(from), "{path} does not hold {from}");
        self.set(path, &text.replacen(from, to, 1))
    }

    /// Other content, the same mode.
    pub fn set(&mut self, path: &str, text: &str) -> &mut Self {
        match self.nodes.get_mut(path) {
            Some(Node::File { bytes, .. }) => *bytes = text.as_bytes().to_vec(),
            _ => panic!("there is no {path}"),
        }
        self
    }

    pub fn append(&mut self, path: &str, text: &str) -> &mut Self {
        let whole = self.text(path) + text;
        self.set(path, &whole)
    }

    /// Line ends as another system writes them.
    pub fn crlf(&mut self, path: &str) -> &mut Self {
        let text = self.text(path).replace('\n', "\r\n");
        self.set(path, &text)
    }

    /// A JSON file with its keys in reverse order, without white space.
    pub fn reordered(&mut self, path: &str) -> &mut Self {
        fn reverse(value: serde_json::Value) -> serde_json::Value {
            match value {
                serde_json::Value::Object(map) => map
                    .into_iter()
                    .rev()
                    .map(|(key, value)| (key, reverse(value)))
                    .collect(),
                serde_json::Value::Array(items) => items.into_iter().map(reverse).collect(),
                other => other,
            }
        }
        let value: serde_json::Value = serde_json::from_str(&self.text(path)).unwrap();
        let text = reverse(value).to_string();
        self.set(path, &text)
    }

    pub fn closure(&self) -> Closure {
        let entries = self.nodes.iter().map(|(path, node)| Entry {
            path: RepoPath::new(path).unwrap(),
            kind: match node {
                Node::File { executable, .. } => EntryKind::File {
                    executable: *executable,
                },
                Node::Link(target) => EntryKind::Link {
                    target: target.clone(),
                },
                Node::Submodule(commit) => EntryKind::Submodule {
                    commit: commit.clone(),
                },
            },
            size: None,
            tracked: Some(true),
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let tree = Listed { repo: self, entries };
        let limits = Limits::default();
        let options = surface::Options {
            limits: &limits,
            clock: Clock::default(),
            scope: surface::Scope::Project,
        };
        let surfaced = surface::read(&tree, &mut Sources::new(), &options);
        trust::close(&tree, &surfaced, &options)
    }
}

struct Listed<'a> {
    repo: &'a Repo,
    entries: Vec<Entry>,
}

impl Tree for Listed<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn resolve(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        resolve_links(self, path)
    }

    fn read(&self, path: &RepoPath, _: u64) -> Result<Vec<u8>, ReadError> {
        match self.repo.nodes.get(self.resolve(path)?.as_str()) {
            Some(Node::File { bytes, .. }) => Ok(bytes.clone()),
            _ => Err(ReadError::NotAFile),
        }
    }
}
