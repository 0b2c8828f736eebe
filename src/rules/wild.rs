//! Patterns without compiling: rules hold some hundred of them and most are tried once or never.
//! Paths follow the one glob dialect (`*` and `?` stay inside a part, `**` crosses parts).

use super::page::list::Text;

/// Whether `pattern` matches the whole of `text`; `*` is any run of characters, `?` one, `\*` a star.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    run(pattern.as_bytes(), text.as_bytes(), false)
}

/// Whether the path pattern matches the whole of `path`.
#[must_use]
pub fn path(pattern: &str, path: &str) -> bool {
    run(pattern.as_bytes(), path.as_bytes(), true)
}

/// Whether `text` meets the test; an empty test is met.
#[must_use]
pub fn test(test: &Text, text: &str) -> bool {
    test_by(test, |pattern| matches(pattern, text))
}

/// Whether the test is met, `matches` saying whether one pattern is.
pub fn test_by(test: &Text, matches: impl Fn(&str) -> bool) -> bool {
    let mut positive = test.0.iter().filter(|p| !p.starts_with('!')).peekable();
    let wanted = positive.peek().is_none() || positive.any(|p| matches(p));
    wanted && !test.0.iter().filter_map(|p| p.strip_prefix('!')).any(matches)
}

/// Matching with one way back for `*` and one for `**`: time is at most the product of the lengths
/// for each kind of star.
fn run(pattern: &[u8], text: &[u8], parts: bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    let mut wide: Option<(usize, usize)> = None;
    loop {
        if p < pattern.len() && pattern[p] == b'*' {
            if parts && pattern.get(p + 1) == Some(&b'*') {
                p += 2;
                // `**/x` matches `x` too.
                if pattern.get(p) == Some(&b'/') && (t == 0 || text[t - 1] == b'/') {
                    wide = Some((p, t));
                    p += 1;
                } else {
                    wide = Some((p, t));
                }
                star = None;
            } else {
                p += 1;
                star = Some((p, t));
            }
            continue;
        }
        // `\*` is a star.
        let literal = pattern.get(p) == Some(&b'\\') && p + 1 < pattern.len();
        if t == text.len() {
            if p == pattern.len() {
                return true;
            }
        } else if literal && pattern[p + 1] == text[t] {
            p += 2;
            t += 1;
            continue;
        } else if !literal
            && p < pattern.len()
            && (pattern[p] == text[t] || pattern[p] == b'?' && !(parts && text[t] == b'/'))
        {
            p += 1;
            t += 1;
            continue;
        }
        match (star, wide) {
            (Some((back, from)), _) if from < text.len() && !(parts && text[from] == b'/') => {
                star = Some((back, from + 1));
                (p, t) = (back, from + 1);
            }
            (_, Some((back, from))) if from < text.len() => {
                star = None;
                wide = Some((back, from + 1));
                (p, t) = (back, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_patterns() {
        assert!(matches("*_TOKEN", "GH_TOKEN"));
        assert!(!matches("*_TOKEN", "TOKENS"));
        assert!(matches("*a*b*", "xxaxxbxx"));
        assert!(matches("", ""));
        assert!(matches("a?c", "abc"));
        assert!(!matches("a?c", "ac"));
        assert!(matches("*", ""));
        assert!(!matches("a*aab", "aaaa"));
        assert!(matches("Edit(\\*)", "Edit(*)") && !matches("Edit(\\*)", "Edit(x)"));
    }

    #[test]
    fn path_patterns() {
        assert!(path("~/.ssh/*", "~/.ssh/id_ed25519"));
        assert!(!path("~/.ssh/*", "~/.ssh/a/b"));
        assert!(path("~/.ssh/**", "~/.ssh/a/b"));
        assert!(path("**/.git/hooks/*", ".git/hooks/pre-commit"));
        assert!(path("**/.git/hooks/*", "a/b/.git/hooks/pre-commit"));
        assert!(!path("**/.git/hooks/*", "a/x.git/hooks/pre-commit"));
        assert!(path("a/**/z", "a/b/c/z"));
        assert!(path("a/**/z", "a/z"));
    }

    #[test]
    fn tests_with_negatives() {
        let only_not = Text(vec!["!main".into()]);
        assert!(test(&only_not, "x"));
        assert!(!test(&only_not, "main"));
        let both = Text(vec!["m*".into(), "!main".into()]);
        assert!(test(&both, "mine"));
        assert!(!test(&both, "main"));
        assert!(!test(&both, "x"));
        assert!(test(&Text::default(), "anything"));
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = "*a".repeat(200);
        let text = "a".repeat(150) + "b" + &"a".repeat(10_000);
        let _ = matches(&pattern, &text);
        let pattern = "**/a*".repeat(50);
        let text = "a/".repeat(5_000);
        let _ = path(&pattern, &text);
    }
}
