//! What the shell does itself.

pub(super) mod code;
pub(super) mod directory;
pub(super) mod input;
pub(super) mod options;
pub(super) mod print;
pub(super) mod variables;

use super::command::Run;
use super::compound::plain_variable;
use super::conditions::{Operand, Tested, test};
use super::expand::settle;
use super::state::{Next, State};
use super::walk::Walk;
use crate::lang::shell::ast::Dialect;
use crate::model::Word;

/// Words of bash that dash looks for as programs, and does not find.
const BASH_ONLY: [&str; 24] = [
    "[[",
    "bind",
    "builtin",
    "caller",
    "compgen",
    "complete",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "enable",
    "function",
    "help",
    "history",
    "let",
    "mapfile",
    "popd",
    "pushd",
    "readarray",
    "select",
    "shopt",
    "source",
    "suspend",
    "typeset",
];

impl Walk<'_> {
    /// Runs a builtin; `None` if `name` is none.
    pub(super) fn builtin(&mut self, state: &mut State, name: &str, run: &Run<'_>) -> Option<Tested> {
        let args = &run.words[1..];
        let bash = state.dialect != Dialect::Dash;
        let kept = matches!(
            name,
            ":" | "eval"
                | "."
                | "source"
                | "export"
                | "readonly"
                | "set"
                | "unset"
                | "exec"
                | "trap"
                | "shift"
        );
        let saved = if kept || run.assignments.is_empty() {
            vec![]
        } else {
            self.overlaid(state, &run.assignments)
        };
        if kept {
            self.overlaid(state, &run.assignments);
        }
        let tested = match name {
            ":" | "true" => Tested::status(true),
            "false" => Tested::status(false),
            "echo" => self.echo(state, args),
            "printf" => self.printf(state, args, run),
            "print" if state.dialect == Dialect::Zsh => self.echo(state, args),
            "test" | "[" => Self::tests(args, run, name == "["),
            "read" => self.read(state, args),
            "mapfile" | "readarray" if bash => self.mapfile(state, args, run),
            "cd" | "chdir" => self.cd(state, args),
            "pushd" if bash => self.pushd(state, args),
            "popd" if bash => self.popd(state),
            "pwd" => self.pwd(state),
            "dirs" if bash => Tested::status(true),
            "export" | "readonly" => self.export(state, name, args, run),
            "declare" | "typeset" | "local" if bash || name == "local" => {
                self.declare(state, name, args, run)
            }
            "unset" => self.unset(state, args, run),
            "let" if bash => self.let_(state, args),
            "eval" => self.eval(state, args, run),
            "source" if bash => self.source(state, args, run),
            "." => self.source(state, args, run),
            "exec" => self.exec(state, run),
            "command" => return self.command_builtin(state, run),
            "builtin" if bash => return self.builtin_builtin(state, run),
            "trap" => self.trap(state, args, run),
            "alias" => self.define_alias(state, args),
            "unalias" => self.remove_alias(state, args),
            "set" => self.set_options(state, args, run),
            "shopt" if bash => self.shopt(state, args),
            "setopt" | "unsetopt" if state.dialect == Dialect::Zsh => Tested::default(),
            "shift" => self.shift(state, args),
            "getopts" => self.getopts(state, args),
            "hash" => self.hash(state, args),
            "enable" if bash => self.enable(state, args, run),
            "type" | "which" | "whence" if name == "type" || state.dialect == Dialect::Zsh => {
                Tested::default()
            }
            "exit" | "logout" => {
                state.next = Next::Exit;
                Tested::default()
            }
            "return" => {
                state.next = Next::Return;
                Tested::default()
            }
            "break" | "continue" => {
                state.next = Next::Loop;
                Tested::default()
            }
            "wait" | "jobs" | "fg" | "bg" | "disown" | "suspend" | "times" | "umask" | "ulimit"
            | "caller" | "help" | "bind" | "compopt" | "emulate" | "autoload" | "zmodload" | "zstyle"
            | "bindkey"
                if !matches!(name, "emulate" | "autoload" | "zmodload" | "zstyle" | "bindkey")
                    || state.dialect == Dialect::Zsh =>
            {
                Tested::default()
            }
            "complete" | "compgen" if bash => self.complete(state, args, run),
            "history" | "fc" if bash => self.history(state, args, run),
            _ if !bash && BASH_ONLY.contains(&name) => Tested::status(false),
            _ => {
                for (name, old) in saved {
                    super::command::restore(state, &name, old);
                }
                return None;
            }
        };
        for (name, old) in saved {
            super::command::restore(state, &name, old);
        }
        Some(tested)
    }

    fn tests(args: &[Word], run: &Run<'_>, bracket: bool) -> Tested {
        let args = match args.split_last() {
            Some((last, rest)) if bracket && last.as_known() == Some("]") => rest,
            _ => args,
        };
        let syntax = run.syntax.map(|simple| simple.words.as_slice()).unwrap_or(&[]);
        // The words of the syntax tell which variable an operand is, as long as none was split.
        let aligned = syntax.len() == run.words.len();
        let operands: Vec<Operand> = args
            .iter()
            .enumerate()
            .map(|(i, word)| Operand {
                word: word.clone(),
                variable: syntax.get(i + 1).filter(|_| aligned).and_then(plain_variable),
            })
            .collect();
        test(&operands, false)
    }
}

/// An option word: `-x`, not `-` or `--`.
pub(super) fn is_option(word: &Word) -> bool {
    word.as_known()
        .is_some_and(|text| text.len() > 1 && text.starts_with('-') && text != "--")
}

/// The words with what only the shell knows of defaults made plain.
pub(super) fn settled(words: &[Word]) -> Vec<Word> {
    words.iter().map(settle).collect()
}
