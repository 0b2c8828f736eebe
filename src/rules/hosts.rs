//! What kind of host a word leads to.

use super::case::Case;
use super::page::form::HostClass;
use crate::lang::url;
use crate::model::effect::{Connect, EnvAct};
use crate::model::{EffectKind, Origin, Piece, Word};

/// The kind of the host that `word` names.
#[must_use]
pub fn of_word(word: &Word) -> HostClass {
    if let Some(text) = word.as_known() {
        return of_name(text);
    }
    // `$DATA.evil.example`: the end decides whose it is.
    match word.pieces.last() {
        Some(Piece::Known(end)) if end.starts_with('.') && end.len() > 1 => of_name(&end[1..]),
        _ => HostClass::Unknown,
    }
}

/// The kind of the host that a connection goes to. An address that comes from nothing but the agent's own
/// endpoint variable is where the agent goes anyway; a repository that sets that variable is told apart.
#[must_use]
pub fn of_connect(connect: &Connect, case: &Case<'_>) -> HostClass {
    let class = of_word(&connect.host);
    let origins = connect.host.origins();
    let endpoint = |origin: &Origin| match origin {
        Origin::Effect(id) => match case.kind(*id) {
            EffectKind::Env {
                name,
                value: None,
                act: EnvAct::Read,
                ..
            } => (name.as_known()).is_some_and(|name| case.classes.has_variable("endpoint", name)),
            _ => false,
        },
        _ => false,
    };
    if class == HostClass::Unknown && !origins.is_empty() && origins.iter().all(endpoint) {
        return HostClass::Vendor;
    }
    class
}

/// The kind of a host by name or address, in any spelling that a browser takes.
#[must_use]
pub fn of_name(name: &str) -> HostClass {
    if name.trim_end_matches('.').is_empty() {
        return HostClass::Unknown;
    }
    if url::owner(name).is_some_and(|owner| owner.kind == url::OwnerKind::Agent) {
        return HostClass::Vendor;
    }
    match url::reach(name) {
        url::Reach::Loopback => HostClass::Loopback,
        url::Reach::Private | url::Reach::Metadata => HostClass::Private,
        url::Reach::Public => HostClass::Foreign,
    }
}

/// The host that a value names: of a URL, or of `host:port`, or the value itself if it looks like a host.
#[must_use]
pub fn in_value(value: &str) -> Option<String> {
    let value = value.trim();
    if let Ok(url) = ::url::Url::parse(value)
        && let Some(host) = url.host_str()
    {
        return Some(host.to_owned());
    }
    let bare = value.strip_prefix("//").unwrap_or(value);
    let host = bare.split(['/', '?', '#']).next().unwrap_or(bare);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    let looks = host.contains('.') || host == "localhost";
    let fits = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'[' | b']' | b':'));
    (looks && fits && !host.starts_with('.') && !host.starts_with('-')).then(|| host.to_owned())
}

/// The kind of the host that a value names, if it names one.
#[must_use]
pub fn of_value(value: &Word) -> Option<(String, HostClass)> {
    if let Some(text) = value.as_known() {
        let host = in_value(text)?;
        let class = of_name(&host);
        return Some((host, class));
    }
    // A known scheme and host before something unknown: `https://h.example/$X`.
    let prefix = value.known_prefix();
    let rest = prefix.split_once("://").map(|(_, rest)| rest)?;
    let (host, _) = rest.split_once(['/', '?'])?;
    let host = in_value(host)?;
    let class = of_name(&host);
    Some((host, class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendor_is_the_vendor_only() {
        assert_eq!(of_name("api.anthropic.com"), HostClass::Vendor);
        assert_eq!(of_name("API.Anthropic.com."), HostClass::Vendor);
        assert_eq!(of_name("api.anthropic.com.login.example"), HostClass::Foreign);
        assert_eq!(of_name("notanthropic.com"), HostClass::Foreign);
    }

    #[test]
    fn loopback_and_private() {
        assert_eq!(of_name("127.0.0.53"), HostClass::Loopback);
        assert_eq!(of_name("[::1]"), HostClass::Loopback);
        assert_eq!(of_name("localhost"), HostClass::Loopback);
        assert_eq!(of_name("10.0.0.7"), HostClass::Private);
        assert_eq!(of_name("192.0.2.9"), HostClass::Foreign);
    }

    #[test]
    fn hosts_in_values() {
        assert_eq!(
            in_value("https://u:p@h.example:8443/x").as_deref(),
            Some("h.example")
        );
        assert_eq!(in_value("proxy.example:3128").as_deref(), Some("proxy.example"));
        assert_eq!(in_value("./certs/ca.pem"), None);
        assert_eq!(in_value("true"), None);
    }

    #[test]
    fn the_known_end_of_a_name_decides() {
        let mut word = Word::unknown(crate::model::Why::Output);
        word.push_str(".t.example");
        assert_eq!(of_word(&word), HostClass::Foreign);
        assert_eq!(
            of_word(&Word::unknown(crate::model::Why::Output)),
            HostClass::Unknown
        );
    }
}
