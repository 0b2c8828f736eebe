//! Tags, variation selectors and zero-width characters.

use super::ranges::{
    has_variants, is_direction_mark, is_filler, is_picture, is_rtl, is_tag, is_zero_width,
    parts_words_invisibly, takes_joiners, variation,
};
use super::{Hidden, HiddenKind};
use crate::model::Span;

/// Invisible characters closer than this belong to one payload.
const GAP: usize = 48;

/// A character that draws nothing where nothing asks for it.
struct Found {
    at: usize,
    end: usize,
    c: char,
}

pub(super) fn find(text: &str) -> Vec<Hidden> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = vec![];
    let mut zero_width: Vec<Found> = vec![];
    let mut selectors: Vec<Found> = vec![];
    let mut i = 0;
    while let Some(&(at, c)) = chars.get(i) {
        let before = i.checked_sub(1).and_then(|i| chars.get(i)).map(|(_, c)| *c);
        let found = Found {
            at,
            end: at + c.len_utf8(),
            c,
        };
        if is_tag(c) {
            let run = chars
                .get(i..)
                .unwrap_or(&[])
                .iter()
                .take_while(|(_, c)| is_tag(*c))
                .count();
            let tags = chars.get(i..i + run).unwrap_or(&[]);
            if before != Some('\u{1f3f4}') || !is_region(tags) {
                out.push(Hidden {
                    span: Span::new(at, tags.last().map_or(at, |(at, c)| at + c.len_utf8())),
                    kind: HiddenKind::Tags,
                    decoded: Some(tags.iter().filter_map(|(_, c)| ascii(*c)).collect()),
                });
            }
            i += run.max(1);
            continue;
        }
        if variation(c).is_some() {
            if !is_ordinary_selector(before, c) {
                selectors.push(found);
            }
        } else if is_filler(c) {
            out.push(Hidden {
                span: Span::new(at, found.end),
                kind: HiddenKind::Filler,
                decoded: None,
            });
        } else if is_zero_width(c) && !is_ordinary(&chars, i) {
            zero_width.push(found);
        }
        i += 1;
    }
    clusters(selectors, |cluster| out.push(selector_payload(cluster)));
    clusters(zero_width, |cluster| out.push(zero_width_payload(text, cluster)));
    out
}

/// Calls `each` for every group of neighbours.
fn clusters(all: Vec<Found>, mut each: impl FnMut(&[Found])) {
    let mut rest = all.as_slice();
    while let Some(first) = rest.first() {
        let mut end = first.end;
        let near = rest
            .iter()
            .take_while(|found| {
                let near = found.at <= end + GAP;
                end = found.end;
                near
            })
            .count();
        let (cluster, more) = rest.split_at(near.max(1));
        each(cluster);
        rest = more;
    }
}

fn span(cluster: &[Found]) -> Span {
    let start = cluster.first().map_or(0, |found| found.at);
    Span::new(start, cluster.last().map_or(start, |found| found.end))
}

/// The ASCII character a tag stands for.
fn ascii(tag: char) -> Option<char> {
    let code = u32::from(tag) - 0xe0000;
    char::from_u32(code).filter(|c| matches!(c, ' '..='~' | '\n' | '\t'))
}

/// Whether tags after a black flag spell the code of a region, as in the flags of England or Texas.
fn is_region(tags: &[(usize, char)]) -> bool {
    let Some(((_, '\u{e007f}'), code)) = tags.split_last() else {
        return false;
    };
    let code: String = code.iter().filter_map(|(_, c)| ascii(*c)).collect();
    let country = code
        .get(..2)
        .is_some_and(|country| country.bytes().all(|b| b.is_ascii_lowercase()));
    country
        && (4..=6).contains(&code.len())
        && code.len() + 1 == tags.len()
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_ordinary_selector(before: Option<char>, c: char) -> bool {
    let Some(before) = before else { return false };
    match c {
        '\u{fe0e}' | '\u{fe0f}' => is_picture(before) || has_variants(before),
        _ => has_variants(before) || (is_picture(before) && !before.is_ascii()),
    }
}

fn selector_payload(cluster: &[Found]) -> Hidden {
    let bytes: Vec<u8> = cluster.iter().filter_map(|found| variation(found.c)).collect();
    let carries = cluster.len() >= 4;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Hidden {
        span: span(cluster),
        kind: if carries {
            HiddenKind::Variations
        } else {
            HiddenKind::Stray
        },
        decoded: (carries && readable(&text)).then_some(text),
    }
}

/// Whether the invisible character at `i` is asked for by its neighbours.
fn is_ordinary(chars: &[(usize, char)], i: usize) -> bool {
    let at = |i: Option<usize>| i.and_then(|i| chars.get(i)).map(|(_, c)| *c);
    let Some(c) = at(Some(i)) else { return true };
    let before = at(i.checked_sub(1));
    let after = at(Some(i + 1));
    let either = |test: fn(char) -> bool| before.is_some_and(test) || after.is_some_and(test);
    match c {
        '\u{200d}' if before.is_some_and(|b| b == '\u{fe0f}' || is_picture(b)) => {
            after.is_some_and(is_picture)
        }
        '\u{200c}' | '\u{200d}' => either(takes_joiners),
        '\u{200b}' => {
            // Before a fence or a mention it keeps the mark from acting: a known trick of writers.
            either(parts_words_invisibly)
                || matches!(after, Some('`' | '@' | '#' | '*' | '_'))
                || before == Some('@')
        }
        '\u{ad}' => before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic),
        '\u{feff}' => i == 0,
        '\u{34f}' => either(is_rtl),
        '\u{17b4}' | '\u{17b5}' => either(takes_joiners),
        '\u{180e}' => either(|c| matches!(c, '\u{1800}'..='\u{18af}')),
        '\u{2061}'..='\u{2064}' => false,
        // Direction marks stand between Latin names and text of the other direction; some editors
        // put them at the ends of such a name, so the whole line is asked.
        c if is_direction_mark(c) => line_has_rtl(chars, i),
        _ => false,
    }
}

fn line_has_rtl(chars: &[(usize, char)], i: usize) -> bool {
    const REACH: usize = 400;
    let line = |chars: &mut dyn Iterator<Item = &(usize, char)>| {
        chars
            .take(REACH)
            .map(|(_, c)| *c)
            .take_while(|c| *c != '\n')
            .any(is_rtl)
    };
    line(&mut chars.get(i..).unwrap_or(&[]).iter()) || line(&mut chars.get(..i).unwrap_or(&[]).iter().rev())
}

fn zero_width_payload(text: &str, cluster: &[Found]) -> Hidden {
    let mut alphabet: Vec<char> = cluster.iter().map(|found| found.c).collect();
    alphabet.sort_unstable();
    alphabet.dedup();
    let longest = cluster
        .chunk_by(|one, next| one.end == next.at)
        .map(<[Found]>::len)
        .max()
        .unwrap_or(0);
    // One kind of character now and then says nothing; two kinds, or long runs, are a code.
    let carries = longest >= 4 || (cluster.len() >= 8 && alphabet.len() >= 2);
    let splits_word = cluster.len() >= 2 && {
        let span = span(cluster);
        let inner = text.get(span.start..span.end).unwrap_or("");
        inner.chars().all(|c| c.is_ascii_alphabetic() || is_zero_width(c))
    };
    Hidden {
        span: span(cluster),
        kind: if carries || splits_word {
            HiddenKind::ZeroWidth
        } else {
            HiddenKind::Stray
        },
        decoded: if carries { decode(cluster, &alphabet) } else { None },
    }
}

/// Reads a cluster as bits or as digits of base four, in either order, with or without a separator.
fn decode(cluster: &[Found], alphabet: &[char]) -> Option<String> {
    let symbols: Vec<char> = cluster.iter().map(|found| found.c).collect();
    let tries: Vec<(Vec<char>, u32, usize)> = match *alphabet {
        [a, b] => vec![
            (vec![a, b], 1, 8),
            (vec![b, a], 1, 8),
            (vec![a, b], 1, 7),
            (vec![b, a], 1, 7),
        ],
        // Two digits and a separator, in every role.
        [a, b, c] => [[a, b], [b, a], [a, c], [c, a], [b, c], [c, b]]
            .into_iter()
            .map(|digits| (digits.to_vec(), 1, 8))
            .collect(),
        [a, b, c, d] => vec![(vec![a, b, c, d], 2, 4), (vec![d, c, b, a], 2, 4)],
        _ => vec![],
    };
    tries.into_iter().find_map(|(digits, bits, width)| {
        let values: Vec<u32> = symbols
            .iter()
            .filter_map(|c| digits.iter().position(|digit| digit == c))
            .filter_map(|digit| u32::try_from(digit).ok())
            .collect();
        let bytes: Vec<u8> = values
            .chunks_exact(width)
            .map(|chunk| chunk.iter().fold(0u32, |byte, digit| (byte << bits) | digit))
            .map(|byte| u8::try_from(byte & 0xff).unwrap_or(0))
            .collect();
        String::from_utf8(bytes).ok().filter(|text| readable(text))
    })
}

/// Whether decoded bytes look like text.
fn readable(text: &str) -> bool {
    let (mut good, mut all) = (0usize, 0usize);
    for c in text.chars() {
        all += 1;
        good +=
            usize::from(c.is_alphanumeric() || c.is_ascii_punctuation() || matches!(c, ' ' | '\n' | '\t'));
    }
    all > 0 && good * 10 >= all * 9
}
