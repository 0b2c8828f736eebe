//! A small reader of git's configuration files. It never follows an `include`: it only tells of it.

use crate::model::Span;

/// One `key = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Section, subsection and name joined by dots: section and name in lower case, the subsection as
    /// written (`remote.origin.url`, `filter.x.smudge`).
    pub key: String,
    /// The value, unquoted. `None` for a name without `=`, which git reads as true.
    pub value: Option<String>,
    /// Where the line (with its continuations) lies.
    pub span: Span,
}

/// Settings kept of one file.
const MOST_SETTINGS: usize = 20_000;

/// The settings of a configuration file in order. What does not parse is left out: git refuses such a
/// file as a whole, an attacker gains nothing by it.
#[must_use]
pub fn parse(text: &str) -> Vec<Setting> {
    let mut settings = vec![];
    let mut section = String::new();
    let mut at = text
        .strip_prefix('\u{feff}')
        .map_or(0, |rest| text.len() - rest.len());
    while at < text.len() && settings.len() < MOST_SETTINGS {
        let line = &text[at..];
        let indent = line.len() - line.trim_start().len();
        let rest = &line[indent..];
        let start = at + indent;
        if rest.starts_with(['#', ';']) {
            at = start + line_end(rest);
        } else if rest.starts_with('[') {
            match header(rest) {
                Some((name, len)) => {
                    section = name;
                    at = start + len;
                }
                None => at = start + line_end(rest),
            }
        } else if rest.is_empty() {
            break;
        } else {
            let (name, value, len) = assignment(rest);
            if !name.is_empty() {
                settings.push(Setting {
                    key: format!("{section}.{name}"),
                    value,
                    span: Span::new(start, start + rest[..len].trim_end().len()),
                });
            }
            at = start + len.max(1);
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    settings
}

/// The last value of `key` (git's rule).
#[must_use]
pub fn last<'a>(settings: &'a [Setting], key: &str) -> Option<&'a str> {
    let found = settings.iter().rev().find(|s| s.key == key)?;
    Some(found.value.as_deref().unwrap_or("true"))
}

fn line_end(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |i| i + 1)
}

/// `[section "sub"]` and its length.
fn header(text: &str) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut chars = text.char_indices().skip(1);
    let mut quoted = false;
    while let Some((i, c)) = chars.next() {
        match c {
            '\n' => return None,
            '"' if quoted => quoted = false,
            '"' => {
                quoted = true;
                name = format!("{}.", name.trim_end());
            }
            '\\' if quoted => name.push(chars.next()?.1),
            ']' if !quoted => return Some((name, i + 1)),
            c if quoted => name.push(c),
            c => name.push(c.to_ascii_lowercase()),
        }
    }
    None
}

/// `name = value` up to the end of its last line: name, value and length.
fn assignment(text: &str) -> (String, Option<String>, usize) {
    let name_len = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(text.len());
    let name = text[..name_len].to_ascii_lowercase();
    let rest = text[name_len..].trim_start_matches([' ', '\t']);
    let Some(rest) = rest.strip_prefix('=') else {
        return (name, None, line_end(text));
    };
    let start = text.len() - rest.len();
    let mut value = String::new();
    // Length of the value without the blanks that only an ending line has after it.
    let mut kept = 0;
    let mut quoted = false;
    let mut comment = false;
    let mut chars = rest.char_indices();
    let mut end = text.len();
    while let Some((i, c)) = chars.next() {
        match c {
            '\n' => {
                end = start + i + 1;
                break;
            }
            _ if comment => continue,
            '"' => {
                quoted = !quoted;
                kept = value.len();
                continue;
            }
            '#' | ';' if !quoted => {
                comment = true;
                continue;
            }
            '\\' => match chars.next() {
                Some((_, '\n')) | None => continue,
                Some((_, '\r')) => {
                    chars.next();
                    continue;
                }
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'b')) => value.push('\u{8}'),
                Some((_, other)) => value.push(other),
            },
            c if !quoted && c.is_whitespace() => {
                if !value.is_empty() {
                    value.push(c);
                }
                continue;
            }
            c => value.push(c),
        }
        kept = value.len();
    }
    value.truncate(kept);
    (name, Some(value), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text)
            .into_iter()
            .map(|s| (s.key, s.value.unwrap_or_else(|| "(none)".to_owned())))
            .collect()
    }

    #[test]
    fn sections_subsections_quotes_comments_and_continuations() {
        let text = "[core]\n\tbare = false ; no\n\tFsMonitor = \"./x.sh --a\" \n[Remote \"My.Origin\"] url = ssh://git@host.example/x\n\
                    [alias]\n\tgo = !sh -c \\\n\"echo; hi\" # end\n\tflag\n[a.b]\nc=\n";
        let want = [
            ("core.bare", "false"),
            ("core.fsmonitor", "./x.sh --a"),
            ("remote.My.Origin.url", "ssh://git@host.example/x"),
            ("alias.go", "!sh -c echo; hi"),
            ("alias.flag", "(none)"),
            ("a.b.c", ""),
        ];
        let want: Vec<_> = want
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(pairs(text), want);
    }

    #[test]
    fn a_span_covers_the_line_as_written() {
        let text = "[core]\n  fsmonitor = run me\n";
        let setting = &parse(text)[0];
        assert_eq!(&text[setting.span.start..setting.span.end], "fsmonitor = run me");
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_spans_lie_inside(text in "[\\[\\]a-z\"\\\\= \t\n;#é\u{feff}]{0,80}") {
            for setting in parse(&text) {
                proptest::prop_assert!(text.get(setting.span.start..setting.span.end).is_some());
            }
        }
    }
}
