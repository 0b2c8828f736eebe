//! Comprehensions.

use super::{Machine, name};
use crate::lang::dynamic::tree::Collect;
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::model::Span;

impl Machine<'_, '_> {
    pub(super) fn collect(&mut self, collect: &Collect) -> Value {
        let parent = self.scope.clone();
        self.scope = self.new_scope(&parent);
        let mut state = State::default();
        let complete = self.collect_loop(collect, 0, &mut state);
        self.scope = parent;
        let shape = if collect.key.is_some() {
            Shape::Dict
        } else {
            Shape::List
        };
        if !complete {
            let items = std::mem::take(&mut state.items);
            items.into_iter().for_each(|i| state.put_rest(i));
        }
        Value::object(shape, state)
    }

    pub(super) fn collect_loop(&mut self, collect: &Collect, level: usize, state: &mut State) -> bool {
        let Some((target, over)) = collect.loops.get(level) else {
            return self.collect_element(collect, state);
        };
        let over = self.eval(over);
        let (items, complete) = self.items(&over);
        let (items, complete) = if complete && items.len() <= 4096 && self.turns > items.len() {
            (items, true)
        } else {
            (vec![self.one_of(items, &over)], false)
        };
        let mut whole = complete;
        for item in items {
            self.turns = self.turns.saturating_sub(1);
            self.bind(target, item, true);
            whole &= self
                .deeper(Span::default(), |m| m.collect_loop(collect, level + 1, state))
                .unwrap_or(false);
        }
        whole
    }

    pub(super) fn collect_element(&mut self, collect: &Collect, state: &mut State) -> bool {
        let mut certain = true;
        for test in &collect.tests {
            match self.test(test).truth {
                Some(false) => return true,
                Some(true) => {}
                None => certain = false,
            }
        }
        let key = collect.key.as_ref().map(|k| self.eval(k));
        let element = self.eval(&collect.element);
        match key.map(|k| (k.known(), k)) {
            None => state.add(element),
            Some((Some(known), _)) => state.set(&name(&known), element, !certain),
            Some((None, key)) => {
                state.put_rest(key);
                state.put_rest(element);
            }
        }
        certain
    }
}
