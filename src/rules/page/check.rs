//! What the types of a page cannot refuse. Compiled into the build script too.

use super::form::{Clause, Condition, EffectTest, FlowTest, FromTest, Front, InstructTest, PathTest};
use super::text::Problem;

/// The names a page may use besides the model's own.
#[derive(Debug, Default)]
pub struct Known {
    /// Named predicates.
    pub predicates: Vec<String>,
    /// Classes of paths.
    pub paths: Vec<String>,
    /// Classes of variable names.
    pub variables: Vec<String>,
    /// Acts that a text asks for (`lang/prose`).
    pub acts: Vec<String>,
}

/// Checks the front matter of the page that lies in a file called `stem`.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn check(front: &Front, stem: &str, known: &Known) -> Result<(), Problem> {
    let refuse = |text: String| Err(Problem::new(0, text));
    if front.id != stem {
        return refuse(format!(
            "the id `{}` differs from the file name `{stem}.md`",
            front.id
        ));
    }
    if front.id.is_empty()
        || !front
            .id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return refuse(format!("the id `{}` is not in kebab-case", front.id));
    }
    if front.title.trim().is_empty() || front.message.trim().is_empty() {
        return refuse("title and message must say something".to_owned());
    }
    if front.clauses.is_empty() {
        return refuse("`match` is empty".to_owned());
    }
    for clause in &front.clauses {
        self::clause(clause, known)?;
        for message in clause.message.iter().chain([&front.message]) {
            placeholders(message)?;
        }
    }
    Ok(())
}

fn clause(clause: &Clause, known: &Known) -> Result<(), Problem> {
    let subjects = usize::from(clause.effect.is_some())
        + usize::from(clause.flow.is_some())
        + usize::from(!clause.observation.is_empty())
        + usize::from(!clause.gap.is_empty());
    if subjects > 1 {
        return Err(Problem::new(
            0,
            "a clause is about one of `effect`, `flow`, `observation`, `gap`",
        ));
    }
    if subjects == 0 && clause.trigger.is_none() {
        return Err(Problem::new(
            0,
            "a clause says none of `trigger`, `effect`, `flow`, `observation`, `gap`",
        ));
    }
    if !clause.observation.is_empty() && clause.trigger.is_some() {
        return Err(Problem::new(0, "an `observation` clause has no `trigger`"));
    }
    predicates(&clause.predicate, known)?;
    clause.effect.iter().try_for_each(|e| effect(e, known))?;
    clause.flow.iter().try_for_each(|f| flow(f, known))?;
    for condition in clause.with.iter().chain(&clause.unless).chain(&clause.elsewhere) {
        self::condition(condition, known)?;
    }
    Ok(())
}

fn condition(condition: &Condition, known: &Known) -> Result<(), Problem> {
    predicates(&condition.predicate, known)?;
    condition.effect.iter().try_for_each(|e| effect(e, known))?;
    condition.flow.iter().try_for_each(|f| flow(f, known))
}

fn effect(test: &EffectTest, known: &Known) -> Result<(), Problem> {
    let kinds = [
        test.exec.is_some(),
        test.read.is_some(),
        test.write.is_some(),
        test.connect.is_some(),
        test.env.is_some(),
        test.setting.is_some(),
        test.instruct.is_some(),
        test.query.is_some(),
    ];
    if kinds.iter().filter(|k| **k).count() != 1 {
        return Err(Problem::new(
            0,
            "an effect is exactly one of exec, read, write, connect, env, setting, instruct, query",
        ));
    }
    let paths = [
        test.read.as_ref(),
        test.write.as_ref().and_then(|w| w.path.as_ref()),
        test.exec.as_ref().and_then(|e| e.at.as_ref()),
        test.env
            .as_ref()
            .and_then(|e| e.value.as_ref())
            .and_then(|v| v.path.as_ref()),
        test.setting
            .as_ref()
            .and_then(|s| s.value.as_ref())
            .and_then(|v| v.path.as_ref()),
    ];
    paths.into_iter().flatten().try_for_each(|p| path(p, known))?;
    test.instruct.iter().try_for_each(|i| acts(i, known))?;
    let classes = test.env.as_ref().map_or(&[][..], |e| &e.class);
    classes.iter().try_for_each(|c| variable(c, known))
}

fn acts(test: &InstructTest, known: &Known) -> Result<(), Problem> {
    for act in test.says.iter().chain(&test.says_any).chain(&test.not_says) {
        if !known.acts.contains(act) {
            let text = format!("no act of a text is called `{act}`; there are {:?}", known.acts);
            return Err(Problem::new(0, text));
        }
    }
    if test.says.is_empty() && !(test.says_any.is_empty() && test.not_says.is_empty() && test.host.is_empty())
    {
        return Err(Problem::new(
            0,
            "`says-any`, `not-says` and `host` go with `says`",
        ));
    }
    Ok(())
}

fn flow(test: &FlowTest, known: &Known) -> Result<(), Problem> {
    if test.from.is_empty() {
        return Err(Problem::new(0, "a flow says where the bytes come `from`"));
    }
    if test.as_code && test.to.exec.is_none() {
        return Err(Problem::new(0, "`as-code` goes with `to: {exec: …}`"));
    }
    test.from.iter().try_for_each(|f| from(f, known))?;
    effect(&test.to, known)
}

fn from(test: &FromTest, known: &Known) -> Result<(), Problem> {
    let kinds = [
        test.read.is_some(),
        test.connect.is_some(),
        test.env.is_some(),
        test.exec.is_some(),
        test.query.is_some(),
        !test.encoded.is_empty(),
        test.payload,
    ];
    if kinds.iter().filter(|k| **k).count() != 1 {
        return Err(Problem::new(
            0,
            "an item of `from` is exactly one of read, connect, env, exec, query, encoded, payload",
        ));
    }
    test.read.iter().try_for_each(|p| path(p, known))?;
    let classes = test.env.as_ref().map_or(&[][..], |e| &e.class);
    classes.iter().try_for_each(|c| variable(c, known))
}

fn path(test: &PathTest, known: &Known) -> Result<(), Problem> {
    for class in test.class.iter().chain(&test.not_class) {
        if !known.paths.contains(class) {
            return Err(Problem::new(
                0,
                format!(
                    "no class of paths is called `{class}`; there are {:?}",
                    known.paths
                ),
            ));
        }
    }
    Ok(())
}

fn variable(class: &String, known: &Known) -> Result<(), Problem> {
    if known.variables.contains(class) {
        return Ok(());
    }
    let text = format!(
        "no class of variables is called `{class}`; there are {:?}",
        known.variables
    );
    Err(Problem::new(0, text))
}

fn predicates(names: &[String], known: &Known) -> Result<(), Problem> {
    for name in names {
        if !known
            .predicates
            .iter()
            .any(|known| known == name.trim_start_matches('!'))
        {
            let text = format!(
                "no predicate is called `{name}`; there are {:?}",
                known.predicates
            );
            return Err(Problem::new(0, text));
        }
    }
    Ok(())
}

/// What a message may name, in braces.
pub const PLACEHOLDERS: [&str; 12] = [
    "trigger", "what", "host", "path", "program", "variable", "value", "switch", "package", "source",
    "target", "detail",
];

fn placeholders(message: &str) -> Result<(), Problem> {
    let mut rest = message;
    while let Some(start) = rest.find('{') {
        let Some(end) = rest[start..].find('}') else {
            return Err(Problem::new(0, format!("`{message}` has a `{{` without `}}`")));
        };
        let name = &rest[start + 1..start + end];
        if !PLACEHOLDERS.contains(&name) {
            let text = format!("`{{{name}}}` in a message is not known; there are {PLACEHOLDERS:?}");
            return Err(Problem::new(0, text));
        }
        rest = &rest[start + end + 1..];
    }
    Ok(())
}
