//! Glob expansion against the tree.

use super::pattern::{Pattern, escape};
use super::state::State;
use super::walk::Walk;
use crate::model::{Anchor, Location, Piece, RepoPath, Word};

/// Matches kept: more stay a pattern.
const MATCHES: usize = 512;

impl Walk<'_> {
    /// The words that a word with a pattern names in the tree; the word itself where that is not known.
    pub fn glob(&mut self, state: &State, word: Word) -> Vec<Word> {
        let has = word.pieces.iter().any(|piece| matches!(piece, Piece::Pattern(_)));
        if !has {
            return vec![word];
        }
        let found = self.matching(state, &word);
        match found {
            Some(found) if !found.is_empty() => found,
            _ => vec![word],
        }
    }

    fn matching(&mut self, state: &State, word: &Word) -> Option<Vec<Word>> {
        let tree = self.context.tree?;
        let mut text = String::new();
        let mut anchored = false;
        for (i, piece) in word.pieces.iter().enumerate() {
            match piece {
                Piece::Known(known) => text.push_str(&escape(known)),
                Piece::Pattern(pattern) => text.push_str(pattern),
                Piece::Anchor(Anchor::Root) if i == 0 => anchored = true,
                _ => return None,
            }
        }
        let start = if anchored {
            self.context.root.clone()
        } else if text.starts_with('/') {
            return None;
        } else {
            state.cwd.in_tree()?.clone()
        };
        let start = match self.overlay.resolve(&Location::Tree(start)) {
            Location::Tree(path) => path,
            _ => return None,
        };
        // (folder in the tree, text so far) for each way that matches so far.
        let mut open: Vec<(RepoPath, String)> = vec![(start, String::new())];
        let parts: Vec<&str> = text.split('/').collect();
        for (i, part) in parts.iter().enumerate() {
            let last = i + 1 == parts.len();
            let mut next = vec![];
            for (folder, so_far) in open {
                let joined = |name: &str| {
                    if i == 0 {
                        name.to_owned()
                    } else {
                        format!("{so_far}/{name}")
                    }
                };
                let plain = unescape(part);
                if let Some(plain) = plain {
                    let inner = if plain.is_empty() {
                        Some(folder.clone())
                    } else {
                        folder.join(&plain)
                    };
                    if let Some(inner) = inner {
                        next.push((inner, joined(&plain)));
                    }
                    continue;
                }
                if *part == "**" && state.options.globstar {
                    let Ok(real) = tree.resolve(&folder) else { continue };
                    next.push((folder.clone(), joined("")));
                    for entry in tree.below(&real).take(MATCHES * 8) {
                        let rest = entry.path.as_str()[real.as_str().len()..].trim_start_matches('/');
                        let hidden = rest.split('/').any(|part| part.starts_with('.'));
                        if !hidden || state.options.dotglob {
                            if last {
                                next.push((entry.path.clone(), joined(rest)));
                            } else if let Some((dir, _)) = rest.rsplit_once('/')
                                && let Some(path) = real.join(dir)
                            {
                                next.push((path, joined(dir)));
                            }
                        }
                    }
                    next.dedup();
                    continue;
                }
                let pattern = Pattern::new(part).ignoring_case(state.options.nocaseglob);
                for name in self.names(&folder) {
                    let hidden = name.starts_with('.') && !pattern.starts_with('.') && !state.options.dotglob;
                    if !hidden
                        && pattern.matches(&name)
                        && let Some(inner) = folder.join(&name)
                    {
                        next.push((inner, joined(&name)));
                    }
                    if next.len() > MATCHES {
                        return None;
                    }
                }
            }
            open = next;
        }
        let found = open
            .into_iter()
            .filter(|(path, _)| self.exists(path))
            .map(|(_, text)| {
                let mut found = if anchored {
                    Word::anchor(Anchor::Root)
                } else {
                    Word::default()
                };
                found.push_str(&text.replace("//", "/"));
                found.from.clone_from(&word.from);
                found
            })
            .collect::<Vec<_>>();
        Some(found)
    }

    fn exists(&self, path: &RepoPath) -> bool {
        let at = Location::Tree(path.clone());
        let Some(tree) = self.context.tree else {
            return false;
        };
        self.overlay.get(&at).is_some()
            || self.overlay.resolve(&at) != at
            || tree.entry(path).is_some()
            || tree.resolve(path).is_ok()
    }

    /// The names in a folder of the tree, with those made by the text.
    fn names(&self, folder: &RepoPath) -> Vec<String> {
        let mut out: Vec<String> = self.overlay.names_in(folder);
        let Some(tree) = self.context.tree else { return out };
        let real = match self.overlay.resolve(&Location::Tree(folder.clone())) {
            Location::Tree(path) => tree.resolve(&path).unwrap_or(path),
            _ => return out,
        };
        let skip = if real.is_root() {
            0
        } else {
            real.as_str().len() + 1
        };
        let mut last = String::new();
        for entry in tree.below(&real) {
            let Some(rest) = entry.path.as_str().get(skip..) else {
                continue;
            };
            let name = rest.split('/').next().unwrap_or("");
            if name != last {
                name.clone_into(&mut last);
                out.push(last.clone());
                if out.len() > MATCHES * 16 {
                    break;
                }
            }
        }
        out.sort();
        out.dedup();
        out
    }
}

/// The text of a part of a pattern that matches only one text.
fn unescape(part: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next()?),
            '*' | '?' | '[' => return None,
            '+' | '@' | '!' if chars.clone().next() == Some('(') => return None,
            c => out.push(c),
        }
    }
    Some(out)
}
