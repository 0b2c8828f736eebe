//! Every surface registers what an approval covers: a file of each, and a change of it, are seen.

use claude_guard::surface::SURFACES;

use super::repository;

/// A file that the repository of the matrix holds for each surface, by the surface's name.
const FILES: &[(&str, &str)] = &[
    ("settings", ".claude/settings.json"),
    ("local settings", ".claude/settings.local.json"),
    ("MCP servers", ".mcp.json"),
    ("plug-ins", "market/fmt/.claude-plugin/plugin.json"),
    (
        "marketplaces of plug-ins",
        "market/.claude-plugin/marketplace.json",
    ),
    ("skills", ".claude/skills/deploy/SKILL.md"),
    ("slash commands", ".claude/commands/plain.md"),
    ("subagents", ".claude/agents/reviewer.md"),
    ("output styles", ".claude/output-styles/short.md"),
    ("memory", "CLAUDE.md"),
    ("memory of other agents", "GEMINI.md"),
    ("tasks of an editor", ".vscode/tasks.json"),
    ("settings of an editor", ".vscode/settings.json"),
    ("development container", ".devcontainer/devcontainer.json"),
    ("environment of a shell", ".envrc"),
    ("configuration of other agents", ".cursor/mcp.json"),
    ("git configuration", ".gitmodules"),
    ("git hooks", ".husky/pre-commit"),
    ("scheduled prompts", ".claude/scheduled_tasks.json"),
    ("loops and routines", ".claude/loop.md"),
    ("workflows", ".claude/workflows/flow.js"),
    ("launch configuration", ".claude/launch.json"),
    ("files for worktrees", ".worktreeinclude"),
    ("scripts of npm", "package.json"),
    ("scripts of composer", "composer.json"),
    ("code of an installation", "setup.py"),
];

#[test]
fn a_surface_without_entries_is_noticed() {
    let mut base = repository::everything();
    base.put(".claude/settings.local.json", "{\"env\": {\"A\": \"1\"}}");
    base.append(".gitmodules", "\tupdate = !true\n");
    let before = base.closure();
    for surface in SURFACES {
        let file = FILES.iter().find(|(name, _)| *name == surface.name);
        let Some((_, file)) = file else {
            panic!(
                "the surface `{}` has no file in the matrix: add one, and rows for it",
                surface.name
            );
        };
        let mut without = base.clone();
        without.delete(file);
        let after = without.closure();
        assert!(
            before.runs() != after.runs() || before.instructs() != after.instructs(),
            "an approval does not notice that the file of the surface `{}` is gone",
            surface.name
        );
    }
}
