//! Any text is a page; spans lie in the text.
#![no_main]

use claude_guard::lang::markdown;
use claude_guard_fuzz::inside;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let page = markdown::read(text);
    inside(text, page.code.iter().flat_map(|code| [code.span, code.content]));
    inside(text, page.hidden.iter().flat_map(|hidden| [hidden.span, hidden.content]));
    inside(text, page.shell.iter().flat_map(|shell| [shell.span, shell.command]));
    inside(text, page.links.iter().flat_map(|link| [Some(link.span), link.destination]).flatten());
    inside(text, page.imports.iter().map(|import| import.span));
    inside(text, page.quotes.iter().copied().chain(page.front_matter).chain([page.body]));
    let _ = page.metadata();
});
