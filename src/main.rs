//! Starts [`claude_guard::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    claude_guard::cli::main()
}
