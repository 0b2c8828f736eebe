//! base64, base32, hex and octal dumps.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::arguments::Arguments;
use super::option;
use crate::model::Scheme;

type Output = Option<(String, Option<Scheme>)>;

/// Decodes as `base64 -d` does: white space and what follows the end are no matter, padding may be missing.
pub fn base64_decode(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let standard = clean.replace('-', "+").replace('_', "/");
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, config)
        .decode(standard)
        .ok()?;
    String::from_utf8(bytes).ok()
}

pub(super) fn base64(all: &Arguments<'_>, input: &str) -> Output {
    if all.has("-d -D --decode") {
        return Some((base64_decode(input)?, Some(Scheme::Base64)));
    }
    let text = base64::engine::general_purpose::STANDARD.encode(input);
    Some((format!("{text}\n"), None))
}

/// `openssl base64 -d`, `openssl enc -base64 -d`; ciphers are not computed.
pub(super) fn openssl(all: &Arguments<'_>, input: &str) -> Output {
    let encodes = all.sub.iter().any(|s| s == "base64") || all.has("-base64 -a");
    if !encodes {
        return None;
    }
    if all.has("-d") {
        return Some((base64_decode(input)?, Some(Scheme::Base64)));
    }
    Some((
        format!("{}\n", base64::engine::general_purpose::STANDARD.encode(input)),
        None,
    ))
}

pub(super) fn base32(all: &Arguments<'_>, input: &str) -> Output {
    if !all.has("-d -D --decode") {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0u32, 0u32, vec![]);
    for c in input.chars().filter(|c| !c.is_whitespace() && *c != '=') {
        let value = match c.to_ascii_uppercase() {
            c @ 'A'..='Z' => c as u32 - 'A' as u32,
            c @ '2'..='7' => c as u32 - '2' as u32 + 26,
            _ => return None,
        };
        bits = ((bits << 5) | value) & 0xFFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).unwrap_or(0));
        }
    }
    Some((String::from_utf8(bytes).ok()?, Some(Scheme::Base64)))
}

/// Pairs of hex digits; other characters between pairs are skipped.
pub fn hex_decode(text: &str) -> Option<String> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .filter(|pair| pair.len() == 2)
        .filter_map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok())
        .collect();
    String::from_utf8(bytes).ok()
}

pub(super) fn xxd(all: &Arguments<'_>, input: &str) -> Output {
    let plain = all.has("-p -ps -plain -postscript");
    if all.has("-r -revert") {
        if plain {
            return Some((hex_decode(input)?, Some(Scheme::Hex)));
        }
        // `00000000: 6869 0a   hi.`
        let hex: String = input
            .lines()
            .filter_map(|line| {
                line.split_once(':')
                    .map(|(_, rest)| rest.split("  ").next().unwrap_or(""))
            })
            .collect();
        return Some((hex_decode(&hex)?, Some(Scheme::Hex)));
    }
    if !plain {
        return None;
    }
    let hex: String = input.bytes().map(|b| format!("{b:02x}")).collect();
    let lines: Vec<&str> = (0..hex.len())
        .step_by(60)
        .filter_map(|i| hex.get(i..(i + 60).min(hex.len())))
        .collect();
    Some((format!("{}\n", lines.join("\n")), None))
}

pub(super) fn od(all: &Arguments<'_>, input: &str) -> Output {
    let hex = matches!(option(all, &["-t", "--format"]), Some("x1")) && all.has("-A --address-radix");
    if !hex || option(all, &["-A", "--address-radix"]) != Some("n") || input.len() > 4096 {
        return None;
    }
    let bytes: Vec<String> = input.bytes().map(|b| format!(" {b:02x}")).collect();
    let lines: Vec<String> = bytes.chunks(16).map(<[String]>::concat).collect();
    Some((format!("{}\n", lines.join("\n")), None))
}
