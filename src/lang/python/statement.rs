//! tree-sitter's tree of Python to ours: statements, functions, classes, patterns.

use std::rc::Rc;

use tree_sitter::Node;

use super::read::{expr, field, inner, items};
use crate::lang::dynamic::parse::{Reader, fields, named, span};
use crate::lang::dynamic::tree::{
    Class, Expr, Function, Import, Imported, Kind, Name, Pattern, Stmt, StmtKind,
};
use crate::lang::javascript::statement::chain;
use crate::model::{GapReason, Span};

/// Reads all statements in a block or module.
pub fn statements(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Stmt> {
    let mut out = vec![];
    for child in named(node) {
        statement(reader, child, &mut out);
    }
    out
}

fn statement(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let at = span(node);
    if let Some(Some(kind)) = reader.deeper(at, |r| shallow(r, node, out)) {
        out.push(Stmt { span: at, kind });
    }
}

fn shallow(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) -> Option<StmtKind> {
    Some(match node.kind() {
        "expression_statement" => {
            for child in named(node) {
                let value = expr(reader, child);
                out.push(Stmt {
                    span: span(child),
                    kind: StmtKind::Expr(value),
                });
            }
            return None;
        }
        "function_definition" => StmtKind::Function(function(reader, node, vec![])),
        "class_definition" => StmtKind::Class(class(reader, node, vec![])),
        "decorated_definition" => decorated(reader, node)?,
        "if_statement" => conditional(reader, node),
        "for_statement" => {
            let target = node
                .child_by_field_name("left")
                .map_or(Pattern::Ignore, |l| pattern(reader, l));
            let over = field(reader, node, "right");
            let body = block(reader, node, "body");
            out.push(Stmt {
                span: span(node),
                kind: StmtKind::For(target, over, body, false),
            });
            StmtKind::Block(alternative(reader, node))
        }
        "while_statement" => {
            let test = field(reader, node, "condition");
            let body = block(reader, node, "body");
            out.push(Stmt {
                span: span(node),
                kind: StmtKind::While(Some(test), body, None),
            });
            StmtKind::Block(alternative(reader, node))
        }
        "try_statement" => attempt(reader, node),
        "with_statement" => with(reader, node),
        "match_statement" => matched(reader, node),
        "return_statement" => StmtKind::Return(named(node).first().map(|n| expr(reader, *n))),
        "raise_statement" => StmtKind::Throw(named(node).first().map(|n| expr(reader, *n))),
        "break_statement" | "continue_statement" => StmtKind::Jump,
        "global_statement" | "nonlocal_statement" => {
            StmtKind::Outer(named(node).into_iter().map(|n| reader.of(n).into()).collect())
        }
        "import_statement" => {
            imports(reader, node, out);
            return None;
        }
        "import_from_statement" => import_from(reader, node),
        "block" => StmtKind::Block(statements(reader, node)),
        "exec_statement" => {
            let at = span(node);
            let code = named(node)
                .first()
                .map(|n| expr(reader, *n))
                .into_iter()
                .collect();
            StmtKind::Expr(Expr::call(at, Expr::name(at, "exec"), code))
        }
        "print_statement" => {
            let at = span(node);
            let parts = fields(node, "argument")
                .into_iter()
                .map(|n| expr(reader, n))
                .collect();
            StmtKind::Expr(Expr::call(at, Expr::name(at, "print"), parts))
        }
        "pass_statement" | "future_import_statement" | "type_alias_statement" => return None,
        "ERROR" => {
            reader.gap(span(node), GapReason::Syntax, "does not parse");
            for child in named(node) {
                statement(reader, child, out);
            }
            return None;
        }
        _ => StmtKind::Expr(expr(reader, node)),
    })
}

fn block(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Vec<Stmt> {
    fields(node, name)
        .into_iter()
        .flat_map(|b| statements(reader, b))
        .collect()
}

fn alternative(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Stmt> {
    fields(node, "alternative")
        .into_iter()
        .flat_map(|clause| block(reader, clause, "body"))
        .collect()
}

fn conditional(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut arms = vec![(
        field(reader, node, "condition"),
        block(reader, node, "consequence"),
        span(node),
    )];
    let mut other = vec![];
    for clause in fields(node, "alternative") {
        if clause.kind() == "elif_clause" {
            let test = field(reader, clause, "condition");
            arms.push((test, block(reader, clause, "consequence"), span(clause)));
        } else {
            other = block(reader, clause, "body");
        }
    }
    chain(arms, other)
}

fn attempt(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut body = block(reader, node, "body");
    let mut handlers = vec![];
    let mut last = vec![];
    for clause in named(node) {
        let blocks: Vec<Node<'_>> = named(clause)
            .into_iter()
            .filter(|n| n.kind() == "block")
            .collect();
        let stmts: Vec<Stmt> = blocks.into_iter().flat_map(|b| statements(reader, b)).collect();
        match clause.kind() {
            "except_clause" | "except_group_clause" => handlers.push((None, stmts)),
            "else_clause" => body.extend(stmts),
            "finally_clause" => last = stmts,
            _ => {}
        }
    }
    StmtKind::Try(body, handlers, last)
}

fn with(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut opened = vec![];
    for clause in named(node).into_iter().filter(|n| n.kind() == "with_clause") {
        // `with (a as b, c as d):` is a tuple of `as` forms in the grammar.
        let mut pending: Vec<Node<'_>> = named(clause).into_iter().rev().collect();
        while let Some(item) = pending.pop() {
            match item.kind() {
                "with_item" => pending.extend(item.child_by_field_name("value")),
                "tuple" | "parenthesized_expression" => pending.extend(named(item).into_iter().rev()),
                "as_pattern" => {
                    let value = inner(reader, item);
                    let target = item
                        .child_by_field_name("alias")
                        .and_then(|a| named(a).first().copied());
                    opened.push((value, target.map(|t| pattern(reader, t))));
                }
                _ => opened.push((expr(reader, item), None)),
            }
        }
    }
    StmtKind::With(opened, block(reader, node, "body"))
}

fn matched(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let subject = fields(node, "subject")
        .into_iter()
        .map(|n| expr(reader, n))
        .collect();
    let cases = node.child_by_field_name("body").map(named).unwrap_or_default();
    let branches = cases
        .into_iter()
        .map(|case| block(reader, case, "consequence"))
        .collect();
    StmtKind::Branches(Expr::new(span(node), Kind::Opaque(subject)), branches)
}

fn imports(reader: &Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    for one in fields(node, "name") {
        let (module, imported, local): (Name, Imported, Name) = match one.child_by_field_name("name") {
            Some(name) => {
                let alias = one.child_by_field_name("alias").unwrap_or(name);
                (reader.of(name).into(), Imported::Whole, reader.of(alias).into())
            }
            None => {
                let module = reader.of(one);
                let top = module.split('.').next().unwrap_or(module);
                (module.into(), Imported::Top, top.trim().into())
            }
        };
        let import = Import {
            module,
            names: vec![(imported, local)],
            export: false,
        };
        out.push(Stmt {
            span: span(one),
            kind: StmtKind::Import(import),
        });
    }
}

fn import_from(reader: &Reader<'_>, node: Node<'_>) -> StmtKind {
    let module: Name = node
        .child_by_field_name("module_name")
        .map_or("", |n| reader.of(n))
        .into();
    let mut names = vec![];
    for one in fields(node, "name") {
        let (name, local) = match one.child_by_field_name("name") {
            Some(name) => (name, one.child_by_field_name("alias").unwrap_or(name)),
            None => (one, one),
        };
        names.push((Imported::Member(reader.of(name).into()), reader.of(local).into()));
    }
    if named(node).iter().any(|n| n.kind() == "wildcard_import") {
        names.push((Imported::All, "*".into()));
    }
    StmtKind::Import(Import {
        module,
        names,
        export: false,
    })
}

fn decorated(reader: &mut Reader<'_>, node: Node<'_>) -> Option<StmtKind> {
    let decorators = named(node)
        .into_iter()
        .filter(|n| n.kind() == "decorator")
        .map(|n| inner(reader, n))
        .collect();
    let definition = node.child_by_field_name("definition")?;
    Some(match definition.kind() {
        "class_definition" => StmtKind::Class(class(reader, definition, decorators)),
        _ => StmtKind::Function(function(reader, definition, decorators)),
    })
}

fn function(reader: &mut Reader<'_>, node: Node<'_>, decorators: Vec<Expr>) -> Rc<Function> {
    let params = node
        .child_by_field_name("parameters")
        .map_or_else(Vec::new, |p| params(reader, p));
    let body = block(reader, node, "body");
    Rc::new(Function {
        name: node.child_by_field_name("name").map(|n| reader.of(n).into()),
        params,
        doc: documentation(&body),
        body,
        decorators,
        span: span(node),
        arrow: false,
        method: false,
        rest_name: None,
    })
}

fn documentation(body: &[Stmt]) -> Option<(Name, Span)> {
    match &body.first()?.kind {
        StmtKind::Expr(Expr {
            kind: Kind::Text(text, _),
            span,
        }) => Some((text.clone(), *span)),
        _ => None,
    }
}

fn class(reader: &mut Reader<'_>, node: Node<'_>, decorators: Vec<Expr>) -> Rc<Class> {
    let bases = node
        .child_by_field_name("superclasses")
        .map_or_else(Vec::new, |s| items(reader, s));
    let mut class = Class {
        name: node.child_by_field_name("name").map(|n| reader.of(n).into()),
        bases: bases.into_iter().map(|arg| arg.value).collect(),
        methods: vec![],
        fields: vec![],
        body: vec![],
        decorators,
        span: span(node),
    };
    for stmt in block(reader, node, "body") {
        match stmt.kind {
            StmtKind::Function(function) => class.methods.push(as_method(function)),
            StmtKind::Expr(Expr {
                kind: Kind::Assign(target, None, value),
                span,
            }) => match *target {
                Pattern::Name(name) => class.fields.push((name, *value, true)),
                target => {
                    let kind = Kind::Assign(Box::new(target), None, value);
                    class.body.push(Stmt {
                        span,
                        kind: StmtKind::Expr(Expr::new(span, kind)),
                    });
                }
            },
            kind => class.body.push(Stmt {
                span: stmt.span,
                kind,
            }),
        }
    }
    Rc::new(class)
}

/// A function in a class takes the instance (or the class) first, unless it is static.
fn as_method(function: Rc<Function>) -> Rc<Function> {
    let fixed = function
        .decorators
        .iter()
        .any(|d| matches!(&d.kind, Kind::Name(name) if &**name == "staticmethod"));
    match Rc::try_unwrap(function) {
        Ok(function) => Rc::new(Function {
            method: !fixed,
            ..function
        }),
        Err(function) => function,
    }
}

/// Reads parameters.
pub fn params(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Pattern> {
    let mut out = vec![];
    for param in named(node) {
        let target = match param.kind() {
            "default_parameter" | "typed_default_parameter" => {
                let name = param
                    .child_by_field_name("name")
                    .map_or(Pattern::Ignore, |n| pattern(reader, n));
                Pattern::Default(Box::new(name), Box::new(field(reader, param, "value")))
            }
            "typed_parameter" => named(param)
                .first()
                .map_or(Pattern::Ignore, |n| pattern(reader, *n)),
            "keyword_separator" | "positional_separator" => continue,
            _ => pattern(reader, param),
        };
        out.push(target);
    }
    out
}

/// Reads a pattern.
pub fn pattern(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    reader
        .deeper(span(node), |r| pattern_shallow(r, node))
        .unwrap_or(Pattern::Ignore)
}

fn pattern_shallow(reader: &mut Reader<'_>, node: Node<'_>) -> Pattern {
    match node.kind() {
        "identifier" => Pattern::Name(reader.of(node).into()),
        "attribute" | "subscript" => Pattern::Member(expr(reader, node)),
        "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list" => {
            Pattern::List(named(node).into_iter().map(|n| pattern(reader, n)).collect())
        }
        "list_splat_pattern" | "list_splat" => {
            let target = named(node)
                .first()
                .map_or(Pattern::Ignore, |n| pattern(reader, *n));
            Pattern::Rest(Box::new(target))
        }
        "dictionary_splat_pattern" => named(node)
            .first()
            .map_or(Pattern::Ignore, |n| Pattern::Keywords(reader.of(*n).into())),
        "parenthesized_expression" | "as_pattern_target" => named(node)
            .first()
            .map_or(Pattern::Ignore, |n| pattern(reader, *n)),
        _ => Pattern::Ignore,
    }
}
