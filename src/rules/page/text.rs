//! The Markdown of a rule page: front matter, the five sections, and the example trees.
//! Compiled into the build script too.

/// The sections every page has, in this order.
pub const SECTIONS: [&str; 5] = ["What", "Why", "Bad", "Good", "Fix"];

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// Path in the example's tree.
    pub path: String,
    /// Content.
    pub content: Vec<u8>,
    /// May be executed (`mode=755`).
    pub executable: bool,
    /// It is a symbolic link to this (`link=TARGET`), without content.
    pub link: Option<String>,
    /// The content is written with escapes (`encoding=escape`): `\\xNN` a byte, `\\u{N}` a character.
    escaped: bool,
}

/// Splits a page into its front matter and the rest.
///
/// # Errors
/// There is no front matter between two `---` lines at the top.
pub fn split(page: &str) -> Result<(&str, &str), Problem> {
    let rest = page
        .strip_prefix("---\n")
        .ok_or_else(|| Problem::new(1, "the page does not begin with a `---` line and front matter"))?;
    let end = rest
        .find("\n---\n")
        .ok_or_else(|| Problem::new(1, "the front matter has no closing `---` line"))?;
    Ok((&rest[..end + 1], &rest[end + 5..]))
}

/// The text of section `name`, without its heading.
#[must_use]
pub fn section<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    headings(body)
        .into_iter()
        .find(|(_, heading, _)| *heading == name)
        .map(|(_, _, text)| text)
}

/// Heading line (0-based), heading and text of each second-level section, fenced blocks respected.
fn headings(body: &str) -> Vec<(usize, &str, &str)> {
    let mut found: Vec<(usize, &str, usize, usize)> = vec![];
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for (number, line) in body.split_inclusive('\n').enumerate() {
        let trimmed = line.trim_end();
        match fence {
            Some(ticks) if trimmed == ticks => fence = None,
            Some(_) => {}
            None if trimmed.starts_with("```") => {
                fence = Some(&trimmed[..trimmed.len() - trimmed.trim_start_matches('`').len()]);
            }
            None => {
                if let Some(name) = trimmed.strip_prefix("## ") {
                    found.push((number, name, at, at + line.len()));
                }
            }
        }
        at += line.len();
    }
    let ends: Vec<usize> = found.iter().skip(1).map(|f| f.2).chain([body.len()]).collect();
    found
        .into_iter()
        .zip(ends)
        .map(|((number, name, _, start), end)| (number, name, body[start..end].trim_matches('\n')))
        .collect()
}

/// The files of the example tree in section `name` (`Bad` or `Good`): fenced blocks whose info string has `path=`.
///
/// # Errors
/// A block without a path, or with an attribute that is not known.
pub fn example(body: &str, name: &str) -> Result<Vec<ExampleFile>, Problem> {
    let text = section(body, name).unwrap_or_default();
    let mut files: Vec<ExampleFile> = vec![];
    let mut open: Option<(&str, ExampleFile)> = None;
    let close = |mut file: ExampleFile| {
        if file.escaped {
            file.content = unescape(&String::from_utf8_lossy(&file.content));
        }
        file
    };
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        match &mut open {
            Some((ticks, _)) if trimmed == *ticks => files.extend(open.take().map(|(_, file)| close(file))),
            Some((_, file)) => file.content.extend_from_slice(line.as_bytes()),
            None if trimmed.starts_with("```") => {
                let info = trimmed.trim_start_matches('`');
                let ticks = &trimmed[..trimmed.len() - info.len()];
                open = Some((ticks, header(info, name)?));
            }
            None => {}
        }
    }
    if open.is_some() {
        return Err(Problem::new(
            0,
            format!("a block of section {name} is not closed"),
        ));
    }
    Ok(files)
}

fn header(info: &str, section: &str) -> Result<ExampleFile, Problem> {
    let mut file = ExampleFile {
        path: String::new(),
        content: vec![],
        executable: false,
        link: None,
        escaped: false,
    };
    for word in info
        .split_whitespace()
        .skip(usize::from(!info.starts_with(' ') && !info.is_empty()))
    {
        match word.split_once('=') {
            Some(("path", path)) => path.clone_into(&mut file.path),
            Some(("mode", "755")) => file.executable = true,
            Some(("link", target)) => file.link = Some(target.to_owned()),
            Some(("encoding", "escape")) => file.escaped = true,
            _ => {
                let known = "path=, mode=755, link= and encoding=escape";
                let text =
                    format!("`{word}` in a block of section {section} is not known; known are {known}");
                return Err(Problem::new(0, text));
            }
        }
    }
    if file.path.is_empty() {
        let text =
            format!("a block of section {section} names no file: write ```json path=.claude/settings.json");
        return Err(Problem::new(0, text));
    }
    Ok(file)
}

/// Bytes of a text with escapes; what is no escape stands for itself.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = vec![];
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let byte = rest
            .strip_prefix("\\x")
            .and_then(|r| r.get(..2))
            .and_then(|d| u8::from_str_radix(d, 16).ok());
        let braced = rest.strip_prefix("\\u{").and_then(|r| r.split_once('}'));
        let char = braced.and_then(|(digits, _)| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        let used = match (byte, char, braced) {
            (Some(byte), _, _) => {
                out.push(byte);
                4
            }
            (None, Some(char), Some((digits, _))) => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                digits.len() + 4
            }
            _ => {
                out.push(b'\\');
                1
            }
        };
        rest = rest.get(used..).unwrap_or("");
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Checks that the body has the five sections in order, each with content, and both examples.
///
/// # Errors
/// What is missing.
pub fn check(body: &str) -> Result<(), Problem> {
    let found = headings(body);
    let names: Vec<&str> = found.iter().map(|(_, name, _)| *name).collect();
    if names != SECTIONS {
        let text = format!("the sections are {names:?}; they must be {SECTIONS:?}, in this order");
        return Err(Problem::new(found.first().map_or(0, |f| f.0), text));
    }
    for (number, name, text) in &found {
        if text.trim().is_empty() {
            return Err(Problem::new(*number, format!("section {name} is empty")));
        }
    }
    for name in ["Bad", "Good"] {
        if example(body, name)?.is_empty() {
            let text = format!("section {name} has no example: a fenced block with path=");
            return Err(Problem::new(0, text));
        }
    }
    Ok(())
}

/// What is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the part it was found in, 0-based; 0 when no line is meant.
    pub line: usize,
    /// In words, lower case, with the way out.
    pub text: String,
}

impl Problem {
    /// A problem.
    #[must_use]
    pub fn new(line: usize, text: impl Into<String>) -> Self {
        Self {
            line,
            text: text.into(),
        }
    }
}
