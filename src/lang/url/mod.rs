//! Hosts as a browser reads them, and whose they are.
//!
//! `0x7f.1`, `2130706433` and `[::ffff:127.0.0.1]` are all the loopback; `%65xample.org` is
//! `example.org`. Nobody should compare hosts before [`normal_host`] has seen them.

mod owners;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};

use url::Host;

pub use owners::{Owner, OwnerKind, owner};

/// What a host can be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// This machine.
    Loopback,
    /// The service that hands cloud credentials to whoever asks from inside.
    Metadata,
    /// A private network, or a name without a dot.
    Private,
    /// The internet.
    Public,
}

/// The host as a browser would connect to it: lower case, percent and number forms resolved, names in
/// their ASCII form, without the dot at the end. `None` if no browser would take it.
#[must_use]
pub fn normal_host(host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.');
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if bare.contains(':') {
        // A zone id says which interface, not which machine.
        let address = bare.split('%').next()?;
        return address.parse().ok().map(|ip| shown(IpAddr::V6(ip)));
    }
    let normal = match Host::parse(host).ok()? {
        // Dots that other letters stand for are seen as such only now; without them it may be a number.
        Host::Domain(name) => match Host::parse(name.trim_end_matches('.')) {
            Ok(Host::Ipv4(ip)) => shown(ip.into()),
            _ => name.trim_end_matches('.').to_owned(),
        },
        Host::Ipv4(ip) => shown(ip.into()),
        Host::Ipv6(ip) => shown(ip.into()),
    };
    (!normal.is_empty()).then_some(normal)
}

fn shown(ip: IpAddr) -> String {
    ip.to_canonical().to_string()
}

/// From where `host` can be reached. Takes any spelling.
#[must_use]
pub fn reach(host: &str) -> Reach {
    let Some(host) = normal_host(host) else {
        return Reach::Public;
    };
    if let Ok(ip) = host.parse::<IpAddr>() {
        return of_address(ip);
    }
    let below = |end: &str| {
        host.strip_suffix(end)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if below("localhost") || matches!(host.as_str(), "ip6-localhost" | "host.docker.internal") {
        Reach::Loopback
    } else if matches!(
        host.as_str(),
        "metadata.google.internal" | "metadata" | "instance-data"
    ) {
        Reach::Metadata
    } else if !host.contains('.')
        || ["local", "internal", "lan", "home.arpa", "localdomain"]
            .iter()
            .any(|end| below(end))
    {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn of_address(ip: IpAddr) -> Reach {
    const METADATA: [Ipv4Addr; 3] = [
        Ipv4Addr::new(169, 254, 169, 254),
        Ipv4Addr::new(169, 254, 170, 2),
        Ipv4Addr::new(100, 100, 100, 200),
    ];
    match ip {
        IpAddr::V4(ip) if METADATA.contains(&ip) => Reach::Metadata,
        IpAddr::V4(ip) if ip.is_loopback() || ip.octets()[0] == 0 => Reach::Loopback,
        // 100.64.0.0/10: shared by a provider's customers.
        IpAddr::V4(ip)
            if ip.is_private()
                || ip.is_link_local()
                || (ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64) =>
        {
            Reach::Private
        }
        IpAddr::V6(ip) if ip.is_loopback() || ip.is_unspecified() => Reach::Loopback,
        IpAddr::V6(ip) if ip.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Reach::Metadata,
        IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => Reach::Private,
        _ => Reach::Public,
    }
}
