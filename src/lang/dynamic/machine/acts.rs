//! Functions of the platform that act: each table entry to its effects.

use super::Machine;
use super::call::Args;
use super::method::is_callable;
use crate::lang::dynamic::api::{Act, Does};
use crate::lang::dynamic::value::{Native, Shape, State, Value};
use crate::model::effect::EnvAct;
use crate::model::{EffectId, EffectKind, Location, Origin, Scheme, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn call_native(&mut self, native: &Native, args: Args, span: Span) -> Value {
        let apis = (self.dialect.apis)();
        if let Some(act) = apis.act(&native.name) {
            return self.act(act, &native.name, None, &args, span, native.assembled);
        }
        if let Some(value) = self.special(native, &args, span) {
            return value;
        }
        // `path.join.apply(null, …)`, `exec.call(…)`: the function under the method.
        for method in [".call", ".apply", ".bind", ".__call__", ".sync"] {
            if let Some(inner) = native.name.strip_suffix(method)
                && apis.act(inner).is_some()
            {
                let of = self.native(inner, span, native.assembled);
                let bound = super::member::bound(&of, method.trim_start_matches('.'), native.assembled);
                if method == ".__call__" || method == ".sync" {
                    return self.invoke_value(&of, args, span);
                }
                return self.invoke_value(&bound, args, span);
            }
        }
        let of = Value::Nothing;
        self.unknown_call(&of, &args, span)
    }

    fn special(&mut self, native: &Native, args: &Args, span: Span) -> Option<Value> {
        match native.name.as_str() {
            "sys.path.insert" | "sys.path.append" | "sys.path.extend" | "site.addsitedir" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    if !matches!(value, Value::Number(_)) {
                        let word = self.word(&value);
                        let at = Location::resolve(&word, &self.cwd, &self.context.root);
                        self.search.push(at);
                    }
                }
                Some(Value::Nothing)
            }
            "os.environ.update" => {
                for value in args.all().cloned().collect::<Vec<_>>() {
                    if let Value::Object(object) = &value {
                        let members = object.state.borrow().members.clone();
                        let env = self.native("os.environ", span, false);
                        for (key, member) in members {
                            self.set_member(&env, &Value::text(key.to_string()), &member, span);
                        }
                    }
                }
                Some(Value::Nothing)
            }
            // Reading standard input in any way: `sys.stdin.buffer.read()`, `process.stdin.on("data", f)`.
            name if name.starts_with("sys.stdin.")
                || name.starts_with("process.stdin.")
                || name.starts_with("Bun.stdin.") =>
            {
                let from = vec![Origin::Input];
                self.write_to_handles(args, &from);
                for value in args.all().cloned().collect::<Vec<_>>() {
                    self.escape(&value, &from, span);
                }
                Some(Value::unknown(Why::Input, from))
            }
            _ => None,
        }
    }

    pub(super) fn act(
        &mut self,
        act: &'static Act,
        called: &str,
        of: Option<&Value>,
        args: &Args,
        span: Span,
        assembled: bool,
    ) -> Value {
        let before = self.lowered.effects.len();
        let result = self.act_inner(act, called, of, args, span);
        // Who hides the name of what is called hides the call.
        if assembled && !matches!(act.does, Does::Compute) {
            for id in before..self.lowered.effects.len() {
                let id = EffectId(u32::try_from(id).unwrap_or(u32::MAX));
                if matches!(self.lowered.get(id).kind, EffectKind::Exec(_)) {
                    self.flow(Origin::Decoded(Scheme::Assembled), id, Via::Variable);
                }
            }
        }
        result
    }

    fn act_inner(
        &mut self,
        act: &'static Act,
        called: &str,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        match act.does {
            Does::Read => self.read(act, of, args, span),
            Does::List => self.listing(act, of, args, span),
            Does::Write => self.write(act, of, args, span),
            Does::Copy => self.copy(act, of, args, span),
            Does::Open => self.open(act, of, args, span),
            Does::Connect => self.connect(act, called, of, args, span),
            Does::Send => self.send(act, of, args, span),
            Does::Shell => self.shell(act, args, span),
            Does::Run => self.run_words(act, args, span),
            Does::Code => {
                let text = self.pick(&act.text, of, args).unwrap_or_default();
                let at = args
                    .spans
                    .iter()
                    .next_back()
                    .copied()
                    .filter(|_| act.text == ["last"]);
                let at = at.or_else(|| args.spans.first().copied()).unwrap_or(span);
                self.run_code(&text, at, act.language.as_deref())
            }
            Does::Load => {
                let value = self.pick(&act.path, of, args).unwrap_or_default();
                self.require(&value, span, span)
            }
            Does::Worker => self.worker(act, of, args, span),
            Does::LoadNative | Does::Unpickle => self.opaque_load(act, of, args, span),
            Does::Env => match self.pick(&act.name, of, args) {
                Some(name) => {
                    let value = self.env_read(&name, span);
                    match args.at(1) {
                        Some(default) if !matches!(default, Value::Nothing) => value.or(default.clone()),
                        _ => value,
                    }
                }
                None => {
                    let id = self.env_at(Word::known("*"), None, EnvAct::Read, self.place(span));
                    let from = vec![Origin::Effect(id)];
                    let mut state = State::default();
                    let one = Value::unknown(Why::Output, from.clone());
                    state.put_rest(match called.ends_with("items") {
                        true => Value::list(vec![one.clone(), one]),
                        false => one,
                    });
                    let shape = if called.ends_with("copy") {
                        Shape::Dict
                    } else {
                        Shape::List
                    };
                    Value::object(shape, state)
                }
            },
            Does::SetEnv | Does::UnsetEnv => {
                let name = self.pick(&act.name, of, args).unwrap_or_default();
                let name = self.word(&name);
                let value = self.pick(&act.data, of, args);
                let word = value.as_ref().map(|v| self.word(v));
                let how = if act.does == Does::SetEnv {
                    EnvAct::Set
                } else {
                    EnvAct::Unset
                };
                let id = self.env_at(name, word, how, self.place(span));
                if let Some(value) = value {
                    self.flow_value(&value, id, Via::Variable);
                }
                Value::Nothing
            }
            Does::Print => self.print(args, span),
            Does::Input => Value::unknown(Why::Input, vec![Origin::Input]),
            Does::Chdir => {
                let value = self.pick(&act.path, of, args).unwrap_or_default();
                let word = self.word(&value);
                let at = Location::resolve(&word, &self.cwd, &self.context.root);
                self.cwd = if self.branch == 0 || at == self.cwd {
                    at
                } else {
                    Location::Unknown
                };
                Value::Nothing
            }
            Does::Exit => Value::Nothing,
            Does::Query => self.query(act, of, args, span),
            Does::Compute => self.compute(act, of, args, span),
            Does::Make => match act.class.as_deref() {
                Some(class) => Value::handle(class, vec![]),
                None => Value::Nothing,
            },
        }
    }

    /// The result of an act on `ids`: a handle of the class, or their bytes; callbacks get it too.
    pub(super) fn result(
        &mut self,
        act: &'static Act,
        ids: Vec<EffectId>,
        bytes: Option<Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let from: Vec<Origin> = ids.iter().map(|id| Origin::Effect(*id)).collect();
        let bytes = bytes.unwrap_or_else(|| Value::unknown(Why::Output, from.clone()));
        let result = match act.class.as_deref() {
            Some(class) => Value::handle(class, ids),
            None => bytes.clone(),
        };
        for value in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            // Node's `(error, data) => …`, and `response => …` of the http family.
            let first = if matches!(act.does, Does::Connect) {
                bytes.clone()
            } else {
                Value::Nothing
            };
            let call = vec![first, bytes.clone(), bytes.clone()];
            self.call_back(&value, call, span);
        }
        result
    }
}
