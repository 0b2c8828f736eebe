//! Values as words and paths, and whose bytes they hold.

use super::Machine;
use std::collections::HashSet;
use std::rc::Rc;

use crate::lang::dynamic::value::{Native, Value, merge, number_text};
use crate::model::effect::{EnvAct, Reach};
use crate::model::{
    Anchor, EffectId, EffectKind, Location, Origin, PathOperand, Piece, Place, Span, Why, Word,
};

/// Values looked at when the origins of a structure are collected.
const SPREAD: usize = 2_000;

impl Machine<'_, '_> {
    /// Whose bytes `value` holds, at any depth.
    pub(super) fn origins(&mut self, value: &Value) -> Vec<Origin> {
        let mut all = vec![];
        let mut pending = vec![value.clone()];
        let mut visited: HashSet<*const crate::lang::dynamic::value::Object> = HashSet::new();
        let mut looked = 0;
        while let Some(value) = pending.pop() {
            looked += 1;
            if looked > SPREAD {
                break;
            }
            match value {
                Value::Text(word) => merge(&mut all, &word.origins()),
                Value::Bytes(blob) => merge(&mut all, &blob.from),
                Value::Any(values) => pending.extend(values.iter().cloned()),
                Value::Bound(bound) => pending.push(bound.of.clone()),
                Value::Native(native) => {
                    let found = self.native_origins(&native);
                    merge(&mut all, &found);
                }
                Value::Object(object) => {
                    if !visited.insert(Rc::as_ptr(&object)) {
                        continue;
                    }
                    let state = object.state.borrow();
                    for id in &state.effects {
                        merge(&mut all, &[Origin::Effect(*id)]);
                    }
                    if let Some(text) = &state.text {
                        merge(&mut all, &text.origins());
                    }
                    pending.extend(state.members.iter().map(|(_, v)| v.clone()));
                    pending.extend(state.items.iter().cloned());
                    pending.extend(state.rest.iter().cloned());
                }
                _ => {}
            }
        }
        all
    }

    pub(super) fn native_origins(&mut self, native: &Native) -> Vec<Origin> {
        match (self.dialect.apis)().value(&native.name) {
            Some("env") => {
                let id = self.env_at(Word::known("*"), None, EnvAct::Read, native.place);
                vec![Origin::Effect(id)]
            }
            Some("input") => vec![Origin::Input],
            Some("argv") => vec![Origin::Arguments],
            _ => vec![],
        }
    }

    pub(super) fn env_at(&mut self, name: Word, value: Option<Word>, act: EnvAct, place: Place) -> EffectId {
        let kind = EffectKind::Env {
            name,
            value,
            act,
            reach: Reach::Children,
        };
        self.emit_at(kind, place)
    }

    /// The value of a variable of the environment.
    pub(super) fn env_read(&mut self, name: &Value, span: Span) -> Value {
        let Some(known) = name.known() else {
            let id = self.env_at(Word::known("*"), None, EnvAct::Read, self.place(span));
            return Value::unknown(Why::Output, vec![Origin::Effect(id)]);
        };
        match known.as_str() {
            "CLAUDE_PROJECT_DIR" => return Value::Text(Word::anchor(Anchor::Root)),
            "HOME" | "USERPROFILE" | "HOMEPATH" => return Value::Text(Word::anchor(Anchor::Home)),
            "TMPDIR" | "TEMP" | "TMP" => return Value::Text(Word::anchor(Anchor::Temp)),
            _ => {}
        }
        let id = self.env_at(Word::known(&known), None, EnvAct::Read, self.place(span));
        if let Some((_, word)) = self.context.env.iter().rev().find(|(n, _)| *n == known) {
            return Value::Text(crate::lang::dynamic::value::tainted(
                word.clone(),
                &[Origin::Effect(id)],
            ));
        }
        Value::unknown(Why::Variable(known), vec![Origin::Effect(id)])
    }

    /// The value as one word.
    pub(super) fn word(&mut self, value: &Value) -> Word {
        match value {
            Value::Text(word) => word.clone(),
            Value::Nothing => Word::default(),
            Value::Number(number) => Word::known(number_text(*number)),
            Value::Bool(flag) => Word::known(flag.to_string()),
            Value::Bytes(blob) => Word {
                from: blob.from.clone(),
                ..Word::known(String::from_utf8_lossy(&blob.bytes))
            },
            Value::Object(object) => {
                let text = object.state.borrow().text.clone();
                match text {
                    Some(text) => text,
                    None => Word::unknown_from(Why::Output, self.origins(value)),
                }
            }
            _ => Word::unknown_from(Why::Control, self.origins(value)),
        }
    }

    /// Each alternative as a word.
    pub(super) fn words(&mut self, value: &Value) -> Vec<Word> {
        value.each().iter().map(|v| self.word(v)).collect()
    }

    pub(super) fn path(&self, word: Word) -> PathOperand {
        // `file://` URLs are paths to whoever opens them.
        let plain = match word.pieces.first() {
            Some(Piece::Known(text)) if text.starts_with("file://") => {
                let mut out = Word {
                    pieces: vec![],
                    from: word.from.clone(),
                };
                out.push_str(text.trim_start_matches("file://"));
                word.pieces.iter().skip(1).for_each(|p| out.push(p.clone()));
                out
            }
            _ => word,
        };
        let at = Location::resolve(&plain, &self.cwd, &self.context.root);
        PathOperand { written: plain, at }
    }

    pub(super) fn script(&self) -> Option<Location> {
        let module = self.modules.get(self.module)?;
        match (&module.path, self.module) {
            (Some(path), _) => Some(Location::Tree(path.clone())),
            (None, 0) => self.context.script.clone(),
            _ => None,
        }
    }

    /// A location as a word that resolves to it again.
    pub(super) fn location_word(&self, at: &Location) -> Word {
        match at {
            Location::Tree(path) => {
                let root = &self.context.root;
                let mut word = Word::anchor(Anchor::Root);
                let below = if root.is_root() {
                    Some(path.as_str())
                } else {
                    path.as_str()
                        .strip_prefix(root.as_str())
                        .map(|rest| rest.trim_start_matches('/'))
                };
                match below {
                    Some("") => {}
                    Some(rest) if path.is_in(root) => {
                        word.push_str("/");
                        word.push_str(rest);
                    }
                    _ => {
                        let ups = root.parts().count();
                        word.push_str(&"/..".repeat(ups));
                        word.push_str("/");
                        word.push_str(path.as_str());
                    }
                }
                word
            }
            Location::Home(rest) => anchored(Anchor::Home, rest),
            Location::Temp(rest) => anchored(Anchor::Temp, rest),
            Location::Absolute(path) => Word::known(path.clone()),
            Location::Above(path) => {
                let mut word = Word::anchor(Anchor::Root);
                word.push_str("/");
                word.push_str(path);
                word
            }
            Location::Unknown => Word::unknown(Why::NotUnderstood),
        }
    }
}

pub(super) fn anchored(anchor: Anchor, rest: &str) -> Word {
    let mut word = Word::anchor(anchor);
    if !rest.is_empty() {
        word.push_str("/");
        word.push_str(rest);
    }
    word
}
