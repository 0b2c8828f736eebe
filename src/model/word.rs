//! [`Word`]: what is known of one argument, path or value before anything runs.

use super::flow::Origin;

/// A place that is named, not spelled: its absolute path differs from machine to machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The folder the agent was started in (`$CLAUDE_PROJECT_DIR`); the root of the scanned tree
    /// or of the nested project whose configuration is read.
    Root,
    /// The person's home folder (`~`, `$HOME`, `os.homedir()`).
    Home,
    /// A folder for temporary files whose name is not known (`mktemp -d`, `$TMPDIR`).
    Temp,
}

/// Why a piece of a word is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The value of a variable that nothing seen so far sets.
    Variable(String),
    /// A positional parameter or the list of all (`$1`, `$@`).
    Parameter,
    /// The output of a command or a function call.
    Output,
    /// The result of arithmetic.
    Arithmetic,
    /// A line, word or field read from an input.
    Input,
    /// It depends on which branch ran or how often a loop went round.
    Control,
    /// A form that was not understood; the gap says more.
    NotUnderstood,
    /// A limit was reached.
    Limit,
}

/// What is known of an unknown piece.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// A path under `dir` (`None`: the tree's root) whose base name matches `glob` (`None`: any).
    Under {
        /// Folder that holds it, as a word of its own.
        dir: Box<Word>,
        /// Base-name pattern.
        glob: Option<String>,
    },
    /// One of these texts.
    OneOf(Vec<String>),
    /// Digits only: it can name no path and no option.
    Number,
}

/// A piece that is decided only at run time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unknown {
    /// Why it is not known.
    pub why: Why,
    /// What is known all the same.
    pub bound: Option<Bound>,
    /// Where its bytes come from, so that flows survive assignment and concatenation.
    pub from: Vec<Origin>,
}

/// One piece of a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Text that is the same in every run.
    Known(String),
    /// A named place.
    Anchor(Anchor),
    /// An unquoted glob, to be expanded against the tree when one is at hand.
    Pattern(String),
    /// Decided at run time.
    Unknown(Unknown),
}

/// One argument, path or value: its pieces in order. The empty list is the empty text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Word {
    /// The pieces. Two neighbours are never both `Known`.
    pub pieces: Vec<Piece>,
    /// Where bytes of the *known* pieces came from, when that matters: a constant that stood
    /// encoded in the source, or a known text that passed through a file.
    pub from: Vec<Origin>,
}

impl Word {
    /// A word that is known whole.
    #[must_use]
    pub fn known(text: impl Into<String>) -> Self {
        let text = text.into();
        let pieces = if text.is_empty() {
            vec![]
        } else {
            vec![Piece::Known(text)]
        };
        Self { pieces, from: vec![] }
    }

    /// A word that is one unknown piece.
    #[must_use]
    pub fn unknown(why: Why) -> Self {
        Self {
            pieces: vec![Piece::Unknown(Unknown {
                why,
                bound: None,
                from: vec![],
            })],
            from: vec![],
        }
    }

    /// A word that is one unknown piece whose bytes come from `from`.
    #[must_use]
    pub fn unknown_from(why: Why, from: Vec<Origin>) -> Self {
        Self {
            pieces: vec![Piece::Unknown(Unknown {
                why,
                bound: None,
                from,
            })],
            from: vec![],
        }
    }

    /// A word that starts at a named place.
    #[must_use]
    pub fn anchor(anchor: Anchor) -> Self {
        Self {
            pieces: vec![Piece::Anchor(anchor)],
            from: vec![],
        }
    }

    /// Appends a piece, joining neighbours that are both known.
    pub fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Known(last)), Piece::Known(more)) => last.push_str(&more),
            (_, Piece::Known(text)) if text.is_empty() => {}
            (_, piece) => self.pieces.push(piece),
        }
    }

    /// Appends known text.
    pub fn push_str(&mut self, text: &str) {
        self.push(Piece::Known(text.to_owned()));
    }

    /// Appends a whole word.
    pub fn append(&mut self, other: &Self) {
        for piece in &other.pieces {
            self.push(piece.clone());
        }
        for origin in &other.from {
            if !self.from.contains(origin) {
                self.from.push(origin.clone());
            }
        }
    }

    /// The text, if every piece is known.
    #[must_use]
    pub fn as_known(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The known text at the start (empty if the word begins with something else).
    #[must_use]
    pub fn known_prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Known(text)) => text,
            _ => "",
        }
    }

    /// Whether any piece is decided only at run time.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.pieces.iter().any(|p| matches!(p, Piece::Unknown(_)))
    }

    /// Whether the word is the empty text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Every origin whose bytes are in this word, in order, without repeats.
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        let mut all = self.from.clone();
        for piece in &self.pieces {
            if let Piece::Unknown(unknown) = piece {
                for origin in &unknown.from {
                    if !all.contains(origin) {
                        all.push(origin.clone());
                    }
                }
            }
        }
        all
    }

    /// The word as a started text sees it: what is known stays, origins become [`Origin::Arguments`],
    /// since effect ids mean nothing in the started text.
    #[must_use]
    pub fn handed_over(&self) -> Self {
        let hand = |from: &[Origin]| {
            let mut out: Vec<Origin> = vec![];
            for origin in from {
                let origin = if matches!(origin, Origin::Decoded(_)) {
                    origin.clone()
                } else {
                    Origin::Arguments
                };
                if !out.contains(&origin) {
                    out.push(origin);
                }
            }
            out
        };
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Unknown(unknown) => Piece::Unknown(Unknown {
                from: hand(&unknown.from),
                ..unknown.clone()
            }),
            piece => piece.clone(),
        });
        Self {
            pieces: pieces.collect(),
            from: hand(&self.from),
        }
    }

    /// The word as a person would write it: `<root>/x`, `~/x`, `*.js`, `$NAME`, `…` for what is not known.
    /// Not escaped for any edge.
    #[must_use]
    pub fn display(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Known(text) | Piece::Pattern(text) => out.push_str(text),
                Piece::Anchor(Anchor::Root) => out.push('.'),
                Piece::Anchor(Anchor::Home) => out.push('~'),
                Piece::Anchor(Anchor::Temp) => out.push_str("<temp>"),
                Piece::Unknown(unknown) => match &unknown.why {
                    Why::Variable(name) => {
                        out.push('$');
                        out.push_str(name);
                    }
                    _ => out.push('…'),
                },
            }
        }
        out
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self::known(text)
    }
}
