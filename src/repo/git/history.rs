//! Where two lines of history part.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::{ObjectType, Oid};

use super::OpenError;
use super::objects::Objects;
use super::revision::header;

/// Commits looked at before the search is given up.
const MOST_COMMITS: usize = 400_000;

/// Where two commits part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repo) enum Fork {
    /// At this one commit, which both contain.
    At(Oid),
    /// They share nothing.
    Nowhere,
    /// At several commits, none of which contains another, or it was not settled which.
    Several,
    /// The repository does not hold enough of the history to say (a shallow clone).
    CutOff,
    /// More commits than are looked at lie in between.
    TooFar,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
/// Contained in a commit that is shared already.
const OLD: u8 = 4;

/// The last commit that `left` and `right` share, newest commits first as git itself searches. Dates
/// only order the work: with forged ones the answer may be `Several`, never another single commit.
pub(in crate::repo) fn fork(objects: &Objects, left: Oid, right: Oid) -> Result<Fork, OpenError> {
    if left == right {
        return Ok(Fork::At(left));
    }
    let mut walk = Walk::default();
    for (tip, mark) in [(left, LEFT), (right, RIGHT)] {
        let commit = read(objects, tip)?;
        walk.known.insert(tip, commit);
        walk.mark(tip, mark);
    }
    let mut shared: Vec<Oid> = vec![];
    while walk.live > 0 {
        let Some((id, mark)) = walk.next() else { break };
        let mut pass = mark;
        if mark == LEFT | RIGHT {
            if !shared.contains(&id) {
                shared.push(id);
            }
            pass |= OLD;
        }
        let parents = walk.known.get(&id).map(|c| c.parents.clone());
        for parent in parents.unwrap_or_default() {
            if !walk.known.contains_key(&parent) {
                match read(objects, parent) {
                    Ok(_) if walk.known.len() >= MOST_COMMITS => return Ok(Fork::TooFar),
                    Ok(commit) => {
                        walk.known.insert(parent, commit);
                    }
                    // What lies behind a shared commit decides nothing.
                    Err(OpenError::MissingObject { .. }) if pass & OLD != 0 => continue,
                    Err(OpenError::MissingObject { .. }) => return Ok(Fork::CutOff),
                    Err(error) => return Err(error),
                }
            }
            walk.mark(parent, pass);
        }
    }
    let marks = walk.marks;
    shared.retain(|id| marks.get(id).is_none_or(|mark| mark & OLD == 0));
    Ok(match shared.as_slice() {
        [] => Fork::Nowhere,
        [one] => Fork::At(*one),
        _ => Fork::Several,
    })
}

/// What the walk needs of a commit.
#[derive(Debug)]
struct Commit {
    time: i64,
    parents: Vec<Oid>,
}

fn read(objects: &Objects, id: Oid) -> Result<Commit, OpenError> {
    let (kind, bytes) = objects.metadata(id)?;
    if kind != ObjectType::Commit {
        return Err(OpenError::BrokenObject {
            id: id.to_string(),
            why: format!("it is a {}, not a commit", kind.str()),
        });
    }
    Ok(Commit {
        time: time(&bytes),
        parents: header(&bytes, "parent").collect(),
    })
}

/// Seconds in the committer line; 0 where there is none.
fn time(bytes: &[u8]) -> i64 {
    let line = bytes
        .split(|b| *b == b'\n')
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix(b"committer "));
    let text = line.and_then(|line| line.rsplit(|b| *b == b'>').next());
    let text = text.and_then(|text| std::str::from_utf8(text).ok());
    text.and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

#[derive(Default)]
struct Walk {
    known: HashMap<Oid, Commit>,
    marks: HashMap<Oid, u8>,
    waiting: BinaryHeap<(i64, Oid)>,
    queued: HashSet<Oid>,
    /// Commits that wait and are not old.
    live: usize,
}

impl Walk {
    /// Adds marks to a known commit; it waits again if that changed any.
    fn mark(&mut self, id: Oid, mark: u8) {
        let before = self.marks.get(&id).copied().unwrap_or_default();
        let after = before | mark;
        if before == after {
            return;
        }
        self.marks.insert(id, after);
        if self.queued.insert(id) {
            let time = self.known.get(&id).map_or(0, |c| c.time);
            self.waiting.push((time, id));
            self.live += usize::from(after & OLD == 0);
        } else if before & OLD == 0 && after & OLD != 0 {
            self.live = self.live.saturating_sub(1);
        }
    }

    /// The newest commit that waits, with its marks.
    fn next(&mut self) -> Option<(Oid, u8)> {
        let (_, id) = self.waiting.pop()?;
        self.queued.remove(&id);
        let mark = self.marks.get(&id).copied().unwrap_or_default();
        if mark & OLD == 0 {
            self.live = self.live.saturating_sub(1);
        }
        Some((id, mark))
    }
}
