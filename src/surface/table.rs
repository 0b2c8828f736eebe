//! Every surface, one line each, in the order they are read.

use super::claude::{components, mcp, memory, plugins, settings, timed};
use super::covers::Covers;
use super::packages::life_cycle;
use super::{Found, Reader, Surface, neighbours};

/// Every surface.
pub const SURFACES: &[Surface] = &[
    both(
        "settings",
        &[".claude/settings.json"],
        Covers::Settings("claude"),
        settings::project,
    ),
    both(
        "local settings",
        &[".claude/settings.local.json"],
        Covers::Settings("claude-local"),
        settings::local,
    ),
    project("MCP servers", &[".mcp.json"], Covers::Servers("mcp"), mcp::read),
    plugins::PLUGINS,
    plugins::MARKETPLACES,
    components::SKILLS,
    components::COMMANDS,
    components::AGENTS,
    components::OUTPUT_STYLES,
    memory::MEMORY,
    memory::OTHERS,
    neighbours::TASKS,
    neighbours::EDITOR_SETTINGS,
    neighbours::CONTAINER,
    neighbours::ENVRC,
    neighbours::AGENTS,
    neighbours::GIT_CONFIG,
    neighbours::GIT_HOOKS,
    project(
        "scheduled prompts",
        &[".claude/scheduled_tasks.json"],
        Covers::ValueText("schedule"),
        timed::schedule,
    ),
    both(
        "loops and routines",
        &[".claude/loop.md", ".claude/routines/**/*.md"],
        Covers::Text("prompt"),
        timed::prompt,
    ),
    both(
        "workflows",
        &[".claude/workflows/*.js", ".claude/workflows/*.mjs"],
        Covers::File("workflow"),
        timed::workflow,
    ),
    project(
        "launch configuration",
        &[".claude/launch.json"],
        Covers::Value("launch"),
        timed::launch,
    ),
    project(
        "files for worktrees",
        &[".worktreeinclude"],
        Covers::File("worktree-files"),
        timed::worktree_files,
    ),
    project(
        "scripts of npm",
        &["/package.json"],
        Covers::Triggers("packages"),
        life_cycle::npm,
    ),
    project(
        "scripts of composer",
        &["/composer.json"],
        Covers::Triggers("packages"),
        life_cycle::composer,
    ),
    project(
        "code of an installation",
        &["/setup.py", "/.pnpmfile.cjs"],
        Covers::File("packages"),
        life_cycle::code,
    ),
];

/// A surface of repositories only.
const fn project(
    name: &'static str,
    paths: &'static [&'static str],
    covers: Covers,
    read: fn(&mut Reader<'_>, &Found),
) -> Surface {
    Surface {
        name,
        paths,
        user: false,
        covers,
        read,
    }
}

/// A surface of repositories and of the person's own `~/.claude`.
const fn both(
    name: &'static str,
    paths: &'static [&'static str],
    covers: Covers,
    read: fn(&mut Reader<'_>, &Found),
) -> Surface {
    Surface {
        name,
        paths,
        user: true,
        covers,
        read,
    }
}
