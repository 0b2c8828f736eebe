//! Brace expansion.

use super::state::State;
use super::walk::Walk;
use crate::lang::shell::ast::{self, Dialect, Part};
use crate::model::GapReason;

impl Walk<'_> {
    /// The words that brace expansion makes of one.
    pub fn braces(&mut self, state: &State, word: &ast::Word) -> Vec<ast::Word> {
        if state.dialect == Dialect::Dash {
            return vec![word.clone()];
        }
        let mut done: Vec<ast::Word> = vec![];
        let mut open = vec![word.clone()];
        while let Some(next) = open.pop() {
            let Some(i) = next.parts.iter().position(|part| matches!(part, Part::Brace(_))) else {
                done.push(next);
                continue;
            };
            if open.len() + done.len() > 1024 {
                self.gap(
                    state,
                    word.span,
                    GapReason::Limit,
                    "braces expand to too many words",
                );
                break;
            }
            let Part::Brace(brace) = &next.parts[i] else {
                continue;
            };
            // Pushed in reverse, since the stack gives the last one first.
            for parts in alternatives(brace).into_iter().rev() {
                let mut all = next.parts[..i].to_vec();
                all.extend(parts);
                all.extend_from_slice(&next.parts[i + 1..]);
                open.push(ast::Word {
                    parts: all,
                    span: next.span,
                });
            }
        }
        done
    }
}

/// The alternatives of a brace expansion, as parts.
fn alternatives(brace: &ast::Brace) -> Vec<Vec<Part>> {
    match brace {
        ast::Brace::List(words) => words.iter().map(|word| word.parts.clone()).collect(),
        ast::Brace::Range(start, end, step) => range(start, end, step.as_deref())
            .into_iter()
            .map(|text| vec![Part::Literal(text)])
            .collect(),
    }
}

/// The members of `{a..b..step}`, at most 512.
fn range(start: &str, end: &str, step: Option<&str>) -> Vec<String> {
    let step = step
        .and_then(|s| s.parse::<i64>().ok())
        .map_or(1, |s| s.unsigned_abs().max(1));
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let walk = |a: i64, b: i64| -> Vec<i64> {
        let mut out = vec![];
        let mut at = a;
        while out.len() < 512 && ((a <= b && at <= b) || (a > b && at >= b)) {
            out.push(at);
            at = if a <= b {
                at.saturating_add(step)
            } else {
                at.saturating_sub(step)
            };
        }
        out
    };
    if let (Ok(a), Ok(b)) = (start.parse::<i64>(), end.parse::<i64>()) {
        let padded = |text: &str| {
            text.trim_start_matches('-').starts_with('0') && text.trim_start_matches('-').len() > 1
        };
        let width = if padded(start) || padded(end) {
            start.len().max(end.len())
        } else {
            0
        };
        return walk(a, b).into_iter().map(|n| format!("{n:0width$}")).collect();
    }
    let mut chars = (start.chars(), end.chars());
    if let (Some(a), None, Some(b), None) = (chars.0.next(), chars.0.next(), chars.1.next(), chars.1.next()) {
        return walk(i64::from(u32::from(a)), i64::from(u32::from(b)))
            .into_iter()
            .filter_map(|n| u32::try_from(n).ok().and_then(char::from_u32))
            .map(String::from)
            .collect();
    }
    vec![format!("{{{start}..{end}}}")]
}

pub(super) fn brace_text(brace: &ast::Brace) -> String {
    let word_text = |word: &ast::Word| -> String {
        word.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) | Part::Quoted { text, .. } | Part::Glob(text) => text.as_str(),
                _ => "",
            })
            .collect()
    };
    match brace {
        ast::Brace::List(words) => {
            let all: Vec<String> = words.iter().map(word_text).collect();
            format!("{{{}}}", all.join(","))
        }
        ast::Brace::Range(start, end, None) => format!("{{{start}..{end}}}"),
        ast::Brace::Range(start, end, Some(step)) => format!("{{{start}..{end}..{step}}}"),
    }
}
