//! `case`.

use super::pattern::Pattern;
use super::state::{Next, State, choices};
use super::walk::Walk;
use crate::lang::shell::ast::{self, Arm, ArmEnd};
use crate::model::effect::Gate;
use crate::model::{Piece, Unknown, Why, Word};

impl Walk<'_> {
    /// Runs the arms that the subject may match.
    pub fn case(&mut self, state: &mut State, word: &ast::Word, arms: &[Arm]) {
        let subject = self.word(state, word);
        let variable = super::compound::plain_variable(word);
        let inherited = match subject.pieces.as_slice() {
            [
                Piece::Unknown(Unknown {
                    why: Why::Variable(name),
                    ..
                }),
            ] => Some(name.clone()),
            _ => None,
        };
        let texts = choices(&subject).filter(|_| !state.tainted && inherited.is_none());
        let before = state.clone();
        let mut joined: Option<State> = None;
        let mut fall: Option<State> = None;
        let mut seen: Vec<String> = vec![];
        let mut certain = false;
        let (mut ended, mut alive) = (false, vec![]);
        for arm in arms {
            let patterns: Vec<Option<String>> = arm.patterns.iter().map(|p| self.pattern(state, p)).collect();
            let matched = matches(&patterns, texts.as_deref());
            let mut branch = match (&matched, fall.take()) {
                (Match::No, Some(fallen)) => fallen,
                (Match::No, None) => continue,
                (_, _) => before.clone(),
            };
            if let [Some(pattern)] = patterns.as_slice() {
                let plain = !super::pattern::is_pattern(pattern);
                if let (Some(name), true) = (&inherited, plain) {
                    Self::gate(&mut branch, gate(name, pattern, true));
                } else if let (Some(name), true, None) = (&variable, plain, &texts) {
                    branch.set(name, Word::known(pattern));
                }
            }
            if let (Some(name), true) = (&inherited, patterns.iter().flatten().any(|p| p == "*")) {
                for text in &seen {
                    Self::gate(&mut branch, gate(name, text, false));
                }
            }
            seen.extend(
                patterns
                    .into_iter()
                    .flatten()
                    .filter(|p| !super::pattern::is_pattern(p)),
            );
            self.list(&mut branch, &arm.body);
            if matches!(branch.next, Next::Exit | Next::Return) {
                ended = true;
            } else {
                alive.push(std::mem::replace(&mut branch.gates, before.gates.clone()));
            }
            match arm.end {
                ArmEnd::Fall if branch.next == Next::Go => fall = Some(branch.clone()),
                _ => {}
            }
            match &mut joined {
                Some(all) => all.join(branch),
                None => joined = Some(branch),
            }
            if matched == Match::Yes && arm.end == ArmEnd::Break {
                certain = true;
                break;
            }
        }
        let only = match alive.as_slice() {
            [gates] if ended && certain => Some(gates.clone()),
            _ => None,
        };
        match joined {
            Some(all) if certain => *state = all,
            Some(all) => state.join(all),
            None => {}
        }
        if let Some(gates) = only {
            state.gates = gates;
        }
        state.status = None;
    }
}

#[derive(PartialEq)]
enum Match {
    Yes,
    Maybe,
    No,
}

fn matches(patterns: &[Option<String>], texts: Option<&[String]>) -> Match {
    let all = patterns.iter().flatten().any(|p| p == "*");
    let Some(texts) = texts else {
        return if all { Match::Yes } else { Match::Maybe };
    };
    let unknown = patterns.iter().any(Option::is_none);
    let compiled: Vec<Pattern> = patterns.iter().flatten().map(|p| Pattern::new(p)).collect();
    let hits = texts
        .iter()
        .filter(|text| compiled.iter().any(|pattern| pattern.matches(text)))
        .count();
    match hits {
        0 if unknown => Match::Maybe,
        0 => Match::No,
        n if n == texts.len() => Match::Yes,
        _ => Match::Maybe,
    }
}

fn gate(name: &str, pattern: &str, holds: bool) -> Gate {
    Gate {
        variable: name.to_owned(),
        value: (!pattern.is_empty()).then(|| pattern.to_owned()),
        // An empty pattern is: not set.
        holds: if pattern.is_empty() { !holds } else { holds },
    }
}
