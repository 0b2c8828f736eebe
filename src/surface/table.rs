//! Every surface, one line each, in the order they are read.

use super::Surface;

/// Every surface.
pub const SURFACES: &[Surface] = &[];
