//! Origins that a person or an organisation trusts: what stands on their default branch is approved.
//!
//! The list comes from the person's or the organisation's configuration, and what stands there is judged
//! from a fetch of our own: the refs, remotes and objects of a clone say nothing.

use std::path::Path;

use serde::Deserialize;

use super::Identity;

/// The origins trusted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origins {
    #[serde(default)]
    origin: Vec<Origin>,
}

/// One line of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    /// The address of one repository.
    url: Option<String>,
    /// Every repository below this address.
    below: Option<String>,
    /// The branch; else what the remote's HEAD names.
    branch: Option<String>,
}

/// Where to look what is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The address, as the configuration has it.
    pub url: String,
    /// The branch; else what the remote's HEAD names.
    pub branch: Option<String>,
}

impl Origins {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it is not of this form, or a line names no address, or two.
    pub fn parse(text: &str) -> Result<Self, String> {
        let origins: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        for (number, one) in origins.origin.iter().enumerate() {
            let address = match (&one.url, &one.below) {
                (Some(address), None) | (None, Some(address)) => address,
                _ => return Err(format!("origin {}: give either `url` or `below`", number + 1)),
            };
            if address.starts_with('-') || address.contains("::") {
                return Err(format!("origin {}: `{address}` is no address", number + 1));
            }
            if one
                .branch
                .as_ref()
                .is_some_and(|branch| branch.starts_with('-') || branch.contains([':', ' ', '*']))
            {
                return Err(format!("origin {}: `branch` is no name of a branch", number + 1));
            }
        }
        Ok(origins)
    }

    /// Adds those of another file.
    pub fn add(&mut self, other: Self) {
        self.origin.extend(other.origin);
    }

    /// Where to look for the repository, if it is trusted.
    #[must_use]
    pub fn source(&self, repository: &Identity) -> Option<Source> {
        self.origin.iter().find_map(|one| one.source(repository))
    }
}

impl Origin {
    fn source(&self, repository: &Identity) -> Option<Source> {
        let nowhere = Path::new("/");
        let url = match (&self.url, &self.below) {
            (Some(url), _) => (Identity::new(Some(url), nowhere) == *repository).then(|| url.clone())?,
            (_, Some(below)) => {
                let folder = Identity::new(Some(below), nowhere);
                let rest = repository
                    .as_str()
                    .strip_prefix(folder.as_str())?
                    .strip_prefix('/')?;
                // Names come from a clone: one that is more than names is no repository below.
                let plain = rest
                    .split('/')
                    .all(|part| !part.is_empty() && !part.starts_with(['.', '-']));
                plain.then(|| format!("{}/{rest}.git", below.trim_end_matches('/')))?
            }
            _ => return None,
        };
        Some(Source {
            url,
            branch: self.branch.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str, origin: &str) -> Option<String> {
        let origins = Origins::parse(text).expect("a configuration");
        let identity = Identity::new(Some(origin), Path::new("/home/me/shop"));
        origins.source(&identity).map(|source| source.url)
    }

    #[test]
    fn the_address_is_the_configurations_never_the_clones() {
        let one = "[[origin]]\nurl = \"https://git.example/team/shop.git\"\n";
        assert_eq!(
            source(one, "git@git.example:team/shop").as_deref(),
            Some("https://git.example/team/shop.git")
        );
        assert_eq!(source(one, "https://git.example/team/other"), None);
        let below = "[[origin]]\nbelow = \"https://git.example/team/\"\n";
        assert_eq!(
            source(below, "ssh://me@git.example/team/a/shop").as_deref(),
            Some("https://git.example/team/a/shop.git")
        );
        for other in [
            "https://git.example/teams/shop",
            "https://evil.example/git.example/team/shop",
            "https://git.example/team/../x",
        ] {
            assert_eq!(source(below, other), None, "{other}");
        }
    }

    #[test]
    fn a_configuration_that_is_not_plain_is_an_error() {
        for text in [
            "[[origin]]\n",
            "[[origin]]\nurl = \"https://a.example/x\"\nbelow = \"https://a.example/\"\n",
            "[[origin]]\nurl = \"ext::sh -c x\"\n",
            "[[origin]]\nurl = \"--upload-pack=x\"\n",
            "[[origin]]\nurl = \"https://a.example/x\"\nbranch = \"-x\"\n",
            "[[origins]]\nurl = \"https://a.example/x\"\n",
        ] {
            assert!(Origins::parse(text).is_err(), "{text}");
        }
    }
}
