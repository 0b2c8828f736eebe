//! Which language a text is written in, by name, extension and first line.

use super::Lower;
use crate::model::RepoPath;

/// The lowering of the language called `name`, if there is one.
#[must_use]
pub fn language(name: &str) -> Option<Lower> {
    Some(match name {
        "shell" => super::shell::lower,
        "javascript" => super::javascript::lower,
        "typescript" => super::javascript::lower_typescript,
        "python" => super::python::lower,
        "perl" => super::oneliner::lower_perl,
        "awk" => super::oneliner::lower_awk,
        "ruby" => super::oneliner::lower_ruby,
        "php" => super::oneliner::lower_php,
        _ => return None,
    })
}

/// The language of a file, by its first line (`#!`) or else by its name.
#[must_use]
pub fn language_of(path: &RepoPath, first_line: &str) -> Option<&'static str> {
    if let Some(name) = of_first_line(first_line) {
        return Some(name);
    }
    let name = path.name();
    let by_name = match name {
        "Rakefile" | "Gemfile" | "Brewfile" => Some("ruby"),
        ".bashrc" | ".bash_profile" | ".profile" | ".zshrc" | ".zshenv" | ".envrc" => Some("shell"),
        "SConstruct" | "SConscript" => Some("python"),
        _ => None,
    };
    by_name.or_else(|| of_extension(path.extension()?))
}

fn of_extension(extension: &str) -> Option<&'static str> {
    Some(match extension.to_ascii_lowercase().as_str() {
        "js" | "mjs" | "cjs" | "jsx" => "javascript",
        "ts" | "mts" | "cts" | "tsx" => "typescript",
        "py" | "pyw" | "pyi" | "pth" => "python",
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "bats" | "command" => "shell",
        "pl" | "pm" | "t" => "perl",
        "awk" | "gawk" => "awk",
        "rb" | "rake" | "gemspec" | "ru" => "ruby",
        "php" | "phtml" => "php",
        _ => return None,
    })
}

/// The language of the interpreter in a `#!` line; `env` with its options and assignments is seen through.
fn of_first_line(line: &str) -> Option<&'static str> {
    let line = line.trim_start_matches('\u{feff}').strip_prefix("#!")?;
    let mut words = line.split_whitespace();
    let mut program = base(words.next()?);
    if program == "env" || program == "busybox" {
        program = loop {
            let word = words.next()?;
            // `-S` glued to its value (`-Snode`) and `-S node` alike.
            let word = word
                .strip_prefix("-S")
                .or_else(|| word.strip_prefix("--split-string="));
            let word = match word {
                Some("") => continue,
                Some(word) => word,
                None => line.split_whitespace().find(|w| !skipped_by_env(w))?,
            };
            if !skipped_by_env(word) {
                break base(word);
            }
        };
    }
    of_interpreter(program).or(match program {
        "uv" | "uvx" | "pipx" | "rye" | "pdm" | "poetry" => Some("python"),
        "npx" | "pnpm" | "yarn" | "volta" => Some("javascript"),
        _ => None,
    })
}

fn skipped_by_env(word: &str) -> bool {
    word.starts_with('-') || word.contains('=') || base(word) == "env" || base(word) == "busybox"
}

/// The language that the interpreter called `program` reads (`python3.12`, `/usr/bin/node`).
#[must_use]
pub fn of_interpreter(program: &str) -> Option<&'static str> {
    let name = base(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    Some(match stem {
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "mksh" | "ash" | "rbash" | "bats" => "shell",
        "node" | "nodejs" => "javascript",
        "bun" | "deno" | "tsx" | "ts-node" | "ts-node-esm" | "ts-node-script" | "esno" => "typescript",
        "python" | "pypy" | "pythonw" | "ipython" => "python",
        "perl" => "perl",
        "awk" | "gawk" | "mawk" | "nawk" => "awk",
        "ruby" | "jruby" | "irb" => "ruby",
        "php" | "php-cli" => "php",
        _ => return None,
    })
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, line: &str) -> Option<&'static str> {
        language_of(&RepoPath::new(path).unwrap_or_default(), line)
    }

    #[test]
    fn the_first_line_decides_before_the_name() {
        assert_eq!(of("run", "#!/usr/bin/env -S uv run --script"), Some("python"));
        assert_eq!(
            of("run", "#!/usr/bin/env -S node --no-warnings"),
            Some("javascript")
        );
        assert_eq!(of("run", "#!/usr/bin/env -S A=1 deno run -A"), Some("typescript"));
        assert_eq!(of("run.txt", "#! /bin/bash -e"), Some("shell"));
        assert_eq!(of("run.sh", "#!/usr/bin/python3.12"), Some("python"));
        assert_eq!(of("run", "#!/usr/bin/env"), None);
    }

    #[test]
    fn the_name_decides_without_one() {
        assert_eq!(of("a/b.mts", ""), Some("typescript"));
        assert_eq!(of("a/b.PY", "import os"), Some("python"));
        assert_eq!(of("Rakefile", ""), Some("ruby"));
        assert_eq!(of("notes.txt", "hello"), None);
    }

    #[test]
    fn every_language_named_here_can_be_lowered_or_is_shell() {
        for ext in ["js", "ts", "py", "pl", "awk", "rb", "php"] {
            let name = of_extension(ext).unwrap_or("");
            assert!(language(name).is_some(), "{name}");
        }
    }
}
