//! Options and operands of a call, as its page spells them.

mod unusual;

use super::page::{self, Kind, Operand, Page, StdinUse, StdoutUse, Style, Times, When};
use super::words::{self, Flat};
use crate::model::{Place, Scheme, Word};

/// One option or operand with its meaning.
#[derive(Debug, Clone)]
pub(super) struct Given<'p> {
    /// The option as the page spells it; empty for an operand.
    pub(super) spelling: &'p str,
    /// What the value means.
    pub(super) kind: Kind,
    /// Argument of the meaning (`code:sed`).
    pub(super) argument: Option<&'p str>,
    /// The value; for a flag the word itself.
    pub(super) value: Word,
    /// Where the value stands.
    pub(super) place: Place,
}

/// A call read by its page.
pub(super) struct Arguments<'p> {
    /// The page, then the sub-commands chosen, innermost last.
    pub(super) pages: Vec<&'p Page>,
    /// Names of the sub-commands chosen, as written.
    pub(super) sub: Vec<String>,
    /// Options and operands in order. Operands have their meaning.
    pub(super) given: Vec<Given<'p>>,
    /// Words that the page does not cover.
    pub(super) uncovered: Vec<String>,
}

impl<'p> Arguments<'p> {
    /// Reads `argv` by `page`; `places` are those of `argv`.
    pub(super) fn read(page: &'p Page, argv: &[Word], places: &[Place], whole: Place) -> Self {
        let mut reader = Reader {
            done: Arguments {
                pages: vec![page],
                sub: vec![],
                given: vec![],
                uncovered: vec![],
            },
            operands: vec![],
            words: argv
                .iter()
                .enumerate()
                .map(|(i, word)| (word.clone(), places.get(i).copied().unwrap_or(whole)))
                .collect(),
            at: 0,
        };
        reader.run();
        let mut done = reader.done;
        let meanings: Vec<_> = done.whens().flat_map(|when| &when.options).collect();
        for (kind, spellings) in meanings {
            let Some((kind, argument)) = Kind::parse(kind) else {
                continue;
            };
            for given in &mut done.given {
                if spellings.split_whitespace().any(|s| s == given.spelling) {
                    (given.kind, given.argument) = (kind, argument);
                }
            }
        }
        done
    }

    /// The innermost page.
    pub(super) fn page(&self) -> &'p Page {
        self.pages.last().copied().unwrap_or(self.pages[0])
    }

    /// Whether one of these options, separated by spaces, was given.
    pub(super) fn has(&self, spellings: &str) -> bool {
        spellings.split_whitespace().any(|s| {
            self.given
                .iter()
                .any(|g| !g.spelling.is_empty() && page::bare(g.spelling) == s)
        })
    }

    /// The parts of the page that the options given put in force.
    pub(super) fn whens(&self) -> impl Iterator<Item = &'p When> {
        self.page().when.iter().filter(|when| {
            (when.given.is_empty() || self.has(&when.given))
                && (when.and.is_empty() || self.has(&when.and))
                && (when.without.is_empty() || !self.has(&when.without))
        })
    }

    /// Language of scripts and code.
    pub(super) fn language(&self) -> &'p str {
        self.pages
            .iter()
            .rev()
            .map(|p| p.language.as_str())
            .find(|l| !l.is_empty())
            .unwrap_or("")
    }

    /// Ecosystem of packages.
    pub(super) fn ecosystem(&self) -> &'p str {
        self.pages
            .iter()
            .rev()
            .map(|p| p.ecosystem.as_str())
            .find(|l| !l.is_empty())
            .unwrap_or("")
    }

    /// Use of standard input.
    pub(super) fn stdin(&self) -> StdinUse {
        self.whens()
            .filter_map(|w| w.stdin)
            .last()
            .or(self.page().stdin)
            .unwrap_or(StdinUse::Never)
    }

    /// What is printed.
    pub(super) fn stdout(&self) -> StdoutUse {
        self.whens()
            .filter_map(|w| w.stdout)
            .last()
            .or(self.page().stdout)
            .unwrap_or(StdoutUse::Own)
    }

    /// Decoding on the way.
    pub(super) fn decodes(&self) -> Option<Scheme> {
        self.whens()
            .filter_map(|w| w.decodes)
            .last()
            .or(self.page().decodes)
    }

    /// Whether something given has this meaning.
    pub(super) fn any(&self, kinds: &[Kind]) -> bool {
        self.given.iter().any(|g| kinds.contains(&g.kind))
    }

    /// Whether the page has operands of this meaning.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        self.operand_meanings().iter().any(|(other, _, _)| *other == kind)
    }

    fn operand_meanings(&self) -> Vec<Operand<'p>> {
        let text = self.whens().filter_map(|w| w.operands.as_deref()).last();
        text.or(self.page().operands.as_deref())
            .and_then(page::operands)
            .unwrap_or_default()
    }
}

struct Reader<'p> {
    done: Arguments<'p>,
    operands: Vec<(Word, Place)>,
    words: Vec<(Word, Place)>,
    at: usize,
}

impl<'p> Reader<'p> {
    fn run(&mut self) {
        if self.done.page().style == Style::Bundled {
            self.bundle();
        }
        while let Some((word, place)) = self.words.get(self.at).cloned() {
            self.at += 1;
            let text = word.known_prefix().to_owned();
            if text == "--" && word.as_known().is_some() {
                let rest: Vec<_> = self.words.drain(self.at.min(self.words.len())..).collect();
                if self.choosing() {
                    self.done.uncovered.push(text);
                }
                self.operands.extend(rest);
                break;
            }
            if self.assignment_operand(&word, place, &text) {
                continue;
            }
            let dashed = text.starts_with('-') && text.len() > 1;
            if dashed || self.plus(&word, place, &text) {
                if dashed && !self.option(&word, place, &text) {
                    self.done.uncovered.push(word.display());
                }
                if self.done.whens().any(|when| when.ends) {
                    self.operands
                        .extend(self.words.drain(self.at.min(self.words.len())..));
                    break;
                }
                continue;
            }
            if self.choosing() {
                self.choose(&word);
                continue;
            }
            self.operands.push((word, place));
            if self.rest_is_operands() {
                self.operands.extend(self.words.drain(self.at..));
                break;
            }
        }
        self.assign();
    }

    /// Whether the next operand is the name of a sub-command.
    fn choosing(&self) -> bool {
        !self.done.page().sub.is_empty() && !self.done.whens().any(|when| when.operands.is_some())
    }

    fn choose(&mut self, word: &Word) {
        let page = self.done.page();
        let name = word.as_known();
        let found = page
            .sub
            .iter()
            .find(|(names, inner)| {
                name.is_some_and(|name| {
                    names
                        .split_whitespace()
                        .chain(inner.names.split_whitespace())
                        .any(|n| n == name)
                })
            })
            .or_else(|| page.sub.get_key_value("*"));
        match found {
            Some((key, inner)) => {
                self.done.sub.push(word.display());
                self.done.pages.push(inner);
                let may_be_named = || {
                    let names = page
                        .sub
                        .iter()
                        .flat_map(|(names, inner)| [names.as_str(), &inner.names]);
                    names
                        .flat_map(str::split_whitespace)
                        .any(|name| words::may_be(word, name))
                };
                if key == "*" && name.is_none() && (inner.operands.is_none() || may_be_named()) {
                    self.done.uncovered.push(word.display());
                } else if key == "*" && inner.operands.is_some() {
                    // The word itself is the first operand.
                    self.at -= 1;
                }
                if self.rest_is_operands() {
                    self.operands.extend(self.words.drain(self.at..));
                }
            }
            None => {
                self.done.uncovered.push(word.display());
                let rest: Vec<_> = self.words.drain(self.at..).collect();
                self.done.uncovered.extend(rest.iter().map(|(w, _)| w.display()));
            }
        }
    }

    /// Whether the operands so far lead to one that takes all that follows, dashes or not.
    fn rest_is_operands(&self) -> bool {
        let stops = |kind: Kind| {
            matches!(
                kind,
                Kind::Args | Kind::Command | Kind::RemoteCommand | Kind::Package
            )
        };
        let meanings = self.done.operand_meanings();
        let n = self.operands.len();
        let starts = |kind: Kind| matches!(kind, Kind::Command | Kind::Package);
        meanings
            .iter()
            .enumerate()
            .any(|(i, (kind, _, _))| stops(*kind) && (if starts(*kind) { i < n } else { i <= n }))
    }

    fn option(&mut self, word: &Word, place: Place, text: &str) -> bool {
        let whole = word.as_known().is_some();
        let long = text.starts_with("--") || self.style() == Style::Long;
        let (name, attached) = match text.split_once('=') {
            Some((name, _)) if long => (name, words::strip(word, &format!("{name}="))),
            _ => (text, None),
        };
        if attached.is_none() && !whole && long {
            return false;
        }
        // A name that is spelled out wins over a cluster (`-name` of find, `-std=c99`).
        if let Some((spelling, kind, argument)) = self.find_long(name, long) {
            return self.take(spelling, kind, argument, attached, word, place);
        }
        if long {
            return false;
        }
        let digits = text
            .strip_prefix('-')
            .is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
        if let Some((spelling, _, _)) = self.find("-#").filter(|_| digits) {
            self.push(spelling, Kind::Flag, None, word.clone(), place);
            return true;
        }
        self.cluster(word, place)
    }

    fn take(
        &mut self,
        spelling: &'p str,
        kind: Kind,
        argument: Option<&'p str>,
        attached: Option<Word>,
        word: &Word,
        place: Place,
    ) -> bool {
        if kind == Kind::Flag {
            self.push(spelling, kind, None, word.clone(), place);
        } else if let Some(value) = attached {
            self.push(spelling, kind, argument, value, place);
        } else if spelling.ends_with('?') {
            self.push(spelling, Kind::Flag, None, word.clone(), place);
        } else {
            // A name stands between the option and its value.
            self.at += usize::from(spelling.ends_with(':'));
            let Some((value, place)) = self.words.get(self.at).cloned() else {
                return false;
            };
            self.at += 1;
            self.push(spelling, kind, argument, value, place);
        }
        true
    }

    /// `-xyz`, `-xVALUE`
    fn cluster(&mut self, word: &Word, place: Place) -> bool {
        let flat = Flat::new(word);
        let mut rest = flat.text.get(1..).unwrap_or_default();
        let mut all = true;
        while let Some(letter) = rest.chars().next() {
            rest = &rest[letter.len_utf8()..];
            let Some((spelling, kind, argument)) = self.find(&format!("-{letter}")) else {
                if letter.is_ascii_digit() && self.find("-#").is_some() {
                    continue;
                }
                all = false;
                // What follows may be its value: nothing more can be told.
                break;
            };
            if kind == Kind::Flag {
                self.push(spelling, kind, None, Word::known(format!("-{letter}")), place);
                continue;
            }
            let attached = (!rest.is_empty()).then(|| flat.word(rest));
            if !self.take(spelling, kind, argument, attached, word, place) {
                all = false;
            }
            break;
        }
        all
    }

    fn push(&mut self, spelling: &'p str, kind: Kind, argument: Option<&'p str>, value: Word, place: Place) {
        self.done.given.push(Given {
            spelling,
            kind,
            argument,
            value,
            place,
        });
    }

    fn style(&self) -> Style {
        self.done.pages[0].style
    }

    /// All spellings in force, innermost page first.
    fn spellings(&self) -> Vec<(&'p str, Kind, Option<&'p str>)> {
        let pages: Vec<&'p Page> = self.done.pages.iter().rev().copied().collect();
        pages
            .into_iter()
            .flat_map(|page| page.options.iter())
            .filter_map(|(kind, spellings)| Some((Kind::parse(kind)?, spellings)))
            .flat_map(|((kind, argument), all)| all.split_whitespace().map(move |s| (s, kind, argument)))
            .collect()
    }

    fn find(&self, name: &str) -> Option<(&'p str, Kind, Option<&'p str>)> {
        self.spellings()
            .into_iter()
            .find(|(s, _, _)| page::bare(s) == name)
    }

    /// An option by its whole name, or a long one by the start of its name.
    fn find_long(&self, name: &str, long: bool) -> Option<(&'p str, Kind, Option<&'p str>)> {
        if let Some(found) = self.find(name) {
            return Some(found);
        }
        if !long || self.style() == Style::Long {
            let double = name.strip_prefix("--").map(|n| format!("-{n}"));
            return double.filter(|_| long).and_then(|n| self.find(&n));
        }
        let mut starts = self
            .spellings()
            .into_iter()
            .filter(|(s, _, _)| s.starts_with(name));
        let first = starts.next().filter(|_| name.len() > 3)?;
        starts
            .all(|(_, kind, argument)| (kind, argument) == (first.1, first.2))
            .then_some(first)
    }

    /// Gives each operand its meaning.
    fn assign(&mut self) {
        let meanings = self.done.operand_meanings();
        let words = std::mem::take(&mut self.operands);
        let total = words.len();
        let one = |times: Times| times == Times::One;
        let must = meanings.iter().filter(|(_, _, t)| one(*t)).count();
        let mut spare = total.saturating_sub(must);
        let mut maybe = meanings
            .iter()
            .filter(|(_, _, t)| *t == Times::Maybe)
            .count()
            .min(spare);
        spare -= maybe;
        let mut words = words.into_iter();
        for (kind, argument, times) in meanings {
            let n = match times {
                Times::One => 1,
                Times::Maybe if maybe > 0 => {
                    maybe -= 1;
                    1
                }
                Times::Maybe => 0,
                Times::Many => std::mem::take(&mut spare),
            };
            for (value, place) in words.by_ref().take(n) {
                self.done.given.push(Given {
                    spelling: "",
                    kind,
                    argument,
                    value,
                    place,
                });
            }
        }
        self.done.uncovered.extend(words.map(|(word, _)| word.display()));
    }
}
