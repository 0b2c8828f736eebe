//! What JavaScript assigns to: names, members, destructuring; parameters.

use tree_sitter::Node;

use super::read::{expr, field};
use crate::lang::dynamic::parse::{Reader, named, span};
use crate::lang::dynamic::tree::{Expr, Pattern};

/// Reads a pattern.
pub fn pattern(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    reader
        .deeper(span(node), |r| shallow(r, node))
        .unwrap_or(Pattern::Ignore)
}

/// Reads a parameter list.
pub fn params(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Pattern> {
    named(node)
        .into_iter()
        .filter(|n| n.kind() != "decorator")
        // TypeScript's `this: T` is no parameter.
        .filter(|n| {
            n.child_by_field_name("pattern")
                .is_none_or(|p| p.kind() != "this")
        })
        .map(|n| pattern(reader, n))
        .collect()
}

fn shallow(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    match node.kind() {
        "identifier" | "shorthand_property_identifier_pattern" | "undefined" => {
            Pattern::Name(reader.of(node).into())
        }
        "member_expression" | "subscript_expression" => Pattern::Member(expr(reader, node)),
        "array_pattern" | "array" => list(reader, node),
        "object_pattern" | "object" => dict(reader, node),
        "assignment_pattern" | "object_assignment_pattern" | "assignment_expression" => {
            let inner = match node.child_by_field_name("left") {
                Some(left) => pattern(reader, left),
                None => Pattern::Ignore,
            };
            Pattern::Default(Box::new(inner), Box::new(field(reader, node, "right")))
        }
        "required_parameter" | "optional_parameter" => parameter(reader, node),
        "rest_pattern" | "spread_element" => Pattern::Rest(Box::new(first(reader, node))),
        "parenthesized_expression" | "non_null_expression" | "as_expression" => first(reader, node),
        _ => Pattern::Ignore,
    }
}

fn first(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    named(node)
        .first()
        .map_or(Pattern::Ignore, |n| pattern(reader, *n))
}

fn parameter(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    let inner = node
        .child_by_field_name("pattern")
        .or_else(|| node.child_by_field_name("name"));
    let inner = inner.map_or(Pattern::Ignore, |n| pattern(reader, n));
    match node.child_by_field_name("value") {
        Some(value) => Pattern::Default(Box::new(inner), Box::new(expr(reader, value))),
        None => inner,
    }
}

/// Holes (`[, b]`) count as items.
fn list(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    let mut items = vec![];
    let mut empty = true;
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        match child.kind() {
            "[" | "]" | "comment" => {}
            "," => {
                if empty {
                    items.push(Pattern::Ignore);
                }
                empty = true;
            }
            _ => {
                items.push(pattern(reader, child));
                empty = false;
            }
        }
    }
    Pattern::List(items)
}

fn dict(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    let mut members = vec![];
    for child in named(node) {
        match child.kind() {
            "pair_pattern" | "pair" => {
                let key = field(reader, child, "key");
                let value = child.child_by_field_name("value");
                members.push((key, value.map_or(Pattern::Ignore, |v| pattern(reader, v))));
            }
            "rest_pattern" | "spread_element" => {
                let rest = Pattern::Rest(Box::new(first(reader, child)));
                members.push((Expr::text(span(child), "..."), rest));
            }
            _ => {
                let inner = pattern(reader, child);
                let key = inner.name().map_or("", |n| n).to_owned();
                members.push((Expr::text(span(child), &key), inner));
            }
        }
    }
    Pattern::Dict(members)
}
