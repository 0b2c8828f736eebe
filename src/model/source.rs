//! Text and places in it: [`Source`], [`Span`], [`Place`].
//!
//! Every text that is lowered is a source in one [`Sources`] arena. A source knows where it came
//! from: a file, a string *decoded* out of another source (a JSON string, a here-document, base64),
//! or a file *reached* from another source (a hook that starts a script). Places therefore map up
//! to the file for showing, and the chain of a finding is read off the parents, never rebuilt.

use std::sync::Arc;

use super::path::RepoPath;

/// A byte range in the text of one source. Lines and columns exist only at the edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`. A reversed pair becomes empty at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Number of bytes covered.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether no byte is covered.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end == self.start
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The same span, moved right by `by` bytes.
    #[must_use]
    pub fn shift(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }
}

/// Index of a source in its [`Sources`] arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A span in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The source.
    pub source: SourceId,
    /// Where in its text.
    pub span: Span,
}

impl Place {
    /// A place.
    #[must_use]
    pub fn new(source: SourceId, span: Span) -> Self {
        Self { source, span }
    }
}

/// How the bytes of a derived source lie in its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapping {
    /// The whole text stands for one span of the parent (base64, a computed string).
    Whole(Span),
    /// Sorted pairs (offset here, offset in the parent); between two pairs the text runs in step.
    /// The last number is the end in the parent.
    Pieces(Vec<(usize, usize)>, usize),
}

impl Mapping {
    /// The span of the parent that `span` of the child comes from.
    #[must_use]
    pub fn up(&self, span: Span) -> Span {
        match self {
            Self::Whole(whole) => *whole,
            Self::Pieces(pieces, end) => {
                let point = |at: usize| {
                    let next = pieces.partition_point(|(here, _)| *here <= at);
                    let Some((here, there)) = next.checked_sub(1).and_then(|i| pieces.get(i)) else {
                        return pieces.first().map_or(*end, |(_, there)| *there);
                    };
                    let limit = pieces.get(next).map_or(*end, |(_, there)| *there);
                    (there + (at - here)).min(limit)
                };
                let start = point(span.start);
                // The end of a span belongs to the piece of its last byte, not to the next one.
                let last = if span.is_empty() {
                    start
                } else {
                    point(span.end - 1) + 1
                };
                let last = if span.is_empty() {
                    last
                } else {
                    last.max(point(span.end).min(last + 12))
                };
                Span::new(start, last.min(*end).max(start))
            }
        }
    }
}

/// What kind of step leads from one source to the next in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hop {
    /// A configuration value that is a command or text itself (a JSON string, front matter).
    Value,
    /// A program text given on a command line (`sh -c`, `node -e`) or in a here-document.
    Inline,
    /// Text that was encoded (base64, hex, `printf`, reversed …) and is decoded before use.
    Decoded,
    /// A script that a command starts.
    Script,
    /// A file read into the running program (`source`, `import`, `require`).
    Include,
    /// A member of a package manifest (`npm run x`).
    PackageScript,
    /// A target or recipe (`make x`, `just x`).
    Target,
    /// A file that an interpreter loads by itself (`conftest.py`, `sitecustomize.py`, `BASH_ENV`).
    Loaded,
    /// A plug-in, skill or agent whose files are read.
    Component,
    /// An `@import` of a memory file.
    Import,
}

/// Where a source comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// Read as a file for its own sake (a surface).
    File,
    /// Part of another source's text.
    Within {
        /// The source it stands in.
        source: SourceId,
        /// What kind of step this is.
        hop: Hop,
        /// How its bytes lie there.
        mapping: Mapping,
    },
    /// A file of its own, reached from a place in another source.
    Reached {
        /// Where the reference stands.
        from: Place,
        /// What kind of step this is.
        hop: Hop,
    },
}

/// A text with its origin.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path of the file the text stands in, directly or through its parents.
    pub path: RepoPath,
    /// The text, decoded as its real reader decodes it.
    pub text: Arc<str>,
    /// Where it comes from.
    pub parent: Parent,
}

/// All texts of one scan or one call, append-only.
#[derive(Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// An empty arena.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Shows all sources but the first `kept` under another path: what was read of a larger tree.
    pub fn rename_after(&mut self, kept: usize, name: impl Fn(&RepoPath) -> RepoPath) {
        for source in self.all.iter_mut().skip(kept) {
            source.path = name(&source.path);
        }
    }

    /// Adds a file read for its own sake.
    pub fn file(&mut self, path: RepoPath, text: impl Into<Arc<str>>) -> SourceId {
        self.push(Source {
            path,
            text: text.into(),
            parent: Parent::File,
        })
    }

    /// Adds a text that stands inside `source`.
    pub fn within(
        &mut self,
        source: SourceId,
        hop: Hop,
        mapping: Mapping,
        text: impl Into<Arc<str>>,
    ) -> SourceId {
        let path = self.get(source).path.clone();
        self.push(Source {
            path,
            text: text.into(),
            parent: Parent::Within { source, hop, mapping },
        })
    }

    /// Adds a file reached from `from`. The same file reached twice is two sources: each has its own chain.
    pub fn reached(&mut self, from: Place, hop: Hop, path: RepoPath, text: impl Into<Arc<str>>) -> SourceId {
        self.push(Source {
            path,
            text: text.into(),
            parent: Parent::Reached { from, hop },
        })
    }

    fn push(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(source);
        id
    }

    /// All sources, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    /// The ids of all sources, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..u32::try_from(self.all.len()).unwrap_or(u32::MAX)).map(SourceId)
    }

    /// The source with this id. Ids come from this arena only.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// The text of a source.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &Arc<str> {
        &self.get(id).text
    }

    /// The place in a *file* that `place` comes from: derived texts are mapped up, reached files are not left.
    #[must_use]
    pub fn in_file(&self, place: Place) -> Place {
        let mut at = place;
        while let Parent::Within { source, mapping, .. } = &self.get(at.source).parent {
            at = Place {
                source: *source,
                span: mapping.up(at.span),
            };
        }
        at
    }

    /// The way to `place`, outermost first: each step is the hop taken and the place (in its file)
    /// of the reference; the last element is `place` itself, in its file. Steps inside one file
    /// (decoded strings) are listed too.
    #[must_use]
    pub fn chain(&self, place: Place) -> Vec<(Option<Hop>, Place)> {
        let mut steps = vec![(None, self.in_file(place))];
        let mut at = place;
        loop {
            let (hop, up) = match &self.get(at.source).parent {
                Parent::File => break,
                Parent::Within { source, hop, mapping } => (
                    *hop,
                    Place {
                        source: *source,
                        span: mapping.up(at.span),
                    },
                ),
                Parent::Reached { from, hop } => (*hop, *from),
            };
            steps.push((Some(hop), self.in_file(up)));
            at = up;
        }
        steps.reverse();
        steps
    }

    /// How many hops lie between the outermost file and this source. Followers use it as a depth limit.
    #[must_use]
    pub fn depth(&self, id: SourceId) -> usize {
        let mut depth = 0;
        let mut at = id;
        loop {
            at = match &self.get(at).parent {
                Parent::File => return depth,
                Parent::Within { source, .. } => *source,
                Parent::Reached { from, .. } => from.source,
            };
            depth += 1;
        }
    }
}
