//! Front matter and the walk over the parser's events.

use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use super::{Code, CodeKind, Hidden, HiddenKind, Link, Page, directives, hidden, html};
use crate::model::Span;

/// Reads a text. Never fails.
#[must_use]
pub fn read(text: impl Into<Arc<str>>) -> Page {
    let text: Arc<str> = text.into();
    let (front_matter, body) = front_matter(&text);
    let mut page = Page {
        text: Arc::clone(&text),
        front_matter,
        body,
        code: vec![],
        quotes: vec![],
        headings: vec![],
        links: vec![],
        hidden: vec![],
        imports: vec![],
        shell: vec![],
        arguments: vec![],
    };
    let markup = walk(&mut page);
    html::find(&mut page, &markup);
    hidden::definitions(&mut page);
    page.hidden
        .sort_by_key(|hidden| (hidden.span.start, hidden.span.end));
    directives::find(&mut page);
    page
}

/// The block between two `---` lines at the start, and the rest.
fn front_matter(text: &str) -> (Option<Span>, Span) {
    let all = Span::new(0, text.len());
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines
        .next()
        .filter(|line| line.trim_end() == "---" && line.ends_with('\n'))
    else {
        return (None, all);
    };
    let mut at = first.len();
    for line in lines {
        let next = at + line.len();
        if line.trim_end() == "---" {
            return (Some(Span::new(first.len(), at)), Span::new(next, text.len()));
        }
        at = next;
    }
    (None, all)
}

/// A piece of HTML, as the Markdown parser delimits it.
pub(super) struct Markup {
    pub span: Span,
    pub block: bool,
}

fn walk(page: &mut Page) -> Vec<Markup> {
    let text = Arc::clone(&page.text);
    let body = text.get(page.body.start..page.body.end).unwrap_or("");
    let shift = page.body.start;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut markup = vec![];
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let span = Span::new(range.start, range.end).shift(shift);
        match event {
            Event::Start(Tag::CodeBlock(kind)) => page.code.push(block(&text, span, &kind)),
            Event::Code(_) => page.code.push(inline(&text, span)),
            Event::Start(Tag::BlockQuote(_))
                if page.quotes.last().is_none_or(|last| last.end <= span.start) =>
            {
                page.quotes.push(span);
            }
            Event::Start(Tag::Heading { .. }) => page.headings.push(span),
            Event::Start(Tag::HtmlBlock) => markup.push(Markup { span, block: true }),
            Event::InlineHtml(_) => markup.push(Markup { span, block: false }),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                link(page, span, link_type, &dest_url, &title, false);
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                link(page, span, link_type, &dest_url, &title, true);
            }
            _ => {}
        }
    }
    markup
}

fn block(text: &str, span: Span, kind: &CodeBlockKind<'_>) -> Code {
    let CodeBlockKind::Fenced(info) = kind else {
        return Code {
            span,
            content: span,
            kind: CodeKind::Indented,
        };
    };
    let language = info
        .split([' ', '\t', ',', '{'])
        .next()
        .unwrap_or("")
        .to_lowercase();
    let written = text.get(span.start..span.end).unwrap_or("");
    let start = written.find('\n').map_or(written.len(), |end| end + 1);
    let inner = written.get(start..).unwrap_or("");
    let last = inner.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let fence = inner
        .get(last..)
        .unwrap_or("")
        .trim()
        .trim_start_matches(['>', ' ']);
    let closed = fence.len() >= 3 && (fence.bytes().all(|b| b == b'`') || fence.bytes().all(|b| b == b'~'));
    let end = if closed { start + last } else { written.len() };
    Code {
        span,
        content: Span::new(span.start + start, span.start + end),
        kind: CodeKind::Fence(language),
    }
}

fn inline(text: &str, span: Span) -> Code {
    let written = text.get(span.start..span.end).unwrap_or("");
    let ticks = written.len() - written.trim_start_matches('`').len();
    let content = Span::new(
        span.start + ticks,
        span.end.saturating_sub(ticks).max(span.start + ticks),
    );
    Code {
        span,
        content,
        kind: CodeKind::Inline,
    }
}

fn link(page: &mut Page, span: Span, kind: LinkType, target: &str, title: &str, picture: bool) {
    let text = Arc::clone(&page.text);
    let written = text.get(span.start..span.end).unwrap_or("");
    let find = |what: &str| {
        let at = written.rfind(what).filter(|_| !what.is_empty())?;
        Some(Span::new(span.start + at, span.start + at + what.len()))
    };
    let inline = matches!(kind, LinkType::Inline | LinkType::Autolink | LinkType::Email);
    page.links.push(Link {
        span,
        destination: find(target).filter(|_| inline),
        target: target.to_owned(),
        picture,
    });
    let mut hide = |content: Option<Span>, kind| {
        if let Some(content) = content.filter(|content| !content.is_empty()) {
            page.hidden.push(Hidden {
                span: content,
                content,
                kind,
                block: false,
            });
        }
    };
    if inline {
        hide(find(title), HiddenKind::Title);
    }
    if picture && let Some(end) = written.find("](") {
        hide(
            Some(Span::new(span.start + 2, span.start + end.max(2))),
            HiddenKind::Alternative,
        );
    }
}
