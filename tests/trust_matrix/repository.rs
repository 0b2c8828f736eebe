//! One of everything that an approval covers.

use super::tree::Repo;

/// A repository with one of everything.
pub fn everything() -> Repo {
    let mut repo = Repo::default();
    repo.put(
        ".claude/settings.json",
        r#"{
  "hooks": {
    "SessionStart": [
      {"hooks": [{"type": "command", "command": "bash scripts/start.sh"}]}
    ],
    "PostToolUse": [
      {"matcher": "Edit|Write", "hooks": [{"type": "command", "command": "npm run fmt", "timeout": 10}]}
    ],
    "PreToolUse": [
      {"matcher": "Bash", "hooks": [{"type": "command", "command": "sh guard.sh", "onFailure": "block"}]}
    ],
    "Stop": [
      {"hooks": [
        {"type": "command", "command": "make check"},
        {"type": "command", "command": "vendor/lib/run.sh"},
        {"type": "command", "command": "tools/link.sh"},
        {"type": "command", "command": "sh not/there.sh"}
      ]}
    ]
  },
  "env": {"MODE": "fast", "NODE_OPTIONS": "--require ./tools/preload.js"},
  "apiKeyHelper": "scripts/key.sh",
  "statusLine": {"type": "command", "command": "scripts/line.sh"},
  "permissions": {
    "allow": ["Bash(npm test)"],
    "deny": ["Read(.env)"],
    "ask": ["Bash(git push:*)"],
    "defaultMode": "plan"
  },
  "sandbox": {"enabled": true},
  "disableSkillShellExecution": true,
  "enabledPlugins": {"fmt@tools": true},
  "extraKnownMarketplaces": {"tools": {"source": {"source": "directory", "path": "./market"}}},
  "enableAllProjectMcpServers": false,
  "companyAnnouncements": ["Hello"],
  "someFutureKey": {"a": [1, 2]}
}
"#,
    );
    repo.put("scripts/start.sh", "#!/bin/sh\n. scripts/common.sh\ngreet\n");
    repo.put("scripts/common.sh", "greet() { python3 scripts/hello.py; }\n");
    repo.put("scripts/hello.py", "import helper\nhelper.hello()\n");
    repo.put("scripts/helper.py", "def hello():\n    print('hello')\n");
    repo.put("scripts/key.sh", "#!/bin/sh\ncat key.txt\n");
    repo.put("scripts/line.sh", "#!/bin/sh\necho line\n");
    repo.put("guard.sh", "exit 2\n");
    repo.put("tools/preload.js", "globalThis.x = 1;\n");
    repo.put("tools/real.sh", "#!/bin/sh\necho real\n");
    repo.put("tools/other.sh", "#!/bin/sh\necho other\n");
    repo.link("tools/link.sh", "real.sh");
    repo.submodule("vendor/lib", "1111111111111111111111111111111111111111");
    repo.put(
        "package.json",
        r#"{
  "name": "all",
  "type": "module",
  "scripts": {
    "prefmt": "node tools/before.js",
    "fmt": "tidy --write src",
    "test": "node --test",
    "docs": "echo docs",
    "postinstall": "node tools/install.js"
  },
  "devDependencies": {"tidy": "^1.0.0"}
}
"#,
    );
    repo.put("tools/before.js", "import './deep.js';\n");
    repo.put("tools/deep.js", "console.log('deep');\n");
    repo.put("tools/install.js", "console.log('install');\n");
    repo.put(
        "package-lock.json",
        r#"{
  "lockfileVersion": 3,
  "packages": {
    "": {"devDependencies": {"tidy": "^1.0.0"}},
    "node_modules/tidy": {
      "version": "1.0.0", "integrity": "sha512-aaaa", "bin": {"tidy": "cli.js"},
      "dependencies": {"words": "^2.0.0"}
    },
    "node_modules/words": {"version": "2.0.0", "integrity": "sha512-bbbb"},
    "node_modules/db-server": {"version": "3.0.0", "integrity": "sha512-cccc", "bin": "index.js"},
    "node_modules/unrelated": {"version": "9.0.0", "integrity": "sha512-dddd"}
  }
}
"#,
    );
    repo.put(
        "Makefile",
        "check:\n\tsh scripts/check.sh\n\nother:\n\techo other\n",
    );
    repo.put("scripts/check.sh", "echo check\n");
    repo.put(
        ".mcp.json",
        r#"{
  "mcpServers": {
    "db": {"command": "npx", "args": ["-y", "db-server@3.0.0"], "env": {"LEVEL": "1"}},
    "local": {"command": "node", "args": ["tools/server.js"]},
    "far": {"type": "http", "url": "https://mcp.example.org/x", "headers": {"X-Team": "a"}}
  }
}
"#,
    );
    repo.put("tools/server.js", "console.log('server');\n");
    repo.put(
        ".claude/skills/deploy/SKILL.md",
        "---\nname: deploy\ndescription: Deploys it\nallowed-tools: Bash(make:*)\n---\n# Deploy\n\nRun `scripts/run.sh`, see NOTES.md.\n\n- state: !`git status --short`\n",
    );
    repo.put(".claude/skills/deploy/scripts/run.sh", "#!/bin/sh\necho run\n");
    repo.put(".claude/skills/deploy/data.bin", "data\n");
    repo.put(".claude/skills/deploy/NOTES.md", "notes\n");
    repo.put(
        ".claude/commands/ship/it.md",
        "---\ndescription: Ships\nallowed-tools: Bash(git tag:*)\n---\nShip it. !`git log -1`\n",
    );
    repo.put(".claude/commands/plain.md", "Say hello.\n");
    repo.put(
        ".claude/agents/reviewer.md",
        "---\nname: reviewer\ndescription: Reviews\ntools: Read, Grep\n---\nReview it.\n",
    );
    repo.put(
        ".claude/output-styles/short.md",
        "---\nname: Short\n---\nBe short.\n",
    );
    repo.put(
        "CLAUDE.md",
        "# Rules\n\nSee @docs/style.md and @docs/missing.md\n",
    );
    repo.put("docs/style.md", "Tabs.\n");
    repo.put("docs/unrelated.md", "Nothing reads this.\n");
    repo.put(
        ".claude/rules/sql.md",
        "---\npaths: '**/*.sql'\n---\nUpper case.\n",
    );
    repo.put("AGENTS.md", "For agents.\n");
    repo.put("GEMINI.md", "For another.\n");
    repo.put("market/.claude-plugin/marketplace.json", r#"{"name": "tools", "plugins": [{"name": "fmt", "source": "./fmt"}, {"name": "far", "source": {"source": "github", "repo": "acme/far"}}]}"#);
    repo.put(
        "market/fmt/.claude-plugin/plugin.json",
        r#"{"name": "fmt", "version": "1.0.0"}"#,
    );
    repo.put(
        "market/fmt/hooks/hooks.json",
        r#"{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "${CLAUDE_PLUGIN_ROOT}/stop.sh"}]}]}}"#,
    );
    repo.put("market/fmt/stop.sh", "#!/bin/sh\necho stop\n");
    repo.put("market/fmt/README.md", "A plug-in.\n");
    repo.put(".husky/pre-commit", "npm test\n");
    repo.put(
        ".gitmodules",
        "[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = https://git.example/lib\n",
    );
    repo.put(".envrc", "source_env .envrc.more\nexport A=1\n");
    repo.put(
        ".vscode/tasks.json",
        r#"{
  // on open
  "version": "2.0.0",
  "tasks": [{"label": "go", "type": "shell", "command": "sh scripts/task.sh", "runOptions": {"runOn": "folderOpen"}}]
}
"#,
    );
    repo.put("scripts/task.sh", "echo task\n");
    repo.put(
        ".vscode/settings.json",
        "{\"editor.tabSize\": 2, \"git.path\": \"./tools/real.sh\"}\n",
    );
    repo.put(
        ".devcontainer/devcontainer.json",
        "{\"image\": \"debian\", \"postCreateCommand\": \"sh scripts/container.sh\"}\n",
    );
    repo.put("scripts/container.sh", "echo container\n");
    repo.put(
        ".cursor/mcp.json",
        "{\"mcpServers\": {\"x\": {\"command\": \"node\", \"args\": [\"tools/server.js\"]}}}\n",
    );
    repo.put(
        ".codex/config.toml",
        "model = \"m\"\n# a note\n[mcp_servers.x]\ncommand = \"node\"\nargs = [\"tools/server.js\"]\n",
    );
    repo.put(
        ".claude/scheduled_tasks.json",
        "{\"tasks\": [{\"id\": \"a\", \"cron\": \"0 9 * * *\", \"prompt\": \"Look\"}]}\n",
    );
    repo.put(".claude/loop.md", "Look again.\n");
    repo.put(".claude/workflows/flow.js", "export default 1;\n");
    repo.put(".claude/launch.json", "{\"configurations\": [{\"name\": \"web\", \"runtimeExecutable\": \"node\", \"runtimeArgs\": [\"tools/web.js\"]}]}\n");
    repo.put("tools/web.js", "console.log('web');\n");
    repo.put(".worktreeinclude", ".env\n");
    repo.put(
        "web/.claude/settings.json",
        "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"sh done.sh\"}]}]}}\n",
    );
    repo.put("web/done.sh", "echo done\n");
    repo.put(
        "skills/shared/SKILL.md",
        "---\nname: shared\ndescription: Shared\n---\nShared text.\n",
    );
    repo.put("skills/shared/go.sh", "#!/bin/sh\necho go\n");
    repo.put(
        "skills/other/SKILL.md",
        "---\nname: shared\ndescription: Shared\n---\nShared text.\n",
    );
    repo.put("skills/other/go.sh", "#!/bin/sh\necho other\n");
    repo.link(".claude/skills/shared", "../../skills/shared");
    repo.put("src/app.js", "console.log('app');\n");
    repo.put(
        "composer.json",
        "{\"scripts\": {\"post-install-cmd\": [\"echo composer\"]}}\n",
    );
    repo.put("setup.py", "import os\nos.system('echo setup')\n");
    repo
}
