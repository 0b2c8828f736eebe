//! The texts of the hooks.

use std::path::Path;

use super::super::install::quoted;

/// What a hook of ours says of itself.
pub const MARK: &str = "# claude-guard hook";

/// A hook that starts what stood in its place, then warns. `shared`: the folder serves all repositories,
/// so the repository's own hook is started too. The answer of those hooks is the answer.
pub(super) fn warns(name: &str, program: &Path, shared: bool) -> String {
    // What git hands over: the commit before, or nothing.
    let since = match name {
        "post-checkout" => "\"${1:-}\"",
        _ => "ORIG_HEAD",
    };
    let own = if shared { own(name) } else { String::new() };
    format!(
        "#!/bin/sh\n\
         {MARK}: `claude-guard unsetup --git` removes it.\n\
         answer=0\n\
         if [ -x \"$0{before}\" ]; then \"$0{before}\" \"$@\" || answer=$?; fi\n\
         {own}\
         [ ! -x {program} ] || {program} warn --since {since} </dev/null || :\n\
         exit $answer\n",
        before = super::BEFORE,
        program = quoted(program),
    )
}

/// A hook that only starts the repository's own.
pub(super) fn chains(name: &str) -> String {
    format!(
        "#!/bin/sh\n\
         {MARK}: `claude-guard unsetup --git` removes it.\n\
         answer=0\n\
         {}\
         exit $answer\n",
        own(name)
    )
}

fn own(name: &str) -> String {
    format!(
        "own=\"$(git rev-parse --git-common-dir)/hooks/{name}\"\n\
         if [ -x \"$own\" ] && ! grep -q '^{MARK}' \"$own\"; then \"$own\" \"$@\" || answer=$?; fi\n"
    )
}
