//! What a text must hold where a pattern matches: a list of sets, of each of which one text must occur.
//!
//! Read off the pattern's own text. What is not understood asks for nothing, so the answer is never too much.

/// Texts shorter than this, in bytes, are left out.
const SHORTEST: usize = 1;

/// The sets that `pattern` needs; none: it may match anywhere.
pub fn of(pattern: &str) -> Vec<Vec<String>> {
    let mut reader = Reader {
        chars: pattern.chars().collect(),
        at: 0,
    };
    let mut sets = reader.alternatives();
    // A pattern that did not end here has a form that is not known.
    if reader.at < reader.chars.len() {
        sets.clear();
    }
    sets
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// `a|b|c` up to a closing bracket.
    fn alternatives(&mut self) -> Vec<Vec<String>> {
        let mut all = vec![self.sequence()];
        while self.peek() == Some('|') {
            self.at += 1;
            all.push(self.sequence());
        }
        if all.len() == 1 {
            return all.pop().unwrap_or_default();
        }
        // Of each alternative the set that tells most; without one there is none for all.
        let mut union = vec![];
        for sets in all {
            match sets.into_iter().max_by_key(|set| worth(set)) {
                Some(set) => union.extend(set),
                None => return vec![],
            }
        }
        union.sort();
        union.dedup();
        vec![union]
    }

    fn sequence(&mut self) -> Vec<Vec<String>> {
        let mut sets = vec![];
        let mut run = String::new();
        let end = |run: &mut String, sets: &mut Vec<Vec<String>>| {
            let text = std::mem::take(run);
            if text.trim().len() >= SHORTEST {
                sets.push(vec![text]);
            }
        };
        while let Some(c) = self.peek() {
            if matches!(c, '|' | ')') {
                break;
            }
            self.at += 1;
            match c {
                '(' => {
                    self.group_head();
                    let inner = self.alternatives();
                    self.take();
                    end(&mut run, &mut sets);
                    if self.least() > 0 {
                        sets.extend(inner);
                    }
                }
                '[' => {
                    self.class();
                    self.least();
                    end(&mut run, &mut sets);
                }
                '.' | '^' | '$' => {
                    self.least();
                    end(&mut run, &mut sets);
                }
                c => {
                    let literal = if c == '\\' { self.escape() } else { Some(c) };
                    let from = self.at;
                    let least = self.least();
                    let repeated = self.at > from;
                    match literal {
                        Some(c) if least > 0 => {
                            run.push(c);
                            if repeated {
                                end(&mut run, &mut sets);
                            }
                        }
                        _ => end(&mut run, &mut sets),
                    }
                }
            }
        }
        end(&mut run, &mut sets);
        sets
    }

    /// `?:` or flags after an opening bracket.
    fn group_head(&mut self) {
        if self.peek() == Some('?') {
            while self.take().is_some_and(|c| c != ':') {}
        }
    }

    /// The rest of a class, up to its end.
    fn class(&mut self) {
        if self.peek() == Some('^') {
            self.at += 1;
        }
        let first = self.at;
        while let Some(c) = self.take() {
            match c {
                '\\' => self.at += 1,
                ']' if self.at > first + 1 => return,
                _ => {}
            }
        }
    }

    /// The character that an escape stands for, if it is one character.
    fn escape(&mut self) -> Option<char> {
        let c = self.take()?;
        if !c.is_alphanumeric() {
            return Some(c);
        }
        // `\x{…}`, `\p{…}`
        if matches!(c, 'x' | 'p' | 'P' | 'u') && self.peek() == Some('{') {
            while self.take().is_some_and(|c| c != '}') {}
        } else if c == 'x' {
            self.at += 2;
        }
        None
    }

    /// How often at least the thing before must stand, over all quantifiers that follow.
    fn least(&mut self) -> usize {
        let mut least = 1;
        while let Some(c) = self.peek() {
            match c {
                '?' | '*' => least = 0,
                '+' => {}
                '{' => {
                    let mut digits = String::new();
                    self.at += 1;
                    while let Some(c) = self.peek().filter(char::is_ascii_digit) {
                        digits.push(c);
                        self.at += 1;
                    }
                    least = least.min(digits.parse().unwrap_or(0));
                    while self.peek().is_some_and(|c| c != '}') {
                        self.at += 1;
                    }
                }
                _ => break,
            }
            self.at += 1;
        }
        least
    }
}

/// How much a set tells: its shortest text, then how few they are.
fn worth(set: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    let shortest = set.iter().map(String::len).min().unwrap_or(0);
    (shortest, std::cmp::Reverse(set.len()))
}
