//! Lists, pipelines and simple commands.

use super::Parser;
use super::cursor::is_meta;
use super::reserved::{ARM, Opener, PAREN, Reserved};
use super::words::Mode;
use crate::lang::shell::ast::{AndOr, Command, Item, List, Part, Pipeline, Simple, Stage, Word};

/// Builtins of bash whose arguments may be array assignments.
const TAKES_ARRAYS: [&str; 8] = [
    "alias", "declare", "eval", "export", "let", "local", "readonly", "typeset",
];

impl Parser<'_, '_> {
    /// The whole text.
    pub(super) fn program(&mut self) -> List {
        self.list()
    }

    /// Commands up to an end that an open construct awaits, or the end of the text.
    pub(super) fn list(&mut self) -> List {
        let mut list = List::default();
        loop {
            self.newlines();
            if let Some((closer, length)) = self.closer() {
                if self.peek().is_none() || self.is_awaited(closer) {
                    return list;
                }
                let start = self.pos;
                self.take(length);
                self.gap_from(start, "nothing is open that this ends");
                continue;
            }
            let start = self.pos;
            list.items.extend(self.item());
            if self.pos == start {
                self.take_char();
                self.gap_from(start, "no command can start here");
            }
        }
    }

    /// A list that the grammar wants to hold a command. zsh takes an empty one.
    pub(super) fn required_list(&mut self) -> List {
        let list = self.list();
        if list.items.is_empty() && !self.is_zsh() {
            self.gap_here("a command is missing");
        }
        list
    }

    /// An and-or list with what ends it.
    pub(super) fn item(&mut self) -> Option<Item> {
        let first = self.pipeline()?;
        let mut item = Item {
            first,
            rest: vec![],
            background: false,
        };
        loop {
            self.blanks();
            let operator = match (self.peek(), self.look(1)) {
                (Some(b'&'), Some(b'&')) => AndOr::And,
                (Some(b'|'), Some(b'|')) => AndOr::Or,
                _ => break,
            };
            let start = self.pos;
            self.take_operator(2);
            self.newlines();
            let Some(next) = self.pipeline() else {
                self.gap_from(start, "a command is missing after the operator");
                break;
            };
            item.rest.push((operator, next));
        }
        item.background = self.separator(item.rest.last().map_or(&item.first, |(_, last)| last));
        Some(item)
    }

    /// What stands after a command: whether it goes to the background.
    fn separator(&mut self, last: &Pipeline) -> bool {
        match self.peek() {
            None | Some(b'\n') => {}
            Some(b';') => {
                if self.closer().is_none() {
                    self.take(1);
                }
            }
            Some(b'&') => {
                self.take(1);
                if self.is_zsh() && matches!(self.peek(), Some(b'|' | b'!')) {
                    self.take(1);
                }
                return true;
            }
            Some(_) => match self.closer() {
                Some((closer, _)) if closer & (PAREN | ARM) != 0 => {}
                Some(_) if self.is_zsh() || ends_bare(last) => {}
                _ => self.gap_here("a separator is missing before this"),
            },
        }
        false
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        self.blanks();
        let start = self.pos;
        let mut pipeline = Pipeline {
            negated: false,
            timed: false,
            stages: vec![],
            span: self.span(start, start),
        };
        let prefixed = self.pipeline_prefixes(&mut pipeline);
        loop {
            let Some(command) = self.command() else {
                if !pipeline.stages.is_empty() {
                    self.gap_here("a command is missing after `|`");
                } else if prefixed {
                    self.bare_prefix(&mut pipeline);
                }
                break;
            };
            self.blanks();
            let piped = self.peek() == Some(b'|') && self.look(1) != Some(b'|');
            let with_stderr = piped && !self.is_dash() && self.look(1) == Some(b'&');
            pipeline.stages.push(Stage { command, with_stderr });
            if !piped {
                break;
            }
            self.take_operator(if with_stderr { 2 } else { 1 });
            self.newlines();
        }
        pipeline.span = self.span_from(start);
        (!pipeline.stages.is_empty()).then_some(pipeline)
    }

    /// `!` and `time`.
    fn pipeline_prefixes(&mut self, pipeline: &mut Pipeline) -> bool {
        let mut count = 0;
        while let Some((Reserved::Opens(opener @ (Opener::Bang | Opener::Time)), length)) = self.reserved() {
            if opener == Opener::Bang && self.look(1) == Some(b'(') && (self.is_zsh() || self.shared.extglob)
            {
                break;
            }
            count += 1;
            if count > 1 && !self.is_bash() {
                self.gap_here("a second prefix of a pipeline");
            }
            self.take(length);
            self.blanks();
            if opener == Opener::Bang {
                pipeline.negated = !pipeline.negated;
                continue;
            }
            pipeline.timed = true;
            for option in ["-p", "--"] {
                if self.is_bash() && self.took_word(option) {
                    self.blanks();
                }
            }
        }
        count > 0
    }

    /// bash takes `!` and `time` alone.
    fn bare_prefix(&mut self, pipeline: &mut Pipeline) {
        let ends = matches!(self.peek(), None | Some(b'\n' | b';'));
        if !ends || self.is_dash() {
            self.gap_here("a command is missing after `!`");
        }
        let span = self.span(self.pos, self.pos);
        let command = Command::Simple(Simple {
            span,
            ..Simple::default()
        });
        pipeline.stages.push(Stage {
            command,
            with_stderr: false,
        });
    }

    /// A command of any kind; `None` if none starts here.
    pub(super) fn command(&mut self) -> Option<Command> {
        self.blanks();
        if self.peek()? == b'(' {
            return self.parenthesised();
        }
        match self.reserved() {
            Some((Reserved::Opens(Opener::Time), _)) => self.simple(),
            Some((Reserved::Opens(Opener::Bang), _)) if self.look(1) != Some(b'(') => None,
            Some((Reserved::Opens(Opener::Bang), _)) if !self.is_zsh() && !self.shared.extglob => None,
            Some((Reserved::Opens(Opener::Bang), _)) => self.simple(),
            Some((Reserved::Opens(opener), length)) => self.compound(opener, length),
            Some((Reserved::Closes(_), _)) => None,
            Some((Reserved::In, _)) if !self.is_zsh() => None,
            Some((Reserved::In, _)) | None => self.simple(),
        }
    }

    /// Assignments, words and redirects; a function definition if that is what they turn out to be.
    fn simple(&mut self) -> Option<Command> {
        let start = self.pos;
        let mut simple = Simple::default();
        let mut declares = false;
        loop {
            self.blanks();
            if self.redirect(&mut simple.redirects) {
                continue;
            }
            let Some(byte) = self.peek() else { break };
            if byte == b'(' && self.names_function(&simple) {
                let name = simple.words.pop()?;
                return Some(self.function_after_name(name, start));
            }
            if !self.starts_word(byte) {
                break;
            }
            if simple.words.is_empty() {
                self.assignment_or_word(&mut simple);
                declares = simple.words.first().is_some_and(is_declaration);
            } else if !(declares && self.array_argument(&mut simple.declared)) {
                let mode = if declares { Mode::Declared } else { Mode::Argument };
                let word = self.word(mode);
                simple.words.push(word);
            }
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty() {
            return None;
        }
        simple.span = self.span_from(start);
        self.note_extglob(&simple);
        Some(Command::Simple(simple))
    }

    /// Whether a word starts with `byte`, which is next.
    pub(super) fn starts_word(&mut self, byte: u8) -> bool {
        match byte {
            b'<' | b'>' => !self.is_dash() && self.look(1) == Some(b'('),
            b'(' => self.is_zsh() && self.look(1) != Some(b')'),
            b'}' => !self.is_zsh(),
            _ => !is_meta(byte),
        }
    }

    fn names_function(&self, simple: &Simple) -> bool {
        simple.words.len() == 1
            && simple.assignments.is_empty()
            && simple.declared.is_empty()
            && simple.redirects.is_empty()
            && self.empty_parens().is_some()
    }

    /// bash changes its reading of later lines with `shopt -s extglob`.
    fn note_extglob(&mut self, simple: &Simple) {
        let mut words = simple.words.iter().map(literal);
        if self.is_bash() && words.next() == Some(Some("shopt")) {
            let words: Vec<_> = words.flatten().collect();
            if words.contains(&"extglob") {
                self.shared.extglob |= words
                    .iter()
                    .any(|word| word.starts_with('-') && word.contains('s'));
            }
        }
    }
}

/// Whether the pipeline ends with a compound command that has no redirect: after it, a reserved word
/// is one without a separator (`{ (a) }`).
fn ends_bare(pipeline: &Pipeline) -> bool {
    let mut command = pipeline.stages.last().map(|stage| &stage.command);
    loop {
        match command {
            Some(Command::Compound { redirects, .. }) => return redirects.is_empty(),
            Some(Command::Function { body, .. }) => command = Some(body),
            _ => return false,
        }
    }
}

fn is_declaration(word: &Word) -> bool {
    literal(word).is_some_and(|word| TAKES_ARRAYS.contains(&word))
}

/// The text of a word of one unquoted literal part.
pub(super) fn literal(word: &Word) -> Option<&str> {
    match word.parts.as_slice() {
        [Part::Literal(text)] => Some(text),
        _ => None,
    }
}
