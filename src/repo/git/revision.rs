//! From a revision as a person writes it to a commit.

use git2::{ObjectType, Oid};

use super::objects::Objects;
use super::refs::{Ref, is_id, is_valid};
use super::{Git, OpenError};

/// Steps of `~` and `^` in one revision.
const MOST_STEPS: usize = 10_000;
/// Tags of tags followed.
const MOST_TAGS: usize = 10;

/// The commit that `rev` names: a reference, an id of 4 to 40 digits, followed by `~N`, `^N`, `^{commit}`.
pub(in crate::repo) fn resolve(git: &Git, objects: &Objects, rev: &str) -> Result<Oid, OpenError> {
    let split = rev.find(['~', '^']).unwrap_or(rev.len());
    let (base, mut steps) = rev.split_at(split);
    let unread = || OpenError::RevisionSyntax(rev.to_owned());
    if base.contains("@{") || rev.contains(':') || rev.contains("..") {
        return Err(unread());
    }
    let mut at = peel(objects, start(git, objects, base, rev)?, rev)?;
    let mut taken = 0;
    while let Some(op) = steps.chars().next() {
        steps = &steps[op.len_utf8()..];
        if op == '^'
            && let Some(rest) = ["{commit}", "{}"].iter().find_map(|p| steps.strip_prefix(p))
        {
            steps = rest;
            continue;
        }
        let digits = steps.find(|c: char| !c.is_ascii_digit()).unwrap_or(steps.len());
        let number = match &steps[..digits] {
            "" => 1,
            text => text.parse::<usize>().map_err(|_| unread())?,
        };
        steps = &steps[digits..];
        match op {
            '~' => {
                for _ in 0..number {
                    taken += 1;
                    if taken > MOST_STEPS {
                        return Err(unread());
                    }
                    at = parent(objects, at, 1, rev)?;
                }
            }
            '^' if number == 0 => {}
            '^' => at = parent(objects, at, number, rev)?,
            _ => return Err(unread()),
        }
    }
    Ok(at)
}

/// The object that the part before `~` and `^` names.
fn start(git: &Git, objects: &Objects, base: &str, rev: &str) -> Result<Oid, OpenError> {
    let unknown = || OpenError::UnknownRevision(rev.to_owned());
    let base = if base == "@" { "HEAD" } else { base };
    if is_id(base) {
        return Oid::from_str(base).map_err(|_| unknown());
    }
    if is_valid(base) {
        for name in [
            base.to_owned(),
            format!("refs/{base}"),
            format!("refs/tags/{base}"),
            format!("refs/heads/{base}"),
            format!("refs/remotes/{base}"),
            format!("refs/remotes/{base}/HEAD"),
        ] {
            // Outside of refs/ only names like HEAD are references, not `config` or `index`.
            if !name.starts_with("refs/") && !name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                continue;
            }
            match git.reference(&name)? {
                Some(Ref::Id(id)) => return Oid::from_str(&id).map_err(|_| unknown()),
                Some(Ref::Unborn(_)) => return Err(OpenError::NoCommits),
                None => {}
            }
        }
    }
    if (4..40).contains(&base.len()) && base.bytes().all(|b| b.is_ascii_hexdigit()) {
        return objects.by_prefix(base, rev);
    }
    Err(unknown())
}

/// Follows tags to a commit.
fn peel(objects: &Objects, id: Oid, rev: &str) -> Result<Oid, OpenError> {
    let mut at = id;
    for _ in 0..MOST_TAGS {
        let (kind, bytes) = match objects.metadata(at) {
            // A whole id that is nowhere is an unknown revision, not a damaged repository.
            Err(OpenError::MissingObject { .. }) if is_id(rev) => {
                return Err(OpenError::UnknownRevision(rev.to_owned()));
            }
            other => other?,
        };
        match kind {
            ObjectType::Commit => return Ok(at),
            ObjectType::Tag => {
                at = header(&bytes, "object")
                    .next()
                    .ok_or_else(|| OpenError::BrokenObject {
                        id: at.to_string(),
                        why: "the tag names no object".to_owned(),
                    })?;
            }
            kind => {
                return Err(OpenError::NotACommit {
                    rev: rev.to_owned(),
                    kind: kind.str().to_owned(),
                });
            }
        }
    }
    Err(OpenError::RevisionSyntax(rev.to_owned()))
}

fn parent(objects: &Objects, id: Oid, number: usize, rev: &str) -> Result<Oid, OpenError> {
    let (_, bytes) = objects.metadata(id)?;
    header(&bytes, "parent")
        .nth(number - 1)
        .ok_or_else(|| OpenError::UnknownRevision(rev.to_owned()))
}

/// The tree of a commit.
pub(in crate::repo) fn tree_of(objects: &Objects, commit: Oid) -> Result<Oid, OpenError> {
    let (_, bytes) = objects.metadata(commit)?;
    header(&bytes, "tree")
        .next()
        .ok_or_else(|| OpenError::BrokenObject {
            id: commit.to_string(),
            why: "the commit names no tree".to_owned(),
        })
}

/// The ids of the header lines `name` of a commit or tag.
pub(super) fn header<'a>(bytes: &'a [u8], name: &'a str) -> impl Iterator<Item = Oid> + 'a {
    bytes
        .split(|b| *b == b'\n')
        .take_while(|line| !line.is_empty())
        .filter_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
        .filter_map(|id| std::str::from_utf8(id).ok().filter(|id| is_id(id)))
        .filter_map(|id| Oid::from_str(id).ok())
}
