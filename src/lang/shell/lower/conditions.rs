//! [`Tested`]: what `test`, `[` and `[[` tell about the branches after them.

use super::state::{State, choices};
use crate::model::effect::Gate;
use crate::model::{Piece, Unknown, Why, Word};

/// The outcome of a command used as a condition.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tested {
    /// The status, if it is certain.
    pub status: Option<bool>,
    /// Conditions on variables if it holds.
    holds: Vec<Gate>,
    /// Conditions on variables if it does not.
    fails: Vec<Gate>,
    /// Variables of the shell whose value is known if it holds.
    equal: Vec<(String, Word)>,
    /// The same if it does not hold.
    otherwise: Vec<(String, Word)>,
}

impl Tested {
    pub fn status(status: bool) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    pub fn negate(&mut self) {
        self.status = self.status.map(|s| !s);
        std::mem::swap(&mut self.holds, &mut self.fails);
        std::mem::swap(&mut self.equal, &mut self.otherwise);
    }

    /// `self && other`.
    pub fn and(&mut self, other: &Self) {
        self.status = match (self.status, other.status) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        self.holds.extend(other.holds.iter().cloned());
        self.equal.extend(other.equal.iter().cloned());
        // Which of the two failed is not known.
        self.fails.clear();
        self.otherwise.clear();
    }

    /// `self || other`.
    pub fn or(&mut self, other: &Self) {
        self.negate();
        let mut other = other.clone();
        other.negate();
        self.and(&other);
        self.negate();
    }

    /// What is known in the branch where the condition holds, or does not.
    pub fn assume(&self, state: &mut State, holds: bool) {
        let (gates, equal) = if holds {
            (&self.holds, &self.equal)
        } else {
            (&self.fails, &self.otherwise)
        };
        for gate in gates {
            if !state.gates.contains(gate) {
                state.gates.push(gate.clone());
            }
        }
        for (name, word) in equal {
            state.set(name, word.clone());
        }
    }

    /// A condition on a variable of the environment.
    fn gated(variable: &str, value: Option<String>, holds: bool) -> Self {
        let gate = |holds| Gate {
            variable: variable.to_owned(),
            value: value.clone(),
            holds,
        };
        Self {
            holds: vec![gate(holds)],
            fails: vec![gate(!holds)],
            ..Self::default()
        }
    }
}

/// A word of a test with the variable that it is the plain value of.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub word: Word,
    pub variable: Option<String>,
}

impl Operand {
    fn known(&self) -> Option<&str> {
        self.word.as_known()
    }

    /// The variable of the environment whose value this is.
    fn inherited(&self) -> Option<&str> {
        match self.word.pieces.as_slice() {
            [
                Piece::Unknown(Unknown {
                    why: Why::Variable(name),
                    ..
                }),
            ] => Some(name),
            _ => None,
        }
    }

    /// The variable with constant text around it (`x$A` = `xyes`): the text before and after.
    fn inherited_within(&self) -> Option<(&str, &str, &str)> {
        match self.word.pieces.as_slice() {
            [
                Piece::Known(before),
                Piece::Unknown(Unknown {
                    why: Why::Variable(name),
                    ..
                }),
            ] => Some((before, name, "")),
            [
                Piece::Unknown(Unknown {
                    why: Why::Variable(name),
                    ..
                }),
                Piece::Known(after),
            ] => Some(("", name, after)),
            _ => None,
        }
    }
}

/// What `test` with these operands tells. `brackets` is `[[`: `&&`, `||` and patterns.
pub(super) fn test(operands: &[Operand], brackets: bool) -> Tested {
    let mut parser = Parser {
        operands,
        at: 0,
        brackets,
        depth: 0,
    };
    let tested = parser.or();
    if parser.at < operands.len() {
        return Tested::default();
    }
    tested
}

struct Parser<'o> {
    operands: &'o [Operand],
    at: usize,
    brackets: bool,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.operands.get(self.at).and_then(Operand::known)
    }

    fn or(&mut self) -> Tested {
        let mut left = self.and();
        while self
            .peek()
            .is_some_and(|op| op == if self.brackets { "||" } else { "-o" })
        {
            self.at += 1;
            let right = self.and();
            left.or(&right);
        }
        left
    }

    fn and(&mut self) -> Tested {
        let mut left = self.primary();
        while self
            .peek()
            .is_some_and(|op| op == if self.brackets { "&&" } else { "-a" })
        {
            self.at += 1;
            let right = self.primary();
            left.and(&right);
        }
        left
    }

    fn primary(&mut self) -> Tested {
        self.depth += 1;
        if self.depth > 64 {
            self.at = self.operands.len();
            return Tested::default();
        }
        let left = self.operands.len() - self.at.min(self.operands.len());
        let binary = self
            .operands
            .get(self.at + 1)
            .and_then(Operand::known)
            .is_some_and(is_binary);
        if left >= 3 && binary {
            let (a, op, b) = (
                self.operands[self.at].clone(),
                self.operands[self.at + 1].known().unwrap_or("").to_owned(),
                self.operands[self.at + 2].clone(),
            );
            self.at += 3;
            return compare(&a, &op, &b, self.brackets);
        }
        match self.peek() {
            Some("!") if left > 1 => {
                self.at += 1;
                let mut inner = self.primary();
                inner.negate();
                inner
            }
            Some("(") if left > 1 => {
                self.at += 1;
                let inner = self.or();
                self.at += 1;
                inner
            }
            Some(op) if left >= 2 && op.len() == 2 && op.starts_with('-') => {
                let op = op.to_owned();
                let operand = self.operands[self.at + 1].clone();
                self.at += 2;
                unary(&op, &operand)
            }
            _ if left == 0 => Tested::status(false),
            _ => {
                let operand = self.operands[self.at].clone();
                self.at += 1;
                unary("-n", &operand)
            }
        }
    }
}

fn is_binary(op: &str) -> bool {
    matches!(
        op,
        "=" | "=="
            | "!="
            | "=~"
            | "<"
            | ">"
            | "-eq"
            | "-ne"
            | "-lt"
            | "-le"
            | "-gt"
            | "-ge"
            | "-nt"
            | "-ot"
            | "-ef"
    )
}

fn unary(op: &str, operand: &Operand) -> Tested {
    let empty = match op {
        "-z" => true,
        "-n" => false,
        _ => return Tested::default(),
    };
    if let Some(name) = operand.inherited() {
        return Tested::gated(name, None, !empty);
    }
    let certainly_filled = operand
        .word
        .pieces
        .iter()
        .any(|piece| !matches!(piece, Piece::Unknown(_)));
    match operand.known() {
        Some(text) => Tested::status(text.is_empty() == empty),
        None if certainly_filled => Tested::status(!empty),
        None => Tested::default(),
    }
}

fn compare(a: &Operand, op: &str, b: &Operand, brackets: bool) -> Tested {
    let equal = match op {
        "=" | "==" => true,
        "!=" => false,
        "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => return numbers(a, op, b),
        _ => return Tested::default(),
    };
    for (variable, constant) in [(a, b), (b, a)] {
        let Some(text) = constant.known() else { continue };
        if brackets && text.contains(['*', '?', '[']) {
            continue;
        }
        if let Some(name) = variable.inherited() {
            let value = (!text.is_empty()).then(|| text.to_owned());
            // Equal to nothing is: not set.
            let holds = if text.is_empty() { !equal } else { equal };
            return Tested::gated(name, value, holds);
        }
        if let Some((before, name, after)) = variable.inherited_within()
            && let Some(inner) = text.strip_prefix(before).and_then(|t| t.strip_suffix(after))
        {
            let value = (!inner.is_empty()).then(|| inner.to_owned());
            let holds = if inner.is_empty() { !equal } else { equal };
            return Tested::gated(name, value, holds);
        }
        if let Some(all) = choices(&variable.word) {
            let some = all.iter().any(|choice| choice == text);
            let every = all.iter().all(|choice| choice == text);
            if every || !some {
                return Tested::status(some == equal);
            }
        }
        if let Some(name) = &variable.variable {
            let mut tested = Tested {
                equal: vec![(name.clone(), Word::known(text))],
                ..Tested::default()
            };
            if !equal {
                tested.negate();
            }
            return tested;
        }
    }
    Tested::default()
}

fn numbers(a: &Operand, op: &str, b: &Operand) -> Tested {
    let number = |operand: &Operand| operand.known().and_then(|text| text.trim().parse::<i64>().ok());
    let (Some(a), Some(b)) = (number(a), number(b)) else {
        return Tested::default();
    };
    Tested::status(match op {
        "-eq" => a == b,
        "-ne" => a != b,
        "-lt" => a < b,
        "-le" => a <= b,
        "-gt" => a > b,
        _ => a >= b,
    })
}
