//! Program text that is run: by a shell, by an interpreter.

use super::Machine;
use crate::lang::dynamic::value::{Value, merge};
use crate::model::effect::{Exec, How, Understood};
use crate::model::lowered::{Reference, Target};
use crate::model::source::{Hop, Mapping};
use crate::model::{
    Anchor, EffectId, EffectKind, GapReason, Location, Origin, Piece, Place, Scheme, SourceId, Span, Via,
    Why, Word,
};

impl Machine<'_, '_> {
    /// Text that a shell runs.
    pub(super) fn shell_word(
        &mut self,
        word: &Word,
        span: Span,
        input: Option<&Value>,
        cwd: Option<&Value>,
    ) -> EffectId {
        if let Some(connect) = self.network_path(word) {
            let id = self.emit(EffectKind::Connect(connect), span);
            if let Some(input) = input {
                self.flow_value(input, id, Via::Pipe);
            }
            return id;
        }
        let runs = !matches!(word.pieces.first(), None | Some(Piece::Unknown(_)));
        let exec = Exec {
            program: Word::known("sh"),
            argv: vec![Word::known("-c"), word.clone()],
            how: How::Shell,
            understood: if runs {
                Understood::Told
            } else {
                Understood::Opaque
            },
            followed: false,
            package: None,
        };
        let id = self.emit(EffectKind::Exec(exec), span);
        self.flow_word(word, id, Via::Argument);
        if let Some(input) = input {
            self.flow_value(input, id, Via::Pipe);
        }
        let stdin = input.map(|v| self.origins(v)).unwrap_or_default();
        if runs {
            self.shell_reference(id, word, self.place(span), vec![], stdin, cwd);
        } else if !word.is_empty() {
            self.gap(span, GapReason::UnknownCode, "the command is decided at run time");
        }
        id
    }

    pub(super) fn shell_reference(
        &mut self,
        by: EffectId,
        word: &Word,
        place: Place,
        argv: Vec<Word>,
        stdin: Vec<Origin>,
        cwd: Option<&Value>,
    ) {
        let (text, env) = shell_text(word);
        if self
            .lowered
            .references
            .iter()
            .any(|r| r.by == by && r.place == place && r.env == env)
        {
            return;
        }
        let source = self.inner_source(&text, word, place);
        let cwd = match cwd {
            Some(value) => {
                let word = self.word(value);
                Location::resolve(&word, &self.cwd, &self.context.root)
            }
            None => self.cwd.clone(),
        };
        let target = Target::Code {
            source,
            language: "shell".to_owned(),
        };
        self.refer(Reference {
            by,
            target,
            argv,
            cwd,
            env,
            stdin,
            place,
        });
    }

    pub(super) fn refer(&mut self, reference: Reference) {
        if self.lowered.references.len() >= self.context.limits.references {
            self.gap(reference.place.span, GapReason::Limit, "too many references");
            return;
        }
        if !self.lowered.references.contains(&reference) {
            self.lowered.references.push(reference);
        }
    }

    /// A source for `text`, which stands at `place` or is computed there.
    pub(super) fn inner_source(&mut self, text: &str, word: &Word, place: Place) -> SourceId {
        // The whole of a file that was read is that file.
        for origin in &word.from {
            if let Origin::Effect(id) = origin
                && let Some(path) = self.files.get(id)
            {
                return self.sources.reached(place, Hop::Include, path.clone(), text);
            }
        }
        let code = self.sources.text(place.source).clone();
        let written = code.get(place.span.start..place.span.end).unwrap_or("");
        let decoded = word.from.iter().any(|o| matches!(o, Origin::Decoded(_)));
        let mapping = match written.find(text).filter(|_| !text.is_empty()) {
            Some(at) => Mapping::Pieces(
                vec![(0, place.span.start + at)],
                place.span.start + at + text.len(),
            ),
            None => Mapping::Whole(place.span),
        };
        let hop = if decoded { Hop::Decoded } else { Hop::Inline };
        self.sources.within(place.source, hop, mapping, text)
    }

    /// Program text given as a value: `eval(x)`, `exec(x)`, `new Function(x)`.
    pub(super) fn run_code(&mut self, text: &Value, span: Span, language: Option<&str>) -> Value {
        let language = language.unwrap_or(self.dialect.language).to_owned();
        let mut from = vec![];
        for value in text.each() {
            // `eval(f)` of something that is no text gives it back.
            if !matches!(value, Value::Text(_) | Value::Bytes(_) | Value::Any(_)) && !self.holds_bytes(&value)
            {
                continue;
            }
            let word = self.word(&value);
            let known = word.as_known().map(str::to_owned);
            let interpreter = if language == "shell" {
                "sh"
            } else {
                self.dialect.interpreter
            };
            let exec = Exec {
                program: Word::known(interpreter),
                argv: vec![Word::known(code_option(interpreter)), short(&word)],
                how: How::Interpreter,
                understood: if known.is_some() {
                    Understood::Told
                } else {
                    Understood::Opaque
                },
                followed: false,
                package: None,
            };
            let id = self.emit(EffectKind::Exec(exec), span);
            self.flow_word(&word, id, Via::Argument);
            merge(&mut from, &[Origin::Effect(id)]);
            match known {
                Some(code) if matches!(value, Value::Bytes(_)) => {
                    let _ = code;
                    self.flow(Origin::Decoded(Scheme::Serialized), id, Via::Variable);
                    self.gap(span, GapReason::UnknownCode, "the code is no text");
                }
                Some(code) => {
                    let place = self.place(span);
                    let repeated = self.lowered.references.iter().any(|r| {
                        r.by == id && matches!(&r.target, Target::Code { source, .. } if **self.sources.text(*source) == *code)
                    });
                    if !repeated && !code.trim().is_empty() {
                        let source = self.inner_source(&code, &word, place);
                        let target = Target::Code {
                            source,
                            language: language.clone(),
                        };
                        let cwd = self.cwd.clone();
                        self.refer(Reference {
                            by: id,
                            target,
                            argv: vec![],
                            cwd,
                            env: vec![],
                            stdin: vec![Origin::Input],
                            place,
                        });
                    }
                }
                None => self.gap(span, GapReason::UnknownCode, "the code is decided at run time"),
            }
        }
        Value::unknown(Why::Output, from)
    }

    pub(super) fn holds_bytes(&mut self, value: &Value) -> bool {
        matches!(value, Value::Object(_)) && !self.origins(value).is_empty()
    }
}

/// A word as shell text: pieces that are not known become variables that hold them.
pub(super) fn shell_text(word: &Word) -> (String, Vec<(String, Word)>) {
    let mut text = String::new();
    let mut env: Vec<(String, Word)> = vec![];
    // The quote that is open where a piece stands.
    let mut quote: Option<char> = None;
    for piece in &word.pieces {
        let name = match piece {
            Piece::Known(known) | Piece::Pattern(known) => {
                let mut escaped = false;
                for c in known.chars() {
                    match (quote, c) {
                        _ if escaped => escaped = false,
                        (None | Some('"'), '\\') => escaped = true,
                        (None, '"' | '\'') => quote = Some(c),
                        (Some(open), c) if open == c => quote = None,
                        _ => {}
                    }
                }
                text.push_str(known);
                continue;
            }
            Piece::Anchor(Anchor::Home) => "HOME".to_owned(),
            Piece::Anchor(Anchor::Root) => "CLAUDE_PROJECT_DIR".to_owned(),
            Piece::Anchor(Anchor::Temp) => "TMPDIR".to_owned(),
            Piece::Unknown(unknown) => match &unknown.why {
                Why::Variable(name) if is_name(name) => name.clone(),
                _ => format!("VALUE_{}", env.len() + 1),
            },
        };
        match quote {
            Some('\'') => {
                text.push_str("'\"${");
                text.push_str(&name);
                text.push_str("}\"'");
            }
            _ => {
                text.push_str("${");
                text.push_str(&name);
                text.push('}');
            }
        }
        if !env.iter().any(|(n, _)| *n == name) {
            env.push((
                name,
                Word {
                    pieces: vec![piece.clone()],
                    from: vec![],
                },
            ));
        }
    }
    (text, env)
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// The option with which an interpreter takes program text.
pub(super) fn code_option(interpreter: &str) -> &'static str {
    match interpreter {
        "node" | "perl" | "ruby" => "-e",
        "php" => "-r",
        _ => "-c",
    }
}

/// The word, or an unknown one with its origins where it is too long to be shown.
pub(super) fn short(word: &Word) -> Word {
    match word.as_known() {
        Some(text) if text.len() > 1_000 => Word::unknown_from(Why::Limit, word.origins()),
        _ => word.clone(),
    }
}
