//! Command lines of `vim` and `ex` (`-c`, `+`, `--cmd`).

use super::super::run::Run;
use super::super::words::Flat;
use crate::model::effect::WriteAct;
use crate::model::{Nature, Place, Word};

/// Adds what one command line does.
pub(in super::super) fn command(run: &mut Run<'_, '_>, word: &Word, place: Place) {
    let flat = Flat::new(word);
    for line in flat.text.split(['|', '\n']) {
        let line = line
            .trim()
            .trim_start_matches(':')
            .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '%' | '$' | ',' | '.'));
        if let Some(text) = line.strip_prefix('!') {
            // All that follows is the shell's, bars included.
            let text = flat.text.split_once('!').map_or(text, |(_, text)| text);
            run.shell(flat.word(text), place, vec![], None);
            return;
        }
        let (name, rest) = line.split_at(
            line.find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(line.len()),
        );
        let rest = rest.trim_start_matches('!').trim();
        match name {
            "" | "q" | "qa" | "qall" | "quit" | "set" | "syntax" | "filetype" | "normal" | "print" | "p"
            | "s" | "g" | "v" | "d" | "echo" | "colorscheme" | "let" | "nmap" | "highlight" | "noh"
            | "cq" | "x" | "wq" | "wqa" | "wa" | "up" => {
                run.told &=
                    !rest.contains("system(") && !rest.contains("writefile(") && !rest.contains("job_start(");
            }
            "r" | "read" | "e" | "edit" | "sp" | "vs" | "tabe" | "badd" | "view" => {
                match rest.strip_prefix('!') {
                    Some(text) => run.shell(flat.word(text), place, vec![], None),
                    None => {
                        run.read(&flat.word(rest), place, true, Nature::Stated);
                    }
                }
            }
            "w" | "write" | "sav" | "saveas" if !rest.is_empty() => match line.split_once("w !") {
                Some((_, text)) => run.shell(flat.word(text), place, vec![], None),
                None => {
                    run.write(&flat.word(rest), place, WriteAct::Overwrite, Nature::Stated);
                }
            },
            "w" | "write" => {}
            "so" | "source" | "ru" | "runtime" | "luafile" | "pyfile" | "py3file" => {
                run.told = false;
                run.load(&flat.word(rest), place, "vim");
            }
            _ => run.told = false,
        }
    }
}
