//! The entry: which shells may read the text, and what the text starts with.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::channel::Channel;
use super::scripts::dialect_of;
use super::state::{Next, Options, State, Variable};
use super::walk::Walk;
use crate::lang::Context;
use crate::lang::programs::{Stdin, variable_acts};
use crate::lang::shell::ast::{Dialect, Item};
use crate::lang::shell::parse;
use crate::model::{EffectId, Location, Lowered, SourceId, Sources, Word};

/// What the shell text `source` would do. A text that more than one shell may run is lowered under
/// each that reads it differently, and the effects add up.
pub fn lower(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered {
    let text = sources.text(source).clone();
    let (first, second) = dialects(&text, context);
    let script = parse(&text, first, context.limits);
    let mut out = run(source, sources, context, first, &script);
    if let Some(second) = second {
        let mut other = parse(&text, second, context.limits);
        if other.list != script.list {
            if script.gaps.is_empty() {
                // What only the second shell cannot parse ends its run there.
                let error = other
                    .gaps
                    .iter()
                    .map(|(span, _)| span.start)
                    .min()
                    .unwrap_or(usize::MAX);
                other.list.items.retain(|item| end(item) <= error);
                other.gaps.clear();
            }
            let more = run(source, sources, context, second, &other);
            add(&mut out, more);
        }
    }
    out
}

fn end(item: &Item) -> usize {
    item.rest
        .last()
        .map_or(item.first.span.end, |(_, pipeline)| pipeline.span.end)
}

/// The shells that may read a text: by its first line, its name, or `/bin/sh`, which is dash on
/// some systems and bash on others.
fn dialects(text: &str, context: &Context<'_>) -> (Dialect, Option<Dialect>) {
    if let Some(dialect) = context.shell {
        return (dialect, None);
    }
    let first_line = text.lines().next().unwrap_or("");
    if let Some(dialect) = dialect_of(first_line) {
        return (dialect, None);
    }
    let name = match &context.script {
        Some(Location::Tree(path)) => path.name().to_owned(),
        Some(Location::Home(path) | Location::Absolute(path)) => {
            path.rsplit('/').next().unwrap_or("").to_owned()
        }
        _ => String::new(),
    };
    match name.rsplit('.').next() {
        Some("bash" | "bashrc" | "bash_profile" | "bats" | "envrc") => (Dialect::Bash, None),
        Some("zsh" | "zshrc" | "zshenv" | "zprofile") => (Dialect::Zsh, None),
        _ => (Dialect::Bash, Some(Dialect::Dash)),
    }
}

fn run(
    source: SourceId,
    sources: &mut Sources,
    context: &Context<'_>,
    dialect: Dialect,
    script: &crate::lang::shell::ast::Script,
) -> Lowered {
    let mut walk = Walk::new(context, sources);
    // What the text starts with is no act of the text; only variables that make programs act are told.
    let quiet = context.env.iter().filter(|(name, _)| !variable_acts(name));
    walk.applied.extend(quiet.cloned());
    let input = Stdin {
        origins: context.stdin.clone(),
        text: context.stdin_text.clone(),
        decoded: vec![],
        connected: !context.stdin.is_empty() || context.stdin_text.is_some(),
    };
    let stdin = walk.open(Channel::reading(input));
    let stdout = walk.open(Channel::captured());
    let stderr = walk.open(Channel::captured());
    let mut variables = BTreeMap::new();
    for (name, value) in &context.env {
        let mut variable = Variable::scalar(value.clone());
        variable.exported = true;
        variables.insert(name.clone(), variable);
    }
    let script_word = match &context.script {
        Some(at) => walk.location_word(at),
        None => Word::known("sh"),
    };
    let mut state = State {
        dialect,
        source,
        variables: Rc::new(variables),
        functions: Rc::default(),
        aliases: BTreeMap::new(),
        hashed: BTreeMap::new(),
        script: script_word,
        positional: context.argv.clone(),
        positional_open: context.argv.is_empty(),
        cwd: context.cwd.clone(),
        cwd_before: Location::Unknown,
        folders: vec![],
        fds: BTreeMap::from([(0, stdin), (1, stdout), (2, stderr)]),
        gates: vec![],
        gone: std::collections::BTreeSet::new(),
        options: Options::default(),
        traps: vec![],
        locals: vec![],
        next: Next::Go,
        status: None,
        tainted: false,
        by: None,
        kept: false,
    };
    if let Some(Location::Tree(path)) = &context.script {
        walk.running.push(path.as_str().to_owned());
    }
    walk.run_script_tree(&mut state, source, script);
    walk.run_traps(&mut state, 0);
    let mut output = walk.channels[stdout].origins.clone();
    super::channel::add_origins(&mut output, &walk.channels[stderr].origins);
    walk.out.output = output;
    let text = &walk.channels[stdout].text;
    walk.out.output_text = (!text.has_unknown()).then(|| text.clone());
    super::prune::prune(&mut walk.out, &walk.provisional);
    walk.out
}

/// Adds what a second shell would do, where that differs.
fn add(out: &mut Lowered, mut more: Lowered) {
    let lines = |all: &Lowered| -> Vec<_> {
        all.iter()
            .map(|(id, effect)| (all.describe_effect(id), effect.place.span))
            .collect()
    };
    let known = lines(out);
    let news = lines(&more).iter().any(|line| !known.contains(line));
    for gap in more.coverage.gaps.drain(..) {
        out.coverage.note(gap.place, gap.reason, gap.detail);
    }
    if !news {
        return;
    }
    let base = u32::try_from(out.effects.len()).unwrap_or(u32::MAX);
    super::prune::renumber(&mut more, |EffectId(n)| Some(EffectId(n + base)));
    out.effects.extend(more.effects);
    for flow in more.flows {
        if !out.flows.contains(&flow) {
            out.flows.push(flow);
        }
    }
    out.references.extend(more.references);
    super::channel::add_origins(&mut out.output, &more.output);
    if out.output_text != more.output_text {
        out.output_text = None;
    }
}
