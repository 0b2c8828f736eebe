//! Assignments: names, items and arrays.

use super::expand::settle;
use super::state::{State, Value, put};
use super::walk::Walk;
use crate::lang::shell::ast::{self, Assignment};
use crate::model::Word;
use crate::model::effect::Reach;

impl Walk<'_> {
    pub fn prefix(&mut self, state: &mut State, assignments: &[Assignment]) -> Vec<(String, Word)> {
        let mut out = vec![];
        for assignment in assignments {
            if let ast::Value::Scalar(value) = &assignment.value {
                let mut word = self.word(state, value);
                if assignment.append {
                    let mut old = state.scalar(&assignment.name).cloned().unwrap_or_default();
                    old.append(&word);
                    word = old;
                }
                out.push((assignment.name.clone(), settle(&word)));
            }
        }
        out
    }

    /// Runs an assignment that stays.
    pub fn assign(&mut self, state: &mut State, assignment: &Assignment) {
        let name = assignment.name.as_str();
        match &assignment.value {
            ast::Value::Scalar(value) => {
                let mut word = self.word(state, value);
                let index = assignment.index.as_ref().map(|index| self.word(state, index));
                if state.variables.get(state.target(name)).is_some_and(|v| v.integer) {
                    word = self.arithmetic(state, &word);
                }
                match index {
                    Some(index) => self.assign_item(state, name, &index, word, assignment.append),
                    None => {
                        if assignment.append {
                            let mut old = self
                                .lookup(state, name, assignment.span)
                                .words
                                .into_iter()
                                .next()
                                .unwrap_or_default();
                            old.append(&word);
                            word = old;
                        }
                        state.set(name, word);
                    }
                }
            }
            ast::Value::Array(values) => self.assign_array(state, assignment, values),
        }
        self.exported_set(state, assignment);
    }

    /// A variable that is exported and set again is a new value for all that starts later.
    fn exported_set(&mut self, state: &State, assignment: &Assignment) {
        let name = state.target(&assignment.name).to_owned();
        let inherited = matches!(name.as_str(), "PATH" | "HOME" | "LD_PRELOAD" | "LD_LIBRARY_PATH");
        let Some(variable) = state.variables.get(&name) else {
            return;
        };
        if let (Value::Scalar(word), true) = (variable.value.clone(), variable.exported || inherited) {
            let place = self.place(state, assignment.span);
            self.set_variable(state, &name, &word, Reach::Children, place);
        }
    }

    fn assign_item(&mut self, state: &mut State, name: &str, index: &Word, word: Word, append: bool) {
        let associative = matches!(
            state.variables.get(state.target(name)).map(|v| &v.value),
            Some(Value::List {
                associative: true,
                ..
            })
        );
        let key = if associative {
            index.clone()
        } else {
            self.arithmetic(state, index)
        };
        let mut items = match state.variables.get(state.target(name)).map(|v| v.value.clone()) {
            Some(Value::List { items, .. }) => items,
            Some(Value::Scalar(word)) => vec![("0".to_owned(), word)],
            None => vec![],
        };
        match key.as_known() {
            Some(key) => {
                let old = items
                    .iter()
                    .find(|(at, _)| at == key)
                    .map(|(_, word)| word.clone());
                let new = match old.filter(|_| append) {
                    Some(mut old) => {
                        old.append(&word);
                        old
                    }
                    None => word,
                };
                put(&mut items, key, new);
            }
            None => {
                // Which item is not known: each may be the new one.
                for (_, old) in &mut items {
                    *old = super::state::join_words(old, &word);
                }
                let next = items.len().to_string();
                items.push((next, word));
            }
        }
        state.set_value(name, Value::List { items, associative });
    }

    fn assign_array(
        &mut self,
        state: &mut State,
        assignment: &Assignment,
        values: &[(Option<ast::Word>, ast::Word)],
    ) {
        let name = assignment.name.as_str();
        let (mut items, associative) = match state.variables.get(state.target(name)).map(|v| v.value.clone())
        {
            Some(Value::List { items, associative }) => {
                (if assignment.append { items } else { vec![] }, associative)
            }
            Some(Value::Scalar(word)) if assignment.append => (vec![("0".to_owned(), word)], false),
            _ => (vec![], false),
        };
        for (index, value) in values {
            match index {
                Some(index) => {
                    let key = self.word(state, index);
                    let key = if associative {
                        key
                    } else {
                        self.arithmetic(state, &key)
                    };
                    let word = self.word(state, value);
                    let next = items.len().to_string();
                    put(&mut items, key.as_known().unwrap_or(&next), word);
                }
                None => {
                    for word in self.words(state, std::slice::from_ref(value)).0 {
                        let next = items.iter().filter_map(|(key, _)| key.parse::<u64>().ok()).max();
                        let next = next.map_or(0, |n| n.saturating_add(1)).to_string();
                        items.push((next, word));
                    }
                }
            }
        }
        state.set_value(name, Value::List { items, associative });
    }
}
