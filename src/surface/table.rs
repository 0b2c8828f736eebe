//! Every surface, one line each, in the order they are read.

use super::claude::{components, mcp, memory, plugins, settings, timed};
use super::packages::life_cycle;
use super::{Found, Reader, Surface, neighbours};

/// Every surface.
pub const SURFACES: &[Surface] = &[
    both("settings", &[".claude/settings.json"], settings::project),
    both(
        "local settings",
        &[".claude/settings.local.json"],
        settings::local,
    ),
    project("MCP servers", &[".mcp.json"], mcp::read),
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
        timed::schedule,
    ),
    both(
        "loops and routines",
        &[".claude/loop.md", ".claude/routines/**/*.md"],
        timed::prompt,
    ),
    both(
        "workflows",
        &[".claude/workflows/*.js", ".claude/workflows/*.mjs"],
        timed::workflow,
    ),
    project("launch configuration", &[".claude/launch.json"], timed::launch),
    project(
        "files for worktrees",
        &[".worktreeinclude"],
        timed::worktree_files,
    ),
    project("scripts of npm", &["/package.json"], life_cycle::npm),
    project("scripts of composer", &["/composer.json"], life_cycle::composer),
    project(
        "code of an installation",
        &["/setup.py", "/.pnpmfile.cjs"],
        life_cycle::code,
    ),
];

/// A surface of repositories only.
const fn project(
    name: &'static str,
    paths: &'static [&'static str],
    read: fn(&mut Reader<'_>, &Found),
) -> Surface {
    Surface {
        name,
        paths,
        user: false,
        read,
    }
}

/// A surface of repositories and of the person's own `~/.claude`.
const fn both(
    name: &'static str,
    paths: &'static [&'static str],
    read: fn(&mut Reader<'_>, &Found),
) -> Surface {
    Surface {
        name,
        paths,
        user: true,
        read,
    }
}
