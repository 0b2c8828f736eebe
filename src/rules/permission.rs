//! Permission rules of the agent (`Bash(git diff:*)`), as far as rules look into them.

use super::matching::Subject;
use crate::model::EffectKind;

/// A permission rule, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The tool (`Bash`).
    pub tool: &'a str,
    /// What stands in the parentheses, if there are any.
    pub content: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// Reads `text`. `Bash:*` and other odd spellings count as the tool without limit.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let text = text.trim();
        match text.split_once('(') {
            Some((tool, rest)) => Self {
                tool: tool.trim(),
                content: Some(rest.strip_suffix(')').unwrap_or(rest).trim()),
            },
            None => Self {
                tool: text.split(':').next().unwrap_or(text).trim(),
                content: None,
            },
        }
    }

    /// Whether it names a shell tool.
    #[must_use]
    pub fn is_shell(&self) -> bool {
        matches!(self.tool, "Bash" | "PowerShell" | "Shell" | "Monitor")
    }

    /// Whether it sets no limit: no parentheses, or only stars in them.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.content.is_none_or(|c| {
            c.replace("\\*", "*")
                .chars()
                .all(|c| matches!(c, '*' | ':' | ' '))
        })
    }

    /// The fixed words at the start, if what follows them is free; `None` if the rule is one exact command.
    #[must_use]
    pub fn prefix(&self) -> Option<Vec<&'a str>> {
        let content = self.content?;
        let star = content.find('*')?;
        Some(content[..star].trim_end_matches(':').split_whitespace().collect())
    }
}

/// The permission rules that the matched setting adds: one, or a list as front matter has it.
#[must_use]
pub fn of<'a>(subject: &Subject<'a>) -> Vec<Rule<'a>> {
    match subject.effect.map(|id| subject.case.kind(id)) {
        Some(EffectKind::Setting { value, .. }) => value.as_known().map(list).unwrap_or_default(),
        _ => vec![],
    }
}

/// The rules of a list, separated by commas (or blanks) outside of parentheses.
fn list(text: &str) -> Vec<Rule<'_>> {
    let (mut depth, mut start, mut rules) = (0_usize, 0, vec![]);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                rules.push(Rule::parse(&text[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    rules.push(Rule::parse(&text[start..]));
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlimited_in_every_spelling() {
        for text in [
            "Bash",
            "Bash(*)",
            "Bash:*",
            "Bash(**)",
            "Bash(:*)",
            "Bash(\\*\\*)",
            "PowerShell",
        ] {
            let rule = Rule::parse(text);
            assert!(rule.is_shell() && rule.is_unlimited(), "{text}");
        }
        assert!(!Rule::parse("Bash(git diff:*)").is_unlimited());
    }

    #[test]
    fn lists_as_front_matter_has_them() {
        let tools: Vec<&str> = list("Read, Bash(git log:*, x), Bash")
            .iter()
            .map(|r| r.tool)
            .collect();
        assert_eq!(tools, ["Read", "Bash", "Bash"]);
    }

    #[test]
    fn the_fixed_words_at_the_start() {
        assert_eq!(Rule::parse("Bash(uv run:*)").prefix(), Some(vec!["uv", "run"]));
        assert_eq!(Rule::parse("Bash(node *)").prefix(), Some(vec!["node"]));
        assert_eq!(Rule::parse("Bash(npm test)").prefix(), None);
        assert_eq!(Rule::parse("Bash(git * main)").prefix(), Some(vec!["git"]));
    }
}
