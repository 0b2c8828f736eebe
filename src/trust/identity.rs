//! [`Identity`]: which repository it is, so that clones, worktrees and moved folders share an approval.

use std::path::Path;

use crate::model::digest::{Digest, Domain};
use crate::repo::Opened;

/// A repository: its normalised origin, else the real path of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(String);

impl Identity {
    /// The repository that was opened.
    #[must_use]
    pub fn of(opened: &Opened) -> Self {
        let origin = opened.git().and_then(|git| git.origin.as_deref());
        Self::new(origin, opened.root())
    }

    /// The repository with this origin, as git's configuration has it, in the folder `root` (its real path).
    #[must_use]
    pub fn new(origin: Option<&str>, root: &Path) -> Self {
        let named = origin.map(str::trim).filter(|origin| !origin.is_empty());
        Self(match named {
            Some(origin) => normalise(origin, root),
            None => format!("path:{}", root.display()),
        })
    }

    /// The repository with this name, as [`Identity::as_str`] gave it.
    #[must_use]
    pub fn named(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// `host/owner/name`, `path:/…`. Text from a repository's configuration: escape when showing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name for files: 40 hexadecimal digits.
    #[must_use]
    pub fn key(&self) -> String {
        let digits = Digest::of(Domain::Identity, [self.0.as_bytes()]).hex();
        digits.chars().take(40).collect()
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One form for the spellings of an address: no protocol, no user, no password, the host in lower case,
/// no default port, no `.git`, no empty parts. A path stays a path, seen from `root`.
fn normalise(origin: &str, root: &Path) -> String {
    // `ext::sh -c …`: a program, no address.
    if origin.contains("::") && !origin.contains("://") {
        return format!("other:{origin}");
    }
    let (scheme, rest) = match origin.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => match origin.split_once(':') {
            // `user@host:path`, but neither `C:\x` nor `./a:b`.
            Some((host, path)) if host.len() > 1 && !host.contains(['/', '\\']) => {
                return address(host, "", path);
            }
            _ => return folder(origin, root),
        },
    };
    if scheme == "file" {
        return folder(rest.trim_start_matches("localhost"), root);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (host, port),
        _ => (authority, ""),
    };
    let default = match &*scheme {
        "https" => "443",
        "http" => "80",
        "git" => "9418",
        _ => "22",
    };
    address(host, if port == default { "" } else { port }, path)
}

fn address(host: &str, port: &str, path: &str) -> String {
    let host = host.rsplit('@').next().unwrap_or(host).trim_end_matches('.');
    let mut out = host.to_ascii_lowercase();
    if !port.is_empty() {
        out.push(':');
        out.push_str(port);
    }
    for part in named(path) {
        out.push('/');
        out.push_str(part);
    }
    out
}

/// The parts of a path to a repository, without the ending that git adds by itself.
fn named(path: &str) -> Vec<&str> {
    let path = path.trim_end_matches('/');
    let path = path
        .strip_suffix(".git")
        .filter(|p| !p.ends_with('/'))
        .unwrap_or(path);
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect()
}

fn folder(path: &str, root: &Path) -> String {
    let mut parts: Vec<String> = vec![];
    let whole = root.join(path).display().to_string().replace('\\', "/");
    for part in named(&whole) {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part.to_owned());
        }
    }
    format!("path:/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(origin: &str) -> String {
        Identity::new(Some(origin), Path::new("/home/me/shop")).0
    }

    #[test]
    fn spellings_of_one_address_are_one_repository() {
        for origin in [
            "https://git.example/acme/shop.git",
            "https://git.example/acme/shop/",
            "https://user:word@Git.Example:443//acme/shop.git",
            "ssh://git@git.example:22/acme/shop",
            "git@git.example:acme/shop.git",
            "git.example:/acme/shop",
            "git://git.example/acme/shop.git",
        ] {
            assert_eq!(of(origin), "git.example/acme/shop", "{origin}");
        }
    }

    #[test]
    fn other_addresses_are_others() {
        let all = [
            "https://git.example/acme/shop",
            "https://git.example:8443/acme/shop",
            "https://git.example.evil.example/acme/shop",
            "https://git.example/acme/Shop",
            "https://git.example/acme/shop/x",
            "/srv/git.example/acme/shop",
            "ext::sh -c git.example/acme/shop",
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(of(a), of(b));
            }
        }
    }

    #[test]
    fn paths_are_seen_from_the_folder() {
        assert_eq!(of("../bare.git"), "path:/home/me/bare");
        assert_eq!(of("file:///home/me/bare.git"), "path:/home/me/bare");
        assert_eq!(Identity::new(None, Path::new("/a/b")).0, "path:/a/b");
        assert_eq!(of("  "), "path:/home/me/shop");
    }
}
