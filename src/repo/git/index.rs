//! The names in git's index file, read without its objects and extensions.

use super::super::names::escaped;

/// Bytes of names kept: prefix compression lets a small file hold long ones.
const MOST_NAME_BYTES: usize = 256 << 20;

/// The files that git tracks.
#[derive(Debug, Default)]
pub(in crate::repo) struct Tracked {
    /// Sorted by name.
    items: Vec<Item>,
    /// Folders that stand for all in them (a sparse index), with their slash.
    folders: Vec<Box<str>>,
}

/// What git tracks under one name.
#[derive(Debug)]
struct Item {
    name: Box<str>,
    /// The first twenty bytes of the object's id.
    id: [u8; 20],
    submodule: bool,
}

/// The mode of a submodule (git's index-format documentation).
const SUBMODULE: u32 = 0o160_000;

impl Tracked {
    /// The id of the object that git tracks as the file `path`, twenty bytes of it.
    pub(in crate::repo) fn file(&self, path: &str) -> Option<[u8; 20]> {
        let at = self.items.binary_search_by(|item| (*item.name).cmp(path)).ok()?;
        self.items
            .get(at)
            .filter(|item| !item.submodule)
            .map(|item| item.id)
    }

    /// Names and commits of the submodules.
    pub(in crate::repo) fn submodules(&self) -> impl Iterator<Item = (&str, [u8; 20])> {
        let all = self.items.iter().filter(|item| item.submodule);
        all.map(|item| (&*item.name, item.id))
    }

    /// Whether `path` is tracked; not known below a folder that a sparse index does not list.
    pub(in crate::repo) fn has(&self, path: &str) -> Option<bool> {
        if self.items.binary_search_by(|item| (*item.name).cmp(path)).is_ok() {
            return Some(true);
        }
        let hidden = self.folders.iter().any(|folder| path.starts_with(&**folder));
        (!hidden).then_some(false)
    }

    /// Reads an index of version 2, 3 or 4 whose object ids have `id_len` bytes. `None` where it is
    /// damaged or split in two files.
    pub(in crate::repo) fn parse(bytes: &[u8], id_len: usize) -> Option<Self> {
        let rest = bytes.strip_prefix(b"DIRC")?;
        let version = u32_at(rest, 0)?;
        let count = u32_at(rest, 4)?;
        if !(2..=4).contains(&version) {
            return None;
        }
        let mut tracked = Self::default();
        let mut at = 12;
        let mut name: Vec<u8> = vec![];
        let mut total = 0usize;
        for _ in 0..count {
            let start = at;
            let flags_at = start + 40 + id_len;
            let mode = u32_at(bytes, start + 24)?;
            let id = bytes.get(start + 40..start + 60)?.try_into().ok()?;
            let flags = u16::from_be_bytes(bytes.get(flags_at..flags_at + 2)?.try_into().ok()?);
            at = flags_at + 2 + usize::from(flags & 0x4000 != 0) * 2;
            if version == 4 {
                let (cut, len) = offset(bytes.get(at..)?)?;
                at += len;
                name.truncate(name.len().checked_sub(cut)?);
            } else {
                name.clear();
            }
            let len = bytes.get(at..)?.iter().position(|b| *b == 0)?;
            name.extend_from_slice(&bytes[at..at + len]);
            at += len + 1;
            total += name.len();
            if total > MOST_NAME_BYTES {
                return None;
            }
            if version < 4 {
                // One to eight NULs end the entry at a multiple of eight.
                at = start + (at - start).next_multiple_of(8);
            }
            let text = escaped(&name).into_owned().into_boxed_str();
            if text.ends_with('/') {
                tracked.folders.push(text);
            } else {
                tracked.items.push(Item {
                    name: text,
                    id,
                    submodule: mode == SUBMODULE,
                });
            }
        }
        // A split index keeps most names in another file.
        if bytes.get(at..at + 4) == Some(b"link") {
            return None;
        }
        tracked.items.sort_by(|a, b| a.name.cmp(&b.name));
        tracked.items.dedup_by(|later, first| later.name == first.name);
        Some(tracked)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A number in git's offset encoding and its length.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7f);
    let mut len = 1;
    while bytes[len - 1] & 0x80 != 0 {
        value = value.checked_add(1)?.checked_mul(128)?;
        value |= usize::from(bytes.get(len)? & 0x7f);
        len += 1;
    }
    Some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn damaged_bytes_never_panic(version in 0u8..6, count in 0u8..4, bytes in proptest::collection::vec(0u8.., 0..300)) {
            let mut all = b"DIRC\0\0\0".to_vec();
            all.push(version);
            all.extend([0, 0, 0, count]);
            all.extend(bytes);
            let _ = Tracked::parse(&all, 20);
        }
    }
}
