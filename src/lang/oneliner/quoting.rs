//! Quotes, here-documents and variables of the lexer.

use super::lex::{Lexer, Token, Tongue};
use crate::model::Span;

impl Lexer<'_> {
    /// Bodies of here-documents announced on the line before.
    pub(super) fn bodies(&mut self) {
        for (index, mark, interpolated, indented) in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let mut end = self.text.len();
            let mut next = self.text.len();
            let mut at = start;
            for line in self.rest().split_inclusive('\n') {
                let bare = line.trim_end_matches(['\n', '\r', ';']);
                let bare = if indented { bare.trim_start() } else { bare };
                if bare == mark {
                    end = at;
                    next = at + line.len();
                    break;
                }
                at += line.len();
            }
            self.at = next;
            let body = self.text.get(start..end).unwrap_or("").to_owned();
            if let Some(lexed) = self.out.get_mut(index) {
                lexed.token = Token::Text(body, interpolated, Span::new(start, end));
            }
        }
    }

    pub(super) fn symbol(&mut self) -> Option<Token> {
        self.at += 1;
        if self.peek() == Some('"') {
            return self
                .quoted('"', '"')
                .map(|(text, span)| Token::Text(text, true, span));
        }
        let start = self.at;
        let name = self.name();
        Some(Token::Text(name, false, Span::new(start, self.at)))
    }

    pub(super) fn quote_like(&mut self, word: &str) -> Option<Token> {
        let skipped = self.rest().len() - self.rest().trim_start().len();
        let open = self.rest().trim_start().chars().next()?;
        if open.is_alphanumeric()
            || open == '_'
            || open == '='
            || (skipped > 0 && matches!(open, '#' | '=' | ','))
        {
            return None;
        }
        self.at += skipped;
        let close = closing(open);
        let (text, span) = self.quoted(open, close)?;
        Some(match word {
            "q" => Token::Text(text, false, span),
            "qq" => Token::Text(text, true, span),
            "qw" => Token::Words(text.split_whitespace().map(str::to_owned).collect()),
            "qx" => Token::Shell(text, span),
            "s" | "tr" | "y" => {
                if open == close {
                    self.at -= close.len_utf8();
                }
                let skipped = self.rest().len() - self.rest().trim_start().len();
                self.at += skipped;
                let second = self.peek()?;
                self.quoted(second, closing(second))?;
                self.flags();
                Token::Pattern
            }
            _ => {
                self.flags();
                Token::Pattern
            }
        })
    }

    pub(super) fn flags(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            self.at += 1;
        }
    }

    /// The body between quotes, brackets nested.
    pub(super) fn quoted(&mut self, open: char, close: char) -> Option<(String, Span)> {
        let start = self.at + open.len_utf8();
        let mut depth = 0usize;
        let mut chars = self.text.get(start..)?.char_indices();
        while let Some((i, c)) = chars.next() {
            if c == '\\' {
                chars.next();
            } else if c == close && depth == 0 {
                self.at = start + i + close.len_utf8();
                let body = self.text.get(start..start + i)?;
                return Some((body.to_owned(), Span::new(start, start + i)));
            } else if c == close {
                depth -= 1;
            } else if c == open && open != close {
                depth += 1;
            }
        }
        self.broken.get_or_insert(Span::new(self.at, self.text.len()));
        None
    }

    /// `<<EOF`, `<STDIN>`, `<$file>`.
    pub(super) fn angle(&mut self) -> Option<Token> {
        let rest = self.rest();
        if let Some(after) = rest.strip_prefix("<<").filter(|_| self.tongue != Tongue::Awk) {
            let after = after
                .strip_prefix('<')
                .filter(|_| self.tongue == Tongue::Php)
                .unwrap_or(after);
            let indented = after.starts_with(['~', '-']) || self.tongue == Tongue::Php;
            let tail = after.trim_start_matches(['~', '-']).trim_start_matches(' ');
            let quote = tail.chars().next().filter(|c| matches!(c, '"' | '\''));
            let body = tail.trim_start_matches(['"', '\'']);
            let mark: String = body
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !mark.is_empty() && !mark.starts_with(|c: char| c.is_ascii_digit()) {
                let used = rest.len() - body.len() + mark.len() + usize::from(quote.is_some());
                self.at = (self.at + used).min(self.text.len());
                self.heredocs
                    .push((self.out.len(), mark, quote != Some('\''), indented));
                return Some(Token::Text(String::new(), false, Span::default()));
            }
        }
        if self.tongue == Tongue::Perl {
            let end = rest.find('>')?;
            let inner = rest[1..end].trim_start_matches('$');
            if inner.chars().all(|c| c.is_alphanumeric() || c == '_') {
                let inner = inner.to_owned();
                self.at += end + 1;
                return Some(Token::Line(inner));
            }
        }
        None
    }

    pub(super) fn variable(&mut self, sigil: char) -> Option<Token> {
        let rest = &self.rest()[1..];
        let next = rest.chars().next()?;
        match (self.tongue, sigil) {
            (Tongue::Awk, _) => None,
            (Tongue::Ruby, '%') => {
                let kind = next;
                let open = if kind.is_alphabetic() {
                    rest.chars().nth(1)?
                } else {
                    kind
                };
                if self.value_before || !matches!(open, '(' | '[' | '{' | '<' | '|') {
                    return None;
                }
                self.at += if kind.is_alphabetic() { 2 } else { 1 };
                let (text, span) = self.quoted(open, closing(open))?;
                Some(match kind {
                    'w' | 'i' | 'W' | 'I' => {
                        Token::Words(text.split_whitespace().map(str::to_owned).collect())
                    }
                    'x' => Token::Shell(text, span),
                    'q' => Token::Text(text, false, span),
                    'r' => Token::Pattern,
                    _ => Token::Text(text, true, span),
                })
            }
            (Tongue::Ruby, '$' | '@') => {
                self.at += 1;
                if self.peek() == Some('@') {
                    self.at += 1;
                }
                let start = self.at;
                if self.name().is_empty() {
                    self.at += self.peek().map_or(0, char::len_utf8);
                }
                Some(Token::Variable(format!("{sigil}{}", &self.text[start..self.at])))
            }
            (Tongue::Php, '$') if next.is_alphabetic() || next == '_' => {
                self.at += 1;
                Some(Token::Variable(self.name()))
            }
            (Tongue::Perl, '%' | '&') if self.value_before => None,
            (Tongue::Perl, _) => {
                if next.is_alphabetic() || next == '_' {
                    self.at += 1;
                    return Some(Token::Variable(self.name()));
                }
                if sigil == '$' && (next.is_ascii_digit() || "_0!@&/\\,;.$".contains(next)) && next != '$' {
                    self.at += 1 + next.len_utf8();
                    return Some(Token::Variable(next.to_string()));
                }
                // `@$x`, `@{…}`, `%$x`: what the reference holds.
                self.at += 1;
                if rest.starts_with(['$', '{']) {
                    return Some(Token::Op("\\"));
                }
                self.at -= 1;
                None
            }
            _ => None,
        }
    }
}

pub(super) fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        c => c,
    }
}
