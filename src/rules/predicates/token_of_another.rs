//! A token goes to a host that it does not belong to: the name of the variable says whose it is.

use crate::model::EffectKind;
use crate::rules::case::Start;
use crate::rules::hosts;
use crate::rules::matching::Subject;

/// First parts of variable names, and the domains where their tokens belong.
const OWNERS: &[(&str, &[&str])] = &[
    ("ANTHROPIC", &["anthropic.com", "claude.com", "claude.ai"]),
    ("CLAUDE", &["anthropic.com", "claude.com", "claude.ai"]),
    ("OPENAI", &["openai.com"]),
    ("GEMINI", &["googleapis.com", "google.com"]),
    ("GOOGLE", &["googleapis.com", "google.com"]),
    ("GCP", &["googleapis.com", "google.com"]),
    ("GITHUB", &["github.com", "githubcopilot.com", "ghcr.io"]),
    ("GH", &["github.com", "githubcopilot.com", "ghcr.io"]),
    ("GITLAB", &["gitlab.com"]),
    ("BITBUCKET", &["bitbucket.org", "atlassian.com"]),
    ("NPM", &["npmjs.org", "npmjs.com"]),
    ("NODE_AUTH", &["npmjs.org", "npmjs.com"]),
    ("PYPI", &["pypi.org"]),
    ("TWINE", &["pypi.org"]),
    ("CARGO", &["crates.io"]),
    ("HF", &["huggingface.co"]),
    ("HUGGING", &["huggingface.co"]),
    ("AWS", &["amazonaws.com", "aws.amazon.com", "api.aws"]),
    (
        "AZURE",
        &["azure.com", "microsoft.com", "windows.net", "microsoftonline.com"],
    ),
    ("DOCKER", &["docker.com", "docker.io"]),
    ("SLACK", &["slack.com"]),
    ("STRIPE", &["stripe.com"]),
    ("CLOUDFLARE", &["cloudflare.com"]),
    ("VERCEL", &["vercel.com"]),
    ("NETLIFY", &["netlify.com", "netlify.app"]),
    ("HEROKU", &["heroku.com"]),
    ("DIGITALOCEAN", &["digitalocean.com"]),
    ("SENTRY", &["sentry.io"]),
    ("LINEAR", &["linear.app"]),
    ("NOTION", &["notion.com", "notion.so"]),
    ("VAULT", &[]),
    ("SSH", &[]),
    ("DATABASE", &[]),
    ("DB", &[]),
    ("PG", &[]),
    ("POSTGRES", &[]),
    ("MYSQL", &[]),
    ("REDIS", &[]),
    ("MONGO", &[]),
    ("KUBE", &[]),
    ("CI", &[]),
];

/// Whether one does; says which variable.
pub fn holds(subject: &Subject<'_>) -> Option<String> {
    let Some(Start::Effect(id)) = subject.start else {
        return None;
    };
    let EffectKind::Env { name, .. } = subject.case.kind(id) else {
        return None;
    };
    let EffectKind::Connect(connect) = subject.case.kind(subject.effect?) else {
        return None;
    };
    let name = name.display().to_ascii_uppercase();
    if name == "*" {
        return Some(name);
    }
    let host = connect.host.display().to_ascii_lowercase();
    let owner = OWNERS.iter().find(|(first, _)| {
        name.strip_prefix(first)
            .is_some_and(|rest| rest.starts_with('_') || rest.starts_with("PASS") || rest.is_empty())
    });
    match owner {
        Some((_, domains)) => {
            let at_home = domains
                .iter()
                .any(|d| host == *d || host.strip_suffix(d).is_some_and(|r| r.ends_with('.')));
            let nobody = matches!(hosts::of_word(&connect.host), super::HostClass::Loopback);
            (!at_home && !nobody).then_some(name)
        }
        None => None,
    }
}
