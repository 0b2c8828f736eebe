//! Texts that are parsed again: `eval`, `sh -c`, here-documents for a shell, aliases, traps.

use super::state::State;
use super::walk::Walk;
use crate::lang::shell::{ast, parse};
use crate::model::effect::{Exec, How, Understood};
use crate::model::source::{Hop, Mapping};
use crate::model::{EffectId, EffectKind, GapReason, Origin, Piece, Place, SourceId, Span, Via, Word};

/// A stand-in for a piece of a text that is parsed again before the piece is known.
const OPEN: char = '\u{f8f0}';
const CLOSE: char = '\u{f8f1}';

impl Walk<'_> {
    /// Parses `text` and runs it in `state`. `exec` is the shell's own start, if it has one.
    pub fn run_text(&mut self, state: &mut State, text: &Word, place: Place, exec: Option<EffectId>) {
        let text = super::expand::settle(text);
        let unknown = text.has_unknown();
        let encoded = text
            .from
            .iter()
            .any(|origin| matches!(origin, Origin::Decoded(_)));
        let exec = match exec {
            Some(exec) => Some(exec),
            None if unknown || encoded => Some(self.push_exec(
                state,
                place,
                Exec {
                    program: Word::known("eval"),
                    argv: vec![text.clone()],
                    how: How::Shell,
                    understood: if unknown {
                        Understood::Opaque
                    } else {
                        Understood::Told
                    },
                    followed: !unknown,
                    package: None,
                },
            )),
            None => None,
        };
        if let Some(exec) = exec {
            self.flows(&text.origins(), exec, Via::Argument);
        }
        if unknown {
            let detail = format!("the code `{}` is decided at run time", short(&text.display()));
            self.out.coverage.note(place, GapReason::UnknownCode, detail);
        }
        let readable = text
            .pieces
            .iter()
            .any(|piece| !matches!(piece, Piece::Unknown(_)));
        if !readable && unknown {
            state.tainted = true;
            if let Some(exec) = exec {
                let output = crate::lang::programs::Output {
                    origins: vec![Origin::Effect(exec)],
                    ..crate::lang::programs::Output::default()
                };
                self.emit(state, 1, &output);
            }
            return;
        }
        if let (Some(exec), false) = (exec, unknown)
            && let EffectKind::Exec(exec) = &mut self.out.get_mut(exec).kind
        {
            exec.followed = true;
        }
        let hop = if encoded { Hop::Decoded } else { Hop::Inline };
        let rendered = self.rendered(&text);
        let mapping = self.mapping(place, &rendered);
        let source = self.sources.within(place.source, hop, mapping, rendered);
        self.run_source(state, source);
        state.tainted |= unknown;
    }

    /// Parses a source and runs it in `state`.
    pub fn run_source(&mut self, state: &mut State, source: SourceId) {
        let text = self.sources.text(source).clone();
        let whole = Place::new(source, Span::new(0, text.len()));
        let limits = self.context.limits;
        if text.len() > limits.code_bytes || self.sources.depth(source) > limits.hops {
            self.out.coverage.note(
                whole,
                GapReason::Limit,
                "code in code, too deep or too long to follow",
            );
            return;
        }
        let script = parse(&text, state.dialect, limits);
        self.run_script_tree(state, source, &script);
    }

    /// Runs a parsed source.
    pub fn run_script_tree(&mut self, state: &mut State, source: SourceId, script: &ast::Script) {
        for (span, reason) in &script.gaps {
            self.out
                .coverage
                .note(Place::new(source, *span), GapReason::Syntax, reason.clone());
        }
        let before = std::mem::replace(&mut state.source, source);
        self.list(state, &script.list);
        state.source = before;
    }

    /// Runs the substitutions that hide in a text which the shell expands once more: subscripts in
    /// arithmetic, `${x@P}`, `PS4`.
    pub fn hidden_code(&mut self, state: &mut State, word: &Word, span: Span) {
        let hidden = word.pieces.iter().any(|piece| match piece {
            Piece::Known(text) => text.contains("$(") || text.contains('`'),
            _ => false,
        });
        if !hidden {
            return;
        }
        let mut text = Word::known(": \"");
        text.append(word);
        text.push_str("\"");
        let place = self.place(state, span);
        self.run_text(state, &text, place, None);
    }

    /// The text with a stand-in for every piece that is no known text.
    fn rendered(&mut self, text: &Word) -> String {
        let mut out = String::new();
        for piece in &text.pieces {
            match piece {
                Piece::Known(known) | Piece::Pattern(known) => out.push_str(known),
                piece => {
                    let number = self.placeholders.len();
                    self.placeholders.push(Word {
                        pieces: vec![piece.clone()],
                        from: vec![],
                    });
                    out.push(OPEN);
                    out.push_str(&number.to_string());
                    out.push(CLOSE);
                }
            }
        }
        out
    }

    /// Literal text with its stand-ins put back.
    pub fn restored(&self, text: &str) -> Word {
        let mut word = Word::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let found = after.split_once(CLOSE).and_then(|(number, after)| {
                let index: usize = number.parse().ok()?;
                Some((self.placeholders.get(index)?, after))
            });
            word.push_str(before);
            match found {
                Some((piece, after)) => {
                    word.append(piece);
                    rest = after;
                }
                None => {
                    word.push_str(&OPEN.to_string());
                    rest = after;
                }
            }
        }
        word.push_str(rest);
        word
    }

    /// How a text that stands at `place` lies in the source there: in step if it stands there
    /// verbatim, here-documents after the command included.
    fn mapping(&self, place: Place, text: &str) -> Mapping {
        let source = self.sources.text(place.source);
        let inside = source.get(place.span.start..place.span.end);
        let found = inside
            .and_then(|inside| inside.find(text))
            .map(|at| place.span.start + at)
            .or_else(|| {
                let lines = text.len() > 8 && text.contains('\n');
                let after = source.get(place.span.end..).filter(|_| lines)?;
                after.find(text).map(|at| place.span.end + at)
            });
        match found {
            Some(start) if !text.is_empty() => Mapping::Pieces(vec![(0, start)], start + text.len()),
            _ => Mapping::Whole(place.span),
        }
    }
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
