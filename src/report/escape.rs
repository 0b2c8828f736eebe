//! Text from a repository, made safe for the edge it is shown at.

/// Whether showing `c` raw could move the cursor, reorder the line, or hide something.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}'                      // soft hyphen
            | '\u{034f}'                    // combining grapheme joiner
            | '\u{061c}'                    // Arabic letter mark
            | '\u{115f}'..='\u{1160}'       // Hangul fillers
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'       // Mongolian selectors
            | '\u{200b}'..='\u{200f}'       // zero width, marks
            | '\u{2028}'..='\u{202e}'       // separators, bidi embeddings
            | '\u{2060}'..='\u{206f}'       // word joiner, isolates, deprecated
            | '\u{3164}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}'       // variation selectors
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}') // tags, more selectors
}

/// For a terminal, on one line: everything that [`is_unsafe`] is written as `\u{…}`, line ends as `\n`.
#[must_use]
pub fn terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, c);
    }
    out
}

/// Appends one character, escaped for a terminal.
pub(crate) fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push(' '),
        c if is_unsafe(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        c => out.push(c),
    }
}

/// For a terminal, at most `columns` characters; what is cut is marked by `…`.
#[must_use]
pub fn terminal_cut(text: &str, columns: usize) -> String {
    let safe = terminal(text);
    if safe.chars().count() <= columns {
        return safe;
    }
    let mut out: String = safe.chars().take(columns.saturating_sub(1)).collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_hidden_characters_are_shown_as_text() {
        assert_eq!(terminal("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(
            terminal("x\u{202e}y\u{e0041}z\u{200b}"),
            "x\\u{202e}y\\u{e0041}z\\u{200b}"
        );
        assert_eq!(terminal("größe 漢字"), "größe 漢字");
    }

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        assert_eq!(terminal_cut("abcdef", 4), "abc…");
        assert_eq!(terminal_cut("abcd", 4), "abcd");
    }
}
