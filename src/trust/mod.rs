//! Trust: what a person approved, by content.
//!
//! [`close`] makes the [`Closure`] of a tree: everything that one approval covers, with digests. [`Store`]
//! keeps what a person approved and refused, by [`Identity`]. [`verify()`] compares a closure with it;
//! [`diff()`] says in words how two closures differ.
//!
//! ```text
//! let surfaced = surface::read(tree, &mut sources, &options);
//! let closure = trust::close(tree, &surfaced, &options);
//! let identity = Identity::of(&opened);
//! let approved = store.approved(&identity)?;        // other sources of approval add theirs
//! let verification = trust::verify(&closure, store.blocked(&identity)?.is_some(), &approved);
//! ```

pub mod canonical;
pub mod closure;
pub mod diff;
pub mod identity;
pub mod origins;
pub mod pins;
pub mod store;
pub mod verify;

pub use crate::model::closure::{Checked, Closure, Entry, EntryId, EntryState, TrustState, Verification};
pub use closure::{close, close_with_texts};
pub use diff::diff;
pub use identity::Identity;
pub use store::{Approval, Store, StoreError};
pub use verify::{Approved, verify};
