//! Any text is a page; spans lie in the text.
#![no_main]

use claude_guard::lang::markdown;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let page = markdown::read(text);
    let spans = page.code.iter().flat_map(|code| [code.span, code.content])
        .chain(page.hidden.iter().flat_map(|hidden| [hidden.span, hidden.content]))
        .chain(page.shell.iter().flat_map(|shell| [shell.span, shell.command]))
        .chain(page.links.iter().filter_map(|link| link.destination))
        .chain(page.imports.iter().map(|import| import.span))
        .chain([page.body]);
    for span in spans {
        assert!(text.get(span.start..span.end).is_some());
    }
    let _ = page.metadata();
});
