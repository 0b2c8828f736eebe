//! Parameter expansion: `$x`, `${x…}`.

use super::expand::{Segment, join, of_word};
use super::pattern::Pattern;
use super::state::{State, Value, choices, join_words};
use super::substring::change_case;
use super::value::{Found, Set};
use super::walk::Walk;
use crate::lang::shell::ast::{Dialect, Parameter, ParameterOp, ReplaceKind};
use crate::model::effect::Gate;
use crate::model::{Bound, GapReason, Piece, Span, Unknown, Why, Word};

impl Walk<'_> {
    /// The segments of a parameter expansion.
    pub fn parameter(&mut self, state: &mut State, parameter: &Parameter, quoted: bool) -> Vec<Segment> {
        let found = self.base(state, parameter);
        let found = self.applied(state, parameter, found);
        let whole = quoted || state.dialect == Dialect::Zsh && found.list.is_none();
        match found.list {
            None => {
                let word = found.words.into_iter().next().unwrap_or_default();
                let mut out = of_word(&word, whole);
                if whole && out.is_empty() {
                    out.push(Segment::quoted(""));
                }
                out
            }
            Some(true) if quoted => {
                let separators = self.separators(state);
                let separator: String = match state.scalar("IFS") {
                    Some(_) => separators.chars().next().map(String::from).unwrap_or_default(),
                    None => " ".to_owned(),
                };
                let mut segments = vec![Segment::quoted("")];
                for (i, word) in found.words.iter().enumerate() {
                    if i > 0 {
                        segments.push(Segment::Break);
                    }
                    segments.extend(of_word(word, true));
                }
                of_word(&join(segments, &separator, false), true)
            }
            Some(_) => {
                let mut out = vec![];
                for (i, word) in found.words.iter().enumerate() {
                    if i > 0 {
                        out.push(Segment::Break);
                    }
                    out.extend(of_word(word, quoted));
                    if quoted && word.is_empty() {
                        out.push(Segment::quoted(""));
                    }
                }
                out
            }
        }
    }

    /// The value before the operation.
    fn base(&mut self, state: &mut State, parameter: &Parameter) -> Found {
        let Some(index) = &parameter.index else {
            let found = self.lookup(state, &parameter.name, parameter.span);
            // zsh: a plain array name is all of its elements.
            if state.dialect == Dialect::Zsh
                && let Some(items) = items(state, &parameter.name)
            {
                return Found {
                    words: items,
                    list: Some(false),
                    set: Set::Yes,
                };
            }
            return found;
        };
        let key = self.word(state, index);
        match key.as_known() {
            Some(all @ ("@" | "*")) => match items(state, &parameter.name) {
                Some(words) => Found {
                    set: if words.is_empty() { Set::No } else { Set::Yes },
                    words,
                    list: Some(all == "*"),
                },
                None => {
                    let mut found = self.lookup(state, &parameter.name, parameter.span);
                    if found.set == Set::No {
                        found.words.clear();
                    }
                    found.list = Some(all == "*");
                    found
                }
            },
            _ => self.lookup_item(state, &parameter.name, &key, parameter.span),
        }
    }

    /// The value after the operation.
    fn applied(&mut self, state: &mut State, parameter: &Parameter, found: Found) -> Found {
        match &parameter.op {
            ParameterOp::Plain => found,
            ParameterOp::Length => Found::one(length(&found)),
            ParameterOp::Indirect => self.indirect(state, &found, parameter.span),
            ParameterOp::Through(op) => {
                let found = self.indirect(state, &found, parameter.span);
                let target = Parameter {
                    op: ParameterOp::clone(op),
                    ..parameter.clone()
                };
                self.applied(state, &target, found)
            }
            ParameterOp::Names => names(state, parameter),
            ParameterOp::Default { colon, word } => {
                self.default(state, found, *colon, word, parameter, false)
            }
            ParameterOp::Assign { colon, word } => self.default(state, found, *colon, word, parameter, true),
            ParameterOp::Error { word, .. } => {
                if found.set == Set::Inherited {
                    self.word(state, word);
                    Self::gate(
                        state,
                        Gate {
                            variable: parameter.name.clone(),
                            value: None,
                            holds: true,
                        },
                    );
                }
                found
            }
            ParameterOp::Alternative { colon, word } => {
                let filled = found
                    .words
                    .iter()
                    .any(|w| w.as_known().is_none_or(|t| !t.is_empty() || !colon));
                if found.set == Set::No || !filled {
                    return Found::unset();
                }
                let alternative = self.word(state, word);
                let certain = found.set == Set::Yes && found.words.iter().any(certainly_filled);
                if certain || alternative.as_known().is_none() {
                    Found::one(alternative)
                } else {
                    Found::one(join_words(&alternative, &Word::default()))
                }
            }
            ParameterOp::RemovePrefix { longest, pattern } => {
                let pattern = self.pattern(state, pattern);
                self.each(found, pattern, |pattern, text, word| {
                    edge(word, text, true, *longest, pattern)
                })
            }
            ParameterOp::RemoveSuffix { longest, pattern } => {
                let pattern = self.pattern(state, pattern);
                self.each(found, pattern, |pattern, text, word| {
                    edge(word, text, false, *longest, pattern)
                })
            }
            ParameterOp::Replace { kind, pattern, with } => {
                let pattern = self.pattern(state, pattern);
                let with = self.word(state, with);
                let limit = self.context.limits.text_bytes;
                self.each(found, pattern, |pattern, text, _| {
                    let with = with.as_known()?;
                    let text = text?;
                    if text.len().saturating_mul(with.len().max(1)) > limit {
                        return None;
                    }
                    let new = match kind {
                        ReplaceKind::First => pattern.replace(text, with, false),
                        ReplaceKind::All => pattern.replace(text, with, true),
                        ReplaceKind::Prefix => pattern.replace_edge(text, with, true),
                        ReplaceKind::Suffix => pattern.replace_edge(text, with, false),
                    };
                    Some(Word::known(new))
                })
            }
            ParameterOp::Substring { offset, length } => {
                let offset = self.word(state, offset);
                let offset = self.arithmetic(state, &offset);
                let length = length.as_ref().map(|word| {
                    let word = self.word(state, word);
                    self.arithmetic(state, &word)
                });
                self.slice(state, found, &parameter.name, &offset, length.as_ref())
            }
            ParameterOp::Case { upper, all, pattern } => {
                let pattern = match pattern {
                    Some(pattern) => self.pattern(state, pattern),
                    None => Some("?".to_owned()),
                };
                self.each(found, pattern, |pattern, text, _| {
                    Some(Word::known(change_case(text?, *upper, *all, pattern)))
                })
            }
            ParameterOp::Transform(letter) => self.transform(state, found, *letter, parameter.span),
            // dash calls it a bad substitution and ends.
            ParameterOp::Other(_) if state.dialect == Dialect::Dash => {
                state.next = super::state::Next::Exit;
                Found::unset()
            }
            ParameterOp::Other(_) => {
                self.gap(
                    state,
                    parameter.span,
                    GapReason::NotModelled,
                    "a form of expansion that is not followed",
                );
                let from = found.words.iter().flat_map(Word::origins).collect();
                Found::one(Word::unknown_from(Why::NotUnderstood, from))
            }
        }
    }

    fn default(
        &mut self,
        state: &mut State,
        found: Found,
        colon: bool,
        word: &crate::lang::shell::ast::Word,
        parameter: &Parameter,
        assign: bool,
    ) -> Found {
        let empty = found.words.iter().all(Word::is_empty);
        let result = match found.set {
            Set::Yes if !(colon && empty) => {
                let first = found.words.first().cloned().unwrap_or_default();
                let maybe_empty = colon && found.list.is_none() && !certainly_filled(&first);
                if !maybe_empty {
                    return found;
                }
                let default = self.word(state, word);
                match choices(&first) {
                    Some(texts) if texts.iter().all(|text| !text.is_empty()) => return found,
                    _ if default.is_empty() => return found,
                    _ => join_words(&first, &default),
                }
            }
            Set::Yes | Set::No => self.word(state, word),
            Set::Inherited => {
                let default = self.word(state, word);
                match (default.as_known(), found.words.first()) {
                    (Some(""), Some(_)) => return found,
                    (Some(text), Some(inherited)) => with_default(inherited, text),
                    _ => default,
                }
            }
        };
        if assign {
            state.set(&parameter.name, result.clone());
        }
        Found::one(result)
    }

    /// Applies `change` to each word: to its text where it is known, else to each text it may be.
    pub fn each(
        &mut self,
        found: Found,
        pattern: Option<String>,
        change: impl Fn(&Pattern, Option<&str>, &Word) -> Option<Word>,
    ) -> Found {
        let unknown = |word: &Word| Word::unknown_from(Why::NotUnderstood, word.origins());
        let Some(pattern) = pattern.map(|text| Pattern::new(&text)) else {
            return Found {
                words: found.words.iter().map(unknown).collect(),
                ..found
            };
        };
        let words = found.words.iter().map(|word| {
            let settled = super::expand::settle(word);
            if let Some(text) = settled.as_known() {
                let mut new = change(&pattern, Some(text), &settled).unwrap_or_else(|| unknown(word));
                super::channel::add_origins(&mut new.from, &settled.from);
                return new;
            }
            if let Some(texts) = choices(word) {
                let changed: Option<Vec<String>> = texts
                    .iter()
                    .map(|text| change(&pattern, Some(text), word)?.as_known().map(str::to_owned))
                    .collect();
                if let Some(texts) = changed {
                    return Word {
                        pieces: vec![Piece::Unknown(Unknown {
                            why: Why::Control,
                            bound: Some(Bound::OneOf(texts)),
                            from: word.origins(),
                        })],
                        from: vec![],
                    };
                }
            }
            change(&pattern, None, word).unwrap_or_else(|| unknown(word))
        });
        Found {
            words: words.collect(),
            ..found
        }
    }

    fn indirect(&mut self, state: &mut State, found: &Found, span: Span) -> Found {
        let Some(name) = found.words.first().and_then(Word::as_known).map(str::to_owned) else {
            let from = found.words.iter().flat_map(Word::origins).collect();
            return Found::one(Word::unknown_from(Why::NotUnderstood, from));
        };
        if let Some((name, index)) = name.strip_suffix(']').and_then(|n| n.split_once('[')) {
            self.hidden_code(state, &Word::known(index), span);
            return match (index, items(state, name)) {
                ("@" | "*", Some(words)) => Found {
                    words,
                    list: Some(index == "*"),
                    set: Set::Yes,
                },
                _ => self.lookup_item(state, name, &Word::known(index), span),
            };
        }
        self.lookup(state, &name, span)
    }
}

/// The elements of an array.
pub(super) fn items(state: &State, name: &str) -> Option<Vec<Word>> {
    match &state.variables.get(state.target(name))?.value {
        Value::List { items, .. } => Some(items.iter().map(|(_, word)| word.clone()).collect()),
        Value::Scalar(_) => None,
    }
}

fn names(state: &State, parameter: &Parameter) -> Found {
    let words: Vec<Word> = match (
        &parameter.index,
        state.variables.get(&parameter.name).map(|v| &v.value),
    ) {
        (Some(_), Some(Value::List { items, .. })) => items.iter().map(|(key, _)| Word::known(key)).collect(),
        (Some(_), Some(Value::Scalar(_))) => vec![Word::known("0")],
        (Some(_), None) => vec![],
        (None, _) => state
            .variables
            .keys()
            .filter(|name| name.starts_with(parameter.name.as_str()))
            .map(Word::known)
            .collect(),
    };
    Found {
        set: Set::Yes,
        words,
        list: Some(false),
    }
}

fn length(found: &Found) -> Word {
    if found.list.is_some() {
        if found
            .words
            .iter()
            .any(|w| matches!(w.pieces.as_slice(), [Piece::Unknown(_)]))
        {
            return a_number();
        }
        return Word::known(found.words.len().to_string());
    }
    found
        .words
        .first()
        .and_then(Word::as_known)
        .map_or_else(a_number, |text| Word::known(text.chars().count().to_string()))
}

fn a_number() -> Word {
    Word {
        pieces: vec![Piece::Unknown(Unknown {
            why: Why::Arithmetic,
            bound: Some(Bound::Number),
            from: vec![],
        })],
        from: vec![],
    }
}

/// An inherited value that is `default` where the environment has none.
fn with_default(inherited: &Word, default: &str) -> Word {
    let mut word = inherited.clone();
    for piece in &mut word.pieces {
        if let Piece::Unknown(unknown) = piece {
            unknown.bound = Some(Bound::OneOf(vec![default.to_owned()]));
        }
    }
    word
}

fn certainly_filled(word: &Word) -> bool {
    word.pieces
        .iter()
        .any(|piece| !matches!(piece, Piece::Unknown(unknown) if unknown.bound != Some(Bound::Number)))
}

/// Removal at an edge. Where the word is known only in part, the edge that is known is enough.
fn edge(word: &Word, text: Option<&str>, prefix: bool, longest: bool, pattern: &Pattern) -> Option<Word> {
    let cut = |text: &str| {
        if prefix {
            pattern.without_prefix(text, longest)
        } else {
            pattern.without_suffix(text, longest)
        }
    };
    if let Some(text) = text {
        return Some(Word::known(cut(text)));
    }
    // Shortest at the known edge, or `##*/` with a slash in the known end.
    let mut new = word.clone();
    let last_slash = pattern == &Pattern::new("*/");
    if prefix && longest && last_slash {
        return match word.pieces.last()? {
            Piece::Known(end) if end.contains('/') => Some(Word::known(cut(end))),
            _ => None,
        };
    }
    if longest {
        return None;
    }
    let piece = if prefix {
        new.pieces.first_mut()?
    } else {
        new.pieces.last_mut()?
    };
    match piece {
        Piece::Known(end) => {
            let cut = cut(end);
            if cut == *end {
                return None;
            }
            *end = cut;
            if end.is_empty() {
                let at = if prefix { 0 } else { new.pieces.len() - 1 };
                new.pieces.remove(at);
            }
            Some(new)
        }
        _ => None,
    }
}
