//! Arithmetic on known numbers.

use super::state::State;
use super::walk::Walk;
use crate::model::{Bound, Piece, Span, Unknown, Why, Word};

impl Walk<'_> {
    /// The value of an arithmetic expression: a number where all of it is known.
    pub fn arithmetic(&mut self, state: &mut State, text: &Word) -> Word {
        self.hidden_code(state, text, Span::default());
        let known = text.as_known().map(str::to_owned);
        let value = known.and_then(|text| {
            if text.len() > 4096 {
                return None;
            }
            let tokens = tokens(&text)?;
            let mut reader = Reader {
                walk: self,
                state,
                tokens: &tokens,
                at: 0,
                depth: 0,
            };
            let mut value = reader.assignment();
            while value.is_some() && reader.eat(",") {
                value = reader.assignment();
            }
            (reader.at == tokens.len()).then_some(value).flatten()
        });
        match value {
            Some(number) => Word::known(number.to_string()),
            None => Word {
                pieces: vec![Piece::Unknown(Unknown {
                    why: Why::Arithmetic,
                    bound: Some(Bound::Number),
                    from: text.origins(),
                })],
                from: vec![],
            },
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(i64),
    Name(String),
    Op(&'static str),
}

const OPERATORS: [&str; 35] = [
    "<<=", ">>=", "**", "++", "--", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "+=", "-=", "*=", "/=",
    "%=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "?", ":", "(", ")", "&", "|", "^",
];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = vec![];
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let word = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '#')
            .unwrap_or(rest.len());
        if c.is_ascii_digit() {
            out.push(Token::Number(number(&rest[..word])?));
            rest = &rest[word..];
        } else if c.is_ascii_alphabetic() || c == '_' {
            out.push(Token::Name(rest[..word].to_owned()));
            rest = &rest[word..];
        } else if c == '$' {
            rest = &rest[1..];
        } else if c == ',' {
            out.push(Token::Op(","));
            rest = &rest[1..];
        } else {
            let op = OPERATORS.iter().find(|op| rest.starts_with(**op))?;
            out.push(Token::Op(op));
            rest = &rest[op.len()..];
        }
        rest = rest.trim_start();
    }
    Some(out)
}

fn number(text: &str) -> Option<i64> {
    if let Some((base, digits)) = text.split_once('#') {
        return i64::from_str_radix(digits, base.parse().ok().filter(|b| (2..=36).contains(b))?).ok();
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    if text.len() > 1 && text.starts_with('0') {
        return i64::from_str_radix(text, 8).ok();
    }
    text.parse().ok()
}

struct Reader<'r, 'w> {
    walk: &'r mut Walk<'w>,
    state: &'r mut State,
    tokens: &'r [Token],
    at: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn eat(&mut self, op: &str) -> bool {
        let found = self.tokens.get(self.at)
            == Some(&Token::Op(OPERATORS.iter().find(|o| **o == op).unwrap_or(&",")));
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, name: &str) -> Option<i64> {
        let found = self.walk.lookup(self.state, name, Span::default());
        let word = super::expand::settle(found.words.first()?);
        self.walk.hidden_code(self.state, &word, Span::default());
        let text = word.as_known()?.trim().to_owned();
        if text.is_empty() {
            return Some(0);
        }
        match number(&text) {
            Some(value) => Some(value),
            None if self.depth < 8 => {
                let tokens = tokens(&text)?;
                let mut inner = Reader {
                    walk: self.walk,
                    state: self.state,
                    tokens: &tokens,
                    at: 0,
                    depth: self.depth + 1,
                };
                let value = inner.assignment();
                (inner.at == tokens.len()).then_some(value).flatten()
            }
            None => None,
        }
    }

    fn assignment(&mut self) -> Option<i64> {
        self.depth += 1;
        let value = if self.depth > 48 {
            None
        } else {
            self.assignment_inner()
        };
        self.depth -= 1;
        value
    }

    fn assignment_inner(&mut self) -> Option<i64> {
        let (Some(Token::Name(name)), Some(Token::Op(op))) =
            (self.tokens.get(self.at), self.tokens.get(self.at + 1))
        else {
            return self.ternary();
        };
        let (name, op) = (name.clone(), *op);
        let operator = match op {
            "=" => None,
            "+=" | "-=" | "*=" | "/=" | "%=" | "<<=" | ">>=" => Some(&op[..op.len() - 1]),
            _ => return self.ternary(),
        };
        self.at += 2;
        let right = self.assignment();
        let value = match operator {
            None => right,
            Some(operator) => {
                let left = self.value(&name);
                binary(operator, left?, right?)
            }
        };
        self.store(&name, value);
        value
    }

    fn store(&mut self, name: &str, value: Option<i64>) {
        let word = match value {
            Some(value) => Word::known(value.to_string()),
            None => Word {
                pieces: vec![Piece::Unknown(Unknown {
                    why: Why::Arithmetic,
                    bound: Some(Bound::Number),
                    from: vec![],
                })],
                from: vec![],
            },
        };
        self.state.set(name, word);
    }

    fn ternary(&mut self) -> Option<i64> {
        let condition = self.binary(0)?;
        if !self.eat("?") {
            return Some(condition);
        }
        let yes = self.assignment();
        if !self.eat(":") {
            return None;
        }
        let no = self.assignment();
        if condition != 0 { yes } else { no }
    }

    fn binary(&mut self, level: usize) -> Option<i64> {
        const LEVELS: [&[&str]; 10] = [
            &["||"],
            &["&&"],
            &["|"],
            &["^"],
            &["&"],
            &["==", "!="],
            &["<=", ">=", "<", ">"],
            &["<<", ">>"],
            &["+", "-"],
            &["*", "/", "%"],
        ];
        let Some(operators) = LEVELS.get(level) else {
            return self.power();
        };
        let mut left = self.binary(level + 1)?;
        while let Some(op) = operators.iter().find(|op| self.eat(op)) {
            let right = self.binary(level + 1)?;
            left = binary(op, left, right)?;
        }
        Some(left)
    }

    fn power(&mut self) -> Option<i64> {
        let base = self.unary()?;
        if self.eat("**") {
            let exponent = self.power_right()?;
            return base.checked_pow(u32::try_from(exponent).ok()?);
        }
        Some(base)
    }

    fn power_right(&mut self) -> Option<i64> {
        self.depth += 1;
        let value = if self.depth > 48 { None } else { self.power() };
        self.depth -= 1;
        value
    }

    fn unary(&mut self) -> Option<i64> {
        self.depth += 1;
        let value = if self.depth > 48 { None } else { self.unary_inner() };
        self.depth -= 1;
        value
    }

    fn unary_inner(&mut self) -> Option<i64> {
        for op in ["++", "--"] {
            if self.eat(op) {
                let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() else {
                    return None;
                };
                self.at += 1;
                let value = self
                    .value(&name)
                    .and_then(|v| v.checked_add(if op == "++" { 1 } else { -1 }));
                self.store(&name, value);
                return value;
            }
        }
        if self.eat("-") {
            return self.unary()?.checked_neg();
        }
        if self.eat("+") {
            return self.unary();
        }
        if self.eat("!") {
            return Some(i64::from(self.unary()? == 0));
        }
        if self.eat("~") {
            return Some(!self.unary()?);
        }
        if self.eat("(") {
            let value = self.assignment();
            return if self.eat(")") { value } else { None };
        }
        match self.tokens.get(self.at).cloned()? {
            Token::Number(value) => {
                self.at += 1;
                Some(value)
            }
            Token::Name(name) => {
                self.at += 1;
                let value = self.value(&name);
                for (op, by) in [("++", 1), ("--", -1)] {
                    if self.eat(op) {
                        let next = value.and_then(|v| v.checked_add(by));
                        self.store(&name, next);
                    }
                }
                value
            }
            Token::Op(_) => None,
        }
    }
}

fn binary(op: &str, a: i64, b: i64) -> Option<i64> {
    match op {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        "%" => a.checked_rem(b),
        "<<" => a.checked_shl(u32::try_from(b).ok()?),
        ">>" => a.checked_shr(u32::try_from(b).ok()?),
        "<" => Some(i64::from(a < b)),
        ">" => Some(i64::from(a > b)),
        "<=" => Some(i64::from(a <= b)),
        ">=" => Some(i64::from(a >= b)),
        "==" => Some(i64::from(a == b)),
        "!=" => Some(i64::from(a != b)),
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "&&" => Some(i64::from(a != 0 && b != 0)),
        "||" => Some(i64::from(a != 0 || b != 0)),
        _ => None,
    }
}
