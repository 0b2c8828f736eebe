//! [`Trigger`]: when something acts, who starts it, and what consent it needs.

use super::lowered::Lowered;
use super::path::RepoPath;
use super::source::Place;

/// Index of a trigger in one scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TriggerId(pub u32);

/// What kind of thing it is. Rules choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A hook of the agent.
    Hook,
    /// A helper command of the agent (`apiKeyHelper`, `statusLine`, …).
    Helper,
    /// A variable of a settings `env` block.
    Env,
    /// A permission rule or mode.
    Permission,
    /// Another switch of the agent.
    Setting,
    /// An MCP server.
    McpServer,
    /// A plug-in or a source of plug-ins.
    Plugin,
    /// A language server or monitor of a plug-in.
    PluginProcess,
    /// A skill.
    Skill,
    /// A slash command.
    Command,
    /// A subagent.
    Agent,
    /// Memory text (CLAUDE.md, AGENTS.md, rules).
    Memory,
    /// An output style.
    OutputStyle,
    /// A prompt on a timer.
    Schedule,
    /// A workflow script of the agent.
    Workflow,
    /// A launch configuration of the agent's preview.
    Launch,
    /// A list of ignored files copied into worktrees.
    WorktreeFiles,
    /// A task of an editor.
    EditorTask,
    /// A setting of an editor.
    EditorSetting,
    /// A development container.
    Container,
    /// An environment file of a shell tool (`.envrc`, `mise.toml`).
    ShellEnv,
    /// A hook, server or setting of another agent.
    OtherAgent,
    /// git configuration or attributes that name a program.
    GitConfig,
    /// A git hook that lies in the tree.
    GitHook,
    /// A life-cycle script of a package manager.
    PackageScript,
}

/// When it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// When the folder is opened, before the trust dialog.
    OpenBeforeTrust,
    /// When the folder is opened, after the trust dialog.
    Open,
    /// When a session starts.
    SessionStart,
    /// At the first request to the model.
    FirstRequest,
    /// Whenever a person sends a prompt, or types `@`.
    Prompt,
    /// Before or after a tool call.
    ToolUse,
    /// After a file was edited.
    Edit,
    /// When the agent asks for permission.
    PermissionAsked,
    /// Whenever the status line is drawn.
    StatusLine,
    /// When the agent stops or a session ends.
    Stop,
    /// Another event of any session (compaction, notification, worktree, configuration change …).
    Event,
    /// On a timer.
    Schedule,
    /// All the time: text or a switch that is simply in force.
    InForce,
    /// When the model touches a file in that folder, or chooses the skill, agent or tool.
    ModelChooses,
    /// When a person starts it by name.
    PersonStarts,
    /// When a person installs or enables a plug-in.
    Installed,
    /// When somebody installs the packages.
    PackageInstall,
    /// On a git operation.
    GitOperation,
    /// When an editor opens the folder.
    FolderOpen,
    /// When a container is built or started for the folder.
    ContainerStart,
    /// When a shell enters the folder (after it was allowed).
    ShellEnters,
    /// Only when the client is started in this sub-folder.
    SubfolderOpened,
}

/// Who starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starter {
    /// The agent whose configuration is read first of all.
    Agent,
    /// Another agent.
    OtherAgent,
    /// An editor.
    Editor,
    /// git.
    Git,
    /// A shell or a shell tool.
    Shell,
    /// A package manager.
    PackageManager,
    /// A container tool.
    ContainerTool,
}

/// What consent it needs, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// None at all.
    None,
    /// The one trust dialog. Passing it counts as opening.
    TrustDialog,
    /// Approval by name.
    ApprovalByName,
    /// A person's act (a typed command, an installation).
    PersonsAct,
    /// It does not act in this mode.
    Never,
}

/// Consent in the two modes of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Consents {
    /// With a person in front of it.
    pub interactive: Consent,
    /// Headless (`claude -p`, CI).
    pub headless: Consent,
}

impl Consents {
    /// The weaker of the two, which decides severity.
    #[must_use]
    pub fn weaker(self) -> Consent {
        self.interactive.min(self.headless)
    }
}

/// How far a trigger is from merely opening the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// No choice in between.
    NoStep,
    /// Somebody chooses: the model, a person by name, git, an editor, another agent, a sub-folder.
    OneStep,
    /// Nothing starts it.
    NoTrigger,
}

/// When, who, consent, where, and what it does.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Stable name without array indexes: `claude/hooks/SessionStart/startup-1a2b3c4d5e6f`, `mcp/db`.
    pub id: String,
    /// Kind.
    pub class: Class,
    /// When it acts.
    pub when: When,
    /// A few words for people when `when` alone is too coarse (`after every edit`, `once "db" is approved`).
    pub when_text: Option<String>,
    /// Who starts it.
    pub who: Starter,
    /// Consent it needs.
    pub consent: Consents,
    /// Where it is written.
    pub place: Place,
    /// The file, for triggers and for showing.
    pub path: RepoPath,
    /// Structural pointer inside the file: `/hooks/SessionStart[startup]/0`, `/mcpServers/db`.
    pub pointer: String,
    /// One line that says what it is: the command, the URL, the switch and its value. Not escaped.
    pub what: String,
    /// It belongs to a nested project (a sub-folder with settings of its own).
    pub nested: bool,
    /// It lies below a folder of test data, examples or templates.
    pub sample: bool,
    /// Further attributes for rules, by name: `event`, `matcher`, `type`, `async`, `timeout`,
    /// `on-failure`, `allowed-tools`, `url`, `switch` … Lower-case kebab names, values as written.
    pub attributes: Vec<(String, String)>,
    /// What it would do, references followed.
    pub lowered: Lowered,
}

impl Trigger {
    /// How far it is from merely opening the repository (design: *a step is a choice*).
    #[must_use]
    pub fn distance(&self) -> Distance {
        if self.nested {
            return Distance::OneStep;
        }
        match self.when {
            When::OpenBeforeTrust
            | When::Open
            | When::SessionStart
            | When::FirstRequest
            | When::Prompt
            | When::ToolUse
            | When::Edit
            | When::PermissionAsked
            | When::StatusLine
            | When::Stop
            | When::Event
            | When::Schedule
            | When::InForce => match self.who {
                Starter::Agent => Distance::NoStep,
                _ => Distance::OneStep,
            },
            When::ModelChooses
            | When::PersonStarts
            | When::Installed
            | When::PackageInstall
            | When::GitOperation
            | When::FolderOpen
            | When::ContainerStart
            | When::ShellEnters
            | When::SubfolderOpened => Distance::OneStep,
        }
    }

    /// When it acts, in words: `after every edit`.
    #[must_use]
    pub fn when_words(&self) -> String {
        if let Some(text) = &self.when_text {
            return text.clone();
        }
        match self.when {
            When::OpenBeforeTrust => "on open, before trust",
            When::Open => "on open",
            When::SessionStart => "on session start",
            When::FirstRequest => "at the first request",
            When::Prompt => "on every prompt",
            When::ToolUse => "around tool calls",
            When::Edit => "after every edit",
            When::PermissionAsked => "when permission is asked",
            When::StatusLine => "with the status line",
            When::Stop => "when the agent stops",
            When::Event => "on an event",
            When::Schedule => "on a timer",
            When::InForce => "always",
            When::ModelChooses => "when the model chooses",
            When::PersonStarts => "when a person starts it",
            When::Installed => "once installed",
            When::PackageInstall => "on package install",
            When::GitOperation => "on a git operation",
            When::FolderOpen => "when an editor opens it",
            When::ContainerStart => "when a container starts",
            When::ShellEnters => "when a shell enters",
            When::SubfolderOpened => "when opened in its folder",
        }
        .to_owned()
    }

    /// The attribute with this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// Something noticed about a file that is no trigger: rules match it by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Kebab-case kind: `json-void`, `json-duplicate-key`, `link-leaves-tree`, `binary-in-disguise`,
    /// `name-not-utf8`, `long-line`, `script-missing` …
    pub kind: &'static str,
    /// The file.
    pub path: RepoPath,
    /// The place, where there is text.
    pub place: Option<Place>,
    /// In words, lower case. May hold text of the repository: escape when showing.
    pub detail: String,
    /// The trigger that reaches it, if one does.
    pub trigger: Option<TriggerId>,
}
