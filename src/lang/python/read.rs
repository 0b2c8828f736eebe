//! tree-sitter's tree of Python to ours: expressions.

use std::rc::Rc;

use tree_sitter::Node;

use super::literal;
use super::statement::{params, pattern};
use crate::lang::dynamic::parse::{Reader, fields, named, operator, span, spelled};
use crate::lang::dynamic::tree::{Arg, Call, Collect, Entry, Expr, Function, Kind, Pattern, Stmt, StmtKind};
use crate::lang::javascript::literal::number;
use crate::model::Span;

/// Reads an expression.
pub fn expr(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    let at = span(node);
    reader
        .deeper(at, |r| shallow(r, node))
        .unwrap_or_else(|| Expr::new(at, Kind::Opaque(vec![])))
}

/// Reads the expression in a field.
pub fn field(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Expr {
    match node.child_by_field_name(name) {
        Some(child) => expr(reader, child),
        None => Expr::new(span(node), Kind::Nothing),
    }
}

/// The first expression inside.
pub fn inner(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    match named(node).first() {
        Some(child) => expr(reader, *child),
        None => Expr::new(span(node), Kind::Nothing),
    }
}

fn shallow(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    let at = span(node);
    let kind = match node.kind() {
        "identifier" => Kind::Name(reader.of(node).into()),
        "none" | "ellipsis" => Kind::Nothing,
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        "integer" | "float" => Kind::Number(number(reader.of(node))),
        "string" => return string(reader, node),
        "concatenated_string" => concatenated(reader, node),
        "attribute" => {
            let of = field(reader, node, "object");
            let key = node.child_by_field_name("attribute").map_or("", |n| reader.of(n));
            Kind::Member(Box::new(of), Box::new(Expr::text(at, key)))
        }
        "subscript" => subscript(reader, node),
        "call" => call(reader, node),
        "list" | "tuple" | "set" | "expression_list" | "pattern_list" => Kind::List(items(reader, node)),
        "dictionary" => dictionary(reader, node),
        "binary_operator" => binary(reader, node),
        "boolean_operator" => boolean(reader, node),
        "comparison_operator" => comparison(reader, node),
        "not_operator" => Kind::Not(Box::new(field(reader, node, "argument"))),
        "unary_operator" => unary(reader, node),
        "conditional_expression" => conditional(reader, node),
        "lambda" => lambda(reader, node),
        "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
            collect(reader, node)
        }
        "assignment" => assignment(reader, node, None),
        "augmented_assignment" => {
            let op = node.child_by_field_name("operator").map(|_| operator(node));
            assignment(reader, node, op)
        }
        "named_expression" => {
            let target = node
                .child_by_field_name("name")
                .map_or(Pattern::Ignore, |n| pattern(reader, n));
            Kind::Assign(Box::new(target), None, Box::new(field(reader, node, "value")))
        }
        "yield" => {
            let value = inner(reader, node);
            return Expr::call(at, Expr::name(at, "%yield"), vec![value]);
        }
        "parenthesized_expression"
        | "await"
        | "list_splat"
        | "dictionary_splat"
        | "parenthesized_list_splat"
        | "expression_statement"
        | "interpolation"
        | "if_clause" => return inner(reader, node),
        "type" => Kind::Nothing,
        _ => return reader.opaque(node, expr),
    };
    Expr::new(at, kind)
}

fn constant(at: Span, prefix: &str, body: &str) -> Expr {
    let literal = literal::unescape(prefix, body);
    let kind = match String::from_utf8(literal.bytes) {
        Ok(text) => Kind::Text(text.into(), literal.hidden),
        Err(error) => Kind::Bytes(error.into_bytes().into()),
    };
    Expr::new(at, kind)
}

fn string(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    let at = span(node);
    let (prefix, body) = literal::parts(reader.of(node));
    if !prefix.contains('f') {
        return constant(at, &prefix, body);
    }
    let mut pieces = vec![];
    for child in named(node) {
        match child.kind() {
            "string_content" => {
                let text = reader.of(child).replace("{{", "{").replace("}}", "}");
                pieces.push(constant(span(child), &prefix, &text));
            }
            "interpolation" => pieces.push(field(reader, child, "expression")),
            _ => {}
        }
    }
    match pieces.len() {
        0 => Expr::text(at, ""),
        1 if matches!(pieces[0].kind, Kind::Text(..)) => pieces.remove(0),
        _ => Expr::new(at, Kind::Template(pieces)),
    }
}

fn concatenated(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let parts: Vec<Expr> = named(node).into_iter().map(|n| expr(reader, n)).collect();
    let mut whole = String::new();
    let mut hidden = false;
    for part in &parts {
        match &part.kind {
            Kind::Text(text, escaped) => {
                whole.push_str(text);
                hidden |= escaped;
            }
            _ => return Kind::Template(parts),
        }
    }
    Kind::Text(whole.into(), hidden)
}

fn subscript(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let of = Box::new(field(reader, node, "value"));
    let keys = fields(node, "subscript");
    match keys.as_slice() {
        [slice] if slice.kind() == "slice" => Kind::Slice(of, slice_parts(reader, *slice)),
        [key] => Kind::Member(of, Box::new(expr(reader, *key))),
        _ => {
            let mut parts = vec![*of];
            parts.extend(keys.into_iter().map(|k| expr(reader, k)));
            Kind::Opaque(parts)
        }
    }
}

fn slice_parts(reader: &mut Reader<'_>, node: Node<'_>) -> [Option<Box<Expr>>; 3] {
    let mut parts = [None, None, None];
    let mut at = 0;
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        if child.kind() == ":" {
            at += 1;
        } else if let (true, Some(slot)) = (child.is_named(), parts.get_mut(at)) {
            *slot = Some(Box::new(expr(reader, child)));
        }
    }
    parts
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let callee = field(reader, node, "function");
    let args = match node.child_by_field_name("arguments") {
        Some(list) if list.kind() == "argument_list" => items(reader, list),
        Some(generator) => vec![Arg::plain(expr(reader, generator))],
        None => vec![],
    };
    Kind::Call(Box::new(Call {
        callee,
        args,
        new: false,
    }))
}

/// Arguments or list items.
pub fn items(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Arg> {
    named(node)
        .into_iter()
        .map(|n| match n.kind() {
            "keyword_argument" => Arg {
                name: n.child_by_field_name("name").map(|name| reader.of(name).into()),
                spread: false,
                value: field(reader, n, "value"),
            },
            "list_splat" | "parenthesized_list_splat" => Arg {
                name: None,
                spread: true,
                value: inner(reader, n),
            },
            "dictionary_splat" => Arg {
                name: Some("**".into()),
                spread: true,
                value: inner(reader, n),
            },
            _ => Arg::plain(expr(reader, n)),
        })
        .collect()
}

fn dictionary(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut entries = vec![];
    for child in named(node) {
        match child.kind() {
            "pair" => {
                let key = field(reader, child, "key");
                entries.push(Entry::Pair(key, field(reader, child, "value")));
            }
            "dictionary_splat" => entries.push(Entry::Spread(inner(reader, child))),
            _ => {}
        }
    }
    Kind::Dict(entries)
}

/// Chains of one operator are long in generated text: the left spine is walked without recursion.
fn binary(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let first = operator(node);
    let chains = matches!(first, "+" | "/" | "|");
    let mut operands = vec![];
    let mut at = node;
    loop {
        operands.extend(at.child_by_field_name("right"));
        let Some(left) = at.child_by_field_name("left") else {
            break;
        };
        if chains && left.kind() == "binary_operator" && operator(left) == first {
            at = left;
        } else {
            operands.push(left);
            break;
        }
    }
    operands.reverse();
    let mut parts: Vec<Expr> = operands.into_iter().map(|n| expr(reader, n)).collect();
    if first == "+" {
        return Kind::Plus(parts);
    }
    if parts.len() > 64 {
        return Kind::Opaque(parts);
    }
    let mut whole = if parts.is_empty() {
        Expr::new(span(node), Kind::Nothing)
    } else {
        parts.remove(0)
    };
    for part in parts {
        let at = whole.span.cover(part.span);
        whole = Expr::new(at, Kind::Binary(first, Box::new(whole), Box::new(part)));
    }
    whole.kind
}

fn boolean(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let first = operator(node);
    let mut operands = vec![];
    let mut at = node;
    loop {
        operands.extend(at.child_by_field_name("right"));
        let Some(left) = at.child_by_field_name("left") else {
            break;
        };
        if left.kind() == "boolean_operator" && operator(left) == first {
            at = left;
        } else {
            operands.push(left);
            break;
        }
    }
    operands.reverse();
    Kind::Either(
        operands.into_iter().map(|n| expr(reader, n)).collect(),
        first == "and",
    )
}

fn comparison(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut cursor = node.walk();
    let operator: Vec<&str> = node
        .children_by_field_name("operators", &mut cursor)
        .map(|n| spelled(n.kind()))
        .collect();
    let mut sides: Vec<Expr> = named(node).into_iter().map(|n| expr(reader, n)).collect();
    let operator = match operator.as_slice() {
        ["==" | "is"] => "==",
        ["!=" | "is not" | "<>"] | ["is", "not"] => "!=",
        ["in"] => "in",
        ["not in"] | ["not", "in"] => "not in",
        [one] => one,
        _ => return Kind::Opaque(sides),
    };
    match (sides.pop(), sides.pop()) {
        (Some(right), Some(left)) if sides.is_empty() => {
            Kind::Binary(operator, Box::new(left), Box::new(right))
        }
        (right, left) => {
            sides.extend(left);
            sides.extend(right);
            Kind::Opaque(sides)
        }
    }
}

fn unary(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let operator = node.child_by_field_name("operator").map_or("", |o| o.kind());
    let value = field(reader, node, "argument");
    match (operator, &value.kind) {
        ("-", Kind::Number(n)) => Kind::Number(-n),
        _ => Kind::Opaque(vec![value]),
    }
}

fn conditional(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut parts: Vec<Expr> = named(node).into_iter().map(|n| expr(reader, n)).collect();
    if parts.len() != 3 {
        return Kind::Opaque(parts);
    }
    let (other, test, then) = (parts.pop(), parts.pop(), parts.pop());
    match (test, then, other) {
        (Some(test), Some(then), Some(other)) => Kind::Conditional(Box::new([test, then, other])),
        _ => Kind::Nothing,
    }
}

fn lambda(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let value = field(reader, node, "body");
    let stmt = Stmt {
        span: value.span,
        kind: StmtKind::Return(Some(value)),
    };
    Kind::Function(Rc::new(Function {
        name: None,
        params: node
            .child_by_field_name("parameters")
            .map_or_else(Vec::new, |p| params(reader, p)),
        body: vec![stmt],
        decorators: vec![],
        doc: None,
        span: span(node),
        arrow: true,
        method: false,
        rest_name: None,
    }))
}

fn collect(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let (key, element) = match node.child_by_field_name("body") {
        Some(pair) if pair.kind() == "pair" => {
            (Some(field(reader, pair, "key")), field(reader, pair, "value"))
        }
        Some(body) => (None, expr(reader, body)),
        None => (None, Expr::new(span(node), Kind::Nothing)),
    };
    let mut loops = vec![];
    let mut tests = vec![];
    for clause in named(node) {
        match clause.kind() {
            "for_in_clause" => {
                let target = clause
                    .child_by_field_name("left")
                    .map_or(Pattern::Ignore, |l| pattern(reader, l));
                loops.push((target, field(reader, clause, "right")));
            }
            "if_clause" => tests.push(inner(reader, clause)),
            _ => {}
        }
    }
    Kind::Collect(Box::new(Collect {
        key,
        element,
        loops,
        tests,
    }))
}

fn assignment(reader: &mut Reader<'_>, node: Node<'_>, op: Option<&'static str>) -> Kind {
    let Some(right) = node.child_by_field_name("right") else {
        return Kind::Nothing;
    };
    let target = node
        .child_by_field_name("left")
        .map_or(Pattern::Ignore, |l| pattern(reader, l));
    Kind::Assign(Box::new(target), op, Box::new(expr(reader, right)))
}
