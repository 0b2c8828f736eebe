//! [`Value`]: a view of one node.

use super::document::{Document, NONE, Node, Shape};
use crate::model::{
    SourceId, Sources, Span,
    source::{Hop, Mapping},
};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Text.
    String,
    /// An array.
    List,
    /// An object, mapping or table.
    Map,
}

impl Kind {
    /// The word for people: `string`, `list`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::List => "list",
            Self::Map => "map",
        }
    }
}

/// One value in its [`Document`]. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(super) document: &'a Document,
    pub(super) id: u32,
}

impl<'a> Value<'a> {
    fn node(self) -> Option<&'a Node> {
        self.document.node(self.id)
    }

    fn shape(self) -> Shape {
        self.node().map_or(Shape::Null, |node| node.shape)
    }

    fn at(self, id: u32) -> Option<Self> {
        (id != NONE).then_some(Self { id, ..self })
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.shape() {
            Shape::Null => Kind::Null,
            Shape::Bool(_) => Kind::Bool,
            Shape::Number => Kind::Number,
            Shape::Plain(_) | Shape::Decoded(_) => Kind::String,
            Shape::List(_) => Kind::List,
            Shape::Map(_) => Kind::Map,
        }
    }

    /// Where it is written, quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().map_or(Span::default(), |node| {
            Span::new(node.start as usize, node.end as usize)
        })
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        self.document.string(self.id)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.shape() {
            Shape::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number as JavaScript reads it (`1e999` is infinite), if it is one.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        (self.shape() == Shape::Number)
            .then(|| number(self.written()))
            .flatten()
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The bytes it is written with.
    #[must_use]
    pub fn written(self) -> &'a str {
        let span = self.span();
        self.document.text.get(span.start..span.end).unwrap_or("")
    }

    /// A string's text, a number or truth value as written: what a reader that wants text would take.
    #[must_use]
    pub fn as_text(self) -> Option<&'a str> {
        match self.kind() {
            Kind::String => self.as_str(),
            Kind::Number | Kind::Bool => Some(self.written()),
            _ => None,
        }
    }

    /// All children, overridden ones too.
    fn children(self) -> impl Iterator<Item = Self> {
        let first = match self.shape() {
            Shape::List(first) | Shape::Map(first) => self.at(first),
            _ => None,
        };
        std::iter::successors(first, move |child| {
            child.node().and_then(|node| self.at(node.next))
        })
    }

    /// The entries that count, in order of writing; none if it is no map.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        self.all_entries()
            .filter(|(_, value)| !value.node().is_some_and(|node| node.overridden))
    }

    /// The entries, those too that a later one with the same key overrides.
    pub fn all_entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        let is_map = self.kind() == Kind::Map;
        self.children()
            .filter(move |_| is_map)
            .map(|value| (value.key().unwrap_or(""), value))
    }

    /// The items; none if it is no list.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let is_list = self.kind() == Kind::List;
        self.children().filter(move |_| is_list)
    }

    /// The items of a list, or the value itself if it is none: readers often take one for many.
    pub fn each(self) -> impl Iterator<Item = Self> {
        let alone = (self.kind() != Kind::List).then_some(self);
        alone.into_iter().chain(self.items())
    }

    /// The value of `key` that counts.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The key it stands under, if its parent is a map.
    #[must_use]
    pub fn key(self) -> Option<&'a str> {
        self.document.string(self.key_id()?)
    }

    /// Where that key is written, quotes included.
    #[must_use]
    pub fn key_span(self) -> Option<Span> {
        self.document
            .node(self.key_id()?)
            .map(|node| Span::new(node.start as usize, node.end as usize))
    }

    fn key_id(self) -> Option<u32> {
        let in_map = self.parent()?.kind() == Kind::Map;
        self.node().map(|node| node.label).filter(|_| in_map)
    }

    /// Key and value together; the value alone if there is no key.
    #[must_use]
    pub fn entry_span(self) -> Span {
        self.key_span().map_or(self.span(), |key| key.cover(self.span()))
    }

    /// Its position in the list it stands in.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        let in_list = self.parent()?.kind() == Kind::List;
        self.node().map(|node| node.label as usize).filter(|_| in_list)
    }

    /// The list or map it stands in.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.at(self.node()?.parent)
    }

    /// Whether a later equal key, here or further out, makes it count for nothing.
    #[must_use]
    pub fn is_overridden(self) -> bool {
        self.node().is_some_and(|node| node.dead)
    }

    /// The place as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(self) -> String {
        let mut steps = vec![];
        let mut at = self;
        while let Some(parent) = at.parent() {
            steps.push(match at.index() {
                Some(index) => index.to_string(),
                None => at.key().unwrap_or("").replace('~', "~0").replace('/', "~1"),
            });
            at = parent;
        }
        steps.iter().rev().fold(String::new(), |mut out, step| {
            out.push('/');
            out.push_str(step);
            out
        })
    }

    /// How the bytes of a string lie in the text; `None` if it is no string.
    #[must_use]
    pub fn mapping(self) -> Option<Mapping> {
        match self.shape() {
            Shape::Plain(quote) => {
                let (span, quote) = (self.span(), usize::from(quote));
                Some(Mapping::Pieces(
                    vec![(0, span.start + quote)],
                    span.end.saturating_sub(quote),
                ))
            }
            Shape::Decoded(text) => {
                let text = self.document.texts.get(text as usize)?;
                let pieces = text
                    .pieces
                    .iter()
                    .map(|(here, there)| (*here as usize, *there as usize));
                Some(Mapping::Pieces(pieces.collect(), text.end as usize))
            }
            _ => None,
        }
    }

    /// Adds a string to `sources` as a text of its own that stands in `source`, the source this
    /// document was read from. `None` if it is no string.
    #[must_use]
    pub fn string_source(self, sources: &mut Sources, source: SourceId) -> Option<SourceId> {
        let text = self.as_str()?;
        Some(sources.within(source, Hop::Value, self.mapping()?, text))
    }

    /// The text of the value in a form that is equal for equal values: keys sorted, what is
    /// overridden left out, no white space, numbers as JavaScript reads them.
    #[must_use]
    pub fn canonical(self) -> String {
        super::canonical::canonical(self)
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?}", self.kind().name(), self.span())
    }
}

/// A number in the spellings of JSON, YAML and TOML.
fn number(written: &str) -> Option<f64> {
    let plain: String = written.chars().filter(|c| *c != '_').collect();
    let digits = plain.trim_start_matches(['+', '-']);
    let sign = if plain.starts_with('-') { -1.0 } else { 1.0 };
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return plain.trim_start_matches('+').parse().ok(),
    };
    let mut value = 0.0;
    for c in digits.get(2..)?.chars() {
        value = value * f64::from(radix) + f64::from(c.to_digit(radix)?);
    }
    Some(sign * value)
}
