//! Any text is Perl, awk, Ruby and PHP: it is lowered, every place lies in its text.
#![no_main]

use claude_guard::lang::{Context, oneliner};
use claude_guard::model::{Limits, RepoPath, Sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = Limits { steps: 5_000, ..Limits::default() };
    let context = Context::new(&limits);
    for lower in [oneliner::lower_perl, oneliner::lower_awk, oneliner::lower_ruby, oneliner::lower_php] {
        let mut sources = Sources::new();
        let source = sources.file(RepoPath::root(), text);
        let lowered = lower(source, &mut sources, &context);
        for (_, effect) in lowered.iter() {
            let place = effect.place;
            assert!(sources.text(place.source).get(place.span.start..place.span.end).is_some());
        }
    }
});
