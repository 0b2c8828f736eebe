//! Texts that are decoded.

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::value::{Value, merge};
use crate::lang::dynamic::{decode, inflate};
use crate::model::{Origin, Scheme, Why};

impl Machine<'_, '_> {
    pub(super) fn decode(&mut self, scheme: Option<Scheme>, value: &Value) -> Value {
        let limit = self.context.limits.text_bytes;
        match scheme {
            Some(Scheme::Base64) => self.decode_with(Scheme::Base64, value, decode::base64),
            Some(Scheme::Hex) => self.decode_with(Scheme::Hex, value, decode::hex),
            Some(Scheme::Compressed) => {
                self.decode_with(Scheme::Compressed, value, move |b| inflate::inflate(b, limit))
            }
            Some(Scheme::Escapes) => self.decode_with(Scheme::Escapes, value, |b| {
                Some(decode::percent(&String::from_utf8_lossy(b)).into_bytes())
            }),
            _ => value.clone(),
        }
    }

    pub(super) fn decode_with(
        &mut self,
        scheme: Scheme,
        value: &Value,
        with: impl Fn(&[u8]) -> Option<Vec<u8>>,
    ) -> Value {
        let limit = self.context.limits.text_bytes;
        let mut result: Option<Value> = None;
        for one in value.each() {
            let from = self.origins(&one);
            let decoded = one
                .known_bytes()
                .and_then(|bytes| with(&bytes))
                .filter(|d| d.len() <= limit);
            let one = match decoded {
                Some(bytes) => Value::bytes(bytes, from).decoded(scheme),
                None => {
                    let mut from = from;
                    merge(&mut from, &[Origin::Decoded(scheme)]);
                    // Bytes of an effect that are decoded stay that effect's; the step alone says nothing.
                    if from.iter().any(|o| !matches!(o, Origin::Decoded(_))) {
                        from.retain(|o| !matches!(o, Origin::Decoded(_)));
                    }
                    Value::unknown(Why::NotUnderstood, from)
                }
            };
            result = Some(match result {
                Some(there) => there.or(one),
                None => one,
            });
        }
        result.unwrap_or_default()
    }

    pub(super) fn codec(&mut self, value: &Value, codec: &str) -> Value {
        let codec = codec.to_ascii_lowercase().replace('-', "_");
        match codec.as_str() {
            "base64" | "base_64" | "base64_codec" => self.decode(Some(Scheme::Base64), value),
            "hex" | "hex_codec" => self.decode(Some(Scheme::Hex), value),
            "zlib" | "zip" | "zlib_codec" | "bz2" => self.decode(Some(Scheme::Compressed), value),
            "rot13" | "rot_13" => self.decode_with(Scheme::Substituted, value, |b| {
                Some(decode::rot13(&String::from_utf8_lossy(b)).into_bytes())
            }),
            "unicode_escape" | "raw_unicode_escape" => self.decode_with(Scheme::Escapes, value, |b| {
                let text = String::from_utf8_lossy(b).into_owned();
                Some(crate::lang::javascript::literal::unescape(&text).0.into_bytes())
            }),
            _ => value.clone(),
        }
    }

    pub(super) fn char_codes(&mut self, args: &Args) -> Value {
        let mut values = vec![];
        for value in &args.list {
            if let Value::Object(_) = value {
                let (items, complete) = self.items(value);
                if !complete {
                    let from = self.origins(value);
                    return Value::unknown(Why::NotUnderstood, from).decoded(Scheme::Escapes);
                }
                values.extend(items);
            } else if matches!(value, Value::Text(w) if w.as_known().is_some())
                || matches!(value, Value::Bytes(_))
            {
                // `bytes("text", "utf-8")`
                return value.clone();
            } else {
                values.push(value.clone());
            }
        }
        if !args.rest.is_empty() {
            let from = args.rest.iter().flat_map(|v| self.origins(v)).collect();
            return Value::unknown(Why::NotUnderstood, from).decoded(Scheme::Escapes);
        }
        let numbers: Option<Vec<u32>> = values
            .iter()
            .map(|v| match v {
                Value::Number(n) if (0.0..1_114_112.0).contains(n) => Some(*n as u32),
                _ => None,
            })
            .collect();
        match numbers {
            Some(numbers) => {
                let text: String = numbers
                    .iter()
                    .map(|n| char::from_u32(*n).unwrap_or('\u{fffd}'))
                    .collect();
                Value::text(text).decoded(Scheme::Escapes)
            }
            None => {
                let from = values.iter().flat_map(|v| self.origins(v)).collect();
                Value::unknown(Why::NotUnderstood, from).decoded(Scheme::Escapes)
            }
        }
    }
}
