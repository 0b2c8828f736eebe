//! `claude-guard` tells what a cloned repository would run, reach and say before a coding agent
//! opens it. `ARCHITECTURE.md` has the map; `tests/architecture.rs` enforces its layers.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests ask the real git"))]

pub mod cli;
pub mod doors;
pub mod lang;
pub mod model;
pub mod repo;
pub mod report;
pub mod rules;
pub mod scan;
pub mod surface;
pub mod trust;
