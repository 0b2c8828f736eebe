//! Markdown as Claude Code and a rendering page read it.
//!
//! A [`Page`] tells where code stands, what the client acts upon (front matter, `@imports`, inline
//! shell, arguments) and what a rendered page does not show although the model reads it. All spans
//! refer to the text that was read.

mod directives;
mod hidden;
mod html;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::data::Document;
use crate::model::Span;

pub use reader::read;

/// A Markdown text in parts.
#[derive(Debug)]
pub struct Page {
    /// The text that was read.
    pub text: Arc<str>,
    /// The block between the `---` lines at the start, without them.
    pub front_matter: Option<Span>,
    /// Everything after the front matter.
    pub body: Span,
    /// Code, in order.
    pub code: Vec<Code>,
    /// Block quotes, outermost only, in order.
    pub quotes: Vec<Span>,
    /// Headings, in order.
    pub headings: Vec<Span>,
    /// Links and pictures, in order.
    pub links: Vec<Link>,
    /// What a rendered page does not show, in order.
    pub hidden: Vec<Hidden>,
    /// `@path` imports as memory files have them, in order.
    pub imports: Vec<Import>,
    /// Shell that runs when a command or skill is invoked, in order.
    pub shell: Vec<InlineShell>,
    /// `$ARGUMENTS`, `$1` … in the body.
    pub arguments: Vec<Span>,
}

/// What form code has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeKind {
    /// Between fences, with the first word of the info string in lower case.
    Fence(String),
    /// Indented by four columns.
    Indented,
    /// In backticks inside a line.
    Inline,
}

/// A piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Fences or backticks included.
    pub span: Span,
    /// Without them.
    pub content: Span,
    /// Its form.
    pub kind: CodeKind,
}

/// A link or picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// All of it.
    pub span: Span,
    /// Where the destination is written; `None` if it stands in a definition elsewhere.
    pub destination: Option<Span>,
    /// The destination, unescaped.
    pub target: String,
    /// A picture: whoever renders the page fetches it.
    pub picture: bool,
}

/// Why a rendered page does not show a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenKind {
    /// An HTML comment or processing instruction.
    Comment,
    /// A link definition that is used as a comment, or the title of one.
    Definition,
    /// The content of an element that is styled away, or that is never shown.
    Element,
    /// The value of an attribute that nothing shows unasked (`title`, `aria-label`, `data-…`).
    Attribute,
    /// The text that stands in for a picture.
    Alternative,
    /// The title of a link: shown at most when the pointer rests on it.
    Title,
}

/// A text that a rendered page does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    /// All of it, with delimiters.
    pub span: Span,
    /// The text.
    pub content: Span,
    /// Why it is not shown.
    pub kind: HiddenKind,
    /// It is a block of its own. Clients may leave block-level comments of memory files away before
    /// the model reads them.
    pub block: bool,
}

/// An `@path` import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// From the `@` on.
    pub span: Span,
    /// The path, unescaped, without a `#fragment`; may start with `~/`, `/`, `./` or a name.
    pub path: String,
}

/// Shell run at invocation (measured, client 2.1.329: without any PreToolUse call).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlineShell {
    /// With its marks.
    pub span: Span,
    /// The command text.
    pub command: Span,
    /// In a fence that starts with ```` ```! ````, not in a line.
    pub fenced: bool,
}

impl Page {
    /// The text under `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The front matter as a tree; an empty document if there is none.
    #[must_use]
    pub fn metadata(&self) -> Document {
        let none = Span::new(0, 0);
        super::yaml::read_part(Arc::clone(&self.text), self.front_matter.unwrap_or(none))
    }

    /// Whether `span` lies in code.
    #[must_use]
    pub fn is_code(&self, span: Span) -> bool {
        {
            let next = self.code.partition_point(|code| code.span.start <= span.start);
            let before = next.checked_sub(1).and_then(|last| self.code.get(last));
            before.is_some_and(|code| span.end <= code.span.end)
        }
    }

    /// Whether `span` lies in code or in a block quote: shown rather than said.
    #[must_use]
    pub fn is_quoted(&self, span: Span) -> bool {
        self.is_code(span) || within(&self.quotes, span)
    }

    /// What hides the text under `span` from a person who reads the rendered page.
    #[must_use]
    pub fn hides(&self, span: Span) -> Option<&Hidden> {
        self.hidden
            .iter()
            .find(|hidden| hidden.content.start <= span.start && span.end <= hidden.content.end)
    }
}

/// Whether one of `spans`, which are sorted and do not overlap, holds `span`.
fn within(spans: &[Span], span: Span) -> bool {
    let next = spans.partition_point(|outer| outer.start <= span.start);
    next.checked_sub(1)
        .and_then(|last| spans.get(last))
        .is_some_and(|outer| span.end <= outer.end)
}
