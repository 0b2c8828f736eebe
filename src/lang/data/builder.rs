//! [`Builder`]: how the readers make a [`Document`].

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::document::{Defect, DefectKind, Document, Duplicate, NONE, Node, Shape, Text};
use crate::model::Span;

const DEFECTS: usize = 64;
const DUPLICATES: usize = 256;

/// A list or map that is not closed yet.
struct Open {
    node: u32,
    is_map: bool,
    last: u32,
    count: u32,
    /// The node of a key that waits for its value.
    key: u32,
}

/// A string as a reader hands it over.
pub(in crate::lang) enum Scalar {
    /// The text under the span without this many bytes of quotes on either side.
    Plain(u8),
    /// A decoded text with its pieces (see [`crate::model::source::Mapping::Pieces`]).
    Decoded {
        value: String,
        pieces: Vec<(u32, u32)>,
        end: u32,
    },
    Number,
    Bool(bool),
    Null,
}

/// Takes containers and scalars in the order they are written.
pub(in crate::lang) struct Builder {
    document: Document,
    open: Vec<Open>,
    /// How many of them are lists and maps.
    counts: [usize; 2],
}

impl Builder {
    /// A builder for a document over `text`. Texts of 4 GiB and more cannot be addressed; callers
    /// bound their files far below.
    pub fn new(text: Arc<str>) -> Self {
        Self {
            document: Document {
                text,
                nodes: vec![],
                texts: vec![],
                root: NONE,
                void: vec![],
                duplicates: vec![],
            },
            open: vec![],
            counts: [0, 0],
        }
    }

    pub fn text(&self) -> &Arc<str> {
        &self.document.text
    }

    /// How many lists and maps are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost open container is a map; `None` if none is open.
    pub fn in_map(&self) -> Option<bool> {
        self.open.last().map(|open| open.is_map)
    }

    /// Whether a list (`false`) or map (`true`) is open at any level.
    pub fn has_open(&self, is_map: bool) -> bool {
        self.counts[usize::from(is_map)] > 0
    }

    /// Whether a key waits for its value.
    pub fn has_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.key != NONE)
    }

    /// Whether an outermost value is there.
    pub fn has_root(&self) -> bool {
        self.document.root != NONE
    }

    /// Whether the outermost value is a list or map.
    pub fn root_holds_values(&self) -> bool {
        self.document
            .node(self.document.root)
            .is_some_and(|node| matches!(node.shape, Shape::List(_) | Shape::Map(_)))
    }

    /// Notes an objection.
    pub fn defect(&mut self, span: Span, kind: DefectKind, message: impl Into<String>) {
        if self.document.void.len() < DEFECTS {
            let message = message.into();
            self.document.void.push(Defect { span, kind, message });
        }
    }

    fn scalar_shape(&mut self, scalar: Scalar) -> Shape {
        match scalar {
            Scalar::Plain(quote) => Shape::Plain(quote),
            Scalar::Decoded { value, pieces, end } => {
                let id = index(self.document.texts.len());
                let value = value.into_boxed_str();
                self.document.texts.push(Text { value, pieces, end });
                Shape::Decoded(id)
            }
            Scalar::Number => Shape::Number,
            Scalar::Bool(value) => Shape::Bool(value),
            Scalar::Null => Shape::Null,
        }
    }

    fn push(&mut self, shape: Shape, span: Span, is_key: bool) -> u32 {
        let id = index(self.document.nodes.len());
        self.document.nodes.push(Node {
            shape,
            start: index(span.start),
            end: index(span.end),
            parent: NONE,
            next: NONE,
            label: NONE,
            overridden: false,
            dead: false,
            is_key,
        });
        id
    }

    /// Adds a value where the innermost open container wants one. In a map without a waiting key the
    /// key is empty.
    fn attach(&mut self, shape: Shape, span: Span) -> u32 {
        if self.in_map() == Some(true) && !self.has_key() {
            self.key(Scalar::Plain(0), Span::new(span.start, span.start));
        }
        let id = self.push(shape, span, false);
        let Some(open) = self.open.last_mut() else {
            self.document.root = id;
            return id;
        };
        let label = if open.is_map { open.key } else { open.count };
        open.key = NONE;
        open.count = open.count.saturating_add(1);
        let (parent, last) = (open.node, std::mem::replace(&mut open.last, id));
        if let Some(node) = self.document.nodes.get_mut(id as usize) {
            node.parent = parent;
            node.label = label;
        }
        if let Some(before) = self.document.nodes.get_mut(last as usize) {
            before.next = id;
        } else if let Some(parent) = self.document.nodes.get_mut(parent as usize)
            && let Shape::List(first) | Shape::Map(first) = &mut parent.shape
        {
            *first = id;
        }
        id
    }

    /// The key of the next value. A key that still waits is dropped.
    pub fn key(&mut self, scalar: Scalar, span: Span) {
        let shape = match scalar {
            Scalar::Number | Scalar::Bool(_) | Scalar::Null => Shape::Plain(0),
            scalar => self.scalar_shape(scalar),
        };
        let id = self.push(shape, span, true);
        if let Some(open) = self.open.last_mut() {
            open.key = id;
        }
    }

    /// Forgets a key that waits for a value.
    pub fn drop_key(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = NONE;
        }
    }

    /// Adds a scalar.
    pub fn scalar(&mut self, scalar: Scalar, span: Span) {
        let shape = self.scalar_shape(scalar);
        self.attach(shape, span);
    }

    /// The id that the next node will have.
    pub fn next_node(&self) -> u32 {
        index(self.document.nodes.len())
    }

    /// Adds a copy of a complete value, given by the ids of its nodes; a key before it is left out.
    pub fn copy(&mut self, nodes: Range<u32>) {
        let mut shift = None;
        for id in nodes.clone() {
            let Some(node) = self.document.node(id).copied() else {
                return;
            };
            let span = Span::new(node.start as usize, node.end as usize);
            let Some(shift) = shift else {
                if !node.is_key {
                    let mut copy = node.shape;
                    let key = self.in_map() == Some(true) && !self.has_key();
                    let to = self.next_node() + u32::from(key);
                    shift = Some((id, to));
                    if let Shape::List(first) | Shape::Map(first) = &mut copy {
                        *first = moved(*first, id, to);
                    }
                    self.attach(copy, span);
                }
                continue;
            };
            let (from, to) = shift;
            let mut copy = node;
            if let Shape::List(first) | Shape::Map(first) = &mut copy.shape {
                *first = moved(*first, from, to);
            }
            copy.parent = moved(copy.parent, from, to);
            copy.next = moved(copy.next, from, to);
            let in_map = self
                .document
                .node(node.parent)
                .is_some_and(|parent| matches!(parent.shape, Shape::Map(_)));
            if in_map {
                copy.label = moved(copy.label, from, to);
            }
            self.document.nodes.push(copy);
        }
    }

    /// Opens a list or map.
    pub fn open(&mut self, is_map: bool, start: usize) {
        let shape = if is_map {
            Shape::Map(NONE)
        } else {
            Shape::List(NONE)
        };
        let node = self.attach(shape, Span::new(start, start));
        self.counts[usize::from(is_map)] += 1;
        self.open.push(Open {
            node,
            is_map,
            last: NONE,
            count: 0,
            key: NONE,
        });
    }

    /// Closes the innermost list or map at `end`.
    pub fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        self.counts[usize::from(open.is_map)] -= 1;
        if let Some(node) = self.document.nodes.get_mut(open.node as usize) {
            node.end = index(end).max(node.start);
        }
        if open.is_map {
            self.find_duplicates(open.node, open.count);
        }
    }

    fn find_duplicates(&mut self, map: u32, count: u32) {
        let document = &self.document;
        let Some(Shape::Map(first)) = document.node(map).map(|node| node.shape) else {
            return;
        };
        let children = std::iter::successors(Some(first), |id| document.node(*id).map(|node| node.next))
            .take_while(|id| *id != NONE);
        let key = |id: u32| {
            let label = document.node(id).map_or(NONE, |node| node.label);
            (label, document.string(label).unwrap_or(""))
        };
        let mut pairs = vec![];
        if count <= 8 {
            let all: Vec<_> = children.map(|id| (id, key(id))).collect();
            for (i, (id, (label, text))) in all.iter().enumerate() {
                let later = all.get(i + 1..).unwrap_or(&[]).iter().rev();
                if let Some((_, (other, _))) = later.clone().find(|(_, (_, other))| other == text) {
                    pairs.push((*id, *label, *other));
                }
            }
        } else {
            let mut seen: HashMap<&str, (u32, u32)> = HashMap::with_capacity(count as usize);
            for id in children {
                let (label, text) = key(id);
                if let Some((before, before_label)) = seen.insert(text, (id, label)) {
                    pairs.push((before, before_label, label));
                }
            }
        }
        let span = |document: &Document, id: u32| {
            document.node(id).map_or(Span::default(), |node| {
                Span::new(node.start as usize, node.end as usize)
            })
        };
        for (value, overridden, in_force) in pairs {
            if self.document.duplicates.len() < DUPLICATES {
                self.document.duplicates.push(Duplicate {
                    overridden: span(&self.document, overridden),
                    in_force: span(&self.document, in_force),
                });
            }
            if let Some(node) = self.document.nodes.get_mut(value as usize) {
                node.overridden = true;
            }
        }
    }

    /// Closes what is open and hands out the tree.
    pub fn finish(mut self) -> Document {
        let end = self.document.text.len();
        while !self.open.is_empty() {
            self.close(end);
        }
        // Parents come before their children, so one pass carries the mark down.
        for id in 0..self.document.nodes.len() {
            let Some(node) = self.document.nodes.get(id) else {
                break;
            };
            let above = self.document.node(node.parent).is_some_and(|parent| parent.dead);
            let dead = node.overridden || above;
            if let Some(node) = self.document.nodes.get_mut(id) {
                node.dead = dead;
            }
        }
        self.document
    }
}

/// A node id after its value was copied from `from` to `to`.
fn moved(id: u32, from: u32, to: u32) -> u32 {
    if id == NONE { NONE } else { (id - from) + to }
}

/// An offset or index as it is stored.
pub(in crate::lang) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE - 1)
}
