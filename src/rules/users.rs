//! Pages of a user (`--rules DIR`): the same form, read and checked at run time.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::page::check::{self, Known};
use super::page::form::Front;
use super::page::{self, Page};
use super::{Book, predicates, text};

/// A page of a user that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read `{path}`: {reason}; name a folder of rule pages with --rules")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A page says something that a page cannot say.
    #[error("`{path}`:{line}: {reason}")]
    Page {
        /// Which file.
        path: PathBuf,
        /// 1-based line; 1 when the page as a whole is meant.
        line: usize,
        /// What is wrong and what would be right.
        reason: String,
    },
}

impl Book {
    /// This book with the pages below `dir` (`DIR/<id>.md` or `DIR/<family>/<id>.md`). A page with the
    /// id of a page that is there takes its place.
    ///
    /// # Errors
    /// The folder cannot be read, or a page is not in the form of a page.
    pub fn with_folder(self, dir: &Path) -> Result<Self, BookError> {
        let files = pages_below(dir)?.into_iter().map(|file| {
            let text = std::fs::read_to_string(&file).map_err(|e| BookError::Read {
                path: file.clone(),
                reason: e.to_string(),
            });
            Ok((file, text?))
        });
        let files: Result<Vec<_>, BookError> = files.collect();
        self.with_pages(dir, files?)
    }

    /// [`Self::with_folder`] of pages that were read elsewhere: path below `dir` and text of each.
    ///
    /// # Errors
    /// A page is not in the form of a page.
    pub fn with_pages(mut self, dir: &Path, files: Vec<(PathBuf, String)>) -> Result<Self, BookError> {
        let known = self.known();
        for (file, text) in files {
            let page = page(&file, text, dir, &known)?;
            match self.pages.iter_mut().find(|p| p.id() == page.id()) {
                Some(place) => *place = page,
                None => self.pages.push(page),
            }
        }
        Ok(self)
    }

    fn known(&self) -> Known {
        let names = |paths: bool| {
            let of_kind = self.classes.iter().filter(move |c| c.paths.is_empty() != paths);
            of_kind.map(|c| c.name.clone()).collect()
        };
        Known {
            predicates: predicates::names().map(str::to_owned).collect(),
            paths: names(true),
            variables: names(false),
            acts: text::acts(),
        }
    }
}

fn pages_below(dir: &Path) -> Result<Vec<PathBuf>, BookError> {
    let fail = |path: &Path, reason: String| BookError::Read {
        path: path.to_owned(),
        reason,
    };
    let mut files = vec![];
    for entry in walkdir::WalkDir::new(dir).max_depth(2).sort_by_file_name() {
        let entry = entry.map_err(|e| fail(e.path().unwrap_or(dir), e.to_string()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e == "md") {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn page(file: &Path, whole: String, dir: &Path, known: &Known) -> Result<Page, BookError> {
    let refuse = |line: usize, reason: String| BookError::Page {
        path: file.to_owned(),
        line,
        reason,
    };
    let (front_text, body) = page::text::split(&whole).map_err(|p| refuse(p.line.max(1), p.text))?;
    let front: Front = serde_saphyr::from_str(front_text).map_err(|e| {
        let line = e
            .location()
            .map_or(1, |l| usize::try_from(l.line()).unwrap_or(0) + 1);
        refuse(line, e.to_string())
    })?;
    let stem = file
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    check::check(&front, &stem, known).map_err(|p| refuse(1, p.text))?;
    let before = whole.len() - body.len();
    let lines_before = whole[..before].matches('\n').count();
    page::text::check(body).map_err(|p| refuse(lines_before + p.line + 1, p.text))?;
    let family = file.parent().filter(|p| *p != dir).and_then(Path::file_name);
    Ok(Page {
        family: Cow::Owned(family.map_or("own".to_owned(), |f| f.to_string_lossy().into_owned())),
        front,
        file: Cow::Owned(whole),
    })
}
