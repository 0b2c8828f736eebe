//! The embedded pages, found by program name. A page is read from its JSON text when it is first used.

use std::sync::OnceLock;

use super::page::Page;

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

static READ: [OnceLock<Option<Page>>; PAGES.len()] = [const { OnceLock::new() }; PAGES.len()];

/// The page of the program called `name` (no folder).
pub(super) fn page(name: &str) -> Option<&'static Page> {
    let number = number(name).or_else(|| number(plain(name)))?;
    READ.get(number)?
        .get_or_init(|| serde_json::from_str(PAGES.get(number)?).ok())
        .as_ref()
}

fn number(name: &str) -> Option<usize> {
    let at = NAMES.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    NAMES.get(at).map(|(_, number)| *number)
}

/// `python3.12`, `clang-18`, `node.exe` without what does not make another program of it.
fn plain(name: &str) -> &str {
    let name = [".exe", ".cmd", ".EXE"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let bare = bare.strip_suffix('-').unwrap_or(bare);
    if bare.is_empty() { name } else { bare }
}

/// All names.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_read_and_has_its_name_in_order() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, _) in NAMES {
            assert!(page(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_version_in_the_name_is_no_other_program() {
        let same = |a: &str, b: &str| number(plain(a)).is_some() && number(plain(a)) == number(b);
        assert!(same("python3.12", "python"));
        assert!(same("clang-18", "clang"));
        assert!(page("no-such-program").is_none());
    }
}
