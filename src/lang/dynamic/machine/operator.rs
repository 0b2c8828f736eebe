//! Operators over values: texts put together, numbers, slices.

use super::expression::spread_into;

use super::Machine;
use crate::lang::dynamic::tree::{Expr, Kind};
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::{Piece, Scheme, Span, Why, Word};

/// Combinations of alternatives that one text may have.
const COMBINATIONS: usize = 24;

impl Machine<'_, '_> {
    pub(super) fn template(&mut self, parts: &[Expr]) -> Value {
        let values: Vec<Value> = parts.iter().map(|p| self.eval(p)).collect();
        self.concat(&values)
    }

    /// Texts put one after the other, in all combinations of their alternatives up to a bound.
    pub(super) fn concat(&mut self, values: &[Value]) -> Value {
        let mut all = vec![Word::default()];
        for value in values {
            let mut words = self.words(value);
            if words.len() * all.len() > COMBINATIONS {
                words = vec![Word::unknown_from(
                    Why::Control,
                    words.iter().flat_map(Word::origins).collect(),
                )];
            }
            let mut next = vec![];
            for start in &all {
                for word in &words {
                    let mut whole = start.clone();
                    whole.append(word);
                    next.push(self.bounded(whole));
                }
            }
            all = next;
        }
        all.into_iter()
            .map(Value::Text)
            .reduce(Value::or)
            .unwrap_or_default()
    }

    /// The word, or an unknown where it has grown past the limit.
    pub(super) fn bounded(&mut self, word: Word) -> Word {
        let size: usize = word
            .pieces
            .iter()
            .map(|p| match p {
                Piece::Known(text) | Piece::Pattern(text) => text.len(),
                _ => 1,
            })
            .sum();
        if size <= self.context.limits.text_bytes && word.pieces.len() < 2_000 {
            return word;
        }
        Word::unknown_from(Why::Limit, word.origins())
    }

    pub(super) fn plus(&mut self, parts: &[Expr]) -> Value {
        let values: Vec<Value> = parts.iter().map(|p| self.eval(p)).collect();
        let sum = self.add(&values);
        // A constant that is split inside a word (`"chi" + "ld"`) is split to be hidden.
        let split = parts.windows(2).any(|pair| match (&pair[0].kind, &pair[1].kind) {
            (Kind::Text(a, _), Kind::Text(b, _)) => splits_word(a, b),
            _ => false,
        });
        if split {
            sum.decoded(Scheme::Assembled)
        } else {
            sum
        }
    }

    /// `+` over values: numbers, lists, else texts.
    pub(super) fn add(&mut self, values: &[Value]) -> Value {
        if values.iter().all(|v| matches!(v, Value::Number(_))) {
            return Value::Number(
                values
                    .iter()
                    .map(|v| if let Value::Number(n) = v { *n } else { 0.0 })
                    .sum(),
            );
        }
        let is_list = |v: &Value| matches!(v, Value::Object(o) if o.shape == Shape::List);
        if values.iter().any(is_list) && self.dialect.local_by_assignment {
            let mut state = State::default();
            for value in values {
                let (items, complete) = self.items(value);
                if complete {
                    items.into_iter().for_each(|i| state.add(i));
                } else {
                    state.put_rest(self.one_of(items, value));
                }
            }
            return Value::object(Shape::List, state);
        }
        if values.iter().any(|v| matches!(v, Value::Bytes(_))) {
            let mut bytes = vec![];
            let mut from = vec![];
            for value in values {
                match value.known_bytes() {
                    Some(more) if bytes.len() + more.len() <= self.context.limits.text_bytes => {
                        bytes.extend(more)
                    }
                    _ => return self.concat(values),
                }
                crate::lang::dynamic::value::merge(&mut from, &self.origins(value));
            }
            return Value::bytes(bytes, from);
        }
        self.concat(values)
    }

    pub(super) fn slice(&mut self, of: &Expr, parts: &[Option<Box<Expr>>; 3]) -> Value {
        let value = self.eval(of);
        let mut numbers = [None; 3];
        let mut known = true;
        for (slot, part) in numbers.iter_mut().zip(parts) {
            if let Some(part) = part {
                match self.eval(part) {
                    Value::Number(n) => *slot = Some(n as i64),
                    Value::Nothing => {}
                    _ => known = false,
                }
            }
        }
        if !known {
            return Value::unknown(Why::Control, self.origins(&value));
        }
        self.sliced(&value, numbers)
    }

    /// Python's `[start:end:step]` over text, bytes or list.
    pub(super) fn sliced(&mut self, value: &Value, [start, end, step]: [Option<i64>; 3]) -> Value {
        let step = step.unwrap_or(1);
        if step == 0 {
            return value.clone();
        }
        let pick = |count: usize| -> Vec<usize> {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let fix = |at: i64| if at < 0 { at.saturating_add(count) } else { at };
            let (low, high) = if step > 0 { (0, count) } else { (-1, count - 1) };
            let mut at = start.map_or(if step > 0 { low } else { high }, |s| fix(s).clamp(low, high));
            let stop = end.map_or(if step > 0 { high } else { low }, |e| fix(e).clamp(low, high));
            let mut picked = vec![];
            while (step > 0 && at < stop) || (step < 0 && at > stop) {
                picked.extend(usize::try_from(at));
                at = at.saturating_add(step);
            }
            picked
        };
        match value {
            Value::Text(word) => match word.as_known() {
                Some(text) => {
                    let chars: Vec<char> = text.chars().collect();
                    let out: String = pick(chars.len())
                        .into_iter()
                        .filter_map(|i| chars.get(i))
                        .collect();
                    let cut = Value::Text(Word {
                        from: word.from.clone(),
                        ..Word::known(out)
                    });
                    if step < 0 {
                        cut.decoded(Scheme::Reversed)
                    } else {
                        cut
                    }
                }
                None => Value::unknown(Why::Control, word.origins()),
            },
            Value::Bytes(blob) => {
                let out = pick(blob.bytes.len())
                    .into_iter()
                    .filter_map(|i| blob.bytes.get(i).copied())
                    .collect();
                let cut = Value::bytes(out, blob.from.clone());
                if step < 0 {
                    cut.decoded(Scheme::Reversed)
                } else {
                    cut
                }
            }
            Value::Object(object) if object.shape == Shape::List => {
                let state = object.state.borrow();
                let items = pick(state.items.len())
                    .into_iter()
                    .filter_map(|i| state.items.get(i).cloned());
                let cut = State {
                    items: items.collect(),
                    rest: state.rest.clone(),
                    ..State::default()
                };
                Value::object(Shape::List, cut)
            }
            value => value.clone(),
        }
    }

    pub(super) fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Value {
        let left = self.eval(left);
        let right = self.eval(right);
        self.operate(operator, &left, &right)
    }

    /// An operator other than `+` over values.
    pub(super) fn operate(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        if let Some(truth) = compare(operator, left, right) {
            return Value::Bool(truth);
        }
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return arithmetic(operator, *a, *b);
        }
        match (operator, left, right) {
            ("/", Value::Object(object), _) if object.shape == Shape::Handle("path") => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("/", _, Value::Object(object)) if object.shape == Shape::Handle("path") => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("/", Value::Text(a), Value::Text(b)) if !a.is_empty() || !b.is_empty() => {
                self.join_path(&[left.clone(), right.clone()], true)
            }
            ("%", Value::Text(_) | Value::Bytes(_), _) => self.percent_format(left, right),
            ("*", Value::Text(word), Value::Number(n)) | ("*", Value::Number(n), Value::Text(word)) => {
                match word.as_known() {
                    Some(text) if text.len() as f64 * n.max(0.0) <= 65_536.0 => {
                        Value::text(text.repeat(n.max(0.0) as usize))
                    }
                    _ => Value::unknown(Why::Limit, word.origins()),
                }
            }
            ("|" | "|=", Value::Object(a), _) if a.shape == Shape::Dict => {
                let mut state = State::default();
                spread_into(&mut state, left.clone());
                spread_into(&mut state, right.clone());
                Value::object(Shape::Dict, state)
            }
            _ => {
                let mut from = self.origins(left);
                crate::lang::dynamic::value::merge(&mut from, &self.origins(right));
                Value::unknown(Why::Arithmetic, from)
            }
        }
    }

    pub(super) fn percent_format(&mut self, left: &Value, right: &Value) -> Value {
        let Some(format) = left.known() else {
            let mut from = self.origins(left);
            crate::lang::dynamic::value::merge(&mut from, &self.origins(right));
            return Value::unknown(Why::Output, from);
        };
        let args = match right {
            Value::Object(object) if object.shape == Shape::List => self.items(right).0,
            value => vec![value.clone()],
        };
        self.format(&format, &args)
    }

    /// `printf` over values: `%s`, `%d`, `%(name)s`, `%%`.
    pub(super) fn format(&mut self, format: &str, args: &[Value]) -> Value {
        let mut parts = vec![];
        let mut args_left = args.iter();
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('%') {
            parts.push(Value::text(before));
            let mut after = after;
            let mut named = None;
            if let Some((key, tail)) = after.strip_prefix('(').and_then(|t| t.split_once(')')) {
                named = Some(key);
                after = tail;
            }
            let flags = after.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #.*".contains(c));
            let mut chars = flags.chars();
            match (chars.next(), named) {
                (Some('%'), _) => parts.push(Value::text("%")),
                (Some(_), Some(key)) => {
                    let key = Value::text(key);
                    let of = args.first().cloned().unwrap_or_default();
                    let value = self.member(&of, &key, Span::default(), false);
                    parts.push(value);
                }
                (Some('c'), None) => match args_left.next() {
                    Some(Value::Number(n)) => {
                        parts.push(Value::text(
                            char::from_u32(*n as u32).unwrap_or('\u{fffd}').to_string(),
                        ));
                    }
                    other => parts.push(other.cloned().unwrap_or_default()),
                },
                (Some(_), None) => parts.push(args_left.next().cloned().unwrap_or_default()),
                (None, _) => {}
            }
            rest = chars.as_str();
        }
        parts.push(Value::text(rest));
        self.concat(&parts)
    }
}

/// Whether two constants side by side split a word.
pub(super) fn splits_word(a: &str, b: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    a.chars().last().is_some_and(letter) && b.chars().next().is_some_and(letter)
}

/// A comparison of two known values.
pub(super) fn compare(operator: &str, left: &Value, right: &Value) -> Option<bool> {
    match operator {
        "==" | "===" | "eq" => Some(left.known()? == right.known()?),
        "!=" | "!==" | "ne" => Some(left.known()? != right.known()?),
        "<" | ">" | "<=" | ">=" => {
            let (Value::Number(a), Value::Number(b)) = (left, right) else {
                return None;
            };
            Some(match operator {
                "<" => a < b,
                ">" => a > b,
                "<=" => a <= b,
                _ => a >= b,
            })
        }
        _ => None,
    }
}

pub(super) fn arithmetic(operator: &str, a: f64, b: f64) -> Value {
    let bits = |n: f64| n as i64;
    let number = match operator {
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "//" => (a / b).floor(),
        "%" if b != 0.0 => a.rem_euclid(b),
        "**" => a.powf(b),
        "^" => (bits(a) ^ bits(b)) as f64,
        "&" => (bits(a) & bits(b)) as f64,
        "|" => (bits(a) | bits(b)) as f64,
        "<<" => bits(a)
            .checked_shl(u32::try_from(bits(b)).unwrap_or(64))
            .unwrap_or(0) as f64,
        ">>" | ">>>" => bits(a)
            .checked_shr(u32::try_from(bits(b)).unwrap_or(64))
            .unwrap_or(0) as f64,
        _ => return Value::unknown(Why::Arithmetic, vec![]),
    };
    Value::Number(number)
}
