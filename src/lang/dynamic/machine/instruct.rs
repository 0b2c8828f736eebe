//! Text for the model: descriptions of tools.

use std::rc::Rc;

use super::Machine;
use crate::lang::dynamic::tree::{Call, Entry, Expr, Function, Kind};
use crate::lang::dynamic::value::Value;
use crate::model::effect::Visibility;
use crate::model::{EffectKind, Span};

impl Machine<'_, '_> {
    /// A documented function that a decorator makes a tool: its text is for the model.
    pub(super) fn described(&mut self, function: &Rc<Function>) {
        let tool = function.decorators.iter().any(|decorator| {
            let callee = match &decorator.kind {
                Kind::Call(call) => &call.callee,
                _ => decorator,
            };
            match &callee.kind {
                Kind::Name(word) => is_tool_word(word),
                Kind::Member(_, key) => matches!(&key.kind, Kind::Text(word, _) if is_tool_word(word)),
                _ => false,
            }
        });
        if !tool {
            return;
        }
        if let Some((text, span)) = &function.doc {
            self.instruct(text, *span);
        }
        for decorator in &function.decorators {
            if let Kind::Call(call) = &decorator.kind {
                for arg in call
                    .args
                    .iter()
                    .filter(|a| a.name.as_deref() == Some("description"))
                {
                    self.instruct_expr(&arg.value);
                }
            }
        }
    }

    /// A description beside what a tool takes is text for the model.
    pub(super) fn describes(&mut self, entries: &[Entry]) {
        let key = |entry: &Entry| match entry {
            Entry::Pair(
                Expr {
                    kind: Kind::Text(key, _),
                    ..
                },
                _,
            ) => Some(key.clone()),
            _ => None,
        };
        let tool = entries.iter().filter_map(key).any(|k| is_schema_key(&k));
        if !tool && self.in_schema == 0 {
            return;
        }
        for entry in entries {
            if let (Some(k), Entry::Pair(_, value)) = (key(entry), entry)
                && matches!(&*k, "description" | "title" | "instructions")
            {
                self.instruct_expr(value);
            }
        }
    }

    /// `server.tool(name, "text", …)`, `registerTool(name, {description})`, `z.string().describe("text")`.
    pub(super) fn tool_words(&mut self, callee: &Expr, call: &Call) {
        let Kind::Member(_, key) = &callee.kind else {
            return;
        };
        let Kind::Text(word, _) = &key.kind else { return };
        if &**word == "describe" && call.args.len() == 1 {
            self.instruct_expr(&call.args[0].value);
            return;
        }
        if !is_tool_word(word) {
            return;
        }
        for arg in call.args.iter().skip(usize::from(call.args.len() > 1)) {
            match &arg.value.kind {
                Kind::Dict(entries) => {
                    for entry in entries {
                        if let Entry::Pair(
                            Expr {
                                kind: Kind::Text(key, _),
                                ..
                            },
                            value,
                        ) = entry
                            && &**key == "description"
                        {
                            self.instruct_expr(value);
                        }
                    }
                }
                Kind::Text(..) | Kind::Plus(_) | Kind::Template(_) | Kind::Name(_) => {
                    self.instruct_expr(&arg.value)
                }
                _ => {}
            }
        }
    }

    pub(super) fn instruct_expr(&mut self, expr: &Expr) {
        for value in self.eval(expr).each() {
            let text = match &value {
                Value::Text(word) => word.display(),
                _ => continue,
            };
            self.instruct(&text, expr.span);
        }
    }

    pub(super) fn instruct(&mut self, text: &str, span: Span) {
        if text.len() > 3 {
            let kind = EffectKind::Instruct {
                text: text.to_owned(),
                visibility: Visibility::Visible,
            };
            self.emit(kind, span);
        }
    }
}

pub(super) fn is_tool_word(word: &str) -> bool {
    matches!(
        word,
        "tool"
            | "prompt"
            | "resource"
            | "registerTool"
            | "registerPrompt"
            | "registerResource"
            | "addTool"
            | "add_tool"
    )
}

/// Keys under which a tool says what it takes.
pub(super) fn is_schema_key(key: &str) -> bool {
    matches!(key, "inputSchema" | "input_schema" | "parameters" | "argsSchema")
}
