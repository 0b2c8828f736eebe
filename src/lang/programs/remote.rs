//! What a command line does with its standard input on another machine (`ssh HOST COMMAND`).

use super::arguments::Arguments;
use super::page::{Kind, StdinUse};
use super::table;
use super::words::Flat;
use crate::lang::shell::ast::{AndOr, Command, Dialect, ParameterOp, Part, RedirectOp, Simple};
use crate::lang::shell::parser;
use crate::model::{Limits, Place, Word};

/// Whether `words`, joined by spaces as ssh joins them and read by the shell over there, may read
/// what is sent to their standard input. Whatever is not plain and known may.
pub(super) fn reads_input(words: &[&Word], place: Place, limits: &Limits) -> bool {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        // A piece that is not known becomes one ordinary character: it may stand in an operand. Where
        // it would decide the program, no page has that name.
        text.push_str(&Flat::new(word).text);
    }
    let script = parser::parse(&text, Dialect::Bash, limits);
    if !script.gaps.is_empty() {
        return true;
    }
    script.list.items.iter().any(|item| {
        let pipelines =
            std::iter::once(&item.first).chain(item.rest.iter().map(|(_, next): &(AndOr, _)| next));
        // Later stages of a pipe read what the stage before them writes.
        pipelines
            .filter_map(|pipeline| pipeline.stages.first())
            .any(|stage| match &stage.command {
                Command::Simple(simple) => simple_reads(simple, place),
                Command::Compound { .. } | Command::Function { .. } => true,
            })
    })
}

fn simple_reads(simple: &Simple, place: Place) -> bool {
    let elsewhere = |op: RedirectOp| {
        matches!(
            op,
            RedirectOp::Read | RedirectOp::HereString | RedirectOp::HereDoc { .. }
        )
    };
    if simple
        .redirects
        .iter()
        .any(|redirect| elsewhere(redirect.op) && redirect.fd.is_none())
    {
        return false;
    }
    let Some((program, argv)) = simple.words.split_first() else {
        return !simple.assignments.is_empty();
    };
    let Some(words) = std::iter::once(program)
        .chain(argv)
        .map(|word| plain(&word.parts))
        .collect::<Option<Vec<_>>>()
    else {
        return true;
    };
    let Some((name, argv)) = words.split_first() else {
        return true;
    };
    let Some(page) = table::page(name.rsplit('/').next().unwrap_or(name)) else {
        return true;
    };
    let argv: Vec<Word> = argv.iter().map(Word::known).collect();
    let arguments = Arguments::read(page, &argv, &[], place);
    let starts_another = arguments.any(&[Kind::Command, Kind::RemoteCommand, Kind::Package]);
    let names_input = arguments
        .given
        .iter()
        .any(|given| given.value.as_known() == Some("-"));
    if starts_another || names_input || !arguments.uncovered.is_empty() {
        return true;
    }
    match arguments.stdin() {
        StdinUse::Never => false,
        StdinUse::WithoutFiles => !arguments.any(&[Kind::Read, Kind::ReadTree, Kind::Edit, Kind::Url]),
        StdinUse::Code | StdinUse::Always => true,
    }
}

/// The text of a word in which nothing but variables is expanded; these become one ordinary character.
fn plain(parts: &[Part]) -> Option<String> {
    let mut text = String::new();
    let mut open: Vec<&Part> = parts.iter().rev().collect();
    while let Some(part) = open.pop() {
        match part {
            Part::Literal(known) | Part::Quoted { text: known, .. } | Part::Glob(known) => {
                text.push_str(known)
            }
            Part::Double(inner) => open.extend(inner.iter().rev()),
            Part::Tilde(_) => text.push('~'),
            Part::Parameter(parameter) if parameter.op == ParameterOp::Plain => text.push('\u{F0000}'),
            _ => return None,
        }
    }
    Some(text)
}
