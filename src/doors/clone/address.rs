//! The name of the folder that git makes for an address (git's `dir.c`, `git_url_basename`).

/// The folder's name; `None` where there is none to be made.
pub(super) fn folder(address: &str, bare: bool) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    // Who logs in is no part of it.
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let text = format!("{host}{path}");
    let blank = |c: char| c == '/' || c.is_whitespace();
    let mut text = text.trim_end_matches(blank);
    if let Some(before) = text.strip_suffix("/.git") {
        text = before.trim_end_matches('/');
    }
    // A lone host: its port is no name.
    if !text.contains('/')
        && let Some((host, port)) = text.rsplit_once(':')
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        text = host;
    }
    let name = text.rsplit(['/', ':']).next().unwrap_or("");
    let name = name
        .strip_suffix(".git")
        .or_else(|| name.strip_suffix(".bundle"))
        .unwrap_or(name);
    // A name of blanks and control characters would hide what it is.
    let words: Vec<&str> = name
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join(" ");
    if matches!(name.as_str(), "" | "." | "..") {
        return None;
    }
    Some(if bare { format!("{name}.git") } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_git_names_them() {
        for (address, name) in [
            ("https://host.example/a/web.git", Some("web")),
            ("https://user:word@host.example/a/web.git/", Some("web")),
            ("git@host.example:a/web.git", Some("web")),
            ("host.example:web", Some("web")),
            ("ssh://git@host.example:2222/web/.git", Some("web")),
            ("https://host.example:8080", Some("host.example")),
            ("/srv/git/web.bundle", Some("web")),
            ("../web", Some("web")),
            ("https://host.example/a b\u{7}c", Some("a b c")),
            ("https://", None),
            ("..", None),
        ] {
            assert_eq!(folder(address, false).as_deref(), name, "{address}");
        }
        assert_eq!(folder("u/x.git", true).as_deref(), Some("x.git"));
    }
}
