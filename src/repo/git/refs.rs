//! `HEAD`, loose references and `packed-refs`.

use super::{Git, LARGE, OpenError, small};
use crate::model::tree::ReadError;

/// Symbolic references followed in a row, as git does.
const MOST_SYMBOLIC: usize = 5;

/// What a reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::repo) enum Ref {
    /// An object id, 40 hexadecimal digits.
    Id(String),
    /// The reference that it stands for does not exist: nothing was committed to it.
    Unborn(String),
}

/// Whether `name` may name a reference. What git refuses to create is not looked for: `..` would leave
/// the folder.
pub(super) fn is_valid(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 1024
        && !name.contains("@{")
        && name != "@"
        && !name.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c))
        && name.split('/').all(|p| {
            !p.is_empty()
                && !p.starts_with('.')
                && !p.contains("..")
                && !p.ends_with('.')
                && !p.ends_with(".lock")
        })
}

/// Whether `text` is a whole object id.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Git {
    /// The value of the reference `name` (full: `HEAD`, `refs/heads/x`), symbolic ones followed.
    /// `None` where there is none.
    pub(in crate::repo) fn reference(&self, name: &str) -> Result<Option<Ref>, OpenError> {
        let mut at = name.to_owned();
        for step in 0..=MOST_SYMBOLIC {
            let broken = |why: &str| OpenError::BrokenReference {
                name: at.clone(),
                why: why.to_owned(),
            };
            let Some(text) = self.raw_reference(&at)? else {
                return Ok((step > 0).then_some(Ref::Unborn(at)));
            };
            if let Some(target) = text.strip_prefix("ref:") {
                let target = target.trim();
                if !target.starts_with("refs/") || !is_valid(target) {
                    return Err(broken("it names no reference"));
                }
                at = target.to_owned();
                continue;
            }
            let id = text.split_whitespace().next().unwrap_or("");
            if is_id(id) {
                return Ok(Some(Ref::Id(id.to_ascii_lowercase())));
            }
            return Err(broken("it holds no object id"));
        }
        Err(OpenError::BrokenReference {
            name: name.to_owned(),
            why: "symbolic references lead in a circle".to_owned(),
        })
    }

    /// The branch that `HEAD` stands on.
    pub(in crate::repo) fn branch(&self) -> Option<String> {
        let text = small(&self.own, "HEAD")?;
        let target = text.strip_prefix("ref:")?.trim();
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    fn raw_reference(&self, name: &str) -> Result<Option<String>, OpenError> {
        let own = !name.starts_with("refs/")
            || ["refs/bisect/", "refs/worktree/", "refs/rewritten/"]
                .iter()
                .any(|p| name.starts_with(p));
        let folder = if own { &self.own } else { &self.common };
        match folder.read(name.as_bytes(), super::SMALL) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).trim().to_owned();
                if !text.is_empty() {
                    return Ok(Some(text));
                }
                Err(OpenError::BrokenReference {
                    name: name.to_owned(),
                    why: "the file is empty".to_owned(),
                })
            }
            Err(ReadError::Missing | ReadError::NotAFile) if name.starts_with("refs/") => self.packed(name),
            Err(ReadError::Missing | ReadError::NotAFile) => Ok(None),
            Err(error) => Err(OpenError::BrokenReference {
                name: name.to_owned(),
                why: error.to_string(),
            }),
        }
    }

    fn packed(&self, name: &str) -> Result<Option<String>, OpenError> {
        let bytes = match self.common.read(b"packed-refs", LARGE) {
            Ok(bytes) => bytes,
            Err(ReadError::Missing) => return Ok(None),
            Err(error) => {
                return Err(OpenError::BrokenReference {
                    name: "packed-refs".to_owned(),
                    why: error.to_string(),
                });
            }
        };
        let line = bytes.split(|b| *b == b'\n').find(|line| {
            line.len() > 41 && line[40] == b' ' && line[41..].trim_ascii_end() == name.as_bytes()
        });
        Ok(line.map(|line| String::from_utf8_lossy(&line[..40]).into_owned()))
    }
}
