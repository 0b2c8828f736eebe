//! Bounded parsing with tree-sitter, and what its readers share.

use std::ops::ControlFlow;

use tree_sitter::{Language, Node, ParseOptions, Parser, Tree};

use super::tree::{Expr, Kind, Stmt};
use crate::model::clock::Clock;
use crate::model::{GapReason, Limits, Span};

/// Gaps of the syntax that are told one by one; the rest is counted with the last.
const TOLD: usize = 20;

/// What a reader made of a text.
#[derive(Debug, Default)]
pub struct Program {
    /// Its statements.
    pub body: Vec<Stmt>,
    /// What was not understood.
    pub gaps: Vec<(Span, GapReason, String)>,
}

/// Parses `text`, giving up when the clock or a number of steps that grows with the text is over.
///
/// # Errors
/// The reason, in words.
pub fn parse(text: &str, language: &Language, limits: &Limits, clock: Clock) -> Result<Tree, &'static str> {
    if text.len() > limits.code_bytes {
        return Err("the text is longer than the limit");
    }
    let mut parser = Parser::new();
    if parser.set_language(language).is_err() {
        return Err("the grammar does not fit the parser");
    }
    let mut calls = 0usize;
    let most = limits.steps.max(text.len());
    let mut progress = |_: &tree_sitter::ParseState| {
        calls += 1;
        if calls > most || clock.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    let mut input = |at: usize, _| bytes.get(at..).unwrap_or(&[]);
    parser
        .parse_with_options(&mut input, None, Some(options))
        .ok_or("parsing took too long")
}

/// State of a reader that turns a parser's tree into ours.
pub struct Reader<'t> {
    /// The text.
    pub text: &'t str,
    /// What was not understood.
    pub gaps: Vec<(Span, GapReason, String)>,
    depth: usize,
    deepest: usize,
}

impl<'t> Reader<'t> {
    /// A reader of `text`.
    pub fn new(text: &'t str, limits: &Limits) -> Self {
        Self {
            text,
            gaps: vec![],
            depth: 0,
            deepest: limits.depth,
        }
    }

    /// Runs `read` one level deeper, or notes the limit.
    pub fn deeper<T>(&mut self, span: Span, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= self.deepest {
            self.gap(span, GapReason::Limit, "nested too deep");
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    /// Notes a gap, up to a number of them.
    pub fn gap(&mut self, span: Span, reason: GapReason, detail: &str) {
        if self.gaps.len() < TOLD {
            self.gaps.push((span, reason, detail.to_owned()));
        }
    }

    /// Notes the first places where the parser met an error, wherever they are.
    pub fn note_errors(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        let mut noted = 0;
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                let at = span(node);
                if !self
                    .gaps
                    .iter()
                    .any(|(there, reason, _)| *there == at && *reason == GapReason::Syntax)
                {
                    self.gap(at, GapReason::Syntax, "does not parse");
                }
                noted += 1;
            }
            if noted < TOLD && node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// The text of a node.
    pub fn of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// Expressions for all parts of `node`, for a form that is not understood.
    pub fn opaque(&mut self, node: Node<'_>, read: fn(&mut Self, Node<'_>) -> Expr) -> Expr {
        let parts = named(node).into_iter().map(|n| read(self, n)).collect();
        Expr::new(span(node), Kind::Opaque(parts))
    }
}

/// The span of a node.
pub fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// Named children without comments.
pub fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|n| n.kind() != "comment" && n.kind() != "html_comment")
        .collect()
}

/// Children in the field `name`.
pub fn fields<'n>(node: Node<'n>, name: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor)
        .filter(Node::is_named)
        .collect()
}

/// The operator of a node, in the spelling of this list; another one is the empty text.
pub fn operator(node: Node<'_>) -> &'static str {
    node.child_by_field_name("operator")
        .map_or("", |o| spelled(o.kind()))
}

/// The spelling of an operator that the interpreter knows.
pub fn spelled(text: &str) -> &'static str {
    const ALL: &[&str] = &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        "//",
        "^",
        "&",
        "|",
        "<<",
        ">>",
        ">>>",
        "~",
        "!",
        "==",
        "===",
        "!=",
        "!==",
        "<",
        ">",
        "<=",
        ">=",
        "&&",
        "||",
        "??",
        "and",
        "or",
        "not",
        "in",
        "not in",
        "is",
        "is not",
        "<>",
        "instanceof",
        "=",
        "+=",
        "-=",
        "*=",
        "/=",
        "//=",
        "%=",
        "**=",
        "^=",
        "&=",
        "|=",
        "<<=",
        ">>=",
        ">>>=",
        "&&=",
        "||=",
        "??=",
        ".=",
        "void",
        "typeof",
        "delete",
        "eq",
        "ne",
        "@",
        "@=",
    ];
    ALL.iter().find(|o| **o == text).copied().unwrap_or("")
}
