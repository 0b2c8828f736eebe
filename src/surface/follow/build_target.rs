//! Targets of build files.

use super::{Follower, Steps};
use crate::model::Location;
use crate::model::lowered::Reference;
use crate::surface::Start;

impl Follower<'_, '_> {
    /// The recipe of a target and of what it depends on.
    pub(super) fn build_target(
        &mut self,
        _reference: &Reference,
        _tool: &str,
        _dir: &Location,
        _file: Option<&Location>,
        _name: Option<&str>,
        _start: &Start,
    ) -> Steps {
        (vec![], vec![])
    }
}
