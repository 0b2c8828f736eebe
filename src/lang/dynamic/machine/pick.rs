//! The arguments that a table entry picks.

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::value::{Shape, State, Value};

impl Machine<'_, '_> {
    /// The first of `picks` that is given.
    pub(super) fn pick(&mut self, picks: &[String], of: Option<&Value>, args: &Args) -> Option<Value> {
        picks.iter().find_map(|pick| self.pick_one(pick, of, args))
    }

    pub(super) fn pick_one(&mut self, pick: &str, of: Option<&Value>, args: &Args) -> Option<Value> {
        if pick == "self" {
            return of.cloned();
        }
        if pick == "last" {
            return args.list.last().or(args.rest.first()).cloned();
        }
        if let Some(key) = pick.strip_prefix('=') {
            return args.named(key).cloned();
        }
        if pick == "*" || pick.ends_with('+') {
            let start: usize = pick.trim_end_matches('+').parse().unwrap_or(0);
            let mut state = State::default();
            args.list.iter().skip(start).for_each(|v| state.add(v.clone()));
            args.named
                .iter()
                .filter(|(n, _)| &**n != "file")
                .for_each(|(_, v)| state.put_rest(v.clone()));
            args.rest.iter().for_each(|v| state.put_rest(v.clone()));
            return Some(Value::object(Shape::List, state));
        }
        if let Some(index) = pick.strip_prefix("%argv") {
            // `execv(path, [name, …])`: the list's first word is the program's own name.
            let list = args.at(index.parse().ok()?)?.clone();
            let (items, complete) = self.items(&list);
            if !complete {
                return Some(list);
            }
            return Some(Value::list(items.into_iter().skip(1).collect()));
        }
        let (index, member) = match pick.split_once('.') {
            Some((index, member)) => (index, Some(member)),
            None => (pick, None),
        };
        let value = args.at(index.parse().ok()?)?.clone();
        match member {
            None => Some(value).filter(|v| !matches!(v, Value::Nothing)),
            Some(member) => {
                let Value::Object(object) = &value else {
                    return None;
                };
                if let Ok(i) = member.parse::<usize>() {
                    return object.state.borrow().items.get(i).cloned();
                }
                let found = object.state.borrow().get(member).cloned();
                found.or_else(|| {
                    // The member may be in what was spread in.
                    let rest = object.state.borrow().rest.clone();
                    rest.into_iter().find(|r| matches!(r, Value::Text(_)))
                })
            }
        }
    }

    pub(super) fn picked_all(&mut self, picks: &[String], of: Option<&Value>, args: &Args) -> Vec<Value> {
        picks
            .iter()
            .filter_map(|pick| self.pick_one(pick, of, args))
            .collect()
    }
}
