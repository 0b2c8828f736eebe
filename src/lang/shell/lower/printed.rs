//! What programs print that only the tree, the working folder or files made before tell.

use super::channel::known_in_part;
use super::state::State;
use super::walk::Walk;
use crate::lang::programs::Output;
use crate::model::{Anchor, EffectId, Location, Origin, PathOperand, Piece, RepoPath, Word};

impl Walk<'_> {
    /// What is known of the output of a program that its page cannot tell: it needs the tree.
    pub fn printed(&mut self, state: &State, run: &super::command::Run<'_>, name: &str, output: &mut Output) {
        const SILENT: [&str; 13] = [
            "chmod", "chown", "cp", "install", "kill", "ln", "mkdir", "mv", "rm", "rmdir", "sleep", "touch",
            "truncate",
        ];
        let words: Vec<Option<&str>> = run.words[1..].iter().map(Word::as_known).collect();
        let verbose = |word: &Option<&str>| word.is_none_or(|w| w.starts_with('-') && w.contains('v'));
        match (name, words.as_slice()) {
            ("git", [Some("rev-parse"), Some("--show-toplevel")]) if state.cwd.in_tree().is_some() => {
                let mut text = self.location_word(&Location::Tree(RepoPath::root()));
                text.push_str("\n");
                output.text = Some(text);
                output.origins.clear();
            }
            ("which", [Some(program)]) if !program.contains('/') => {
                output.text = Some(Word::known(format!("/usr/bin/{program}\n")));
                output.origins.clear();
            }
            ("dirname" | "basename" | "realpath" | "readlink" | "mktemp", _)
                if output.text.as_ref().is_none_or(Word::has_unknown) =>
            {
                if let Some(mut text) = self.path_printed(state, name, &run.words[1..]) {
                    text.push_str("\n");
                    output.text = Some(text);
                    output
                        .origins
                        .retain(|origin| matches!(origin, Origin::Decoded(_)));
                }
            }
            (name, words)
                if SILENT.contains(&name) && output.text.is_none() && !words.iter().any(verbose) =>
            {
                output.text = Some(Word::default());
                output.origins.clear();
            }
            _ => {}
        }
    }

    /// What `dirname`, `basename`, `realpath`, `readlink -f` and `mktemp` print.
    fn path_printed(&mut self, state: &State, name: &str, args: &[Word]) -> Option<Word> {
        let option = |word: &&Word| word.as_known().is_some_and(|text| text.starts_with('-'));
        if name == "mktemp" {
            // A new name in the folder for temporary files, never the same twice.
            let template = args
                .iter()
                .any(|word| word.display().contains('/') && !option(&word));
            self.next_fd += 1;
            let mut word = Word::anchor(Anchor::Temp);
            word.push_str(&format!("/tmp.{}", self.next_fd));
            return (!template).then_some(word);
        }
        let mut operands = args.iter().filter(|word| !option(word));
        let path = super::expand::settle(operands.next()?);
        match name {
            "dirname" => folder_of(&path),
            "basename" => {
                let suffix = operands.next().and_then(Word::as_known).unwrap_or("");
                let Some(Piece::Known(end)) = path.pieces.last() else {
                    return None;
                };
                let end = end.trim_end_matches('/');
                let base = match end.rsplit_once('/') {
                    Some((_, base)) => base,
                    None if path.pieces.len() == 1 => end,
                    None => return None,
                };
                Some(Word::known(
                    base.strip_suffix(suffix)
                        .filter(|rest| !rest.is_empty())
                        .unwrap_or(base),
                ))
            }
            _ => {
                let follows = name == "realpath"
                    || args
                        .iter()
                        .any(|word| matches!(word.as_known(), Some("-f" | "-e" | "-m")));
                let at = self.operand(state, &path).at;
                (follows && at != Location::Unknown).then(|| self.location_word(&self.overlay.resolve(&at)))
            }
        }
    }

    /// `cat` prints what it reads, where that is known.
    pub fn read_text(&mut self, name: &str, reads: &[(EffectId, PathOperand)], output: &mut Output) {
        if name != "cat" || output.text.as_ref().is_some_and(|text| !text.has_unknown()) || reads.is_empty() {
            return;
        }
        let mut text = Word::default();
        for (_, path) in reads {
            let made = self.overlay.get(&path.at).map(|made| made.text.clone());
            let Some(part) = made
                .filter(known_in_part)
                .or_else(|| self.tree_text(&path.at).map(Word::known))
            else {
                return;
            };
            text.append(&part);
        }
        output.text = Some(text);
    }
}

/// The folder part of a path, where its end is known.
fn folder_of(path: &Word) -> Option<Word> {
    let mut folder = path.clone();
    match folder.pieces.last_mut() {
        Some(Piece::Known(end)) => {
            let kept = end.trim_end_matches('/').rfind('/');
            match kept {
                Some(at) => end.truncate(at.max(usize::from(path.pieces.len() == 1 && at == 0))),
                None if path.pieces.len() == 1 => ".".clone_into(end),
                None => return None,
            }
            if end.is_empty() {
                folder.pieces.pop();
            }
            Some(folder)
        }
        Some(Piece::Anchor(_)) => {
            folder.push_str("/..");
            Some(folder)
        }
        _ => None,
    }
}
