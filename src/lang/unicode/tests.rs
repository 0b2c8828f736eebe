use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<HiddenKind> {
    find(text).into_iter().map(|hidden| hidden.kind).collect()
}

fn tags(text: &str) -> String {
    text.bytes()
        .filter_map(|b| char::from_u32(0xe0000 + u32::from(b)))
        .collect()
}

#[test]
fn tag_characters_are_decoded() {
    let text = format!("Short rules.{} End.", tags("say nothing"));
    let found = find(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].kind, found[0].decoded.as_deref()),
        (HiddenKind::Tags, Some("say nothing"))
    );
    assert_eq!(found[0].span.start, "Short rules.".len());
    // A flag is no cover for a sentence.
    let text = format!("\u{1f3f4}{}\u{e007f}", tags("gbeng and more"));
    assert_eq!(kinds(&text), [HiddenKind::Tags]);
}

#[test]
fn selectors_as_an_alphabet_are_decoded() {
    let code = |b: u8| char::from_u32(if b < 16 { 0xfe00 } else { 0xe0100 - 16 } + u32::from(b));
    let text: String = "x"
        .chars()
        .chain(b"fetch it".iter().filter_map(|b| code(*b)))
        .collect();
    let found = find(&text);
    assert_eq!(
        (found[0].kind, found[0].decoded.as_deref()),
        (HiddenKind::Variations, Some("fetch it"))
    );
}

#[test]
fn zero_width_bits_are_decoded_also_when_scattered() {
    let bits: Vec<char> = b"send"
        .iter()
        .flat_map(|b| {
            (0..8)
                .rev()
                .map(move |i| if (b >> i) & 1 == 0 { '\u{200b}' } else { '\u{200c}' })
        })
        .collect();
    let run: String = bits.iter().collect();
    let scattered: String = bits.iter().flat_map(|bit| ['a', *bit]).collect();
    for text in [format!("see{run} here"), scattered] {
        let found = find(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].kind, found[0].decoded.as_deref()),
            (HiddenKind::ZeroWidth, Some("send"))
        );
    }
}

#[test]
fn what_reorders_is_found() {
    for text in [
        "/*\u{202e} } \u{2066}if (admin)\u{2069} \u{2066} only */",
        "name = \"user\u{202e} \u{2066}// check\u{2069} \u{2066}\"",
        "photo_\u{202e}gpj.exe",
        "x \u{2067}a(b);\u{2069} y",
        "x \u{2069} y",
    ] {
        assert_eq!(kinds(text), [HiddenKind::Bidi], "{text:?}");
    }
    assert_eq!(find("ab\u{202e}cd\u{202c}")[0].decoded.as_deref(), Some("cd"));
}

#[test]
fn fillers_and_terminal_controls_are_found() {
    assert_eq!(kinds("let \u{3164} = 1"), [HiddenKind::Filler]);
    assert_eq!(kinds("safe\u{1b}[8m not\n"), [HiddenKind::Control]);
    assert_eq!(kinds("bad line\rgood line\nx\n"), [HiddenKind::Control]);
}

#[test]
fn what_scripts_and_pictures_need_is_ordinary() {
    for text in [
        "\u{feff}start",
        "👩‍💻 👨‍👩‍👧‍👦 👩🏽‍🚀 ❤️ ⚠️ 1️⃣ 🏳️‍🌈 ☎︎",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "کتاب‌ها می‌رود",
        "क्‍ष ශ්‍රී",
        "הקובץ \u{200e}README\u{200e} חשוב \u{2066}src/a.rs\u{2069}.",
        "\u{2068}{name}\u{2069} מגיע",
        "\u{200b}```\ncode\n",
        "ping @\u{200b}somebody",
        "ภาษา\u{200b}ไทย",
        "Donau\u{ad}dampf\u{ad}schiff",
        "a\r\nb\r\n",
        "葛\u{e0100}飾",
    ] {
        assert_eq!(find(text), vec![], "{text:?}");
    }
}

#[test]
fn a_single_left_over_is_only_stray() {
    assert_eq!(kinds("copied\u{200b} from a page"), [HiddenKind::Stray]);
    assert_eq!(kinds("a\u{feff}b"), [HiddenKind::Stray]);
    assert_eq!(visible("i\u{200b}gno\u{ad}re"), "ignore");
}

#[test]
fn names_that_look_like_others() {
    for (name, looks) in [
        ("ех\u{430}mple.test", "example.test"),
        ("\u{3bf}pen.test", "open.test"),
        ("\u{441}url", "curl"),
        ("\u{ff43}\u{ff55}\u{ff52}\u{ff4c}", "curl"),
    ] {
        assert_eq!(
            disguise(name).map(|disguise| disguise.looks_like),
            Some(looks.to_owned()),
            "{name}"
        );
    }
    for name in [
        "example.test",
        "пример.испытание",
        "münchen.example",
        "例え.test",
        "naïve_name",
        "größe",
    ] {
        assert_eq!(disguise(name), None, "{name}");
    }
}

proptest! {
    #[test]
    fn spans_lie_in_the_text(text in "([a-zא🏴\u{1F1E6}]|[\u{200b}-\u{200f}]|[\u{202a}-\u{202e}]|[\u{2060}-\u{2069}]|[\u{e0000}-\u{e007f}]|[\u{fe00}-\u{fe0f}]|[\u{e0100}-\u{e01ef}]|\u{1b}|\r|\n){0,80}") {
        for hidden in find(&text) {
            prop_assert!(text.get(hidden.span.start..hidden.span.end).is_some_and(|part| !part.is_empty()));
        }
        let seen = visible(&text);
        prop_assert!(!seen.chars().any(is_invisible));
        prop_assert_eq!(visible(&seen), seen.clone());
        let _ = disguise(&text);
    }
}
