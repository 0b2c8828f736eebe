//! Programs as functions: known input to known output. A page names its function under `filter`.

pub mod encode;
pub mod lines;
pub mod print;
pub mod translate;

use super::arguments::Arguments;
use super::page::Kind;
use super::run::Run;
use crate::model::{EffectKind, Location, Origin, PathOperand, Scheme, Word};

pub use print::escapes;

/// A filter: options and operands with the input as text, to the output and how it was encoded.
type Filter = fn(&Arguments<'_>, &str) -> Option<(String, Option<Scheme>)>;

/// The function that a page names. [`None`] is a build-time mistake caught by a test.
pub(super) fn named(name: &str) -> Option<Filter> {
    Some(match name {
        "base64" => encode::base64,
        "base32" => encode::base32,
        "xxd" => encode::xxd,
        "openssl" => encode::openssl,
        "od" => encode::od,
        "rev" => translate::rev,
        "tac" => translate::tac,
        "tr" => translate::tr,
        "sed" => translate::sed,
        "cut" => lines::cut,
        "head" => lines::head,
        "tail" => lines::tail,
        "cat" => |_, input| Some((input.to_owned(), None)),
        "sort" => lines::sort,
        "uniq" => lines::uniq,
        "paste" => lines::paste,
        "fold" => lines::fold,
        "printf" => print::printf,
        "echo" => print::echo,
        "seq" => print::seq,
        "dirname" => print::dirname,
        "basename" => print::basename,
        _ => return None,
    })
}

/// Filters that need no input.
const FROM_OPERANDS: &[&str] = &["printf", "echo", "seq", "dirname", "basename"];
/// Filters that print lines of their input as they are: what is known of unknown lines stays known.
const KEEPS_LINES: &[&str] = &["cat", "head", "tail", "sort", "uniq"];

/// The output of the call, where it can be computed.
pub(super) fn compute(run: &Run<'_, '_>, all: &Arguments<'_>) -> Option<(Word, Option<Scheme>)> {
    let name = all.page().filter.as_str();
    let filter = named(name)?;
    let limit = run.call.context.limits.text_bytes;
    let input = if FROM_OPERANDS.contains(&name) {
        Some(Word::default())
    } else {
        input(run)
    };
    let input = input?;
    if let Some(text) = input.as_known() {
        let operands: Vec<Origin> = all
            .given
            .iter()
            .filter(|g| g.spelling.is_empty() && matches!(g.kind, Kind::Text | Kind::Args))
            .flat_map(|g| g.value.origins())
            .collect();
        if text.len() <= limit {
            let unknown = all.given.iter().any(|g| {
                g.value.as_known().is_none()
                    && g.kind != Kind::Flag
                    && !matches!(g.kind, Kind::Read | Kind::Overwrite)
            });
            if unknown {
                return assembled(name, all);
            }
            let (output, scheme) = filter(all, text)?;
            if output.len() > limit {
                return None;
            }
            let mut word = Word::known(output);
            word.from.clone_from(&input.from);
            for origin in operands.into_iter().chain(scheme.map(Origin::Decoded)) {
                if !word.from.contains(&origin) {
                    word.from.push(origin);
                }
            }
            return Some((word, scheme));
        }
        return None;
    }
    KEEPS_LINES.contains(&name).then_some((input, None))
}

/// `echo` and `printf '%s'` of words that are known in part.
fn assembled(name: &str, all: &Arguments<'_>) -> Option<(Word, Option<Scheme>)> {
    let words: Vec<&Word> = all
        .given
        .iter()
        .filter(|g| g.spelling.is_empty())
        .map(|g| &g.value)
        .collect();
    print::assembled(name, &words, all).map(|word| (word, None))
}

/// The whole input as a word: files in order, or standard input.
fn input(run: &Run<'_, '_>) -> Option<Word> {
    if run.files.is_empty() {
        return if run.reads_stdin {
            run.call.stdin.text.clone()
        } else {
            None
        };
    }
    if run.reads_stdin {
        return None;
    }
    let mut all = Word::default();
    for path in &run.files {
        all.push_str(&file_text(run, path)?);
    }
    for input in &run.inputs {
        if !all.from.contains(&input.origin) {
            all.from.push(input.origin.clone());
        }
    }
    Some(all)
}

/// The text of a file of the tree, if nothing before has written it.
pub(super) fn file_text(run: &Run<'_, '_>, path: &PathOperand) -> Option<String> {
    let Location::Tree(at) = &path.at else { return None };
    let written = run.out.iter().any(|(_, effect)| match &effect.kind {
        EffectKind::Write { path: other, .. } => match &other.at {
            Location::Tree(other) => at.is_in(other),
            Location::Unknown => false,
            _ => false,
        },
        _ => false,
    });
    if written {
        return None;
    }
    let limit = u64::try_from(run.call.context.limits.text_bytes).unwrap_or(u64::MAX);
    let bytes = run.call.context.tree?.read(at, limit).ok()?;
    String::from_utf8(bytes).ok()
}

/// The value of an option in any of its spellings.
fn option<'g>(all: &'g Arguments<'_>, spellings: &[&str]) -> Option<&'g str> {
    all.given
        .iter()
        .rev()
        .find(|g| spellings.contains(&g.spelling))
        .and_then(|g| g.value.as_known())
}

/// Operands in order.
fn operands<'g>(all: &'g Arguments<'_>) -> Vec<&'g str> {
    all.given
        .iter()
        .filter(|g| g.spelling.is_empty())
        .filter_map(|g| g.value.as_known())
        .collect()
}
