//! What Claude Code reads from a repository. Facts: measured with client 2.1.329 where it says so,
//! else read in its code.

pub mod env;
