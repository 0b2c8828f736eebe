//! Standard output and what it can show.

use std::io::{self, IsTerminal as _, Write as _};

use crate::report::Style;

/// Writes `text` to standard output.
///
/// # Errors
/// Standard output failed.
pub(super) fn print(text: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}

/// Writes a line to standard error. What is not ours in it has been escaped.
pub(super) fn tell(line: &str) {
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// The style for standard output: colours by `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and the kind of stream.
#[allow(clippy::disallowed_methods, reason = "cli is where the environment is read")]
pub(super) fn style(to_file: bool, auditor: bool) -> Style {
    let stdout = io::stdout();
    let choice = anstream::AutoStream::choice(&stdout);
    let colour = !to_file && choice != anstream::ColorChoice::Never;
    let terminal = !to_file && stdout.is_terminal();
    let width = if terminal {
        std::env::var("COLUMNS")
            .ok()
            .and_then(|c| c.parse().ok())
            .or_else(columns)
            .unwrap_or(120)
    } else {
        120
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    let unicode = match locale {
        Some(locale) => {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8") || !terminal
        }
        None => true,
    };
    Style {
        colour,
        unicode,
        width,
        auditor,
    }
}

/// The style for standard error.
pub(super) fn style_beside() -> Style {
    let stderr = io::stderr();
    Style {
        colour: anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never,
        width: columns().unwrap_or(120),
        ..style(false, false)
    }
}

/// Columns of the terminal, as clap's own help finds them.
fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
