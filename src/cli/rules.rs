//! `claude-guard rules list|test`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Exit;
use crate::report::escape::terminal;
use crate::rules::page::Page;
use crate::rules::{Book, BookError};

/// List the rules, or test a folder of your own.
#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the rules with severity and title.
    List {
        /// A folder of your own rules to list too.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Print the page of one rule (the same as `claude-guard explain`).
    Explain(super::explain::Explain),
    /// Run the Bad and Good examples of the built-in pages, or of the pages in DIR.
    Test {
        /// A folder of your own rules.
        dir: Option<PathBuf>,
    },
}

impl Rules {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        match &self.what {
            What::List { rules } => list(rules.as_deref()),
            What::Explain(explain) => explain.run(),
            What::Test { dir } => test(dir.as_deref()),
        }
    }
}

/// The built-in rules, and those of `dir`.
pub(super) fn book(dir: Option<&Path>) -> Result<Book, BookError> {
    match dir {
        Some(dir) => Book::builtin().with_folder(dir),
        None => Ok(Book::builtin()),
    }
}

/// The pages by family and id.
fn sorted(book: &Book) -> Vec<&Page> {
    let mut pages: Vec<&Page> = book.list().collect();
    pages.sort_by_key(|page| (page.family.as_ref(), page.id()));
    pages
}

fn list(dir: Option<&Path>) -> anyhow::Result<Exit> {
    let book = match book(dir) {
        Ok(book) => book,
        Err(error) => return Ok(wrong_usage(error)),
    };
    let pages = sorted(&book);
    let widest = pages.iter().map(|page| page.id().len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut family = "";
    for page in pages {
        if page.family != family {
            family = &page.family;
            let _ = writeln!(text, "{}{family}", if text.is_empty() { "" } else { "\n" });
        }
        let severity = page.front.severity.as_str();
        let title = terminal(&page.front.title);
        let _ = writeln!(text, "  {:<widest$}  {severity:<8}  {title}", page.id());
    }
    super::terminal::print(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn test(dir: Option<&Path>) -> anyhow::Result<Exit> {
    let builtin = Book::builtin();
    let book = match book(dir) {
        Ok(book) => book,
        Err(error) => return Ok(wrong_usage(error)),
    };
    // With a folder, only its own pages: those that are new or differ from the built-in ones.
    let own = |page: &&Page| dir.is_none() || builtin.page(page.id()).is_none_or(|b| b.file != page.file);
    let pages: Vec<&Page> = sorted(&book).into_iter().filter(own).collect();
    let mut text = String::new();
    let mut failed = 0;
    for page in &pages {
        if let Err(faults) = crate::scan::examples::check(&book, page) {
            failed += 1;
            for fault in faults {
                let _ = writeln!(text, "{}", terminal(&fault));
            }
        }
    }
    let _ = writeln!(text, "{} pages pass, {failed} fail", pages.len() - failed);
    super::terminal::print(text.as_bytes())?;
    Ok(if failed == 0 { Exit::Ok } else { Exit::No })
}

/// Says what is wrong with a page of the user.
pub(super) fn wrong_usage(error: BookError) -> Exit {
    super::report_error(&error.into());
    Exit::Usage
}
