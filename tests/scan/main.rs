//! What a scan says of whole folders, through the real program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "this test starts the real program and the real git"
)]

mod person;
mod place;
mod same;
