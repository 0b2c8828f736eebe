//! `find`: where it looks, what it starts, deletes and writes.

use super::super::run::{Run, under};
use super::super::{Output, Stdin, Then};
use super::replace;
use crate::model::effect::{How, WriteAct};
use crate::model::{EffectKind, GapReason, Location, Nature, Origin, PathOperand, Place, Word};

/// Tests and actions without an argument.
const ALONE: &[&str] = &[
    "-a",
    "-and",
    "-o",
    "-or",
    "-not",
    "!",
    "(",
    ")",
    ",",
    "-print",
    "-print0",
    "-ls",
    "-prune",
    "-quit",
    "-true",
    "-false",
    "-empty",
    "-depth",
    "-d",
    "-xdev",
    "-mount",
    "-daystart",
    "-follow",
    "-nouser",
    "-nogroup",
    "-readable",
    "-writable",
    "-executable",
    "-noleaf",
    "-ignore_readdir_race",
    "-warn",
    "-nowarn",
    "-delete",
    "-help",
    "-version",
];

/// Tests and actions with one argument.
const ONE: &[&str] = &[
    "-name",
    "-iname",
    "-path",
    "-ipath",
    "-wholename",
    "-iwholename",
    "-regex",
    "-iregex",
    "-regextype",
    "-type",
    "-xtype",
    "-size",
    "-mtime",
    "-atime",
    "-ctime",
    "-mmin",
    "-amin",
    "-cmin",
    "-newer",
    "-anewer",
    "-cnewer",
    "-newermt",
    "-newerat",
    "-newerct",
    "-maxdepth",
    "-mindepth",
    "-perm",
    "-user",
    "-group",
    "-uid",
    "-gid",
    "-links",
    "-inum",
    "-samefile",
    "-fstype",
    "-lname",
    "-ilname",
    "-used",
    "-context",
    "-printf",
    "-fprint",
    "-fprint0",
    "-fls",
    "-fprintf",
    "-files0-from",
    "-D",
];

/// Lowers a call of `find`.
pub(in super::super) fn lower(run: &mut Run<'_, '_>, argv: &[Word], places: &[Place]) -> Output {
    let whole = run.call.place;
    let at = |i: usize| places.get(i).copied().unwrap_or(whole);
    let mut i = 0;
    while argv
        .get(i)
        .and_then(Word::as_known)
        .is_some_and(|w| matches!(w, "-H" | "-L" | "-P") || w.starts_with("-O"))
    {
        i += 1;
    }
    let mut roots: Vec<Word> = vec![];
    while let Some(word) = argv.get(i) {
        let text = word.known_prefix();
        if text.starts_with('-') || matches!(text, "(" | "!" | ")" | ",") {
            break;
        }
        roots.push(word.clone());
        i += 1;
    }
    if roots.is_empty() {
        roots.push(Word::known("."));
    }
    let mut glob: Option<String> = None;
    let mut deletes: Vec<Place> = vec![];
    let mut starts: Vec<(Vec<Word>, Vec<Place>, bool)> = vec![];
    while let Some(word) = argv.get(i) {
        let place = at(i);
        let text = word.as_known().unwrap_or("");
        i += 1;
        match text {
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let end = argv
                    .iter()
                    .skip(i)
                    .position(|w| matches!(w.as_known(), Some(";")))
                    .map(|n| n + i);
                let plus = argv.iter().enumerate().skip(i).find(|(n, w)| {
                    w.as_known() == Some("+") && argv.get(n - 1).and_then(Word::as_known) == Some("{}")
                });
                let end = match (end, plus.map(|(n, _)| n)) {
                    (Some(a), Some(b)) => a.min(b),
                    (Some(a), None) | (None, Some(a)) => a,
                    (None, None) => argv.len(),
                };
                let words: Vec<Word> = argv.get(i..end).unwrap_or_default().to_vec();
                starts.push((words, (i..end).map(at).collect(), text.ends_with("dir")));
                i = end + 1;
            }
            "-delete" => deletes.push(place),
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                if let Some(file) = argv.get(i) {
                    run.write(file, at(i), WriteAct::Overwrite, Nature::Stated);
                }
                i += if text == "-fprintf" { 2 } else { 1 };
            }
            "-files0-from" => {
                if let Some(file) = argv.get(i) {
                    run.read(file, at(i), true, Nature::Stated);
                }
                i += 1;
            }
            "-name" | "-iname" => {
                let negated =
                    i >= 2 && matches!(argv.get(i - 2).and_then(Word::as_known), Some("!" | "-not"));
                let pattern = argv.get(i).and_then(Word::as_known);
                if let (Some(pattern), false) = (pattern, negated) {
                    glob = Some(match glob {
                        Some(before) if before != pattern => format!("{{{before},{pattern}}}"),
                        _ => pattern.to_owned(),
                    });
                }
                i += 1;
            }
            text if ALONE.contains(&text) => {}
            text if ONE.contains(&text) => i += 1,
            _ => {
                run.told = false;
                run.gap(
                    place,
                    GapReason::NotModelled,
                    format!("find does not have `{}`", word.display()),
                );
            }
        }
    }
    let found: Vec<Word> = roots
        .iter()
        .map(|root| {
            let at = run.path(root).at;
            let mut word = under(root, &at, glob.clone());
            for piece in &mut word.pieces {
                if let crate::model::Piece::Unknown(unknown) = piece {
                    unknown.why = crate::model::Why::Output;
                    unknown.from.push(Origin::Effect(run.exec));
                }
            }
            word
        })
        .collect();
    for place in deletes {
        for (root, word) in roots.iter().zip(&found) {
            // Of a folder only what matches goes: the folder itself is not named.
            let at = if glob.is_some() {
                Location::Unknown
            } else {
                run.path(root).at
            };
            let path = PathOperand {
                written: word.clone(),
                at,
            };
            run.push(
                Nature::Stated,
                EffectKind::Write {
                    path,
                    act: WriteAct::Delete,
                },
                place,
            );
        }
    }
    for (words, places, in_folder) in starts {
        for word in &found {
            let words: Vec<Word> = words.iter().map(|w| replace(w, "{}", word)).collect();
            // `-execdir` starts in the folder of each file, which is not known.
            let cwd = in_folder.then_some(Location::Unknown);
            let how = How::Wrapper;
            let (places, stdin) = (places.clone(), Stdin::default());
            if !words.is_empty() {
                run.then.push(Then::Command {
                    words,
                    places,
                    how,
                    stdin,
                    assignments: vec![],
                    cwd,
                });
            }
        }
    }
    let mut text = Word::default();
    for (i, word) in found.iter().enumerate() {
        if i > 0 {
            text.push_str("\n");
        }
        text.append(word);
    }
    Output {
        origins: vec![Origin::Effect(run.exec)],
        text: Some(text),
        decoded: vec![],
    }
}
