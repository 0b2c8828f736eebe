//! Expansion of words: what the shell makes of a word before a command sees it.

use super::brace::brace_text;
use super::channel::Channel;
use super::pattern;
use super::state::State;
use super::walk::{Later, Walk};
use crate::lang::programs::Output;
use crate::lang::shell::ast::{self, Dialect, Part};
use crate::model::{
    Anchor, Bound, GapReason, Location, Origin, Piece, Place, Scheme, Span, Unknown, Why, Word,
};

/// Sources of one value that are followed.
const ORIGINS: usize = 64;

/// A stretch of an expanded word before field splitting.
#[derive(Debug, Clone)]
pub(super) enum Segment {
    /// A piece. `quoted` stops splitting and globs; `expanded` (and not quoted) is split at `IFS`.
    Piece {
        piece: Piece,
        quoted: bool,
        expanded: bool,
    },
    /// Origins of known text.
    From(Vec<Origin>),
    /// The end of one element of `"$@"`.
    Break,
}

impl Segment {
    pub fn quoted(text: impl Into<String>) -> Self {
        Self::Piece {
            piece: Piece::Known(text.into()),
            quoted: true,
            expanded: false,
        }
    }
}

/// The segments of a value that an expansion gave.
pub(super) fn of_word(word: &Word, quoted: bool) -> Vec<Segment> {
    let mut out: Vec<Segment> = word
        .pieces
        .iter()
        .map(|piece| Segment::Piece {
            piece: piece.clone(),
            quoted,
            expanded: true,
        })
        .collect();
    if !word.from.is_empty() {
        out.push(Segment::From(word.from.clone()));
    }
    out
}

impl Walk<'_> {
    /// Expands words to the arguments a command gets, each with its place.
    pub fn words(&mut self, state: &mut State, words: &[ast::Word]) -> (Vec<Word>, Vec<Place>) {
        let mut out = vec![];
        let mut places = vec![];
        for word in words {
            let place = self.place(state, word.span);
            for alternative in self.braces(state, word) {
                let segments = self.parts(state, &alternative.parts, false);
                for field in self.fields(state, segments) {
                    for field in self.glob(state, field) {
                        out.push(field);
                        places.push(place);
                    }
                }
            }
            if out.len() > 4096 {
                self.gap(
                    state,
                    word.span,
                    GapReason::Limit,
                    "a word expands to too many words",
                );
                break;
            }
        }
        (out, places)
    }

    /// Expands a word without splitting and globs, as in an assignment.
    pub fn word(&mut self, state: &mut State, word: &ast::Word) -> Word {
        let segments = self.parts(state, &word.parts, false);
        let word = join(segments, " ", false);
        self.bounded(state, word)
    }

    /// Expands a redirect target: no splitting, globs stay patterns.
    pub fn target(&mut self, state: &mut State, word: &ast::Word) -> Word {
        let segments = self.parts(state, &word.parts, false);
        let word = join(segments, " ", true);
        let word = self.bounded(state, word);
        let mut found = self.glob(state, word);
        if found.len() == 1 {
            found.remove(0)
        } else {
            Word::unknown(Why::NotUnderstood)
        }
    }

    /// Expands a word in a place where a pattern is meant; quoted text matches itself.
    pub fn pattern(&mut self, state: &mut State, word: &ast::Word) -> Option<String> {
        let mut out = String::new();
        for segment in self.parts(state, &word.parts, false) {
            let Segment::Piece { piece, quoted, .. } = segment else {
                continue;
            };
            match piece {
                Piece::Known(text) if quoted => out.push_str(&pattern::escape(&text)),
                Piece::Known(text) | Piece::Pattern(text) => out.push_str(&text),
                _ => return None,
            }
        }
        Some(out)
    }

    fn bounded(&mut self, state: &State, word: Word) -> Word {
        if super::channel::size(&word) > self.context.limits.text_bytes {
            self.gap(
                state,
                Span::default(),
                GapReason::Limit,
                "an expanded word is too long",
            );
            return Word::unknown_from(Why::Limit, word.origins());
        }
        let mut origins = word.origins();
        if origins.len() > ORIGINS {
            self.gap(
                state,
                Span::default(),
                GapReason::Limit,
                "a value has too many sources to follow",
            );
            origins.truncate(ORIGINS);
            return Word::unknown_from(Why::Limit, origins);
        }
        word
    }

    /// The segments of some parts of a word.
    pub fn parts(&mut self, state: &mut State, parts: &[Part], quoted: bool) -> Vec<Segment> {
        let mut out = vec![];
        if !self.step(state, Span::default()) || !self.enter(state, Span::default()) {
            out.extend(of_word(&Word::unknown(Why::Limit), true));
            return out;
        }
        for part in parts {
            self.part(state, part, quoted, &mut out);
        }
        self.leave();
        out
    }

    fn part(&mut self, state: &mut State, part: &Part, quoted: bool, out: &mut Vec<Segment>) {
        match part {
            Part::Literal(text) => self.text(text, quoted, out),
            Part::Quoted { text, escaped } => {
                self.text(text, true, out);
                if *escaped {
                    out.push(Segment::From(vec![Origin::Decoded(Scheme::Escapes)]));
                }
            }
            Part::Double(inner) => {
                let segments = self.parts(state, inner, true);
                // `""` is an empty word; `"$@"` without arguments is none.
                if segments.is_empty() && !inner.iter().any(is_list) {
                    out.push(Segment::quoted(""));
                }
                out.extend(segments);
            }
            Part::Parameter(parameter) => out.extend(self.parameter(state, parameter, quoted)),
            Part::Command { list, span, .. } => {
                let word = self.substitution(state, list, *span);
                out.extend(of_word(&word, quoted));
                if quoted && word.is_empty() {
                    out.push(Segment::quoted(""));
                }
            }
            Part::Arithmetic(inner) => {
                let segments = self.parts(state, inner, true);
                let text = join(segments, " ", false);
                let word = self.arithmetic(state, &text);
                out.extend(of_word(&word, quoted));
            }
            Part::Process { output, list, span } => {
                let word = self.process(state, *output, list, *span);
                out.extend(of_word(&word, true));
            }
            Part::Tilde(name) => {
                let word = match name.as_str() {
                    "+" => self.location_word(&state.cwd.clone()),
                    "-" => self.location_word(&state.cwd_before.clone()),
                    // Whose home `~name` is cannot be known: it may be the person's own.
                    _ => Word::anchor(Anchor::Home),
                };
                out.extend(of_word(&word, true));
            }
            Part::Glob(text) => out.push(Segment::Piece {
                piece: if quoted || state.options.noglob {
                    Piece::Known(text.clone())
                } else {
                    Piece::Pattern(text.clone())
                },
                quoted,
                expanded: false,
            }),
            Part::Brace(brace) => {
                let text = brace_text(brace);
                self.text(&text, quoted, out);
            }
        }
    }

    /// Literal text, with the stand-ins of unknown pieces put back.
    fn text(&self, text: &str, quoted: bool, out: &mut Vec<Segment>) {
        let word = self.restored(text);
        if word.pieces.is_empty() {
            out.push(Segment::Piece {
                piece: Piece::Known(String::new()),
                quoted,
                expanded: false,
            });
        }
        for piece in word.pieces {
            out.push(Segment::Piece {
                piece,
                quoted,
                expanded: false,
            });
        }
        if !word.from.is_empty() {
            out.push(Segment::From(word.from));
        }
    }

    /// `$(…)`: the list runs in a subshell, its output without trailing newlines is the value.
    fn substitution(&mut self, state: &mut State, list: &ast::List, span: Span) -> Word {
        if let Some(redirect) = only_read(list) {
            let mut child = state.clone();
            let stdin = self.read_redirect(&mut child, redirect);
            return output_word(&Output {
                origins: stdin.origins,
                text: stdin.text,
                decoded: vec![],
            });
        }
        let id = self.open(Channel::captured());
        let mut child = state.clone();
        child.fds.insert(1, id);
        let known = child.traps.len();
        if self.enter(state, span) {
            self.list(&mut child, list);
            self.run_traps(&mut child, known);
            self.leave();
        }
        state.status = child.status;
        let channel = &self.channels[id];
        output_word(&Output {
            origins: channel.origins.clone(),
            text: Some(channel.text.clone()),
            decoded: vec![],
        })
    }

    /// `<(…)` and `>(…)`: the path of a pipe.
    fn process(&mut self, state: &mut State, output: bool, list: &ast::List, span: Span) -> Word {
        let id = self.open(Channel::captured());
        let number = self.next_fd;
        self.next_fd += 1;
        let path = format!("/dev/fd/{number}");
        let mut word = Word::known(&path);
        if output {
            state.fds.insert(number, id);
            self.later.push(Later {
                list: list.clone(),
                channel: id,
                source: state.source,
            });
            return word;
        }
        let mut child = state.clone();
        child.fds.insert(1, id);
        if self.enter(state, span) {
            self.list(&mut child, list);
            self.leave();
        }
        let channel = &self.channels[id];
        word.from.clone_from(&channel.origins);
        let made = super::overlay::Made {
            origins: channel.origins.clone(),
            text: channel.text.clone(),
            writes: vec![],
        };
        let stdin = channel.as_stdin();
        let reader = self.open(Channel::reading(stdin));
        state.fds.insert(number, reader);
        self.overlay.replace(&Location::Absolute(path), made);
        word
    }

    /// Splits segments into fields at `IFS`.
    fn fields(&mut self, state: &State, segments: Vec<Segment>) -> Vec<Word> {
        let ifs = self.separators(state);
        let splits = state.dialect != Dialect::Zsh;
        let mut out: Vec<Word> = vec![];
        let mut current: Option<Word> = None;
        for segment in segments {
            match segment {
                Segment::Break => out.extend(current.take()),
                Segment::From(origins) => {
                    if let Some(word) = current.as_mut().or(out.last_mut()) {
                        super::channel::add_origins(&mut word.from, &origins);
                    }
                }
                Segment::Piece {
                    piece: Piece::Known(text),
                    quoted: false,
                    expanded: true,
                } if splits => split_into(&text, &ifs, &mut current, &mut out),
                Segment::Piece {
                    piece,
                    quoted,
                    expanded,
                } => {
                    let nothing = piece == Piece::Known(String::new());
                    if nothing && expanded && !quoted {
                        continue;
                    }
                    current.get_or_insert_default().push(piece);
                }
            }
        }
        out.extend(current);
        let words: Vec<Word> = out.into_iter().map(|word| self.bounded(state, word)).collect();
        words
    }

    /// The characters that separate fields.
    pub fn separators(&self, state: &State) -> String {
        match state.scalar("IFS").map(Word::as_known) {
            Some(Some(text)) => text.to_owned(),
            _ => " \t\n".to_owned(),
        }
    }
}

/// Cuts expanded text at `ifs`; unquoted patterns in it are patterns.
fn split_into(text: &str, ifs: &str, current: &mut Option<Word>, out: &mut Vec<Word>) {
    let white = |c: char| ifs.contains(c) && matches!(c, ' ' | '\t' | '\n');
    let mut part = String::new();
    let flush = |part: &mut String, current: &mut Option<Word>| {
        if !part.is_empty() {
            let text = std::mem::take(part);
            let word = current.get_or_insert_default();
            if pattern::is_pattern(&text) {
                word.push(Piece::Pattern(text));
            } else {
                word.push_str(&text);
            }
        }
    };
    for c in text.chars() {
        if white(c) {
            flush(&mut part, current);
            out.extend(current.take());
        } else if ifs.contains(c) {
            flush(&mut part, current);
            out.push(current.take().unwrap_or_default());
        } else {
            part.push(c);
        }
    }
    flush(&mut part, current);
}

/// One word of all segments, elements of lists joined by `separator`.
pub(super) fn join(segments: Vec<Segment>, separator: &str, globs: bool) -> Word {
    let mut word = Word::default();
    let mut pending = false;
    for segment in segments {
        match segment {
            Segment::Break => pending = true,
            Segment::From(origins) => super::channel::add_origins(&mut word.from, &origins),
            Segment::Piece { piece, quoted, .. } => {
                if std::mem::take(&mut pending) {
                    word.push_str(separator);
                }
                match piece {
                    Piece::Pattern(text) if !globs => word.push_str(&text),
                    Piece::Known(text) if globs && !quoted && pattern::is_pattern(&text) => {
                        word.push(Piece::Pattern(text));
                    }
                    piece => word.push(piece),
                }
            }
        }
    }
    word
}

/// The value that an output has in `$(…)`.
pub(super) fn output_word(output: &Output) -> Word {
    let mut text = match &output.text {
        Some(text) => text.clone(),
        None => Word::unknown_from(Why::Output, output.origins.clone()),
    };
    trim_newlines(&mut text);
    let interesting: Vec<Origin> = output.origins.clone();
    for piece in &mut text.pieces {
        if let Piece::Unknown(unknown) = piece {
            super::channel::add_origins(&mut unknown.from, &interesting);
        }
    }
    if !text.has_unknown() {
        super::channel::add_origins(&mut text.from, &interesting);
    }
    text
}

/// Removes newlines at the end.
pub(super) fn trim_newlines(word: &mut Word) {
    while let Some(Piece::Known(last)) = word.pieces.last_mut() {
        let kept = last.trim_end_matches('\n').len();
        last.truncate(kept);
        if !last.is_empty() {
            break;
        }
        word.pieces.pop();
    }
}

/// `$(< file)`: the redirect.
fn only_read(list: &ast::List) -> Option<&ast::Redirect> {
    let [item] = list.items.as_slice() else {
        return None;
    };
    let ([], [stage]) = (item.rest.as_slice(), item.first.stages.as_slice()) else {
        return None;
    };
    match &stage.command {
        ast::Command::Simple(simple) if simple.words.is_empty() && simple.assignments.is_empty() => {
            match simple.redirects.as_slice() {
                [redirect] if redirect.op == ast::RedirectOp::Read => Some(redirect),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_list(part: &Part) -> bool {
    let Part::Parameter(parameter) = part else {
        return false;
    };
    let all = |word: &ast::Word| matches!(word.parts.as_slice(), [Part::Literal(t) | Part::Glob(t)] if t == "@" || t == "*");
    parameter.name == "@" || parameter.index.as_ref().is_some_and(all)
}

/// Replaces "not set, so this default" by the default: what the command sees unless the person set
/// the variable.
pub(super) fn settle(word: &Word) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for piece in &word.pieces {
        match piece {
            Piece::Unknown(Unknown {
                why: Why::Variable(_),
                bound: Some(Bound::OneOf(texts)),
                from,
            }) if texts.len() == 1 => {
                out.push(Piece::Known(texts[0].clone()));
                super::channel::add_origins(&mut out.from, from);
            }
            piece => out.push(piece.clone()),
        }
    }
    out
}
