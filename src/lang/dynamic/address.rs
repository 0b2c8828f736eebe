//! URLs as words: the parts of an address, known or not.

use crate::model::effect::{Connect, Traffic};
use crate::model::{Piece, Why, Word};

/// The connection that a URL names. A text that is no URL gives a connection to an unknown host with
/// the origins of the text.
#[must_use]
pub fn connect(url: &Word, traffic: Traffic) -> Connect {
    let mut connect = Connect {
        scheme: None,
        host: Word::unknown_from(Why::NotUnderstood, url.origins()),
        port: None,
        path: None,
        userinfo: None,
        traffic,
    };
    let (head, tail) = split_at(url, &["://"]);
    let rest = match tail {
        Some(tail) => {
            connect.scheme = head.as_known().map(str::to_ascii_lowercase);
            tail
        }
        None => {
            // `//host/x` is a URL without scheme; `host:port` and bare words are taken as a host.
            let known = url.known_prefix();
            if known.starts_with("//") {
                strip(url, 2)
            } else if known.starts_with('/') || known.is_empty() {
                return connect;
            } else {
                url.clone()
            }
        }
    };
    let (authority, path) = cut(&rest);
    let (before, after) = split_at(&authority, &["@"]);
    let authority = match after {
        Some(host) => {
            connect.userinfo = Some(before);
            host
        }
        None => authority,
    };
    let (host, port) = split_port(&authority);
    connect.host = host;
    connect.port = port;
    connect.path = path;
    connect
}

/// Host and port of `host:port`; the brackets of an IPv6 address are kept with it.
#[must_use]
pub fn split_port(authority: &Word) -> (Word, Option<u16>) {
    if let Some(Piece::Known(last)) = authority.pieces.last()
        && let Some((front, digits)) = last.rsplit_once(':')
    {
        let inside = front.contains('[') && !front.contains(']');
        let port = digits.parse::<u16>().ok().filter(|_| !inside);
        if port.is_some() || digits.is_empty() {
            let mut host = Word {
                pieces: authority.pieces.clone(),
                from: authority.from.clone(),
            };
            host.pieces.pop();
            host.push_str(front);
            return (host, port);
        }
    }
    (authority.clone(), None)
}

/// The word without its first `count` bytes of known text.
fn strip(word: &Word, count: usize) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for (i, piece) in word.pieces.iter().enumerate() {
        match piece {
            Piece::Known(text) if i == 0 => out.push_str(text.get(count..).unwrap_or("")),
            piece => out.push(piece.clone()),
        }
    }
    out
}

/// Splits at the first of `marks` in known text.
fn split_at(word: &Word, marks: &[&str]) -> (Word, Option<Word>) {
    let mut head = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for (i, piece) in word.pieces.iter().enumerate() {
        if let Piece::Known(text) = piece {
            let found = marks
                .iter()
                .filter_map(|m| text.find(m).map(|at| (at, m.len())))
                .min();
            if let Some((at, width)) = found {
                head.push_str(&text[..at]);
                let mut tail = Word {
                    pieces: vec![],
                    from: word.from.clone(),
                };
                tail.push_str(&text[at + width..]);
                word.pieces.iter().skip(i + 1).for_each(|p| tail.push(p.clone()));
                return (head, Some(tail));
            }
        }
        head.push(piece.clone());
    }
    (head, None)
}

/// Authority, and path with its first character.
fn cut(word: &Word) -> (Word, Option<Word>) {
    let mut head = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for (i, piece) in word.pieces.iter().enumerate() {
        if let Piece::Known(text) = piece
            && let Some(at) = text.find(['/', '?', '#'])
        {
            head.push_str(&text[..at]);
            let mut tail = Word {
                pieces: vec![],
                from: word.from.clone(),
            };
            tail.push_str(&text[at..]);
            word.pieces.iter().skip(i + 1).for_each(|p| tail.push(p.clone()));
            return (head, Some(tail));
        }
        head.push(piece.clone());
    }
    (head, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &Word) -> String {
        let c = connect(url, Traffic::Fetch);
        format!(
            "{} {} {:?} {} {}",
            c.scheme.unwrap_or_default(),
            c.host.display(),
            c.port,
            c.path.map(|p| p.display()).unwrap_or_default(),
            c.userinfo.map(|p| p.display()).unwrap_or_default()
        )
    }

    #[test]
    fn urls_come_apart_also_where_pieces_are_unknown() {
        assert_eq!(
            parts(&"https://u:p@h.example:8443/a?b".into()),
            "https h.example Some(8443) /a?b u:p"
        );
        assert_eq!(parts(&"HTTP://[::1]:80".into()), "http [::1] Some(80)  ");
        let mut word = Word::known("https://");
        word.push(Piece::Unknown(crate::model::Unknown {
            why: Why::Output,
            bound: None,
            from: vec![],
        }));
        word.push_str(".t.example/x");
        assert_eq!(parts(&word), "https ….t.example None /x ");
        assert_eq!(parts(&Word::unknown(Why::Input)), " … None  ");
    }
}
