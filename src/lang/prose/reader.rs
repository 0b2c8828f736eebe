//! The reading itself.

use std::cell::OnceCell;

use super::context::is_negated;
use super::lexicon::{LEXICON, Searched};
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
    let sentence_text = |i: usize| {
        own_sentences
            .get(i)
            .and_then(|span| normal.text.get(span.start..span.end))
    };
    // Asked only of sentences in which something is found.
    let known: Vec<OnceCell<bool>> = vec![OnceCell::new(); own_sentences.len()];
    let describes = |i: usize| {
        known.get(i).is_some_and(|known| {
            *known.get_or_init(|| sentence_text(i).is_some_and(|text| lexicon.describing.is_in(text)))
        })
    };
    let introduces = |i: usize| {
        sentence_text(i).is_some_and(|sentence| sentence.trim_end().ends_with(':')) && describes(i)
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
            described: describes(sentence) || sentence.checked_sub(1).is_some_and(introduces),
            sentence,
        }
    };
    let may_be: Vec<OnceCell<bool>> = vec![OnceCell::new(); lexicon.languages.len()];
    let spoken = |language: usize| {
        let both = may_be.get(language).zip(lexicon.languages.get(language));
        both.is_some_and(|(known, language)| *known.get_or_init(|| language.may_be(&normal.text)))
    };
    let lowered = text.to_ascii_lowercase();
    let (in_words, in_raw) = (Searched::new(&normal.text), Searched::new(&lowered));
    let mut marks = vec![];
    for entry in &lexicon.acts {
        let words = entry
            .words
            .iter()
            .filter(|(language, phrase)| phrase.may_be_in(&in_words) && spoken(*language));
        for (start, end) in words.flat_map(|(_, words)| words.find_in(&normal.text)) {
            let own = trim(&normal.text, start, end);
            let negated = is_negated(lexicon, &normal.text, own.start, own.end, entry.act);
            marks.push(mark(entry.act, normal.raw(own), negated));
        }
        let raw = entry.raw.iter().filter(|phrase| phrase.may_be_in(&in_raw));
        for (start, end) in raw.flat_map(|raw| raw.find_in(&lowered)) {
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
    if !text.contains("://") {
        return vec![];
    }
    let Some(url) = LEXICON.url.get() else {
        return vec![];
    };
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
