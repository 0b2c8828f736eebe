//! Variables as effects.

use super::state::State;
use super::walk::Walk;
use crate::model::effect::{EnvAct, Reach};
use crate::model::{EffectId, EffectKind, Place, Via, Word};

impl Walk<'_> {
    /// The value of a variable of the environment is used; `*` stands for all.
    pub fn read_variable(&mut self, state: &State, name: Word, place: Place) -> EffectId {
        self.push(
            state,
            place,
            EffectKind::Env {
                name,
                value: None,
                act: EnvAct::Read,
                reach: Reach::Command,
            },
        )
    }

    /// A variable is set for one command or for all that follow.
    pub fn set_variable(
        &mut self,
        state: &State,
        name: &str,
        value: &Word,
        reach: Reach,
        place: Place,
    ) -> EffectId {
        let reach = if state.kept { Reach::Kept } else { reach };
        let origins = value.origins();
        let id = self.push(
            state,
            place,
            EffectKind::Env {
                name: Word::known(name),
                value: Some(value.clone()),
                act: EnvAct::Set,
                reach,
            },
        );
        self.flows(&origins, id, Via::Variable);
        id
    }

    /// A variable is removed.
    pub fn unset_variable(&mut self, state: &State, name: &str, place: Place) {
        self.push(
            state,
            place,
            EffectKind::Env {
                name: Word::known(name),
                value: None,
                act: EnvAct::Unset,
                reach: Reach::Children,
            },
        );
    }
}

/// Whether a variable's name says that it holds a secret.
pub(super) fn is_secret_like(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let last_words = [
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "CREDENTIAL",
        "CREDENTIALS",
    ];
    name.split('_').any(|part| last_words.contains(&part))
        || ["APIKEY", "ACCESSTOKEN", "AUTHTOKEN"]
            .iter()
            .any(|word| name.contains(word))
}
