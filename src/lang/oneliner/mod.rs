//! Perl, awk, Ruby and PHP: small tolerant readers into [`super::dynamic::tree`], for what such a
//! text visibly does. What they do not understand is a gap.

mod lex;
mod parse;
mod quoting;
mod text;

#[cfg(test)]
mod tests;

use super::Context;
use super::dynamic::api;
use super::dynamic::machine::{self, Dialect};
use super::dynamic::parse::Program;
use crate::model::clock::Clock;
use crate::model::{Limits, Lowered, RepoPath, SourceId, Sources};
use lex::Tongue;

macro_rules! language {
    ($lower:ident, $dialect:ident, $read:ident, $tongue:ident, $name:literal, $program:literal, $apis:path, $doc:literal) => {
        fn $read(text: &str, _: &RepoPath, limits: &Limits, _: Clock) -> Program {
            parse::read(text, Tongue::$tongue, limits)
        }

        static $dialect: Dialect = Dialect {
            language: $name,
            interpreter: $program,
            apis: $apis,
            read: $read,
            local_by_assignment: false,
        };

        #[doc = $doc]
        #[must_use]
        pub fn $lower(source: SourceId, sources: &mut Sources, context: &Context<'_>) -> Lowered {
            machine::lower(source, sources, context, &$dialect)
        }
    };
}

language!(
    lower_perl,
    PERL,
    read_perl,
    Perl,
    "perl",
    "perl",
    api::perl,
    "Lowers Perl."
);
language!(
    lower_awk,
    AWK,
    read_awk,
    Awk,
    "awk",
    "awk",
    api::awk,
    "Lowers awk."
);
language!(
    lower_ruby,
    RUBY,
    read_ruby,
    Ruby,
    "ruby",
    "ruby",
    api::ruby,
    "Lowers Ruby."
);
language!(
    lower_php,
    PHP,
    read_php,
    Php,
    "php",
    "php",
    api::php,
    "Lowers PHP."
);
