//! References to variables and functions in the text of a makefile.

use std::collections::BTreeMap;

/// Depth of variables inside variables.
const DEPTH: usize = 12;

/// What `$@`, `$<` and `$^` stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Automatic {
    pub target: String,
    pub needs: Vec<String>,
}

/// An expanded text.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// The text, as a shell gets it.
    pub text: String,
    /// Commands of `$(shell …)`.
    pub shells: Vec<String>,
}

/// Puts variables in. `$(shell x)` becomes the shell's own `$(x)`; what nothing sets comes from the
/// environment and becomes the shell's `${NAME}`; other functions become an unknown `${…}`.
pub(super) fn expand(
    text: &str,
    variables: &BTreeMap<String, String>,
    automatic: &Automatic,
    limit: usize,
) -> Expanded {
    let mut out = Expanded::default();
    let mut steps = 0;
    put(text, variables, automatic, limit, 0, &mut steps, &mut out);
    out
}

fn put(
    text: &str,
    variables: &BTreeMap<String, String>,
    automatic: &Automatic,
    limit: usize,
    depth: usize,
    steps: &mut usize,
    out: &mut Expanded,
) {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        out.text.push_str(before);
        *steps += 1;
        if out.text.len() > limit || *steps > 10_000 {
            return;
        }
        let next = from.get(1..).and_then(|r| r.chars().next());
        let (name, len) = match next {
            Some('(' | '{') => match closing(from) {
                Some(end) => (from.get(2..end).unwrap_or(""), end + 1),
                None => ("", from.len()),
            },
            Some(c) => (from.get(1..=c.len_utf8()).unwrap_or(""), 1 + c.len_utf8()),
            None => ("", 1),
        };
        rest = from.get(len..).unwrap_or("");
        if name == "$" {
            out.text.push('$');
            continue;
        }
        let (word, arguments) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
        // `$(NAME:.c=.o)` replaces endings: the variable is what matters.
        let word = word.split(':').next().unwrap_or(word);
        match (word, variables.get(word)) {
            ("@", _) => out.text.push_str(&automatic.target),
            ("<", _) => out
                .text
                .push_str(automatic.needs.first().map_or("", String::as_str)),
            ("^" | "+" | "?", _) => out.text.push_str(&automatic.needs.join(" ")),
            ("MAKE", _) => out.text.push_str("make"),
            ("CURDIR", _) => out.text.push_str("$PWD"),
            ("SHELL", None) => out.text.push_str("/bin/sh"),
            ("shell", _) => {
                let inner = expand(arguments, variables, automatic, limit);
                out.shells.extend(inner.shells);
                out.text.push_str("$(");
                out.text.push_str(&inner.text);
                out.text.push(')');
                out.shells.push(inner.text);
            }
            ("info" | "warning" | "error", _) if !arguments.is_empty() => {
                put(
                    arguments,
                    variables,
                    automatic,
                    0,
                    depth + 1,
                    steps,
                    &mut Expanded::default(),
                );
            }
            (
                "strip" | "call" | "eval" | "value" | "firstword" | "abspath" | "realpath" | "addprefix"
                | "if" | "or" | "and",
                _,
            ) if !arguments.is_empty() && depth < DEPTH => {
                // What the function is given is what may come of it.
                for argument in arguments.split(',') {
                    match variables.get(argument.trim()) {
                        Some(value) if word == "call" => {
                            put(value, variables, automatic, limit, depth + 1, steps, out);
                        }
                        _ => put(
                            argument.trim(),
                            variables,
                            automatic,
                            limit,
                            depth + 1,
                            steps,
                            out,
                        ),
                    }
                    out.text.push(' ');
                }
            }
            (_, Some(value)) if depth < DEPTH => {
                put(value, variables, automatic, limit, depth + 1, steps, out)
            }
            (word, _) => {
                let plain = word.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
                let starts = word.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
                let name = if plain && starts && arguments.is_empty() {
                    word
                } else {
                    "MAKE_FUNCTION"
                };
                out.text.push_str("${");
                out.text.push_str(name);
                out.text.push('}');
            }
        }
    }
    out.text.push_str(rest);
}

/// The index of the bracket that closes the one at index 1.
fn closing(text: &str) -> Option<usize> {
    let (open, close) = if text.as_bytes().get(1) == Some(&b'(') {
        ('(', ')')
    } else {
        ('{', '}')
    };
    let mut depth = 0_usize;
    for (i, c) in text.char_indices().skip(1) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}
