//! [`Pattern`]: which paths a surface wants.

/// A path pattern. Parts are compared in lower case, as a file system without case would; `*` stays
/// inside a part, `**` stands for any number of folders. Without a leading `/` it matches below any
/// folder, which is then the root of the (nested) project.
#[derive(Debug)]
pub(super) struct Pattern {
    anchored: bool,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Literal(&'static str),
    Glob(&'static str),
    Folders,
}

impl Pattern {
    /// `text` is in lower case.
    pub fn new(text: &'static str) -> Self {
        let parts = text.split('/').filter(|p| !p.is_empty()).map(|part| match part {
            "**" => Part::Folders,
            part if part.contains('*') => Part::Glob(part),
            part => Part::Literal(part),
        });
        Self {
            anchored: text.starts_with('/'),
            parts: parts.collect(),
        }
    }

    /// The last part, if it is no glob: what a listing can be looked up by.
    pub fn literal_name(&self) -> Option<&'static str> {
        match self.parts.last() {
            Some(Part::Literal(name)) => Some(name),
            _ => None,
        }
    }

    /// The folder names that a match must hold.
    pub fn folders(&self) -> impl Iterator<Item = &'static str> {
        let last = self.parts.len().saturating_sub(1);
        self.parts.iter().take(last).filter_map(|part| match part {
            Part::Literal(name) => Some(*name),
            _ => None,
        })
    }

    /// The number of parts of `path` (in lower case) that come before the match: the root of the project.
    pub fn root_of(&self, path: &[&str]) -> Option<usize> {
        let starts = if self.anchored { 0..1 } else { 0..path.len() };
        starts
            .into_iter()
            .find(|start| path.get(*start..).is_some_and(|rest| matches(&self.parts, rest)))
    }
}

/// Patterns hold one `**` at most, so this walks `path` twice at most.
fn matches(pattern: &[Part], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((Part::Folders, rest)), _) => {
            (0..path.len()).any(|skip| path.get(skip..).is_some_and(|left| matches(rest, left)))
        }
        (Some((part, rest)), Some((name, left))) => {
            let fits = match part {
                Part::Literal(text) => text == name,
                Part::Glob(glob) => star(glob, name),
                Part::Folders => false,
            };
            fits && matches(rest, left)
        }
        _ => false,
    }
}

/// Whether `name` matches `glob`, whose only special character is `*`.
pub(super) fn star(glob: &str, name: &str) -> bool {
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last.replace(piece) {
            let Some(at) = rest.find(piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
    }
    last.map_or(rest.is_empty(), |end| rest.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_of(pattern: &'static str, path: &str) -> Option<usize> {
        let parts: Vec<&str> = path.split('/').collect();
        Pattern::new(pattern).root_of(&parts)
    }

    #[test]
    fn a_match_says_which_folder_is_the_project() {
        assert_eq!(root_of(".mcp.json", ".mcp.json"), Some(0));
        assert_eq!(root_of(".mcp.json", "packages/web/.mcp.json"), Some(2));
        assert_eq!(root_of("/.mcp.json", "packages/web/.mcp.json"), None);
        assert_eq!(root_of(".claude/settings.json", "settings.json"), None);
        assert_eq!(
            root_of(".claude/agents/**/*.md", "a/.claude/agents/b/c.md"),
            Some(1)
        );
        assert_eq!(root_of(".claude/agents/**/*.md", ".claude/agents/c.md"), Some(0));
        assert_eq!(
            root_of(".claude/skills/*/skill.md", ".claude/skills/x/y/skill.md"),
            None
        );
    }

    #[test]
    fn stars_match_inside_a_part() {
        assert!(star("*.md", "a.md") && star("a*b*c", "a-b-b-c") && star("*", ""));
        assert!(!star("*.md", "md") && !star("a*a", "a"));
    }
}
