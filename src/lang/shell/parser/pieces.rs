//! A word while it is read. Braces and brackets mean something only once their partner is seen, so they
//! stay marks until the word has ended.

use super::Parser;
use super::cursor::Map;
use crate::lang::shell::ast::{Brace, Parameter, ParameterOp, Part, Word};

/// A character whose meaning is decided at the end of the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    BraceOpen,
    BraceClose,
    Comma,
    BracketOpen,
    BracketClose,
}

impl Mark {
    fn text(self) -> &'static str {
        match self {
            Self::BraceOpen => "{",
            Self::BraceClose => "}",
            Self::Comma => ",",
            Self::BracketOpen => "[",
            Self::BracketClose => "]",
        }
    }
}

#[derive(Debug)]
enum Piece {
    Part(Part),
    /// A mark and its position.
    Mark(Mark, usize),
}

/// The pieces of a word so far.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    list: Vec<Piece>,
    /// Braces that are open.
    pub(super) braces: usize,
    brackets: bool,
    marked: bool,
}

impl Pieces {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn literal(&mut self, text: &str) {
        match self.list.last_mut() {
            Some(Piece::Part(Part::Literal(last))) => last.push_str(text),
            _ => self.list.push(Piece::Part(Part::Literal(text.to_owned()))),
        }
    }

    pub(super) fn glob(&mut self, text: &str) {
        match self.list.last_mut() {
            Some(Piece::Part(Part::Glob(last))) => last.push_str(text),
            _ => self.list.push(Piece::Part(Part::Glob(text.to_owned()))),
        }
    }

    pub(super) fn part(&mut self, part: Part) {
        match part {
            Part::Literal(text) => self.literal(&text),
            Part::Glob(text) => self.glob(&text),
            part => self.list.push(Piece::Part(part)),
        }
    }

    /// A brace, comma or bracket at `position`.
    pub(super) fn mark(&mut self, mark: Mark, position: usize) {
        match mark {
            Mark::BraceOpen => self.braces += 1,
            Mark::BraceClose if self.braces > 0 => self.braces -= 1,
            Mark::Comma if self.braces > 0 => {}
            Mark::BracketOpen => self.brackets = true,
            Mark::BracketClose if self.brackets => {}
            _ => return self.literal(mark.text()),
        }
        self.marked = true;
        self.list.push(Piece::Mark(mark, position));
    }

    /// A bracket that was read as a subscript but is not one.
    pub(super) fn bracketed(&mut self, content: Word) {
        self.mark(Mark::BracketOpen, content.span.start);
        for part in content.parts {
            self.part(part);
        }
        self.mark(Mark::BracketClose, content.span.end);
    }

    /// Whether everything so far is a name, as before the `=` of something like an assignment.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.list.as_slice(), [Piece::Part(Part::Literal(text))] if
            text.bytes().next().is_some_and(super::cursor::is_name_start)
                && text.bytes().all(super::cursor::is_name_byte))
    }

    /// Whether a tilde here would start an alternative of a brace at the start of the word.
    pub(super) fn starts_alternative(&self) -> bool {
        matches!(self.list.first(), Some(Piece::Mark(Mark::BraceOpen, _)))
            && matches!(
                self.list.last(),
                Some(Piece::Mark(Mark::BraceOpen | Mark::Comma, _))
            )
    }

    /// The parts, where marks stand for themselves.
    pub(super) fn plain(self) -> Vec<Part> {
        let mut parts = vec![];
        for piece in self.list {
            match piece {
                Piece::Part(part) => push(&mut parts, part),
                Piece::Mark(mark, _) => push(&mut parts, Part::Literal(mark.text().to_owned())),
            }
        }
        parts
    }
}

/// Appends `part`; texts of one kind join.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Literal(last)), Part::Literal(text)) | (Some(Part::Glob(last)), Part::Glob(text)) => {
            last.push_str(&text);
        }
        (_, Part::Literal(text)) if text.is_empty() => {}
        (_, part) => parts.push(part),
    }
}

/// A brace that is open: its finished alternatives, and the one being read.
struct Open {
    alternatives: Vec<(usize, usize, Vec<Piece>)>,
    from: usize,
    current: Vec<Piece>,
}

impl Parser<'_, '_> {
    /// The parts of the word that `pieces` are.
    pub(super) fn finish(&mut self, pieces: Pieces) -> Vec<Part> {
        if !pieces.marked {
            return pieces.plain();
        }
        let resolved = self.braces(pieces.list);
        let parts = brackets(resolved);
        // In a text of its own (escaped backticks) the two cannot be told apart: rather a gap too many.
        let braced = |parameter: &Parameter| {
            let last = parameter.span.end.checked_sub(1);
            matches!(self.map, Map::Same) && last.and_then(|at| self.byte(at)) == Some(b'}')
        };
        if joins_oddly(&parts, &braced) {
            self.gap_here("a brace expansion makes a new parameter or home folder from its pieces");
        }
        parts
    }

    /// Pairs the braces, as bash does: an inner pair first, an open one without partner is text.
    fn braces(&mut self, pieces: Vec<Piece>) -> Vec<Piece> {
        let mut open: Vec<Open> = vec![];
        let mut done: Vec<Piece> = vec![];
        for piece in pieces {
            match piece {
                Piece::Mark(Mark::BraceOpen, position) => {
                    if self.shared.depth + open.len() >= self.shared.max_depth {
                        self.gap(position, position + 1, "nested deeper than the limit");
                        let current = open.last_mut().map_or(&mut done, |open| &mut open.current);
                        current.push(literal("{"));
                    } else {
                        open.push(Open {
                            alternatives: vec![],
                            from: position + 1,
                            current: vec![],
                        });
                    }
                }
                Piece::Mark(Mark::Comma, position) => match open.last_mut() {
                    Some(open) => {
                        let current = std::mem::take(&mut open.current);
                        open.alternatives.push((open.from, position, current));
                        open.from = position + 1;
                    }
                    None => done.push(literal(",")),
                },
                Piece::Mark(Mark::BraceClose, position) => match open.pop() {
                    Some(inner) => {
                        let outer = open.last_mut().map_or(&mut done, |open| &mut open.current);
                        self.close_brace(inner, position, outer);
                    }
                    None => done.push(literal("}")),
                },
                piece => open
                    .last_mut()
                    .map_or(&mut done, |open| &mut open.current)
                    .push(piece),
            }
        }
        for unclosed in open {
            spell_out(unclosed, &mut done);
        }
        done
    }

    fn close_brace(&mut self, mut inner: Open, position: usize, outer: &mut Vec<Piece>) {
        if inner.alternatives.is_empty() {
            match range(&inner.current, self.is_zsh()) {
                Some(range) => outer.push(Piece::Part(Part::Brace(range))),
                None => {
                    spell_out(inner, outer);
                    outer.push(literal("}"));
                }
            }
            return;
        }
        inner.alternatives.push((inner.from, position, inner.current));
        let words = inner.alternatives.into_iter().map(|(start, end, pieces)| Word {
            parts: brackets(pieces),
            span: self.span(start, end),
        });
        let brace = Brace::List(words.collect());
        outer.push(Piece::Part(Part::Brace(brace)));
    }
}

fn literal(text: &str) -> Piece {
    Piece::Part(Part::Literal(text.to_owned()))
}

/// An opening brace that expands nothing, and what follows it.
fn spell_out(open: Open, into: &mut Vec<Piece>) {
    into.push(literal("{"));
    for (_, _, pieces) in open.alternatives {
        into.extend(pieces.into_iter().map(without_tilde));
        into.push(literal(","));
    }
    into.extend(open.current.into_iter().map(without_tilde));
}

fn without_tilde(piece: Piece) -> Piece {
    match piece {
        Piece::Part(Part::Tilde(name)) => Piece::Part(Part::Literal(format!("~{name}"))),
        piece => piece,
    }
}

/// `1..9`, `a..f`, with a step.
fn range(pieces: &[Piece], zsh: bool) -> Option<Brace> {
    let text = match pieces {
        [Piece::Part(Part::Literal(text))] => text.as_str(),
        _ => return None,
    };
    let mut ends = text.split("..");
    let (first, last, step) = (ends.next()?, ends.next()?, ends.next());
    let is_number = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let numbers = is_number(first) && is_number(last);
    let letters = is_letter(first) && is_letter(last);
    let steps = step.is_none_or(is_number) && (!zsh || numbers || step.is_none());
    ((numbers || letters) && steps && ends.next().is_none())
        .then(|| Brace::Range(first.to_owned(), last.to_owned(), step.map(str::to_owned)))
}

/// Pairs brackets: `[…]` becomes a glob.
fn brackets(pieces: Vec<Piece>) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![];
    let mut bracket: Option<Vec<Piece>> = None;
    for piece in pieces {
        match (piece, &mut bracket) {
            (Piece::Mark(Mark::BracketOpen, _), None) => bracket = Some(vec![]),
            (Piece::Mark(Mark::BracketClose, _), Some(content))
                if !starts_set(content) && !in_class(content) =>
            {
                let content = bracket.take().unwrap_or_default();
                close_bracket(content, &mut parts);
            }
            (piece, Some(content)) => content.push(piece),
            (Piece::Part(part), None) => push(&mut parts, part),
            (Piece::Mark(mark, _), None) => push(&mut parts, Part::Literal(mark.text().to_owned())),
        }
    }
    if let Some(content) = bracket {
        push(&mut parts, Part::Literal("[".to_owned()));
        for piece in content {
            let part = match piece {
                Piece::Part(part) => part,
                Piece::Mark(mark, _) => Part::Literal(mark.text().to_owned()),
            };
            push(&mut parts, part);
        }
    }
    parts
}

/// Whether a `]` here would be the first character of the set.
fn starts_set(content: &[Piece]) -> bool {
    match content {
        [] => true,
        [Piece::Part(Part::Literal(text))] => matches!(text.as_str(), "!" | "^"),
        _ => false,
    }
}

/// Whether a `]` here ends `[:class:]` inside the set.
fn in_class(content: &[Piece]) -> bool {
    match content {
        [
            ..,
            Piece::Mark(Mark::BracketOpen, _),
            Piece::Part(Part::Literal(text)),
        ] => {
            let bytes = text.as_bytes();
            matches!((bytes.first(), bytes.last()), (Some(a @ (b':' | b'.' | b'=')), Some(b)) if a == b && bytes.len() > 1)
        }
        _ => false,
    }
}

/// A finished set: one glob, unless something in it expands.
fn close_bracket(content: Vec<Piece>, parts: &mut Vec<Part>) {
    let mut text = String::from("[");
    let constant = content.iter().all(|piece| match piece {
        Piece::Mark(mark, _) => {
            text.push_str(mark.text());
            true
        }
        Piece::Part(Part::Literal(plain) | Part::Glob(plain)) => {
            text.push_str(plain);
            true
        }
        Piece::Part(Part::Quoted { text: quoted, .. }) => {
            escape_into(quoted, &mut text);
            true
        }
        Piece::Part(Part::Double(inner)) => inner.iter().all(|part| match part {
            Part::Literal(plain) => {
                escape_into(plain, &mut text);
                true
            }
            _ => false,
        }),
        Piece::Part(_) => false,
    });
    if constant {
        text.push(']');
        return push(parts, Part::Glob(text));
    }
    push(parts, Part::Glob("[".to_owned()));
    for piece in content {
        match piece {
            Piece::Part(Part::Literal(plain)) => push(parts, Part::Glob(plain)),
            Piece::Part(part) => push(parts, part),
            Piece::Mark(mark, _) => push(parts, Part::Glob(mark.text().to_owned())),
        }
    }
    push(parts, Part::Glob("]".to_owned()));
}

/// Quoted text inside a pattern: what would be special gets a backslash.
pub(super) fn escape_into(quoted: &str, text: &mut String) {
    for character in quoted.chars() {
        if matches!(
            character,
            '[' | ']' | '-' | '!' | '^' | '\\' | '*' | '?' | '(' | ')' | '|'
        ) {
            text.push('\\');
        }
        text.push(character);
    }
}

/// Whether bash, which expands braces before all else and as text, would read something new from a
/// brace and what stands beside it: `$x{a,b}` is `$xa $xb`, `{$,}{HOME,}` holds `${HOME}`.
fn joins_oddly(parts: &[Part], braced: &dyn Fn(&Parameter) -> bool) -> bool {
    parts.iter().enumerate().any(|(n, part)| {
        let before = n.checked_sub(1).and_then(|before| parts.get(before));
        let after = parts.get(n + 1);
        // `{,x}~/a` is `~/a x~/a`, and `a={~,x}` an assignment with a tilde.
        let at_start = parts.iter().take(n).all(|part| matches!(part, Part::Brace(_)));
        let before_value = matches!(before, Some(Part::Literal(text)) if text.ends_with(['=', ':']));
        let words = match part {
            Part::Brace(Brace::List(words)) => words,
            Part::Brace(Brace::Range(first, ..)) => {
                return clash(before, Some(&Part::Literal(first.clone())), braced);
            }
            _ => return false,
        };
        words.iter().any(|word| {
            let first = word.parts.first().or(after);
            let last = word.parts.last().or(before);
            let tilde = matches!(first, Some(Part::Literal(text)) if text.starts_with('~'));
            tilde && (before_value || at_start && word.parts.is_empty())
                || clash(before, first, braced)
                || clash(last, after, braced)
                || joins_oddly(&word.parts, braced)
        })
    })
}

/// Whether the two parts read differently side by side.
fn clash(left: Option<&Part>, right: Option<&Part>, braced: &dyn Fn(&Parameter) -> bool) -> bool {
    let Some(left) = left else { return false };
    let continues_name = match right {
        Some(Part::Literal(text)) => text
            .bytes()
            .next()
            .is_some_and(|byte| super::cursor::is_name_byte(byte) || byte == b'['),
        Some(Part::Glob(text)) => text.starts_with('['),
        Some(Part::Brace(_)) => true,
        _ => false,
    };
    match left {
        Part::Literal(text) if text.ends_with('$') => right.is_some(),
        Part::Literal(text) if text == "~" => true,
        Part::Tilde(_) => {
            !matches!(right, None | Some(Part::Literal(_)))
                || matches!(right, Some(Part::Literal(text)) if !text.starts_with('/'))
        }
        Part::Parameter(parameter) => {
            let plain = parameter.op == ParameterOp::Plain && parameter.index.is_none();
            continues_name && plain && !braced(parameter)
        }
        _ => false,
    }
}
