//! Statements and classes of JavaScript.

use std::rc::Rc;

use tree_sitter::Node;

use super::pattern::pattern;
use super::read::{expr, field, function};
use crate::lang::dynamic::parse::{Reader, fields, named, span};
use crate::lang::dynamic::tree::{Class, Expr, Import, Imported, Kind, Name, Pattern, Stmt, StmtKind};
use crate::model::GapReason;

/// Reads all statements in a block.
pub fn statements(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Stmt> {
    let mut out = vec![];
    for child in named(node) {
        statement(reader, child, &mut out);
    }
    out
}

/// The body of an arrow function that is an expression.
pub fn body(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<Stmt> {
    let value = expr(reader, node);
    vec![Stmt {
        span: span(node),
        kind: StmtKind::Return(Some(value)),
    }]
}

fn statement(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let at = span(node);
    if let Some(Some(kind)) = reader.deeper(at, |r| shallow(r, node, out)) {
        out.push(Stmt { span: at, kind });
    }
}

fn shallow(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) -> Option<StmtKind> {
    Some(match node.kind() {
        "expression_statement" => match named(node).first() {
            Some(value) => StmtKind::Expr(expr(reader, *value)),
            None => return None,
        },
        "lexical_declaration" | "variable_declaration" => {
            declarations(reader, node, out);
            return None;
        }
        "function_declaration" | "generator_function_declaration" => {
            StmtKind::Function(function(reader, node))
        }
        "class_declaration" | "abstract_class_declaration" => StmtKind::Class(class(reader, node)),
        "statement_block" => StmtKind::Block(statements(reader, node)),
        "if_statement" => conditional(reader, node),
        "for_in_statement" => for_in(reader, node),
        "for_statement" | "while_statement" | "do_statement" => looped(reader, node),
        "switch_statement" => switch(reader, node),
        "try_statement" => attempt(reader, node),
        "return_statement" => StmtKind::Return(named(node).first().map(|n| expr(reader, *n))),
        "throw_statement" => StmtKind::Throw(named(node).first().map(|n| expr(reader, *n))),
        "break_statement" | "continue_statement" => StmtKind::Jump,
        "labeled_statement" | "with_statement" => StmtKind::Block(nested(reader, node, "body")),
        "import_statement" => import(reader, node)?,
        "export_statement" => return export(reader, node, out),
        "enum_declaration" => enumeration(reader, node)?,
        "internal_module" | "module" | "ambient_declaration" => StmtKind::Block(nested(reader, node, "body")),
        "interface_declaration"
        | "type_alias_declaration"
        | "empty_statement"
        | "debugger_statement"
        | "hash_bang_line"
        | "function_signature"
        | "import_alias" => return None,
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

fn nested(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Vec<Stmt> {
    let mut out = vec![];
    for child in fields(node, name) {
        if child.kind() == "statement_block" {
            out.extend(statements(reader, child));
        } else {
            statement(reader, child, &mut out);
        }
    }
    out
}

fn declarations(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    for child in named(node)
        .into_iter()
        .filter(|n| n.kind() == "variable_declarator")
    {
        let target = child
            .child_by_field_name("name")
            .map_or(Pattern::Ignore, |n| pattern(reader, n));
        let value = child.child_by_field_name("value").map(|n| expr(reader, n));
        out.push(Stmt {
            span: span(child),
            kind: StmtKind::Let(target, value),
        });
    }
}

/// A chain of `else if` is walked without recursion.
fn conditional(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut arms = vec![];
    let mut at = node;
    let mut other = vec![];
    loop {
        let test = field(reader, at, "condition");
        let then = nested(reader, at, "consequence");
        arms.push((test, then, span(at)));
        let next = at
            .child_by_field_name("alternative")
            .and_then(|clause| named(clause).first().copied());
        match next {
            Some(next) if next.kind() == "if_statement" => at = next,
            Some(next) => {
                statement(reader, next, &mut other);
                break;
            }
            None => break,
        }
    }
    chain(arms, other)
}

/// Arms of a condition, first to last, to one statement. Past a number of arms they are branches side by side.
pub fn chain(mut arms: Vec<(Expr, Vec<Stmt>, crate::model::Span)>, other: Vec<Stmt>) -> StmtKind {
    if arms.len() > 32 {
        let mut tests = vec![];
        let mut branches = vec![];
        let at = arms[0].2;
        for (test, then, _) in arms {
            tests.push(test);
            branches.push(then);
        }
        branches.push(other);
        return StmtKind::Branches(Expr::new(at, Kind::Opaque(tests)), branches);
    }
    let mut other = other;
    while arms.len() > 1 {
        let Some((test, then, at)) = arms.pop() else { break };
        other = vec![Stmt {
            span: at,
            kind: StmtKind::If(test, then, other),
        }];
    }
    match arms.pop() {
        Some((test, then, _)) => StmtKind::If(test, then, other),
        None => StmtKind::Block(other),
    }
}

fn for_in(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let target = node
        .child_by_field_name("left")
        .map_or(Pattern::Ignore, |n| pattern(reader, n));
    let over = field(reader, node, "right");
    let keys = node
        .child_by_field_name("operator")
        .is_some_and(|o| o.kind() == "in");
    StmtKind::For(target, over, nested(reader, node, "body"), keys)
}

fn looped(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut out = nested(reader, node, "initializer");
    let test = node
        .child_by_field_name("condition")
        .filter(|n| n.is_named() && n.kind() != "empty_statement");
    let test = test.map(|n| expr(reader, n));
    let step = node.child_by_field_name("increment").map(|n| expr(reader, n));
    let inner = nested(reader, node, "body");
    let whole = StmtKind::While(test, inner, step);
    if out.is_empty() {
        return whole;
    }
    out.push(Stmt {
        span: span(node),
        kind: whole,
    });
    StmtKind::Block(out)
}

fn switch(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let mut tests = vec![field(reader, node, "value")];
    let mut branches = vec![];
    for case in node.child_by_field_name("body").map(named).unwrap_or_default() {
        tests.extend(case.child_by_field_name("value").map(|v| expr(reader, v)));
        branches.push(nested(reader, case, "body"));
    }
    StmtKind::Branches(Expr::new(span(node), Kind::Opaque(tests)), branches)
}

fn attempt(reader: &mut Reader<'_>, node: Node<'_>) -> StmtKind {
    let inner = nested(reader, node, "body");
    let mut handlers = vec![];
    if let Some(handler) = node.child_by_field_name("handler") {
        let bound = handler
            .child_by_field_name("parameter")
            .map(|p| pattern(reader, p));
        handlers.push((bound, nested(reader, handler, "body")));
    }
    let last = node
        .child_by_field_name("finalizer")
        .map(|f| nested(reader, f, "body"));
    StmtKind::Try(inner, handlers, last.unwrap_or_default())
}

fn specifier(reader: &Reader<'_>, node: Node<'_>) -> Option<Name> {
    let source = node.child_by_field_name("source")?;
    let raw = reader.of(source);
    Some(
        super::literal::unescape(raw.get(1..raw.len().saturating_sub(1))?)
            .0
            .into(),
    )
}

/// The name in an import or export list, which may be a string.
fn listed(reader: &Reader<'_>, node: Node<'_>) -> Name {
    reader.of(node).trim_matches(['"', '\'']).into()
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Option<StmtKind> {
    let mut cursor = node.walk();
    if node.children(&mut cursor).any(|n| n.kind() == "type") {
        return None;
    }
    let mut names = vec![];
    let mut required = None;
    for clause in named(node) {
        match clause.kind() {
            "import_clause" => clause_names(reader, clause, &mut names),
            "import_require_clause" => {
                required = specifier(reader, clause);
                if let Some(id) = named(clause).first() {
                    names.push((Imported::Whole, listed(reader, *id)));
                }
            }
            _ => {}
        }
    }
    let module = specifier(reader, node).or(required)?;
    Some(StmtKind::Import(Import {
        module,
        names,
        export: false,
    }))
}

fn clause_names(reader: &Reader<'_>, clause: Node<'_>, names: &mut Vec<(Imported, Name)>) {
    for part in named(clause) {
        match part.kind() {
            "identifier" => names.push((Imported::Member("default".into()), listed(reader, part))),
            "namespace_import" => {
                names.extend(named(part).first().map(|n| (Imported::Whole, listed(reader, *n))));
            }
            "named_imports" => {
                for one in named(part) {
                    let Some(name) = one.child_by_field_name("name") else {
                        continue;
                    };
                    let local = one.child_by_field_name("alias").unwrap_or(name);
                    names.push((Imported::Member(listed(reader, name)), listed(reader, local)));
                }
            }
            _ => {}
        }
    }
}

fn export(reader: &mut Reader<'_>, node: Node<'_>, out: &mut Vec<Stmt>) -> Option<StmtKind> {
    let module = specifier(reader, node);
    let mut cursor = node.walk();
    let words: Vec<&str> = node.children(&mut cursor).map(|n| n.kind()).collect();
    if let Some(module) = module {
        let mut names = vec![];
        for part in named(node) {
            match part.kind() {
                "namespace_export" => {
                    names.extend(named(part).first().map(|n| (Imported::Whole, listed(reader, *n))));
                }
                "export_clause" => {
                    for (local, exported) in clause_exports(reader, part) {
                        names.push((Imported::Member(local), exported));
                    }
                }
                _ => {}
            }
        }
        if names.is_empty() && words.contains(&"*") {
            names.push((Imported::All, "*".into()));
        }
        return Some(StmtKind::Import(Import {
            module,
            names,
            export: true,
        }));
    }
    if let Some(declaration) = node.child_by_field_name("declaration") {
        let first = out.len();
        statement(reader, declaration, out);
        let mut names = declared(&out[first..]);
        if words.contains(&"default") {
            names = names
                .into_iter()
                .map(|(local, _)| (local, "default".into()))
                .collect();
        }
        return Some(StmtKind::Export(names));
    }
    if let Some(value) = node.child_by_field_name("value") {
        let value = expr(reader, value);
        let local: Name = "%default".into();
        out.push(Stmt {
            span: span(node),
            kind: StmtKind::Let(Pattern::Name(local.clone()), Some(value)),
        });
        return Some(StmtKind::Export(vec![(local, "default".into())]));
    }
    let mut names = vec![];
    for part in named(node).into_iter().filter(|p| p.kind() == "export_clause") {
        names.extend(clause_exports(reader, part));
    }
    // `export = x` of TypeScript.
    if names.is_empty()
        && words.contains(&"=")
        && let Some(value) = named(node).first()
    {
        let value = expr(reader, *value);
        let of = Expr::name(span(node), "module");
        let key = Expr::text(span(node), "exports");
        let target = Expr::new(span(node), Kind::Member(Box::new(of), Box::new(key)));
        let kind = Kind::Assign(Box::new(Pattern::Member(target)), None, Box::new(value));
        return Some(StmtKind::Expr(Expr::new(span(node), kind)));
    }
    Some(StmtKind::Export(names))
}

fn clause_exports(reader: &Reader<'_>, clause: Node<'_>) -> Vec<(Name, Name)> {
    let mut names = vec![];
    for one in named(clause) {
        let Some(name) = one.child_by_field_name("name") else {
            continue;
        };
        let exported = one.child_by_field_name("alias").unwrap_or(name);
        names.push((listed(reader, name), listed(reader, exported)));
    }
    names
}

/// Names that statements declare.
fn declared(stmts: &[Stmt]) -> Vec<(Name, Name)> {
    let mut names = vec![];
    let mut pending: Vec<&Pattern> = vec![];
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Let(target, _) => pending.push(target),
            StmtKind::Function(function) => names.extend(function.name.clone()),
            StmtKind::Class(class) => names.extend(class.name.clone()),
            _ => {}
        }
    }
    while let Some(pattern) = pending.pop() {
        match pattern {
            Pattern::Name(name) => names.push(name.clone()),
            Pattern::List(items) => pending.extend(items),
            Pattern::Dict(members) => pending.extend(members.iter().map(|(_, p)| p)),
            Pattern::Default(inner, _) | Pattern::Rest(inner) => pending.push(inner),
            _ => {}
        }
    }
    names.into_iter().map(|n| (n.clone(), n)).collect()
}

fn enumeration(reader: &mut Reader<'_>, node: Node<'_>) -> Option<StmtKind> {
    let name: Name = reader.of(node.child_by_field_name("name")?).into();
    let mut entries = vec![];
    for member in node.child_by_field_name("body").map(named).unwrap_or_default() {
        if let (Some(key), Some(value)) = (
            member.child_by_field_name("name"),
            member.child_by_field_name("value"),
        ) {
            let key = expr(reader, key);
            entries.push(crate::lang::dynamic::tree::Entry::Pair(key, expr(reader, value)));
        }
    }
    Some(StmtKind::Let(
        Pattern::Name(name),
        Some(Expr::new(span(node), Kind::Dict(entries))),
    ))
}

/// Reads a class.
pub fn class(reader: &mut Reader<'_>, node: Node<'_>) -> Rc<Class> {
    let mut class = Class {
        name: node.child_by_field_name("name").map(|n| reader.of(n).into()),
        bases: vec![],
        methods: vec![],
        fields: vec![],
        body: vec![],
        decorators: vec![],
        span: span(node),
    };
    for heritage in named(node).into_iter().filter(|n| n.kind() == "class_heritage") {
        for part in named(heritage) {
            match part.kind() {
                "implements_clause" => {}
                "extends_clause" => class.bases.push(field(reader, part, "value")),
                _ => class.bases.push(expr(reader, part)),
            }
        }
    }
    for member in node.child_by_field_name("body").map(named).unwrap_or_default() {
        let mut cursor = member.walk();
        let fixed = member.children(&mut cursor).any(|n| n.kind() == "static");
        match member.kind() {
            "method_definition" => class.methods.push(function(reader, member)),
            "public_field_definition" | "field_definition" => {
                let name = member
                    .child_by_field_name("name")
                    .or_else(|| member.child_by_field_name("property"));
                let name: Name = name.map_or("", |n| reader.of(n)).into();
                class.fields.push((name, field(reader, member, "value"), fixed));
            }
            "class_static_block" => class.body.extend(nested(reader, member, "body")),
            _ => {}
        }
    }
    Rc::new(class)
}
