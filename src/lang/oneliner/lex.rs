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
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) tongue: Tongue,
    pub(super) out: Vec<Lexed>,
    pub(super) heredocs: Vec<(usize, String, bool, bool)>,
    /// Whether a value stands before: then `/` divides.
    pub(super) value_before: bool,
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

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn push(&mut self, token: Token, start: usize, spaced: bool) {
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

    pub(super) fn value_before_colon(&self) -> bool {
        let next = self.rest()[1..].chars().next();
        !next.is_some_and(|c| c.is_alphabetic() || c == '_' || c == '"')
    }

    pub(super) fn operator(&mut self) -> Token {
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

    pub(super) fn number(&mut self) -> Token {
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

    pub(super) fn name(&mut self) -> String {
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

    pub(super) fn word(&mut self) -> Option<Token> {
        let start = self.at;
        let word = self.name();
        let quoting = self.tongue == Tongue::Perl
            && matches!(
                word.as_str(),
                "q" | "qq" | "qw" | "qx" | "m" | "qr" | "s" | "tr" | "y"
            );
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
}
