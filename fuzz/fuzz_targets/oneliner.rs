//! Any text is Perl, awk, Ruby and PHP: it is lowered, every place lies in its text.
#![no_main]

use claude_guard::lang::oneliner;
use claude_guard_fuzz::lowers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for lower in [oneliner::lower_perl, oneliner::lower_awk, oneliner::lower_ruby, oneliner::lower_php] {
        lowers(lower, text, None);
    }
});
