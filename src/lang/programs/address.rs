//! URLs, hosts and remote paths in words.

use super::words::Flat;
use crate::model::effect::{Connect, Traffic};
use crate::model::{Why, Word};

/// The connection that a URL names; without a scheme, `default` is taken. `None`: it names no other machine.
pub fn url(word: &Word, default: &str, traffic: Traffic) -> Option<Connect> {
    let flat = Flat::new(word);
    let text = flat.text.trim();
    let (scheme, rest) = match with_scheme(text) {
        Some(both) => both,
        None => (Some(default.to_owned()), text.strip_prefix("//").unwrap_or(text)),
    };
    if matches!(scheme.as_deref(), Some("file" | "data" | "javascript" | "about")) {
        return None;
    }
    Some(connect(&flat, scheme, rest, traffic))
}

/// The connection that a program's text names as an address. What is no address gives a connection to an
/// unknown host with the origins of the text.
#[must_use]
pub fn named(word: &Word, traffic: Traffic) -> Connect {
    let flat = Flat::new(word);
    let text = flat.text.trim();
    let known = !word.known_prefix().is_empty() && !text.is_empty();
    let parts = match with_scheme(text) {
        Some(both) => Some(both),
        // `//host/x` is a URL without scheme; `host:port` and bare words are taken as a host.
        None => match text.strip_prefix("//") {
            Some(rest) => Some((None, rest)),
            None => (known && !text.starts_with('/')).then_some((None, text)),
        },
    };
    match parts {
        Some((scheme, rest)) => connect(&flat, scheme, rest, traffic),
        None => Connect {
            scheme: None,
            host: Word::unknown_from(Why::NotUnderstood, word.origins()),
            port: None,
            path: None,
            userinfo: None,
            traffic,
        },
    }
}

/// Host and port of `host:port`.
#[must_use]
pub fn split_port(word: &Word) -> (Word, Option<u16>) {
    let flat = Flat::new(word);
    let (host, port) = host_and_port(&flat.text);
    (flat.word(host), port)
}

/// Scheme (`None`: decided at run time) and the rest of `scheme://rest`.
fn with_scheme(text: &str) -> Option<(Option<String>, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    if is_scheme(scheme) {
        return Some((Some(scheme.to_ascii_lowercase()), rest));
    }
    let open = !scheme.is_empty() && scheme.chars().all(Flat::is_open);
    open.then_some((None, rest))
}

/// What stands behind `scheme://`: authority, then path, query or fragment.
fn connect(flat: &Flat, scheme: Option<String>, rest: &str, traffic: Traffic) -> Connect {
    // A browser ends the authority at a backslash too.
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (userinfo, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    let (host, port) = host_and_port(place);
    Connect {
        scheme,
        host: flat.word(host),
        port,
        path: (!path.is_empty()).then(|| flat.word(path)),
        userinfo: userinfo.map(|user| flat.word(user)),
        traffic,
    }
}

/// The path of a `file:` URL.
pub(super) fn file_url(word: &Word) -> Option<Word> {
    let flat = Flat::new(word);
    let rest = flat.text.strip_prefix("file://")?;
    Some(flat.word(rest.strip_prefix("localhost").unwrap_or(rest)))
}

/// `user@host:port`, `host`, `[::1]:22`.
pub(super) fn host(word: &Word, scheme: &str, traffic: Traffic) -> Connect {
    let flat = Flat::new(word);
    if let Some(connect) = flat
        .text
        .contains("://")
        .then(|| url(word, scheme, traffic))
        .flatten()
    {
        return connect;
    }
    let (user, place) = match flat.text.rsplit_once('@') {
        Some((user, place)) => (Some(flat.word(user)), place),
        None => (None, flat.text.as_str()),
    };
    let (host, port) = host_and_port(place);
    Connect {
        scheme: Some(scheme.to_owned()),
        host: flat.word(host),
        port,
        path: None,
        userinfo: user,
        traffic,
    }
}

/// `host:path` or `user@host:path` of scp, rsync and git, or a URL; `None`: a local path.
pub(super) fn remote(word: &Word, scheme: &str, traffic: Traffic) -> Option<Connect> {
    let flat = Flat::new(word);
    if flat.text.split_once("://").is_some_and(|(s, _)| is_scheme(s)) {
        return url(word, scheme, traffic);
    }
    let (place, path) = flat.text.split_once(':')?;
    if place.is_empty() || place.contains('/') {
        return None;
    }
    let mut connect = host(&flat.word(place), scheme, traffic);
    connect.path = Some(flat.word(path.trim_start_matches(':')));
    Some(connect)
}

/// Whether the word is spelled as a URL.
pub fn is_url(word: &Word) -> bool {
    word.known_prefix()
        .split_once("://")
        .is_some_and(|(scheme, _)| is_scheme(scheme))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn host_and_port(text: &str) -> (&str, Option<u16>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return (host, rest.strip_prefix(':').and_then(|p| p.parse().ok()));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, port.parse().ok())
        }
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, Option<u16>) {
        let connect = url(&Word::known(text), "http", Traffic::Fetch).expect("a connection");
        (
            connect.scheme.unwrap_or_default(),
            connect.host.display(),
            connect.port,
        )
    }

    #[test]
    fn the_host_is_what_a_client_takes_for_it() {
        let of = |text: &str| parts(text).1;
        assert_eq!(of("https://good.example@bad.example/x"), "bad.example");
        assert_eq!(of("https://bad.example#@good.example"), "bad.example");
        assert_eq!(of("https://bad.example\\@good.example"), "bad.example");
        assert_eq!(
            parts("http://[2001:db8::7]:3000/"),
            ("http".into(), "2001:db8::7".into(), Some(3000))
        );
        assert_eq!(
            parts("cdn.example:8080/x"),
            ("http".into(), "cdn.example".into(), Some(8080))
        );
    }

    #[test]
    fn addresses_come_apart_also_where_pieces_are_unknown() {
        let parts = |word: &Word| {
            let c = named(word, Traffic::Fetch);
            format!(
                "{} {} {:?} {} {}",
                c.scheme.unwrap_or_default(),
                c.host.display(),
                c.port,
                c.path.map(|p| p.display()).unwrap_or_default(),
                c.userinfo.map(|p| p.display()).unwrap_or_default()
            )
        };
        assert_eq!(
            parts(&"https://u:p@h.example:8443/a?b".into()),
            "https h.example Some(8443) /a?b u:p"
        );
        assert_eq!(
            parts(&"https://a@b@h.example\\@x".into()),
            "https h.example None \\@x a@b"
        );
        assert_eq!(parts(&"HTTP://[::1]:80".into()), "http ::1 Some(80)  ");
        let open = || Word::unknown(Why::Output);
        let joined = |parts: &[Word]| {
            let mut out = Word::default();
            parts.iter().for_each(|part| out.append(part));
            out
        };
        let name = joined(&["https://".into(), open(), ".t.example/x".into()]);
        assert_eq!(parts(&name), "https ….t.example None /x ");
        let scheme = joined(&[open(), "://t.example/x".into()]);
        assert_eq!(parts(&scheme), " t.example None /x ");
        // The host is in what is not known, whatever its query names.
        let base = joined(&[open(), "/go?to=https://t.example".into()]);
        assert_eq!(parts(&base), " … None  ");
        assert_eq!(parts(&open()), " … None  ");
    }

    #[test]
    fn remote_paths_and_local_ones() {
        let of = |text: &str| remote(&Word::known(text), "ssh", Traffic::Both).map(|c| c.host.display());
        assert_eq!(of("git@code.example:x/y.git").as_deref(), Some("code.example"));
        assert_eq!(of("./a:b"), None);
        assert_eq!(of("docs/x"), None);
        assert_eq!(of("rsync://mirror.example/x").as_deref(), Some("mirror.example"));
    }
}
