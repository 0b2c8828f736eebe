//! `claude-guard explain ID`.

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use crate::rules::Book;
use crate::rules::page::Page;

/// Print the page of one rule.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Id of the rule, as findings name it.
    id: String,
    /// A folder of your own rules to look in too.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl Explain {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        let book = match super::rules::book(self.rules.as_deref()) {
            Ok(book) => book,
            Err(error) => return Ok(super::rules::wrong_usage(error)),
        };
        let Some(page) = book.page(&self.id) else {
            let near = nearest(&book, &self.id).map_or(String::new(), |id| format!("; did you mean `{id}`?"));
            let all = "`claude-guard rules list` names all";
            super::report_error(&anyhow::anyhow!("no rule is called `{}`{near} ({all})", self.id));
            return Ok(Exit::Usage);
        };
        super::terminal::print(page.file.as_bytes())?;
        Ok(Exit::Ok)
    }
}

/// The id that shares most words with `wanted`, if any.
fn nearest<'a>(book: &'a Book, wanted: &str) -> Option<&'a str> {
    let words: Vec<&str> = wanted.split('-').filter(|w| w.len() > 2).collect();
    let shared = |id: &str| id.split('-').filter(|w| words.contains(w)).count();
    book.list()
        .map(Page::id)
        .max_by_key(|id| shared(id))
        .filter(|id| shared(id) > 0)
}
