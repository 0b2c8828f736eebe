//! What a person asked of `git clone`, and how git is asked for it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::address;
use super::options::{self, Takes};

/// A clone as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Options for git, but for those that decide about files: they are the door's.
    pub options: Vec<OsString>,
    /// The repository, as typed. It may hold a password.
    pub address: OsString,
    /// The folder to make, as typed or as git would name it.
    pub folder: PathBuf,
    /// What is to stand there in the end.
    pub form: Form,
    /// Which submodules are asked for (path patterns); `None`: none of them.
    pub submodules: Option<Vec<OsString>>,
    /// Options that submodules are transferred with.
    pub submodule_options: Vec<OsString>,
    /// Where the git folder goes when not into `.git`.
    pub separate: Option<PathBuf>,
    /// Not every object is transferred.
    pub partial: bool,
    /// The name of the remote, where one was given.
    pub origin: Option<OsString>,
    /// Say little.
    pub quiet: bool,
}

/// What is to stand in the folder in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Files.
    WorkTree,
    /// `--no-checkout`: a work tree without files.
    NoFiles,
    /// `--bare`, `--mirror`.
    Bare,
}

/// Why the arguments are not taken. Each says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// No repository named.
    #[error("which repository? give its address, as to `git clone`")]
    NoAddress,
    /// Too many arguments.
    #[error("`{0}` is one argument too many: `clone ADDRESS [FOLDER]` takes two")]
    TooMany(String),
    /// Not an option of `git clone`.
    #[error("`{0}` is no option of `git clone` that is known here: see `git clone -h`")]
    Unknown(String),
    /// A value is missing.
    #[error("`{0}` needs a value")]
    NoValue(String),
    /// No folder name can be made from the address.
    #[error("no folder name can be made of the address: give a folder after it")]
    NoFolder,
    /// A template brings hooks.
    #[error(
        "`--template` copies hooks into the clone before anybody looked: leave it out, and run \
         `git init --template=FOLDER` in the clone afterwards"
    )]
    Template,
    /// Objects that stay elsewhere can change after they were looked at.
    #[error(
        "`{0}` leaves the objects in another repository, where they can change after they were looked at: \
         add `--dissociate`, or leave it out"
    )]
    Borrowed(&'static str),
    /// The commit to take is not the repository's choice.
    #[error(
        "`--remote-submodules` takes commits that the repository does not name: leave it out, and run \
         `git submodule update --remote` in the clone afterwards"
    )]
    RemoteSubmodules,
}

impl Request {
    /// Reads the arguments of `git clone`.
    ///
    /// # Errors
    /// See [`ArgumentError`].
    pub fn read(args: &[OsString]) -> Result<Self, ArgumentError> {
        let mut reading = Reading::default();
        let mut args = args.iter();
        let mut only_words = false;
        while let Some(arg) = args.next() {
            let text = arg.to_string_lossy();
            if only_words || text == "-" || !text.starts_with('-') {
                reading.words.push(arg.clone());
            } else if text == "--" {
                only_words = true;
            } else if text.starts_with("--") {
                reading.long(arg, &mut args)?;
            } else {
                reading.short(arg, &mut args)?;
            }
        }
        reading.finish()
    }

    /// The arguments for git: no files, no template, no submodule.
    #[must_use]
    pub fn transfer(&self, progress: bool) -> Vec<OsString> {
        let mut args = vec![OsString::from("clone")];
        args.extend(self.options.iter().cloned());
        if progress && !self.quiet {
            args.push("--progress".into());
        }
        args.extend(["--no-checkout", "--template=", "--no-recurse-submodules"].map(OsString::from));
        if self.form == Form::Bare && !self.has_option("--mirror") {
            args.push("--bare".into());
        }
        if let Some(separate) = &self.separate {
            args.push(joined("--separate-git-dir=", separate.as_os_str()));
        }
        args.extend(["--".into(), self.address.clone(), self.folder.clone().into()]);
        args
    }

    /// The work tree holds a part of the files.
    #[must_use]
    pub fn is_sparse(&self) -> bool {
        self.has_option("--sparse")
    }

    fn has_option(&self, name: &str) -> bool {
        self.options.iter().any(|o| o == name)
    }
}

fn joined(start: &str, value: &OsStr) -> OsString {
    let mut all = OsString::from(start);
    all.push(value);
    all
}

/// The arguments so far.
#[derive(Default)]
struct Reading {
    words: Vec<OsString>,
    options: Vec<OsString>,
    submodule_options: Vec<OsString>,
    submodules: Option<Vec<OsString>>,
    separate: Option<PathBuf>,
    origin: Option<OsString>,
    bare: bool,
    mirror: bool,
    no_files: bool,
    quiet: bool,
    shared: bool,
    reference: bool,
    dissociate: bool,
    shallow_submodules: bool,
    filter: Option<OsString>,
    filter_submodules: bool,
}

impl Reading {
    fn long<'a>(
        &mut self,
        arg: &OsStr,
        rest: &mut impl Iterator<Item = &'a OsString>,
    ) -> Result<(), ArgumentError> {
        let text = arg.to_string_lossy();
        let (name, has_value) = match text.split_once('=') {
            Some((name, _)) => (name, true),
            None => (&*text, false),
        };
        let unknown = || ArgumentError::Unknown(name.to_owned());
        let (known, on) = options::long(name.trim_start_matches("--")).ok_or_else(unknown)?;
        let value = match (known.takes, has_value) {
            (Takes::Nothing, true) => return Err(unknown()),
            (Takes::Value | Takes::MayTake, true) => Some(after(arg, name.len() + 1)),
            (Takes::Value, false) => {
                let next = rest.next();
                Some(
                    next.cloned()
                        .ok_or_else(|| ArgumentError::NoValue(name.to_owned()))?,
                )
            }
            (Takes::Nothing | Takes::MayTake, false) => None,
        };
        self.take(known.long, on, value)
    }

    /// Letters in one argument: `-qb main`, `-bmain`.
    fn short<'a>(
        &mut self,
        arg: &OsStr,
        rest: &mut impl Iterator<Item = &'a OsString>,
    ) -> Result<(), ArgumentError> {
        let text = arg.to_string_lossy().into_owned();
        for (at, letter) in text.char_indices().skip(1) {
            let known = options::short(letter).ok_or_else(|| ArgumentError::Unknown(format!("-{letter}")))?;
            if known.takes != Takes::Value {
                self.take(known.long, true, None)?;
                continue;
            }
            let value = if at + 1 < text.len() {
                after(arg, at + 1)
            } else {
                rest.next()
                    .cloned()
                    .ok_or_else(|| ArgumentError::NoValue(format!("-{letter}")))?
            };
            return self.take(known.long, true, Some(value));
        }
        Ok(())
    }

    fn take(&mut self, long: &str, on: bool, value: Option<OsString>) -> Result<(), ArgumentError> {
        match long {
            "no-checkout" => self.no_files = on,
            "checkout" => self.no_files = !on,
            "bare" => self.bare = on,
            "mirror" => {
                self.mirror = on;
                self.push(long, on, value);
            }
            "recurse-submodules" | "recursive" => match (on, value) {
                (false, _) => self.submodules = None,
                (true, value) => self
                    .submodules
                    .get_or_insert_default()
                    .push(value.unwrap_or_else(|| ".".into())),
            },
            "remote-submodules" if on => return Err(ArgumentError::RemoteSubmodules),
            "remote-submodules" => {}
            "template" if on && value.as_ref().is_some_and(|v| !v.is_empty()) => {
                return Err(ArgumentError::Template);
            }
            "template" => {}
            "separate-git-dir" => self.separate = value.filter(|_| on).map(PathBuf::from),
            "shallow-submodules" => self.shallow_submodules = on,
            "also-filter-submodules" => self.filter_submodules = on,
            // git takes submodules one after the other here.
            "jobs" => {}
            _ => {
                match long {
                    "quiet" => self.quiet = on,
                    "shared" => self.shared = on,
                    "reference" | "reference-if-able" => self.reference = on,
                    "dissociate" => self.dissociate = on,
                    "origin" => self.origin = value.clone().filter(|_| on),
                    "filter" => self.filter = value.clone().filter(|_| on),
                    _ => {}
                }
                self.push(long, on, value);
            }
        }
        Ok(())
    }

    /// Hands an option on in full, so that git reads what was read here.
    fn push(&mut self, long: &str, on: bool, value: Option<OsString>) {
        let name = if on {
            format!("--{long}")
        } else if let Some(rest) = long.strip_prefix("no-") {
            format!("--{rest}")
        } else {
            format!("--no-{long}")
        };
        let option = match value {
            Some(value) => joined(&format!("{name}="), &value),
            None => name.into(),
        };
        if matches!(long, "verbose" | "quiet" | "ipv4" | "ipv6" | "progress") {
            self.submodule_options.push(option.clone());
        }
        self.options.push(option);
    }

    fn finish(mut self) -> Result<Request, ArgumentError> {
        if self.shared {
            return Err(ArgumentError::Borrowed("--shared"));
        }
        if self.reference && !self.dissociate {
            return Err(ArgumentError::Borrowed("--reference"));
        }
        let mut words = std::mem::take(&mut self.words).into_iter();
        let address = words.next().ok_or(ArgumentError::NoAddress)?;
        let folder = words.next();
        if let Some(more) = words.next() {
            return Err(ArgumentError::TooMany(more.to_string_lossy().into_owned()));
        }
        let bare = self.bare || self.mirror;
        let folder = match folder {
            Some(folder) => PathBuf::from(folder),
            None => address
                .to_str()
                .and_then(|text| address::folder(text, bare))
                .map(PathBuf::from)
                .ok_or(ArgumentError::NoFolder)?,
        };
        if self.shallow_submodules {
            self.submodule_options.push("--depth=1".into());
        }
        if let Some(filter) = self.filter.as_ref().filter(|_| self.filter_submodules) {
            self.submodule_options.push(joined("--filter=", filter));
        }
        Ok(Request {
            options: self.options,
            address,
            folder,
            form: if bare {
                Form::Bare
            } else if self.no_files {
                Form::NoFiles
            } else {
                Form::WorkTree
            },
            submodules: self.submodules,
            submodule_options: self.submodule_options,
            separate: self.separate,
            partial: self.filter.is_some(),
            origin: self.origin,
            quiet: self.quiet,
        })
    }
}

/// `arg` from byte `at` on. The bytes before are ASCII, so the rest is whole.
fn after(arg: &OsStr, at: usize) -> OsString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        OsStr::from_bytes(arg.as_bytes().get(at..).unwrap_or_default()).to_owned()
    }
    #[cfg(not(unix))]
    {
        OsString::from(arg.to_string_lossy().get(at..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, ArgumentError> {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        Request::read(&args)
    }

    fn transfer(line: &str) -> String {
        let request = read(line).expect("arguments");
        let args: Vec<_> = request
            .transfer(false)
            .iter()
            .map(|a| a.to_string_lossy().into_owned())
            .collect();
        args.join(" ")
    }

    const ALWAYS: &str = "--no-checkout --template= --no-recurse-submodules";

    #[test]
    fn options_go_to_git_in_full_and_files_stay_back() {
        assert_eq!(
            transfer("-qb main --dep 1 https://host.example/a/web.git"),
            format!("clone --quiet --branch=main --depth=1 {ALWAYS} -- https://host.example/a/web.git web")
        );
        assert_eq!(
            transfer("--no-single-branch -o up git@host.example:a/b.git -- here"),
            format!("clone --no-single-branch --origin=up {ALWAYS} -- git@host.example:a/b.git here")
        );
        assert_eq!(
            transfer("--mirror https://host.example/a"),
            format!("clone --mirror {ALWAYS} -- https://host.example/a a.git")
        );
        assert_eq!(
            transfer("--bare -- https://host.example/a"),
            format!("clone {ALWAYS} --bare -- https://host.example/a a.git")
        );
    }

    #[test]
    fn an_address_that_looks_like_an_option_is_none() {
        assert!(transfer("-- --upload-pack=x d").ends_with("-- --upload-pack=x d"));
    }

    #[test]
    fn what_is_asked_of_submodules_is_kept_from_git() {
        let request = read("--recursive --recurse-submodules=lib --shallow-sub -j 4 https://h.example/x")
            .expect("read");
        assert_eq!(request.submodules, Some(vec![".".into(), "lib".into()]));
        assert_eq!(request.submodule_options, ["--depth=1"]);
        assert!(request.options.is_empty());
        assert_eq!(
            read("--recursive --no-recurse-submodules u/x").map(|r| r.submodules),
            Ok(None)
        );
    }

    #[test]
    fn what_would_weaken_the_door_is_refused_with_the_way_out() {
        for (line, part) in [
            ("--template=/x u/x", "git init"),
            ("-s u/x", "--dissociate"),
            ("--reference /r u/x", "--dissociate"),
            ("--remote-submodules u/x", "git submodule"),
            ("--frobnicate u/x", "git clone -h"),
            ("-z u/x", "-z"),
            ("--depth", "needs a value"),
            ("", "which repository"),
            ("a b c", "`c`"),
            ("https://", "folder"),
        ] {
            let error = read(line).expect_err(line).to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
        assert!(read("--reference /r --dissociate u/x").is_ok());
    }

    #[test]
    fn the_last_word_on_files_counts() {
        let form = |line| read(line).map(|r| r.form);
        assert_eq!(form("-n u/x"), Ok(Form::NoFiles));
        assert_eq!(form("-n --checkout u/x"), Ok(Form::WorkTree));
        assert_eq!(form("--bare --no-bare u/x"), Ok(Form::WorkTree));
    }
}
