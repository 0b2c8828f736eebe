//! [`Flow`]: bytes of one effect reach another.

use super::effect::EffectId;

/// How a text was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Base64, base32, ascii85 and kin.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Octal, hex or Unicode escapes (`printf '\143'`, `$'\x63'`, `String.fromCharCode`).
    Escapes,
    /// Reversed text.
    Reversed,
    /// Characters replaced one by one (`tr`, rot13, xor).
    Substituted,
    /// Compressed bytes (zlib, gzip, xz …).
    Compressed,
    /// Put together from pieces so that the text stands nowhere in the source.
    Assembled,
    /// Serialised code objects (pickle, marshal, bytecode).
    Serialized,
    /// Invisible characters, or bytes inside a picture or another file that is no text.
    Hidden,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Another effect: a read, a fetch, a variable, the output of a program.
    Effect(EffectId),
    /// A constant of the source that stood there encoded and was decoded on the way.
    Decoded(Scheme),
    /// The standard input of the lowered text as a whole. [`super::Lowered::absorb`] replaces it by
    /// what its starter feeds it; for a hook or helper that is [`Origin::Payload`].
    Input,
    /// The arguments and inherited variables of the lowered text as a whole; replaced like [`Origin::Input`].
    Arguments,
    /// What the agent hands to a hook, helper or server: tool input, prompt, conversation.
    Payload,
}

/// The way the bytes take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A pipe or a here-document: standard output to standard input.
    Pipe,
    /// A variable or a value inside a program.
    Variable,
    /// A file written earlier and read or started later.
    File,
    /// An operand of the command.
    Argument,
    /// The environment of the command.
    Environment,
    /// Part of a URL, a host name or a header.
    Address,
}

/// Bytes of `from` reach `to`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// Where the bytes come from.
    pub from: Origin,
    /// The effect that receives them.
    pub to: EffectId,
    /// The way.
    pub via: Via,
    /// Decoding steps on the way (`base64 -d`, `gunzip`), in order.
    pub decoded: Vec<Scheme>,
}
