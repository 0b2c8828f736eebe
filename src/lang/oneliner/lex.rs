//! Tokens of Perl, awk, Ruby and PHP, near enough to see what a text visibly does.

use crate::model::Span;

/// Which language is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Perl 5.
    Perl,
    /// awk.
    Awk,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A bare word, with `::` inside.
    Word(String),
    /// A variable without its sigil.
    Variable(String),
    /// A number.
    Number(f64),
    /// Text; the flag says that it is interpolated. The span is that of its body.
    Text(String, bool, Span),
    /// Text that a shell runs (back quotes).
    Shell(String, Span),
    /// Words of `qw(…)` or `%w[…]`.
    Words(Vec<String>),
    /// A pattern or substitution.
    Pattern,
    /// `<STDIN>`, `<$file>`, `<>`.
    Line(String),
    /// An operator or bracket.
    Op(&'static str),
    /// End of a line or `;`.
    End,
}

/// A token with its place, and whether white space stands before it.
#[derive(Debug, Clone)]
pub struct Lexed {
    /// What.
    pub token: Token,
    /// Where.
    pub span: Span,
    /// White space stands before it.
    pub spaced: bool,
}

const OPERATORS: &[&str] = &[
    "<=>", "**=", "||=", "&&=", "//=", "??=", "...", "===", "!==", "?->", "&.", "->", "=>", "==", "!=", "=~",
    "!~", "<=", ">=", "&&", "||", "//", "??", "..", "++", "--", "+=", "-=", "*=", "/=", ".=", "%=", "|=",
    "x=", "<<", ">>", "::", "**", "|&", "(", ")", "[", "]", "{", "}", ",", ";", ".", "+", "-", "*", "/", "%",
    "=", "<", ">", "!", "?", ":", "|", "&", "~", "^", "@", "\\", "$",
];

/// State of the lexer.
pub struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tongue: Tongue,
    out: Vec<Lexed>,
    heredocs: Vec<(usize, String, bool, bool)>,
    /// Whether a value stands before: then `/` divides.
    value_before: bool,
    /// A text that did not end.
    pub broken: Option<Span>,
}

impl<'t> Lexer<'t> {
    /// The tokens of `text`, at most `most`.
    pub fn new(text: &'t str, tongue: Tongue) -> Self {
        Self {
            text,
            at: 0,
            tongue,
            out: vec![],
            heredocs: vec![],
            value_before: false,
            broken: None,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, token: Token, start: usize, spaced: bool) {
        self.value_before = match &token {
            Token::Op(op) => matches!(*op, ")" | "]" | "}"),
            Token::End => false,
            Token::Word(word) => !matches!(
                word.as_str(),
                "if" | "unless"
                    | "and"
                    | "or"
                    | "not"
                    | "return"
                    | "while"
                    | "until"
                    | "when"
                    | "in"
                    | "split"
                    | "grep"
                    | "map"
                    | "print"
                    | "puts"
                    | "x"
            ),
            _ => true,
        };
        self.out.push(Lexed {
            token,
            span: Span::new(start, self.at),
            spaced,
        });
    }

    /// Reads all tokens.
    pub fn run(mut self, most: usize) -> (Vec<Lexed>, Option<Span>, bool) {
        if self.tongue == Tongue::Php {
            self.at = self.text.find("<?").map_or(self.text.len(), |at| at + 2);
            for word in ["php", "="] {
                if self.rest().starts_with(word) {
                    self.at += word.len();
                }
            }
        }
        let mut spaced = false;
        while let Some(c) = self.peek() {
            if self.out.len() >= most {
                return (self.out, self.broken, true);
            }
            let start = self.at;
            if c == '\n' {
                self.at += 1;
                self.push(Token::End, start, spaced);
                self.bodies();
                self.pod();
            } else if c.is_whitespace() {
                self.at += c.len_utf8();
                spaced = true;
                continue;
            } else if !self.comment(c) {
                self.token(c, start, spaced);
                if self.at == start {
                    self.at += c.len_utf8();
                }
            }
            spaced = false;
        }
        (self.out, self.broken, false)
    }

    fn comment(&mut self, c: char) -> bool {
        let rest = self.rest();
        let line = c == '#' && !(self.tongue == Tongue::Php && rest.starts_with("#["))
            || self.tongue == Tongue::Php && rest.starts_with("//");
        if line {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        if self.tongue == Tongue::Php && rest.starts_with("/*") {
            self.at += rest.find("*/").map_or(rest.len(), |at| at + 2);
            return true;
        }
        if self.tongue == Tongue::Php && rest.starts_with("?>") {
            self.at += rest.find("<?").map_or(rest.len(), |at| at + 2);
            for word in ["php", "="] {
                if self.rest().starts_with(word) {
                    self.at += word.len();
                }
            }
            return true;
        }
        if c == '\\' && rest.starts_with("\\\n") {
            self.at += 2;
            return true;
        }
        matches!(self.tongue, Tongue::Perl | Tongue::Ruby)
            && (rest.starts_with("__END__") || rest.starts_with("__DATA__"))
            && {
                self.at = self.text.len();
                true
            }
    }

    /// Documentation between `=word` and `=cut` (`=begin` and `=end`).
    fn pod(&mut self) {
        let rest = self.rest();
        let starts = matches!(self.tongue, Tongue::Perl | Tongue::Ruby)
            && rest.starts_with('=')
            && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic());
        if starts {
            let end = if self.tongue == Tongue::Perl {
                "\n=cut"
            } else {
                "\n=end"
            };
            self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
        }
    }

    /// Bodies of here-documents announced on the line before.
    fn bodies(&mut self) {
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

    fn token(&mut self, c: char, start: usize, spaced: bool) {
        let token = match c {
            '"' => self
                .quoted('"', '"')
                .map(|(text, span)| Token::Text(text, true, span)),
            '\'' => self
                .quoted('\'', '\'')
                .map(|(text, span)| Token::Text(text, false, span)),
            '`' if self.tongue != Tongue::Awk => {
                self.quoted('`', '`').map(|(text, span)| Token::Shell(text, span))
            }
            '0'..='9' => Some(self.number()),
            '/' if !self.value_before => self.quoted('/', '/').map(|_| {
                self.flags();
                Token::Pattern
            }),
            '<' if !self.value_before => self.angle(),
            '$' | '@' | '%' | '&' => self.variable(c),
            ':' if self.tongue == Tongue::Ruby && !self.value_before_colon() => self.symbol(),
            c if c.is_alphabetic() || c == '_' => self.word(),
            _ => None,
        };
        let token = token.unwrap_or_else(|| self.operator());
        self.push(token, start, spaced);
    }

    fn value_before_colon(&self) -> bool {
        let next = self.rest()[1..].chars().next();
        !next.is_some_and(|c| c.is_alphabetic() || c == '_' || c == '"')
    }

    fn symbol(&mut self) -> Option<Token> {
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

    fn operator(&mut self) -> Token {
        let rest = self.rest();
        match OPERATORS.iter().find(|op| rest.starts_with(**op) && **op != "x=") {
            Some(&";") => {
                self.at += 1;
                Token::End
            }
            Some(op) => {
                self.at += op.len();
                Token::Op(op)
            }
            None => {
                self.at += self.peek().map_or(1, char::len_utf8);
                Token::Op("\\")
            }
        }
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        let len = rest
            .char_indices()
            .take_while(|(i, c)| {
                c.is_ascii_alphanumeric()
                    || *c == '_'
                    || *c == '.' && rest[i + 1..].starts_with(|d: char| d.is_ascii_digit())
            })
            .count();
        self.at += len;
        Token::Number(crate::lang::javascript::literal::number(&rest[..len]))
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let mut len = 0;
        for (i, c) in rest.char_indices() {
            let joined = rest[i..].starts_with("::")
                && self.tongue != Tongue::Awk
                && rest[i + 2..].starts_with(|d: char| d.is_alphabetic() || d == '_');
            let second = c == ':' && i > 0 && rest[..i].ends_with(':') && len == i;
            let backslash = c == '\\' && self.tongue == Tongue::Php;
            let mark = matches!(c, '?' | '!')
                && self.tongue == Tongue::Ruby
                && len > 0
                && !rest[i + 1..].starts_with('=');
            if c.is_alphanumeric() || c == '_' || joined || second || backslash {
                len = i + c.len_utf8();
            } else if mark {
                len = i + 1;
                break;
            } else {
                break;
            }
        }
        self.at += len;
        rest[..len].trim_start_matches('\\').to_owned()
    }

    fn word(&mut self) -> Option<Token> {
        let start = self.at;
        let word = self.name();
        let quoting = match (self.tongue, word.as_str()) {
            (Tongue::Perl, "q" | "qq" | "qw" | "qx" | "m" | "qr" | "s" | "tr" | "y") => true,
            _ => false,
        };
        if quoting && !self.rest().trim_start().starts_with("=>") && !self.rest().starts_with([',', ';', ')'])
        {
            let before = self.at;
            if let Some(token) = self.quote_like(&word) {
                return Some(token);
            }
            self.at = before;
        }
        if word.is_empty() {
            self.at = start;
            return None;
        }
        Some(Token::Word(word))
    }

    fn quote_like(&mut self, word: &str) -> Option<Token> {
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

    fn flags(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            self.at += 1;
        }
    }

    /// The body between quotes, brackets nested.
    fn quoted(&mut self, open: char, close: char) -> Option<(String, Span)> {
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
    fn angle(&mut self) -> Option<Token> {
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

    fn variable(&mut self, sigil: char) -> Option<Token> {
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

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        c => c,
    }
}
