//! Conditions: what they say of the environment.

use super::Machine;
use crate::lang::dynamic::tree::{Expr, Kind};
use crate::lang::dynamic::value::Value;
use crate::model::effect::Gate;
use crate::model::{Piece, Unknown, Why};

/// What a condition came to.
#[derive(Debug, Default)]
pub(super) struct Tested {
    /// Its truth, where that is known.
    pub truth: Option<bool>,
    /// What holds of the environment where it is true.
    pub when_true: Vec<Gate>,
    /// What holds of the environment where it is false.
    pub when_false: Vec<Gate>,
}

impl Machine<'_, '_> {
    pub(super) fn test(&mut self, expr: &Expr) -> Tested {
        self.deeper(expr.span, |m| m.test_inner(expr)).unwrap_or_default()
    }

    fn test_inner(&mut self, expr: &Expr) -> Tested {
        match &expr.kind {
            Kind::Not(inner) => {
                let tested = self.test(inner);
                Tested {
                    truth: tested.truth.map(|t| !t),
                    when_true: tested.when_false,
                    when_false: tested.when_true,
                }
            }
            Kind::Either(parts, all) => self.test_either(parts, *all),
            Kind::Binary(operator, left, right) => self.test_binary(operator, left, right),
            _ => {
                let value = self.eval(expr);
                let mut tested = Tested {
                    truth: value.truth(),
                    ..Tested::default()
                };
                if let Some(variable) = variable(&value) {
                    tested.when_true.push(Gate {
                        variable: variable.clone(),
                        value: None,
                        holds: true,
                    });
                    tested.when_false.push(Gate {
                        variable,
                        value: None,
                        holds: false,
                    });
                }
                tested
            }
        }
    }

    fn test_either(&mut self, parts: &[Expr], all: bool) -> Tested {
        let mut whole = Tested {
            truth: Some(all),
            ..Tested::default()
        };
        for part in parts {
            let tested = self.test(part);
            // `a && b`: where true, both hold; `a || b`: where false, neither does.
            if all {
                whole.when_true.extend(tested.when_true);
            } else {
                whole.when_false.extend(tested.when_false);
            }
            match tested.truth {
                Some(truth) if truth != all => {
                    whole.truth = Some(!all);
                    return whole;
                }
                Some(_) => {}
                None => whole.truth = None,
            }
        }
        whole
    }

    fn test_binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Tested {
        let left = self.eval(left);
        let right = self.eval(right);
        let mut tested = Tested::default();
        let equal = match operator {
            "==" | "===" | "eq" => true,
            "!=" | "!==" | "ne" => false,
            "in" => {
                if let (Some(name), true) = (left.known(), self.is_env(&right)) {
                    let gate = |holds| Gate {
                        variable: name.clone(),
                        value: None,
                        holds,
                    };
                    tested.when_true.push(gate(true));
                    tested.when_false.push(gate(false));
                }
                return tested;
            }
            _ => {
                tested.truth = super::operator::compare(operator, &left, &right);
                return tested;
            }
        };
        if let Some(truth) = same_known(&left, &right) {
            tested.truth = Some(truth == equal);
            return tested;
        }
        let named = match (variable(&left), variable(&right)) {
            (Some(name), None) => Some((name, right)),
            (None, Some(name)) => Some((name, left)),
            _ => None,
        };
        if let Some((variable, value)) = named {
            let value = match value {
                Value::Nothing => Some(None),
                value => value.known().map(|known| (!known.is_empty()).then_some(known)),
            };
            if let Some(value) = value {
                // Comparing with nothing asks whether it is set: the other way round.
                let holds = if value.is_none() { !equal } else { equal };
                tested.when_true.push(Gate {
                    variable: variable.clone(),
                    value: value.clone(),
                    holds,
                });
                tested.when_false.push(Gate {
                    variable,
                    value,
                    holds: !holds,
                });
            }
        }
        tested
    }

    fn is_env(&self, value: &Value) -> bool {
        match value {
            Value::Native(native) => (self.dialect.apis)().value(&native.name) == Some("env"),
            _ => false,
        }
    }
}

/// The variable of the environment whose value `value` is, whole.
fn variable(value: &Value) -> Option<String> {
    let word = match value {
        Value::Text(word) => word.clone(),
        // `os.environ.get("X", "")`: the default does not matter to the test.
        Value::Any(values) => match values.as_slice() {
            [Value::Text(word), Value::Text(other)] if other.as_known().is_some() => word.clone(),
            [Value::Text(word), Value::Nothing] => word.clone(),
            _ => return None,
        },
        _ => return None,
    };
    match word.pieces.as_slice() {
        [
            Piece::Unknown(Unknown {
                why: Why::Variable(name),
                ..
            }),
        ] => Some(name.clone()),
        _ => None,
    }
}

/// Whether two values are the same, where that is known.
fn same_known(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Nothing, Value::Nothing) => Some(true),
        (Value::Nothing, Value::Object(_) | Value::Function(_)) => Some(false),
        (Value::Object(_) | Value::Function(_), Value::Nothing) => Some(false),
        _ => Some(left.known()? == right.known()?),
    }
}
