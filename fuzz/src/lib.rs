//! What every fuzz target asks of a reader: it ends, and what it tells lies in the text it read.

use claude_guard::lang::shell::ast::Dialect;
use claude_guard::lang::{Context, Lower};
use claude_guard::model::tree::MemoryTree;
use claude_guard::model::{Limits, Place, RepoPath, Sources, Span};

/// Each span lies in `text`, on character boundaries.
pub fn inside(text: &str, spans: impl IntoIterator<Item = Span>) {
    for span in spans {
        assert!(text.get(span.start..span.end).is_some(), "{span:?}");
    }
}

/// Each place lies in the text of its source.
pub fn placed(sources: &Sources, places: impl IntoIterator<Item = Place>) {
    for place in places {
        inside(sources.text(place.source), [place.span]);
        let up = sources.in_file(place);
        inside(sources.text(up.source), [up.span]);
    }
}

/// Limits that keep one text well below a second.
#[must_use]
pub fn limits() -> Limits {
    Limits { steps: 5_000, effects: 2_000, text_bytes: 64 << 10, ..Limits::default() }
}

/// Lowers `text`, which is also the file `x` of a small tree: a text may load itself.
pub fn lowers(lower: Lower, text: &str, shell: Option<Dialect>) {
    let limits = limits();
    let tree = MemoryTree::new().file("x", text).file("d/y.txt", "a\n");
    let mut context = Context::new(&limits);
    context.tree = Some(&tree);
    context.shell = shell;
    let mut sources = Sources::new();
    let source = sources.file(RepoPath::root(), text);
    let lowered = lower(source, &mut sources, &context);
    let effects = lowered.effects.iter().map(|effect| effect.place);
    let gaps = lowered.coverage.gaps.iter().map(|gap| gap.place);
    let references = lowered.references.iter().map(|reference| reference.place);
    placed(&sources, effects.chain(gaps).chain(references));
}
