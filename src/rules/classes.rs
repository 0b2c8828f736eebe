//! Classes of paths and of variable names, from `rules/classes/*.toml`.

use super::page::class::NamedClass;
use super::wild;
use crate::model::{Location, PathOperand, Piece, Word};

/// All classes a book knows.
#[derive(Debug, Default)]
pub struct Classes {
    all: Vec<NamedClass>,
}

/// Stands for a piece that is decided at run time.
const UNKNOWN: char = '\u{FFFC}';

impl Classes {
    /// The classes in these JSON texts, which the build script wrote.
    pub(super) fn from_json<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            all: texts
                .into_iter()
                .filter_map(|t| serde_json::from_str(t).ok())
                .collect(),
        }
    }

    /// All classes.
    pub fn iter(&self) -> impl Iterator<Item = &NamedClass> {
        self.all.iter()
    }

    fn get(&self, name: &str) -> Option<&NamedClass> {
        self.all.iter().find(|c| c.name == name)
    }

    /// Whether the path belongs to class `name`.
    #[must_use]
    pub fn has_path(&self, name: &str, path: &PathOperand) -> bool {
        let text = path_text(path);
        self.get(name).is_some_and(|class| {
            class.paths.iter().any(|p| path_matches(p, &text))
                && !class.except.iter().any(|p| path_matches(p, &text))
        })
    }

    /// Whether the variable belongs to class `name`. The whole environment (`*`) belongs to none.
    #[must_use]
    pub fn has_variable(&self, name: &str, variable: &str) -> bool {
        let variable = variable.to_ascii_uppercase();
        variable != "*"
            && self.get(name).is_some_and(|class| {
                class.variables.iter().any(|p| wild::matches(p, &variable))
                    && !class.except.iter().any(|p| wild::matches(p, &variable))
            })
    }
}

/// Whether `pattern` matches a path in the form of [`path_text`].
#[must_use]
pub fn path_matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains('/') {
        return wild::path(pattern, text.rsplit('/').next().unwrap_or(text));
    }
    if pattern.starts_with("**/") {
        let text = text.trim_start_matches("~/").trim_start_matches('/');
        return wild::path(pattern, text);
    }
    wild::path(pattern, text)
        || pattern
            .strip_suffix("/**")
            .is_some_and(|folder| wild::path(folder, text))
}

/// The path as patterns see it: `x/y` in the tree, `~/x` in a home folder however it is written, `/x`
/// elsewhere; what is decided at run time is one odd character.
#[must_use]
pub fn path_text(path: &PathOperand) -> String {
    let text = match &path.at {
        Location::Unknown => word_text(&path.written),
        Location::Home(rest) => format!("~/{rest}"),
        Location::Temp(rest) => format!("/tmp/{rest}"),
        Location::Absolute(path) | Location::Above(path) => path.clone(),
        Location::Tree(path) => path.as_str().to_owned(),
    };
    home(&text).unwrap_or(text)
}

/// A path as a value says it (`/home/someone/.ssh`, `~/.ssh`), in the form of [`path_text`].
#[must_use]
pub fn value_path(text: &str) -> String {
    home(text).unwrap_or_else(|| text.trim_start_matches("./").to_owned())
}

fn home(text: &str) -> Option<String> {
    if let Some(rest) = ["$HOME/", "${HOME}/", "/root/"]
        .iter()
        .find_map(|p| text.strip_prefix(p))
    {
        return Some(format!("~/{rest}"));
    }
    let rest = text
        .strip_prefix("/home/")
        .or_else(|| text.strip_prefix("/Users/"))?;
    rest.split_once('/').map(|(_, rest)| format!("~/{rest}"))
}

fn word_text(word: &Word) -> String {
    use crate::model::{Anchor, Bound};
    let mut out = String::new();
    for piece in &word.pieces {
        match piece {
            Piece::Known(text) | Piece::Pattern(text) => out.push_str(text),
            Piece::Anchor(Anchor::Home) => out.push('~'),
            Piece::Anchor(Anchor::Temp) => out.push_str("/tmp"),
            Piece::Anchor(Anchor::Root) => {}
            Piece::Unknown(unknown) => match &unknown.bound {
                Some(Bound::Under { dir, .. }) if out.is_empty() => {
                    out.push_str(&word_text(dir));
                    out.push('/');
                    out.push(UNKNOWN);
                }
                Some(Bound::OneOf(texts)) if texts.len() == 1 => out.push_str(&texts[0]),
                _ => out.push(UNKNOWN),
            },
        }
    }
    out.trim_start_matches("./").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Book;

    fn operand(text: &str) -> PathOperand {
        let at = text.strip_prefix("~/").map_or_else(
            || Location::Tree(crate::model::RepoPath::root()).join(text),
            |rest| Location::Home(rest.to_owned()),
        );
        PathOperand {
            written: Word::known(text),
            at,
        }
    }

    #[test]
    fn every_class_holds_what_it_says() {
        for class in Book::builtin().classes().iter() {
            let has = |name: &str| {
                let classes = Classes {
                    all: vec![class.clone()],
                };
                if class.variables.is_empty() {
                    classes.has_path(&class.name, &operand(name))
                } else {
                    classes.has_variable(&class.name, name)
                }
            };
            for name in &class.yes {
                assert!(has(name), "`{name}` should belong to class {}", class.name);
            }
            for name in &class.no {
                assert!(!has(name), "`{name}` should not belong to class {}", class.name);
            }
        }
    }

    #[test]
    fn a_path_that_is_known_in_part_belongs_to_its_folder() {
        let mut written = Word::anchor(crate::model::Anchor::Home);
        written.push_str("/.ssh/");
        written.append(&Word::unknown(crate::model::Why::Input));
        let path = PathOperand {
            written,
            at: Location::Unknown,
        };
        assert!(path_matches("~/.ssh/**", &path_text(&path)));
    }

    #[test]
    fn a_home_folder_spelled_out_is_the_home() {
        let path = PathOperand {
            written: Word::known("/home/a/.netrc"),
            at: Location::Absolute("/home/a/.netrc".into()),
        };
        assert_eq!(path_text(&path), "~/.netrc");
    }
}
