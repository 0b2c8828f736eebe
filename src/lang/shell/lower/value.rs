//! What a name stands for: variables, positional and special parameters, named places.

use super::state::{State, Value};
use super::walk::Walk;
use crate::model::{Anchor, Bound, EffectId, Location, Origin, Piece, Span, Unknown, Why, Word};

/// Whether a name has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    Yes,
    No,
    /// Nothing seen so far sets it: the environment may.
    Inherited,
}

/// The value of a name.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub words: Vec<Word>,
    /// A list: `@` (`Some(false)`) or `*` (`Some(true)`).
    pub list: Option<bool>,
    pub set: Set,
}

impl Found {
    pub fn one(word: Word) -> Self {
        Self {
            words: vec![word],
            list: None,
            set: Set::Yes,
        }
    }

    pub fn unset() -> Self {
        Self {
            words: vec![Word::default()],
            list: None,
            set: Set::No,
        }
    }
}

fn number() -> Word {
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Arithmetic,
            bound: Some(Bound::Number),
            from: vec![],
        })],
        from: vec![],
    }
}

impl Walk<'_> {
    /// The value of the plain name `name`.
    pub fn lookup(&mut self, state: &State, name: &str, span: Span) -> Found {
        match name {
            "@" | "*" => {
                let mut words = state.positional.clone();
                if state.positional_open {
                    words.push(Word::unknown_from(Why::Parameter, vec![Origin::Arguments]));
                }
                return Found {
                    set: if words.is_empty() { Set::No } else { Set::Yes },
                    words,
                    list: Some(name == "*"),
                };
            }
            "#" => {
                return Found::one(if state.positional_open {
                    number()
                } else {
                    Word::known(state.positional.len().to_string())
                });
            }
            "0" => return Found::one(state.script.clone()),
            "?" => {
                return Found::one(match state.status {
                    Some(true) => Word::known("0"),
                    _ => number(),
                });
            }
            "$" | "!" => return Found::one(number()),
            "-" => return Found::one(Word::unknown(Why::NotUnderstood)),
            _ => {}
        }
        if let Ok(index) = name.parse::<usize>() {
            return match state.positional.get(index.wrapping_sub(1)) {
                Some(word) => Found::one(word.clone()),
                None if state.positional_open => Found {
                    words: vec![Word::unknown_from(Why::Parameter, vec![Origin::Arguments])],
                    list: None,
                    set: Set::Yes,
                },
                None => Found::unset(),
            };
        }
        if let Some(word) = state.scalar(name) {
            return Found::one(word.clone());
        }
        if state.variables.contains_key(state.target(name)) {
            return Found::unset();
        }
        self.inherited(state, name, span)
    }

    /// The value of a name that the text does not set.
    fn inherited(&mut self, state: &State, name: &str, span: Span) -> Found {
        if state.gone.contains(name) {
            return Found::unset();
        }
        match name {
            "HOME" => Found::one(Word::anchor(Anchor::Home)),
            "PWD" => Found::one(self.location_word(&state.cwd)),
            "OLDPWD" => Found::one(self.location_word(&state.cwd_before)),
            "CLAUDE_PROJECT_DIR" => Found::one(Word::anchor(Anchor::Root)),
            "TMPDIR" => Found::one(Word::anchor(Anchor::Temp)),
            "BASH_SOURCE" => Found::one(state.script.clone()),
            "IFS" => Found::one(Word::known(" \t\n")),
            "RANDOM" | "SRANDOM" | "LINENO" | "SECONDS" | "PPID" | "UID" | "EUID" | "BASHPID" | "SHLVL"
            | "EPOCHSECONDS" | "COLUMNS" | "LINES" => Found::one(number()),
            "BASH" => Found::one(Word::known("/bin/bash")),
            "OPTIND" => Found::one(Word::known("1")),
            _ => {
                let id = self.env_read(state, name, span);
                Found {
                    words: vec![Word {
                        pieces: vec![Piece::Unknown(Unknown {
                            why: Why::Variable(name.to_owned()),
                            bound: None,
                            from: vec![Origin::Effect(id)],
                        })],
                        from: vec![],
                    }],
                    list: None,
                    set: Set::Inherited,
                }
            }
        }
    }

    /// The value of `name[index]`, where the index is expanded.
    pub fn lookup_item(&mut self, state: &mut State, name: &str, index: &Word, span: Span) -> Found {
        let Some(variable) = state.variables.get(state.target(name)) else {
            // An unset name, or one that the shell itself fills.
            return match name {
                "BASH_SOURCE" | "FUNCNAME" => Found::one(state.script.clone()),
                _ => self.lookup(state, name, span),
            };
        };
        let Value::List { items, associative } = variable.value.clone() else {
            let first = matches!(index.as_known(), Some("0" | "-1"));
            return if first {
                self.lookup(state, name, span)
            } else {
                Found::unset()
            };
        };
        let key = if associative {
            index.clone()
        } else {
            self.arithmetic(state, index)
        };
        match key.as_known() {
            Some(key) => {
                let at = key.parse::<i64>().ok().filter(|n| *n < 0 && !associative);
                let item = match at {
                    Some(n) => items
                        .len()
                        .checked_add_signed(isize::try_from(n).unwrap_or(0))
                        .and_then(|i| items.get(i)),
                    None => items.iter().find(|(at, _)| at == key),
                };
                item.map_or_else(Found::unset, |(_, word)| Found::one(word.clone()))
            }
            None => {
                let mut words = items.iter().map(|(_, word)| word.clone());
                let first = words.next().unwrap_or_default();
                Found::one(words.fold(first, |a, b| super::state::join_words(&a, &b)))
            }
        }
    }

    /// A word that names a place.
    pub fn location_word(&self, at: &Location) -> Word {
        let below = |anchor, rest: &str| {
            let mut word = Word::anchor(anchor);
            if !rest.is_empty() {
                word.push_str("/");
                word.push_str(rest);
            }
            word
        };
        let root = &self.context.root;
        match at {
            Location::Tree(path) if path.is_in(root) => {
                let rest = path.as_str()[root.as_str().len()..].trim_start_matches('/');
                below(Anchor::Root, rest)
            }
            Location::Tree(path) => {
                let up = "../".repeat(root.parts().count());
                below(Anchor::Root, &format!("{up}{path}"))
            }
            Location::Home(rest) => below(Anchor::Home, rest),
            Location::Temp(rest) => below(Anchor::Temp, rest),
            Location::Absolute(path) => Word::known(path),
            Location::Above(rest) => {
                let up = "../".repeat(root.parts().count());
                below(Anchor::Root, &format!("{up}{rest}"))
            }
            Location::Unknown => Word::unknown(Why::Variable("PWD".to_owned())),
        }
    }

    /// The read of an inherited variable. It counts only if its bytes reach something.
    pub fn env_read(&mut self, state: &State, name: &str, span: Span) -> EffectId {
        if let Some(id) = self.env_reads.get(name) {
            return *id;
        }
        let place = self.place(state, span);
        let id = self.read_variable(state, Word::known(name), place);
        self.env_reads.insert(name.to_owned(), id);
        if !super::environment::is_secret_like(name) {
            self.provisional.insert(id);
        }
        id
    }
}
