//! Rules are pages. A page (`rules/<family>/<id>.md`) says in its front matter what it matches over
//! the model, and in its text what that means and what to do; its Bad and Good examples run as tests.
//!
//! [`Book`] is the set of pages in force; [`Book::check`] turns triggers and observations into findings.

pub mod case;
pub mod classes;
mod code;
mod found;
pub mod grade;
pub mod hosts;
pub mod matching;
pub mod page;
mod permission;
pub mod phrase;
pub mod predicates;
pub mod testing;
mod text;
mod users;
mod wild;

use std::borrow::Cow;

use case::Case;
use classes::Classes;
pub use page::Page;
pub use testing::test_page;
pub use users::BookError;

use crate::model::trigger::{Class, Observation};
use crate::model::{EffectKind, Finding, Sources, Trigger, TriggerId};

mod built {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// The pages in force, with the classes of names that they use.
#[derive(Debug, Default)]
pub struct Book {
    pages: Vec<Page>,
    classes: Classes,
}

impl Book {
    /// The pages of claude-guard itself. Nothing is read or checked here: the build did.
    #[must_use]
    pub fn builtin() -> Self {
        let page = |(family, front, file): &(&'static str, &'static str, &'static str)| {
            Some(Page {
                family: Cow::Borrowed(family),
                front: serde_json::from_str(front).ok()?,
                file: Cow::Borrowed(file),
            })
        };
        Self {
            pages: built::PAGES.iter().filter_map(page).collect(),
            classes: Classes::from_json(built::CLASSES.iter().copied()),
        }
    }

    /// The page with this id.
    #[must_use]
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|p| p.id() == id)
    }

    /// All pages, by family and id.
    pub fn list(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter()
    }

    /// The classes of paths and variable names.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// What the pages say about these triggers and observations: graded, without repeats, most severe first.
    #[must_use]
    pub fn check(
        &self,
        triggers: &[Trigger],
        observations: &[Observation],
        sources: &Sources,
    ) -> Vec<Finding> {
        let cases: Vec<Case<'_>> = (0_u32..)
            .zip(triggers)
            .map(|(n, trigger)| Case::new(TriggerId(n), trigger, sources, &self.classes))
            .collect();
        let mut findings = vec![];
        for page in &self.pages {
            for clause in &page.front.clauses {
                if clause.observation.is_empty() {
                    for case in &cases {
                        let matches = matching::clause(clause, case, &cases);
                        let reached = !matches.is_empty() && named_to_model(case.trigger, &cases);
                        findings.extend(
                            matches
                                .iter()
                                .map(|m| found::about_trigger(page, clause, case, m, reached)),
                        );
                    }
                } else {
                    let seen = observations.iter().filter(|o| {
                        clause.observation.iter().any(|kind| kind == o.kind)
                            && wild::test(&clause.detail, &o.detail)
                    });
                    findings.extend(seen.map(|o| found::about_file(page, clause, o, sources)));
                }
            }
        }
        found::settle(findings, sources)
    }
}

/// Whether a live text sends the model into the sample folder where a git configuration lies: git acts
/// on being there.
fn named_to_model(sample: &Trigger, cases: &[Case<'_>]) -> bool {
    let folder = sample.path.parent().unwrap_or_default();
    if !sample.sample || sample.class != Class::GitConfig || folder.parent().is_none_or(|p| p.is_root()) {
        return false;
    }
    let texts = cases
        .iter()
        .filter(|case| !case.trigger.sample)
        .flat_map(|case| &case.trigger.lowered.effects);
    texts.into_iter().any(|effect| match &effect.kind {
        EffectKind::Instruct { text, .. } => text.contains(folder.as_str()),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
