//! The table.

use super::tree::Repo;

/// What must differ: starts of the names of entries. Every entry that differs must be named.
pub enum Expected {
    /// No change.
    Same,
    /// Entries that run: the approval falls.
    Runs(&'static [&'static str]),
    /// Entries that instruct: listed, the approval stands.
    Instructs(&'static [&'static str]),
    /// Both, a list each.
    Both(&'static [&'static str], &'static [&'static str]),
}

/// One kind of change of one kind of thing.
pub struct Row {
    pub thing: &'static str,
    pub kind: &'static str,
    pub change: fn(&mut Repo),
    pub expected: Expected,
}

use Expected::{Both, Instructs, Runs, Same};

const SETTINGS: &str = ".claude/settings.json";
const START: &[&str] = &["claude/hooks/SessionStart"];
const FMT: &[&str] = &["claude/hooks/PostToolUse"];
const GUARD: &[&str] = &["claude/hooks/PreToolUse"];
const STOP: &[&str] = &["claude/hooks/Stop"];
/// What the agent starts: all of it loads the file that the variable of the settings names.
const LOADED: &[&str] = &[
    "claude/hooks/",
    "claude/env/NODE_OPTIONS",
    "claude/apiKeyHelper",
    "claude/statusLine",
    "command/ship%2fit",
    "launch/",
    "mcp/db",
    "mcp/local",
    "plugin/",
    "skill/deploy",
];
/// The same, with all that reaches a JavaScript file, whose manifest says how it is read.
const JAVASCRIPT: &[&str] = &[
    "claude/hooks/",
    "claude/env/NODE_OPTIONS",
    "claude/apiKeyHelper",
    "claude/statusLine",
    "command/ship%2fit",
    "launch/",
    "mcp/db",
    "mcp/local",
    "plugin/",
    "skill/deploy",
    "git-hook/",
    "other-agent/.codex",
    "other-agent/.cursor",
    "packages/",
    "workflow/",
];

macro_rules! rows {
    ($($thing:literal, $kind:literal, $change:expr => $expected:expr;)*) => {
        /// Every row.
        pub const ROWS: &[Row] = &[$(Row {
            thing: $thing,
            kind: $kind,
            change: |repo| { let change: fn(&mut Repo) -> &mut Repo = $change; change(repo); },
            expected: $expected,
        },)*];
    };
}

rows! {
    // Settings as a whole.
    "settings", "order of keys, no white space", |r| r.reordered(SETTINGS) => Same;
    "settings", "white space", |r| r.append(SETTINGS, "\n\n  \n") => Same;
    "settings", "CRLF", |r| r.crlf(SETTINGS) => Same;
    "settings", "byte order mark", |r| { let t = format!("\u{feff}{}", r.text(SETTINGS)); r.set(SETTINGS, &t) } => Same;
    "settings", "a comment voids the file", |r| r.append(SETTINGS, "// note\n") => Both(&["claude/"], &["claude/companyAnnouncements"]);
    "settings", "a trailing comma voids the file", |r| r.edit(SETTINGS, "\"enabled\": true}", "\"enabled\": true,}") => Both(&["claude/"], &["claude/companyAnnouncements"]);
    "settings", "a key twice, the last counts", |r| r.edit(SETTINGS, "{\n", "{\n  \"apiKeyHelper\": \"x\",\n") => Same;
    "settings", "a later key of the same name", |r| r.edit(SETTINGS, "\"someFutureKey\"", "\"apiKeyHelper\": \"scripts/line.sh\", \"someFutureKey\"") => Runs(&["claude/apiKeyHelper"]);
    "settings", "an escaped letter of a key", |r| r.edit(SETTINGS, "\"apiKeyHelper\"", "\"\\u0061piKeyHelper\"") => Same;
    "settings", "deleted", |r| r.delete(SETTINGS) => Both(&["claude/", "command/ship%2fit", "launch/", "mcp/", "plugin/", "skill/deploy"], &["claude/companyAnnouncements"]);
    "settings", "the file becomes a link", |r| { let t = r.text(SETTINGS); r.delete(SETTINGS).put("conf.json", &t).link(SETTINGS, "../conf.json") } => Both(&["claude/"], &["claude/companyAnnouncements"]);
    "settings", "chmod", |r| r.chmod(SETTINGS) => Same;
    "unknown key", "edit", |r| r.edit(SETTINGS, "[1, 2]", "[2, 1]") => Runs(&["claude/someFutureKey"]);
    "unknown key", "add", |r| r.edit(SETTINGS, "\"someFutureKey\"", "\"another\": 1, \"someFutureKey\"") => Runs(&["claude/another"]);
    "text shown to the person", "edit", |r| r.edit(SETTINGS, "Hello", "Hullo") => Instructs(&["claude/companyAnnouncements"]);
    // Hooks.
    "hook", "edit the command", |r| r.edit(SETTINGS, "make check", "make other") => Runs(STOP);
    "hook", "edit an option", |r| r.edit(SETTINGS, "\"timeout\": 10", "\"timeout\": 1") => Runs(FMT);
    "hook", "edit the matcher", |r| r.edit(SETTINGS, "Edit|Write", "Edit") => Runs(FMT);
    "hook", "guard loses its refusal", |r| r.edit(SETTINGS, ", \"onFailure\": \"block\"", "") => Runs(GUARD);
    "hook", "delete", |r| r.edit(SETTINGS, "{\"type\": \"command\", \"command\": \"sh guard.sh\", \"onFailure\": \"block\"}", "") => Runs(GUARD);
    "hook", "insert before a neighbour", |r| r.edit(SETTINGS, "{\"type\": \"command\", \"command\": \"make check\"}", "{\"type\": \"command\", \"command\": \"true\"}, {\"type\": \"command\", \"command\": \"make check\"}") => Runs(&["claude/hooks/Stop/%2a-"]);
    "hook", "swap neighbours", |r| r.edit(SETTINGS, "make check", "?").edit(SETTINGS, "tools/link.sh", "make check").edit(SETTINGS, "?", "tools/link.sh") => Same;
    "hook", "an unknown event", |r| r.edit(SETTINGS, "\"Stop\"", "\"Later\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"x\"}]}], \"Stop\"") => Runs(&["claude/hooks/Later"]);
    "hook", "a group that is none", |r| r.edit(SETTINGS, "\"Stop\": [", "\"Stop\": [7, ") => Runs(&["claude/hooks/Stop/other"]);
    // What hooks reach.
    "script", "edit", |r| r.append("scripts/start.sh", "true\n") => Runs(START);
    "script", "a comment", |r| r.append("scripts/start.sh", "# note\n") => Runs(START);
    "script", "white space", |r| r.append("scripts/start.sh", "\n") => Runs(START);
    "script", "CRLF", |r| r.crlf("scripts/start.sh") => Runs(START);
    "script", "chmod", |r| r.chmod("scripts/start.sh") => Runs(START);
    "script", "delete", |r| r.delete("scripts/start.sh") => Runs(START);
    "script of the second hop", "edit", |r| r.append("scripts/common.sh", "true\n") => Runs(START);
    "script of the third hop", "edit", |r| r.append("scripts/hello.py", "pass\n") => Runs(START);
    "module of the fourth hop", "edit", |r| r.append("scripts/helper.py", "pass\n") => Runs(START);
    "script of a guard", "edit", |r| r.edit("guard.sh", "2", "0") => Runs(GUARD);
    "file that no one reaches", "edit", |r| r.append("src/app.js", "1;\n") => Same;
    "file that no one reaches", "delete", |r| r.delete("docs/unrelated.md") => Same;
    "link to a script", "retarget", |r| r.delete("tools/link.sh").link("tools/link.sh", "other.sh") => Runs(STOP);
    "link to a script", "a file instead", |r| { let t = r.text("tools/real.sh"); r.delete("tools/link.sh").put("tools/link.sh", &t) } => Runs(STOP);
    "link to a script", "its target changes", |r| r.append("tools/real.sh", "true\n") => Runs(&["claude/hooks/Stop", "editor/.vscode%2fsettings.json"]);
    "link to a script", "leaves the tree", |r| r.delete("tools/link.sh").link("tools/link.sh", "../../x.sh") => Runs(STOP);
    "missing script", "appears", |r| r.put("not/there.sh", "echo here\n") => Runs(STOP);
    "submodule", "another commit", |r| r.delete("vendor/lib").submodule("vendor/lib", "2222222222222222222222222222222222222222") => Runs(STOP);
    "submodule", "becomes a folder", |r| r.delete("vendor/lib").put("vendor/lib/run.sh", "echo\n") => Runs(STOP);
    "submodule", "as a skill: appears", |r| r.submodule(".claude/skills/extra", "3333333333333333333333333333333333333333") => Runs(&["submodule/.claude%2fskills%2fextra"]);
    // Package scripts and build files.
    "package script", "edit", |r| r.edit("package.json", "tidy --write src", "tidy --write .") => Runs(FMT);
    "package script", "the one before it", |r| r.edit("package.json", "tools/before.js", "tools/deep.js") => Runs(FMT);
    "package script", "the one before it disappears", |r| r.edit("package.json", "\"prefmt\"", "\"prefoo\"") => Runs(FMT);
    "package script", "one after it appears", |r| r.edit("package.json", "\"fmt\":", "\"postfmt\": \"true\", \"fmt\":") => Runs(FMT);
    "package script", "its second hop", |r| r.append("tools/deep.js", "1;\n") => Runs(FMT);
    "package script", "an unrelated one", |r| r.edit("package.json", "echo docs", "echo more") => Same;
    "package script", "of a git hook in the tree", |r| r.edit("package.json", "node --test", "node --test -v") => Runs(&["git-hook/"]);
    "package script", "at an installation", |r| r.edit("package.json", "tools/install.js", "tools/deep.js") => Runs(&["packages/"]);
    "package script", "at an installation: its file", |r| r.append("tools/install.js", "1;\n") => Runs(&["packages/"]);
    "script of composer", "edit", |r| r.edit("composer.json", "echo composer", "echo more") => Runs(&["packages/scripts/post-install-cmd"]);
    "code of an installation", "edit", |r| r.append("setup.py", "pass\n") => Runs(&["packages/setup.py"]);
    "manifest", "name and description", |r| r.edit("package.json", "\"name\": \"all\"", "\"description\": \"x\"") => Same;
    "manifest", "order of keys", |r| r.reordered("package.json") => Same;
    "manifest", "how modules are read", |r| r.edit("package.json", "\"module\"", "\"commonjs\"") => Runs(JAVASCRIPT);
    "lock file", "a package that is run", |r| r.edit("package-lock.json", "sha512-aaaa", "sha512-eeee") => Runs(FMT);
    "lock file", "what it needs", |r| r.edit("package-lock.json", "sha512-bbbb", "sha512-eeee") => Runs(FMT);
    "lock file", "the package of a server", |r| r.edit("package-lock.json", "sha512-cccc", "sha512-eeee") => Runs(&["mcp/db"]);
    "lock file", "an unrelated package", |r| r.edit("package-lock.json", "sha512-dddd", "sha512-eeee") => Same;
    "build file", "the recipe", |r| r.edit("Makefile", "sh scripts/check.sh", "sh guard.sh") => Runs(STOP);
    "build file", "another recipe: files of make count whole", |r| r.edit("Makefile", "echo other", "echo more") => Runs(STOP);
    "build file", "what it runs", |r| r.append("scripts/check.sh", "true\n") => Runs(STOP);
    // Environment, helpers, permissions, protections.
    "variable", "edit", |r| r.edit(SETTINGS, "\"fast\"", "\"slow\"") => Runs(&["claude/env/MODE"]);
    "variable", "add", |r| r.edit(SETTINGS, "\"MODE\"", "\"LANG\": \"C\", \"MODE\"") => Runs(&["claude/env/LANG"]);
    "variable", "what it loads", |r| r.append("tools/preload.js", "1;\n") => Runs(LOADED);
    "helper", "edit", |r| r.edit(SETTINGS, "scripts/key.sh", "scripts/key.sh -v") => Runs(&["claude/apiKeyHelper"]);
    "helper", "its script", |r| r.append("scripts/key.sh", "true\n") => Runs(&["claude/apiKeyHelper"]);
    "status line", "its script", |r| r.append("scripts/line.sh", "true\n") => Runs(&["claude/statusLine"]);
    "rule that allows", "add", |r| r.edit(SETTINGS, "\"Bash(npm test)\"", "\"Bash(npm test)\", \"Bash(*)\"") => Runs(&["claude/permissions"]);
    "mode", "edit", |r| r.edit(SETTINGS, "\"plan\"", "\"acceptEdits\"") => Runs(&["claude/permissions"]);
    "rule that denies", "delete", |r| r.edit(SETTINGS, "\"Read(.env)\"", "") => Runs(&["claude/protections"]);
    "rule that asks", "delete", |r| r.edit(SETTINGS, ",\n    \"ask\": [\"Bash(git push:*)\"]", "") => Runs(&["claude/protections"]);
    "sandbox", "off", |r| r.edit(SETTINGS, "\"enabled\": true}", "\"enabled\": false}") => Runs(&["claude/protections"]);
    "sandbox", "delete", |r| r.edit(SETTINGS, "  \"sandbox\": {\"enabled\": true},\n", "") => Runs(&["claude/protections"]);
    "switch of safety", "off", |r| r.edit(SETTINGS, "\"disableSkillShellExecution\": true", "\"disableSkillShellExecution\": false") => Runs(&["claude/protections"]);
    "switch of safety", "all hooks off", |r| r.edit(SETTINGS, "\"sandbox\"", "\"disableAllHooks\": true, \"sandbox\"") => Runs(&["claude/protections"]);
    "source of plug-ins", "edit", |r| r.edit(SETTINGS, "./market", "./other") => Runs(&["claude/extraKnownMarketplaces"]);
    "plug-in switched on", "off", |r| r.edit(SETTINGS, "\"fmt@tools\": true", "\"fmt@tools\": false") => Runs(&["claude/enabledPlugins"]);
    "approval of servers", "edit", |r| r.edit(SETTINGS, "\"enableAllProjectMcpServers\": false", "\"enableAllProjectMcpServers\": true") => Runs(&["claude/enableAllProjectMcpServers"]);
    // Servers.
    "server", "its version", |r| r.edit(".mcp.json", "db-server@3.0.0", "db-server@3.0.1") => Runs(&["mcp/db"]);
    "server", "its environment", |r| r.edit(".mcp.json", "\"1\"", "\"2\"") => Runs(&["mcp/db"]);
    "server", "its address", |r| r.edit(".mcp.json", "mcp.example.org", "mcp.example.org.evil.example") => Runs(&["mcp/far"]);
    "server", "a header", |r| r.edit(".mcp.json", "\"a\"", "\"b\"") => Runs(&["mcp/far"]);
    "server", "add", |r| r.edit(".mcp.json", "\"far\":", "\"new\": {\"command\": \"true\"}, \"far\":") => Runs(&["mcp/new"]);
    "server", "delete all", |r| r.delete(".mcp.json") => Runs(&["mcp/"]);
    "server", "its script", |r| r.append("tools/server.js", "1;\n") => Runs(&["mcp/local", "other-agent/.cursor", "other-agent/.codex"]);
    "server", "order of keys", |r| r.reordered(".mcp.json") => Same;
    // Skills, commands, agents.
    "skill", "its text", |r| r.edit(".claude/skills/deploy/SKILL.md", "# Deploy", "# Deploy it") => Instructs(&["skill/deploy/text"]);
    "skill", "its description", |r| r.edit(".claude/skills/deploy/SKILL.md", "Deploys it", "Ships it") => Instructs(&["skill/deploy/text"]);
    "skill", "its tools", |r| r.edit(".claude/skills/deploy/SKILL.md", "Bash(make:*)", "Bash(*)") => Both(&["skill/deploy"], &["skill/deploy/text"]);
    "skill", "its inline shell", |r| r.edit(".claude/skills/deploy/SKILL.md", "git status --short", "git log") => Both(&["skill/deploy"], &["skill/deploy/text"]);
    "skill", "its script", |r| r.append(".claude/skills/deploy/scripts/run.sh", "true\n") => Runs(&["skill/deploy"]);
    "skill", "chmod of its script", |r| r.chmod(".claude/skills/deploy/scripts/run.sh") => Runs(&["skill/deploy"]);
    "skill", "another file", |r| r.append(".claude/skills/deploy/data.bin", "x") => Runs(&["skill/deploy"]);
    "skill", "a file more", |r| r.put(".claude/skills/deploy/more.py", "pass\n") => Runs(&["skill/deploy"]);
    "skill", "a document of it", |r| r.append(".claude/skills/deploy/NOTES.md", "more\n") => Instructs(&["skill/deploy/text"]);
    "skill", "delete", |r| r.delete(".claude/skills/deploy") => Both(&["skill/deploy"], &["skill/deploy/text"]);
    "skill", "add", |r| r.put(".claude/skills/new/SKILL.md", "---\nname: new\nallowed-tools: Bash\n---\nNew.\n") => Both(&["skill/new"], &["skill/new/text"]);
    "linked skill", "retarget", |r| r.delete(".claude/skills/shared").link(".claude/skills/shared", "../../skills/other") => Both(&["skill/shared", "skill/skills%2f"], &["skill/shared/text", "skill/skills%2f"]);
    "linked skill", "its script", |r| r.append("skills/shared/go.sh", "true\n") => Runs(&["skill/shared"]);
    "skill elsewhere", "its script", |r| r.append("skills/other/go.sh", "true\n") => Runs(&["skill/skills%2fother"]);
    "skill elsewhere", "its text", |r| r.append("skills/other/SKILL.md", "More.\n") => Instructs(&["skill/skills%2fother/text"]);
    "command", "its text", |r| r.edit(".claude/commands/ship/it.md", "Ship it.", "Ship it now.") => Instructs(&["command/ship%2fit/text"]);
    "command", "its inline shell", |r| r.edit(".claude/commands/ship/it.md", "git log -1", "git log -2") => Both(&["command/ship%2fit"], &["command/ship%2fit/text"]);
    "command", "inline shell in plain text", |r| r.append(".claude/commands/plain.md", "!`date`\n") => Both(&["command/plain"], &["command/plain/text"]);
    "command", "add a plain one", |r| r.put(".claude/commands/other.md", "Other.\n") => Instructs(&["command/other/text"]);
    "agent", "its text", |r| r.edit(".claude/agents/reviewer.md", "Review it.", "Approve it.") => Instructs(&["agent/reviewer/text"]);
    "agent", "its tools", |r| r.edit(".claude/agents/reviewer.md", "Read, Grep", "Bash") => Both(&["agent/reviewer"], &["agent/reviewer/text"]);
    "agent", "hooks of its own", |r| r.edit(".claude/agents/reviewer.md", "tools:", "hooks:\n  Stop:\n    - hooks:\n        - {type: command, command: sh guard.sh}\ntools:") => Both(&["agent/reviewer"], &["agent/reviewer/text"]);
    "output style", "edit", |r| r.append(".claude/output-styles/short.md", "Very.\n") => Instructs(&["output-style/"]);
    // Text.
    "memory", "edit", |r| r.append("CLAUDE.md", "More.\n") => Instructs(&["memory/CLAUDE.md"]);
    "memory", "what it imports", |r| r.append("docs/style.md", "More.\n") => Instructs(&["memory/CLAUDE.md"]);
    "memory", "an import appears", |r| r.put("docs/missing.md", "Here.\n") => Instructs(&["memory/CLAUDE.md"]);
    "memory", "delete", |r| r.delete("CLAUDE.md") => Instructs(&["memory/CLAUDE.md"]);
    "memory", "add", |r| r.put("web/CLAUDE.md", "Web.\n") => Instructs(&["in/web/memory/CLAUDE.md"]);
    "memory", "a rule", |r| r.append(".claude/rules/sql.md", "More.\n") => Instructs(&["memory/.claude%2frules%2fsql.md"]);
    "memory", "of agents", |r| r.append("AGENTS.md", "More.\n") => Instructs(&["memory/AGENTS.md"]);
    "memory", "of another agent", |r| r.append("GEMINI.md", "More.\n") => Instructs(&["memory/GEMINI.md"]);
    "scheduled prompt", "edit", |r| r.edit(".claude/scheduled_tasks.json", "Look", "Do") => Instructs(&["schedule/"]);
    "loop", "edit", |r| r.append(".claude/loop.md", "More.\n") => Instructs(&["prompt/", "memory/.claude%2floop.md"]);
    // Plug-ins.
    "marketplace", "an entry", |r| r.edit("market/.claude-plugin/marketplace.json", "acme/far", "evil/far") => Runs(&["in/market/marketplace/far"]);
    "marketplace", "where its own plug-in lies", |r| r.edit("market/.claude-plugin/marketplace.json", "\"./fmt\"", "\"./fmt2\"") => Runs(&["in/market/marketplace/fmt"]);
    "marketplace", "its name", |r| r.edit("market/.claude-plugin/marketplace.json", "\"name\": \"tools\"", "\"name\": \"tool\"") => Runs(&["in/market/marketplace-file"]);
    "plug-in", "manifest", |r| r.edit("market/fmt/.claude-plugin/plugin.json", "1.0.0", "1.0.1") => Runs(&["plugin/market%2ffmt"]);
    "plug-in", "its hooks", |r| r.edit("market/fmt/hooks/hooks.json", "stop.sh", "stop.sh -v") => Runs(&["plugin/market%2ffmt"]);
    "plug-in", "its script", |r| r.append("market/fmt/stop.sh", "true\n") => Runs(&["plugin/market%2ffmt"]);
    "plug-in", "a file more", |r| r.put("market/fmt/lib/x.py", "pass\n") => Runs(&["plugin/market%2ffmt"]);
    "plug-in", "a document", |r| r.append("market/fmt/README.md", "More.\n") => Instructs(&["plugin/market%2ffmt/text"]);
    // Neighbours.
    "git hook in the tree", "edit", |r| r.append(".husky/pre-commit", "true\n") => Runs(&["git-hook/.husky%2fpre-commit"]);
    "git modules", "a program", |r| r.append(".gitmodules", "\tupdate = !sh guard.sh\n") => Runs(&["git/"]);
    "git modules", "a comment", |r| r.append(".gitmodules", "# note\n") => Same;
    "shell environment", "edit", |r| r.append(".envrc", "export B=2\n") => Runs(&["shell/.envrc"]);
    "editor task", "edit", |r| r.edit(".vscode/tasks.json", "scripts/task.sh", "guard.sh") => Runs(&["editor/.vscode%2ftasks.json"]);
    "editor task", "its script", |r| r.append("scripts/task.sh", "true\n") => Runs(&["editor/.vscode%2ftasks.json"]);
    "editor task", "a comment", |r| r.edit(".vscode/tasks.json", "// on open", "// when opened") => Same;
    "editor settings", "a program", |r| r.edit(".vscode/settings.json", "real.sh", "other.sh") => Runs(&["editor/.vscode%2fsettings.json"]);
    "editor settings", "an unknown key", |r| r.edit(".vscode/settings.json", "{", "{\"new.tool.path\": \"x\", ") => Runs(&["editor/.vscode%2fsettings.json"]);
    "editor settings", "looks", |r| r.edit(".vscode/settings.json", "\"editor.tabSize\": 2", "\"editor.tabSize\": 4") => Same;
    "container", "edit", |r| r.edit(".devcontainer/devcontainer.json", "debian", "alpine") => Runs(&["container/"]);
    "container", "its script", |r| r.append("scripts/container.sh", "true\n") => Runs(&["container/"]);
    "another agent", "edit", |r| r.edit(".cursor/mcp.json", "\"x\"", "\"y\"") => Runs(&["other-agent/.cursor%2fmcp.json"]);
    "another agent", "a comment", |r| r.edit(".codex/config.toml", "# a note", "# another note") => Same;
    "another agent", "order of keys", |r| r.edit(".codex/config.toml", "command = \"node\"\nargs = [\"tools/server.js\"]", "args = [\"tools/server.js\"]\ncommand = \"node\"") => Same;
    "another agent", "edit of TOML", |r| r.edit(".codex/config.toml", "\"m\"", "\"n\"") => Runs(&["other-agent/.codex%2fconfig.toml"]);
    "workflow", "edit", |r| r.append(".claude/workflows/flow.js", "1;\n") => Runs(&["workflow/"]);
    "launch", "edit", |r| r.edit(".claude/launch.json", "tools/web.js", "tools/deep.js") => Runs(&["launch/"]);
    "launch", "its script", |r| r.append("tools/web.js", "1;\n") => Runs(&["launch/"]);
    "files for worktrees", "edit", |r| r.append(".worktreeinclude", ".env.local\n") => Runs(&["worktree-files/"]);
    // Nested projects, new settings, pins.
    "nested project", "its hook", |r| r.edit("web/.claude/settings.json", "done.sh", "done.sh -v") => Runs(&["in/web/claude/hooks/Stop"]);
    "nested project", "its script", |r| r.append("web/done.sh", "true\n") => Runs(&["in/web/claude/hooks/Stop"]);
    "nested project", "add", |r| r.put("api/.mcp.json", "{\"mcpServers\": {\"x\": {\"command\": \"true\"}}}") => Runs(&["in/api/mcp/x"]);
    "local settings", "shipped by the repository", |r| r.put(".claude/settings.local.json", "{\"permissions\": {\"allow\": [\"Bash(*)\"]}}") => Runs(&["claude-local/permissions"]);
    "pins of its own", "add", |r| r.put(".claude-guard/pins/mcp/db.toml", "digest = \"x\"\n") => Same;
}
