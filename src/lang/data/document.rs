//! [`Document`]: the arena, and what was wrong with the text.

use std::sync::Arc;

use super::value::Value;
use crate::model::Span;

/// "No node".
pub(super) const NONE: u32 = u32::MAX;

/// What a node is. Numbers inside are arena indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Bool(bool),
    /// The number as written is the text under the span.
    Number,
    /// A string that stands in the text as it is, between this many bytes of quotes.
    Plain(u8),
    /// A string that was decoded: index into `texts`.
    Decoded(u32),
    /// First child.
    List(u32),
    /// First child.
    Map(u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub shape: Shape,
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The next child of the same parent.
    pub next: u32,
    /// In a map: the node of the key. In a list: the index.
    pub label: u32,
    /// A later entry of the same map has the same key.
    pub overridden: bool,
    /// This or something around it is overridden.
    pub dead: bool,
    pub is_key: bool,
}

/// A string whose text differs from what is written.
#[derive(Debug)]
pub(super) struct Text {
    pub value: Box<str>,
    /// As in [`crate::model::source::Mapping::Pieces`].
    pub pieces: Vec<(u32, u32)>,
    pub end: u32,
}

/// What kind of objection a reader has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefectKind {
    /// The text is empty or only white space and comments.
    Empty,
    /// A comment where the format has none.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// Two values or entries without a comma in between.
    MissingComma,
    /// A key without a colon or a value.
    MissingValue,
    /// A string in single quotes, a key or string without quotes.
    Quotes,
    /// An unknown escape or a raw control character in a string.
    Escape,
    /// A number in a form the format does not have.
    Number,
    /// A bracket that closes nothing, or another one than is open.
    Bracket,
    /// The text ends inside a string, list or map.
    Truncated,
    /// Something after the end of the value.
    TrailingText,
    /// Anything else that the grammar does not allow.
    Syntax,
    /// A limit was reached; the rest was not read.
    Limit,
}

/// One objection, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// Where in the text.
    pub span: Span,
    /// What kind.
    pub kind: DefectKind,
    /// In words, lower case, no full stop. May hold text of the file: escape when showing.
    pub message: String,
}

/// A key that a map holds more than once: the last one counts for every reader of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// The key that does not count.
    pub overridden: Span,
    /// The key that does.
    pub in_force: Span,
}

/// A configuration text as a tree.
#[derive(Debug)]
pub struct Document {
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<Node>,
    pub(super) texts: Vec<Text>,
    pub(super) root: u32,
    /// Objections that make the format's strict reader reject the *whole* text (for Claude Code:
    /// the settings file counts as void, measured). At most 64 are kept.
    pub void: Vec<Defect>,
    /// Keys given more than once, in the order they are found. At most 256 are kept.
    pub duplicates: Vec<Duplicate>,
}

impl Document {
    /// The outermost value; `null` with an empty span if there is none.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value {
            document: self,
            id: self.root,
        }
    }

    /// Whether the format's strict reader rejects the whole text.
    #[must_use]
    pub fn is_void(&self) -> bool {
        !self.void.is_empty()
    }

    /// The text that was read; every span refers to it.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Every value in the order it is written, containers before what they hold. Values under an
    /// overridden key come too: ask [`Value::is_overridden`].
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| !node.is_key)
            .map(|(id, _)| Value {
                document: self,
                // The builder never makes more nodes than `u32` counts.
                id: u32::try_from(id).unwrap_or(NONE),
            })
    }

    pub(super) fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// The text of a string node, `None` for other nodes.
    pub(super) fn string(&self, id: u32) -> Option<&str> {
        let node = self.node(id)?;
        match node.shape {
            Shape::Plain(quote) => {
                let quote = usize::from(quote);
                self.text
                    .get(node.start as usize + quote..(node.end as usize).checked_sub(quote)?)
            }
            Shape::Decoded(text) => self.texts.get(text as usize).map(|text| &*text.value),
            _ => None,
        }
    }
}
