//! Values as JSON text and back.

use super::{Machine, name};
use crate::lang::dynamic::value::{Shape, State, Value, number_text};
use crate::model::{Origin, Piece, Unknown, Why, Word};

const NESTED: usize = 32;

impl Machine<'_, '_> {
    /// `value` as JSON text; each alternative inside gives a text of its own.
    pub(super) fn json_text(&mut self, value: &Value) -> Value {
        let turns = self.alternatives(value, 0).min(8);
        let mut all: Option<Value> = None;
        for turn in 0..turns.max(1) {
            let mut word = Word::default();
            self.write_json(value, turn, 0, &mut word);
            let word = self.bounded(word);
            all = Some(match all {
                Some(there) => there.or(Value::Text(word)),
                None => Value::Text(word),
            });
        }
        all.unwrap_or_default()
    }

    fn alternatives(&self, value: &Value, depth: usize) -> usize {
        match value {
            Value::Any(values) => values.len(),
            Value::Object(object) if depth < 8 => {
                let state = object.state.borrow();
                let members = state.members.iter().map(|(_, v)| v).chain(&state.items).take(64);
                members
                    .map(|v| self.alternatives(v, depth + 1))
                    .max()
                    .unwrap_or(1)
            }
            _ => 1,
        }
    }

    fn write_json(&mut self, value: &Value, turn: usize, depth: usize, out: &mut Word) {
        if depth > NESTED || out.pieces.len() > 1_000 {
            let from = self.origins(value);
            out.append(&Word::unknown_from(Why::Limit, from));
            return;
        }
        match value {
            Value::Nothing => out.push_str("null"),
            Value::Bool(flag) => out.push_str(&flag.to_string()),
            Value::Number(number) => out.push_str(&number_text(*number)),
            Value::Text(word) => quoted(word, out),
            Value::Any(values) => {
                if let Some(value) = values.get(turn.min(values.len().saturating_sub(1))) {
                    self.write_json(value, turn, depth + 1, out);
                }
            }
            Value::Object(object) => {
                let text = object.state.borrow().text.clone();
                if let Some(text) = text {
                    quoted(&text, out);
                } else if matches!(object.shape, Shape::Handle(_)) {
                    let from = self.origins(value);
                    out.append(&Word::unknown_from(Why::Output, from));
                } else {
                    self.write_members(object, turn, depth, out);
                }
            }
            _ => {
                let from = self.origins(value);
                out.append(&Word::unknown_from(Why::Output, from));
            }
        }
    }

    fn write_members(
        &mut self,
        object: &std::rc::Rc<crate::lang::dynamic::value::Object>,
        turn: usize,
        depth: usize,
        out: &mut Word,
    ) {
        let (members, items, rest, effects) = {
            let state = object.state.borrow();
            (
                state.members.clone(),
                state.items.clone(),
                state.rest.clone(),
                state.effects.clone(),
            )
        };
        let list = object.shape == Shape::List;
        out.push_str(if list { "[" } else { "{" });
        let mut first = true;
        let mut comma = |out: &mut Word| {
            if !std::mem::take(&mut first) {
                out.push_str(",");
            }
        };
        for (key, member) in &members {
            comma(out);
            quoted(&Word::known(key.to_string()), out);
            out.push_str(":");
            self.write_json(member, turn, depth + 1, out);
        }
        for item in items.iter().take(1_000) {
            comma(out);
            self.write_json(item, turn, depth + 1, out);
        }
        let mut from: Vec<Origin> = effects.into_iter().map(Origin::Effect).collect();
        for value in rest.iter().chain(items.iter().skip(1_000)) {
            crate::lang::dynamic::value::merge(&mut from, &self.origins(value));
        }
        if !from.is_empty() || !rest.is_empty() {
            comma(out);
            out.append(&Word::unknown_from(Why::Output, from));
        }
        out.push_str(if list { "]" } else { "}" });
    }

    /// The value of JSON text.
    pub(super) fn parse_json(&mut self, value: &Value) -> Value {
        let from = self.origins(value);
        let known = value.known().filter(|text| text.len() <= 256 * 1024);
        match known.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok()) {
            Some(json) => from_json(&json, &from, 0),
            None => {
                let bound = Piece::Unknown(Unknown {
                    why: Why::Input,
                    bound: None,
                    from,
                });
                Value::Text(Word {
                    pieces: vec![bound],
                    from: vec![],
                })
            }
        }
    }
}

fn from_json(json: &serde_json::Value, from: &[Origin], depth: usize) -> Value {
    if depth > NESTED {
        return Value::unknown(Why::Limit, from.to_vec());
    }
    match json {
        serde_json::Value::Null => Value::Nothing,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => Value::Text(Word {
            from: from.to_vec(),
            ..Word::known(text.clone())
        }),
        serde_json::Value::Array(items) => Value::list(
            items
                .iter()
                .map(|item| from_json(item, from, depth + 1))
                .collect(),
        ),
        serde_json::Value::Object(members) => {
            let mut state = State::default();
            for (key, member) in members {
                state.set(&name(key), from_json(member, from, depth + 1), false);
            }
            Value::object(Shape::Dict, state)
        }
    }
}

/// A word as a JSON string: known pieces escaped, the others as they are.
fn quoted(word: &Word, out: &mut Word) {
    out.push_str("\"");
    for piece in &word.pieces {
        match piece {
            Piece::Known(text) => {
                let json = serde_json::Value::from(text.as_str()).to_string();
                out.push_str(json.get(1..json.len() - 1).unwrap_or(""));
            }
            piece => out.push(piece.clone()),
        }
    }
    out.append(&Word {
        pieces: vec![],
        from: word.from.clone(),
    });
    out.push_str("\"");
}
