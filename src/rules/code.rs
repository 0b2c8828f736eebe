//! Whether bytes that reach a program start are the code that it runs, or only data for it.
//! `curl … | sh` and `curl … | python3 -c '…'` differ in nothing else.

use crate::model::effect::{Exec, How};
use crate::model::{Origin, Via, Word};

/// Interpreters with the options that take program text, and those after which a module or file is named.
const INTERPRETERS: [(&str, &[&str]); 27] = [
    ("sh", &["-c"]),
    ("bash", &["-c"]),
    ("dash", &["-c"]),
    ("zsh", &["-c"]),
    ("ksh", &["-c"]),
    ("ash", &["-c"]),
    ("fish", &["-c"]),
    ("busybox", &["-c"]),
    ("eval", &[]),
    ("source", &[]),
    (".", &[]),
    ("python", &["-c"]),
    ("python2", &["-c"]),
    ("python3", &["-c"]),
    ("pypy3", &["-c"]),
    ("node", &["-e", "-p", "--eval", "--print"]),
    ("nodejs", &["-e", "-p", "--eval", "--print"]),
    ("deno", &["eval"]),
    ("bun", &["-e", "--eval"]),
    ("perl", &["-e", "-E"]),
    ("ruby", &["-e"]),
    ("php", &["-r"]),
    ("osascript", &["-e"]),
    ("pwsh", &["-c", "-Command", "-EncodedCommand"]),
    ("powershell", &["-c", "-Command", "-EncodedCommand"]),
    ("iex", &[]),
    ("Invoke-Expression", &[]),
];

/// Whether bytes of `from`, arriving `via`, are run by `exec`.
#[must_use]
pub fn is_code(exec: &Exec, via: Via, from: &Origin, decoded: bool) -> bool {
    if exec.program.origins().contains(from) {
        return true;
    }
    let name = base_name(&exec.program);
    let interpreter = INTERPRETERS.iter().find(|(program, _)| *program == name);
    let by_text = matches!(exec.how, How::Shell | How::Interpreter | How::Load);
    match via {
        // A known program that was read: its input is data, unless the program itself came that way.
        Via::Pipe if exec.followed && !decoded => false,
        Via::Pipe => (by_text || interpreter.is_some()) && reads_code(exec, interpreter.map_or(&[], |i| i.1)),
        // A file written earlier: started itself, or given to an interpreter as its first operand.
        Via::File if exec.argv.iter().any(names_descriptor) => {
            let operand = interpreter.and_then(|(_, options)| code_word(exec, options));
            operand.is_some_and(names_descriptor)
        }
        Via::File => by_text || interpreter.is_some() || is_a_file(&exec.program),
        Via::Environment => false,
        Via::Variable | Via::Argument | Via::Address => {
            // `exec(text)` in a program has no command line of its own: what it gets is what it runs.
            let no_words = interpreter.is_none_or(|(_, options)| options.is_empty() || exec.argv.is_empty());
            if by_text && exec.how != How::Load && no_words {
                return true;
            }
            match interpreter {
                Some((_, options)) => code_word(exec, options).is_some_and(|w| w.origins().contains(from)),
                None => by_text,
            }
        }
    }
}

/// Whether the program runs text that it is given.
#[must_use]
pub fn is_interpreter(program: &Word) -> bool {
    let name = base_name(program);
    INTERPRETERS.iter().any(|(known, _)| *known == name)
}

/// Whether an interpreter reads its program from standard input: no program text and no script operand.
fn reads_code(exec: &Exec, options: &[&str]) -> bool {
    let mut words = exec.argv.iter().map(Word::as_known);
    while let Some(word) = words.next() {
        match word {
            Some("-" | "-s" | "/dev/stdin" | "/proc/self/fd/0") => return true,
            Some(option) if options.contains(&option) => return false,
            Some("-o" | "+o" | "-O" | "--input-type" | "-W" | "-X" | "--rcfile" | "--init-file") => {
                words.next();
            }
            Some(option) if option.starts_with('-') || option.starts_with('+') => {}
            _ => return false,
        }
    }
    true
}

/// Whether the word is the end of a `<(…)`.
fn names_descriptor(word: &Word) -> bool {
    word.display().contains("/dev/fd/")
}

/// Whether the program is named as a file, outside the folders of the system.
fn is_a_file(program: &Word) -> bool {
    let text = program.display();
    text.contains('/')
        && !["/usr/", "/bin/", "/sbin/", "/opt/"]
            .iter()
            .any(|p| text.starts_with(p))
}

/// The argument that holds the program text, or names the program file.
fn code_word<'a>(exec: &'a Exec, options: &[&str]) -> Option<&'a Word> {
    if options.is_empty() {
        return exec.argv.first();
    }
    let mut words = exec.argv.iter();
    while let Some(word) = words.next() {
        match word.as_known() {
            Some(option) if options.contains(&option) => return words.next(),
            // `-lc`, `-xec`: the last of a group of short options takes the text.
            Some(group) if group.starts_with('-') && !group.starts_with("--") && group.len() > 2 => {
                let last = group.chars().last().map(|c| format!("-{c}"));
                if last.is_some_and(|l| options.contains(&l.as_str())) {
                    return words.next();
                }
            }
            Some(option) if option.starts_with('-') => {}
            _ => return Some(word),
        }
    }
    None
}

/// The program's name without folder and `.exe`; empty if it is not known.
#[must_use]
pub fn base_name(program: &Word) -> String {
    let text = program
        .as_known()
        .map_or_else(|| program.display(), str::to_owned);
    let name = text.rsplit(['/', '\\']).next().unwrap_or(&text);
    name.strip_suffix(".exe").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::effect::Understood;
    use crate::model::{EffectId, Why};

    const FETCH: Origin = Origin::Effect(EffectId(0));

    fn start(program: &str, argv: &[Word]) -> Exec {
        Exec {
            program: Word::known(program),
            argv: argv.to_vec(),
            how: How::Direct,
            understood: Understood::Opaque,
            followed: false,
            package: None,
        }
    }

    fn fetched() -> Word {
        Word::unknown_from(Why::Output, vec![FETCH])
    }

    #[test]
    fn a_shell_runs_its_input_and_a_filter_does_not() {
        assert!(is_code(&start("sh", &[]), Via::Pipe, &FETCH, false));
        assert!(is_code(
            &start("/bin/bash", &["-s".into(), "--".into(), "x".into()]),
            Via::Pipe,
            &FETCH,
            false
        ));
        assert!(!is_code(&start("jq", &[".a".into()]), Via::Pipe, &FETCH, false));
        assert!(!is_code(
            &start("python3", &["-c".into(), "x".into()]),
            Via::Pipe,
            &FETCH,
            false
        ));
        assert!(!is_code(
            &start("bash", &["x.sh".into()]),
            Via::Pipe,
            &FETCH,
            false
        ));
    }

    #[test]
    fn program_text_is_code_and_arguments_are_not() {
        assert!(is_code(
            &start("bash", &["-lc".into(), fetched()]),
            Via::Argument,
            &FETCH,
            false
        ));
        assert!(is_code(
            &start("eval", &[fetched()]),
            Via::Argument,
            &FETCH,
            false
        ));
        assert!(!is_code(
            &start("bash", &["x.sh".into(), fetched()]),
            Via::Argument,
            &FETCH,
            false
        ));
        assert!(!is_code(
            &start("npm", &["install".into(), fetched()]),
            Via::Argument,
            &FETCH,
            false
        ));
    }

    #[test]
    fn a_fetched_file_that_is_started_is_code() {
        assert!(is_code(&start("./tool", &[]), Via::File, &FETCH, false));
        assert!(!is_code(
            &start("jq", &[".".into(), "a.json".into()]),
            Via::File,
            &FETCH,
            false
        ));
    }
}
