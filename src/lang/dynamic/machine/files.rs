//! Reading, writing, copying and opening files.

use super::Machine;
use super::call::Args;
use super::expression::entry_of;
use super::method::is_callable;
use crate::lang::dynamic::api::Act;
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::effect::WriteAct;
use crate::model::{EffectId, EffectKind, Origin, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn read(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let Some(path) = self.pick(&act.path, of, args) else {
            return self.unknown_call(&Value::Nothing, args, span);
        };
        if path.known().as_deref().is_some_and(is_stdin) || matches!(path, Value::Number(0.0)) {
            let bytes = Value::unknown(Why::Input, vec![Origin::Input]);
            return self.result(act, vec![], Some(bytes), args, span);
        }
        let mut bytes: Option<Value> = None;
        let mut ids = vec![];
        for word in self.words(&path) {
            let (id, text) = self.read_word(word, span);
            ids.push(id);
            bytes = Some(match bytes {
                Some(there) => there.or(text),
                None => text,
            });
        }
        self.result(act, ids, bytes, args, span)
    }

    /// Reads one path: the effect, and the bytes as far as they are at hand.
    pub(super) fn read_word(&mut self, word: Word, span: Span) -> (EffectId, Value) {
        if let Some(connect) = self.url_path(&word).filter(|_| self.dialect.reads_urls()) {
            let id = self.emit(EffectKind::Connect(connect), span);
            self.flow_word(&word, id, Via::Address);
            return (id, Value::unknown(Why::Output, vec![Origin::Effect(id)]));
        }
        let path = self.path(word.clone());
        let at = path.at.clone();
        let id = self.emit(EffectKind::Read { path }, span);
        self.flow_word(&word, id, Via::Argument);
        let from = vec![Origin::Effect(id)];
        let text = at.in_tree().and_then(|path| self.small_text(path));
        match text {
            Some((path, text)) => {
                self.files.insert(id, path);
                (
                    id,
                    Value::Text(Word {
                        from,
                        ..Word::known(text)
                    }),
                )
            }
            None => (id, Value::unknown(Why::Output, from)),
        }
    }

    pub(super) fn small_text(
        &mut self,
        path: &crate::model::RepoPath,
    ) -> Option<(crate::model::RepoPath, String)> {
        let tree = self.context.tree?;
        let path = tree.resolve(path).ok()?;
        let bytes = tree.read(&path, 256 * 1024).ok()?;
        Some((path, String::from_utf8(bytes).ok()?))
    }

    pub(super) fn listing(
        &mut self,
        act: &'static Act,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let path = self.pick(&act.path, of, args).unwrap_or_else(|| Value::text("."));
        let mut state = State::default();
        let mut ids = vec![];
        for word in self.words(&path) {
            let operand = self.path(word.clone());
            let id = self.emit(EffectKind::Read { path: operand }, span);
            self.flow_word(&word, id, Via::Argument);
            ids.push(id);
            state.put_rest(entry_of(word, None, vec![Origin::Effect(id)]));
        }
        let names = Value::object(Shape::List, state);
        self.result(act, ids, Some(names.clone()), args, span);
        names
    }

    pub(super) fn write(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let Some(path) = self.pick(&act.path, of, args) else {
            return self.unknown_call(&Value::Nothing, args, span);
        };
        // `fs.writeFileSync(1, …)` and `/dev/stdout` print.
        if matches!(path, Value::Number(n) if n == 1.0) || path.known().as_deref() == Some("/dev/stdout") {
            let data = self.picked_all(&act.data, of, args);
            return self.print(&Args::plain(data, span), span);
        }
        let how = match act.write.unwrap_or(WriteAct::Overwrite) {
            WriteAct::Overwrite if appends(args) => WriteAct::Append,
            how => how,
        };
        let data = self.picked_all(&act.data, of, args);
        let mut ids = vec![];
        for word in self.words(&path) {
            let network = self.network_path(&word);
            let operand = self.path(word.clone());
            let id = match network {
                Some(connect) => self.emit(EffectKind::Connect(connect), span),
                None => self.emit(
                    EffectKind::Write {
                        path: operand,
                        act: how,
                    },
                    span,
                ),
            };
            self.flow_word(&word, id, Via::Argument);
            for value in &data {
                self.flow_value(value, id, Via::Argument);
            }
            ids.push(id);
        }
        let bytes = if how == WriteAct::Create {
            Some(path)
        } else {
            Some(Value::Nothing)
        };
        self.result(act, ids, bytes, args, span)
    }

    pub(super) fn copy(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let from = self.pick(&act.path, of, args).unwrap_or_default();
        let to = self.pick(&act.to, of, args).unwrap_or_default();
        let how = act.write.unwrap_or(WriteAct::Overwrite);
        let sources = self.words(&from);
        let targets = self.words(&to);
        let mut reads = vec![];
        for word in sources {
            let operand = self.path(word);
            let kind = match how {
                WriteAct::Rename => EffectKind::Write {
                    path: operand,
                    act: WriteAct::Rename,
                },
                _ => EffectKind::Read { path: operand },
            };
            reads.push(self.emit(kind, span));
        }
        for word in targets {
            let operand = self.path(word.clone());
            let id = self.emit(
                EffectKind::Write {
                    path: operand,
                    act: how,
                },
                span,
            );
            self.flow_word(&word, id, Via::Argument);
            for read in &reads {
                self.flow(Origin::Effect(*read), id, Via::File);
            }
        }
        to
    }

    pub(super) fn open(&mut self, act: &'static Act, of: Option<&Value>, args: &Args, span: Span) -> Value {
        let path = self.pick(&act.path, of, args).unwrap_or_default();
        // An archive in memory: what is packed is in the buffer.
        if matches!(&path, Value::Object(object) if matches!(object.shape, Shape::Handle("tempfile" | "file")))
        {
            return path;
        }
        if path.known().as_deref().is_some_and(is_stdin) || matches!(path, Value::Number(0.0)) {
            return Value::unknown(Why::Input, vec![Origin::Input]);
        }
        let mode = match self.pick(&act.mode, of, args) {
            Some(mode) => mode.known().unwrap_or_else(|| "r+".to_owned()),
            None => act.default.clone().unwrap_or_else(|| "r".to_owned()),
        };
        let class = act.class.as_deref();
        self.open_with(&path, &mode, class, args, span)
    }

    /// Opens a file as `mode` says.
    pub(super) fn open_with(
        &mut self,
        path: &Value,
        mode: &str,
        class: Option<&'static str>,
        args: &Args,
        span: Span,
    ) -> Value {
        let reads = mode.contains('r') || mode.contains('+') || mode.contains('<');
        let write = match mode {
            m if m.contains('a') || m.contains(">>") => Some(WriteAct::Append),
            m if m.contains(['w', '>']) => Some(WriteAct::Overwrite),
            m if m.contains('x') => Some(WriteAct::Create),
            m if m.contains('+') => Some(WriteAct::Overwrite),
            _ => None,
        };
        let mut ids = vec![];
        let mut text = None;
        for word in self.words(path) {
            if let Some(connect) = self.url_path(&word) {
                ids.push(self.emit(EffectKind::Connect(connect), span));
                continue;
            }
            if reads {
                let (id, bytes) = self.read_word(word.clone(), span);
                ids.push(id);
                if let (Value::Text(word), None) = (bytes, write) {
                    text = word.as_known().is_some().then_some(word);
                }
            }
            if let Some(how) = write {
                let operand = self.path(word.clone());
                let id = self.emit(
                    EffectKind::Write {
                        path: operand,
                        act: how,
                    },
                    span,
                );
                self.flow_word(&word, id, Via::Argument);
                ids.push(id);
            }
        }
        match (write, class) {
            // A file that is only read is its bytes.
            (None, Some("file")) => {
                let from = ids.iter().map(|id| Origin::Effect(*id)).collect();
                let bytes = match text {
                    Some(word) => Value::Text(word),
                    None => Value::unknown(Why::Output, from),
                };
                self.result_of_open(bytes, args, span)
            }
            (_, Some(class)) => {
                let handle = Value::handle(class, ids);
                self.result_of_open(handle, args, span)
            }
            (_, None) => Value::Nothing,
        }
    }

    pub(super) fn result_of_open(&mut self, value: Value, args: &Args, span: Span) -> Value {
        for callback in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            let ruby = self.dialect.language == "ruby";
            let call = if ruby {
                vec![value.clone()]
            } else {
                vec![Value::Nothing, value.clone()]
            };
            self.call_back(&callback, call, span);
        }
        value
    }
}

pub(super) fn is_stdin(path: &str) -> bool {
    matches!(path, "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
}

/// `{ flag: "a" }` in the options of a write.
pub(super) fn appends(args: &Args) -> bool {
    args.all().any(|value| match value {
        Value::Object(object) => {
            let state = object.state.borrow();
            let flag = state
                .get("flag")
                .or_else(|| state.get("flags"))
                .and_then(Value::known);
            flag.is_some_and(|f| f.starts_with('a'))
                || state.get("append").and_then(Value::truth) == Some(true)
        }
        _ => false,
    })
}
