//! Submodules: each is transferred without files, looked at and asked about like the repository itself.
//!
//! The address of a submodule is the repository's word. git itself checks names and addresses
//! (`git submodule init`), protocols that only a person may ask for are off, and no link is on the way to
//! the folder.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::git::Git;
use super::{CloneError, Hands, Part, Place, Request, Without, Written};

/// Submodules of submodules.
const MOST_DEPTH: usize = 8;
/// Submodules in all.
const MOST: usize = 1000;

/// A submodule to be let in.
struct Module {
    /// The work tree whose submodule it is.
    above: PathBuf,
    /// Its path there.
    path: String,
    /// Its path from the clone on.
    shown: String,
    commit: String,
    depth: usize,
}

/// Lets in the submodules of the clone in `folder` that `patterns` name, and theirs. Returns those that
/// stay without files.
pub(super) fn settle(
    git: &Git,
    request: &Request,
    patterns: &[OsString],
    folder: &Path,
    hands: &mut Hands<'_>,
) -> Result<Vec<Without>, CloneError> {
    let git = git.for_addresses_of_the_repository();
    // As `git clone --recurse-submodules` leaves it behind: later updates know what is wanted.
    for pattern in patterns {
        let args: [OsString; 4] = [
            "config".into(),
            "--add".into(),
            "submodule.active".into(),
            pattern.clone(),
        ];
        git.ask(folder, &args)?;
    }
    let mut without = vec![];
    let mut waiting = VecDeque::new();
    let mut parents = vec![];
    find(&git, folder, "", patterns, 0, &mut waiting, &mut without)?;
    let mut count = 0;
    while let Some(module) = waiting.pop_front() {
        count += 1;
        if count > MOST {
            without.push(failed(&module, format!("there are more than {MOST} submodules")));
            break;
        }
        match one(&git, request, &module, hands) {
            Ok(None) => {
                let inner = module.above.join(&module.path);
                let all = [OsString::from(".")];
                find(
                    &git,
                    &inner,
                    &module.shown,
                    &all,
                    module.depth + 1,
                    &mut waiting,
                    &mut without,
                )?;
                parents.push(module);
            }
            Ok(Some(no)) => without.push(no),
            Err(error) => {
                clean(&module);
                without.push(failed(&module, error.to_string()));
            }
        }
    }
    // Git folders go where git keeps them, the innermost first.
    for module in parents.iter().rev() {
        git.ask(&module.above, &["submodule", "absorbgitdirs", "--", &module.path])?;
    }
    Ok(without)
}

fn failed(module: &Module, why: String) -> Without {
    Without {
        path: module.shown.clone(),
        why,
        refused: false,
    }
}

/// The submodules of the work tree `folder` that `patterns` name.
fn find(
    git: &Git,
    folder: &Path,
    shown: &str,
    patterns: &[OsString],
    depth: usize,
    waiting: &mut VecDeque<Module>,
    without: &mut Vec<Without>,
) -> Result<(), CloneError> {
    let mut args: Vec<OsString> = ["ls-files", "-z", "--stage", "--"].map(OsString::from).into();
    args.extend(patterns.iter().cloned());
    let listed = git.ask(folder, &args)?;
    for row in listed.split(|b| *b == 0) {
        let text = String::from_utf8_lossy(row);
        let Some((facts, path)) = text.split_once('\t') else {
            continue;
        };
        let mut facts = facts.split(' ');
        let (Some("160000"), Some(commit)) = (facts.next(), facts.next()) else {
            continue;
        };
        let module = Module {
            above: folder.to_owned(),
            path: path.to_owned(),
            shown: if shown.is_empty() {
                path.to_owned()
            } else {
                format!("{shown}/{path}")
            },
            commit: commit.to_owned(),
            depth,
        };
        if depth > MOST_DEPTH {
            without.push(failed(
                &module,
                format!("more than {MOST_DEPTH} submodules in each other"),
            ));
        } else if std::str::from_utf8(row).is_err() {
            without.push(failed(&module, "its path is not UTF-8".to_owned()));
        } else {
            waiting.push_back(module);
        }
    }
    Ok(())
}

/// Lets in one submodule; the answer is why it has no files.
fn one(
    git: &Git,
    request: &Request,
    module: &Module,
    hands: &mut Hands<'_>,
) -> Result<Option<Without>, CloneError> {
    let no = |why: &str, refused| {
        Ok(Some(Without {
            path: module.shown.clone(),
            why: why.to_owned(),
            refused,
        }))
    };
    if !is_way_free(&module.above, &module.path) {
        return no("a link or a file is in its way", false);
    }
    // git checks name, path and address, makes a relative address whole, and writes it down.
    git.ask(&module.above, &["submodule", "init", "--", &module.path])?;
    let Some(address) = address(git, module)? else {
        return no("`.gitmodules` does not name its address", false);
    };
    let folder = module.above.join(&module.path);
    let mut args: Vec<OsString> = vec!["clone".into()];
    args.extend(request.submodule_options.iter().cloned());
    if hands.progress && !request.quiet {
        args.push("--progress".into());
    }
    args.extend(["--no-checkout", "--template=", "--no-recurse-submodules", "--"].map(OsString::from));
    args.extend([address.into(), folder.clone().into_os_string()]);
    git.tell(None, &args, hands.said)?;
    // A pinned commit that no branch holds, or that a shallow transfer left out.
    let there = format!("{}^{{commit}}", module.commit);
    if git.ask(&folder, &["cat-file", "-e", &there]).is_err() {
        let mut args = vec!["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        if request.submodule_options.iter().any(|o| o == "--depth=1") {
            args.push("--depth=1");
        }
        args.extend(["--", "origin", &module.commit]);
        git.ask(&folder, &args)?;
    }
    let place = Place {
        objects: &folder,
        folder: &folder,
        origin: "origin",
        sparse: false,
        partial: request
            .submodule_options
            .iter()
            .any(|o| o.as_encoded_bytes().starts_with(b"--filter=")),
    };
    let part = Part {
        folder: request.folder.clone(),
        submodule: Some(module.shown.clone()),
        commit: module.commit.clone(),
        without_files: false,
    };
    let before = place.look(git, &part, hands.look)?;
    if !(hands.decide)(&part, &before) {
        clean(module);
        return no("it was not let in", true);
    }
    match place.check_out(git, &part, &before, hands)? {
        Written::As(_) => Ok(None),
        Written::Other(lines) => {
            clean(module);
            no(
                &format!("what git wrote is not what was shown: {}", lines.join("; ")),
                true,
            )
        }
    }
}

/// Empties the folder of a submodule: it is as git leaves one that is not asked for.
fn clean(module: &Module) {
    if is_way_free(&module.above, &module.path) {
        let _ = super::files::remove(&module.above.join(&module.path), true);
    }
}

/// The address that git wrote down for the submodule.
fn address(git: &Git, module: &Module) -> Result<Option<String>, CloneError> {
    let args = [
        "config",
        "-z",
        "-f",
        ".gitmodules",
        "--get-regexp",
        r"^submodule\..*\.path$",
    ];
    let rows = git.ask(&module.above, &args)?;
    let rows = String::from_utf8_lossy(&rows).into_owned();
    let name = rows.split('\0').find_map(|row| {
        let (key, path) = row.split_once('\n')?;
        (path == module.path).then(|| key.strip_suffix(".path").unwrap_or(key).to_owned())
    });
    let Some(name) = name else {
        return Ok(None);
    };
    let address = git.ask(&module.above, &["config", "-z", "--get", &format!("{name}.url")])?;
    let address = String::from_utf8_lossy(&address)
        .trim_end_matches('\0')
        .to_owned();
    Ok((!address.is_empty()).then_some(address))
}

/// Whether every folder on the way to `path` below `above` is a real folder or not there, and the last one
/// is empty or not there.
fn is_way_free(above: &Path, path: &str) -> bool {
    let mut at = above.to_owned();
    for part in path.split('/') {
        if matches!(part, "" | "." | ".." | ".git") {
            return false;
        }
        at.push(part);
        match at.symlink_metadata() {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => return false,
            Err(_) => return true,
        }
    }
    true
}
