//! A rule page: what it matches, and the documentation people read, in one Markdown file.

pub mod check;
pub mod class;
pub mod form;
pub mod list;
pub mod text;

use std::borrow::Cow;

use form::Front;
pub use text::ExampleFile;

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Folder it lies in.
    pub family: Cow<'static, str>,
    /// Its front matter.
    pub front: Front,
    /// The whole file.
    pub file: Cow<'static, str>,
}

impl Page {
    /// Id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.front.id
    }

    /// The Markdown after the front matter.
    #[must_use]
    pub fn body(&self) -> &str {
        text::split(&self.file).map_or("", |(_, body)| body)
    }

    /// The text of section `name` (`What`, `Why`, `Bad`, `Good`, `Fix`).
    #[must_use]
    pub fn section(&self, name: &str) -> &str {
        text::section(self.body(), name).unwrap_or_default()
    }

    /// What to do, in one paragraph: the first of section Fix, on one line.
    #[must_use]
    pub fn fix(&self) -> String {
        let text = self.section("Fix");
        let first = text.split("\n\n").next().unwrap_or(text);
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The files of the example `Bad` or `Good`.
    #[must_use]
    pub fn example(&self, name: &str) -> Vec<ExampleFile> {
        text::example(self.body(), name).unwrap_or_default()
    }
}
