//! Asking the person: on the controlling terminal, wherever standard input and output lead.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};

#[cfg(windows)]
const TERMINAL: (&str, &str) = ("CONIN$", "CONOUT$");
#[cfg(not(windows))]
const TERMINAL: (&str, &str) = ("/dev/tty", "/dev/tty");

/// The controlling terminal.
pub(super) struct Person {
    answers: File,
    questions: File,
}

impl Person {
    /// The terminal, where this process has one.
    pub(super) fn find() -> Option<Self> {
        Some(Self {
            answers: OpenOptions::new().read(true).open(TERMINAL.0).ok()?,
            questions: OpenOptions::new().write(true).open(TERMINAL.1).ok()?,
        })
    }

    /// Asks `question` until the answer is yes or no. No answer (end of file) is no, and so is a terminal
    /// that fails. `question` is shown as it is: escape what is not ours.
    pub(super) fn agrees(&mut self, question: &str) -> bool {
        for _ in 0..5 {
            match self.answer(&format!("{question} [y/N] ")) {
                Ok(Some(text)) => match text.trim().to_ascii_lowercase().as_str() {
                    "y" | "yes" => return true,
                    "" | "n" | "no" => return false,
                    _ => {}
                },
                Ok(None) | Err(_) => return false,
            }
        }
        false
    }

    /// Asks `question` until the answer is one of `answers` (small letters) or nothing.
    pub(super) fn chooses(&mut self, question: &str, answers: &[char]) -> Option<char> {
        for _ in 0..5 {
            let line = self.answer(question).ok()??;
            let mut letters = line.trim().chars();
            match letters.next().map(|c| c.to_ascii_lowercase()) {
                None | Some('n') => return None,
                Some(letter) if answers.contains(&letter) => return Some(letter),
                Some(_) => {}
            }
        }
        None
    }

    fn answer(&mut self, question: &str) -> io::Result<Option<String>> {
        self.questions.write_all(question.as_bytes())?;
        self.questions.flush()?;
        let mut line = String::new();
        let read = BufReader::new(&self.answers).read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    }
}
