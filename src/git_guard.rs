//! The same program under the name by which `git guard …` finds it.

use std::process::ExitCode;

fn main() -> ExitCode {
    claude_guard::cli::main()
}
