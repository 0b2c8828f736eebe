//! Text addressed to a model, read for what it asks.
//!
//! This is a feature extractor, not a judge: it finds *acts* (send, conceal, fetch and run …) by
//! word lists kept as data in `lang/prose/`, and says in what context each stands: negated, quoted,
//! described. Words like *never*, *API key* or *without asking* are ordinary alone; rules combine
//! acts that stand together.

mod context;
mod encoded;
mod lexicon;
mod normal;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::model::Span;

pub use encoded::{Encoded, encoded};
pub use reader::{read, read_page};

/// What a text asks for, or names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Names a credential, a place of credentials, or the environment.
    Secret,
    /// Names the conversation or the whole work as something to hand on.
    Conversation,
    /// Something leaves: to a host, a mailbox, a channel that others read.
    Send,
    /// Code from elsewhere is fetched and run.
    Download,
    /// Something is kept from the person.
    Conceal,
    /// Stands above other instructions.
    Override,
    /// Acts without leave, or claims leave.
    SkipConsent,
    /// Written where it acts again.
    Persist,
    /// Goes out under the person's name or to everybody.
    Publish,
    /// Removed for good.
    Destroy,
    /// Encoded text is decoded and followed.
    Decode,
    /// A check, guard or sandbox is switched off.
    Disarm,
    /// A key or login is asked for.
    Lure,
    /// Tied to moments of every session.
    Timing,
}

/// One place where an act is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// The act.
    pub act: Act,
    /// The sentence turns it round: *never upload*.
    pub negated: bool,
    /// In a block quote or between code fences: shown rather than said.
    pub quoted: bool,
    /// The sentence describes: *attackers may upload*.
    pub described: bool,
    /// Number of the sentence it starts in.
    pub sentence: usize,
}

impl Mark {
    /// Whether the text means it: neither negated nor quoted nor described.
    #[must_use]
    pub fn is_meant(&self) -> bool {
        !self.negated && !self.quoted && !self.described
    }
}

/// A host that a text names in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedHost {
    /// Where the URL stands.
    pub span: Span,
    /// The host, lower case, as written otherwise.
    pub host: String,
}

/// Acts that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// From the first to the last act.
    pub span: Span,
    /// The acts that are not negated.
    pub acts: BTreeSet<Act>,
    /// Every act is negated: the text forbids.
    pub negated: bool,
    /// Every act is quoted.
    pub quoted: bool,
    /// Every act is described.
    pub described: bool,
    /// Hosts named in the sentences of the order and one further on either side.
    pub hosts: Vec<NamedHost>,
}

/// What was found in a text.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The acts, in order.
    pub marks: Vec<Mark>,
    /// The sentences, in order.
    pub sentences: Vec<Span>,
    /// The hosts named, in order.
    pub hosts: Vec<NamedHost>,
}

/// Orders reported of one text: a text of nothing else is not read better by listing more.
const ORDERS: usize = 256;

/// Sentences that one order may span.
const WINDOW: usize = 4;

impl Reading {
    /// Everything that is asked for, acts in neighbouring sentences together.
    #[must_use]
    pub fn orders(&self) -> Vec<Order> {
        self.marks
            .chunk_by(|one, next| next.sentence <= one.sentence + 2)
            .map(|marks| self.order(marks.iter()))
            .collect()
    }

    /// Places where all `wanted` acts stand within a few sentences, none of them negated: for each
    /// the tightest span, none overlapping. Acts that stand around it are in [`Order::acts`] too.
    #[must_use]
    pub fn together(&self, wanted: &[Act]) -> Vec<Order> {
        let marks: Vec<&Mark> = self
            .marks
            .iter()
            .filter(|mark| !mark.negated && wanted.contains(&mark.act))
            .collect();
        let mut found = vec![];
        let mut from = 0;
        // For each act wanted, the last place that names it.
        let mut latest: Vec<Option<usize>> = vec![None; wanted.len()];
        for (to, last) in marks.iter().enumerate() {
            for (act, at) in wanted.iter().zip(&mut latest) {
                if *act == last.act {
                    *at = Some(to);
                }
            }
            // The latest start from which all acts are there.
            let start = latest.iter().try_fold(to, |start, at| at.map(|at| start.min(at)));
            let Some(start) = start.filter(|start| *start >= from) else {
                continue;
            };
            let Some(first) = marks.get(start) else { continue };
            if last.sentence > first.sentence + WINDOW {
                continue;
            }
            let window = marks.get(start..=to).unwrap_or(&[]);
            let mut order = self.order(window.iter().copied());
            let (low, high) = (first.sentence.saturating_sub(2), last.sentence + 2);
            let around = self
                .marks
                .iter()
                .filter(|mark| !mark.negated && (low..=high).contains(&mark.sentence));
            order.acts.extend(around.map(|mark| mark.act));
            found.push(order);
            if found.len() == ORDERS {
                break;
            }
            from = to + 1;
        }
        found
    }

    fn order<'m>(&self, marks: impl Iterator<Item = &'m Mark> + Clone) -> Order {
        let mut own = marks.clone();
        let span = own.next().map_or(Span::default(), |first| first.span);
        let span = own.fold(span, |span, mark| span.cover(mark.span));
        let sentence = |at: usize| {
            self.sentences
                .partition_point(|sentence| sentence.start <= at)
                .saturating_sub(1)
        };
        let first = self.sentences.get(sentence(span.start).saturating_sub(1));
        let last = self
            .sentences
            .get(sentence(span.end) + 1)
            .or(self.sentences.last());
        let (low, high) = (
            first.map_or(0, |first| first.start),
            last.map_or(span.end, |last| last.end),
        );
        Order {
            span,
            acts: marks
                .clone()
                .filter(|mark| !mark.negated)
                .map(|mark| mark.act)
                .collect(),
            negated: marks.clone().all(|mark| mark.negated),
            quoted: marks.clone().all(|mark| mark.quoted),
            described: marks.clone().all(|mark| mark.described),
            hosts: self
                .hosts
                .iter()
                .filter(|host| low <= host.span.start && host.span.end <= high.max(span.end))
                .cloned()
                .collect(),
        }
    }
}
