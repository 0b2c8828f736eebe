//! Texts of Perl, awk, Ruby and PHP: escapes and interpolation.

use super::lex::Tongue;
use super::parse::Parser;
use crate::lang::dynamic::tree::{Expr, Kind};
use crate::lang::javascript::literal;
use crate::model::Span;

/// The expression that a text is.
pub fn expr(parser: &mut Parser<'_>, body: &str, interpolated: bool, at: Span, span: Span) -> Expr {
    if !interpolated {
        let plain = body.replace("\\'", "'").replace("\\\\", "\\");
        return Expr::text(span, &plain);
    }
    let marks: &[char] = match parser.tongue {
        Tongue::Perl => &['$', '@'],
        Tongue::Php => &['$', '{'],
        Tongue::Ruby => &['#'],
        Tongue::Awk => &[],
    };
    let mut parts = vec![];
    let mut start = 0;
    let mut i = 0;
    while let Some(found) = body.get(i..).and_then(|rest| rest.find(marks)) {
        let mark = i + found;
        i = mark + 1;
        if body[..mark].ends_with('\\') {
            continue;
        }
        let Some((code, end)) = inside(parser.tongue, body, mark) else {
            continue;
        };
        constant(body, start, mark, at, &mut parts);
        if let Some(value) = parser.nested(&code, at.start + mark) {
            parts.push(value);
        } else {
            parts.push(Expr::new(span, Kind::Opaque(vec![])));
        }
        start = end;
        i = end;
    }
    constant(body, start, body.len(), at, &mut parts);
    match parts.len() {
        0 => Expr::text(span, ""),
        1 if matches!(parts[0].kind, Kind::Text(..)) => Expr::new(span, parts.remove(0).kind),
        _ => Expr::new(span, Kind::Template(parts)),
    }
}

fn constant(body: &str, from: usize, to: usize, at: Span, parts: &mut Vec<Expr>) {
    if let Some(raw) = body.get(from..to).filter(|raw| !raw.is_empty()) {
        let (text, hidden) = literal::unescape(raw);
        let span = Span::new(at.start + from, at.start + to);
        parts.push(Expr::new(span, Kind::Text(text.into(), hidden)));
    }
}

/// The code interpolated at `mark`, and where it ends.
fn inside(tongue: Tongue, body: &str, mark: usize) -> Option<(String, usize)> {
    let rest = &body[mark..];
    let braced = |open: usize| {
        let mut depth = 0usize;
        for (i, c) in rest[open..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(open + i);
                    }
                }
                _ => {}
            }
        }
        None
    };
    match tongue {
        Tongue::Ruby => {
            rest.strip_prefix("#{")?;
            let end = braced(1)?;
            Some((rest[2..end].to_owned(), mark + end + 1))
        }
        Tongue::Php if rest.starts_with('{') => {
            rest.strip_prefix("{$")?;
            let end = braced(0)?;
            Some((rest[1..end].to_owned(), mark + end + 1))
        }
        _ if rest.starts_with("${") || rest.starts_with("@{") => {
            let end = braced(1)?;
            let inner = rest[2..end].trim();
            let plain = inner.chars().all(|c| c.is_alphanumeric() || c == '_');
            let code = if plain {
                format!("${inner}")
            } else {
                inner.trim_matches(['[', ']', '\\']).to_owned()
            };
            Some((code, mark + end + 1))
        }
        _ => {
            let name = rest[1..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                .count();
            let mut end = 1 + rest[1..]
                .char_indices()
                .nth(name)
                .map_or(rest.len() - 1, |(i, _)| i);
            let bare = rest[1..end].trim_end_matches(':');
            end = 1 + bare.len();
            if bare.is_empty() || rest.starts_with('@') && tongue == Tongue::Php {
                return None;
            }
            // Subscripts: `$x->{k}`, `$h{k}`, `$a[0]`, `$o->p`.
            loop {
                let tail = &rest[end..];
                let arrow = tail.starts_with("->");
                let sub = tail.strip_prefix("->").unwrap_or(tail);
                let skip = tail.len() - sub.len();
                let close = match sub.chars().next() {
                    Some('[') if !sub.starts_with("[ ") => ']',
                    Some('{') if tongue == Tongue::Perl => '}',
                    Some(c) if arrow && tongue == Tongue::Php && c.is_alphabetic() => {
                        let len = sub
                            .chars()
                            .take_while(|c| c.is_alphanumeric() || *c == '_')
                            .map(char::len_utf8)
                            .sum::<usize>();
                        end += skip + len;
                        continue;
                    }
                    _ => break,
                };
                let Some(at) = sub.find(close) else { break };
                end += skip + at + 1;
            }
            Some((rest[..end].to_owned(), mark + end))
        }
    }
}
