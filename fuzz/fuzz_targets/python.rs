//! Any text is Python: it is lowered, every place lies in its text.
#![no_main]

use claude_guard::lang::python;
use claude_guard_fuzz::lowers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| lowers(python::lower, text, None));
