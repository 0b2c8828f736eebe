//! `scan --base` by the real program on repositories of the real git: what a change adds, what it is
//! judged by, and what a checkout of one commit gets told.

mod repository;

mod judged_by;
mod moved_lines;
mod what_is_added;
