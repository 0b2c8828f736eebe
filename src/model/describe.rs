//! Effects, flows and gaps as short lines of text: what tests and debugging read. Not escaped for any edge.

use super::effect::{EffectId, EffectKind, EnvAct, Nature, Understood};
use super::flow::Origin;
use super::lowered::{Lowered, Target};
use super::path::PathOperand;

impl Lowered {
    /// One line for each effect (`exec curl -s x`, `read .env`, `write(append) x`, `connect https host`),
    /// then flows (`1 -> 3 pipe`), references and gaps.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.iter().map(|(id, _)| self.describe_effect(id)).collect();
        for flow in &self.flows {
            let mut line = format!(
                "{} -> {} {}",
                describe_origin(&flow.from),
                flow.to.0,
                lower_case(&flow.via)
            );
            for scheme in &flow.decoded {
                line.push_str(&format!(" +{}", lower_case(scheme)));
            }
            lines.push(line);
        }
        for reference in &self.references {
            lines.push(format!(
                "reference {} {}",
                reference.by.0,
                describe_target(&reference.target)
            ));
        }
        for gap in &self.coverage.gaps {
            lines.push(format!("gap {}: {}", lower_case(&gap.reason), gap.detail));
        }
        lines
    }

    /// One effect as a line, without its number.
    #[must_use]
    pub fn describe_effect(&self, id: EffectId) -> String {
        let effect = self.get(id);
        let mut line = match &effect.kind {
            EffectKind::Exec(exec) => {
                let mut line = format!("exec {}", exec.program.display());
                for word in &exec.argv {
                    line.push(' ');
                    line.push_str(&word.display());
                }
                if exec.understood == Understood::Opaque {
                    line.push_str(" (opaque)");
                }
                line
            }
            EffectKind::Read { path } => format!("read {}", describe_path(path)),
            EffectKind::Write { path, act } => format!("write({}) {}", lower_case(act), describe_path(path)),
            EffectKind::Connect(connect) => {
                let mut line = format!(
                    "connect({}) {} {}",
                    lower_case(&connect.traffic),
                    connect.scheme.as_deref().unwrap_or("?"),
                    connect.host.display()
                );
                if let Some(port) = connect.port {
                    line.push_str(&format!(":{port}"));
                }
                line
            }
            EffectKind::Env { name, value, act, .. } => {
                let act = match act {
                    EnvAct::Read => "env-read",
                    EnvAct::Set => "env-set",
                    EnvAct::Unset => "env-unset",
                };
                match value {
                    Some(value) => format!("{act} {}={}", name.display(), value.display()),
                    None => format!("{act} {}", name.display()),
                }
            }
            EffectKind::Setting { switch, value, .. } => format!("setting {switch}={}", value.display()),
            EffectKind::Instruct { text, .. } => format!("instruct {text}"),
            EffectKind::Query {
                dialect,
                class,
                objects,
            } => {
                let objects: Vec<String> = objects.iter().map(super::Word::display).collect();
                format!("query {dialect} {} {}", lower_case(class), objects.join(" "))
            }
        };
        if effect.nature == Nature::Implied {
            line.push_str(" (implied)");
        }
        for gate in &effect.gates {
            let not = if gate.holds { "" } else { "not " };
            let value = gate.value.as_deref().map_or(String::new(), |v| format!("={v}"));
            line.push_str(&format!(" [{not}{}{value}]", gate.variable));
        }
        line
    }

    /// One effect as a line with all that [`Self::describe_effect`] leaves out for readers: the path of a
    /// URL, the reach of a variable, the package. Two effects with the same line do the same.
    #[must_use]
    pub fn describe_whole(&self, id: EffectId) -> String {
        let mut line = self.describe_effect(id);
        match &self.get(id).kind {
            EffectKind::Connect(connect) => {
                for part in [&connect.path, &connect.userinfo].into_iter().flatten() {
                    line.push(' ');
                    line.push_str(&part.display());
                }
            }
            EffectKind::Exec(exec) => {
                line.push_str(&format!(" {}", lower_case(&exec.how)));
                if let Some(package) = &exec.package {
                    let version = package.version.as_deref().unwrap_or("*");
                    let registry = package.registry.as_deref().unwrap_or("");
                    line.push_str(&format!(" {}@{version} {registry}", package.name));
                }
            }
            EffectKind::Env { reach, .. } => line.push_str(&format!(" {}", lower_case(reach))),
            EffectKind::Setting { turn, .. } => line.push_str(&format!(" {}", lower_case(turn))),
            _ => {}
        }
        line
    }
}

fn describe_path(path: &PathOperand) -> String {
    match &path.at {
        super::Location::Unknown => format!("?{}", path.written.display()),
        at => at.display(),
    }
}

fn describe_origin(origin: &Origin) -> String {
    match origin {
        Origin::Effect(EffectId(n)) => n.to_string(),
        Origin::Decoded(scheme) => format!("decoded({})", lower_case(scheme)),
        other => lower_case(other),
    }
}

fn describe_target(target: &Target) -> String {
    match target {
        Target::Script { path, language } => {
            format!("script {} {}", path.display(), language.as_deref().unwrap_or("?"))
        }
        Target::Code { language, .. } => format!("code {language}"),
        Target::Module { name, language } => format!("module {name} {language}"),
        Target::PackageScript {
            dir,
            name,
            or_program,
        } => {
            let or = if *or_program { " or program" } else { "" };
            format!("package-script {} {name}{or}", dir.display())
        }
        Target::BuildTarget { tool, name, .. } => {
            format!("target {tool} {}", name.as_deref().unwrap_or("(default)"))
        }
        Target::Loaded { dir, names, .. } => format!("loaded {} {}", dir.display(), names.join(",")),
    }
}

fn lower_case(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}
