//! The surfaces of editors, container tools, shell tools, other agents and git: which reader takes
//! which file.

use super::covers::{Covers, Touched};
use super::draft::{self, Draft, Run};
use super::{Found, Reader, Surface, agents, editors, git};
use crate::lang::data::Document;
use crate::lang::toml;
use crate::model::trigger::{Class, Consent, Starter, When};
use crate::model::{Place, SourceId, Span};

/// `.vscode/tasks.json`.
pub(super) const TASKS: Surface = Surface {
    name: "tasks of an editor",
    paths: &[".vscode/tasks.json"],
    user: false,
    covers: Covers::Value("editor"),
    read: |reader, found| {
        let Some((source, document)) = reader.json_with_comments(found) else {
            return;
        };
        let drafts = editors::tasks::read(&document, source, reader.sources);
        push(drafts, reader, found);
    },
};

/// `.vscode/settings.json`, `*.code-workspace`.
pub(super) const EDITOR_SETTINGS: Surface = Surface {
    name: "settings of an editor",
    paths: &[".vscode/settings.json", "*.code-workspace"],
    user: false,
    covers: Covers::EditorSettings("editor"),
    read: |reader, found| {
        let Some((source, document)) = reader.json_with_comments(found) else {
            return;
        };
        push(editors::settings::read(&document, source), reader, found);
    },
};

/// `devcontainer.json` in its places.
pub(super) const CONTAINER: Surface = Surface {
    name: "development container",
    paths: &[
        ".devcontainer/devcontainer.json",
        ".devcontainer/*/devcontainer.json",
        ".devcontainer.json",
    ],
    user: false,
    covers: Covers::Value("container"),
    read: |reader, found| {
        let Some((source, document)) = reader.json_with_comments(found) else {
            return;
        };
        let drafts = editors::devcontainer::read(&document, source, reader.sources);
        push(drafts, reader, found);
    },
};

/// `.envrc`: direnv runs it when a shell enters the folder, once a person has allowed its content.
pub(super) const ENVRC: Surface = Surface {
    name: "environment of a shell",
    paths: &[".envrc"],
    user: false,
    covers: Covers::File("shell"),
    read: |reader, found| {
        let Some(source) = reader.text(found) else { return };
        let first = first_line(reader, source);
        let draft = Draft {
            id: "shell/envrc".to_owned(),
            class: Class::ShellEnv,
            when: When::ShellEnters,
            when_text: Some("once allowed, when a shell enters".to_owned()),
            who: Starter::Shell,
            consent: draft::consent(Consent::ApprovalByName),
            place: first,
            pointer: String::new(),
            what: ".envrc".to_owned(),
            runs: vec![Run::Shell(source)],
            cwd: None,
            env: vec![],
            attributes: vec![],
        };
        draft.push(reader, found);
    },
};

/// Servers, hooks and switches of other agents.
pub(super) const AGENTS: Surface = Surface {
    name: "configuration of other agents",
    paths: &[
        ".cursor/mcp.json",
        ".cursor/hooks.json",
        ".vscode/mcp.json",
        ".gemini/settings.json",
        ".codex/config.toml",
        ".codex/hooks.json",
        ".windsurf/mcp_config.json",
        ".windsurf/hooks.json",
        ".roo/mcp.json",
        ".kiro/settings/mcp.json",
        ".amazonq/mcp.json",
        ".junie/mcp/mcp.json",
        ".qwen/settings.json",
        ".zed/settings.json",
        "opencode.json",
        "opencode.jsonc",
        ".opencode/opencode.json",
        ".factory/mcp.json",
        ".factory/settings.json",
        ".trae/mcp.json",
        ".agents/mcp.json",
        ".github/hooks/hooks.json",
    ],
    user: false,
    covers: Covers::Value("other-agent"),
    read: |reader, found| {
        let Some((source, document)) = document(reader, found) else {
            return;
        };
        let path = found.path.as_str().to_owned();
        let mut drafts = vec![];
        for file in agents::servers::FILES
            .iter()
            .filter(|f| draft::is_file(&path, f.path))
        {
            drafts.extend(agents::servers::read(&document, source, file));
        }
        for file in agents::hooks::FILES
            .iter()
            .filter(|f| draft::is_file(&path, f.path))
        {
            drafts.extend(agents::hooks::read(&document, source, reader.sources, file.agent));
        }
        drafts.extend(agents::settings::read(&document, source, &path));
        push(drafts, reader, found);
    },
};

/// git configuration that arrives with the files.
pub(super) const GIT_CONFIG: Surface = Surface {
    name: "git configuration",
    paths: &["config", ".gitmodules"],
    user: false,
    covers: Covers::Triggers("git"),
    read: |reader, found| {
        let Some(kind) = config_kind(reader, found) else {
            return;
        };
        let Some(source) = reader.text(found) else { return };
        let text = reader.sources.text(source).clone();
        let drafts = git::config::read(&text, source, reader.sources, kind);
        let root = found.path.parent().unwrap_or_default();
        // Programs of a repository start in its work tree, which lies beside `.git` or is said.
        let mut found = found.clone();
        found.root = if root.name() == ".git" {
            root.parent().unwrap_or_default()
        } else {
            root
        };
        found.nested = false;
        for mut draft in drafts {
            if let Some(folder) = draft
                .attributes
                .iter()
                .find(|(n, _)| n == "hooks-folder")
                .map(|(_, v)| v.clone())
            {
                draft.runs = hooks_in(reader, &found, &folder);
            }
            draft.push(reader, &found);
        }
    },
};

/// git hooks that lie in the tree.
pub(super) const GIT_HOOKS: Surface = Surface {
    name: "git hooks",
    paths: &[
        ".git/hooks/*",
        ".husky/*",
        ".githooks/*",
        ".git-hooks/*",
        ".hooks/*",
    ],
    user: false,
    covers: Covers::File("git-hook"),
    read: |reader, found| {
        if git::hooks::place(&found.path).is_none() {
            return;
        }
        let Some(source) = reader.text(found) else { return };
        let text = reader.sources.text(source).clone();
        git::hooks::read(&found.path, source, &text).push(reader, found);
    },
};

fn push(drafts: Vec<Draft>, reader: &mut Reader<'_>, found: &Found) {
    for draft in drafts {
        draft.push(reader, found);
    }
}

/// JSON with comments or TOML, by the file's name.
fn document(reader: &mut Reader<'_>, found: &Found) -> Option<(SourceId, Document)> {
    if found.path.extension() != Some("toml") {
        return reader.json_with_comments(found);
    }
    let source = reader.text(found)?;
    let document = toml::read(reader.sources.text(source).clone());
    reader.note_defects(found, source, &document);
    Some((source, document))
}

fn first_line(reader: &Reader<'_>, source: SourceId) -> Place {
    let text = reader.sources.text(source);
    Place::new(
        source,
        Span::new(0, text.find('\n').unwrap_or(text.len()).min(200)),
    )
}

/// Whether a file called `config` belongs to a repository, and to which.
fn config_kind(reader: &Reader<'_>, found: &Found) -> Option<git::config::Kind> {
    if found.path.name().eq_ignore_ascii_case(".gitmodules") {
        return found
            .path
            .parent()?
            .is_root()
            .then_some(git::config::Kind::Modules);
    }
    let folder = found.path.parent()?;
    if folder.as_str() == ".git" {
        return Some(git::config::Kind::Own);
    }
    let has = |name: &str| {
        folder
            .join(name)
            .is_some_and(|p| reader.tree().entry(&p).is_some())
    };
    let is_dir = |name: &str| folder.join(name).is_some_and(|p| reader.tree().is_dir(&p));
    (has("HEAD") && (is_dir("objects") || is_dir("refs"))).then_some(git::config::Kind::Embedded)
}

/// The hooks in the folder that `core.hooksPath` names, relative to the work tree.
fn hooks_in(reader: &mut Reader<'_>, found: &Found, folder: &str) -> Vec<Run> {
    let Some(folder) = found.root.join(folder) else {
        return vec![];
    };
    let tree = reader.tree();
    let files: Vec<_> = tree
        .below(&folder)
        .map(|e| e.path.clone())
        .filter(|p| p.parent().as_ref() == Some(&folder))
        .collect();
    files
        .into_iter()
        .filter(|path| git::hooks::is_name(path.name()))
        .filter_map(|path| {
            reader.files.note(Touched::File(path.clone()));
            reader.text(&Found {
                path: path.clone(),
                file: path,
                ..found.clone()
            })
        })
        .map(Run::Script)
        .collect()
}
