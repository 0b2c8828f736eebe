//! tree-sitter's tree of JavaScript or TypeScript to ours.

use std::rc::Rc;

use tree_sitter::Node;

use super::literal;
use super::pattern::{params, pattern};
use super::statement::{body, class, statements};
use crate::lang::dynamic::parse::{Reader, fields, named, operator, span};
use crate::lang::dynamic::tree::{Arg, Call, Entry, Expr, Function, Kind, Name};

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

fn shallow(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    let at = span(node);
    let kind = match node.kind() {
        "identifier" | "shorthand_property_identifier" => name_kind(reader.of(node)),
        "undefined" | "null" => Kind::Nothing,
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        "number" => Kind::Number(literal::number(reader.of(node))),
        "this" | "super" => Kind::This,
        "string" => string(reader, node),
        "template_string" => template(reader, node),
        "regex" => Kind::Opaque(vec![]),
        "meta_property" => Kind::Name("import.meta".into()),
        "import" => Kind::Name("import".into()),
        "property_identifier" | "private_property_identifier" => Kind::Text(reader.of(node).into(), false),
        "computed_property_name" => return inner(reader, node),
        "member_expression" | "subscript_expression" => member(reader, node),
        "call_expression" | "new_expression" => call(reader, node),
        "array" => Kind::List(items(reader, node)),
        "object" => object(reader, node),
        "function_expression" | "arrow_function" | "generator_function" | "function" => {
            Kind::Function(function(reader, node))
        }
        "class" => Kind::Class(class(reader, node)),
        "binary_expression" => binary(reader, node),
        "unary_expression" => unary(reader, node),
        "ternary_expression" => Kind::Conditional(Box::new([
            field(reader, node, "condition"),
            field(reader, node, "consequence"),
            field(reader, node, "alternative"),
        ])),
        "assignment_expression" | "augmented_assignment_expression" => assignment(reader, node),
        "sequence_expression" => sequence(reader, node),
        "parenthesized_expression"
        | "await_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "spread_element"
        | "template_substitution"
        | "instantiation_expression"
        | "expression_statement" => return inner(reader, node),
        "type_assertion" => return last(reader, node),
        "yield_expression" => return yielded(reader, node),
        "update_expression" => update(reader, node),
        "jsx_text" | "type_annotation" | "type_arguments" => Kind::Nothing,
        _ => return reader.opaque(node, expr),
    };
    Expr::new(at, kind)
}

fn name_kind(name: &str) -> Kind {
    if name == "undefined" {
        Kind::Nothing
    } else {
        Kind::Name(name.into())
    }
}

/// The first expression inside (parentheses, `await`, casts).
fn inner(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    match named(node).first() {
        Some(child) => expr(reader, *child),
        None => Expr::new(span(node), Kind::Nothing),
    }
}

fn last(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    match named(node).last() {
        Some(child) => expr(reader, *child),
        None => Expr::new(span(node), Kind::Nothing),
    }
}

/// `yield x` gives `x` to who iterates; what comes back is the same value, coarsely.
fn yielded(reader: &mut Reader<'_>, node: Node<'_>) -> Expr {
    let value = inner(reader, node);
    let callee = Expr::name(value.span, "%yield");
    Expr::call(span(node), callee, vec![value])
}

fn string(reader: &Reader<'_>, node: Node<'_>) -> Kind {
    let raw = reader.of(node);
    let body = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
    let (text, hidden) = literal::unescape(body);
    Kind::Text(text.into(), hidden)
}

fn template(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut parts = vec![];
    let mut at = node.start_byte() + 1;
    let end = node.end_byte().saturating_sub(1);
    let constant = |reader: &Reader<'_>, from: usize, to: usize, parts: &mut Vec<Expr>| {
        if let Some(raw) = reader.text.get(from..to).filter(|raw| !raw.is_empty()) {
            let (text, hidden) = literal::unescape(raw);
            parts.push(Expr::new(
                crate::model::Span::new(from, to),
                Kind::Text(text.into(), hidden),
            ));
        }
    };
    for child in named(node) {
        if child.kind() == "template_substitution" {
            constant(reader, at, child.start_byte(), &mut parts);
            parts.push(inner(reader, child));
            at = child.end_byte();
        }
    }
    constant(reader, at, end.max(at), &mut parts);
    match parts.as_slice() {
        [] => Kind::Text("".into(), false),
        [
            Expr {
                kind: Kind::Text(text, hidden),
                ..
            },
        ] => Kind::Text(text.clone(), *hidden),
        _ => Kind::Template(parts),
    }
}

fn member(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let of = field(reader, node, "object");
    let key = node
        .child_by_field_name("property")
        .or_else(|| node.child_by_field_name("index"));
    let key = match key {
        Some(key) => expr(reader, key),
        None => Expr::text(span(node), ""),
    };
    Kind::Member(Box::new(of), Box::new(key))
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let new = node.kind() == "new_expression";
    let callee = field(reader, node, if new { "constructor" } else { "function" });
    let args = match node.child_by_field_name("arguments") {
        Some(list) if list.kind() == "template_string" => {
            vec![Arg::plain(expr(reader, list))]
        }
        Some(list) => items(reader, list),
        None => vec![],
    };
    if !new && matches!(&callee.kind, Kind::Name(name) if &**name == "import") {
        let specifier = args.into_iter().next().map(|a| a.value);
        let specifier = specifier.unwrap_or_else(|| Expr::new(span(node), Kind::Nothing));
        return Kind::Import(Box::new(specifier));
    }
    Kind::Call(Box::new(Call { callee, args, new }))
}

fn items(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Arg> {
    named(node)
        .into_iter()
        .map(|n| Arg {
            name: None,
            spread: n.kind() == "spread_element",
            value: expr(reader, n),
        })
        .collect()
}

fn object(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut entries = vec![];
    for child in named(node) {
        match child.kind() {
            "pair" => {
                let key = field(reader, child, "key");
                let value = field(reader, child, "value");
                entries.push(Entry::Pair(key, value));
            }
            "shorthand_property_identifier" => {
                let key = Expr::text(span(child), reader.of(child));
                entries.push(Entry::Pair(key, expr(reader, child)));
            }
            "spread_element" => entries.push(Entry::Spread(inner(reader, child))),
            "method_definition" => {
                let key = field(reader, child, "name");
                let value = function(reader, child);
                entries.push(Entry::Pair(key, Expr::new(span(child), Kind::Function(value))));
            }
            _ => {}
        }
    }
    Kind::Dict(entries)
}

/// Reads a function of any form.
pub fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Rc<Function> {
    let name: Option<Name> = node.child_by_field_name("name").map(|n| reader.of(n).into());
    let params = match node.child_by_field_name("parameter") {
        Some(single) => vec![pattern(reader, single)],
        None => node
            .child_by_field_name("parameters")
            .map_or_else(Vec::new, |list| params(reader, list)),
    };
    let stmts = match node.child_by_field_name("body") {
        Some(block) if block.kind() == "statement_block" => statements(reader, block),
        Some(value) => body(reader, value),
        None => vec![],
    };
    Rc::new(Function {
        name,
        params,
        body: stmts,
        decorators: fields(node, "decorator")
            .into_iter()
            .map(|d| inner(reader, d))
            .collect(),
        doc: None,
        span: span(node),
        arrow: node.kind() == "arrow_function",
        method: false,
        rest_name: None,
    })
}

/// Chains of `+` and of `||` are long in generated text: their left spine is walked without recursion.
fn binary(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let first = operator(node);
    let group = |op: &str| match op {
        "+" => 1,
        "||" | "??" => 2,
        "&&" => 3,
        _ => 0,
    };
    let mut operands = vec![];
    let mut at = node;
    loop {
        operands.extend(at.child_by_field_name("right"));
        let Some(left) = at.child_by_field_name("left") else {
            break;
        };
        let op = if left.kind() == "binary_expression" {
            operator(left)
        } else {
            ""
        };
        if left.kind() == "binary_expression" && group(op) == group(first) && (group(first) > 0) {
            at = left;
        } else {
            operands.push(left);
            break;
        }
    }
    operands.reverse();
    let mut parts: Vec<Expr> = operands.into_iter().map(|n| expr(reader, n)).collect();
    match (group(first), parts.len()) {
        (1, _) => Kind::Plus(parts),
        (2, _) => Kind::Either(parts, false),
        (3, _) => Kind::Either(parts, true),
        (_, 2) => {
            let right = parts
                .pop()
                .unwrap_or_else(|| Expr::new(span(node), Kind::Nothing));
            let left = parts
                .pop()
                .unwrap_or_else(|| Expr::new(span(node), Kind::Nothing));
            Kind::Binary(first, Box::new(left), Box::new(right))
        }
        _ => Kind::Opaque(parts),
    }
}

fn unary(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let operator = node.child_by_field_name("operator").map_or("", |o| o.kind());
    let value = field(reader, node, "argument");
    match (operator, &value.kind) {
        ("!", _) => Kind::Not(Box::new(value)),
        ("-", Kind::Number(n)) => Kind::Number(-n),
        ("+" | "~", Kind::Number(_)) => value.kind,
        ("void", _) => Kind::Sequence(vec![value, Expr::new(span(node), Kind::Nothing)]),
        _ => Kind::Opaque(vec![value]),
    }
}

/// `x++` adds one.
fn update(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let at = span(node);
    let target = match node.child_by_field_name("argument") {
        Some(argument) => pattern(reader, argument),
        None => crate::lang::dynamic::tree::Pattern::Ignore,
    };
    let sign = if reader.of(node).contains("--") { -1.0 } else { 1.0 };
    Kind::Assign(
        Box::new(target),
        Some("+="),
        Box::new(Expr::new(at, Kind::Number(sign))),
    )
}

fn assignment(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let target = match node.child_by_field_name("left") {
        Some(left) => pattern(reader, left),
        None => crate::lang::dynamic::tree::Pattern::Ignore,
    };
    let operator = node.child_by_field_name("operator").map(|_| operator(node));
    Kind::Assign(Box::new(target), operator, Box::new(field(reader, node, "right")))
}

fn sequence(reader: &mut Reader<'_>, node: Node<'_>) -> Kind {
    let mut parts = vec![];
    let mut at = node;
    // Nested on the right in some grammar versions, flat in others: walked without recursion.
    loop {
        let children = named(at);
        let Some((tail, head)) = children.split_last() else {
            break;
        };
        parts.extend(head.iter().map(|n| expr(reader, *n)));
        if tail.kind() == "sequence_expression" {
            at = *tail;
        } else {
            parts.push(expr(reader, *tail));
            break;
        }
    }
    Kind::Sequence(parts)
}
