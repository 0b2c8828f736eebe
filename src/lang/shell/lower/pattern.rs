//! Shell patterns on known texts: `*`, `?`, `[…]` and extended globs, with backslash escapes.

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Char(char),
    Any,
    Star,
    Class {
        not: bool,
        items: Vec<(char, char)>,
    },
    Group {
        kind: char,
        alternatives: Vec<Vec<Token>>,
    },
}

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
    ignore_case: bool,
}

/// Steps one match may take: patterns and texts are hostile.
const STEPS: usize = 20_000;

impl Pattern {
    /// Parses `text`.
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (tokens, _) = parse(&chars, 0, false, 0);
        Self {
            tokens,
            ignore_case: false,
        }
    }

    pub fn ignoring_case(mut self, yes: bool) -> Self {
        self.ignore_case = yes;
        self
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        self.ends(&chars).contains(&chars.len())
    }

    /// Whether the pattern names its first character: what `*` needs to match a leading dot.
    pub fn starts_with(&self, c: char) -> bool {
        self.tokens.first() == Some(&Token::Char(c))
    }

    /// Where matches that start at the beginning of `chars` can end, ascending.
    fn ends(&self, chars: &[char]) -> Vec<usize> {
        let mut steps = 0;
        let mut all = run(&self.tokens, chars, 0, self.ignore_case, &mut steps);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `${x#p}` and `${x##p}`.
    pub fn without_prefix(&self, text: &str, longest: bool) -> String {
        let chars: Vec<char> = text.chars().collect();
        let ends = self.ends(&chars);
        let end = if longest { ends.last() } else { ends.first() };
        end.map_or_else(|| text.to_owned(), |end| chars.iter().skip(*end).collect())
    }

    /// `${x%p}` and `${x%%p}`.
    pub fn without_suffix(&self, text: &str, longest: bool) -> String {
        let chars: Vec<char> = text.chars().collect();
        let starts: Box<dyn Iterator<Item = usize>> = if longest {
            Box::new(0..=chars.len())
        } else {
            Box::new((0..=chars.len()).rev())
        };
        for start in starts.take(STEPS) {
            if self.ends(&chars[start..]).contains(&(chars.len() - start)) {
                return chars[..start].iter().collect();
            }
        }
        text.to_owned()
    }

    /// `${x/p/r}` (first) and `${x//p/r}` (all).
    pub fn replace(&self, text: &str, with: &str, all: bool) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        let mut done = false;
        while at < chars.len() {
            let end = if done {
                None
            } else {
                self.ends(&chars[at..]).last().copied().filter(|len| *len > 0)
            };
            match end {
                Some(len) => {
                    out.push_str(with);
                    at += len;
                    done = !all;
                }
                None => {
                    out.push(chars[at]);
                    at += 1;
                }
            }
        }
        out
    }

    /// `${x/#p/r}` and `${x/%p/r}`.
    pub fn replace_edge(&self, text: &str, with: &str, prefix: bool) -> String {
        if prefix {
            let rest = self.without_prefix(text, true);
            if rest.len() < text.len() {
                return format!("{with}{rest}");
            }
        } else {
            let rest = self.without_suffix(text, true);
            if rest.len() < text.len() {
                return format!("{rest}{with}");
            }
        }
        text.to_owned()
    }
}

/// `text` as a pattern that matches only itself.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '*' | '?' | '[' | ']' | '\\' | '(' | ')' | '|' | '!' | '@' | '+'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether unquoted `text` is a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || (text.contains('[') && text.contains(']'))
}

fn parse(chars: &[char], mut at: usize, in_group: bool, depth: usize) -> (Vec<Token>, usize) {
    let mut tokens = vec![];
    while at < chars.len() {
        let c = chars[at];
        match c {
            '|' | ')' if in_group => break,
            '\\' if at + 1 < chars.len() => {
                tokens.push(Token::Char(chars[at + 1]));
                at += 2;
                continue;
            }
            '?' | '*' | '+' | '@' | '!' if chars.get(at + 1) == Some(&'(') && depth < 16 => {
                let mut alternatives = vec![];
                let mut next = at + 2;
                loop {
                    let (inner, end) = parse(chars, next, true, depth + 1);
                    alternatives.push(inner);
                    next = end + 1;
                    if chars.get(end) != Some(&'|') {
                        break;
                    }
                }
                tokens.push(Token::Group {
                    kind: c,
                    alternatives,
                });
                at = next;
                continue;
            }
            '*' => {
                if tokens.last() != Some(&Token::Star) {
                    tokens.push(Token::Star);
                }
            }
            '?' => tokens.push(Token::Any),
            '[' => {
                if let Some((class, end)) = parse_class(chars, at + 1) {
                    tokens.push(class);
                    at = end;
                    continue;
                }
                tokens.push(Token::Char('['));
            }
            c => tokens.push(Token::Char(c)),
        }
        at += 1;
    }
    (tokens, at)
}

fn parse_class(chars: &[char], mut at: usize) -> Option<(Token, usize)> {
    let not = matches!(chars.get(at), Some('!' | '^'));
    at += usize::from(not);
    let start = at;
    let mut items = vec![];
    loop {
        let c = *chars.get(at)?;
        if c == ']' && at > start {
            return Some((Token::Class { not, items }, at + 1));
        }
        if c == '[' && chars.get(at + 1) == Some(&':') {
            let end = (at + 2..chars.len()).find(|i| chars[*i] == ':' && chars.get(i + 1) == Some(&']'))?;
            let name: String = chars[at + 2..end].iter().collect();
            items.extend(named_class(&name));
            at = end + 2;
            continue;
        }
        let (low, next) = class_char(chars, at)?;
        if chars.get(next) == Some(&'-') && chars.get(next + 1).is_some_and(|c| *c != ']') {
            let (high, end) = class_char(chars, next + 1)?;
            items.push((low, high));
            at = end;
        } else {
            items.push((low, low));
            at = next;
        }
    }
}

fn class_char(chars: &[char], at: usize) -> Option<(char, usize)> {
    match chars.get(at)? {
        '\\' => Some((*chars.get(at + 1)?, at + 2)),
        c => Some((*c, at + 1)),
    }
}

fn named_class(name: &str) -> Vec<(char, char)> {
    match name {
        "alpha" => vec![('a', 'z'), ('A', 'Z')],
        "digit" => vec![('0', '9')],
        "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
        "upper" => vec![('A', 'Z')],
        "lower" => vec![('a', 'z')],
        "space" => vec![(' ', ' '), ('\t', '\r')],
        "blank" => vec![(' ', ' '), ('\t', '\t')],
        "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "xdigit" => vec![('0', '9'), ('a', 'f'), ('A', 'F')],
        "cntrl" => vec![('\0', '\x1f'), ('\x7f', '\x7f')],
        "word" => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        _ => vec![('\0', char::MAX)],
    }
}

/// All ends of matches of `tokens` that start at `at`.
fn run(tokens: &[Token], chars: &[char], at: usize, ignore_case: bool, steps: &mut usize) -> Vec<usize> {
    let mut ends = vec![at];
    for token in tokens {
        let mut next: Vec<usize> = vec![];
        for at in ends {
            *steps += 1;
            if *steps > STEPS {
                return vec![];
            }
            match token {
                Token::Star => {
                    // Positions after the first are covered by the first.
                    next.extend(at..=chars.len());
                    break;
                }
                token => next.extend(single(token, chars, at, ignore_case, steps)),
            }
        }
        next.sort_unstable();
        next.dedup();
        ends = next;
        if ends.is_empty() {
            break;
        }
    }
    ends
}

fn single(token: &Token, chars: &[char], at: usize, ignore_case: bool, steps: &mut usize) -> Vec<usize> {
    let fold = |c: char| {
        if ignore_case {
            c.to_lowercase().next().unwrap_or(c)
        } else {
            c
        }
    };
    match token {
        Token::Char(c) => match chars.get(at) {
            Some(here) if fold(*here) == fold(*c) => vec![at + 1],
            _ => vec![],
        },
        Token::Any => chars.get(at).map(|_| at + 1).into_iter().collect(),
        Token::Star => (at..=chars.len()).collect(),
        Token::Class { not, items } => match chars.get(at) {
            Some(here) => {
                let inside = items.iter().any(|(low, high)| {
                    (*low..=*high).contains(here) || (*low..=*high).contains(&fold(*here))
                });
                if inside != *not { vec![at + 1] } else { vec![] }
            }
            None => vec![],
        },
        Token::Group { kind, alternatives } => {
            let once = |from: usize, steps: &mut usize| -> Vec<usize> {
                alternatives
                    .iter()
                    .flat_map(|inner| run(inner, chars, from, ignore_case, steps))
                    .collect()
            };
            match kind {
                '@' => once(at, steps),
                '?' => {
                    let mut all = once(at, steps);
                    all.push(at);
                    all
                }
                '!' => {
                    let inside = once(at, steps);
                    (at..=chars.len()).filter(|end| !inside.contains(end)).collect()
                }
                kind => {
                    let mut all: Vec<usize> = if *kind == '*' { vec![at] } else { vec![] };
                    let mut edge = vec![at];
                    while let Some(from) = edge.pop() {
                        *steps += 1;
                        if *steps > STEPS {
                            break;
                        }
                        for end in once(from, steps) {
                            if !all.contains(&end) {
                                all.push(end);
                                if end > from {
                                    edge.push(end);
                                }
                            }
                        }
                    }
                    all
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_the_shell() {
        for (pattern, text, expected) in [
            (".e*v", ".env", true),
            (".e??", ".env", true),
            (".e[n]v", ".env", true),
            (".e[!n]v", ".env", false),
            ("@(a|b)c", "bc", true),
            ("!(a)", "b", true),
            ("+(ab)", "abab", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("[[:digit:]]*", "7x", true),
            ("[", "[", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn prefix_suffix_and_replacement() {
        assert_eq!(Pattern::new("*/").without_prefix("a/b/c", true), "c");
        assert_eq!(Pattern::new("*/").without_prefix("a/b/c", false), "b/c");
        assert_eq!(Pattern::new("/*").without_suffix("a/b/c", false), "a/b");
        assert_eq!(Pattern::new("/*").without_suffix("a/b/c", true), "a");
        assert_eq!(Pattern::new("X").replace("XaXb", "", true), "ab");
        assert_eq!(Pattern::new("X").replace("XaXb", "-", false), "-aXb");
    }
}
