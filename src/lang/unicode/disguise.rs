//! Names whose letters look like others.

use unicode_security::mixed_script::AugmentedScriptSet;

/// A name that looks like another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disguise {
    /// What a person reads.
    pub looks_like: String,
    /// One part mixes scripts. If not, all letters of a part are of another script or style.
    pub mixed: bool,
}

/// How a host or identifier deceives, if it does: a part (between dots, hyphens and underscores) that
/// has letters other than ASCII and looks all ASCII. `xn--` labels are decoded first.
#[must_use]
pub fn disguise(name: &str) -> Option<Disguise> {
    let name = if name.contains("xn--") {
        idna::domain_to_unicode(name).0
    } else {
        name.to_owned()
    };
    if name.is_ascii() {
        return None;
    }
    let looks_like: String = name.chars().flat_map(look).collect();
    let mut mixed = false;
    let mut found = false;
    for part in name
        .split(['.', '-', '_', '/', ':'])
        .filter(|part| !part.is_ascii())
    {
        let ascii = part.chars().flat_map(look).all(|c| c.is_ascii());
        found |= ascii;
        mixed |= ascii && AugmentedScriptSet::for_str(part).is_empty();
    }
    // A whole name of another script is that script's own word, unless it ends like an ASCII host.
    let own_script = name.split('.').all(|label| !label.is_ascii());
    (found && (mixed || !own_script || styled(&name))).then_some(Disguise { looks_like, mixed })
}

/// Full-width and mathematical letters: another style, not another script.
fn styled(name: &str) -> bool {
    name.chars()
        .any(|c| matches!(u32::from(c), 0xff01..=0xff5e | 0x1d400..=0x1d7ff))
}

/// What a character looks like.
fn look(c: char) -> Vec<char> {
    if c.is_ascii() {
        return vec![c];
    }
    let text = c.to_string();
    unicode_security::confusable_detection::skeleton(&text).collect()
}
