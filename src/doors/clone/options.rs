//! The options of `git clone` (git 2.54), so that its arguments can be told from its options.

/// Whether an option takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// In the next argument or after `=`.
    Value,
    /// Only after `=`.
    MayTake,
}

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub long: &'static str,
    pub short: Option<char>,
    pub takes: Takes,
}

const fn flag(long: &'static str, short: Option<char>) -> Known {
    Known {
        long,
        short,
        takes: Takes::Nothing,
    }
}

const fn value(long: &'static str, short: Option<char>) -> Known {
    Known {
        long,
        short,
        takes: Takes::Value,
    }
}

const fn may(long: &'static str) -> Known {
    Known {
        long,
        short: None,
        takes: Takes::MayTake,
    }
}

/// All of them, by the names of git-clone(1).
pub(super) const ALL: &[Known] = &[
    flag("verbose", Some('v')),
    flag("quiet", Some('q')),
    flag("progress", None),
    flag("reject-shallow", None),
    flag("no-checkout", Some('n')),
    flag("checkout", None),
    flag("bare", None),
    flag("mirror", None),
    flag("local", Some('l')),
    flag("no-hardlinks", None),
    flag("hardlinks", None),
    flag("shared", Some('s')),
    may("recurse-submodules"),
    may("recursive"),
    value("jobs", Some('j')),
    value("template", None),
    value("reference", None),
    value("reference-if-able", None),
    flag("dissociate", None),
    value("origin", Some('o')),
    value("branch", Some('b')),
    value("revision", None),
    value("upload-pack", Some('u')),
    value("depth", None),
    value("shallow-since", None),
    value("shallow-exclude", None),
    flag("single-branch", None),
    flag("no-tags", None),
    flag("tags", None),
    flag("shallow-submodules", None),
    value("separate-git-dir", None),
    value("ref-format", None),
    value("config", Some('c')),
    value("server-option", None),
    flag("ipv4", Some('4')),
    flag("ipv6", Some('6')),
    value("filter", None),
    flag("also-filter-submodules", None),
    flag("remote-submodules", None),
    flag("sparse", None),
    value("bundle-uri", None),
];

/// The option that `name` (without `--`) stands for, as git takes it: in full, negated, or a start that
/// only one option has.
pub(super) fn long(name: &str) -> Option<(Known, bool)> {
    let exact = |name: &str| ALL.iter().copied().find(|known| known.long == name);
    if let Some(known) = exact(name) {
        return Some((known, true));
    }
    if let Some(known) = name.strip_prefix("no-").and_then(exact) {
        // A negated option takes no value.
        let takes = Takes::Nothing;
        return Some((Known { takes, ..known }, false));
    }
    let start = |name: &str| {
        let mut found = ALL.iter().copied().filter(|known| known.long.starts_with(name));
        let first = found.next()?;
        // Two names of one thing are no doubt.
        let alias = |other: Known| (first.long, other.long) == ("recurse-submodules", "recursive");
        found.all(alias).then_some(first)
    };
    match start(name) {
        Some(known) => Some((known, true)),
        None => {
            let known = name.strip_prefix("no-").and_then(start)?;
            let takes = Takes::Nothing;
            Some((Known { takes, ..known }, false))
        }
    }
}

/// The option of one letter.
pub(super) fn short(letter: char) -> Option<Known> {
    ALL.iter().copied().find(|known| known.short == Some(letter))
}
