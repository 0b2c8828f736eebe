//! The reading itself.

use super::context::is_negated;
use super::lexicon::LEXICON;
use super::normal::Normal;
use super::{Mark, NamedHost, Reading};
use crate::lang::markdown::{CodeKind, Page};
use crate::model::Span;

/// Reads a text that reaches the model as it is: a prompt, a description.
#[must_use]
pub fn read(text: &str) -> Reading {
    read_with(text, |_| false)
}

/// Reads a Markdown page: what stands in block quotes and between fences is quoted.
#[must_use]
pub fn read_page(page: &Page) -> Reading {
    let mut quotes: Vec<Span> = page.quotes.clone();
    let shown = page.code.iter().filter(|code| code.kind != CodeKind::Inline);
    quotes.extend(shown.map(|code| code.span));
    quotes.sort_unstable();
    read_with(&page.text, |span| {
        let next = quotes.partition_point(|quote| quote.start <= span.start);
        // A fence may stand in a quote: look back a little.
        let back = next.saturating_sub(3)..next;
        quotes
            .get(back)
            .is_some_and(|quotes| quotes.iter().any(|quote| span.end <= quote.end))
    })
}

fn read_with(text: &str, is_quoted: impl Fn(Span) -> bool) -> Reading {
    let lexicon = &*LEXICON;
    let normal = Normal::new(text);
    let own_sentences = sentences(&normal.text);
    let sentences: Vec<Span> = own_sentences.iter().map(|span| normal.raw(*span)).collect();
    let describes: Vec<bool> = own_sentences
        .iter()
        .map(|span| {
            let sentence = normal.text.get(span.start..span.end).unwrap_or("");
            lexicon
                .describing
                .as_ref()
                .is_some_and(|words| words.is_match(sentence))
        })
        .collect();
    let introduces = |i: usize| {
        let sentence = own_sentences
            .get(i)
            .and_then(|span| normal.text.get(span.start..span.end));
        sentence.is_some_and(|sentence| sentence.trim_end().ends_with(':')) && describes.get(i) == Some(&true)
    };
    let mark = |act, span: Span, negated: bool| {
        let sentence = sentences
            .partition_point(|s| s.start <= span.start)
            .saturating_sub(1);
        Mark {
            span,
            act,
            negated,
            quoted: is_quoted(span),
            described: describes.get(sentence) == Some(&true)
                || sentence.checked_sub(1).is_some_and(introduces),
            sentence,
        }
    };
    let spoken: Vec<bool> = lexicon
        .languages
        .iter()
        .map(|language| language.may_be(&normal.text))
        .collect();
    let lowered = text.to_ascii_lowercase();
    let mut marks = vec![];
    for entry in &lexicon.acts {
        let words = entry
            .words
            .iter()
            .filter(|(language, _)| spoken.get(*language) == Some(&true));
        for (start, end) in words.flat_map(|(_, words)| words.find_in(&normal.text)) {
            let own = trim(&normal.text, start, end);
            let negated = is_negated(lexicon, &normal.text, own.start, own.end, entry.act);
            marks.push(mark(entry.act, normal.raw(own), negated));
        }
        for (start, end) in entry.raw.iter().flat_map(|raw| raw.find_in(&lowered)) {
            let span = trim(text, start, end);
            if span.is_empty() {
                continue;
            }
            let own = normal.of_raw(span);
            let negated = is_negated(lexicon, &normal.text, own.start, own.end, entry.act);
            marks.push(mark(entry.act, span, negated));
        }
    }
    marks.sort_by_key(|mark| (mark.span, mark.act));
    marks.dedup_by_key(|mark| (mark.span, mark.act));
    Reading {
        marks,
        sentences,
        hosts: hosts(text),
    }
}

/// A found span without the characters around it that only delimit.
fn trim(text: &str, start: usize, end: usize) -> Span {
    let found = text.get(start..end).unwrap_or("");
    let edge = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '`' | '"' | '\'' | ',' | ';' | '(' | ')' | ':' | '=' | '?' | '!' | '|'
            )
    };
    let inner = found.trim_start_matches(edge);
    let start = start + (found.len() - inner.len());
    Span::new(start, start + inner.trim_end_matches(edge).len())
}

/// The sentences of a normal form.
fn sentences(text: &str) -> Vec<Span> {
    let mut all = vec![];
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let stops = match c {
            '\n' | '。' | '！' | '？' => true,
            '.' | '!' | '?' | ':' => chars.peek().is_none_or(|(_, next)| matches!(next, ' ' | '\n')),
            _ => false,
        };
        if stops {
            if text
                .get(start..end)
                .is_some_and(|sentence| sentence.trim().len() > 1)
            {
                all.push(Span::new(start, end));
            }
            start = end;
        }
    }
    if start < text.len() {
        all.push(Span::new(start, text.len()));
    }
    all
}

fn hosts(text: &str) -> Vec<NamedHost> {
    let Some(url) = &LEXICON.url else { return vec![] };
    url.find_iter(text)
        .filter_map(|found| {
            let (_, rest) = found.as_str().split_once("://")?;
            let authority = rest.split(['/', '?', '#', '\\']).next()?;
            let host = authority.rsplit('@').next()?;
            let host = host
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .strip_suffix(':')
                .unwrap_or(host);
            let host = host
                .trim_end_matches(['.', ',', ';', ':', '!', '?'])
                .to_lowercase();
            (!host.is_empty()).then(|| NamedHost {
                span: Span::new(found.start(), found.end()),
                host,
            })
        })
        .collect()
}
