//! What is printed, asked and loaded.

use super::Machine;
use super::call::Args;
use crate::lang::decision;
use crate::lang::dynamic::api::{Act, Does};
use crate::lang::dynamic::value::{Shape, Value};
use crate::model::effect::{Exec, How, QueryClass, Understood};
use crate::model::{EffectKind, Origin, Scheme, Span, Via, Why, Word};

impl Machine<'_, '_> {
    /// Prints: the output of the text, and decisions in it.
    pub(super) fn print(&mut self, args: &Args, span: Span) -> Value {
        if let Some(Value::Native(native)) = args.named("file")
            && native.name.to_lowercase().contains("stderr")
        {
            return Value::Nothing;
        }
        if let Some(target @ Value::Object(_)) = args.named("file").cloned() {
            for value in args.list.clone() {
                self.send_to(&target, &value, span);
            }
            return Value::Nothing;
        }
        for value in args.list.iter().chain(&args.rest).cloned().collect::<Vec<_>>() {
            for origin in self.origins(&value) {
                if !self.lowered.output.contains(&origin) {
                    self.lowered.output.push(origin);
                }
            }
            let text = match &value {
                Value::Object(object) if object.shape == Shape::Dict => self.json_text(&value),
                value => value.clone(),
            };
            for word in self.words(&text) {
                for found in decision::find_in_word(&word) {
                    self.decided(&found, span);
                }
            }
            let word = self.word(&value);
            if word.as_known().is_some() && self.printed.len() < 1_000 && self.branch == 0 {
                self.printed.push(word);
            } else {
                self.prints_unknown = true;
            }
        }
        Value::Nothing
    }

    /// A decision is printed: told where its value stands, if that is inside the call.
    pub(super) fn decided(&mut self, found: &decision::Decision, span: Span) {
        let text = self.sources.text(self.source()).clone();
        let inside = text.get(span.start..span.end).and_then(|code| {
            let quoted = [format!("\"{}\"", found.value), format!("'{}'", found.value)];
            quoted
                .iter()
                .find_map(|q| code.find(q.as_str()).map(|at| (at, q.len())))
        });
        let at = inside.map_or(span, |(at, len)| {
            Span::new(span.start + at, span.start + at + len)
        });
        self.emit(found.effect(), at);
    }

    pub(super) fn worker(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let value = self.pick(&act.path, of, args).unwrap_or_default();
        // `new Worker(code, { eval: true })`
        let inline = args.at(1).and_then(|o| match o {
            Value::Object(object) => object.state.borrow().get("eval").and_then(Value::truth),
            _ => None,
        });
        if inline == Some(true) {
            return self.run_code(&value, span, None);
        }
        let mut ids = vec![];
        for word in self.words(&value) {
            ids.push(self.start_script(word, span));
        }
        self.result(act, ids, None, args, span)
    }

    pub(super) fn opaque_load(
        &mut self,
        act: &'static Act,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let picks = if act.does == Does::LoadNative {
            &act.path
        } else {
            &act.data
        };
        let value = self.pick(picks, of, args).unwrap_or_default();
        let mut ids = vec![];
        for word in self.words(&value) {
            let shown = if act.does == Does::LoadNative {
                word.clone()
            } else {
                Word::unknown(Why::Output)
            };
            let exec = Exec {
                program: shown,
                argv: vec![],
                how: How::Load,
                understood: Understood::Opaque,
                followed: false,
                package: None,
            };
            let id = self.emit(EffectKind::Exec(exec), span);
            self.flow_word(&word, id, Via::Argument);
            if act.does == Does::Unpickle {
                self.flow_value(&value, id, Via::Argument);
                if word.as_known().is_some() || matches!(value, Value::Bytes(_)) {
                    self.flow(Origin::Decoded(Scheme::Serialized), id, Via::Variable);
                }
            }
            ids.push(id);
        }
        if let Some(class) = act.class.as_deref() {
            return Value::handle(class, ids);
        }
        let mut from: Vec<Origin> = ids.iter().map(|id| Origin::Effect(*id)).collect();
        if act.does == Does::Unpickle {
            from = self.origins(&value);
        }
        Value::unknown(Why::Output, from)
    }

    pub(super) fn query(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let text = self.pick(&act.text, of, args).unwrap_or_default();
        let verb = text.known().unwrap_or_default().trim_start().to_ascii_lowercase();
        let class = match verb.split_whitespace().next().unwrap_or("") {
            "select" | "pragma" | "explain" | "with" | "values" => QueryClass::Read,
            "insert" | "update" | "delete" | "replace" | "upsert" => QueryClass::Write,
            "create" | "drop" | "alter" | "attach" | "vacuum" | "reindex" => QueryClass::Schema,
            "grant" | "revoke" => QueryClass::Grant,
            _ => QueryClass::Unknown,
        };
        let dialect = act.language.clone().unwrap_or_default();
        let id = self.emit(
            EffectKind::Query {
                dialect,
                class,
                objects: vec![],
            },
            span,
        );
        self.flow_args(args, id, Via::Argument);
        if let Some(Value::Object(object)) = of {
            let effects = object.state.borrow().effects.clone();
            for effect in effects {
                self.flow_args(args, effect, Via::Argument);
            }
        }
        Value::unknown(Why::Output, vec![Origin::Effect(id)])
    }
}
