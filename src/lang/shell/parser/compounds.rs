//! Compound commands and function definitions.

use super::Parser;
use super::commands::literal;
use super::cursor::{is_name_byte, is_name_start};
use super::reserved::{
    ARM, BRACE, Closers, DO, DONE, ELIF, ELSE, END, ESAC, FI, Opener, PAREN, Reserved, THEN,
};
use super::words::Mode;
use crate::lang::shell::ast::{Arm, ArmEnd, Command, Compound, List, Word};

impl Parser<'_, '_> {
    /// The compound command that the reserved word of `length` characters starts.
    pub(super) fn compound(&mut self, opener: Opener, length: usize) -> Option<Command> {
        let start = self.pos;
        self.take(length);
        if !self.deeper() {
            self.gap_from(start, "nested deeper than the limit");
            return None;
        }
        let kind = match opener {
            Opener::Brace => self.brace(),
            Opener::If => self.conditional(),
            Opener::While | Opener::Until => self.while_loop(opener == Opener::Until),
            Opener::For | Opener::Foreach => self.for_loop(opener == Opener::Foreach),
            Opener::Select => {
                let name = self.loop_name();
                let (words, body) = self.loop_rest();
                Compound::Select { name, words, body }
            }
            Opener::Case => self.case(),
            Opener::Test => self.condition(start),
            Opener::Coproc => self.coproc(),
            Opener::Repeat => {
                self.blanks();
                let word = self.word(Mode::Argument);
                Compound::For {
                    name: String::new(),
                    words: Some(vec![word]),
                    body: self.do_group(),
                }
            }
            Opener::Function | Opener::Bang | Opener::Time => {
                let function = self.function_keyword(start);
                self.shallower();
                return Some(function);
            }
        };
        self.shallower();
        Some(self.with_redirects(kind, start))
    }

    fn with_redirects(&mut self, kind: Compound, start: usize) -> Command {
        let mut redirects = vec![];
        loop {
            self.blanks();
            if !self.redirect(&mut redirects) {
                break;
            }
        }
        Command::Compound {
            kind: Box::new(kind),
            redirects,
            span: self.span_from(start),
        }
    }

    /// What starts with `(`.
    pub(super) fn parenthesised(&mut self) -> Option<Command> {
        let start = self.pos;
        if self.is_zsh() && self.look(1) == Some(b')') {
            return Some(self.function_after_name(Word::default(), start));
        }
        if !self.deeper() {
            self.take(1);
            self.gap_from(start, "nested deeper than the limit");
            return None;
        }
        let arithmetic = if !self.is_dash() && self.look(1) == Some(b'(') {
            self.arithmetic_command()
        } else {
            None
        };
        let kind = arithmetic.unwrap_or_else(|| {
            self.take(1);
            let list = self.until(PAREN, Self::required_list);
            self.expect(PAREN, "`)` is missing");
            Compound::Subshell(list)
        });
        self.shallower();
        Some(self.with_redirects(kind, start))
    }

    /// Consumes an end of `closers`, or records that it is missing.
    fn expect(&mut self, closers: Closers, missing: &str) -> bool {
        match self.closer() {
            Some((found, length)) if found & closers != 0 => {
                self.take(length);
                true
            }
            _ => {
                self.gap_here(missing);
                false
            }
        }
    }

    fn brace(&mut self) -> Compound {
        let list = self.until(BRACE, Self::required_list);
        self.expect(BRACE, "`}` is missing");
        Compound::Brace(list)
    }

    fn conditional(&mut self) -> Compound {
        let mut branches = vec![];
        let mut otherwise = None;
        loop {
            let condition = self.until(THEN, Self::required_list);
            if !self.expect(THEN, "`then` is missing") {
                branches.push((condition, List::default()));
                break;
            }
            let body = self.until(ELIF | ELSE | FI, Self::required_list);
            branches.push((condition, body));
            match self.closer() {
                Some((ELIF, length)) => self.take(length),
                Some((ELSE, length)) => {
                    self.take(length);
                    otherwise = Some(self.until(FI, Self::required_list));
                    self.expect(FI, "`fi` is missing");
                    break;
                }
                _ => {
                    self.expect(FI, "`fi` is missing");
                    break;
                }
            }
        }
        Compound::If { branches, otherwise }
    }

    fn while_loop(&mut self, until: bool) -> Compound {
        let condition = self.until(DO, Self::required_list);
        let body = self.do_group();
        Compound::While {
            until,
            condition,
            body,
        }
    }

    /// `do … done`, in bash and zsh also `{ … }`.
    fn do_group(&mut self) -> List {
        self.newlines();
        if !self.is_dash() && matches!(self.reserved(), Some((Reserved::Opens(Opener::Brace), _))) {
            self.take(1);
            let body = self.until(BRACE, Self::required_list);
            self.expect(BRACE, "`}` is missing");
            return body;
        }
        if !self.expect(DO, "`do` is missing") {
            return List::default();
        }
        let body = self.until(DONE, Self::required_list);
        self.expect(DONE, "`done` is missing");
        body
    }

    fn for_loop(&mut self, foreach: bool) -> Compound {
        self.blanks();
        if !self.is_dash() && self.peek() == Some(b'(') && self.look(1) == Some(b'(') {
            let head = self.arithmetic_head();
            self.blanks();
            self.took(b';');
            return Compound::ArithmeticFor {
                head,
                body: self.do_group(),
            };
        }
        let name = self.loop_name();
        if foreach {
            let words = self.zsh_words();
            let body = self.until(END, Self::list);
            self.expect(END, "`end` is missing");
            return Compound::For { name, words, body };
        }
        let (words, body) = self.loop_rest();
        Compound::For { name, words, body }
    }

    fn loop_name(&mut self) -> String {
        self.blanks();
        let start = self.pos;
        let word = match self.peek() {
            Some(byte) if self.starts_word(byte) => self.word(Mode::Subject),
            _ => Word::default(),
        };
        let name = literal(&word).unwrap_or_default();
        if !is_name(name) {
            self.gap_from(start, "the loop has no proper variable");
        }
        name.to_owned()
    }

    /// `in WORDS`, and the body.
    fn loop_rest(&mut self) -> (Option<Vec<Word>>, List) {
        self.blanks();
        if self.is_zsh() && self.peek() == Some(b'(') {
            let words = self.zsh_words();
            self.blanks();
            self.took(b';');
            return (words, self.loop_body());
        }
        if self.took(b';') {
            return (None, self.loop_body());
        }
        self.newlines();
        if !self.took_word("in") {
            return (None, self.loop_body());
        }
        let mut words = vec![];
        loop {
            self.blanks();
            match self.peek() {
                Some(byte) if self.starts_word(byte) => words.push(self.word(Mode::Argument)),
                _ => break,
            }
        }
        if !self.took(b';') && self.peek() != Some(b'\n') {
            self.gap_here("a separator is missing before `do`");
        }
        (Some(words), self.loop_body())
    }

    /// The body of `for`: zsh also takes a command.
    fn loop_body(&mut self) -> List {
        self.newlines();
        let short = self.is_zsh()
            && !matches!(
                self.reserved(),
                Some((Reserved::Opens(Opener::Brace) | Reserved::Closes(_), _))
            );
        if short {
            List {
                items: self.item().into_iter().collect(),
            }
        } else {
            self.do_group()
        }
    }

    /// zsh: `(WORDS)` after the variable.
    fn zsh_words(&mut self) -> Option<Vec<Word>> {
        self.blanks();
        if !self.took(b'(') {
            return None;
        }
        let mut words = vec![];
        loop {
            self.newlines();
            match self.peek() {
                Some(byte) if self.starts_word(byte) => words.push(self.word(Mode::Argument)),
                _ => break,
            }
        }
        if !self.took(b')') {
            self.gap_here("`)` is missing");
        }
        Some(words)
    }

    fn case(&mut self) -> Compound {
        self.blanks();
        let word = match self.peek() {
            Some(byte) if self.starts_word(byte) => self.word(Mode::Subject),
            _ => Word::default(),
        };
        self.newlines();
        if !self.took_word("in") {
            self.gap_here("`in` is missing");
            return Compound::Case { word, arms: vec![] };
        }
        let mut arms = vec![];
        loop {
            self.newlines();
            if self.took_word("esac") {
                break;
            }
            let Some((arm, last)) = self.arm() else { break };
            arms.push(arm);
            if last {
                break;
            }
        }
        Compound::Case { word, arms }
    }

    /// One arm, and whether it was the last.
    fn arm(&mut self) -> Option<(Arm, bool)> {
        let start = self.pos;
        self.took(b'(');
        let mut patterns = vec![];
        loop {
            self.blanks();
            match self.peek() {
                Some(byte) if self.starts_word(byte) => patterns.push(self.word(Mode::Pattern)),
                _ => break,
            }
            self.blanks();
            if !self.took(b'|') {
                break;
            }
        }
        if patterns.is_empty() || self.peek() != Some(b')') {
            self.gap_from(start, "a pattern and `)` are missing");
            return None;
        }
        self.take(1);
        let body = self.until(ARM | ESAC, Self::list);
        let (end, last) = match self.closer() {
            Some((ARM, length)) => {
                let end = match (self.look(1), length) {
                    (Some(b'&'), 2) => ArmEnd::Fall,
                    (Some(b'|'), 2) | (_, 3) => ArmEnd::Continue,
                    _ => ArmEnd::Break,
                };
                self.take(length);
                (end, false)
            }
            _ => {
                self.expect(ESAC, "`esac` is missing");
                (ArmEnd::Break, true)
            }
        };
        Some((Arm { patterns, body, end }, last))
    }

    /// `coproc`: a name is one only before a compound command, and never in zsh.
    fn coproc(&mut self) -> Compound {
        self.blanks();
        let mut name = None;
        let named = !self.is_zsh() && self.peek().is_some_and(is_name_start);
        if named && self.reserved().is_none() {
            let start = self.pos;
            let candidate = self.take_name();
            let blank = matches!(self.peek(), Some(b' ' | b'\t'));
            self.blanks();
            let opens = match self.reserved() {
                Some((Reserved::Opens(Opener::Bang | Opener::Time), _)) => false,
                Some((Reserved::Opens(_), _)) => true,
                _ => self.peek() == Some(b'(') && self.empty_parens().is_none(),
            };
            if blank && opens {
                name = Some(candidate);
            } else {
                self.pos = start;
            }
        }
        let body = self.command().unwrap_or_else(|| {
            self.gap_here("a command is missing after `coproc`");
            Command::Simple(Default::default())
        });
        Compound::Coproc {
            name,
            body: Box::new(body),
        }
    }

    /// Where `( )` ends that stands here.
    pub(super) fn empty_parens(&self) -> Option<usize> {
        let mut at = self.continued(self.pos);
        if self.byte(at) != Some(b'(') {
            return None;
        }
        loop {
            at = self.continued(at + 1);
            match self.byte(at)? {
                b' ' | b'\t' => {}
                b')' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Consumes `( )`. zsh wants nothing between the two.
    fn take_empty_parens(&mut self) {
        let start = self.pos;
        if let Some(end) = self.empty_parens() {
            let first = self.continued(start);
            self.pos = end;
            if self.is_zsh() && end != first + 2 {
                self.gap_from(first, "zsh reads no function here");
            }
        }
    }

    /// `function NAME [()] BODY`.
    fn function_keyword(&mut self, start: usize) -> Command {
        self.blanks();
        let name = match self.peek() {
            Some(byte) if self.starts_word(byte) => self.word(Mode::Subject),
            _ => Word::default(),
        };
        if name.parts.is_empty() && !self.is_zsh() {
            self.gap_here("the function has no name");
        }
        self.blanks();
        self.take_empty_parens();
        self.function_body(name, start)
    }

    /// `NAME () BODY`, after the name.
    pub(super) fn function_after_name(&mut self, name: Word, start: usize) -> Command {
        self.take_empty_parens();
        if self.is_dash() && !literal(&name).is_some_and(is_name) {
            self.gap_from(start, "dash takes no such function name");
        }
        self.function_body(name, start)
    }

    fn function_body(&mut self, name: Word, start: usize) -> Command {
        self.newlines();
        let body = if self.deeper() {
            let body = self.command();
            self.shallower();
            body
        } else {
            None
        };
        match &body {
            Some(Command::Simple(_) | Command::Function { .. }) if self.is_bash() => {
                self.gap_from(start, "bash wants a compound command as a function's body");
            }
            None => self.gap_here("the function has no body"),
            _ => {}
        }
        let body = Box::new(body.unwrap_or_else(|| Command::Simple(Default::default())));
        Command::Function {
            name,
            body,
            span: self.span_from(start),
        }
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(is_name_start) && text.bytes().all(is_name_byte)
}
