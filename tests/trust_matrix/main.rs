//! The matrix of trust: each kind of covered thing, each kind of change, and whether it counts.
//!
//! One repository holds one of everything. Each row changes it in one way and says which entries must
//! differ, and no others: `Runs` closes the doors, `Instructs` is listed, `Same` is no change at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod canonical;
mod repository;
mod rows;
mod surfaces;
mod tree;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use claude_guard::model::closure::{Closure, EntryClass};
use rows::{Expected, ROWS, Row};
use tree::Repo;

/// The names of the entries of a class that differ, without the lists of names.
fn differing(before: &Closure, after: &Closure, class: EntryClass) -> BTreeSet<String> {
    let ids = before
        .entries
        .iter()
        .chain(&after.entries)
        .filter(|e| e.class == class);
    ids.map(|e| &e.id)
        .filter(|id| before.entry(id) != after.entry(id) && !id.as_str().starts_with("index"))
        .map(ToString::to_string)
        .collect()
}

/// What of a row is not as it says.
fn faults_of(row: &Row, base: &Repo, before: &Closure) -> Vec<String> {
    let mut faults = vec![];
    let mut tree = base.clone();
    (row.change)(&mut tree);
    assert_ne!(tree, *base, "`{}, {}` changes nothing", row.thing, row.kind);
    let after = tree.closure();
    let runs = differing(before, &after, EntryClass::Runs);
    let instructs = differing(before, &after, EntryClass::Instructs);
    let (want_runs, want_text): (&[&str], &[&str]) = match row.expected {
        Expected::Same => (&[], &[]),
        Expected::Runs(ids) => (ids, &[]),
        Expected::Instructs(ids) => (&[], ids),
        Expected::Both(runs, text) => (runs, text),
    };
    for (what, found, wanted) in [("runs", &runs, want_runs), ("instructs", &instructs, want_text)] {
        let fits = found
            .iter()
            .all(|id| wanted.iter().any(|start| id.starts_with(start)))
            && wanted
                .iter()
                .all(|start| found.iter().any(|id| id.starts_with(start)));
        if !fits {
            faults.push(format!(
                "{}, {}: {what} {found:?}, not {wanted:?}",
                row.thing, row.kind
            ));
        }
    }
    // The digests say the same as the entries.
    if (before.runs() != after.runs()) == runs.is_empty() {
        faults.push(format!("{}, {}: the digest of what runs", row.thing, row.kind));
    }
    if (before.instructs() != after.instructs()) == instructs.is_empty() {
        faults.push(format!(
            "{}, {}: the digest of what instructs",
            row.thing, row.kind
        ));
    }
    faults
}

#[test]
fn each_change_of_each_covered_thing_counts_as_the_table_says() {
    let base = repository::everything();
    let before = base.closure();
    assert!(before.is_complete(), "{:?}", before.gaps);
    let next = AtomicUsize::new(0);
    let faults = Mutex::new(vec![]);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(row) = ROWS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = faults_of(row, &base, &before);
                    faults.lock().unwrap().extend(found);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} rows:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_entry_of_the_repository_has_a_row() {
    let entries = repository::everything().closure().entries;
    let named = |id: &str| {
        ROWS.iter().any(|row| match row.expected {
            Expected::Same => false,
            Expected::Runs(ids) | Expected::Instructs(ids) => ids.iter().any(|start| id.starts_with(start)),
            Expected::Both(a, b) => a.iter().chain(b).any(|start| id.starts_with(start)),
        })
    };
    let without: Vec<&str> = entries
        .iter()
        .map(|entry| entry.id.as_str())
        .filter(|id| !id.starts_with("index") && !named(id))
        .collect();
    assert!(without.is_empty(), "no row changes {without:?}");
}

#[test]
fn the_same_repository_has_the_same_closure_each_time() {
    let base = repository::everything();
    let first = base.closure();
    for round in 0..60 {
        let again = base.closure();
        for (a, b) in first.entries.iter().zip(&again.entries) {
            assert_eq!(a, b, "round {round}");
        }
        assert_eq!(first, again, "round {round}");
    }
}
