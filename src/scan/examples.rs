//! The examples of rule pages, run through the whole pipeline on a tree in memory.

use super::scan;
use crate::model::clock::Clock;
use crate::model::report::Target;
use crate::model::tree::MemoryTree;
use crate::model::{Finding, Limits};
use crate::rules::page::{ExampleFile, Page};
use crate::rules::{Book, testing};
use crate::surface::Scope;

/// Runs Bad and Good of `page`: Bad must raise it, Good must not.
///
/// # Errors
/// One sentence for each example that does not show what it should.
pub fn check(book: &Book, page: &Page) -> Result<(), Vec<String>> {
    testing::test_page(page, |files| findings(book, files))
}

fn findings(book: &Book, files: &[ExampleFile]) -> Vec<Finding> {
    let tree = files
        .iter()
        .fold(MemoryTree::new(), |tree, file| match &file.link {
            Some(target) => tree.link(&file.path, target),
            None => tree.file(&file.path, file.content.as_slice()),
        });
    let target = Target {
        kind: "folder",
        path: "example".to_owned(),
        rev: None,
        base: None,
        digest: None,
    };
    scan(
        &tree,
        target,
        book,
        Scope::Project,
        &Limits::default(),
        Clock::default(),
    )
    .findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_page_shows_what_it_says() {
        let book = Book::builtin();
        let faults: Vec<String> = book
            .list()
            .filter_map(|page| check(&book, page).err())
            .flatten()
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
