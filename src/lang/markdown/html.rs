//! HTML inside Markdown: comments, elements that are not shown, attributes.

use super::reader::Markup;
use super::{Hidden, HiddenKind, Page};
use crate::model::Span;

/// Elements without content.
const EMPTY: [&str; 11] = [
    "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr",
];

/// Elements whose content no page shows.
const UNSHOWN: [&str; 7] = [
    "template", "script", "style", "noscript", "title", "head", "datalist",
];

/// Attributes whose value may be a text that nothing shows unasked.
const TEXT_ATTRIBUTES: [&str; 8] = [
    "title",
    "alt",
    "aria-label",
    "aria-description",
    "value",
    "content",
    "placeholder",
    "summary",
];

/// An element that is not shown and not closed yet.
struct Open {
    name: String,
    span: Span,
    depth: usize,
    block: bool,
}

/// Adds what the HTML in `markup` hides to `page`.
pub(super) fn find(page: &mut Page, markup: &[Markup]) {
    let text = std::sync::Arc::clone(&page.text);
    let mut open: Option<Open> = None;
    for part in markup {
        let mut at = part.span.start;
        while let Some(found) = text.get(at..part.span.end).and_then(|rest| rest.find('<')) {
            let start = at + found;
            let rest = text.get(start..part.span.end).unwrap_or("");
            if let Some((length, inner)) = remark(rest) {
                page.hidden.push(Hidden {
                    span: Span::new(start, start + length),
                    content: Span::new(start + inner.start, start + inner.end),
                    kind: HiddenKind::Comment,
                    block: part.block && start == part.span.start,
                });
                at = start + length;
                continue;
            }
            if !rest
                .get(1..)
                .is_some_and(|name| name.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()))
            {
                at = start + 1;
                continue;
            }
            let Some(tag) = Tag::read(rest) else {
                // A tag that never ends swallows the rest of its block.
                let rest = Span::new(start, part.span.end);
                page.hidden.push(Hidden {
                    span: rest,
                    content: rest,
                    kind: HiddenKind::Attribute,
                    block: part.block,
                });
                break;
            };
            at = start + tag.length;
            let span = Span::new(start, at);
            if !tag.closing {
                attributes(page, &tag, span, start, part.block);
            }
            match &mut open {
                Some(outer) if outer.name == tag.name => {
                    if tag.closing {
                        outer.depth -= 1;
                    } else if !tag.empty {
                        outer.depth += 1;
                    }
                    if outer.depth == 0 {
                        hide(page, outer, span.start, span.end);
                        open = None;
                    }
                }
                None if !tag.closing && !tag.empty && tag.is_unseen() => {
                    open = Some(Open {
                        name: tag.name.clone(),
                        span,
                        depth: 1,
                        block: part.block,
                    });
                }
                _ => {}
            }
        }
    }
    // `<title>` inside a sentence that nothing closes is a placeholder (`TODO: <title>`); GitHub shows it as text
    // (tagfilter extension of GFM).
    if let Some(outer) = open.filter(|outer| outer.block || outer.name != "title") {
        let end = page.body.end;
        hide(page, &outer, end, end);
    }
}

fn hide(page: &mut Page, element: &Open, inner_end: usize, end: usize) {
    page.hidden.push(Hidden {
        span: Span::new(element.span.start, end),
        content: Span::new(element.span.end, inner_end),
        kind: HiddenKind::Element,
        block: element.block,
    });
}

fn attributes(page: &mut Page, tag: &Tag<'_>, span: Span, start: usize, block: bool) {
    for attribute in &tag.attributes {
        let name = attribute.name.to_ascii_lowercase();
        let holds_text = TEXT_ATTRIBUTES.contains(&name.as_str()) || name.starts_with("data-");
        if holds_text && !attribute.value.is_empty() {
            let kind = if name == "alt" {
                HiddenKind::Alternative
            } else {
                HiddenKind::Attribute
            };
            page.hidden.push(Hidden {
                span,
                content: Span::new(start + attribute.at, start + attribute.at + attribute.value.len()),
                kind,
                block,
            });
        }
    }
}

/// The length and content of the comment, instruction or declaration that `rest` starts with.
fn remark(rest: &str) -> Option<(usize, std::ops::Range<usize>)> {
    let (open, close) = [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">")]
        .into_iter()
        .find(|(open, _)| rest.starts_with(open))?;
    let inner = rest.get(open.len()..)?;
    let length = inner.find(close);
    let end = open.len() + length.unwrap_or(inner.len());
    Some((end + length.map_or(0, |_| close.len()), open.len()..end))
}

struct Attribute<'t> {
    name: &'t str,
    value: &'t str,
    /// Offset of the value in the tag.
    at: usize,
}

struct Tag<'t> {
    name: String,
    closing: bool,
    empty: bool,
    attributes: Vec<Attribute<'t>>,
    length: usize,
}

impl<'t> Tag<'t> {
    /// The tag that `rest` starts with.
    fn read(rest: &'t str) -> Option<Self> {
        let closing = rest.starts_with("</");
        let mut at = if closing { 2 } else { 1 };
        let name_end = at + word(rest.get(at..)?, |c| c.is_ascii_alphanumeric() || c == '-');
        let name = rest.get(at..name_end)?.to_ascii_lowercase();
        at = name_end;
        let mut attributes = vec![];
        let mut slash = false;
        loop {
            at += word(rest.get(at..)?, char::is_whitespace);
            match rest.get(at..)?.chars().next()? {
                '>' => break,
                '/' => {
                    slash = true;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let stop = |c: char| !c.is_whitespace() && !matches!(c, '=' | '>' | '/');
            let end = at + word(rest.get(at..)?, stop).max(1);
            let name = rest.get(at..end)?;
            at = end + word(rest.get(end..)?, char::is_whitespace);
            let mut value = "";
            let mut value_at = at;
            if rest.get(at..)?.starts_with('=') {
                at += 1;
                at += word(rest.get(at..)?, char::is_whitespace);
                let quote = rest.get(at..)?.chars().next().filter(|c| matches!(c, '"' | '\''));
                value_at = at + usize::from(quote.is_some());
                let inner = rest.get(value_at..)?;
                let length = match quote {
                    Some(quote) => inner.find(quote)?,
                    None => word(inner, |c| !c.is_whitespace() && c != '>'),
                };
                value = inner.get(..length)?;
                at = value_at + length + usize::from(quote.is_some());
            }
            attributes.push(Attribute {
                name,
                value,
                at: value_at,
            });
            slash = false;
        }
        Some(Self {
            empty: slash || EMPTY.contains(&name.as_str()),
            name,
            closing,
            attributes,
            length: at + 1,
        })
    }

    /// Whether a page does not show what the element holds.
    fn is_unseen(&self) -> bool {
        UNSHOWN.contains(&self.name.as_str())
            || self.attributes.iter().any(|attribute| {
                attribute.name.eq_ignore_ascii_case("hidden")
                    || (attribute.name.eq_ignore_ascii_case("style") && is_styled_away(attribute.value))
            })
    }
}

/// Whether a style makes an element's text unreadable for a person.
fn is_styled_away(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((name, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.replace("!important", "").trim().to_ascii_lowercase();
        let zero = || {
            let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
            digits.trim().parse::<f64>().is_ok_and(|size| size.abs() < 0.05)
        };
        let tiny = || {
            let digits = value.trim_end_matches("px").trim_end_matches("pt");
            digits.trim().parse::<f64>().is_ok_and(|size| size <= 2.0)
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "display" => value == "none",
            "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
            "opacity" | "width" | "height" | "max-height" | "max-width" | "line-height" => zero(),
            "font-size" => zero() || tiny(),
            "color" => {
                matches!(value.as_str(), "transparent" | "white" | "#fff" | "#ffffff") || {
                    let value = value.replace(' ', "");
                    value.starts_with("rgba(") && value.ends_with(",0)")
                }
            }
            "left" | "top" | "right" | "bottom" | "text-indent" | "margin-left" => {
                let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
                digits.parse::<f64>().is_ok_and(|offset| offset <= -500.0)
            }
            "clip" => value.replace(' ', "").starts_with("rect(0"),
            "clip-path" => value.replace(' ', "").starts_with("inset(100"),
            _ => false,
        }
    })
}

/// How many bytes at the start of `text` consist of characters that are `part` of the word.
fn word(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}
