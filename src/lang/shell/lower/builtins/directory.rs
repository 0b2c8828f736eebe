//! `cd`, `pushd`, `popd`, `pwd`.

use super::super::conditions::Tested;
use super::super::expand::settle;
use super::super::state::State;
use super::super::walk::Walk;
use super::is_option;
use crate::lang::programs::Output;
use crate::model::{Anchor, Location, Word};

impl Walk<'_> {
    pub(super) fn cd(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let target = args
            .iter()
            .find(|word| !is_option(word) && word.as_known() != Some("--"));
        let at = match target.map(settle) {
            None => Location::Home(String::new()),
            Some(word) if word.as_known() == Some("-") => state.cwd_before.clone(),
            Some(word) => self.folder(state, &word),
        };
        self.go(state, at);
        Tested::default()
    }

    fn go(&mut self, state: &mut State, at: Location) {
        state.cwd_before = std::mem::replace(&mut state.cwd, at);
        state.unset("PWD");
        state.gone.remove("PWD");
    }

    /// The folder that a word names, links of the tree followed.
    fn folder(&self, state: &State, word: &Word) -> Location {
        let at = Location::resolve(word, &state.cwd, &self.context.root);
        let at = self.overlay.resolve(&at);
        match (&at, self.context.tree) {
            (Location::Tree(path), Some(tree)) => match tree.resolve(path) {
                Ok(real) => Location::Tree(real),
                // A link out of the tree: what lies there is as unknown as the place.
                Err(crate::model::tree::ReadError::Outside(target)) if target.starts_with('/') => {
                    Location::Absolute(target)
                }
                Err(_) => at,
            },
            _ => at,
        }
    }

    pub(super) fn pushd(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let target = args.iter().find(|word| !is_option(word)).map(settle);
        let before = state.cwd.clone();
        let at = match target {
            Some(word) => self.folder(state, &word),
            None => state.folders.pop().unwrap_or(Location::Unknown),
        };
        state.folders.push(before);
        self.go(state, at);
        Tested::default()
    }

    pub(super) fn popd(&mut self, state: &mut State) -> Tested {
        let at = state.folders.pop().unwrap_or(Location::Unknown);
        self.go(state, at);
        Tested::default()
    }

    pub(super) fn pwd(&mut self, state: &mut State) -> Tested {
        let mut text = self.location_word(&state.cwd);
        // A path that is printed keeps its place when it is read again.
        if text.is_empty() {
            text = Word::anchor(Anchor::Root);
        }
        text.push_str("\n");
        let output = Output {
            origins: vec![],
            text: Some(text),
            decoded: vec![],
        };
        self.emit(state, 1, &output);
        Tested::status(true)
    }
}
