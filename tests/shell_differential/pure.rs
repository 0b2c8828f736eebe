//! What the evaluator computes without a state: braces, patterns, splitting, sums.

use crate::eval::{Char, Result, Unsupported};
use claude_guard::lang::shell::ast::*;

pub fn sum(tokens: &[(i64, char)], at: &mut usize, depth: usize) -> Result<i64> {
    let mut value = product(tokens, at, depth)?;
    while tokens.get(*at).is_some_and(|token| token.1 == '+') {
        *at += 1;
        value = value
            .checked_add(product(tokens, at, depth)?)
            .ok_or(Unsupported)?;
    }
    Ok(value)
}

fn product(tokens: &[(i64, char)], at: &mut usize, depth: usize) -> Result<i64> {
    let mut value = 1i64;
    loop {
        let factor = match tokens.get(*at) {
            Some((number, ' ')) => {
                *at += 1;
                *number
            }
            Some((_, '(')) if depth < 20 => {
                *at += 1;
                let inner = sum(tokens, at, depth + 1)?;
                if tokens.get(*at).map(|token| token.1) != Some(')') {
                    return Err(Unsupported);
                }
                *at += 1;
                inner
            }
            _ => return Err(Unsupported),
        };
        value = value.checked_mul(factor).ok_or(Unsupported)?;
        if tokens.get(*at).map(|token| token.1) != Some('*') {
            return Ok(value);
        }
        *at += 1;
    }
}

/// `${x[@]}`.
pub fn is_all(parameter: &Parameter) -> bool {
    let all = |index: &Word| index.parts == [Part::Literal("@".to_owned())];
    parameter.op == ParameterOp::Plain && parameter.index.as_ref().is_some_and(all)
}

/// Adds an unquoted expansion to the fields.
pub fn push_split(value: &[Char], split: bool, fields: &mut Vec<Vec<Char>>, open: &mut Option<Vec<Char>>) {
    for (character, quoted) in value {
        if split && !quoted && matches!(character, ' ' | '\t' | '\n') {
            fields.extend(open.take());
        } else {
            open.get_or_insert_default().push((*character, *quoted));
        }
    }
}

/// All words that the braces of `parts` make.
pub fn braces(parts: &[Part]) -> Result<Vec<Vec<Part>>> {
    let mut words: Vec<Vec<Part>> = vec![vec![]];
    for part in parts {
        let alternatives: Vec<Vec<Part>> = match part {
            Part::Brace(Brace::List(alternatives)) => {
                let mut all = vec![];
                for alternative in alternatives {
                    all.extend(braces(&alternative.parts)?);
                }
                all
            }
            Part::Brace(Brace::Range(first, last, None)) => range(first, last)?
                .into_iter()
                .map(|text| vec![Part::Literal(text)])
                .collect(),
            Part::Brace(_) => return Err(Unsupported),
            part => vec![vec![part.clone()]],
        };
        words = words
            .iter()
            .flat_map(|word| {
                alternatives
                    .iter()
                    .map(|more| [word.as_slice(), more.as_slice()].concat())
            })
            .collect();
        if words.len() > 500 {
            return Err(Unsupported);
        }
    }
    Ok(words)
}

fn range(first: &str, last: &str) -> Result<Vec<String>> {
    if let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) {
        if first.to_string().len() != 1 || last.to_string().len() != 1 || first > last {
            return Err(Unsupported);
        }
        return Ok((first..=last).map(|number| number.to_string()).collect());
    }
    match (first.as_bytes(), last.as_bytes()) {
        ([first @ b'a'..=b'z'], [last @ b'a'..=b'z']) if first <= last => Ok((*first..=*last)
            .map(|letter| char::from(letter).to_string())
            .collect()),
        _ => Err(Unsupported),
    }
}

/// Where the shortest or longest match at one end of `text` stops.
pub fn cut(pattern: &[Char], text: &[char], longest: bool, start: bool) -> Result<usize> {
    let mut ends: Vec<usize> = (0..=text.len()).collect();
    if longest == start {
        ends.reverse();
    }
    for end in ends {
        let part = if start { &text[..end] } else { &text[end..] };
        if matches(pattern, part)? {
            return Ok(end);
        }
    }
    Ok(if start { 0 } else { text.len() })
}

/// Whether a pattern of `*`, `?` and plain characters matches all of `text`.
pub fn matches(pattern: &[Char], text: &[char]) -> Result<bool> {
    let Some(((character, quoted), rest)) = pattern.split_first() else {
        return Ok(text.is_empty());
    };
    match (character, quoted) {
        ('[' | '(' | '\\', false) => Err(Unsupported),
        ('*', false) => {
            for skip in 0..=text.len() {
                if matches(rest, &text[skip..])? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        ('?', false) => Ok(!text.is_empty() && matches(rest, &text[1..])?),
        _ => Ok(text.first() == Some(character) && matches(rest, &text[1..])?),
    }
}
