//! Which characters are which. Own short tables: the properties wanted here cut across Unicode's.

/// A tag character.
pub(super) fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// The byte a variation selector stands for when selectors are used as an alphabet.
pub(super) fn variation(c: char) -> Option<u8> {
    let code = u32::from(c);
    match code {
        0xfe00..=0xfe0f => u8::try_from(code - 0xfe00).ok(),
        0xe0100..=0xe01ef => u8::try_from(code - 0xe0100 + 16).ok(),
        _ => None,
    }
}

/// Drawn as nothing and without width, apart from tags and variation selectors.
pub(super) fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{61c}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{17b4}'
            | '\u{17b5}'
    )
}

/// A mark that says which way its neighbours read.
pub(super) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// A control that opens or closes a run of another direction.
pub(super) fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A letter without ink.
pub(super) fn is_filler(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Drawn as nothing.
pub(super) fn is_invisible(c: char) -> bool {
    is_zero_width(c)
        || is_tag(c)
        || is_direction_control(c)
        || is_filler(c)
        || matches!(c, '\u{e0100}'..='\u{e01ef}' | '\u{fe00}'..='\u{fe0e}')
}

/// Written from right to left.
pub(super) fn is_rtl(c: char) -> bool {
    matches!(
        u32::from(c),
        0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefe | 0x10800..=0x10fff | 0x1e800..=0x1efff
    ) && c != '\u{61c}'
}

/// A letter or sign of a script whose spelling uses joiners (Arabic, Indic, Mongolian …).
pub(super) fn takes_joiners(c: char) -> bool {
    matches!(
        u32::from(c),
        0x600..=0x8ff | 0x900..=0xdff | 0xf00..=0x109f | 0x1780..=0x18af | 0x1a20..=0x1bff
            | 0x1c00..=0x1c4f | 0xa800..=0xa8ff | 0xa980..=0xaaff | 0xfb50..=0xfdff | 0xfe70..=0xfefe
            | 0x11000..=0x11fff
    ) && c != '\u{61c}'
}

/// A letter of a script written without blanks, where zero-width spaces part the words.
pub(super) fn parts_words_invisibly(c: char) -> bool {
    matches!(
        u32::from(c),
        0xe00..=0x109f | 0x1780..=0x17ff | 0x1950..=0x19ff | 0x1a20..=0x1aaf | 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xff00..=0xffef
    )
}

/// A picture, or a sign that a variation selector can turn into one.
pub(super) fn is_picture(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1f000..=0x1faff
            | 0x2190..=0x21ff
            | 0x2300..=0x23ff
            | 0x2460..=0x24ff
            | 0x25a0..=0x27bf
            | 0x2900..=0x297f
            | 0x2b00..=0x2bff
            | 0x30..=0x39
            | 0x23
            | 0x2a
            | 0xa9
            | 0xae
            | 0x203c
            | 0x2049
            | 0x20e3
            | 0x2122
            | 0x2139
            | 0x3030
            | 0x303d
            | 0x3297
            | 0x3299
    )
}

/// A base that has registered variants beside pictures: mathematics, Han, Mongolian and others.
pub(super) fn has_variants(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2200..=0x22ff | 0x2a00..=0x2aff | 0x3000..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xff60
            | 0x1000..=0x109f | 0x1800..=0x18af | 0xa840..=0xa87f | 0x20000..=0x3ffff
    )
}
