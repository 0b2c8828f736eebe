//! Channels: what a file descriptor leads to, with the bytes that pass.

use crate::lang::programs::{Output, Stdin};
use crate::model::{EffectId, Location, Origin, Piece, Scheme, Unknown, Why, Word};

/// Index of a channel.
pub(super) type ChannelId = usize;

/// Where bytes that are written go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// They are kept: standard output of a whole text, a pipe, a substitution.
    Captured,
    /// A file, by the effect that writes it.
    File { at: Location, effect: EffectId },
    /// A connection.
    Connection(EffectId),
    /// The file that the agent reads as shell code before each command.
    EnvFile { effect: EffectId },
    /// Nowhere.
    Dropped,
}

/// What a descriptor leads to.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    /// What reading gives.
    pub input: Stdin,
    /// Whose bytes were written.
    pub origins: Vec<Origin>,
    /// What was written.
    pub text: Word,
    /// Decoding steps the bytes took.
    pub decoded: Vec<Scheme>,
    /// Where it goes.
    pub to: Destination,
}

impl Channel {
    pub fn captured() -> Self {
        Self::to(Destination::Captured)
    }

    pub fn to(to: Destination) -> Self {
        Self {
            input: Stdin::default(),
            origins: vec![],
            text: Word::default(),
            decoded: vec![],
            to,
        }
    }

    pub fn reading(input: Stdin) -> Self {
        Self {
            input,
            ..Self::to(Destination::Dropped)
        }
    }

    /// Takes in what a command printed. `limit` bounds the text kept.
    pub fn take(&mut self, output: &Output, limit: usize) {
        let mut origins = output.origins.clone();
        origins.extend(output.decoded.iter().map(|scheme| Origin::Decoded(*scheme)));
        add_origins(&mut self.origins, &origins);
        for scheme in &output.decoded {
            if !self.decoded.contains(scheme) {
                self.decoded.push(*scheme);
            }
        }
        if size(&self.text) > limit {
            return;
        }
        match &output.text {
            Some(text) => self.text.append(text),
            None => self.text.push(Piece::Unknown(Unknown {
                why: Why::Output,
                bound: None,
                from: origins,
            })),
        }
    }

    /// What a reader of the written bytes gets.
    pub fn as_stdin(&self) -> Stdin {
        Stdin {
            origins: self.origins.clone(),
            text: known_in_part(&self.text).then(|| self.text.clone()),
            decoded: self.decoded.clone(),
            connected: true,
        }
    }
}

/// Whether a word says more than that its bytes are unknown.
pub(super) fn known_in_part(word: &Word) -> bool {
    word.pieces.is_empty()
        || word.pieces.iter().any(|piece| match piece {
            Piece::Unknown(unknown) => unknown.bound.is_some(),
            _ => true,
        })
}

/// Adds origins, each once.
pub(super) fn add_origins(all: &mut Vec<Origin>, more: &[Origin]) {
    for origin in more {
        if !all.contains(origin) {
            all.push(origin.clone());
        }
    }
}

/// Bytes of the known pieces of a word.
pub(super) fn size(word: &Word) -> usize {
    word.pieces
        .iter()
        .map(|piece| match piece {
            Piece::Known(text) | Piece::Pattern(text) => text.len(),
            _ => 8,
        })
        .sum()
}
