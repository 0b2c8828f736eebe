//! Methods of texts and bytes.

use super::method::is_callable;

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::decode;
use crate::lang::dynamic::value::{Shape, State, Value, merge};
use crate::model::{Origin, Scheme, Span, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn text_method(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Option<Value> {
        let first = args.at(0);
        // Python's `sep.join(list)`.
        if method == "join" {
            let list = first?.clone();
            return Some(self.join(&list, of));
        }
        let known = of.known();
        let word_from = match of {
            Value::Text(word) => word.from.clone(),
            Value::Bytes(blob) => blob.from.clone(),
            _ => self.origins(of),
        };
        let keep = |text: String| {
            Value::Text(Word {
                from: word_from.clone(),
                ..Word::known(text)
            })
        };
        let number = |i: usize| match args.at(i) {
            Some(Value::Number(n)) => Some(*n as i64),
            _ => None,
        };
        Some(match method {
            "toString" | "decode" | "encode" | "valueOf" | "normalize" | "toJSON" => {
                return Some(self.recode(of, method, first, &word_from));
            }
            "unpack1" | "unpack"
                if first
                    .and_then(Value::known)
                    .is_some_and(|t| t.starts_with(['m', 'H', 'u'])) =>
            {
                let template = first.and_then(Value::known).unwrap_or_default();
                let value = self.packed(&template, std::slice::from_ref(of));
                if method == "unpack1" {
                    value
                } else {
                    Value::list(vec![value])
                }
            }
            "to_s" | "to_str" | "to_sym" | "freeze" | "dup" | "read" | "string" | "content"
            | "decoded_content" | "body" => of.clone(),
            "hex" => Value::unknown(Why::Output, self.origins(of)),
            "trim" | "strip" | "trimEnd" | "trimStart" | "rstrip" | "lstrip" | "chomp" | "toWellFormed" => {
                match known {
                    Some(text) if args.list.is_empty() => keep(text.trim().to_owned()),
                    Some(text) => {
                        let set = first.and_then(Value::known).unwrap_or_default();
                        keep(text.trim_matches(|c| set.contains(c)).to_owned())
                    }
                    None => of.clone(),
                }
            }
            "toLowerCase" | "lower" | "downcase" | "casefold" | "toLocaleLowerCase" => {
                known.map_or_else(|| of.clone(), |t| keep(t.to_lowercase()))
            }
            "toUpperCase" | "upper" | "upcase" => {
                known.map_or_else(|| of.clone(), |t| keep(t.to_uppercase()))
            }
            "slice" | "substring" => self.sliced(of, [number(0), number(1), None]),
            "substr" => {
                let start = number(0);
                let end = number(1).zip(start).map(|(n, s)| s.saturating_add(n));
                self.sliced(of, [start, end, None])
            }
            "charAt" | "at" => {
                let index = first.cloned().unwrap_or(Value::Number(0.0));
                self.member(of, &index, span, false)
            }
            "charCodeAt" | "codePointAt" => {
                let c = known
                    .as_ref()
                    .and_then(|t| t.chars().nth(usize::try_from(number(0).unwrap_or(0)).ok()?));
                c.map_or_else(
                    || Value::unknown(Why::Arithmetic, word_from.clone()),
                    |c| Value::Number(f64::from(u32::from(c))),
                )
            }
            "split" | "rsplit" | "splitlines" | "lines" | "chars" | "partition" => {
                return Some(self.split(of, method, first));
            }
            "replace" | "replaceAll" | "gsub" | "sub" => return Some(self.replace(of, method, args, span)),
            "concat" => {
                let mut all = vec![of.clone()];
                all.extend(args.list.iter().cloned());
                self.concat(&all)
            }
            "repeat" => {
                let times = first.cloned().unwrap_or_default();
                self.operate("*", of, &times)
            }
            "format" => self.format_braces(of, args),
            "reverse" if known.is_some() => self.sliced(of, [None, None, Some(-1)]),
            "startsWith" | "startswith" => {
                let prefix = first.and_then(Value::known);
                match known.zip(prefix) {
                    Some((text, prefix)) => Value::Bool(text.starts_with(&prefix)),
                    None => Value::unknown(Why::Control, vec![]),
                }
            }
            "endsWith" | "endswith" => {
                let suffix = first.and_then(Value::known);
                match known.zip(suffix) {
                    Some((text, suffix)) => Value::Bool(text.ends_with(&suffix)),
                    None => Value::unknown(Why::Control, vec![]),
                }
            }
            "includes" | "indexOf" | "find" | "test" | "search" | "lastIndexOf" | "isdigit" | "index"
            | "localeCompare" | "count" | "isalpha" | "equals"
                if !args.all().any(is_callable) =>
            {
                Value::unknown(Why::Control, vec![])
            }
            "padStart" | "padEnd" | "ljust" | "rjust" | "zfill" | "title" | "capitalize" | "expandtabs" => {
                of.clone()
            }
            "translate" | "tr" => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from).decoded(Scheme::Substituted)
            }
            "pipe" => {
                let from = self.origins(of);
                self.write_to_handles(args, &from);
                first.cloned().unwrap_or_default()
            }
            _ => return None,
        })
    }

    /// `toString("base64")`, `decode("utf-8")`, `encode()`.
    pub(super) fn recode(
        &mut self,
        of: &Value,
        method: &str,
        first: Option<&Value>,
        from: &[Origin],
    ) -> Value {
        let codec = first
            .and_then(Value::known)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let bytes = of.known_bytes();
        let decoding = method == "decode";
        match (codec.as_str(), bytes) {
            ("rot13" | "rot_13" | "rot-13", Some(bytes)) => {
                let text = decode::rot13(&String::from_utf8_lossy(&bytes));
                Value::bytes(text.into_bytes(), from.to_vec()).decoded(Scheme::Substituted)
            }
            ("base64" | "base_64" | "hex" | "base64url", Some(bytes)) if decoding => {
                self.decoded_by(&codec, &bytes, from)
            }
            ("base64" | "hex" | "base64url", _) => Value::unknown(Why::Output, self.origins(of)),
            (_, Some(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => Value::Text(Word {
                    from: from.to_vec(),
                    ..Word::known(text)
                }),
                Err(error) => {
                    // Latin-1 and kin keep every byte; UTF-16 drops the zeros.
                    let bytes = error.into_bytes();
                    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
                    Value::Text(Word {
                        from: from.to_vec(),
                        ..Word::known(text)
                    })
                }
            },
            _ => of.clone(),
        }
    }

    pub(super) fn decoded_by(&mut self, codec: &str, bytes: &[u8], from: &[Origin]) -> Value {
        let (scheme, decoded) = match codec {
            "hex" => (Scheme::Hex, decode::hex(bytes)),
            _ => (Scheme::Base64, decode::base64(bytes)),
        };
        match decoded.filter(|d| d.len() <= self.context.limits.text_bytes) {
            Some(decoded) => Value::bytes(decoded, from.to_vec()).decoded(scheme),
            None => Value::unknown(Why::NotUnderstood, from.to_vec()).decoded(scheme),
        }
    }

    pub(super) fn split(&mut self, of: &Value, method: &str, first: Option<&Value>) -> Value {
        let Some(text) = of.known() else {
            let mut state = State::default();
            let one = self.one_of(vec![], of);
            state.put_rest(one);
            return Value::object(Shape::List, state);
        };
        let from = match of {
            Value::Text(word) => word.from.clone(),
            _ => vec![],
        };
        let separator = first.and_then(Value::known);
        let parts: Vec<String> = match (method, separator.as_deref()) {
            ("splitlines" | "lines", _) => text.lines().map(str::to_owned).collect(),
            ("chars", _) | (_, Some("")) => text.chars().map(|c| c.to_string()).collect(),
            ("partition", Some(mark)) => match text.split_once(mark) {
                Some((a, b)) => vec![a.to_owned(), mark.to_owned(), b.to_owned()],
                None => vec![text.clone(), String::new(), String::new()],
            },
            (_, Some(mark)) => text.split(mark).map(str::to_owned).collect(),
            _ if first.is_some_and(|v| !matches!(v, Value::Nothing)) => {
                return Value::unknown(Why::Control, self.origins(of));
            }
            _ => text.split_whitespace().map(str::to_owned).collect(),
        };
        Value::list(
            parts
                .into_iter()
                .map(|p| {
                    Value::Text(Word {
                        from: from.clone(),
                        ..Word::known(p)
                    })
                })
                .collect(),
        )
    }

    pub(super) fn replace(&mut self, of: &Value, method: &str, args: &Args, span: Span) -> Value {
        for value in args.all().filter(|v| is_callable(v)).cloned().collect::<Vec<_>>() {
            let from = self.origins(of);
            self.escape(&value, &from, span);
        }
        let texts = (
            of.known(),
            args.at(0).and_then(Value::known),
            args.at(1).and_then(Value::known),
        );
        if let (Some(text), Some(what), Some(with)) = texts {
            let grows = text.matches(what.as_str()).count().saturating_mul(with.len());
            if grows <= self.context.limits.text_bytes && !what.is_empty() {
                let once = method == "replace" && !self.dialect.local_by_assignment;
                let out = if once {
                    text.replacen(&what, &with, 1)
                } else {
                    text.replace(&what, &with)
                };
                let from = self.origins(of);
                return Value::Text(Word {
                    from,
                    ..Word::known(out)
                });
            }
        }
        let mut from = self.origins(of);
        if let Some(with) = args.at(1) {
            merge(&mut from, &self.origins(with));
        }
        Value::unknown(Why::Output, from)
    }

    /// Python's `"{}{name}".format(…)`.
    pub(super) fn format_braces(&mut self, of: &Value, args: &Args) -> Value {
        let Some(format) = of.known() else {
            return self.unknown_call(of, args, Span::default());
        };
        let mut parts = vec![];
        let mut next = 0;
        let mut rest = format.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            parts.push(Value::text(before.replace("}}", "}")));
            if let Some(tail) = after.strip_prefix('{') {
                parts.push(Value::text("{"));
                rest = tail;
                continue;
            }
            let Some((field, tail)) = after.split_once('}') else {
                break;
            };
            let key = field.split([':', '!', '.', '[']).next().unwrap_or("");
            let value = match key.parse::<usize>() {
                Ok(i) => args.at(i).cloned(),
                Err(_) if key.is_empty() => {
                    next += 1;
                    args.at(next - 1).cloned()
                }
                Err(_) => args.named(key).or_else(|| args.rest.first()).cloned(),
            };
            parts.push(value.unwrap_or_else(|| Value::unknown(Why::Output, vec![])));
            rest = tail;
        }
        parts.push(Value::text(rest.replace("}}", "}")));
        self.concat(&parts)
    }
}
