//! Reserved words, and what ends a list.

use super::Parser;
use super::cursor::is_meta;
use crate::lang::shell::ast::Dialect;

/// A set of ends that the open constructs accept, as bits.
pub(super) type Closers = u16;

pub(super) const THEN: Closers = 1;
pub(super) const ELIF: Closers = 1 << 1;
pub(super) const ELSE: Closers = 1 << 2;
pub(super) const FI: Closers = 1 << 3;
pub(super) const DO: Closers = 1 << 4;
pub(super) const DONE: Closers = 1 << 5;
pub(super) const ESAC: Closers = 1 << 6;
pub(super) const BRACE: Closers = 1 << 7;
pub(super) const PAREN: Closers = 1 << 8;
pub(super) const ARM: Closers = 1 << 9;
pub(super) const END: Closers = 1 << 10;

/// A word that starts something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    Bang,
    Time,
    Brace,
    If,
    While,
    Until,
    For,
    Case,
    Select,
    Function,
    Coproc,
    Test,
    Repeat,
    Foreach,
}

/// A reserved word of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reserved {
    Opens(Opener),
    Closes(Closers),
    /// `in`, reserved only where the grammar asks for it.
    In,
}

/// No reserved word is longer.
const LONGEST: usize = 8;

impl Parser<'_, '_> {
    /// The reserved word that stands here, and how many characters it has.
    pub(super) fn reserved(&mut self) -> Option<(Reserved, usize)> {
        let first = self.peek()?;
        if self.is_zsh() && matches!(first, b'{' | b'}') {
            // zsh takes both as words of their own, whatever follows (`{echo a}`).
            let word = if first == b'{' {
                Reserved::Opens(Opener::Brace)
            } else {
                Reserved::Closes(BRACE)
            };
            return Some((word, 1));
        }
        if !matches!(first, b'!' | b'[' | b'{' | b'}' | b'a'..=b'z') {
            return None;
        }
        let (word, length) = self.bare_word()?;
        let word = std::str::from_utf8(word.get(..length)?).ok()?;
        Some((reserved(word, self.dialect)?, length))
    }

    /// The word here, if it is short and nothing in it is quoted or expands.
    fn bare_word(&self) -> Option<([u8; LONGEST], usize)> {
        let mut word = [0; LONGEST];
        let mut length = 0;
        loop {
            match self.look(length) {
                None => break,
                Some(byte) if is_meta(byte) => break,
                Some(byte @ (b'!' | b'[' | b']' | b'{' | b'}' | b'a'..=b'z')) => {
                    *word.get_mut(length)? = byte;
                    length += 1;
                }
                Some(_) => return None,
            }
        }
        (length > 0).then_some((word, length))
    }

    /// Consumes `word` if it stands here as a whole unquoted word.
    pub(super) fn took_word(&mut self, word: &str) -> bool {
        let Some(first) = self.peek() else { return false };
        if Some(&first) != word.as_bytes().first() {
            return false;
        }
        let stands = (0..word.len()).all(|n| self.look(n) == word.as_bytes().get(n).copied())
            && self.look(word.len()).is_none_or(is_meta);
        if stands {
            self.take(word.len());
        }
        stands
    }

    /// The end that stands here in command position, and how many characters it has.
    pub(super) fn closer(&mut self) -> Option<(Closers, usize)> {
        match self.peek() {
            None => Some((0, 0)),
            Some(b')') => Some((PAREN, 1)),
            Some(b';') => match (self.look(1), self.look(2)) {
                (Some(b';'), Some(b'&')) if self.is_bash() => Some((ARM, 3)),
                (Some(b';'), _) => Some((ARM, 2)),
                (Some(b'&'), _) if !self.is_dash() => Some((ARM, 2)),
                (Some(b'|'), _) if self.is_zsh() => Some((ARM, 2)),
                _ => None,
            },
            Some(_) => match self.reserved()? {
                (Reserved::Closes(closer), length) => Some((closer, length)),
                _ => None,
            },
        }
    }

    /// Whether an open construct ends with one of `closers`.
    pub(super) fn is_awaited(&self, closers: Closers) -> bool {
        self.closers.last().is_some_and(|open| open & closers != 0)
    }

    /// Runs `read` where `closers` end the list, besides what ends the lists around it.
    pub(super) fn until<T>(&mut self, closers: Closers, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.closers.last().copied().unwrap_or(0);
        self.closers.push(outer | closers);
        let result = read(self);
        self.closers.pop();
        result
    }
}

fn reserved(word: &str, dialect: Dialect) -> Option<Reserved> {
    let word = match word {
        "!" => Reserved::Opens(Opener::Bang),
        "{" => Reserved::Opens(Opener::Brace),
        "}" => Reserved::Closes(BRACE),
        "if" => Reserved::Opens(Opener::If),
        "then" => Reserved::Closes(THEN),
        "elif" => Reserved::Closes(ELIF),
        "else" => Reserved::Closes(ELSE),
        "fi" => Reserved::Closes(FI),
        "while" => Reserved::Opens(Opener::While),
        "until" => Reserved::Opens(Opener::Until),
        "do" => Reserved::Closes(DO),
        "done" => Reserved::Closes(DONE),
        "for" => Reserved::Opens(Opener::For),
        "case" => Reserved::Opens(Opener::Case),
        "esac" => Reserved::Closes(ESAC),
        "in" => Reserved::In,
        _ if dialect == Dialect::Dash => return None,
        "[[" => Reserved::Opens(Opener::Test),
        "time" => Reserved::Opens(Opener::Time),
        "select" => Reserved::Opens(Opener::Select),
        "function" => Reserved::Opens(Opener::Function),
        "coproc" => Reserved::Opens(Opener::Coproc),
        _ if dialect == Dialect::Bash => return None,
        "repeat" => Reserved::Opens(Opener::Repeat),
        "foreach" => Reserved::Opens(Opener::Foreach),
        "end" => Reserved::Closes(END),
        _ => return None,
    };
    Some(word)
}
