//! The one glob dialect of rules, policy and plug-ins.
//!
//! `*` and `?` stay inside a path part, `**` crosses parts, `{a,b}` and `[…]` as usual. A pattern
//! without `/` matches the base name at any depth; one with `/` is anchored at the root.

use globset::{GlobBuilder, GlobMatcher};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    matcher: GlobMatcher,
    base_name: bool,
}

impl Glob {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// The pattern is not a valid glob.
    pub fn new(pattern: &str) -> Result<Self, globset::Error> {
        let base_name = !pattern.contains('/');
        let text = pattern.strip_prefix('/').unwrap_or(pattern);
        let matcher = GlobBuilder::new(text)
            .literal_separator(true)
            .backslash_escape(true)
            .build()?
            .compile_matcher();
        Ok(Self { matcher, base_name })
    }

    /// Whether `path` (relative, `/`-separated) matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.base_name {
            self.matcher.is_match(path.rsplit('/').next().unwrap_or(path))
        } else {
            self.matcher.is_match(path.strip_prefix('/').unwrap_or(path))
        }
    }
}
