//! The tests of a page against a [`Case`].

use super::case::{Case, Start, Way};
use super::classes::{path_matches, path_text, value_path};
use super::page::form::{
    Clause, Condition, ConnectTest, EffectTest, EnvTest, ExecTest, FlowTest, FromTest, HostClass,
    PackageTest, PathTest, QueryTest, Region, SettingTest, TriggerTest, ValueTest, WriteTest,
};
use super::{code, hosts, predicates, text, wild};
use crate::model::effect::{Connect, Exec, Package, Traffic};
use crate::model::{EffectId, EffectKind, Location, Nature, PathOperand, Place, Trigger, Word};

/// What a clause found in one trigger.
#[derive(Debug, Clone, Default)]
pub struct Match {
    /// The effect it is about.
    pub effect: Option<EffectId>,
    /// Where the bytes come from, for a flow.
    pub start: Option<Start>,
    /// What predicates have to say.
    pub detail: Option<String>,
    /// A narrower place than the effect's: the sentence of a text.
    pub place: Option<Place>,
}

/// What a predicate looks at.
pub struct Subject<'a> {
    /// The trigger.
    pub case: &'a Case<'a>,
    /// All triggers of the scan.
    pub all: &'a [Case<'a>],
    /// The effect matched so far.
    pub effect: Option<EffectId>,
    /// Where the bytes come from, for a flow.
    pub start: Option<Start>,
}

/// What `clause` finds in `case`. `all` are the triggers of the whole scan.
#[must_use]
pub fn clause(clause: &Clause, case: &Case<'_>, all: &[Case<'_>]) -> Vec<Match> {
    if clause.trigger.as_ref().is_some_and(|t| !trigger(t, case.trigger)) {
        return vec![];
    }
    let mut found = match clause.gap.is_empty() {
        true => candidates(clause.effect.as_ref(), clause.flow.as_ref(), case),
        false => gaps(clause, case),
    };
    found.retain_mut(|m| holds(&clause.predicate, m, case, all));
    if found.is_empty() {
        return vec![];
    }
    let here = clause.with.iter().all(|c| condition(c, case, all));
    if here
        && !clause.unless.iter().any(|c| condition(c, case, all))
        && clause
            .elsewhere
            .iter()
            .all(|c| all.iter().any(|other| condition(c, other, all)))
    {
        return found;
    }
    vec![]
}

fn gaps(clause: &Clause, case: &Case<'_>) -> Vec<Match> {
    let gaps = case.trigger.lowered.coverage.gaps.iter();
    gaps.filter(|gap| clause.gap.contains(&gap.reason) && wild::test(&clause.detail, &gap.detail))
        .map(|gap| Match {
            place: Some(gap.place),
            detail: Some(gap.detail.clone()),
            ..Match::default()
        })
        .collect()
}

fn condition(test: &Condition, case: &Case<'_>, all: &[Case<'_>]) -> bool {
    if test.trigger.as_ref().is_some_and(|t| !trigger(t, case.trigger)) {
        return false;
    }
    let found = candidates(test.effect.as_ref(), test.flow.as_ref(), case);
    found
        .into_iter()
        .any(|mut m| holds(&test.predicate, &mut m, case, all))
}

fn candidates(effect_test: Option<&EffectTest>, flow_test: Option<&FlowTest>, case: &Case<'_>) -> Vec<Match> {
    match (effect_test, flow_test) {
        (Some(test), _) => {
            let ids = case.trigger.lowered.iter().map(|(id, _)| id);
            let whole = |id| Match {
                effect: Some(id),
                ..Match::default()
            };
            ids.filter(|id| effect(test, *id, case))
                .flat_map(|id| match &test.instruct {
                    Some(test) if !test.says.is_empty() => text::orders(test, id, case),
                    _ => vec![whole(id)],
                })
                .collect()
        }
        (None, Some(test)) => flow(test, case),
        (None, None) => vec![Match::default()],
    }
}

fn holds(names: &[String], found: &mut Match, case: &Case<'_>, all: &[Case<'_>]) -> bool {
    for name in names {
        let subject = Subject {
            case,
            all,
            effect: found.effect,
            start: found.start,
        };
        let (name, turned) = name
            .strip_prefix('!')
            .map_or((name.as_str(), false), |name| (name, true));
        match predicates::by_name(name).and_then(|predicate| predicate(&subject)) {
            None if turned => {}
            Some(_) if turned => return false,
            Some(detail) if detail.is_empty() => {}
            Some(detail) => found.detail = Some(detail),
            None => return false,
        }
    }
    true
}

fn flow(test: &FlowTest, case: &Case<'_>) -> Vec<Match> {
    let mut found = vec![];
    let ids = case.trigger.lowered.iter().map(|(id, _)| id);
    for to in ids.filter(|id| receives(&test.to, *id, case)) {
        let fits = |way: &Way| {
            (!test.as_code || way.as_code)
                && test.decoded.is_none_or(|d| d == way.decoded)
                && test.from.iter().any(|f| from(f, way, case))
        };
        if let Some(way) = case.ways(to).iter().find(|way| fits(way)) {
            found.push(Match {
                effect: Some(to),
                start: Some(way.start),
                ..Match::default()
            });
        }
    }
    found
}

/// Whether the effect is one that `test` wants bytes to reach. What flows into a request that only
/// fetches goes out in its address or its headers: it is sent.
/// What a package manager fetches by its nature is asked for by name only.
fn receives(test: &EffectTest, id: EffectId, case: &Case<'_>) -> bool {
    let implied = case.trigger.lowered.get(id).nature == Nature::Implied;
    if implied && matches!(case.kind(id), EffectKind::Connect(fetch) if fetch.traffic == Traffic::Fetch) {
        return false;
    }
    if effect(test, id, case) {
        return true;
    }
    match (&test.connect, case.kind(id)) {
        (Some(test), EffectKind::Connect(fetch)) if fetch.traffic == Traffic::Fetch => {
            let sends = Connect {
                traffic: Traffic::Both,
                ..fetch.clone()
            };
            connect(test, &sends, case)
        }
        _ => false,
    }
}

fn from(test: &FromTest, way: &Way, case: &Case<'_>) -> bool {
    match way.start {
        Start::Payload => test.payload,
        Start::Encoded(scheme) => test.encoded.contains(&scheme),
        Start::Effect(id) => match case.kind(id) {
            EffectKind::Read { path: p } => test.read.as_ref().is_some_and(|t| path(t, p, case)),
            EffectKind::Connect(c) => test.connect.as_ref().is_some_and(|t| connect(t, c, case)),
            EffectKind::Env { .. } => test.env.as_ref().is_some_and(|t| env(t, case.kind(id), case)),
            EffectKind::Exec(e) => test.exec.as_ref().is_some_and(|t| exec(t, e, case)),
            EffectKind::Query { .. } => test.query.as_ref().is_some_and(|t| query(t, case.kind(id))),
            _ => false,
        },
    }
}

/// Whether the trigger meets the test.
#[must_use]
pub fn trigger(test: &TriggerTest, trigger: &Trigger) -> bool {
    any_of(&test.class, &trigger.class)
        && !test.not_class.contains(&trigger.class)
        && any_of(&test.when, &trigger.when)
        && !test.not_when.contains(&trigger.when)
        && any_of(&test.who, &trigger.who)
        && wild::test_by(&test.path, |p| path_matches(p, trigger.path.as_str()))
        && wild::test(&test.pointer, &trigger.pointer)
        && test
            .attributes
            .iter()
            .all(|(name, t)| wild::test(t, trigger.attribute(name).unwrap_or("")))
}

/// Whether the effect meets the test.
#[must_use]
pub fn effect(test: &EffectTest, id: EffectId, case: &Case<'_>) -> bool {
    match case.kind(id) {
        EffectKind::Exec(e) => test.exec.as_ref().is_some_and(|t| exec(t, e, case)),
        EffectKind::Read { path: p } => test.read.as_ref().is_some_and(|t| path(t, p, case)),
        EffectKind::Write { path: p, act } => {
            test.write
                .as_ref()
                .is_some_and(|WriteTest { path: t, act: acts }| {
                    t.as_ref().is_none_or(|t| path(t, p, case)) && any_of(acts, act)
                })
        }
        EffectKind::Connect(c) => test.connect.as_ref().is_some_and(|t| connect(t, c, case)),
        kind @ EffectKind::Env { .. } => test.env.as_ref().is_some_and(|t| env(t, kind, case)),
        kind @ EffectKind::Setting { .. } => test.setting.as_ref().is_some_and(|t| setting(t, kind, case)),
        EffectKind::Instruct { visibility, .. } => test
            .instruct
            .as_ref()
            .is_some_and(|t| any_of(&t.visibility, visibility)),
        kind @ EffectKind::Query { .. } => test.query.as_ref().is_some_and(|t| query(t, kind)),
    }
}

fn exec(test: &ExecTest, exec: &Exec, case: &Case<'_>) -> bool {
    wild::test(&test.program, &code::base_name(&exec.program))
        && (test.argument.is_empty() || exec.argv.iter().any(|w| wild::test(&test.argument, &w.display())))
        && any_of(&test.how, &exec.how)
        && test.understood.is_none_or(|u| u == exec.understood)
        && test.followed.is_none_or(|f| f == exec.followed)
        && test.at.as_ref().is_none_or(|t| program_at(t, exec, case))
        && test
            .package
            .as_ref()
            .is_none_or(|t| exec.package.as_ref().is_some_and(|p| package(t, p)))
}

/// A program named as a path, or one that is decided at run time.
fn program_at(test: &PathTest, exec: &Exec, case: &Case<'_>) -> bool {
    let named = exec.program.display();
    if exec.program.as_known().is_some() && !named.contains('/') {
        return false;
    }
    let root = crate::model::RepoPath::root();
    let at = Location::resolve(&exec.program, &Location::Tree(root.clone()), &root);
    let operand = PathOperand {
        written: exec.program.clone(),
        at,
    };
    path(test, &operand, case)
}

fn package(test: &PackageTest, package: &Package) -> bool {
    wild::test(&test.ecosystem, &package.ecosystem)
        && wild::test(&test.name, &package.name)
        && test.pinned.is_none_or(|p| p == package.pinned)
        && test
            .foreign_registry
            .is_none_or(|f| f == package.registry.is_some())
}

/// Whether the path meets the test.
#[must_use]
pub fn path(test: &PathTest, path: &PathOperand, case: &Case<'_>) -> bool {
    if !test.at.is_empty() && !test.at.contains(&region(&path.at)) {
        return false;
    }
    let has = |class: &String| case.classes.has_path(class, path);
    (test.class.is_empty() || test.class.iter().any(has))
        && !test.not_class.iter().any(has)
        && (test.glob.is_empty() || {
            let text = path_text(path);
            wild::test_by(&test.glob, |p| path_matches(p, &text))
        })
}

fn region(location: &Location) -> Region {
    match location {
        Location::Tree(_) => Region::Tree,
        Location::Home(_) => Region::Home,
        Location::Temp(_) => Region::Temp,
        Location::Absolute(_) => Region::Absolute,
        Location::Above(_) => Region::Above,
        Location::Unknown => Region::Unknown,
    }
}

fn connect(test: &ConnectTest, connect: &Connect, case: &Case<'_>) -> bool {
    let traffic = test.traffic.is_empty()
        || test.traffic.contains(&connect.traffic)
        || connect.traffic == Traffic::Both
            && (test.traffic.contains(&Traffic::Fetch) || test.traffic.contains(&Traffic::Send));
    traffic
        && (test.host.is_empty() || test.host.contains(&hosts::of_connect(connect, case)))
        && wild::test(&test.host_name, &connect.host.display())
        && wild::test(&test.scheme, connect.scheme.as_deref().unwrap_or(""))
}

fn env(test: &EnvTest, kind: &EffectKind, case: &Case<'_>) -> bool {
    let EffectKind::Env {
        name,
        value,
        act,
        reach,
    } = kind
    else {
        return false;
    };
    let text = name.display();
    let named = if text == "*" {
        test.whole || test.class.is_empty() && test.name.is_empty()
    } else {
        let nothing = test.class.is_empty() && test.name.is_empty() && !test.whole;
        nothing
            || test.class.iter().any(|c| case.classes.has_variable(c, &text))
            || !test.name.is_empty() && wild::test(&test.name, &text)
    };
    named
        && any_of(&test.act, act)
        && any_of(&test.reach, reach)
        && test
            .value
            .as_ref()
            .is_none_or(|t| value.as_ref().is_some_and(|v| self::value(t, v, case)))
}

/// Whether the value meets the test.
#[must_use]
pub fn value(test: &ValueTest, value: &Word, case: &Case<'_>) -> bool {
    wild::test(&test.text, &value.display())
        && (test.host.is_empty()
            || match hosts::of_value(value) {
                Some((_, class)) => test.host.contains(&class),
                None => value.has_unknown() && test.host.contains(&HostClass::Unknown),
            })
        && test
            .path
            .as_ref()
            .is_none_or(|t| path(t, &value_operand(value), case))
}

/// A value read as a path from the root of the tree.
fn value_operand(value: &Word) -> PathOperand {
    let root = crate::model::RepoPath::root();
    let at = match value.as_known().map(value_path) {
        Some(text) => match text.strip_prefix("~/") {
            Some(rest) => Location::Home(rest.to_owned()),
            None => Location::Tree(root).join(&text),
        },
        None => Location::resolve(value, &Location::Tree(root.clone()), &root),
    };
    PathOperand {
        written: value.clone(),
        at,
    }
}

fn setting(test: &SettingTest, kind: &EffectKind, case: &Case<'_>) -> bool {
    let EffectKind::Setting {
        switch,
        value,
        class,
        turn,
    } = kind
    else {
        return false;
    };
    wild::test(&test.switch, switch)
        && any_of(&test.class, class)
        && any_of(&test.turn, turn)
        && test.value.as_ref().is_none_or(|t| self::value(t, value, case))
}

fn query(test: &QueryTest, kind: &EffectKind) -> bool {
    matches!(kind, EffectKind::Query { dialect, class, .. }
        if wild::test(&test.dialect, dialect) && any_of(&test.class, class))
}

fn any_of<T: PartialEq>(wanted: &[T], is: &T) -> bool {
    wanted.is_empty() || wanted.contains(is)
}
