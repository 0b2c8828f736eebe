//! Options that do not begin with a dash.

use super::Reader;
use crate::lang::programs::page::{self, Kind};
use crate::lang::programs::words;
use crate::model::{Place, Word};

impl Reader<'_> {
    /// `tar xzf FILE`, `ps aux`: the first word is a cluster whose values follow in order.
    pub(super) fn bundle(&mut self) {
        let Some((word, place)) = self.words.first().cloned() else {
            return;
        };
        let Some(text) = word.as_known() else { return };
        if text.starts_with('-') || text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric()) {
            return;
        }
        self.at = 1;
        for letter in text.chars() {
            let Some((spelling, kind, argument)) = self.find(&format!("-{letter}")) else {
                self.done.uncovered.push(format!("-{letter}"));
                continue;
            };
            if kind == Kind::Flag || spelling.ends_with('?') {
                self.push(
                    spelling,
                    Kind::Flag,
                    None,
                    Word::known(format!("-{letter}")),
                    place,
                );
            } else if let Some((value, place)) = self.words.get(self.at).cloned() {
                self.at += 1;
                self.push(spelling, kind, argument, value, place);
            }
        }
    }

    /// `if=FILE`
    pub(super) fn assignment_operand(&mut self, word: &Word, place: Place, text: &str) -> bool {
        let Some((name, _)) = text.split_once('=') else {
            return false;
        };
        if name.starts_with('-') {
            return false;
        }
        let name = format!("{name}=");
        let Some((spelling, kind, argument)) = self.find(&name) else {
            return false;
        };
        let value = words::strip(word, &name).unwrap_or_default();
        self.push(spelling, kind, argument, value, place);
        true
    }

    /// `+cmd`
    pub(super) fn plus(&mut self, word: &Word, place: Place, text: &str) -> bool {
        if !text.starts_with('+') {
            return false;
        }
        let found = self
            .spellings()
            .into_iter()
            .filter(|(s, _, _)| s.starts_with('+') && text.starts_with(page::bare(s)));
        let Some((spelling, kind, argument)) = found.max_by_key(|(s, _, _)| s.len()) else {
            return false;
        };
        let value = words::strip(word, page::bare(spelling)).unwrap_or_default();
        self.push(spelling, kind, argument, value, place);
        true
    }
}
